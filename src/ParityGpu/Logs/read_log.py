"""Prints solved/seeds and the median convergence time per point of a log (an unsolved run is infinitely late)."""
import collections, math, statistics, sys
import msgpack

times = collections.defaultdict(list)
for kind, body in msgpack.Unpacker(open(sys.argv[1], "rb")):
    if kind == "point":
        times[body["index"]] = []
    elif kind == "run":
        times[body["point"]].append(body["steps"] if body["outcome"] == "solved" else math.inf)
for point, steps in times.items():
    solved = sum(map(math.isfinite, steps))
    print(f"{point}: {solved}/{len(steps)} median {statistics.median(steps) if steps else '-'}")

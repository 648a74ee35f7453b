"""Prints solved/seeds and the median convergence time per point of a log (an unsolved run is infinitely late)."""
import collections, io, math, statistics, sys, zlib
import msgpack

log = open(sys.argv[1], "rb").read()
unpacker = msgpack.Unpacker(io.BytesIO(log))
times, header, end = collections.defaultdict(list), 0, 0
for kind, body in unpacker:
    start, end = end, unpacker.tell()
    crc = zlib.crc32(log[start:end - 4], 0 if kind == "parity-log" else header)
    if body.get("crc", crc) != crc:
        sys.exit(f"damaged at byte {start}")
    if kind == "parity-log":
        header = body.get("crc", 0)
    if kind == "point":
        times[body["index"]] = []
    elif kind == "run":
        times[body["point"]].append(body["steps"] if body["outcome"] == "solved" else math.inf)
for point, steps in times.items():
    solved = sum(map(math.isfinite, steps))
    print(f"{point}: {solved}/{len(steps)} median {statistics.median(steps) if steps else '-'}")

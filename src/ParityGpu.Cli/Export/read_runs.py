"""Prints the median convergence time by width of runs that 'parity export' wrote as .csv, .jsonl or .parquet."""
import math, sys
import numpy, pandas


def median(runs):
    """Of the product-limit estimate, as 'parity summary' has it: a run that ran out of budget or is in flight is censored at its steps."""
    runs = runs.sort_values(["time", "unsolved"])
    solved = len(runs) * (1 - (1 - ~runs["unsolved"] / numpy.arange(len(runs), 0, -1)).cumprod())  # by each time, estimated
    middle = [runs["time"][solved > rank - 0.001].min() for rank in ((len(runs) + 1) // 2, len(runs) // 2 + 1)]
    return numpy.nan_to_num(numpy.mean(middle), nan=math.inf, posinf=math.inf)


path = sys.argv[1]
if path.endswith(".jsonl"):
    runs = pandas.read_json(path, lines=True)
elif path.endswith(".parquet"):
    runs = pandas.read_parquet(path)  # needs pyarrow
else:
    runs = pandas.read_csv(path)
runs["time"] = runs["steps"].astype(float).mask(runs["outcome"] == "diverged", math.inf)  # a diverged run is infinitely late
runs["unsolved"] = runs["outcome"] != "solved"
print(runs.groupby("width").apply(median).to_string())

"""Prints the median convergence time by width of runs that 'parity export' wrote as .csv, .jsonl or .parquet."""
import math, sys
import pandas

path = sys.argv[1]
if path.endswith(".jsonl"):
    runs = pandas.read_json(path, lines=True)
elif path.endswith(".parquet"):
    runs = pandas.read_parquet(path)  # needs pyarrow
else:
    runs = pandas.read_csv(path)
time = runs["steps"].astype(float).where(runs["outcome"] == "solved", math.inf)  # an unsolved run is infinitely late
print(time.groupby(runs["width"]).median().to_string())

#!/usr/bin/env python3
"""Median convergence times against those of the paper's figures 1 right and 2 right, for n = 10 ... 30 and k = 2, 3.

The paper states only some learning rates for these figures. SETTINGS holds settings found to come close for each network;
bench/results/README.md says how they were searched. Exit code 1 if a median is off by more than 25 %.
"""
import argparse
import csv
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent
DEFAULT_PARITY = f"dotnet {shlex.quote(str(BENCH.parent / 'src/ParityGpu.Cli/bin/Release/net10.0/parity.dll'))}"
TOLERANCE = 0.25

# Name, name in the published table (None: figure 2), options.
SETTINGS = [
    ("relu", None, "--width 100 --batch 32 --lr 1 --loss hinge --init torch --target-accuracy 0.8"),
    ("power", "width-100 x^k MLP",
     "--activation power --width 100 --batch 512 --lr 1 --schedule 0=0.09:1 --loss logistic --init xavier-uniform --biases zero"),
    ("polynet", "PolyNet prod(w_i.x+b)", "--model polynet --batch 64 --lr 0.05 --loss square --init torch --biases zero"),
    ("sin", "width-1 sin(w.x+b)",
     "--activation sin --width 1 --output fixed --batch 14 --lr 0.14 --loss hinge --init torch --biases zero"),
]


def published():
    """(network, k, n) -> median; the values are read off the published vector figures."""
    medians = {}
    with open(BENCH.parent / "src/ParityGpu.Figures/Published/figure1_right.csv", newline="") as file:
        for row in csv.DictReader(file):
            medians[row["network"], int(row["k"]), int(row["n"])] = float(row["median_steps"])
    with open(BENCH.parent / "src/ParityGpu.Figures/Published/figure2_right.csv", newline="") as file:
        for row in csv.DictReader(file):
            medians[None, int(row["k"]), int(row["n"])] = float(row["median_steps"])
    return medians


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parity", default=DEFAULT_PARITY, metavar="COMMAND", help="the program (default: this checkout's Release build)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=1_000_000, help="away from the seeds of the search (default %(default)s)")
    parser.add_argument("--inputs", default="10,15,20,25,30", metavar="n,…")
    parser.add_argument("--out", metavar="FILE", help="also write a CSV")
    arguments = parser.parse_args()
    expected = published()
    rows = []
    for name, key, options in SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            command = ["sweep", "--n", arguments.inputs, "--k", "2,3", *options.split(), "--seeds", str(arguments.seeds),
                       "--first-seed", str(arguments.first_seed), "--max-steps", "20000"]
            answer = subprocess.run(
                [*shlex.split(arguments.parity), *command, "--device", arguments.device, "--quiet", "--format", "json", "--log", folder + "/log"],
                stdout=subprocess.PIPE, text=True, check=True).stdout
        for point in json.loads(answer):
            paper = expected[key, point["k"], point["n"]]
            ratio = point["median"] / paper if point["median"] else float("inf")
            rows.append({"network": name, "k": point["k"], "n": point["n"], "median": point["median"], "published": paper,
                         "ratio": f"{ratio:.3f}", "solved": point["solved"], "seeds": point["seeds"],
                         "command": "parity " + " ".join(command)})
            print(f"{name:8} k={point['k']} n={point['n']:2}  median {point['median']!s:>6}  published {paper:7.2f}  ratio {ratio:.2f}"
                  f"  solved {point['solved']}/{point['seeds']}")
    if arguments.out:
        with open(arguments.out, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    far = [row for row in rows if abs(float(row["ratio"]) - 1) > TOLERANCE]
    print(f"{len(rows) - len(far)} of {len(rows)} medians within {TOLERANCE:.0%} of the published ones")
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main())

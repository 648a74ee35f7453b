"""Trains networks on sparse parity as README.md and kernels/NUMERICS.md describe it (randomness, initial, networks, training).

    python3 tests/independent --spec spec.json --seed 7      one run, with its curve as a table
    python3 tests/independent < specs.json                   [{"spec": {…}, "seeds": [0, 1]}, …]; the runs as JSON

A spec uses the names of `parity sweep --spec`, with a single value each; `curve` is a number of steps. Missing settings have their defaults.
"""
import argparse
import json
import sys
import numpy as np

from randomness import control_bits, hidden_coordinates
from training import Run

DEFAULTS = {
    "n": 30, "k": 3, "model": "mlp", "activation": "relu", "output": "trained", "depth": 3, "dEmb": 32, "heads": 4, "dAttn": 8,
    "width": 100, "batch": 64, "lr": 1, "weightDecay": 0, "loss": "hinge", "init": "xavier-uniform", "initSigma": 0, "logits": 1, "sparsity": "k",
    "biases": "random", "initSeed": "own", "optimizer": "sgd", "train": "all", "samples": "online", "noise": 0, "inputBias": 0.5, "mixture": 1, "biasedSteps": "all", "inputSchedule": "none", "schedule": "0=1",
    "momentum": 0.9, "beta2": 0.999, "epsilon": 1e-8, "subset": "first", "maxSteps": 100000, "testSamples": 8192,
    "check": "step", "encoding": "pm1", "targetAccuracy": 1, "target": "parity", "targetLoss": 0.01, "curve": "none",
    "tasks": "none", "zipf": 0.4, "taskSeed": 0, "taskBatch": "drawn", "singleSteps": 0, "taskSamples": 256, "taskLoss": 0.1,
}

def run(spec, seed):
    if unknown := set(spec) - set(DEFAULTS):
        raise SystemExit(f"no such setting: {', '.join(sorted(unknown))}")
    with np.errstate(all="ignore"):
        spec = {**DEFAULTS, **spec}
        return Run({**spec, "k": hidden_coordinates(spec), "inputs": spec["n"] + control_bits(spec)}, seed).train()

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", type=argparse.FileType())
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.spec is None:
        json.dump([[run(item["spec"], seed) for seed in item["seeds"]] for item in json.load(sys.stdin)], sys.stdout)
        return
    result = run(json.load(options.spec), options.seed)
    columns = [name for name in result["curve"][0] if name not in ("coefficients", "norms")] if result["curve"] else []
    print(*columns, sep="\t")
    for point in result["curve"]:
        print(*(f"{point[name]:.7g}" for name in columns), sep="\t")
    print(f"seed {options.seed}: {result['outcome']} at step {result['steps']}, held-out errors: {result['heldOutErrors']}, loss: {result['heldOutLoss']}")

if __name__ == "__main__":
    main()

"""What every competing program shares: its options, its stopwatch and its report.

Legend: n inputs, k parity degree, r width, B batch, S models (networks trained side by side).
"""
import argparse
import collections
import ctypes
import json
import os
import statistics
import sys
import time

Shape = collections.namedtuple("Shape", "n k width batch")

DEFAULT_SHAPES = [
    Shape(50, 3, 100, 32),
    Shape(50, 3, 1000, 32),
    Shape(30, 3, 10, 32),
    Shape(30, 3, 100, 1),
    Shape(40, 3, 100, 128),
]

NETWORKS = ("relu-hinge", "relu-logistic", "polynet", "sin", "relu-logistic-adam", "transformer")

WINDOWS = 5
FINALISTS = 3


def shape(text):
    """Reads n,k,r,B."""
    try:
        values = Shape(*(int(part) for part in text.split(",")))
    except (TypeError, ValueError):
        raise argparse.ArgumentTypeError(f"'{text}' is not n,k,r,B") from None
    if min(values) < 1 or values.k > values.n:
        raise argparse.ArgumentTypeError(f"'{text}' needs n, r, B >= 1 and 1 <= k <= n")
    return values


def counts(text):
    """Reads a comma-separated list of positive integers."""
    try:
        values = [int(part) for part in text.split(",")]
    except ValueError:
        values = [0]
    if min(values) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of positive whole numbers")
    return values


def options(description):
    """The options all programs understand; a program adds its own before parsing."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--shape", type=shape, action="append", metavar="n,k,r,B", dest="shapes",
                        help="network and batch; repeatable (default: the five shapes of bench/README.md)")
    parser.add_argument("--seconds", type=float, default=1.0, help="wall time of one reported measurement (default 1)")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    return parser


def network_option(parser):
    parser.add_argument("--network", choices=NETWORKS, default=NETWORKS[0],
                        help="what is trained (default %(default)s); the width of a polynet is its degree k")


def limit_threads(threads):
    """Must run before torch is imported: OpenMP and OpenBLAS read these when they are loaded."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)


def keep_freed_memory():
    """Stops glibc from handing large blocks back to the kernel after every operation.

    A step frees and allocates the same megabytes again; without this it pays for fresh zeroed pages each time.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            trim_threshold, mmap_threshold = -1, -3  # malloc.h; glibc accepts at most 32 MiB for the second
            libc.mallopt(trim_threshold, 1 << 30)
            libc.mallopt(mmap_threshold, 32 << 20)


def measure(step, finish, seconds):
    """Steps per second of wall time in each of WINDOWS windows that last about `seconds` together.

    `finish` returns when all work handed out so far is done (a no-op where `step` itself waits).
    """
    def lasted(repetitions):
        start = time.perf_counter()
        for _ in range(repetitions):
            step()
        finish()
        return time.perf_counter() - start

    lasted(2)
    pace = lasted(2) / 2
    repetitions = max(1, int(seconds / WINDOWS / pace))
    lasted(max(1, repetitions // 2))
    return [repetitions / lasted(repetitions) for _ in range(WINDOWS)]


def result(peer, variant, models, shape, rates, device, threads, version, network=NETWORKS[0]):
    """One measurement as it appears in the JSON output. `rates` are steps/s of all `models` together."""
    seed_steps = statistics.median(rates) * models
    return {
        "peer": peer,
        "variant": variant,
        "network": network,
        "version": version,
        "device": device,
        "threads": threads,
        "models": models,
        "n": shape.n,
        "k": shape.k,
        "width": shape.width,
        "batch": shape.batch,
        "seedStepsPerSecond": seed_steps,
        "slowestWindow": min(rates) * models,
        "fastestWindow": max(rates) * models,
        "effectiveGflops": 4 * shape.batch * shape.n * shape.width * seed_steps / 1e9,
    }


def race(variants, models, run, quick_seconds, seconds):
    """The fastest result over variants and numbers of models; None when none can run.

    `run(variant, models, seconds)` measures one. First all variants are tried briefly at the middle of `models`, then
    the FINALISTS fastest at every other number, then the FINALISTS fastest of all pairs for the full time. Whatever
    cannot run (out of memory, an operation this version lacks) is named on stderr and left out.
    """
    def attempt(pairs, time_given):
        results = []
        for variant, count in pairs:
            try:
                results.append(run(variant, count, time_given))
            except Exception as error:  # whatever stops one variant must not stop the search
                reason = (str(error).strip() or type(error).__name__).splitlines()[0]
                print(f"{variant} S={count}: skipped: {reason}", file=sys.stderr)
        return results

    def fastest(results, count):
        return sorted(results, key=lambda found: found["seedStepsPerSecond"], reverse=True)[:count]

    pairs = [(variant, count) for variant in variants for count in models]
    if len(pairs) > 1:
        middle = models[len(models) // 2]
        tried = attempt([(variant, middle) for variant in variants], quick_seconds)
        leaders = [found["variant"] for found in fastest(tried, FINALISTS)]
        tried += attempt([(variant, count) for variant in leaders for count in models if count != middle], quick_seconds)
        pairs = [(found["variant"], found["models"]) for found in fastest(tried, FINALISTS)]
    winners = fastest(attempt(pairs, seconds), 1)
    return winners[0] if winners else None


def report(results, output_format):
    """Prints the results; the exit code says whether there are any."""
    results = [found for found in results if found]
    if output_format == "json":
        print(json.dumps(results, indent=2))
    else:
        print(f"{'n,k,r,B':>14}  {'variant':28} {'S':>6} {'seed-steps/s':>13} {'windows':>11} {'GFLOP/s':>8}")
        for found in results:
            name = f"{found['n']},{found['k']},{found['width']},{found['batch']}"
            rate = found["seedStepsPerSecond"]
            spread = f"{found['slowestWindow'] / rate:.2f}-{found['fastestWindow'] / rate:.2f}"
            print(f"{name:>14}  {found['variant']:28} {found['models']:>6} {rate:>13,.0f} {spread:>11} "
                  f"{found['effectiveGflops']:>8.2f}")
    return 0 if results else 1

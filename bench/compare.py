#!/usr/bin/env python3
"""Races the product against the programs in bench/peers on this machine and prints the ratios.

Clock speeds and neighbours change from minute to minute, so nothing is compared across minutes: in every round each
shape is run by the product and by each peer in turn, and a ratio is formed from measurements that follow each other. The
peers' best variant and number of models are searched once, before the rounds.

With several values of --threads, only the product is run, at each value in turn, to measure its scaling.
Needs only Python 3; bench/README.md says how to install the peers.
"""
import argparse
import json
import os
import pathlib
import platform
import shlex
import shutil
import statistics
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
DEFAULT_PARITY = f"dotnet {shlex.quote(str(ROOT / 'src/ParityGpu.Cli/bin/Release/net10.0/parity.dll'))}"
PEERS = ["torch_batched", "torch_loop", "jax_batched"]
DEFAULT_SHAPES = ["50,3,100,32", "50,3,1000,32", "30,3,10,32", "30,3,100,1", "40,3,100,128"]
# Options that select the network in the product; the peers know the names themselves.
NETWORKS = {"relu-hinge": [], "relu-logistic": ["--loss", "logistic"], "polynet": ["--model", "polynet"],
            "sin": ["--activation", "sin"], "relu-logistic-adam": ["--loss", "logistic", "--optimizer", "adam"],
            "transformer": ["--model", "transformer"]}


class Failure(Exception):
    """A program that could not be run or whose answer could not be read."""


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parity", default=DEFAULT_PARITY, metavar="COMMAND",
                        help="the product (default: the Release build in this checkout)")
    parser.add_argument("--python", default="/usr/bin/python3" if sys.platform == "linux" else sys.executable,
                        metavar="COMMAND", help="a Python that has torch (default %(default)s)")
    parser.add_argument("--jax-python", metavar="COMMAND", help="a Python that has jax (default: as --python)")
    parser.add_argument("--peers", type=lambda text: text.split(","), default=PEERS, metavar="P,…",
                        help=f"which programs to race against (default {','.join(PEERS)}; jax_batched on cuda only)")
    parser.add_argument("--torch-options", default="", metavar="OPTIONS",
                        help="what narrows torch_batched's search, as in '--variants */*/graph --models 4096,16384'")
    parser.add_argument("--jax-options", default="", metavar="OPTIONS", help="the same for jax_batched")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", default="1", metavar="T,…", help="CPU threads (default 1)")
    parser.add_argument("--network", choices=NETWORKS, default="relu-hinge",
                        help="what is trained (default %(default)s); the r of a polynet is its k")
    parser.add_argument("--shape", action="append", dest="shapes", metavar="n,k,r,B",
                        help="repeatable (default: five shapes)")
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    parser.add_argument("--seconds", type=float, default=2.0, help="measured time per program and round (default 2)")
    parser.add_argument("--json", metavar="FILE", help="also write everything measured to FILE")
    arguments = parser.parse_args()
    try:
        arguments.threads = [int(part) for part in arguments.threads.split(",")]
    except ValueError:
        arguments.threads = [0]
    if min(arguments.threads) < 1:
        parser.error("--threads: a whole number of at least 1, or a list of them")
    if arguments.rounds < 1 or not arguments.seconds > 0:
        parser.error("--rounds and --seconds must be positive")
    if not set(arguments.peers) <= set(PEERS):
        parser.error(f"--peers: choose from {', '.join(PEERS)}")
    arguments.shapes = arguments.shapes or DEFAULT_SHAPES
    arguments.jax_python = arguments.jax_python or arguments.python
    return arguments


def pinned(threads, device):
    """The prefix that ties a CPU program to the last `threads` cores this process may use."""
    if device != "cpu" or not shutil.which("taskset") or not hasattr(os, "sched_getaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))[-threads:]
    return ["taskset", "-c", ",".join(map(str, cores))] if len(cores) == threads else []


def ask(command):
    """Runs a program and returns the JSON array it prints."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(done.stdout)
    except OSError as error:
        raise Failure(f"{command[0]}: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        raise Failure(f"exit code {error.returncode} from {shlex.join(command)}") from error
    except json.JSONDecodeError as error:
        raise Failure(f"no JSON from {shlex.join(command)}: {error}") from error


def ask_product(arguments, shape, threads):
    command = [*pinned(threads, arguments.device), *shlex.split(arguments.parity), "bench", "--device", arguments.device,
               "--threads", str(threads), "--shape", shape, "--seconds", str(arguments.seconds), "--format", "json",
               *NETWORKS[arguments.network]]
    answers = ask(command)
    if len(answers) != 1:
        raise Failure(f"{len(answers)} results instead of 1 from {shlex.join(command)}")
    return answers[0]


class Peer:
    """One competing program and how to start it."""

    def __init__(self, name, arguments):
        self.name = name
        self.searched = name != "torch_loop"
        self.found = {}  # shape -> the winner of the search
        self.narrowed = shlex.split({"torch_batched": arguments.torch_options, "jax_batched": arguments.jax_options}.get(name, ""))
        python = arguments.jax_python if name == "jax_batched" else arguments.python
        threads = arguments.threads[0]
        self.command = [*pinned(threads, arguments.device), *shlex.split(python), str(BENCH / "peers" / f"{name}.py"),
                        "--format", "json", "--seconds", str(arguments.seconds)]
        if name != "jax_batched":
            self.command += ["--device", arguments.device, "--threads", str(threads), "--network", arguments.network]

    def search(self, shapes):
        options = [option for shape in shapes for option in ("--shape", shape)]
        for answer in ask([*self.command, *options, *self.narrowed]):
            self.found[shape_of(answer)] = answer

    def ask(self, shape):
        options = ["--shape", shape]
        if self.searched:
            if shape not in self.found:
                return None
            options += ["--variants", self.found[shape]["variant"], "--models", str(self.found[shape]["models"])]
        return ask([*self.command, *options])[0]


def shape_of(answer):
    return ",".join(str(answer[key]) for key in ("n", "k", "width", "batch"))


def rates(answers):
    return [answer["seedStepsPerSecond"] for answer in answers]


def summary(values):
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def ratios(numerators, denominators):
    return summary([a / b for a, b in zip(rates(numerators), rates(denominators))])


def compare(arguments):
    """Product against every peer that runs here; one row per shape and peer."""
    raced = {"jax_batched": arguments.device == "cuda" and arguments.network == "relu-hinge"}
    names = [name for name in PEERS if name in arguments.peers and raced.get(name, True)]
    peers = []
    for peer in (Peer(name, arguments) for name in names):
        try:
            if peer.searched:
                note(f"searching the best variant of {peer.name}")
                peer.search(arguments.shapes)
            peers.append(peer)
        except Failure as failure:
            note(f"{peer.name} left out: {failure}")

    product = {shape: [] for shape in arguments.shapes}
    answers = {(shape, peer.name): [] for shape in arguments.shapes for peer in peers}
    for turn in range(arguments.rounds):
        note(f"round {turn + 1} of {arguments.rounds}")
        for shape in arguments.shapes:
            product[shape].append(ask_product(arguments, shape, arguments.threads[0]))
            for peer in list(peers):
                try:
                    answer = peer.ask(shape)
                except Failure as failure:
                    note(f"{peer.name} left out from here: {failure}")
                    peers.remove(peer)
                    continue
                if answer:
                    answers[shape, peer.name].append(answer)

    rows = []
    for shape in arguments.shapes:
        own = product[shape]
        row = {"shape": shape, "product": {**own[0], "seedStepsPerSecond": summary(rates(own)), "rounds": own},
               "peers": []}
        for theirs in (found for (where, _), found in answers.items() if where == shape):
            if theirs:
                row["peers"].append({
                    "peer": theirs[0]["peer"], "variant": theirs[0]["variant"], "models": theirs[0]["models"],
                    "version": theirs[0]["version"], "seedStepsPerSecond": summary(rates(theirs)),
                    "ratio": ratios(own, theirs), "rounds": theirs})
        rows.append(row)

    print(f"{'n,k,r,B':>14}  {'program':46} {'seed-steps/s':>13} {'GFLOP/s':>9}  {'product / peer (min-max)'}")
    for row in rows:
        own = row["product"]["seedStepsPerSecond"]["median"]
        peak = row["product"].get("peakGflops")
        name = f"product, {row['product']['runs']} runs" + (f", peak {peak:.0f} GFLOP/s" if peak else "")
        print(f"{row['shape']:>14}  {name:46} {own:>13,.0f} {gflops(row['shape'], own):>9.2f}")
        for entry in row["peers"]:
            rate, ratio = entry["seedStepsPerSecond"]["median"], entry["ratio"]
            name = f"{entry['peer']} {entry['variant']} S={entry['models']}"
            print(f"{'':>14}  {name:46} {rate:>13,.0f} {gflops(row['shape'], rate):>9.2f}  "
                  f"{ratio['median']:.2f} ({ratio['lowest']:.2f}-{ratio['highest']:.2f})")
    return {"shapes": rows}


def scale(arguments):
    """The product alone at several numbers of threads; ratios to the first."""
    rows = []
    print(f"{'n,k,r,B':>14}  {'threads':>7} {'seed-steps/s':>13}  "
          f"{'times ' + str(arguments.threads[0]) + ' thread(s) (min-max)'}")
    for shape in arguments.shapes:
        answers = {threads: [] for threads in arguments.threads}
        for _ in range(arguments.rounds):
            for threads in arguments.threads:
                answers[threads].append(ask_product(arguments, shape, threads))
        for threads, measured in answers.items():
            ratio = ratios(measured, answers[arguments.threads[0]])
            rows.append({"shape": shape, "threads": threads, "seedStepsPerSecond": summary(rates(measured)),
                         "ratio": ratio, "rounds": measured})
            print(f"{shape:>14}  {threads:>7} {rows[-1]['seedStepsPerSecond']['median']:>13,.0f}  "
                  f"{ratio['median']:.2f} ({ratio['lowest']:.2f}-{ratio['highest']:.2f})", flush=True)
    return {"scaling": rows}


def gflops(shape, rate):
    """Effective: 4 B n r floating-point operations per step, whatever was executed."""
    n, _, r, batch = map(int, shape.split(","))
    return 4 * batch * n * r * rate / 1e9


def note(line):
    print(line, file=sys.stderr, flush=True)


def processor():
    """The model name as Linux gives it, else what Python knows."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    arguments = parse()
    measured = compare(arguments) if len(arguments.threads) == 1 else scale(arguments)
    if arguments.json:
        context = {"network": arguments.network, "device": arguments.device, "threads": arguments.threads,
                   "rounds": arguments.rounds, "seconds": arguments.seconds, "processor": processor(), "cores": os.cpu_count()}
        pathlib.Path(arguments.json).write_text(json.dumps({**context, **measured}, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)

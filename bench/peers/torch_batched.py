#!/usr/bin/env python3
"""The fastest PyTorch we know for training many tiny networks at once on one device.

A variant is formulation/source/execution (see stacked.py). Every variant chosen is tried with every number of models
in --models, and the fastest is reported for each shape. By default the variants are all formulations with the fast
sources, in every execution that the device supports.
"""
import itertools
import statistics
import sys

import peer

MODELS = {"cpu": [4, 16, 32, 64, 128, 256, 512], "cuda": [256, 1024, 4096, 16384, 65536]}
QUICK_SECONDS = 0.1
# Weights, their gradient or products, and the activations of a candidate must fit in this many bytes.
MEMORY = {"cpu": 2 << 30, "cuda": 64 << 30}


def parse():
    parser = peer.options(__doc__.splitlines()[0])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of torch and BLAS (default 1)")
    peer.network_option(parser)
    parser.add_argument("--models", type=peer.counts, metavar="S,…",
                        help="networks side by side (default cpu 4…512, cuda 256…65536)")
    parser.add_argument("--variants", metavar="V,…",
                        help="formulation[/source[/execution]]; '*' means all, a part left out all that may win")
    parser.add_argument("--tf32", action="store_true", help="let matrix products round weights to 10 bits on cuda")
    parser.add_argument("--check", action="store_true", help="compare every formulation with autograd and exit")
    parser.add_argument("--learn", action="store_true",
                        help="train 64 seeds of (30,3), r=100, B=32, lr 0.1 with the first variant and exit")
    return parser, parser.parse_args()


def variants(pattern, device, network):
    """All (formulation, source, execution) that a pattern names."""
    executions = stacked.EXECUTIONS if device == "cuda" else ("eager",)
    known = [tuple(network.formulations), tuple(stacked.SOURCES), stacked.EXECUTIONS]
    usual = [known[0], stacked.FAST_SOURCES, executions]
    everything = [known[0], known[1], executions]
    parts = pattern.split("/")
    if len(parts) > len(known):
        raise ValueError(f"--variants: '{pattern}' has more than three parts")
    chosen = usual[:]
    for i, part in enumerate(parts):
        if part != "*" and part not in known[i]:
            raise ValueError(f"--variants: '{part}' is none of {', '.join(known[i])}")
        chosen[i] = everything[i] if part == "*" else (part,)
    return itertools.product(*chosen)


def fits(models, shape, device):
    floats = 3 * (shape.n + 1) * shape.width + 5 * shape.batch * shape.width + 3 * shape.batch * (shape.n + 64)
    return 4 * models * floats <= MEMORY[device]


def sensible(variant, shape):
    formulation, _, execution = variant
    if formulation == "outer" and shape.batch > 1 or formulation in ("columns", "mixed") and shape.width > 4:
        return False
    # The compiler gives up at backward() and would fall back to the eager step.
    return not (formulation == "autograd" and execution == "compile")


def race(shape, chosen, network, arguments):
    """The fastest of the chosen variants and numbers of models at one shape."""
    finish = torch.cuda.synchronize if arguments.device == "cuda" else lambda: None

    def run(variant, models, seconds):
        trainer = stacked.Trainer(network, *variant.split("/"), models, shape, 0.1, arguments.device)
        rates = peer.measure(trainer.step, finish, seconds)
        return peer.result("torch-batched", variant, models, shape, rates,
                           arguments.device, arguments.threads, torch.__version__, arguments.network)

    variants = ["/".join(variant) for variant in chosen if sensible(variant, shape)]
    models = [count for count in arguments.models if fits(count, shape, arguments.device)]
    return peer.race(variants, models, run, QUICK_SECONDS, arguments.seconds)


def check(device):
    """Compares every formulation of every network, in doubles, with modules, autograd and torch.optim on each network alone."""
    failures = 0
    for name, network in stacked.NETWORKS.items():
        for way in network.formulations:
            for source in (stacked.Randint, stacked.TableAcross):
                failures += check_formulation(name, way, source, device)
    for name, source in stacked.SOURCES.items():
        failures += check_source(name, source, device)
    return 1 if failures else 0


def check_formulation(name, way, source, device):
    models, steps, learning_rate = 3, 20, 0.1
    network = stacked.NETWORKS[name]
    width = 3 if name == "polynet" or way in ("columns", "mixed") else 17
    shape = peer.Shape(30, 3, width, 1 if way == "outer" else 32)
    weights = network.initial(models, shape, device, torch.float64)
    alone = [single(network, shape, [weight[s] for weight in weights], device) for s in range(models)]
    optimizers = [network.optimizer(net.parameters(), lr=learning_rate) for net in alone]
    together = network.formulations[way](network, shape, learning_rate, weights)
    start = [weight.clone() for weight in together.weights()]
    drawn = source(models, shape, device, torch.float64)
    for _ in range(steps):
        with torch.set_grad_enabled(together.needs_grad):
            inputs, labels = drawn.draw()
            together.update(inputs, labels)
        for s in range(models):
            scores = alone[s](inputs[s, :, :shape.n]).squeeze(1)
            optimizers[s].zero_grad()
            network.loss.value(labels[s], scores).mean().backward()
            optimizers[s].step()
    found = together.weights()
    error = max(float((weight[s].flatten() - stored(parameter).flatten()).abs().max().detach())
                for s in range(models) for weight, parameter in zip(found, alone[s].parameters()))
    moved = min(float((weight - before).abs().max()) for weight, before in zip(found, start))
    return verdict(f"{name} {way} ({source.__name__}): largest difference after {steps} steps {error:.1e}",
                   error < 1e-12 < moved)


def stored(parameter):
    """A module's parameter as the stacked tensors hold it: nn.Linear keeps its weights transposed."""
    return parameter.T if parameter.dim() == 2 else parameter


def single(network, shape, weights, device):
    """One ordinary network with its own copies of the given weights."""
    net = network.alone(shape).to(device=device, dtype=torch.float64)
    with torch.no_grad():
        for parameter, weight in zip(net.parameters(), weights):
            stored(parameter).copy_(weight.reshape(stored(parameter).shape))
    return net


def check_source(name, source, device):
    """Entries are signs with mean zero, labels their product, samples distinct, the last column one."""
    shape = peer.Shape(50, 3, 1, 256)
    inputs, labels = source(64, shape, device, torch.float32).draw()
    samples = 64 * shape.batch
    flat = inputs.reshape(samples, shape.n + 1)
    x = flat[:, :shape.n]
    deviations = float(x.mean(0).abs().max()) * samples ** 0.5
    pairs = (x.T @ x / samples - torch.eye(shape.n, device=x.device)).abs().max() * samples ** 0.5
    good = bool((x.abs() == 1).all() and (flat[:, shape.n] == 1).all() and torch.equal(x[:, :3].prod(1), labels.flatten())
                and deviations < 5 and pairs < 6 and len(torch.unique(x, dim=0)) == samples)
    return verdict(f"{name}: coordinate means within {deviations:.1f}, correlations within {float(pairs):.1f} "
                   "standard deviations", good)


def verdict(line, good):
    print(line, "ok" if good else "WRONG")
    return 0 if good else 1


def learn(variant, device):
    """Steps until a network makes no mistake on 8192 held-out samples, checked every 50 steps."""
    models, shape, every, limit = 64, peer.Shape(30, 3, 100, 32), 50, 30000
    torch.manual_seed(1)
    trainer = stacked.Trainer(stacked.NETWORKS["relu-hinge"], *variant, models, shape, 0.1, device)
    held_out = stacked.Randint(1, shape._replace(batch=8192), device, torch.float32)
    solved = [float("inf")] * models
    for step in range(every, limit + 1, every):
        for _ in range(every):
            trainer.step()
        for s in range(models):
            if solved[s] == float("inf"):
                inputs, labels = held_out.draw()
                hidden, hidden_bias, out, out_bias = (weight[s] for weight in trainer.formulation.weights())
                scores = torch.relu(inputs[0, :, :shape.n] @ hidden + hidden_bias) @ out + out_bias
                if bool((labels[0] * scores > 0).all()):
                    solved[s] = step
        if max(solved) < float("inf"):
            break
    lower, median, upper = statistics.quantiles(solved, n=4)
    count = sum(steps <= limit for steps in solved)
    print(f"{'/'.join(variant)}: {count} of {models} seeds at 100 %; steps: median {median:.0f}, "
          f"quartiles {lower:.0f} and {upper:.0f}, from {min(solved):.0f} to {max(solved):.0f}")
    return 0 if count == models else 1


def main(parser, arguments):
    device = arguments.device
    torch.set_num_threads(arguments.threads)
    if device == "cuda" and not torch.cuda.is_available():
        print("--device cuda: this torch sees no CUDA device", file=sys.stderr)
        return 2
    if arguments.tf32:
        torch.backends.cuda.matmul.allow_tf32 = True
    arguments.models = arguments.models or MODELS[device]
    network = stacked.NETWORKS[arguments.network]
    try:
        patterns = (arguments.variants or "*").split(",")
        chosen = [variant for pattern in patterns for variant in variants(pattern, device, network)]
    except ValueError as error:
        parser.error(str(error))
    if arguments.check:
        return check(device)
    if arguments.learn:
        return learn(chosen[0] if arguments.variants else ("folded", "bits", "eager"), device)
    results = [race(shape, chosen, network, arguments) for shape in arguments.shapes or peer.DEFAULT_SHAPES]
    return peer.report(results, arguments.format)


if __name__ == "__main__":
    PARSER, ARGUMENTS = parse()
    peer.limit_threads(ARGUMENTS.threads)
    peer.keep_freed_memory()
    try:
        import torch
    except ImportError:
        sys.exit("torch is not installed for this Python; see bench/README.md")
    import stacked
    sys.exit(main(PARSER, ARGUMENTS))

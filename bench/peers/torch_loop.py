#!/usr/bin/env python3
"""What most papers' code does: one nn.Sequential at a time, optim.SGD, a fresh batch every step."""
import sys

import peer


def train(network, shape, device):
    """A function that performs one step of one network."""
    net = network.alone(shape).to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def step():
        x = torch.randint(0, 2, (shape.batch, shape.n), device=device).float() * 2 - 1
        y = x[:, :shape.k].prod(1)
        loss = network.loss.value(y, net(x).squeeze(1)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def main(arguments):
    device = arguments.device
    torch.set_num_threads(arguments.threads)
    if device == "cuda" and not torch.cuda.is_available():
        print("--device cuda: this torch sees no CUDA device", file=sys.stderr)
        return 2
    finish = torch.cuda.synchronize if device == "cuda" else lambda: None
    results = []
    for shape in arguments.shapes or peer.DEFAULT_SHAPES:
        rates = peer.measure(train(stacked.NETWORKS[arguments.network], shape, device), finish, arguments.seconds)
        results.append(peer.result("torch-loop", "loop", 1, shape, rates, device, arguments.threads, torch.__version__,
                                   arguments.network))
    return peer.report(results, arguments.format)


if __name__ == "__main__":
    PARSER = peer.options(__doc__)
    PARSER.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    PARSER.add_argument("--threads", type=int, default=1, help="CPU threads of torch and BLAS (default 1)")
    peer.network_option(PARSER)
    ARGUMENTS = PARSER.parse_args()
    peer.limit_threads(ARGUMENTS.threads)
    peer.keep_freed_memory()
    try:
        import torch
    except ImportError:
        sys.exit("torch is not installed for this Python; see bench/README.md")
    import stacked
    sys.exit(main(ARGUMENTS))

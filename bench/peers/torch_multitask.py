"""Multitask sparse parity in PyTorch, as its authors train it (Michaud et al. 2023): one-hot control bits beside random ones, AdamW, cross entropy.

    python3 bench/peers/torch_multitask.py --tasks 500 --n 100 --k 3 --width 500 --batch 20000 --steps 30

Prints steps per second on one thread: the median of five parts of the steps, with fresh samples in every step.
"""
import argparse
import time
import torch

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in [("tasks", 500), ("n", 100), ("k", 3), ("width", 500), ("batch", 20_000), ("steps", 30)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    tasks, n, batch = options.tasks, options.n, options.batch
    inputs = torch.stack([torch.randperm(n)[:options.k] for _ in range(tasks)])
    frequencies = torch.arange(1, tasks + 1, dtype=torch.float64) ** -1.4
    frequencies /= frequencies.sum()
    model = torch.nn.Sequential(torch.nn.Linear(tasks + n, options.width), torch.nn.ReLU(), torch.nn.Linear(options.width, 2))
    parameters = list(model.parameters())
    means, squares = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    loss = torch.nn.CrossEntropyLoss()

    def adam(t):
        """torch.optim.AdamW without decay, written out because it cannot be imported without SymPy."""
        with torch.no_grad():
            for p, m, v in zip(parameters, means, squares):
                m.lerp_(p.grad, 0.1)
                v.mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
                p.addcdiv_(m, (v / (1 - 0.999**t)).sqrt_().add_(1e-8), value=-1e-3 / (1 - 0.9**t))
                p.grad = None

    def step(t):
        task = torch.multinomial(frequencies, batch, replacement=True)
        bits = torch.randint(0, 2, (batch, n))
        label = bits.gather(1, inputs[task]).sum(1) % 2
        x = torch.zeros(batch, tasks + n)
        x[torch.arange(batch), task] = 1
        x[:, tasks:] = bits
        loss(model(x), label).backward()
        adam(t)

    step(1)
    rates, part = [], max(1, options.steps // 5)
    for i in range(5):
        start = time.perf_counter()
        for j in range(part):
            step(2 + part * i + j)
        rates.append(part / (time.perf_counter() - start))
    print(f"torch {torch.__version__}: {sorted(rates)[2]:.2f} steps/s")

if __name__ == "__main__":
    main()

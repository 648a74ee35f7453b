"""Multitask sparse parity in PyTorch, as its authors train it (Michaud et al. 2023): one-hot control bits beside random ones, AdamW, cross entropy.

    python3 bench/peers/torch_multitask.py --tasks 500 --n 100 --k 3 --width 500 --batch 20000 --steps 30

Prints steps per second on one thread, the median of five parts of the steps, samples drawn anew for each.
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
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0)
    loss = torch.nn.CrossEntropyLoss()

    def step():
        task = torch.multinomial(frequencies, batch, replacement=True)
        bits = torch.randint(0, 2, (batch, n))
        label = bits.gather(1, inputs[task]).sum(1) % 2
        x = torch.zeros(batch, tasks + n)
        x[torch.arange(batch), task] = 1
        x[:, tasks:] = bits
        optimizer.zero_grad()
        loss(model(x), label).backward()
        optimizer.step()

    step()
    rates = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(max(1, options.steps // 5)):
            step()
        rates.append(max(1, options.steps // 5) / (time.perf_counter() - start))
    print(f"torch {torch.__version__}: {sorted(rates)[2]:.2f} steps/s")

if __name__ == "__main__":
    main()

"""Everything random: Philox words, the relevant inputs, samples and their labels, noise, orders of epochs."""
from functools import lru_cache
import re
import numpy as np

MASK, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
TRAINING, HELD_OUT, WEIGHTS, UNIT, OUTPUT_BIAS, SUBSET, NOISE, SPARSE, EPOCH, LEVELS, MIXTURE, TASKS, HELD_OUT_TASKS, TASK_SAMPLES = range(14)  # the low byte of counter 3

def philox(seed, c0, c1, c2, c3):
    """Philox4x32-10: four words for every counter; the counters are broadcast against each other."""
    c0, c1, c2, c3 = np.broadcast_arrays(*(np.asarray(c, np.uint64) for c in (c0, c1, c2, c3)))
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF
    for _ in range(10):
        a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (b >> HALF) ^ c1 ^ np.uint64(k0), b & MASK, (a >> HALF) ^ c3 ^ np.uint64(k1), a & MASK
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], -1)

def place(word, count):
    """⌊word·count/2^32⌋"""
    return int(word) * count >> 32

def relevant_inputs(spec, seed):
    """The first k, or k by a partial Fisher–Yates shuffle; for a disjoint PolyNet, the first of each block, or one drawn."""
    n, k = spec["n"], spec["k"]
    drawn = lambda d, count: place(philox(seed, d, 0, 0, SUBSET)[0], count) if spec["subset"] == "random" else 0
    if spec["model"] == "disjoint-polynet":
        return [d * (n // k) + drawn(d, n // k) for d in range(k)]
    return shuffled(n, k, drawn)

def shuffled(n, k, drawn):
    inputs = list(range(n))
    for d in range(k):
        other = d + drawn(d, n - d)
        inputs[d], inputs[other] = inputs[other], inputs[d]
    return inputs[:k]

def tasks_of(spec):
    """[(control bits, inputs, frequency)] of --tasks, numbered from 0, with the control bits after the n inputs."""
    text, n = str(spec["tasks"]), spec["n"]
    if text == "none":
        return []
    if text.isdigit():
        tasks, attempt = [], 0
        while len(tasks) < int(text):
            inputs = sorted(shuffled(n, spec["k"], lambda d, count: place(philox(spec["taskSeed"], d, attempt, 0, SUBSET)[0], count)))
            if inputs not in [known for _, known, _ in tasks]:
                tasks.append(([n + len(tasks)], inputs, float(len(tasks) + 1) ** -(spec["zipf"] + 1)))
            attempt += 1
    else:
        tasks = []
        for part in text.split("+"):
            weight, controls, inputs = re.fullmatch(r"([\d.]*)((?:c\d+)+):(.+)", part).groups()
            ranges = re.findall(r"x(\d+)(?:-x(\d+))?", inputs)
            tasks.append(([n + int(c) - 1 for c in controls.split("c")[1:]],
                          [i - 1 for a, b in ranges for i in range(int(a), int(b or a) + 1)], float(weight or 1)))
    if spec["taskBatch"] == "equal":
        tasks = [(controls, inputs, 1.0) for controls, inputs, _ in tasks]
    total = sum(weight for _, _, weight in tasks)
    return [(controls, inputs, weight / total) for controls, inputs, weight in tasks]

def control_bits(spec):
    return max((c + 1 - spec["n"] for controls, _, _ in tasks_of(spec) for c in controls), default=0)

def monomials(spec):
    """The coefficients of a polynomial such as `x1+0.5x1x2-2`, each with its parity's hidden coordinates, from 1. Empty for the parity."""
    terms = re.findall(r"([+-]?)((?:[\d.]+(?:e[+-]?\d+)?)?)((?:x\d+)*)", "" if spec["target"] == "parity" else spec["target"].replace("*", "").replace(" ", ""))
    return [(np.float32(float(sign + (number or "1"))), [int(i) for i in factors.split("x")[1:]]) for sign, number, factors in terms if number or factors]

def hidden_coordinates(spec):
    return max((i for _, inputs in monomials(spec) for i in inputs), default=spec["k"])

def inputs_of(seed, n, words, c1, c3):
    """The ±1 inputs of 32 samples per word: bit s of a word belongs to its sample s, and 1 means −1."""
    return signs(philox(seed, words, c1, np.arange((n + 3) // 4), c3).reshape(len(words), -1)[:, :n])

def signs(drawn):
    """Expands words of 32 bits, [word][input], to ±1, [sample][input]."""
    bits = drawn[:, None, :] >> np.arange(32, dtype=np.uint64)[:, None] & np.uint64(1)
    return (1 - 2 * bits.astype(np.int8)).astype(np.float32).reshape(-1, drawn.shape[1])

def with_probability(p, level):
    """Words whose bits are 1 with probability p·2^-32: from p's lowest binary digit to its highest, OR if the digit is 1, AND if it is 0."""
    bits = np.zeros_like(level(0))
    for l in reversed(range(32)):
        bits = level(l) | bits if p >> 31 - l & 1 else level(l) & bits
    return bits

def training_inputs(spec, seed, words):
    """The ±1 inputs of the training stream: with the input bias for biased samples, uniform for the others."""
    n, low, high = spec["n"], words & MASK, words >> HALF
    level = lambda l: philox(seed, low, high, np.arange((n + 3) // 4), LEVELS + 256 * l if l else TRAINING).reshape(len(words), -1)[:, :n]
    numbers = words[0] * np.uint64(32) + np.arange(32 * len(words), dtype=np.uint64)
    x = signs(level(0))
    for start, bias, mixture in input_phases(spec):
        if bias == 0.5 or mixture == 0:
            phase = signs(level(0))
        else:
            choices = philox(seed, low, high, np.arange(8), MIXTURE).reshape(len(words), 32)
            uniform = with_probability(threshold(1 - mixture), lambda l: choices[:, l:l + 1])
            phase = signs(uniform & level(0) | ~uniform & with_probability(threshold(bias), level))
        x = np.where((numbers >= start * spec["batch"])[:, None], phase, x)
    return x

def input_phases(spec):
    """[(first step, probability of −1, fraction of biased samples)]; a finite sample has one phase."""
    if spec["inputSchedule"] != "none":
        phases = [phase.split("=") for phase in spec["inputSchedule"].split(",")]
        return [(int(start), *map(float, (value + ":1").split(":")[:2])) for start, value in phases]
    biased = [(0, spec["inputBias"], spec["mixture"])]
    return biased if spec["biasedSteps"] == "all" or spec["samples"] != "online" else biased + [(spec["biasedSteps"], 0.5, 1)]

def threshold(p):
    return min(round(p * 2**32), 2**32 - 1)

class Samples:
    """The samples that a run sees: `batch` for a step, `stream` for any part of the training stream, `held_out` for a check after some steps."""
    def __init__(self, spec, seed):
        self.seed, self.n, self.relevant = seed, spec["n"], relevant_inputs(spec, seed)
        self.size = None if spec["samples"] == "online" else int(spec["samples"])
        self.spec, self.threshold = spec, threshold(spec["noise"])
        self.batch_size, self.first, self.known = spec["batch"], 0, None
        self.tasks, self.controls = tasks_of(spec), control_bits(spec)
        self.relevant = self.tasks[0][1] if self.tasks else self.relevant
        ends = np.cumsum([frequency for _, _, frequency in self.tasks])
        self.ends = [min(round(end * 2**32), 2**32 - 1) for end in ends]
        self.terms = monomials(spec)

    def chosen(self, words):
        """The tasks chosen by random words, one per sample."""
        return np.minimum(np.searchsorted(self.ends, words, side="right"), len(self.tasks) - 1)

    def with_tasks(self, x, tasks):
        """Inputs followed by the control bits of the samples' tasks, and the labels."""
        x = np.concatenate([x, self.control_bits()[tasks]], 1)
        return x, self.labels(x)

    def control_bits(self):
        """[task][control bit], ±1."""
        bits = np.ones((len(self.tasks), self.controls), np.float32)
        for number, (controls, _, _) in enumerate(self.tasks):
            bits[number, np.array(controls) - self.n] = -1
        return bits

    def of_task(self, steps, task, count):
        """Samples of one task for a measurement after so many steps."""
        words = np.arange((count + 31) // 32)[:, None] + task * ((count + 31) // 32)
        x = inputs_of(self.seed, self.n, words, steps & 0xFFFFFFFF, TASK_SAMPLES + 256 * (steps >> 32))[:count]
        return self.with_tasks(x, np.full(len(x), task))

    def groups(self, x):
        """[(samples, their relevant inputs)]: all samples, or those of each task."""
        if not self.tasks:
            return [(np.arange(len(x)), self.relevant)]
        return [(np.nonzero((x[:, self.n:] == bits).all(1))[0], inputs) for bits, (_, inputs, _) in zip(self.control_bits(), self.tasks)]

    def parities(self, x, inputs_of):
        """The parities, as ±1, of those of each sample's inputs that a function chooses among its relevant ones."""
        y = np.ones(len(x), np.float32)
        for rows, relevant in self.groups(x):
            y[rows] = x[np.ix_(rows, inputs_of(relevant))].prod(1)
        return y

    def terms_of(self, x):
        """[term][sample]: the parities in a sum of them, without coefficients."""
        return [self.parities(x, lambda relevant: [relevant[i - 1] for i in inputs]) for _, inputs in self.terms]

    def labels(self, x):
        """The target: the parity of the relevant inputs, or a sum of parities, added one after the other."""
        y = np.zeros(len(x), np.float32)
        for (coefficient, _), parity in zip(self.terms, self.terms_of(x)):
            y = y + coefficient * parity
        return y if self.terms else self.parities(x, lambda relevant: relevant)

    def stream(self, first, count):
        """Samples first … first + count − 1 of the training stream: inputs, the label trained on, the true label."""
        if self.known is None or first < self.first or first + count > self.first + len(self.known[0]):
            self.first = first // 32 * 32
            words = np.arange(self.first // 32, (first + max(count, 4096)) // 32 + 1, dtype=np.uint64)[:, None]
            x = training_inputs(self.spec, self.seed, words)
            if self.tasks and self.spec["taskBatch"] == "equal":
                numbers = self.first + np.arange(len(x))
                x, truth = self.with_tasks(x, numbers % self.batch_size // (self.batch_size // len(self.tasks)))
            elif self.tasks:
                numbers = self.first + np.arange(len(x))
                numbers = np.where(numbers < self.spec["singleSteps"] * self.batch_size, numbers - numbers % self.batch_size, numbers)
                drawn = philox(self.seed, numbers // 32 & 0xFFFFFFFF, numbers // 32 >> 32, numbers % 32 // 4, TASKS)
                x, truth = self.with_tasks(x, self.chosen(np.take_along_axis(drawn, numbers[:, None] % 4, 1)[:, 0]))
            else:
                truth = self.labels(x)
            drawn = philox(self.seed, words & MASK, words >> HALF, np.arange(8), NOISE).reshape(-1)
            self.known = x, np.where(drawn < self.threshold, -truth, truth), truth
        at = first - self.first
        return tuple(part[at:at + count] for part in self.known)

    def batch(self, step):
        first = step * self.batch_size
        if self.size is None:
            return self.stream(first, self.batch_size)
        points = [self.order(q // self.size)[q % self.size] for q in range(first, first + self.batch_size)]
        return tuple(part[points] for part in self.stream(0, self.size))

    @lru_cache(maxsize=2)
    def order(self, epoch):
        """The order of a finite sample's points in an epoch: a Feistel permutation, repeated until the result is below their number."""
        h = 1
        while 4**h < self.size:
            h += 1
        keys = philox(self.seed, epoch & 0xFFFFFFFF, epoch >> 32, [0, 1], EPOCH).reshape(-1)
        half, mask = np.uint64(h), np.uint64(2**h - 1)
        at, outside = np.arange(self.size, dtype=np.uint64), np.ones(self.size, bool)
        while outside.any():
            a, c = at >> half, at & mask
            for key in keys:
                v = c ^ key
                v = (v ^ v >> np.uint64(12)) * np.uint64(0x2C1B3C6D) & MASK
                a, c = c, a ^ (v ^ v >> np.uint64(15)) & mask
            at = np.where(outside, a << half | c, at)
            outside = at >= self.size
        return at

    def held_out(self, steps, count):
        """Fresh samples for the check after so many steps, and their labels."""
        words = np.arange((count + 31) // 32)[:, None]
        stream = lambda kind: kind + 256 * (steps >> 32)
        x = inputs_of(self.seed, self.n, words, steps & 0xFFFFFFFF, stream(HELD_OUT))[:count]
        if not self.tasks:
            return x, self.labels(x)
        return self.with_tasks(x, self.chosen(philox(self.seed, words, steps & 0xFFFFFFFF, np.arange(8), stream(HELD_OUT_TASKS)).reshape(-1)[:count]))

"""Initial weights and biases: scales by fan-in and fan-out, and which random word belongs to which parameter."""
import math
from statistics import NormalDist
import numpy as np

from arithmetic import f32
from randomness import OUTPUT_BIAS, SPARSE, UNIT, WEIGHTS, philox, place

normal = np.vectorize(NormalDist().inv_cdf, otypes=[float])

class Initial:
    """Draws a network's initial parameters."""
    def __init__(self, spec, seed):
        self.spec, self.kind = spec, spec["init"]
        self.seed = seed if spec["initSeed"] == "own" else int(spec["initSeed"])
        self.sigma = f32(spec["initSigma"])

    def values(self, words, fan_in, fan_out):
        """The scale is a uniform distribution's half-width, a normal one's standard deviation, a sign's magnitude."""
        scales = {"kaiming-normal": math.sqrt(2 / fan_in), "torch": 1 / math.sqrt(fan_in), "rademacher": 1 / math.sqrt(fan_in), "gaussian": self.sigma}
        scale = f32(scales.get(self.kind, math.sqrt(6 / (fan_in + fan_out))))
        v = (2 * (words.astype(np.int64) >> 8) + 1 - 2**24) / 2**24
        if self.kind in ("kaiming-normal", "gaussian"):
            return normal((1 + v) / 2).astype(f32) * scale
        if self.kind == "sign":
            return np.where(words >> np.uint64(31) == 1, -scale, scale)
        return v.astype(f32) * scale

    def noisy_signs(self, words):
        """A sign from the word's highest bit, plus noise from the 24 bits below it."""
        v = (2 * (words.astype(np.int64) >> 7 & 0xffffff) + 1 - 2**24) / 2**24
        return np.where(words >> np.uint64(31) == 1, f32(-1), f32(1)) + normal((1 + v) / 2).astype(f32) * self.sigma

    def matrix(self, rows, columns, fan_in, fan_out, c2=0):
        """Row j holds the weights of unit j; counters (j, g, c2, 2) hold its columns 4g … 4g + 3."""
        words = self.words(rows, columns, c2)
        return self.values(words, fan_in, fan_out)

    def words(self, rows, columns, c2=0):
        return philox(self.seed, np.arange(rows)[:, None], np.arange((columns + 3) // 4), c2, WEIGHTS).reshape(rows, -1)[:, :columns]

    def biases(self, rows, fan_in, fan_out, c2=0):
        if self.spec["biases"] == "zero":
            return np.zeros(rows, f32)
        return self.values(philox(self.seed, np.arange(rows), 0, c2, UNIT)[:, 0], fan_in, fan_out)

    def inputs(self, rows, n, fan_in, fan_out):
        """The layer over the inputs; its weights are sparse or noisy signs if the spec says so."""
        if self.kind == "rademacher":
            return {"w": self.noisy_signs(self.words(rows, n)), "b": self.biases(rows, fan_in, fan_out)}
        if self.kind != "sparse":
            return {"w": self.matrix(rows, n, fan_in, fan_out), "b": self.biases(rows, fan_in, fan_out)}
        s = self.spec["k"] if self.spec["sparsity"] == "k" else int(self.spec["sparsity"])
        w = np.zeros((rows, n), f32)
        for j in range(rows):
            for d in range(s):
                words, last = philox(self.seed, j, d, 0, SPARSE), n - s + d
                i = place(words[0], last + 1)
                w[j, last if w[j, i] else i] = self.values(words[1:2], s, fan_out)[0]
        return {"w": w, "b": self.biases(rows, s, fan_out)}

    def output(self, rows):
        """Output weights and bias; with two logits, those of their difference."""
        logits = self.spec["logits"]
        u = self.values(philox(self.seed, np.arange(rows), 0, 0, UNIT)[:, 1:3], rows, logits)
        c = self.values(philox(self.seed, [0], 0, 0, OUTPUT_BIAS)[:, 0:2], rows, logits)
        u, c = (draws[:, 0] - draws[:, 1] if logits == 2 else draws[:, 0] for draws in (u, c))
        return {"u": u, "c": np.zeros(1, f32) if self.spec["biases"] == "zero" else c}

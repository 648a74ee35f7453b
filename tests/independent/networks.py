"""The networks. Each has a list of layers (name to array), computes f of a batch and, from g = −∂ℓ/∂f, −∂ℓ/∂θ of every parameter θ."""
import math
import numpy as np

from arithmetic import affine, affine_gradient, dense, f32, fma, in_fours, lanes, over_samples, tree

ZERO = f32(0)

def relu(z, k):
    return np.where(z > 0, z, ZERO), (z > 0).astype(f32)

def power(z, k):
    p = np.multiply.accumulate(np.stack([np.ones_like(z)] + [z] * k))
    return p[k], p[k - 1] * f32(k)

def saw(z, k, cut):
    m = np.ceil(z / f32(2) + f32(k / 2)) - f32(1)
    if cut:
        m = np.clip(m, 0, k - 1)
    v = np.where((k - m) % 2 == 0, f32(1), f32(-1))
    return v - v * (z - (f32(2) * m - f32(k))), -v

def polynomial(z, k):
    """The polynomial of degree k through the parity's values at the sums −k, −k + 2, …, k of k signs."""
    sums = np.arange(-k, k + 1, 2.0)
    coefficients = np.linalg.solve(np.vander(sums), np.where(np.arange(k + 1) % 2 == k % 2, 1.0, -1.0)).astype(f32)
    value = slope = np.zeros_like(z)
    for coefficient in coefficients:
        value, slope = fma(value, z, coefficient), fma(slope, z, value)
    return value, slope

def sine(z, k):
    at = z.astype(float) + (1 - k) * math.pi / 2
    return np.sin(at).astype(f32), np.cos(at).astype(f32)

ACTIVATIONS = {"relu": relu, "power": power, "polynomial": polynomial, "sin": sine,
               "zigzag": lambda z, k: saw(z, k, cut=True), "triangle": lambda z, k: saw(z, k, cut=False)}

def output_gradient(h, g):
    return {"u": over_samples(g[:, None], h), "c": over_samples(g[:, None])}

class Network:
    def affine(self, x):
        self.x = (1 - x) / f32(2) if self.zero_one else x
        self.z = affine(self.x, self.layers[0]["w"], self.layers[0]["b"])
        return self.z

    def by_input(self, first_layer):
        """The first layer's weights, one input per row."""
        return first_layer["w"].T

class Mlp(Network):
    def __init__(self, spec, initial):
        n, r = spec["inputs"], spec["width"]
        self.k, self.activation = spec["k"], ACTIVATIONS[spec["activation"]]
        self.layers = [initial.inputs(r, n, n, r)]
        self.fixed = spec["output"] == "fixed"
        self.output = {"u": np.ones(r, f32), "c": np.zeros(1, f32)} if self.fixed else initial.output(r)
        self.layers += [] if self.fixed else [self.output]

    def forward(self, x):
        self.h, self.slope = self.activation(self.affine(x), self.k)
        return self.output["c"] + tree(self.output["u"], self.h)

    def gradients(self, g):
        first = affine_gradient((g[:, None] * self.output["u"]) * self.slope, self.x)
        return [first] if self.fixed else [first, output_gradient(self.h, g)]

    def update_by_counts(self, y, f, s, d):
        """One step of plain SGD on hinge loss with ReLU, where gradients are integers."""
        (first, output), inside = self.layers, y * f < 1
        u = output["u"]
        active = ((self.z > 0) & inside[:, None]) * y[:, None]
        counts = {"w": (active.T @ self.x).astype(f32), "b": active.sum(0).astype(f32)}
        quarter = lanes(first["w"], counts["w"], 4)
        h = fma(first["b"], counts["b"], (quarter[:, 0] + quarter[:, 1]) + (quarter[:, 2] + quarter[:, 3]))
        for name in first:
            first[name] = fma(counts[name].T, s * u, first[name].T * d).T
        output["u"], output["c"] = fma(s, h, u * d), fma(s, y[inside].sum(dtype=f32), output["c"] * d)

class PolyNet(Network):
    """The product of k affine functions. Those of a disjoint PolyNet read a block of n/k inputs each and have no biases."""
    def __init__(self, spec, initial):
        n, k = spec["n"], spec["k"]
        self.exists, fan_in, fan_out = {"w": f32(1), "b": f32(1)}, n, k
        if spec["model"] == "disjoint-polynet":
            block, column = np.arange(n) // (n // k), np.arange(k)[:, None]
            self.exists, fan_in, fan_out = {"w": (block == column).astype(f32), "b": ZERO}, n // k, 1
        self.layers = [self.existing(initial.inputs(k, n, fan_in, fan_out))]

    def existing(self, layer):
        return {name: value * self.exists[name] for name, value in layer.items()}

    def forward(self, x):
        return np.multiply.accumulate(self.affine(x), 1)[:, -1]

    def gradients(self, g):
        k = self.z.shape[1]
        before, after = np.ones_like(self.z), np.ones_like(self.z)
        for j in range(1, k):
            before[:, j] = before[:, j - 1] * self.z[:, j - 1]
            after[:, k - 1 - j] = after[:, k - j] * self.z[:, k - j]
        return [self.existing(affine_gradient(g[:, None] * (before * after), self.x))]

class Deep(Network):
    """Layers with σ(z) = z² or an activation; the first is affine in the inputs. Layerwise, the output reads the layer being trained."""
    def __init__(self, spec, initial):
        n, r, self.hidden = spec["inputs"], spec["width"], spec["depth"] - 1
        self.k, self.activation = (2, power) if spec["model"] == "deep" else (spec["k"], ACTIVATIONS[spec["activation"]])
        self.layers = [initial.inputs(r, n, n, r)]
        for c2 in range(1, self.hidden):
            self.layers.append({"w": initial.matrix(r, r, r, r, c2), "b": initial.biases(r, r, r, c2)})
        self.layers.append(initial.output(r))
        self.stage = self.hidden

    def forward(self, x):
        self.h, self.slopes = [], []
        self.activate(self.affine(x))
        for layer in self.layers[1:self.stage]:
            h = self.h[-1]
            self.activate(dense(h, layer["w"], np.broadcast_to(layer["b"], h.shape)))
        return self.layers[-1]["c"] + tree(self.layers[-1]["u"], self.h[-1])

    def activate(self, z):
        value, slope = self.activation(z, self.k)
        self.h.append(value)
        self.slopes.append(slope)

    def gradients(self, g):
        gradients = [{} for _ in self.layers[:-1]] + [output_gradient(self.h[-1], g)]
        d = (g[:, None] * self.layers[-1]["u"]) * self.slopes[-1]
        for l in range(self.stage - 1, 0, -1):
            gradients[l] = {"w": over_samples(d[:, :, None], self.h[l - 1][:, None, :]), "b": over_samples(d)}
            d = tree(d[:, None, :], self.layers[l]["w"].T) * self.slopes[l - 1]
        gradients[0] = affine_gradient(d, self.x)
        return gradients

class Transformer:
    """One layer of attention, read at the class token. "rows" has a row for each of the n positions, the tokens + and −, and the class token."""
    def __init__(self, spec, initial):
        self.n, d, self.heads, self.a = spec["n"], spec["dEmb"], spec["heads"], spec["dAttn"]
        r, inner = spec["width"], self.heads * self.a
        matrix = lambda m, rows, columns: initial.matrix(rows, columns, columns, rows, m)
        first = {"q": matrix(1, inner, d), "k": matrix(2, inner, d), "v": matrix(3, inner, d), "o": matrix(4, d, inner),
                 "rows": initial.matrix(self.n + 3, d, 1, d, 5), "w": initial.matrix(r, d, d, r), "b": initial.biases(r, d, r)}
        self.layers = [first, initial.output(r)]
        self.scale = f32(1 / math.sqrt(self.a))

    def per_head(self, values):
        return values.reshape(values.shape[:-1] + (self.heads, self.a))

    def tokens(self, rows):
        """Values of the tokens (0, +), (0, −), (1, +), …, C from the values of the rows."""
        pairs = rows[:self.n, None] + rows[None, self.n:self.n + 2]
        return np.concatenate([pairs.reshape((-1,) + rows.shape[1:]), rows[-1:]])

    def to_rows(self, p, values):
        """Accumulates p(t)·values(t) by fma in the rows of the token's position and sign, in the order of the tokens."""
        rows = np.zeros((self.n + 3,) + values.shape[1:], f32)
        for t in range(2 * self.n):
            for row in (t // 2, self.n + t % 2):
                rows[row] = fma(p[t], values[t], rows[row])
        rows[-1] = fma(p[-1], values[-1], rows[-1])
        return rows

    def forward(self, x):
        p, rows = self.layers[0], self.layers[0]["rows"]
        self.q = dense(rows[-1], p["q"], np.zeros(len(p["q"]), f32)) * self.scale
        q, k = self.per_head(self.q), p["k"].reshape(self.heads, self.a, -1)
        self.kappa = np.zeros((self.heads, k.shape[2]), f32)
        for m in range(self.a):
            self.kappa = fma(q[:, m, None], k[:, m], self.kappa)
        s = self.tokens(tree(self.kappa, rows[:, None, :]))
        self.v = self.tokens(dense(rows, p["v"], np.zeros((len(rows), len(p["v"])), f32)))
        self.p = np.exp((s - s.max(0)).astype(float)).astype(f32)
        top = np.repeat(self.p, self.a, 1) * self.v
        self.has = np.stack([x > 0, x < 0], 2).reshape(len(x), -1)
        chosen = 2 * np.arange(self.n) + (x < 0)
        sums = lambda terms: in_fours(terms[chosen.T], terms[-1])
        self.reciprocal = np.repeat(f32(1) / sums(self.p), self.a, 1)
        self.o = sums(top) * self.reciprocal
        self.out = dense(self.o, p["o"], np.broadcast_to(rows[-1], (len(x), rows.shape[1])))
        self.z = dense(self.out, p["w"], np.broadcast_to(p["b"], (len(x), len(p["b"]))))
        self.h, self.slope = relu(self.z, None)
        return self.layers[1]["c"] + tree(self.layers[1]["u"], self.h)

    def gradients(self, g):
        p, rows = self.layers[0], self.layers[0]["rows"]
        dz = (g[:, None] * self.layers[1]["u"]) * self.slope
        dout = tree(dz[:, None, :], p["w"].T)
        do = tree(dout[:, None, :], p["o"].T)
        weighted, do_heads, o_heads = ZERO, self.per_head(do), self.per_head(self.o)
        for m in range(self.a):
            weighted = fma(do_heads[..., m], o_heads[..., m], weighted)
        dn, dd = do * self.reciprocal, -weighted * self.per_head(self.reciprocal)[..., 0]
        has = np.concatenate([self.has, np.ones((len(g), 1), bool)], 1)[..., None]
        term_n, term_d = (in_fours(np.where(has, d[:, None, :], ZERO), ZERO) for d in (dn, dd))
        ds, n_heads, v_heads = term_d, self.per_head(term_n), self.per_head(self.v)
        for m in range(self.a):
            ds = fma(n_heads[..., m], v_heads[..., m], ds)
        ds, dv = self.to_rows(self.p, ds), self.to_rows(np.repeat(self.p, self.a, 1), term_n)
        drows = tree(p["v"].T, dv[:, None, :])
        for h in range(self.heads):
            drows = fma(ds[:, h, None], self.kappa[h], drows)
        dkappa = np.repeat(over_samples(ds[:, :, None], rows[:, None, :]), self.a, 0)
        dq = self.scale * tree(p["k"], dkappa)
        drows[-1] = (over_samples(dout) + drows[-1]) + tree(p["q"].T, dq)
        return [{"q": dq[:, None] * rows[-1], "k": self.q[:, None] * dkappa,
                 "v": over_samples(dv[:, :, None], rows[:, None, :]), "o": over_samples(dout[:, :, None], self.o[:, None, :]),
                 "rows": drows, "w": over_samples(dz[:, :, None], self.out[:, None, :]), "b": over_samples(dz)},
                output_gradient(self.h, g)]

    def by_input(self, first_layer):
        return first_layer["rows"][:self.n]

NETWORKS = {"mlp": Mlp, "polynet": PolyNet, "disjoint-polynet": PolyNet, "deep": Deep, "deep-mlp": Deep, "transformer": Transformer}

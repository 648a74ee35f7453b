"""S independent two-layer ReLU networks held in stacked tensors, in every formulation worth racing.

All minimise the mean hinge loss with plain SGD on a fresh batch per network and step. Shapes: weights [S, n, r],
hidden bias [S, r], output weights [S, r], output bias [S]; inputs [S, B, n+1], whose last column is always 1 so that
a formulation may treat the bias as one more weight row; labels [S, B].
"""
import math

import torch

try:
    from torch.func import grad, vmap
except ImportError:
    try:
        from functorch import grad, vmap
    except ImportError:
        grad = vmap = None


# Sources of samples. Each owns one input tensor that it overwrites at every draw.

class Randint:
    """The usual one-liner: a random integer per coordinate."""

    def __init__(self, models, shape, device, dtype):
        self.degree = shape.k
        self.inputs = torch.ones(models, shape.batch, shape.n + 1, device=device, dtype=dtype)
        self.free = self.inputs[..., :shape.n]

    def fill(self):
        self.free.random_(0, 2).mul_(2).sub_(1)

    def draw(self):
        self.fill()
        labels = self.inputs[..., 0].clone()
        for i in range(1, self.degree):
            labels.mul_(self.inputs[..., i])
        return self.inputs, labels


class Bernoulli(Randint):
    def fill(self):
        self.free.bernoulli_(0.5).mul_(2).sub_(1)


class Table(Randint):
    """One random byte yields eight coordinates: the byte picks a row of a 256 x 8 table."""

    def __init__(self, models, shape, device, dtype):
        self.degree = shape.k
        self.n = shape.n
        self.used_bytes = shape.n // 8 + 1  # room for the column of ones
        byte = torch.arange(256, device=device).unsqueeze(1)
        self.rows = ((byte >> torch.arange(8, device=device)) & 1).to(dtype).mul_(2).sub_(1)
        self.words = torch.empty(models, shape.batch, (self.used_bytes + 7) // 8, device=device, dtype=torch.int64)
        self.inputs = None

    def fill(self):
        drawn = self.words.random_(-2**63, None).view(torch.uint8)[..., :self.used_bytes]
        signs = torch.nn.functional.embedding(drawn.to(torch.int32), self.rows).flatten(2)
        signs[..., self.n] = 1
        self.inputs = signs[..., :self.n + 1]


class Bits(Randint):
    """One random bit per coordinate, moved to the sign bit of a float that is otherwise 1.0: three integer operations.

    Multiplying by 2^j shifts bit 31-j up to the sign; unlike the shift operators it is vectorised in every version.
    """

    def __init__(self, models, shape, device, dtype):
        if dtype != torch.float32:
            raise TypeError("sign bits are placed in float32 only")
        self.degree = shape.k
        self.n = shape.n
        words = shape.n // 32 + 1  # 32-bit words per sample, with room for the column of ones
        self.words = torch.empty(models, shape.batch, (words + 1) // 2, device=device, dtype=torch.int64)
        self.halves = self.words.view(torch.int32)[..., :words].unsqueeze(-1)
        powers = torch.ones(32, device=device, dtype=torch.int64) << torch.arange(32, device=device)
        self.powers = powers.to(torch.int32)
        self.patterns = torch.empty(models, shape.batch, words, 32, device=device, dtype=torch.int32)
        self.padded = self.patterns.view(torch.float32).flatten(2)
        self.inputs = self.padded[..., :shape.n + 1]

    def fill(self):
        self.words.random_(-2**63, None)
        torch.mul(self.halves, self.powers, out=self.patterns)
        self.patterns.bitwise_and_(-2**31).bitwise_or_(0x3F800000)
        self.inputs[..., self.n] = 1


SOURCES = {"randint": Randint, "bernoulli": Bernoulli, "table": Table, "bits": Bits}


def initial(models, shape, device, dtype):
    """nn.Linear's own initialisation: everything uniform within 1/sqrt(inputs of the layer)."""
    def uniform(inputs, *size):
        bound = 1 / math.sqrt(inputs)
        return torch.empty(*size, device=device, dtype=dtype).uniform_(-bound, bound)

    n, r = shape.n, shape.width
    return uniform(n, models, n, r), uniform(n, models, r), uniform(r, models, r), uniform(r, models)


# Formulations. `update` takes one batch and performs one SGD step on all networks.

class Biased:
    """Gradients by hand, one batched matrix product per line of the derivation."""
    needs_grad = False

    def __init__(self, shape, learning_rate, weights):
        self.n = shape.n
        self.step_size = learning_rate / shape.batch
        self.store(*weights)

    def store(self, hidden, hidden_bias, out, out_bias):
        self.hidden, self.hidden_bias = hidden, hidden_bias.unsqueeze(1)
        self.out, self.out_bias = out.unsqueeze(2), out_bias.view(-1, 1, 1)

    def weights(self):
        return self.hidden, self.hidden_bias.squeeze(1), self.out.squeeze(2), self.out_bias.flatten()

    def descent(self, labels, scores):
        """-lr dL/df: the label, scaled, where the margin is violated, and 0 elsewhere."""
        return (labels * (labels * scores < 1)).mul_(self.step_size)

    def update(self, inputs, labels):
        x = inputs[..., :self.n]
        active = torch.baddbmm(self.hidden_bias, x, self.hidden).relu_()
        scores = torch.baddbmm(self.out_bias, active, self.out)
        descent = self.descent(labels.unsqueeze(2), scores)
        back = torch.ops.aten.threshold_backward(torch.bmm(descent, self.out.transpose(1, 2)), active, 0)
        self.out.baddbmm_(active.transpose(1, 2), descent)
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.hidden.baddbmm_(x.transpose(1, 2), back)
        self.hidden_bias.add_(back.sum(1, keepdim=True))


class Folded(Biased):
    """The bias is the last weight row, and the output layer, a vector per network, is done by broadcasting."""

    def store(self, hidden, hidden_bias, out, out_bias):
        self.hidden = torch.cat([hidden, hidden_bias.unsqueeze(1)], 1)
        self.out, self.out_bias = out.unsqueeze(1).clone(), out_bias.unsqueeze(1).clone()

    def weights(self):
        return self.hidden[:, :self.n], self.hidden[:, self.n], self.out.squeeze(1), self.out_bias.squeeze(1)

    def update(self, inputs, labels):
        active = torch.bmm(inputs, self.hidden).relu_()
        scores = (active * self.out).sum(2).add_(self.out_bias)
        descent = self.descent(labels, scores)
        back = torch.ops.aten.threshold_backward(descent.unsqueeze(2) * self.out, active, 0)
        self.out.add_((active * descent.unsqueeze(2)).sum(1, keepdim=True))
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.hidden.baddbmm_(inputs.transpose(1, 2), back)


class Buffered(Folded):
    """`Folded` with every large intermediate written to memory that was allocated once and stays in cache."""

    def __init__(self, shape, learning_rate, weights):
        super().__init__(shape, learning_rate, weights)
        self.active = self.hidden.new_empty(self.hidden.shape[0], shape.batch, shape.width)
        self.scratch = torch.empty_like(self.active)

    def update(self, inputs, labels):
        active, scratch = self.active, self.scratch
        torch.bmm(inputs, self.hidden, out=active).relu_()
        scores = torch.mul(active, self.out, out=scratch).sum(2).add_(self.out_bias)
        descent = self.descent(labels, scores)
        column = descent.unsqueeze(2)
        from_out = torch.mul(active, column, out=scratch).sum(1, keepdim=True)
        torch.mul(column, self.out, out=scratch)
        torch.ops.aten.threshold_backward.grad_input(scratch, active, 0, grad_input=scratch)
        self.out.add_(from_out)
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.hidden.baddbmm_(inputs.transpose(1, 2), scratch)


class Outer(Folded):
    """For B = 1, where a matrix product per network is mostly call overhead: products by broadcasting instead."""

    def __init__(self, shape, learning_rate, weights):
        if shape.batch != 1:
            raise ValueError("B = 1 only")
        super().__init__(shape, learning_rate, weights)
        self.products = torch.empty_like(self.hidden)

    def update(self, inputs, labels):
        column = inputs.transpose(1, 2)
        active = torch.mul(self.hidden, column, out=self.products).sum(1, keepdim=True).relu_()
        scores = (active * self.out).sum(2).add_(self.out_bias)
        descent = self.descent(labels, scores)
        back = torch.ops.aten.threshold_backward(descent.unsqueeze(2) * self.out, active, 0)
        self.out.addcmul_(active, descent.unsqueeze(2))
        self.out_bias.add_(descent)
        self.hidden.addcmul_(column, back)


class Autograd(Biased):
    """Stacked parameters, the loss written down, the rest left to autograd and optim.SGD."""
    needs_grad = True

    def __init__(self, shape, learning_rate, weights):
        super().__init__(shape, learning_rate, weights)
        self.parameters = [self.hidden, self.hidden_bias, self.out, self.out_bias]
        for parameter in self.parameters:
            parameter.requires_grad_()
        self.optimizer = torch.optim.SGD(self.parameters, lr=learning_rate)

    def weights(self):
        return tuple(weight.detach() for weight in super().weights())

    def update(self, inputs, labels):
        active = torch.baddbmm(self.hidden_bias, inputs[..., :self.n], self.hidden).relu()
        scores = torch.baddbmm(self.out_bias, active, self.out).squeeze(2)
        # The mean within a network, the sum over networks: each gets exactly its own gradient.
        loss = (1 - labels * scores).clamp(min=0).mean(1).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()


class Vmap(Biased):
    """The loss of one network, differentiated by grad and batched over networks by vmap."""

    def __init__(self, shape, learning_rate, weights):
        if vmap is None:
            raise RuntimeError("this torch has neither torch.func nor functorch")
        super().__init__(shape, learning_rate, weights)
        self.learning_rate = learning_rate

        def loss(parameters, x, y):
            hidden, hidden_bias, out, out_bias = parameters
            scores = torch.relu(x @ hidden + hidden_bias) @ out + out_bias
            return (1 - y * scores.squeeze(1)).clamp(min=0).mean()

        self.gradients = vmap(grad(loss))

    def update(self, inputs, labels):
        parameters = (self.hidden, self.hidden_bias, self.out, self.out_bias)
        for weight, gradient in zip(parameters, self.gradients(parameters, inputs[..., :self.n], labels)):
            weight.sub_(gradient, alpha=self.learning_rate)


FORMULATIONS = {"biased": Biased, "folded": Folded, "buffered": Buffered, "outer": Outer,
                "autograd": Autograd, "vmap": Vmap}


def graph(step):
    """Records one step as a CUDA graph; the warm-up on a side stream is what capture requires."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    recorded = torch.cuda.CUDAGraph()
    with torch.cuda.graph(recorded):
        step()
    return recorded.replay


EXECUTIONS = ("eager", "graph", "compile")


class Trainer:
    """One formulation fed by one source, executed in one way. `step` advances every network once."""

    def __init__(self, formulation, source, execution, models, shape, learning_rate, device):
        weights = initial(models, shape, device, torch.float32)
        # A formulation may adopt the tensors it is given, so the start is kept apart.
        start = [weight.clone() for weight in weights]
        # Held as attributes because a recorded graph owns none of the memory it works on.
        self.formulation = formulation = FORMULATIONS[formulation](shape, learning_rate, weights)
        self.source = source = SOURCES[source](models, shape, device, torch.float32)
        self.step = executed(formulation, source, execution, torch.device(device).type == "cuda")
        with torch.no_grad():
            for weight, value in zip(formulation.weights(), start):
                weight.copy_(value)


def executed(formulation, source, execution, on_cuda):
    if execution == "graph" and not on_cuda:
        raise ValueError("CUDA graphs need a CUDA device")
    update = formulation.update
    if execution == "compile":
        torch.compiler.reset()  # earlier candidates count towards the limit after which compiling is given up
        update = torch.compile(update, dynamic=False)

    def step():
        with torch.set_grad_enabled(formulation.needs_grad):
            update(*source.draw())

    # A compiled step is recorded as well, or its launches would cost more than its kernels.
    return graph(step) if execution != "eager" and on_cuda else step

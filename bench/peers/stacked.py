"""S independent networks held in stacked tensors, in every formulation worth racing.

A network (NETWORKS) is a model, an activation, a loss and an optimizer, plain SGD or Adam; every network and step has a
fresh batch. Two layers: weights [S, n, r], hidden bias [S, r], output weights [S, r], output bias [S]. PolyNet, the
product of r = k affine columns: weights [S, n, k], bias [S, k]. Transformer: see there. Inputs [S, B, n+1], whose last
column is always 1 so that a formulation may treat the bias as one more weight row; labels [S, B].
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


class TableAcross(Randint):
    """`Table` with the eight signs of a byte belonging to eight samples of one input: memory is [S, n+1, B].

    Labels are then products of whole rows, and a product with few columns runs along the samples.
    """

    def __init__(self, models, shape, device, dtype):
        super().__init__(models, shape, device, dtype)
        self.n, self.batch = shape.n, shape.batch
        byte = torch.arange(256, device=device).unsqueeze(1)
        self.rows = ((byte >> torch.arange(8, device=device)) & 1).to(dtype).mul_(2).sub_(1)
        self.used_bytes = (shape.batch + 7) // 8
        self.words = torch.empty(models, shape.n + 1, (self.used_bytes + 7) // 8, device=device, dtype=torch.int64)

    def fill(self):
        drawn = self.words.random_(-2**63, None).view(torch.uint8)[..., :self.used_bytes]
        signs = torch.nn.functional.embedding(drawn.to(torch.int32), self.rows).flatten(2)[..., :self.batch]
        signs[:, self.n] = 1
        self.inputs = signs.transpose(1, 2)


class BitsAcross(Randint):
    """`Bits` with the 32 signs of a word belonging to 32 samples of one input: memory is [S, n+1, B]."""

    def __init__(self, models, shape, device, dtype):
        if dtype != torch.float32:
            raise TypeError("sign bits are placed in float32 only")
        self.degree = shape.k
        words = (shape.batch + 31) // 32
        self.words = torch.empty(models, shape.n, (words + 1) // 2, device=device, dtype=torch.int64)
        self.halves = self.words.view(torch.int32)[..., :words].unsqueeze(-1)
        powers = torch.ones(32, device=device, dtype=torch.int64) << torch.arange(32, device=device)
        self.powers = powers.to(torch.int32)
        # The row of ones after the inputs is written once: the draws leave it alone.
        padded = torch.ones(models, shape.n + 1, words * 32, device=device, dtype=torch.float32)
        self.patterns = padded.view(torch.int32)[:, :shape.n].unflatten(2, (words, 32))
        self.inputs = padded[..., :shape.batch].transpose(1, 2)

    def fill(self):
        self.words.random_(-2**63, None)
        torch.mul(self.halves, self.powers, out=self.patterns)
        self.patterns.bitwise_and_(-2**31).bitwise_or_(0x3F800000)


SOURCES = {"randint": Randint, "bernoulli": Bernoulli, "table": Table, "bits": Bits,
           "table-across": TableAcross, "bits-across": BitsAcross}
FAST_SOURCES = ("table", "bits", "table-across", "bits-across")


def uniform(inputs, device, dtype, *size):
    """nn.Linear's own initialisation: everything uniform within 1/sqrt(inputs of the layer)."""
    bound = 1 / math.sqrt(inputs)
    return torch.empty(*size, device=device, dtype=dtype).uniform_(-bound, bound)


# Losses: what autograd minimises, given labels and scores, and the descent -dL/df times a step size.

class Hinge:
    @staticmethod
    def value(labels, scores):
        return (1 - labels * scores).clamp(min=0)

    @staticmethod
    def descent(labels, scores, step_size):
        """The label, scaled, where the margin is violated, and 0 elsewhere."""
        return (labels * (labels * scores < 1)).mul_(step_size)


class Logistic:
    @staticmethod
    def value(labels, scores):
        return torch.nn.functional.softplus(-labels * scores)

    @staticmethod
    def descent(labels, scores, step_size):
        return (labels * scores).neg_().sigmoid_().mul_(labels).mul_(step_size)


# Activations, in place of z or into `out`. `backward` gets the z that `value` left behind, and may overwrite it.

class Relu:
    plain = staticmethod(torch.relu)

    @staticmethod
    def value(z, out=None):
        return z.relu_()

    @staticmethod
    def backward(descent, z, out=None):
        if out is None:
            return torch.ops.aten.threshold_backward(descent, z, 0)
        return torch.ops.aten.threshold_backward.grad_input(descent, z, 0, grad_input=out)


class Sin:
    plain = staticmethod(torch.sin)

    @staticmethod
    def value(z, out=None):
        return torch.sin(z, out=out)

    @staticmethod
    def backward(descent, z, out=None):
        return torch.mul(descent, z.cos_(), out=out)


# Formulations. `update` takes one batch and performs one SGD step on all networks.

class Formulation:
    """What all formulations share. `store` keeps the weights in the shapes the formulation wants."""
    needs_grad = False

    def __init__(self, network, shape, learning_rate, weights):
        self.n = shape.n
        self.activation, self.loss = network.activation, network.loss
        self.learning_rate = learning_rate
        self.step_size = learning_rate / shape.batch
        self.store(*weights)

    def descent(self, labels, scores):
        return self.loss.descent(labels, scores, self.step_size)


class Biased(Formulation):
    """Gradients by hand, one batched matrix product per line of the derivation."""

    def store(self, hidden, hidden_bias, out, out_bias):
        self.hidden, self.hidden_bias = hidden, hidden_bias.unsqueeze(1)
        self.out, self.out_bias = out.unsqueeze(2), out_bias.view(-1, 1, 1)

    def weights(self):
        return self.hidden, self.hidden_bias.squeeze(1), self.out.squeeze(2), self.out_bias.flatten()

    def update(self, inputs, labels):
        x = inputs[..., :self.n]
        z = torch.baddbmm(self.hidden_bias, x, self.hidden)
        active = self.activation.value(z)
        scores = torch.baddbmm(self.out_bias, active, self.out)
        descent = self.descent(labels.unsqueeze(2), scores)
        back = self.activation.backward(torch.bmm(descent, self.out.transpose(1, 2)), z)
        self.out.baddbmm_(active.transpose(1, 2), descent)
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.hidden.baddbmm_(x.transpose(1, 2), back)
        self.hidden_bias.add_(back.sum(1, keepdim=True))


class Folded(Formulation):
    """The bias is the last weight row, and the output layer, a vector per network, is done by broadcasting."""

    def store(self, hidden, hidden_bias, out, out_bias):
        self.hidden = torch.cat([hidden, hidden_bias.unsqueeze(1)], 1)
        self.out, self.out_bias = out.unsqueeze(1).clone(), out_bias.unsqueeze(1).clone()

    def weights(self):
        return self.hidden[:, :self.n], self.hidden[:, self.n], self.out.squeeze(1), self.out_bias.squeeze(1)

    def update(self, inputs, labels):
        z = torch.bmm(inputs, self.hidden)
        active = self.activation.value(z)
        scores = (active * self.out).sum(2).add_(self.out_bias)
        descent = self.descent(labels, scores)
        back = self.activation.backward(descent.unsqueeze(2) * self.out, z)
        self.apply(inputs, active, descent, back)

    def apply(self, inputs, active, descent, back):
        self.out.add_((active * descent.unsqueeze(2)).sum(1, keepdim=True))
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.hidden.baddbmm_(inputs.transpose(1, 2), back)


class Buffered(Folded):
    """`Folded` with every large intermediate written to memory that was allocated once and stays in cache."""

    def __init__(self, network, shape, learning_rate, weights):
        super().__init__(network, shape, learning_rate, weights)
        self.z = self.hidden.new_empty(self.hidden.shape[0], shape.batch, shape.width)
        self.values = torch.empty_like(self.z)
        self.scratch = torch.empty_like(self.z)

    def update(self, inputs, labels):
        scratch = self.scratch
        z = torch.bmm(inputs, self.hidden, out=self.z)
        active = self.activation.value(z, out=self.values)
        scores = torch.mul(active, self.out, out=scratch).sum(2).add_(self.out_bias)
        descent = self.descent(labels, scores)
        column = descent.unsqueeze(2)
        from_out = torch.mul(active, column, out=scratch).sum(1, keepdim=True)
        torch.mul(column, self.out, out=scratch)
        self.activation.backward(scratch, z, out=scratch)
        self.out.add_(from_out)
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.hidden.baddbmm_(inputs.transpose(1, 2), scratch)


class Across(Folded):
    """`Folded` with samples as the last dimension of everything: vectors run along the batch, not along few neurons."""

    def store(self, hidden, hidden_bias, out, out_bias):
        self.hidden = torch.cat([hidden, hidden_bias.unsqueeze(1)], 1).transpose(1, 2).contiguous()
        self.out, self.out_bias = out.unsqueeze(2).clone(), out_bias.unsqueeze(1).clone()

    def weights(self):
        return (self.hidden[..., :self.n].transpose(1, 2), self.hidden[..., self.n], self.out.squeeze(2),
                self.out_bias.squeeze(1))

    def update(self, inputs, labels):
        z = self.affine(inputs)
        active = self.activation.value(z)
        scores = (active * self.out).sum(1).add_(self.out_bias)
        descent = self.descent(labels, scores)
        row = descent.unsqueeze(1)
        back = self.activation.backward(row * self.out, z)
        self.apply(inputs, active, descent, back)

    def apply(self, inputs, active, descent, back):
        self.out.add_((active * descent.unsqueeze(1)).sum(2, keepdim=True))
        self.out_bias.add_(descent.sum(1, keepdim=True))
        self.affine_update(inputs, back)

    def affine(self, inputs):
        return torch.bmm(self.hidden, inputs.transpose(1, 2))

    def affine_update(self, inputs, back):
        self.hidden.baddbmm_(back, inputs)


class ByColumn:
    """For one column or a few, where a batched matrix product per network is mostly call overhead: products by
    broadcasting, a column at a time, in memory allocated once. Mixed into a formulation that keeps samples last."""

    def store(self, *weights):
        super().store(*weights)
        if self.hidden.shape[1] > 4:
            raise ValueError("at most four columns")
        self.products = None

    def room(self, rows):
        if self.products is None:
            self.products = torch.empty_like(rows)  # in the source's memory order
        return self.products

    def affine(self, inputs):
        rows = inputs.transpose(1, 2)
        products = self.room(rows)
        columns = [torch.mul(rows, weights.unsqueeze(2), out=products).sum(1) for weights in self.hidden.unbind(1)]
        return columns[0].unsqueeze(1) if len(columns) == 1 else torch.stack(columns, 1)

    def affine_update(self, inputs, back):
        rows = inputs.transpose(1, 2)
        products = self.room(rows)
        for weights, row in zip(self.hidden.unbind(1), back.split(1, 1)):
            weights.add_(torch.mul(rows, row, out=products).sum(2))


class Columns(ByColumn, Across):
    pass


class Mixed(Columns):
    """Forward as a matrix product, backward by broadcasting."""
    affine = Across.affine


class Outer(Folded):
    """For B = 1, where a matrix product per network is mostly call overhead: products by broadcasting instead."""

    def __init__(self, network, shape, learning_rate, weights):
        if shape.batch != 1:
            raise ValueError("B = 1 only")
        super().__init__(network, shape, learning_rate, weights)
        self.products = torch.empty_like(self.hidden)

    def update(self, inputs, labels):
        column = inputs.transpose(1, 2)
        z = torch.mul(self.hidden, column, out=self.products).sum(1, keepdim=True)
        active = self.activation.value(z)
        scores = (active * self.out).sum(2).add_(self.out_bias)
        descent = self.descent(labels, scores)
        back = self.activation.backward(descent.unsqueeze(2) * self.out, z)
        self.out.addcmul_(active, descent.unsqueeze(2))
        self.out_bias.add_(descent)
        self.hidden.addcmul_(column, back)


class Autograd(Biased):
    """Stacked parameters, the loss written down, the rest left to autograd and optim.SGD."""
    needs_grad = True

    def __init__(self, network, shape, learning_rate, weights):
        super().__init__(network, shape, learning_rate, weights)
        self.parameters = self.leaves()
        for parameter in self.parameters:
            parameter.requires_grad_()
        self.optimizer = torch.optim.SGD(self.parameters, lr=learning_rate)

    def leaves(self):
        return [self.hidden, self.hidden_bias, self.out, self.out_bias]

    def weights(self):
        return tuple(weight.detach() for weight in super().weights())

    def scores(self, inputs):
        active = self.activation.plain(torch.baddbmm(self.hidden_bias, inputs[..., :self.n], self.hidden))
        return torch.baddbmm(self.out_bias, active, self.out).squeeze(2)

    def update(self, inputs, labels):
        # The mean within a network, the sum over networks: each gets exactly its own gradient.
        loss = self.loss.value(labels, self.scores(inputs)).mean(1).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()


class Vmap(Formulation):
    """The loss of one network, differentiated by grad and batched over networks by vmap."""

    def store(self, *weights):
        if vmap is None:
            raise RuntimeError("this torch has neither torch.func nor functorch")
        self.parameters = weights

        def loss(parameters, x, y):
            return self.loss.value(y, self.scores(x, *parameters)).mean()

        self.gradients = vmap(grad(loss))

    def scores(self, x, hidden, hidden_bias, out, out_bias):
        return self.activation.plain(x @ hidden + hidden_bias) @ out + out_bias

    def weights(self):
        return self.parameters

    def update(self, inputs, labels):
        gradients = self.gradients(self.parameters, inputs[..., :self.n], labels)
        for weight, gradient in zip(self.parameters, gradients):
            weight.sub_(gradient, alpha=self.learning_rate)


class Product(Formulation):
    """PolyNet: z as [S, k, B], so that every factor is a row of its own; the bias is the last weight."""

    def store(self, weights, bias):
        self.hidden = torch.cat([weights, bias.unsqueeze(1)], 1).transpose(1, 2).contiguous()

    def weights(self):
        return self.hidden[..., :self.n].transpose(1, 2), self.hidden[..., self.n]

    def update(self, inputs, labels):
        z = self.affine(inputs)
        factors = z.unbind(1)
        before = [factors[0]]  # products of the first factors
        for factor in factors[1:]:
            before.append(before[-1] * factor)
        descent = self.descent(labels, before[-1])
        # From the last factor back, each factor's row is overwritten with its own derivative.
        for i in range(len(factors) - 1, 0, -1):
            above = descent
            descent = above * factors[i]
            torch.mul(above, before[i - 1], out=factors[i])
        factors[0].copy_(descent)
        self.affine_update(inputs, z)

    affine = Across.affine
    affine_update = Across.affine_update


class ProductTall(Product):
    """The same with the weights as [S, n+1, k]: the matrix products the other way round."""

    def store(self, weights, bias):
        self.hidden = torch.cat([weights, bias.unsqueeze(1)], 1)

    def weights(self):
        return self.hidden[:, :self.n], self.hidden[:, self.n]

    def affine(self, inputs):
        return torch.bmm(inputs, self.hidden).transpose(1, 2)

    def affine_update(self, inputs, back):
        self.hidden.baddbmm_(inputs.transpose(1, 2), back.transpose(1, 2))


class ProductColumns(ByColumn, Product):
    pass


class ProductMixed(ProductColumns):
    """Forward as a matrix product, backward by broadcasting."""
    affine = Product.affine


class ProductAutograd(Autograd):
    def store(self, weights, bias):
        self.hidden, self.hidden_bias = weights, bias.unsqueeze(1)

    def leaves(self):
        return [self.hidden, self.hidden_bias]

    def weights(self):
        return self.hidden.detach(), self.hidden_bias.detach().squeeze(1)

    def scores(self, inputs):
        return torch.baddbmm(self.hidden_bias, inputs[..., :self.n], self.hidden).prod(2)


class ProductVmap(Vmap):
    def scores(self, x, weights, bias):
        return (x @ weights + bias).prod(1)


# Adam. Gradients by hand or by autograd; the step itself is torch's own, in one fused call where this torch has it.

def adam(parameters, learning_rate):
    try:
        return torch.optim.Adam(parameters, lr=learning_rate, fused=True)
    except (RuntimeError, TypeError):
        return torch.optim.Adam(parameters, lr=learning_rate, foreach=True)


class ByAdam:
    """Turns a formulation that adds descents to its parameters into one that hands gradients to Adam."""

    def __init__(self, network, shape, learning_rate, weights):
        super().__init__(network, shape, learning_rate, weights)
        self.step_size = -1 / shape.batch  # the gradient of the mean loss, instead of a step against it
        parameters = [self.hidden, self.out, self.out_bias]
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter)
        self.optimizer = adam(parameters, learning_rate)


class FoldedAdam(ByAdam, Folded):
    def apply(self, inputs, active, descent, back):
        torch.sum(active * descent.unsqueeze(2), 1, keepdim=True, out=self.out.grad)
        torch.sum(descent, 1, keepdim=True, out=self.out_bias.grad)
        torch.bmm(inputs.transpose(1, 2), back, out=self.hidden.grad)
        self.optimizer.step()


class AcrossAdam(ByAdam, Across):
    def apply(self, inputs, active, descent, back):
        torch.sum(active * descent.unsqueeze(1), 2, keepdim=True, out=self.out.grad)
        torch.sum(descent, 1, keepdim=True, out=self.out_bias.grad)
        torch.bmm(back, inputs, out=self.hidden.grad)
        self.optimizer.step()


class AutogradAdam(Autograd):
    def __init__(self, network, shape, learning_rate, weights):
        super().__init__(network, shape, learning_rate, weights)
        self.optimizer = adam(self.parameters, learning_rate)


# The transformer: one layer of attention over n tokens and a class token, read at the class token, then two layers.
# positions [S, n, d], signs [S, 2, d] for +1 and -1, class token [S, d], matrices for queries, keys, values [S, d, Ha]
# and out [S, Ha, d], then the readout's weights [S, d, r], bias [S, r], output weights [S, r], output bias [S].

EMBEDDING, HEADS, HEAD_SIZE = 32, 4, 8  # the product's defaults


class Transformer(Autograd):
    """As its authors write it: an embedding of every token of every sample, then torch's attention."""

    def store(self, positions, signs, class_token, queries, keys, values, projection, hidden, hidden_bias, out, out_bias):
        self.positions, self.signs, self.class_token = positions, signs, class_token
        self.queries, self.keys, self.values, self.projection = queries, keys, values, projection
        self.hidden, self.hidden_bias, self.out, self.out_bias = hidden, hidden_bias, out, out_bias

    def leaves(self):
        return [self.positions, self.signs, self.class_token, self.queries, self.keys, self.values, self.projection,
                self.hidden, self.hidden_bias, self.out, self.out_bias]

    def weights(self):
        return tuple(weight.detach() for weight in self.leaves())

    def scores(self, inputs):
        x = inputs[..., :self.n]
        models, batch = x.shape[:2]
        chosen = torch.where((x > 0).unsqueeze(3), self.signs[:, None, None, 0], self.signs[:, None, None, 1])
        tokens = chosen + self.positions.unsqueeze(1)
        tokens = torch.cat([tokens, self.class_token[:, None, None].expand(-1, batch, -1, -1)], 2).flatten(1, 2)

        def heads(vectors):
            return vectors.view(models * batch, -1, HEADS, HEAD_SIZE).transpose(1, 2)

        query = torch.bmm(self.class_token.unsqueeze(1), self.queries).unsqueeze(1).expand(-1, batch, -1, -1)
        mixed = torch.nn.functional.scaled_dot_product_attention(
            heads(query.reshape(models * batch, 1, -1)), heads(torch.bmm(tokens, self.keys)),
            heads(torch.bmm(tokens, self.values)))
        return self.readout(mixed.reshape(models, batch, -1))

    def readout(self, mixed):
        read = torch.baddbmm(self.class_token.unsqueeze(1), mixed, self.projection)
        active = torch.relu(torch.baddbmm(self.hidden_bias.unsqueeze(1), read, self.hidden))
        return torch.baddbmm(self.out_bias[:, None, None], active, self.out.unsqueeze(2)).squeeze(2)


class TransformerTokens(Transformer):
    """There are only 2n + 1 different tokens: keys and values are computed once for each, and samples choose among them.

    exp(score) and exp(score)·value are linear in the choice, so that a sample's numerator and denominator are one
    product of its inputs, as 0 and 1, with a matrix of the network.
    """

    def scores(self, inputs):
        x = inputs[..., :self.n]
        models, batch = x.shape[:2]
        tokens = torch.cat([
            (self.positions.unsqueeze(1) + self.signs.unsqueeze(2)).flatten(1, 2), self.class_token.unsqueeze(1)], 1)
        query = torch.bmm(self.class_token.unsqueeze(1), self.queries).view(models, 1, HEADS, HEAD_SIZE)
        keys = torch.bmm(tokens, self.keys).view(models, -1, HEADS, HEAD_SIZE)
        values = torch.bmm(tokens, self.values).view(models, -1, HEADS, HEAD_SIZE)
        scores = (keys * query).sum(3) / HEAD_SIZE ** 0.5
        weights = torch.exp(scores - scores.detach().amax(1, keepdim=True)).unsqueeze(3)
        terms = torch.cat([weights * values, weights], 3).flatten(2)
        plus, minus, last = terms.split([self.n, self.n, 1], 1)
        sums = torch.baddbmm(0.5 * (plus + minus).sum(1, keepdim=True) + last, x, 0.5 * (plus - minus))
        sums = sums.view(models, batch, HEADS, HEAD_SIZE + 1)
        return self.readout((sums[..., :HEAD_SIZE] / sums[..., HEAD_SIZE:]).flatten(2))


# Networks.

class Network:
    """A model with its formulations, its activation if that can be chosen, its loss, and the optimizer of one alone."""
    optimizer = torch.optim.SGD

    def __init__(self, loss, activation=None):
        self.loss, self.activation = loss, activation


class TwoLayer(Network):
    """f = c + sum of u_j act(w_j x + b_j)."""
    formulations = {"biased": Biased, "folded": Folded, "buffered": Buffered, "across": Across, "columns": Columns,
                    "mixed": Mixed, "outer": Outer, "autograd": Autograd, "vmap": Vmap}

    @staticmethod
    def initial(models, shape, device, dtype):
        n, r = shape.n, shape.width
        return (uniform(n, device, dtype, models, n, r), uniform(n, device, dtype, models, r),
                uniform(r, device, dtype, models, r), uniform(r, device, dtype, models))

    def alone(self, shape):
        """One ordinary network; its parameters are the stacked weights' slices, reshaped."""
        activation = {Relu: torch.nn.ReLU, Sin: SinModule}[self.activation]()
        return torch.nn.Sequential(torch.nn.Linear(shape.n, shape.width), activation, torch.nn.Linear(shape.width, 1))


class TwoLayerAdam(TwoLayer):
    formulations = {"folded": FoldedAdam, "across": AcrossAdam, "autograd": AutogradAdam}
    optimizer = torch.optim.Adam


class AttentionNet(Network):
    """See "The transformer" above; ReLU, hinge loss, SGD."""
    formulations = {"autograd": Transformer, "tokens": TransformerTokens}

    @staticmethod
    def initial(models, shape, device, dtype):
        inner, d, r = HEADS * HEAD_SIZE, EMBEDDING, shape.width

        def draw(inputs, *size):
            return uniform(inputs, device, dtype, models, *size)

        return (draw(1, shape.n, d), draw(1, 2, d), draw(1, d), draw(d, d, inner), draw(d, d, inner), draw(d, d, inner),
                draw(inner, inner, d), draw(d, d, r), draw(d, r), draw(r, r), draw(r))

    @staticmethod
    def alone(shape):
        return TransformerModule(shape)


class PolyNet(Network):
    """f = product of w_j x + b_j over k columns."""
    formulations = {"product": Product, "tall": ProductTall, "columns": ProductColumns, "mixed": ProductMixed,
                    "autograd": ProductAutograd, "vmap": ProductVmap}

    @staticmethod
    def initial(models, shape, device, dtype):
        n, k = shape.n, shape.width
        return uniform(n, device, dtype, models, n, k), uniform(n, device, dtype, models, k)

    @staticmethod
    def alone(shape):
        return torch.nn.Sequential(torch.nn.Linear(shape.n, shape.width), ProductModule())


class SinModule(torch.nn.Module):
    def forward(self, z):
        return torch.sin(z)


class TransformerModule(torch.nn.Module):
    """One transformer with nn.Linear and nn.MultiheadAttention's formula, one sample's tokens at a time."""

    def __init__(self, shape):
        super().__init__()
        inner = HEADS * HEAD_SIZE
        self.positions = torch.nn.Parameter(torch.zeros(1, shape.n, EMBEDDING))
        self.signs = torch.nn.Parameter(torch.zeros(1, 2, EMBEDDING))
        self.class_token = torch.nn.Parameter(torch.zeros(1, 1, EMBEDDING))
        self.queries, self.keys, self.values = (torch.nn.Linear(EMBEDDING, inner, bias=False) for _ in range(3))
        self.projection = torch.nn.Linear(inner, EMBEDDING, bias=False)
        self.hidden = torch.nn.Linear(EMBEDDING, shape.width)
        self.out = torch.nn.Linear(shape.width, 1)

    def forward(self, inputs):
        return torch.stack([self.score(x) for x in inputs])

    def score(self, x):
        tokens = torch.cat([self.positions[0] + self.signs[0][(x < 0).long()], self.class_token[0]])
        query = self.queries(self.class_token[0]).view(HEADS, HEAD_SIZE)
        keys, values = (layer(tokens).view(-1, HEADS, HEAD_SIZE) for layer in (self.keys, self.values))
        attention = torch.softmax(torch.einsum("thm,hm->th", keys, query) / HEAD_SIZE ** 0.5, 0)
        read = self.class_token[0, 0] + self.projection(torch.einsum("th,thm->hm", attention, values).flatten())
        return self.out(torch.relu(self.hidden(read)))


class ProductModule(torch.nn.Module):
    def forward(self, z):
        return z.prod(1, keepdim=True)


NETWORKS = {"relu-hinge": TwoLayer(Hinge, Relu), "relu-logistic": TwoLayer(Logistic, Relu), "polynet": PolyNet(Hinge),
            "sin": TwoLayer(Hinge, Sin), "relu-logistic-adam": TwoLayerAdam(Logistic, Relu),
            "transformer": AttentionNet(Hinge)}


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

    def __init__(self, network, formulation, source, execution, models, shape, learning_rate, device):
        weights = network.initial(models, shape, device, torch.float32)
        # A formulation may adopt the tensors it is given, so the initial values are copied first.
        start = [weight.clone() for weight in weights]
        # Held as attributes because a recorded graph owns none of the memory it works on.
        make = network.formulations[formulation]
        self.formulation = formulation = make(network, shape, learning_rate, weights)
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
        torch.compiler.reset()  # earlier candidates count towards the limit after which torch stops compiling
        update = torch.compile(update, dynamic=False)

    def step():
        with torch.set_grad_enabled(formulation.needs_grad):
            update(*source.draw())

    # A compiled step is recorded as well; otherwise its launches would cost more than its kernels.
    return graph(step) if execution != "eager" and on_cuda else step

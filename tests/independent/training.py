"""A run: losses, schedules, optimizers, when a run ends, and the measurements of its curve."""
import copy
import math
import numpy as np

from arithmetic import f32, fma, over_samples
from initial import Initial
from networks import NETWORKS
from randomness import Samples

def loss_and_slope(kind, y, f):
    """ℓ and g = −∂ℓ/∂f of every sample."""
    margin = y * f
    if kind == "hinge":
        return np.where(margin > 1, 0, 1 - margin), np.where(margin < 1, y, f32(0))
    if kind == "square":
        return (y - f) * (y - f), f32(2) * (y - f)
    if kind == "logistic":
        exact = np.clip(margin, -86, 86).astype(float)
        return np.logaddexp(0, -exact), y * (1 / (1 + np.exp(exact))).astype(f32)
    return -margin, y

def phases_of(spec):
    """--schedule FROM=FACTOR[:FACTOR…][@DECAY],…: first step, factors and decay of each phase."""
    for text in spec["schedule"].split(","):
        start, rest = text.split("=")
        factors, _, decay = rest.partition("@")
        yield int(start), [float(v) for v in factors.split(":")], float(decay or spec["weightDecay"])

class Optimizer:
    def __init__(self, spec, network):
        self.spec, self.phases = spec, list(phases_of(spec))
        self.beta1, self.beta2, self.epsilon = (f32(spec[name]) for name in ("momentum", "beta2", "epsilon"))
        self.m, self.v = ([{name: np.zeros_like(value) for name, value in layer.items()} for layer in network.layers] for _ in "mv")
        self.p1 = self.p2 = f32(1)

    def update(self, network, step, gradients, trained):
        _, factors, decay = [phase for phase in self.phases if phase[0] <= step][-1]
        kind, lr, batch = self.spec["optimizer"], self.spec["lr"], self.spec["batch"]
        if kind == "adamw":
            decay *= lr * factors[0]
        self.p1, self.p2 = self.p1 * self.beta1, self.p2 * self.beta2
        for l in trained:
            size = (lr / batch if kind in ("sgd", "momentum") else lr) * factors[min(l, len(factors) - 1)]
            if l == len(gradients) - 1:
                size *= self.spec["logits"]
            for name, gradient in gradients[l].items():
                direction, value = self.direction(kind, l, name, gradient, f32(1 / batch)), network.layers[l][name]
                network.layers[l][name] = fma(f32(size), direction, value * f32(1 - decay))

    def direction(self, kind, l, name, gradient, per_sample):
        m, v = self.m[l], self.v[l]
        if kind == "sgd":
            return gradient
        if kind == "sign-sgd":
            return np.sign(gradient)
        if kind == "momentum":
            m[name] = fma(self.beta1, m[name], gradient)
            return m[name]
        g = gradient * per_sample
        m[name] = fma(self.beta1, m[name], (f32(1) - self.beta1) * g)
        v[name] = fma(self.beta2, v[name], (f32(1) - self.beta2) * (g * g))
        c1, c2 = f32(1) / (f32(1) - self.p1), f32(1) / (f32(1) - self.p2)
        return (m[name] * c1) * (f32(1) / (np.sqrt(v[name] * c2) + self.epsilon))

class Run:
    def __init__(self, spec, seed):
        self.spec, self.samples = spec, Samples(spec, seed)
        self.network = NETWORKS[spec["model"]](spec, Initial(spec, seed))
        self.network.zero_one = spec["encoding"] == "01"
        self.optimizer = Optimizer(spec, self.network)
        self.start = copy.deepcopy(self.network.layers)
        plain = {"model": "mlp", "activation": "relu", "output": "trained", "loss": "hinge", "biases": "random", "optimizer": "sgd",
                 "train": "all", "samples": "online", "noise": 0, "schedule": "0=1", "targetAccuracy": 1, "target": "parity", "check": "step", "encoding": "pm1", "tasks": "none"}
        self.by_counts = spec["init"] != "sparse" and all(spec[name] == value for name, value in plain.items())
        self.curve, self.batch_errors = [], []
        self.learned, self.task_losses = [-1] * len(self.samples.tasks), []

    def misfit(self, y, f):
        """Errors; if labels are real numbers, the sum of (y − f)² as a float."""
        if not self.samples.terms:
            return int((~(y * f > 0)).sum())
        return float(np.nan_to_num(over_samples((y - f) * (y - f)), nan=np.inf))

    def allowed(self, count):
        if self.samples.terms:
            return float(f32(self.spec["targetLoss"] * count))
        return math.floor((1 - self.spec["targetAccuracy"]) * count + 1e-6)

    def trained_layers(self, step):
        layers = list(range(len(self.network.layers)))
        if self.spec["train"] == "output":
            return layers[-1:]
        if self.spec["train"] == "all":
            return layers
        hidden = len(layers) - 1
        self.network.stage = min(hidden, 1 + step // math.ceil(self.spec["maxSteps"] / hidden))
        return [self.network.stage - 1, hidden]

    def step(self, step):
        trained = self.trained_layers(step)
        x, y, truth = self.samples.batch(step)
        f = self.network.forward(x)
        self.batch_errors.append(self.misfit(truth, f))
        if self.by_counts:
            self.network.update_by_counts(y, f, f32(self.spec["lr"] / self.spec["batch"]), f32(1 - self.spec["weightDecay"]))
            return [1]  # the layer whose non-finite parameters end the run
        _, g = loss_and_slope(self.spec["loss"], y, f)
        self.optimizer.update(self.network, step, self.network.gradients(g.astype(f32)), trained)
        return trained

    def held_out(self, steps):
        """Inputs, labels and outputs of the held-out samples."""
        self.trained_layers(steps)
        x, y = self.samples.held_out(steps, self.spec["testSamples"])
        return x, y, np.concatenate([self.network.forward(x[at:at + 1024]) for at in range(0, len(x), 1024)])

    def check_due(self, steps):
        check = self.spec["check"]
        if check != "step":
            spacing = -(-self.spec["samples"] // self.spec["batch"]) if check == "epoch" else math.inf if check == "never" else int(check)
            return steps % spacing == 0
        window = -(-32 // self.spec["batch"])
        errors = sum(self.batch_errors[-window:])
        if self.allowed(self.spec["testSamples"]) > 0:
            return steps % window == 0 and errors <= self.allowed(window * self.spec["batch"])
        return steps >= window and errors == 0

    def measure(self, steps):
        held_x, held_y, held_f = self.held_out(steps)
        polynomial, misfit, count = bool(self.samples.terms), self.misfit(held_y, held_f), len(held_y)
        coefficients = [float(np.mean(held_f * parity, dtype=float)) for parity in self.samples.terms_of(held_x)]
        x, y, _ = self.samples.batch(steps) if self.samples.size is None else self.samples.stream(0, self.samples.size)
        f = self.network.forward(x)
        loss, _ = loss_and_slope(self.spec["loss"], y, f)
        largest = lambda differences: float(np.max(np.nan_to_num(np.abs(differences), nan=np.inf)))
        relevant = np.isin(np.arange(self.spec["inputs"]), self.samples.relevant)
        by_input = self.network.by_input(self.network.layers[0]) - self.network.by_input(self.start[0])
        mean_task_loss = self.measure_tasks(steps)
        self.curve.append({
            "step": steps, "trainLoss": float(np.mean(loss, dtype=float)), "trainAccuracy": np.nan if polynomial else float(np.mean(y * f > 0)),
            "accuracy": np.nan if polynomial else 1 - misfit / count, "loss": misfit / count if polynomial else mean_task_loss,
            "coefficients": coefficients, "norms": self.norms(),
            "movement": max(largest(value - old[name]) for layer, old in zip(self.network.layers, self.start)
                            for name, value in layer.items()),
            "movementRelevant": largest(by_input[relevant]),
            "movementIrrelevant": largest(by_input[~relevant]) if not relevant.all() else 0.0})

    def norms(self):
        """L1, L2 and the largest magnitude of all parameters."""
        magnitudes = np.abs(np.concatenate([np.ravel(value) for layer in self.network.layers for value in layer.values()]).astype(float))
        return [float(magnitudes.sum()), float(np.sqrt(np.square(magnitudes).sum())), float(magnitudes.max())]

    def measure_tasks(self, steps):
        """Records which tasks are learned; returns the mean of their losses weighted by frequency, NaN without tasks."""
        count, unit = self.spec["taskSamples"], math.log(2) if self.spec["loss"] == "logistic" else 1
        self.task_losses = []
        for number in range(len(self.samples.tasks)):
            x, y = self.samples.of_task(steps, number, count)
            self.task_losses.append(float(np.mean(loss_and_slope(self.spec["loss"], y, self.network.forward(x))[0], dtype=float)))
            if self.learned[number] < 0 and self.task_losses[-1] < self.spec["taskLoss"] * unit:
                self.learned[number] = steps
        return sum(task[2] * loss for task, loss in zip(self.samples.tasks, self.task_losses)) if self.task_losses else np.nan

    def end(self, steps, updated):
        """The outcome after a number of steps and the held-out errors, or None while the run continues."""
        if not all(np.isfinite(value).all() for l in updated for value in self.network.layers[l].values()):
            return "diverged", None
        due, last = self.check_due(steps), steps == self.spec["maxSteps"]
        errors = self.misfit(*self.held_out(steps)[1:]) if due or last else None
        if due and errors <= self.allowed(self.spec["testSamples"]):
            return "solved", errors
        return ("budget", errors) if last else None

    def train(self):
        steps, ended, every = 0, None, self.spec["curve"]
        while ended is None:
            if every != "none" and steps % int(every) == 0:
                self.measure(steps)
            updated = self.step(steps)
            steps += 1
            ended = self.end(steps, updated)
        if every != "none":
            self.measure(steps)
        if every != "none" and ended[0] == "diverged":
            point = self.curve[-1]
            loss = point["trainLoss"]
            point |= {"trainLoss": np.nan if np.isfinite(loss) else loss, "trainAccuracy": np.nan, "accuracy": np.nan, "loss": np.nan, "coefficients": []}
        loss = ended[1] / self.spec["testSamples"] if self.samples.terms and ended[1] is not None else None
        return {"steps": steps, "outcome": ended[0], "heldOutErrors": None if self.samples.terms else ended[1], "heldOutLoss": loss, "curve": self.curve,
                "tasks": [{"learned": step, "loss": loss} for step, loss in zip(self.learned, self.task_losses)]}

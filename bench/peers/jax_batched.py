#!/usr/bin/env python3
"""JAX on a GPU: the loss of one network, grad, vmap over networks, lax.scan over steps, all under one jit.

A variant is the random generator: threefry, JAX's default, or rbg, XLA's own.
"""
import sys

import peer

MODELS = [256, 1024, 4096, 16384, 65536]
GENERATORS = {"threefry": "threefry2x32", "rbg": "rbg"}
QUICK_SECONDS = 0.5
STEPS_PER_CALL = 100
LEARNING_RATE = 0.1
# Weights, gradients and activations of a candidate must fit in this many bytes.
MEMORY = 64 << 30


def initial(key, models, shape):
    """nn.Linear's initialisation, the same as the PyTorch programs use."""
    n, r = shape.n, shape.width
    keys = jax.random.split(key, 4)

    def uniform(key, inputs, *size):
        bound = inputs ** -0.5
        return jax.random.uniform(key, size, jnp.float32, -bound, bound)

    return (uniform(keys[0], n, models, n, r), uniform(keys[1], n, models, r),
            uniform(keys[2], r, models, r), uniform(keys[3], r, models))


def loss(weights, x, y):
    """Mean hinge loss of one network; x [B, n], y [B]."""
    hidden, hidden_bias, out, out_bias = weights
    scores = jax.nn.relu(x @ hidden + hidden_bias) @ out + out_bias
    return jnp.maximum(0, 1 - y * scores).mean()


def trainer(models, shape):
    """A compiled function (key, weights) -> the same after STEPS_PER_CALL steps of every network."""
    gradients = jax.vmap(jax.grad(loss))

    def step(state, _):
        key, weights = state
        key, draw = jax.random.split(key)
        x = jax.random.rademacher(draw, (models, shape.batch, shape.n), jnp.float32)
        y = x[..., :shape.k].prod(-1)
        weights = jax.tree_util.tree_map(lambda w, g: w - LEARNING_RATE * g, weights, gradients(weights, x, y))
        return (key, weights), None

    def steps(key, weights):
        return jax.lax.scan(step, (key, weights), None, length=STEPS_PER_CALL)[0]

    return jax.jit(steps, donate_argnums=1)


def run(variant, models, shape, seconds):
    key = jax.random.key(0, impl=GENERATORS[variant])
    key, start = jax.random.split(key)
    advance = trainer(models, shape)
    state = (key, initial(start, models, shape))

    def call():
        nonlocal state
        state = advance(*state)

    rates = peer.measure(call, lambda: jax.block_until_ready(state), seconds)
    return peer.result("jax-batched", variant, models, shape, [rate * STEPS_PER_CALL for rate in rates],
                       jax.devices()[0].platform, None, jax.__version__)


def fits(models, shape):
    return 4 * models * (3 * shape.n * shape.width + 3 * shape.batch * (shape.width + shape.n)) <= MEMORY


def main(arguments):
    jax.config.update("jax_enable_x64", False)
    if not arguments.tf32:
        # XLA rounds the factors of float32 products to TF32 on recent GPUs unless told otherwise.
        jax.config.update("jax_default_matmul_precision", "highest")
    results = []
    for shape in arguments.shapes or peer.DEFAULT_SHAPES:
        def run_shape(variant, models, seconds, shape=shape):
            return run(variant, models, shape, seconds)

        models = [count for count in arguments.models if fits(count, shape)]
        results.append(peer.race(arguments.variants, models, run_shape, QUICK_SECONDS, arguments.seconds))
    return peer.report(results, arguments.format)


if __name__ == "__main__":
    PARSER = peer.options(__doc__.splitlines()[0])
    PARSER.add_argument("--models", type=peer.counts, default=MODELS, metavar="S,…",
                        help="networks side by side (default 256…65536)")
    PARSER.add_argument("--variants", type=lambda text: text.split(","), default=list(GENERATORS), metavar="V,…",
                        help="random generators (default threefry,rbg)")
    PARSER.add_argument("--tf32", action="store_true", help="let matrix products round weights to 10 bits")
    ARGUMENTS = PARSER.parse_args()
    if not set(ARGUMENTS.variants) <= set(GENERATORS):
        PARSER.error(f"--variants: choose from {', '.join(GENERATORS)}")
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        sys.exit("jax is not installed for this Python; see bench/README.md")
    sys.exit(main(ARGUMENTS))

"""Single precision in the canon's order: fused multiply-adds, and the few shapes of sums from which everything is built."""
import numpy as np

f32, f64 = np.float32, np.float64

def fma(a, b, c):
    """a·b + c with one rounding. The product is exact in double precision; rounding the sum twice matters once in 2^29 cases."""
    return np.add(np.multiply(a, b, dtype=f64), c, dtype=f64).astype(f32)

def dense(x, w, start):
    """y_j ← fma(x_i, w_ji, y_j) from `start`, in ascending i. Rows of x are samples, w is (outputs, inputs)."""
    for i in range(w.shape[1]):
        start = fma(x[..., i, None], w[:, i], start)
    return start

def lanes(a, b, count):
    """Σ a·b over the last axis by fma from +0, in lanes: element i in lane i mod count."""
    a, b = np.broadcast_arrays(a, b)
    total = np.zeros(a.shape[:-1] + (count,), f32)
    for first in range(0, a.shape[-1], count):
        part = slice(first, first + count)
        used = total[..., :a[..., part].shape[-1]]
        used[...] = fma(a[..., part], b[..., part], used)
    return total

def tree(a, b):
    """Σ a·b over the last axis in 16 lanes, which are then added by halving."""
    total = lanes(a, b, 16)
    for half in (8, 4, 2, 1):
        total = total[..., :half] + total[..., half:2 * half]
    return total[..., 0]

def over_samples(a, c=1):
    """Σ_b a_b·c_b by fma from +0, or Σ_b a_b, one sample after the other (the first axis)."""
    total = f32(0)
    for product in np.multiply(a, c, dtype=f64):
        total = np.add(product, total, dtype=f64).astype(f32)
    return total

def in_fours(terms, start):
    """Sums of four consecutive terms (first axis), added to `start` one after the other."""
    missing = -len(terms) % 4
    if missing:
        terms = np.concatenate([terms, np.zeros((missing,) + terms.shape[1:], f32)])
    for four in ((terms[0::4] + terms[1::4]) + terms[2::4]) + terms[3::4]:
        start = start + four
    return start

def affine(x, w, bias):
    """z_bj of the layer over the ±1 inputs: the bias, then the inputs in groups of four."""
    return in_fours(x.T[:, :, None] * w.T[:, None, :], bias[None, :])

def affine_gradient(d, x):
    """G_ji and the bias's gradient, with samples in groups of four."""
    return {"w": in_fours(d[:, :, None] * x[:, None, :], f32(0)), "b": in_fours(d, f32(0))}

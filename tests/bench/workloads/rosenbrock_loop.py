"""Rosenbrock's function of many variables, as a loop over its terms."""

import numpy as np


def loss(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


def readable(x):
    total = 0.0
    dx = np.zeros_like(x)
    for i in range(len(x) - 1):
        r = x[i + 1] - x[i] ** 2
        s = 1 - x[i]
        total += 100.0 * r**2 + s**2
        dx[i + 1] += 200.0 * r
        dx[i] -= 400.0 * r * x[i] + 2 * s
    return total, dx


def tuned(x):
    """Python's own floats; each item of the gradient is made once."""
    values = iter(x.tolist())
    u = next(values)
    total = carry = 0.0
    dx = []
    for v in values:
        r = v - u * u
        s = 1.0 - u
        total += 100.0 * r * r + s * s
        t = 200.0 * r
        dx.append(carry - 2.0 * (t * u + s))
        carry = t
        u = v
    dx.append(carry)
    return total, np.array(dx)


def arguments(size=10_000):
    return (np.random.default_rng(0).normal(size=size),)

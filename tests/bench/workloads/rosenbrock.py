"""Rosenbrock's function of many variables, in NumPy's notation."""

import numpy as np


def loss(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def readable(x):
    r = x[1:] - x[:-1] ** 2
    s = 1 - x[:-1]
    value = np.sum(100.0 * r**2 + s**2)

    dx = np.zeros_like(x)
    dx[1:] = 200.0 * r
    dx[:-1] -= 400.0 * r * x[:-1] + 2 * s
    return value, dx


def tuned(x, chunk=8192):
    """In chunks that fit the cache, into buffers that are made once."""
    n = len(x) - 1
    dx = np.empty_like(x)
    dx[0] = 0.0
    buffers = np.empty((2, chunk))
    value = 0.0
    for start in range(0, n, chunk):
        stop = min(start + chunk, n)
        part = x[start:stop]
        r, s = buffers[:, : stop - start]
        np.multiply(part, part, out=r)
        np.subtract(x[start + 1 : stop + 1], r, out=r)
        np.subtract(1, part, out=s)
        value += 100.0 * np.dot(r, r) + np.dot(s, s)

        r *= 200.0
        dx[start + 1 : stop + 1] = r
        r *= part
        r += s
        r *= 2.0
        dx[start:stop] -= r
    return value, dx


def arguments(size=1_000_000):
    return (np.random.default_rng(0).normal(size=size),)

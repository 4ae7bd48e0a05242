"""A chain of elementwise functions on an array larger than the caches."""

import numpy as np


def loss(x):
    u = np.log(x)
    v = np.exp(-x) * np.sin(u)
    w = np.tanh(v + x)
    return np.sum(w * u)


def readable(x):
    u = np.log(x)
    e = np.exp(-x)
    v = e * np.sin(u)
    w = np.tanh(v + x)
    value = np.sum(w * u)

    dv = u * (1 - w**2)
    du = w + dv * e * np.cos(u)
    return value, dv - dv * v + du / x


def tuned(x, chunk=8192):
    """In chunks that fit the cache, into buffers that are made once."""
    dx = np.empty_like(x)
    buffers = np.empty((5, chunk))
    value = 0.0
    for start in range(0, len(x), chunk):
        part = x[start : start + chunk]
        u, e, v, w, d = buffers[:, : len(part)]
        np.log(part, out=u)
        np.negative(part, out=e)
        np.exp(e, out=e)
        np.sin(u, out=v)
        v *= e
        np.add(v, part, out=w)
        np.tanh(w, out=w)
        value += np.dot(w, u)

        np.multiply(w, w, out=d)
        np.subtract(1, d, out=d)
        d *= u  # dv
        np.cos(u, out=u)
        u *= e
        u *= d
        u += w  # du
        u /= part
        v *= d
        d -= v
        np.add(d, u, out=dx[start : start + chunk])
    return value, dx


def arguments(size=1_000_000):
    return (np.random.default_rng(0).uniform(0.5, 2.0, size),)

"""The two-layer network of the benchmarks, with the backward passes that a person would write for it."""

import numpy as np


def loss(params, X, y):
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ W2 + b2
    p = 1 / (1 + np.exp(-z2))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def value_and_grad(params, X, y):
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ W2 + b2
    p = 1 / (1 + np.exp(-z2))
    value = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dz2 = (p - y) / y.size
    dz1 = dz2 @ W2.T * (z1 > 0)
    return value, (X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0))


def grad(params, X, y):
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = np.maximum(0, z1)
    p = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    dz2 = (p - y) / y.size
    dz1 = dz2 @ W2.T * (z1 > 0)
    return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def arguments(size, dtype):
    rng = np.random.default_rng(0)
    shapes = ((20, 64), (64,), (64, 1), (1,))
    params = tuple((0.1 * rng.normal(size=shape)).astype(dtype) for shape in shapes)
    y = (rng.random((size, 1)) < 0.5).astype(dtype)
    return params, rng.normal(size=(size, 20)).astype(dtype), y

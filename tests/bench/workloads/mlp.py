"""A network of one hidden layer of relu units, one sigmoid output, binary cross-entropy, single precision."""

import numpy as np


def loss(params, X, y):
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ W2 + b2
    p = 1 / (1 + np.exp(-z2))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def readable(params, X, y):
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ W2 + b2
    p = 1 / (1 + np.exp(-z2))
    value = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    dz2 = (p - y) / y.size
    dz1 = dz2 @ W2.T * (z1 > 0)
    return value, (X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0))


def tuned(params, X, y):
    """Vectors in place of matrices of one column, in place where nothing is lost, column sums as products."""
    W1, b1, W2, b2 = params
    n = len(y)
    labels = y[:, 0]
    a1 = np.dot(X, W1)
    a1 += b1
    np.maximum(a1, 0, out=a1)
    z2 = np.dot(a1, W2[:, 0])
    z2 += b2
    e = np.exp(-np.abs(z2))
    q = 1 + e
    value = (np.maximum(z2, 0).sum() - np.dot(labels, z2) + np.log(q).sum()) / n

    dz2 = np.maximum(z2 >= 0, e)
    dz2 /= q
    dz2 -= labels
    dz2 *= z2.dtype.type(1 / n)
    dW2 = np.dot(dz2, a1)
    dz1 = np.dot(dz2[:, None], W2.T)
    dz1 *= a1 > 0
    db1 = np.dot(np.ones_like(dz2), dz1)
    return value, (np.dot(X.T, dz1), db1, dW2[:, None], dz2.sum(keepdims=True))


def arguments(batch=256, inputs=20, hidden=64):
    rng = np.random.default_rng(0)
    shapes = ((inputs, hidden), (hidden,), (hidden, 1), (1,))
    params = tuple((0.1 * rng.normal(size=shape)).astype(np.float32) for shape in shapes)
    y = (rng.random((batch, 1)) < 0.5).astype(np.float32)
    return params, rng.normal(size=(batch, inputs)).astype(np.float32), y

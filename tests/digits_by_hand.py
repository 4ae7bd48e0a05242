"""The network of the digits example, with the backward passes that a person would write for it."""

import numpy as np

from examples import digits_mlp

loss = digits_mlp.loss


def value_and_grad(params, X, y):
    W1, b1, W2, b2 = params
    n = len(y)
    h = np.tanh(X @ W1 + b1)
    f = h @ W2 + b2
    top = f.max(axis=1)
    e = np.exp(f - top[:, None])
    s = e.sum(axis=1)
    value = np.mean(top + np.log(s) - f[np.arange(n), y])
    return value, _backward(W2, X, y, h, e, s)


def grad(params, X, y):
    W1, b1, W2, b2 = params
    h = np.tanh(X @ W1 + b1)
    f = h @ W2 + b2
    e = np.exp(f - f.max(axis=1)[:, None])
    return _backward(W2, X, y, h, e, e.sum(axis=1))


def _backward(W2, X, y, h, e, s):
    n = len(y)
    df = e / s[:, None]
    df[np.arange(n), y] -= 1
    df /= n
    dz = df @ W2.T * (1 - h**2)
    return X.T @ dz, dz.sum(axis=0), h.T @ df, df.sum(axis=0)


def arguments(size, dtype):
    X, y, _, _ = digits_mlp.load_data()
    params = tuple(p.astype(dtype) for p in digits_mlp.initial_params(np.random.default_rng(0)))
    return params, X[:size].astype(dtype), y[:size]

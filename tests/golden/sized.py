"""Losses whose text in style "fast" depends on the sizes of their arguments, with arguments of such sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.golden.losses import mlp_loss
from tests.kit import rng

DRAW = rng(5)


def softmax_head(params, X, Y):
    W, b = params
    z = X @ W + b
    m = np.max(z, axis=1, keepdims=True)
    logp = z - m - np.log(np.sum(np.exp(z - m), axis=1, keepdims=True))
    return -np.mean(np.sum(Y * logp, axis=1))


def regression(w, X, y):
    r = X @ w - y
    return np.mean(r**2)


def chain(x):
    a = np.log(1 + np.exp(x))
    b = np.sin(a) * x
    c = np.tanh(b)
    return np.sum(c * c)


def rosenbrock_rows(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def heat(u):
    step = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
    return np.mean(step**4 + np.cos(step))


def whitened(x, scale):
    y = np.tanh(x) * x
    n = np.sqrt(np.sum(y * y))
    return np.sum(np.exp(-y / n) * y) * scale


def cubic(x):
    return np.sum(x**3 - 2 * x**5)


def network(rows: int, columns: int, hidden: int, out: int) -> tuple[Any, ...]:
    """Parameters of two layers and inputs, in float32."""
    shapes = ((columns, hidden), (hidden,), (hidden, out), (out,), (rows, columns))
    W1, b1, W2, b2, X = ((DRAW.normal(size=s) * 0.3).astype(np.float32) for s in shapes)
    return (W1, b1, W2, b2), X


def _mlp(rows: int) -> tuple[Any, ...]:
    params, X = network(rows, 20, 64, 1)
    return params, X, (DRAW.random((rows, 1)) > 0.5).astype(np.float32)


def _head(rows: int) -> tuple[Any, ...]:
    (_, _, W, b), X = network(rows, 20, 40, 10)
    X = np.maximum(DRAW.normal(size=(rows, 40)), 0).astype(np.float32)
    return (W, b), X, np.eye(10, dtype=np.float32)[DRAW.integers(0, 10, rows)]


CASES: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
    ("mlp_rows", mlp_loss, _mlp(64)),
    ("mlp_one_row", mlp_loss, _mlp(1)),
    ("softmax_tall", softmax_head, _head(64)),
    ("softmax_few_rows", softmax_head, _head(8)),
    ("regression", regression, (DRAW.normal(size=2), DRAW.normal(size=(500, 2)), DRAW.normal(size=500))),
    ("chain_large", chain, (DRAW.normal(size=2**17 + 5),)),
    ("chain_small", chain, (DRAW.normal(size=100),)),
    ("rosenbrock_large", rosenbrock_rows, (DRAW.normal(size=2**17 + 5).astype(np.float32),)),
    ("heat_large", heat, (DRAW.normal(size=(300, 500)),)),
    ("whitened_large", whitened, (DRAW.normal(size=2**17 + 5), 0.5)),
    ("cubic", cubic, (DRAW.normal(size=20),)),
)

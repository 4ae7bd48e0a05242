"""PyTorch: each loss as PyTorch's own users would write it, eager and compiled."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from tests.bench.peers import mapped
from tests.bench.workloads import Row, lorenz

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def made(row: Row, arguments: tuple[Any, ...]) -> Callable[[], Any]:
    return _call(LOSSES[row.name], arguments)


def compiled(row: Row, arguments: tuple[Any, ...]) -> Callable[[], Any] | None:
    """None for loops: they would be unrolled, all turns of them."""
    if row.name in ("sine", "lorenz", "newton", "rosenbrock_loop", "lstm"):
        return None
    torch._dynamo.reset()
    return _call(torch.compile(LOSSES[row.name], dynamic=False), arguments)


def _call(loss: Callable[..., Any], arguments: tuple[Any, ...]) -> Callable[[], Any]:
    leaves: list[torch.Tensor] = []

    def differentiated(leaf: Any) -> torch.Tensor:
        leaves.append(torch.as_tensor(leaf, dtype=None if isinstance(leaf, np.ndarray) else torch.float64).clone())
        return leaves[-1].requires_grad_()

    first = mapped(arguments[0], differentiated)
    others = mapped(arguments[1:], lambda leaf: torch.as_tensor(leaf) if isinstance(leaf, np.ndarray) else leaf)

    def call() -> Any:
        value = loss(first, *others)
        return value, torch.autograd.grad(value, leaves)

    return call


def mlp(params, X, y):
    W1, b1, W2, b2 = params
    a1 = torch.relu(torch.addmm(b1, X, W1))
    return functional.binary_cross_entropy_with_logits(torch.addmm(b2, a1, W2), y)


def mnist(params, X, y):
    W1, b1, W2, b2 = params
    h = torch.tanh(torch.addmm(b1, X, W1))
    return functional.cross_entropy(torch.addmm(b2, h, W2), y)


def logistic(params, X, y):
    w, b = params
    return functional.binary_cross_entropy_with_logits(torch.mv(X, w) + b, y)


def deep(layers, X, y):
    a = X
    for W, b in layers:
        a = torch.relu(torch.addmm(b, a, W))
    return functional.mse_loss(a, y)


def chain(x):
    u = torch.log(x)
    v = torch.exp(-x) * torch.sin(u)
    w = torch.tanh(v + x)
    return torch.sum(w * u)


def sine(params, steps):
    a, b = params.unbind()
    x = torch.tensor(0.5, dtype=torch.float64)
    for _ in range(steps):
        x = torch.sin(a * x) + b
    return x


def lorenz_loop(start, steps, h):
    return lorenz.loss(start.unbind(), steps, h)


def newton(values, steps):
    total = torch.tensor(0.0, dtype=torch.float64)
    for a in values.unbind():
        y = a
        for _ in range(steps):
            y = 0.5 * (y + a / y)
        total = total + y
    return total


def rosenbrock(x):
    u = x[:-1]
    return torch.sum(100.0 * (x[1:] - u**2) ** 2 + (1 - u) ** 2)


def rosenbrock_loop(x):
    total = torch.tensor(0.0, dtype=torch.float64)
    values = x.unbind()
    for u, v in pairwise(values):
        total = total + 100.0 * (v - u**2) ** 2 + (1 - u) ** 2
    return total


def lstm(params, xs, y):
    Wx, Wh, b, Wo = params
    n = len(Wh)
    h = c = torch.zeros((len(y), n), dtype=xs.dtype)
    for x in (xs @ Wx + b).unbind():
        z = torch.addmm(x, h, Wh)
        i, f, o = torch.sigmoid(z[:, : 3 * n]).split(n, dim=1)
        c = f * c + i * torch.tanh(z[:, 3 * n :])
        h = o * torch.tanh(c)
    return functional.mse_loss(h @ Wo, y)


LOSSES = {
    loss.__name__: loss for loss in (mlp, mnist, logistic, deep, chain, sine, newton, rosenbrock, rosenbrock_loop, lstm)
} | {"lorenz": lorenz_loop}

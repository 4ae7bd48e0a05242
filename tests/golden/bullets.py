"""One program for each thing that people's code does and the losses beside this file do not."""
from dataclasses import dataclass
from functools import partial

import numpy as np


def newton_root(a, tol):
    x = a
    for _ in range(50):
        step = (x * x - a) / (2 * x)
        x = x - step
        if abs(step) < tol:
            break
    return x


def forward_substitution(L, b):
    y = b.copy()
    for i in range(len(b)):
        y[i] -= L[i, :i] @ y[:i]
        y[i] /= L[i, i]
    return np.sum(y ** 2)


def red_black(u, f):
    v = u.copy()
    inner, left, right = v[1:-1], v[:-2], v[2:]
    inner[::2] = 0.5 * (left[::2] + right[::2] + f[1:-1:2])
    inner[1::2] = 0.5 * (left[1::2] + right[1::2] + f[2:-1:2])
    return np.sum((v - u) ** 2)


def trajectory_loss(params, x, steps):
    path = [x]
    for _ in range(steps):
        x = x + params["rate"] * np.tanh(params["W"] @ x)
        path.append(x)
    out = {"end": path[-1], "length": 0.0}
    for a, b in zip(path, path[1:]):
        out["length"] += np.sum((b - a) ** 2)
    return out["length"] + np.sum(out["end"] ** 2)


@dataclass
class Cell:
    W: np.ndarray
    U: np.ndarray
    h: np.ndarray

    def step(self, x):
        self.h = np.tanh(self.W @ x + self.U @ self.h)
        return self.h


def recurrent_loss(cell, xs):
    total = 0.0
    for x in xs:
        total += np.sum(cell.step(x) ** 2)
    return total


def horner(coefficients, x):
    if len(coefficients) == 1:
        return coefficients[0]
    return coefficients[0] + x * horner(coefficients[1:], x)


def simpson(f, a, b):
    return (b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b))


def integral_loss(p):
    rate, power = p
    decay = partial(lambda k, t: np.exp(-k * t) * t ** power, rate)
    return simpson(decay, 0.1, 1.0) + horner([1.0, rate, power], 0.5)

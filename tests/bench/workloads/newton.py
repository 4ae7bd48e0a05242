"""Square roots by Newton's iteration, number by number."""

import numpy as np


def loss(values, steps):
    total = 0.0
    for a in values:
        y = a
        for _ in range(steps):
            y = 0.5 * (y + a / y)
        total += y
    return total


def readable(values, steps):
    total = 0.0
    gradient = np.zeros_like(values)
    for k, a in enumerate(values):
        y = a
        ys = []
        for _ in range(steps):
            ys.append(y)
            y = 0.5 * (y + a / y)
        total += y

        da, dy = 0.0, 1.0
        for y in reversed(ys):
            da += 0.5 * dy / y
            dy = 0.5 * dy * (1 - a / (y * y))
        gradient[k] = da + dy
    return total, gradient


def tuned(values, steps):
    """Python's own floats; both quotients of a turn from one."""
    total = 0.0
    gradient = []
    for a in values.tolist():
        y = a
        reciprocals = []
        for _ in range(steps):
            r = 1.0 / y
            reciprocals.append(r)
            y = 0.5 * (y + a * r)
        total += y

        da, dy = 0.0, 1.0
        for r in reversed(reciprocals):
            dr = 0.5 * dy * r
            da += dr
            dy = 0.5 * dy - dr * a * r
        gradient.append(da + dy)
    return total, np.array(gradient)


def arguments(size=50, steps=20):
    return np.random.default_rng(0).uniform(0.5, 50.0, size), steps

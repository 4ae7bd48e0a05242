"""A recurrence of one number: x = sin(a x) + b, a thousand times."""

import math

import numpy as np


def loss(params, steps):
    a, b = params
    x = 0.5
    for _ in range(steps):
        x = np.sin(a * x) + b
    return x


def readable(params, steps):
    a, b = params
    x = 0.5
    xs = []
    for _ in range(steps):
        xs.append(x)
        x = np.sin(a * x) + b

    da, db, dx = 0.0, 0.0, 1.0
    for previous in reversed(xs):
        db += dx
        dz = dx * np.cos(a * previous)
        da += dz * previous
        dx = dz * a
    return x, np.array([da, db])


def tuned(params, steps):
    """Python's own floats, and `math` in place of NumPy."""
    a, b = params.tolist()
    sin, cos = math.sin, math.cos
    x = 0.5
    xs = []
    for _ in range(steps):
        xs.append(x)
        x = sin(a * x) + b

    da, db, dx = 0.0, 0.0, 1.0
    for previous in reversed(xs):
        db += dx
        dz = dx * cos(a * previous)
        da += dz * previous
        dx = dz * a
    return x, np.array([da, db])


def arguments(steps=1000):
    return np.array([1.2, 0.3]), steps

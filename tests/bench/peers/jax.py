"""JAX, compiled as a whole: the losses as they stand, and as scans where they loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.bench.peers import mapped, with_numpy
from tests.bench.workloads import Row, lorenz

jax.config.update("jax_enable_x64", True)


def made(row: Row, arguments: tuple[Any, ...]) -> Callable[[], Any]:
    first, *others = mapped(arguments, lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf)
    loss = SCANS.get(row.name) or with_numpy(row.module.loss, jnp)
    whole = jax.jit(jax.value_and_grad(lambda x, arrays: loss(x, *fixed, *arrays)))
    fixed = tuple(v for v in others if not isinstance(v, jax.Array))  # numbers of steps, sizes of steps
    arrays = tuple(v for v in others if isinstance(v, jax.Array))

    def call() -> Any:
        value, gradient = whole(first, arrays)
        value.block_until_ready()
        return value, gradient

    return call


def sine(params, steps):
    a, b = params
    x, _ = lax.scan(lambda x, _: (jnp.sin(a * x) + b, None), 0.5, None, length=steps)
    return x


def lorenz_scan(start, steps, h):
    def turn(state, _):
        return tuple(lorenz_step(*state, h)), None

    (x, y, z), _ = lax.scan(turn, tuple(start), None, length=steps)
    return x**2 + y**2 + z**2


def lorenz_step(x, y, z, h):
    def moved(by, slopes):
        return x + by * slopes[0], y + by * slopes[1], z + by * slopes[2]

    a = lorenz.slope(x, y, z)
    b = lorenz.slope(*moved(h / 2, a))
    c = lorenz.slope(*moved(h / 2, b))
    d = lorenz.slope(*moved(h, c))
    return (v + h / 6 * (p + 2 * q + 2 * r + s) for v, p, q, r, s in zip((x, y, z), a, b, c, d, strict=True))


def newton(values, steps):
    def root(total, a):
        y, _ = lax.scan(lambda y, _: (0.5 * (y + a / y), None), a, None, length=steps)
        return total + y, None

    total, _ = lax.scan(root, 0.0, values)
    return total


def rosenbrock_loop(x):
    def turn(total, pair):
        u, v = pair
        return total + 100.0 * (v - u**2) ** 2 + (1 - u) ** 2, None

    total, _ = lax.scan(turn, 0.0, (x[:-1], x[1:]))
    return total


def lstm_scan(params, xs, y):
    Wx, Wh, b, Wo = params
    n = len(Wh)

    def turn(state, x):
        h, c = state
        z = x @ Wx + h @ Wh + b
        i, f, o = jnp.split(jax.nn.sigmoid(z[:, : 3 * n]), 3, axis=1)
        c = f * c + i * jnp.tanh(z[:, 3 * n :])
        return (o * jnp.tanh(c), c), None

    zeros = jnp.zeros((len(y), n))
    (h, _), _ = lax.scan(turn, (zeros, zeros), xs)
    return jnp.mean((h @ Wo - y) ** 2)


SCANS = {
    "sine": sine,
    "lorenz": lorenz_scan,
    "newton": newton,
    "rosenbrock_loop": rosenbrock_loop,
    "lstm": lstm_scan,
}

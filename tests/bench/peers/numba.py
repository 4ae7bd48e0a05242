"""Numba, by hand: loops as kernels, matrix products by BLAS, vectorised functions by NumPy where that is faster."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numba import njit

from tests.bench.workloads import Row

kernel = njit(cache=True, error_model="numpy")


def made(row: Row, arguments: tuple[Any, ...]) -> Callable[[], Any]:
    return partial(PASSES[row.name], *arguments)


@kernel
def mlp(params, X, y):
    W1, b1, W2, b2 = params
    n, hidden = len(X), len(b1)
    a1 = np.dot(X, W1)
    dW2, db1 = np.zeros_like(W2), np.zeros_like(b1)
    one = b2.dtype.type(1)
    value = db2 = 0 * one
    for r in range(n):
        z2 = b2[0]
        for k in range(hidden):
            a = max(a1[r, k] + b1[k], 0 * one)
            a1[r, k] = a
            z2 += a * W2[k, 0]
        e = np.exp(-abs(z2))
        value += max(z2, 0 * one) - y[r, 0] * z2 + np.log1p(e)
        p = (one if z2 >= 0 else e) / (one + e)
        dz2 = (p - y[r, 0]) / np.float32(n)
        db2 += dz2
        for k in range(hidden):
            dW2[k, 0] += a1[r, k] * dz2
            dz1 = dz2 * W2[k, 0] if a1[r, k] > 0 else 0 * one
            a1[r, k] = dz1
            db1[k] += dz1
    return value / np.float32(n), (np.dot(X.T, a1), db1, dW2, np.full_like(b2, db2))


@kernel
def bias(h, b):
    for r in range(h.shape[0]):
        for k in range(h.shape[1]):
            h[r, k] += b[k]


@kernel
def cross_entropy(f, b, y):
    """The loss of the logits f + b; its adjoint is left in f, the sum of its rows is returned with the value."""
    n, classes = f.shape
    db = np.zeros_like(b)
    value = 0 * b[0]
    for r in range(n):
        top = f[r, 0] + b[0]
        for k in range(classes):
            f[r, k] += b[k]
            top = max(top, f[r, k])
        chosen = f[r, y[r]] - top
        s = 0 * b[0]
        for k in range(classes):
            f[r, k] = np.exp(f[r, k] - top)
            s += f[r, k]
        value += np.log(s) - chosen
        for k in range(classes):
            f[r, k] = (f[r, k] / s - (k == y[r])) / np.float32(n)
            db[k] += f[r, k]
    return value / np.float32(n), db


@kernel
def tanh_adjoint(dz, h):
    db = np.zeros(h.shape[1], h.dtype)
    for r in range(h.shape[0]):
        for k in range(h.shape[1]):
            dz[r, k] *= 1 - h[r, k] * h[r, k]
            db[k] += dz[r, k]
    return db


def mnist(params, X, y):
    W1, b1, W2, b2 = params
    if len(X) == 1:
        return mnist_one(W1, b1, W2, b2, X[0], y[0])
    h = np.dot(X, W1)
    bias(h, b1)
    np.tanh(h, out=h)
    df = np.dot(h, W2)
    value, db2 = cross_entropy(df, b2, y)
    dz = np.dot(df, W2.T)
    db1 = tanh_adjoint(dz, h)
    return value, (np.dot(X.T, dz), db1, np.dot(h.T, df), db2)


@kernel
def mnist_one(W1, b1, W2, b2, x, y):
    h = np.tanh(np.dot(x, W1) + b1)
    f = np.dot(h, W2) + b2
    f -= f.max()
    df = np.exp(f)
    s = df.sum()
    value = np.log(s) - f[y]
    df /= s
    df[y] -= 1
    dz = np.dot(W2, df) * (1 - h * h)
    dW1, dW2 = np.empty_like(W1), np.empty_like(W2)
    for j in range(len(x)):
        for k in range(len(h)):
            dW1[j, k] = x[j] * dz[k]
    for j in range(len(h)):
        for k in range(len(df)):
            dW2[j, k] = h[j] * df[k]
    return value, (dW1, dz, dW2, df)


@kernel
def logistic(params, X, y):
    w, b = params
    n, features = X.shape
    dw = np.zeros_like(w)
    value = db = 0.0
    for r in range(n):
        z = b
        for k in range(features):
            z += X[r, k] * w[k]
        e = math.exp(-abs(z))
        value += max(z, 0.0) - y[r] * z + math.log1p(e)
        dz = (1.0 if z >= 0 else e) / (1.0 + e) - y[r]
        db += dz
        for k in range(features):
            dw[k] += dz * X[r, k]
    return value / n, (dw / n, db / n)


@kernel
def bias_relu(a, b):
    for r in range(a.shape[0]):
        for k in range(a.shape[1]):
            a[r, k] = max(a[r, k] + b[k], np.float32(0))


@kernel
def relu_adjoint(da, a):
    db = np.zeros(a.shape[1], a.dtype)
    for r in range(a.shape[0]):
        for k in range(a.shape[1]):
            da[r, k] = da[r, k] if a[r, k] > 0 else np.float32(0)
            db[k] += da[r, k]
    return db


def deep(layers, X, y):
    activations = [X]
    for W, b in layers:
        a = np.dot(activations[-1], W)
        bias_relu(a, b)
        activations.append(a)
    da = activations[-1] - y
    flat = da.ravel()
    value = np.dot(flat, flat) / flat.size

    gradients = []
    da *= np.float32(2 / flat.size)
    for k in reversed(range(len(layers))):
        db = relu_adjoint(da, activations[k + 1])
        gradients.append((np.dot(activations[k].T, da), db))
        if k:
            da = np.dot(da, layers[k][0].T)
    return value, gradients[::-1]


@kernel
def chain_middle(u, e, x, s, w):
    for k in range(len(x)):
        s[k] = math.sin(u[k])
        w[k] = e[k] * s[k] + x[k]


@kernel
def chain_adjoint(u, e, x, s, w, dx):
    value = 0.0
    for k in range(len(x)):
        value += w[k] * u[k]
        dv = u[k] * (1 - w[k] * w[k])
        du = w[k] + dv * e[k] * math.cos(u[k])
        dx[k] = dv - dv * e[k] * s[k] + du / x[k]
    return value


def chain(x, chunk=8192):
    dx = np.empty_like(x)
    buffers = np.empty((4, chunk))
    value = 0.0
    for start in range(0, len(x), chunk):
        part = x[start : start + chunk]
        u, e, s, w = buffers[:, : len(part)]
        np.log(part, out=u)
        np.negative(part, out=e)
        np.exp(e, out=e)
        chain_middle(u, e, part, s, w)
        np.tanh(w, out=w)
        value += chain_adjoint(u, e, part, s, w, dx[start : start + chunk])
    return value, dx


@kernel
def sine(params, steps):
    a, b = params[0], params[1]
    xs = np.empty(steps)
    x = 0.5
    for k in range(steps):
        xs[k] = x
        x = math.sin(a * x) + b
    da, db, dx = 0.0, 0.0, 1.0
    for k in range(steps - 1, -1, -1):
        db += dx
        dz = dx * math.cos(a * xs[k])
        da += dz * xs[k]
        dx = dz * a
    return x, np.array([da, db])


@kernel
def slope(x, y, z):
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z


@kernel
def slope_adjoint(x, y, z, gx, gy, gz):
    return gy * (28.0 - z) - 10.0 * gx + gz * y, 10.0 * gx - gy + gz * x, -gy * x - 8.0 / 3.0 * gz


@kernel
def lorenz(start, steps, h):
    x, y, z = start[0], start[1], start[2]
    half, sixth, third = h / 2, h / 6, h / 3
    points = np.empty((steps, 12))
    for k in range(steps):
        ax, ay, az = slope(x, y, z)
        x2, y2, z2 = x + half * ax, y + half * ay, z + half * az
        bx, by, bz = slope(x2, y2, z2)
        x3, y3, z3 = x + half * bx, y + half * by, z + half * bz
        cx, cy, cz = slope(x3, y3, z3)
        x4, y4, z4 = x + h * cx, y + h * cy, z + h * cz
        dx, dy, dz = slope(x4, y4, z4)
        p = points[k]
        p[0], p[1], p[2], p[3], p[4], p[5] = x, y, z, x2, y2, z2
        p[6], p[7], p[8], p[9], p[10], p[11] = x3, y3, z3, x4, y4, z4
        x += sixth * (ax + 2 * bx + 2 * cx + dx)
        y += sixth * (ay + 2 * by + 2 * cy + dy)
        z += sixth * (az + 2 * bz + 2 * cz + dz)
    value = x**2 + y**2 + z**2

    gx, gy, gz = 2 * x, 2 * y, 2 * z
    for k in range(steps - 1, -1, -1):
        p = points[k]
        sx, sy, sz = slope_adjoint(p[9], p[10], p[11], sixth * gx, sixth * gy, sixth * gz)
        tx, ty, tz = slope_adjoint(p[6], p[7], p[8], third * gx + h * sx, third * gy + h * sy, third * gz + h * sz)
        ux, uy, uz = slope_adjoint(
            p[3], p[4], p[5], third * gx + half * tx, third * gy + half * ty, third * gz + half * tz
        )
        vx, vy, vz = slope_adjoint(
            p[0], p[1], p[2], sixth * gx + half * ux, sixth * gy + half * uy, sixth * gz + half * uz
        )
        gx, gy, gz = gx + sx + tx + ux + vx, gy + sy + ty + uy + vy, gz + sz + tz + uz + vz
    return value, np.array([gx, gy, gz])


@kernel
def newton(values, steps):
    total = 0.0
    gradient = np.empty_like(values)
    ys = np.empty(steps)
    for k in range(len(values)):
        a = y = values[k]
        for j in range(steps):
            ys[j] = y
            y = 0.5 * (y + a / y)
        total += y
        da, dy = 0.0, 1.0
        for j in range(steps - 1, -1, -1):
            r = 1.0 / ys[j]
            dr = 0.5 * dy * r
            da += dr
            dy = 0.5 * dy - dr * a * r
        gradient[k] = da + dy
    return total, gradient


@kernel
def rosenbrock(x):
    dx = np.empty_like(x)
    value = carry = 0.0
    for k in range(len(x) - 1):
        u = x[k]
        r = x[k + 1] - u * u
        s = 1.0 - u
        value += 100.0 * r * r + s * s
        t = 200.0 * r
        dx[k] = carry - 2.0 * (t * u + s)
        carry = t
    dx[-1] = carry
    return value, dx


@kernel
def gates_forward(z, c):
    """The gates from their tanh, in place, and the new cell, c[1]."""
    _, rows, n = c.shape
    for r in range(rows):
        for k in range(3 * n):
            z[r, k] = 0.5 + 0.5 * z[r, k]  # sigmoid from the tanh of the half
        for k in range(n):
            c[1, r, k] = z[r, n + k] * c[0, r, k] + z[r, k] * z[r, 3 * n + k]


@kernel
def gates_backward(z, c, t, dh, dc, dz):
    rows, n = t.shape
    for r in range(rows):
        for k in range(n):
            i, f, o, g = z[r, k], z[r, n + k], z[r, 2 * n + k], z[r, 3 * n + k]
            d = dc[r, k] + dh[r, k] * o * (1 - t[r, k] * t[r, k])
            dz[r, k] = d * g * i * (1 - i)
            dz[r, n + k] = d * c[r, k] * f * (1 - f)
            dz[r, 2 * n + k] = dh[r, k] * t[r, k] * o * (1 - o)
            dz[r, 3 * n + k] = d * i * (1 - g * g)
            dc[r, k] = d * f


def lstm(params, xs, y):
    Wx, Wh, b, Wo = params
    steps, rows, inputs = xs.shape
    n = len(Wh)
    halves = np.ones(4 * n)
    halves[: 3 * n] = 0.5
    flat = xs.reshape(-1, inputs)
    gates = (np.dot(flat, Wx * halves) + b * halves).reshape(steps, rows, 4 * n)
    Wh_halved = Wh * halves
    hs, cs, ts = np.zeros((steps + 1, rows, n)), np.zeros((steps + 1, rows, n)), np.empty((steps, rows, n))
    for k in range(steps):
        z = gates[k]
        z += np.dot(hs[k], Wh_halved)
        np.tanh(z, out=z)
        gates_forward(z, cs[k : k + 2])
        np.tanh(cs[k + 1], out=ts[k])
        np.multiply(z[:, 2 * n : 3 * n], ts[k], out=hs[k + 1])
    error = np.dot(hs[-1], Wo) - y
    value = np.vdot(error, error) / error.size

    error *= 2 / error.size
    dWo = np.dot(hs[-1].T, error)
    dh = np.dot(error, Wo.T)
    dc = np.zeros_like(dh)
    dz = np.empty_like(gates)
    WhT = np.ascontiguousarray(Wh.T)
    for k in range(steps - 1, -1, -1):
        gates_backward(gates[k], cs[k], ts[k], dh, dc, dz[k])
        dh = np.dot(dz[k], WhT)
    whole = dz.reshape(-1, 4 * n)
    return value, (np.dot(flat.T, whole), np.dot(hs[:-1].reshape(-1, n).T, whole), whole.sum(axis=0), dWo)


PASSES = {
    "mlp": mlp,
    "mnist": mnist,
    "logistic": logistic,
    "deep": deep,
    "chain": chain,
    "sine": sine,
    "lorenz": lorenz,
    "newton": newton,
    "rosenbrock": rosenbrock,
    "rosenbrock_loop": rosenbrock,
    "lstm": lstm,
}

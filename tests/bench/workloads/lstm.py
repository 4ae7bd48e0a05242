"""A long short-term memory over a sequence, a linear output of its last state, squared error."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(params, xs, y):
    Wx, Wh, b, Wo = params
    n = len(Wh)
    h = np.zeros((len(y), n))
    c = np.zeros((len(y), n))
    for x in xs:
        z = x @ Wx + h @ Wh + b
        i = sigmoid(z[:, :n])
        f = sigmoid(z[:, n : 2 * n])
        o = sigmoid(z[:, 2 * n : 3 * n])
        g = np.tanh(z[:, 3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.mean((h @ Wo - y) ** 2)


def readable(params, xs, y):
    Wx, Wh, b, Wo = params
    n = len(Wh)
    h = np.zeros((len(y), n))
    c = np.zeros((len(y), n))
    turns = []
    for x in xs:
        z = x @ Wx + h @ Wh + b
        i = sigmoid(z[:, :n])
        f = sigmoid(z[:, n : 2 * n])
        o = sigmoid(z[:, 2 * n : 3 * n])
        g = np.tanh(z[:, 3 * n :])
        previous = h, c
        c = f * c + i * g
        t = np.tanh(c)
        h = o * t
        turns.append((*previous, i, f, o, g, t))
    error = h @ Wo - y
    value = np.mean(error**2)

    derror = 2 * error / error.size
    dWo = h.T @ derror
    dh = derror @ Wo.T
    dc = np.zeros_like(dh)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for x, (h, c, i, f, o, g, t) in zip(reversed(xs), reversed(turns), strict=True):
        dc = dc + dh * o * (1 - t**2)
        di, df, do, dg = dc * g, dc * c, dh * t, dc * i
        dz = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
        dWx += x.T @ dz
        dWh += h.T @ dz
        db += dz.sum(axis=0)
        dh = dz @ Wh.T
        dc = dc * f
    return value, (dWx, dWh, db, dWo)


def tuned(params, xs, y):
    """The products that do not wait for the recurrence are made at once; all four gates in one array, in place."""
    Wx, Wh, b, Wo = params
    steps, rows, inputs = xs.shape
    n = len(Wh)
    flat = xs.reshape(-1, inputs)
    gates = (np.dot(flat, Wx) + b).reshape(steps, rows, 4 * n)
    hs, cs, ts = np.zeros((steps + 1, rows, n)), np.zeros((steps + 1, rows, n)), np.empty((steps, rows, n))
    for k in range(steps):
        z = gates[k]
        z += np.dot(hs[k], Wh)
        s, g = z[:, : 3 * n], z[:, 3 * n :]
        np.negative(s, out=s)
        np.exp(s, out=s)
        s += 1.0
        np.reciprocal(s, out=s)
        np.tanh(g, out=g)
        c = np.multiply(z[:, n : 2 * n], cs[k], out=cs[k + 1])
        c += z[:, :n] * g
        np.multiply(z[:, 2 * n : 3 * n], np.tanh(c, out=ts[k]), out=hs[k + 1])
    error = np.dot(hs[-1], Wo) - y
    value = np.vdot(error, error) / error.size

    error *= 2 / error.size
    dWo = np.dot(hs[-1].T, error)
    dh = np.dot(error, Wo.T)
    dc = np.zeros_like(dh)
    partials = gates * gates
    partials[:, :, : 3 * n] -= gates[:, :, : 3 * n]
    np.negative(partials[:, :, : 3 * n], out=partials[:, :, : 3 * n])
    np.subtract(1, partials[:, :, 3 * n :], out=partials[:, :, 3 * n :])
    WhT = np.ascontiguousarray(Wh.T)
    for k in reversed(range(steps)):
        z, t, dz = gates[k], ts[k], partials[k]
        d = t * t
        np.subtract(1, d, out=d)
        d *= z[:, 2 * n : 3 * n]
        d *= dh
        dc += d
        dz[:, :n] *= np.multiply(dc, z[:, 3 * n :], out=d)
        dz[:, n : 2 * n] *= np.multiply(dc, cs[k], out=d)
        dz[:, 2 * n : 3 * n] *= np.multiply(dh, t, out=d)
        dz[:, 3 * n :] *= np.multiply(dc, z[:, :n], out=d)
        dh = np.dot(dz, WhT)
        dc *= z[:, n : 2 * n]
    dz = partials.reshape(-1, 4 * n)
    dWx = np.dot(flat.T, dz)
    dWh = np.dot(hs[:-1].reshape(-1, n).T, dz)
    return value, (dWx, dWh, dz.sum(axis=0), dWo)


def arguments(steps=50, rows=16, inputs=16, hidden=32):
    rng = np.random.default_rng(0)
    shapes = (inputs, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,), (hidden, 1)
    params = tuple(rng.normal(0, 0.3, shape) for shape in shapes)
    return params, rng.normal(size=(steps, rows, inputs)), rng.normal(size=(rows, 1))

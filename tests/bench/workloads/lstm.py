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
    """Transposed, so that each gate is one piece of memory; what does not wait for the recurrence is made at once."""
    Wx, Wh, b, Wo = params
    steps, rows, inputs = xs.shape
    n = len(Wh)
    flat = xs.reshape(-1, inputs)
    gates = np.dot(flat, Wx)
    gates += b
    gates = np.ascontiguousarray(gates.reshape(steps, rows, 4 * n).transpose(0, 2, 1))
    hs = np.zeros((steps + 1, n, rows))
    c = np.zeros((n, rows))
    WhT = np.ascontiguousarray(Wh.T)
    kept = []
    for k, z in enumerate(gates):
        z += np.dot(WhT, hs[k])
        s, i, f, o, g = z[: 3 * n], z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n :]
        np.negative(s, out=s)
        np.exp(s, out=s)
        s += 1
        np.reciprocal(s, out=s)
        np.tanh(g, out=g)
        previous = c
        c = f * c
        c += i * g
        t = np.tanh(c)
        np.multiply(o, t, out=hs[k + 1])
        kept.append((z, i, f, o, g, previous, t))
    h = hs[steps]
    error = np.dot(h.T, Wo) - y
    value = np.vdot(error, error) / error.size

    error *= 2 / error.size
    dWo = np.dot(h, error)
    dh = np.dot(Wo, error.T)
    dc = np.zeros_like(dh)
    dzs = np.empty_like(gates)
    square = np.empty((4 * n, rows))
    for k in reversed(range(steps)):
        z, i, f, o, g, c, t = kept[k]
        d = t * t
        np.subtract(1, d, out=d)
        d *= o
        d *= dh
        dc += d
        dz = dzs[k]
        np.multiply(dc, g, out=dz[:n])
        np.multiply(dc, c, out=dz[n : 2 * n])
        np.multiply(dh, t, out=dz[2 * n : 3 * n])
        np.multiply(dc, i, out=dz[3 * n :])
        np.multiply(z, z, out=square)  # the slope of a sigmoid s is s - s * s, that of a tanh g is 1 - g * g
        np.subtract(z[: 3 * n], square[: 3 * n], out=square[: 3 * n])
        np.subtract(1, square[3 * n :], out=square[3 * n :])
        dz *= square
        dh = np.dot(Wh, dz)
        dc *= f
    dz = dzs.transpose(1, 0, 2).reshape(4 * n, -1)
    hs = hs[:steps].transpose(1, 0, 2).reshape(n, -1)
    return value, (np.dot(dz, flat).T, np.dot(hs, dz.T), dz.sum(axis=1), dWo)


def arguments(steps=50, rows=16, inputs=16, hidden=32):
    rng = np.random.default_rng(0)
    shapes = (inputs, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,), (hidden, 1)
    params = tuple(rng.normal(0, 0.3, shape) for shape in shapes)
    return params, rng.normal(size=(steps, rows, inputs)), rng.normal(size=(rows, 1))

"""Roots, quadrature, interpolation, polynomials, images and random numbers, as numerical scripts write them."""

# ruff: noqa: B007, B905 -- as people write

from __future__ import annotations

import math

import numpy as np

from tests.programs.kit import Table, array

programs = Table("numerics")


@programs(2.0, 3.0, argnums=(0, 1), again=[(5.0, 1.5)])
def newton_with_break(a, p, tol=1e-12):
    x = a
    for it in range(50):
        fx = x**p - a
        step = fx / (p * x ** (p - 1))
        x = x - step
        if abs(step) < tol:
            break
    else:
        raise RuntimeError(f"no convergence after {it + 1} steps")
    return x


@programs(0.3, again=[(0.7,)])
def secant(c):
    def f(x):
        return math.cos(x) - c * x

    x0, x1 = 0.5, 1.0 + 0.1 * c
    f0, f1 = f(x0), f(x1)
    n = 0
    while abs(f1) > 1e-13 and n < 20:
        x0, x1 = x1, x1 - f1 * (x1 - x0) / (f1 - f0)
        f0, f1 = f1, f(x1)
        n += 1
    return x1 * x1


@programs(0.3, 2.0, argnums=(0, 1), again=[(0.1, 5.0)])
def bisection_then_one_newton_step(lo, c):
    a, b = 0.0, 3.0
    while b - a > 0.2:
        mid = (a + b) / 2
        if mid**3 > c:
            b = mid
        else:
            a = mid
    x = (a + b) / 2
    return x - (x**3 - c) / (3 * x**2) + lo


@programs([1.0, -0.5, 0.25, 2.0], 0.7, argnums=(0, 1), again=[([1.0], 0.3), ([0.5, 0.2, 0.1, 0.4, 0.3], -0.4)])
def horner_and_derivative(coeffs, x):
    p, dp = 0.0, 0.0
    for c in reversed(coeffs):
        dp = dp * x + p
        p = p * x + c
    return p * dp


@programs(array(5), 0.3, argnums=(0, 1), again=[(array(4, seed=3), -0.6)])
def clenshaw(c, x):
    b1 = b2 = 0.0
    for ck in c[:0:-1]:
        b1, b2 = ck + 2 * x * b1 - b2, b1
    return c[0] + x * b1 - b2


@programs(array(4, 2), 0.3, argnums=(0, 1), again=[(array(3, 2, seed=3), 0.6), (array(6, 2, seed=3), 0.6)])
def de_casteljau(points, t):
    pts = points.copy()
    n = len(pts)
    for r in range(1, n):
        for i in range(n - r):
            pts[i] = (1 - t) * pts[i] + t * pts[i + 1]
    return pts[0] @ np.array([1.0, -2.0])


KNOTS = np.array([0.0, 0.5, 1.1, 2.0, 3.0])


@programs(array(5), np.array([0.2, 1.0, 2.5]), argnums=(0, 1), again=[(array(5, seed=3), np.array([0.6, 2.9]))])
def hermite_spline(y, xq):
    m = np.empty_like(y)
    m[1:-1] = (y[2:] - y[:-2]) / (KNOTS[2:] - KNOTS[:-2])
    m[0] = (y[1] - y[0]) / (KNOTS[1] - KNOTS[0])
    m[-1] = (y[-1] - y[-2]) / (KNOTS[-1] - KNOTS[-2])
    i = np.searchsorted(KNOTS, xq, side="right") - 1
    i = np.clip(i, 0, len(KNOTS) - 2)
    h = KNOTS[i + 1] - KNOTS[i]
    t = (xq - KNOTS[i]) / h
    h00 = (1 + 2 * t) * (1 - t) ** 2
    h10 = t * (1 - t) ** 2
    h01 = t**2 * (3 - 2 * t)
    h11 = t**2 * (t - 1)
    return np.sum(h00 * y[i] + h10 * h * m[i] + h01 * y[i + 1] + h11 * h * m[i + 1])


@programs([0.0, 1.0, 2.5], [1.0, 0.5, 2.0], 0.7, argnums=(1, 2), again=[([0.0, 1.0, 2.5], [0.1, 0.5, 0.3], 9.0)])
def piecewise_linear(xs, ys, x):
    if x <= xs[0]:
        return ys[0]
    for (x0, y0), (x1, y1) in zip(zip(xs, ys), zip(xs[1:], ys[1:])):
        if x0 < x <= x1:
            w = (x - x0) / (x1 - x0)
            return (1 - w) * y0 + w * y1
    return ys[-1]


@programs(0.5, 2.0, argnums=(0, 1), again=[(0.1, 1.5)])
def simpson(a, b, n=8):
    f = lambda s: math.exp(-s * s) * math.sin(3 * s)  # noqa: E731
    h = (b - a) / n
    total = f(a) + f(b)
    for k in range(1, n):
        total += (4 if k % 2 else 2) * f(a + k * h)
    return total * h / 3


@programs(0.3, 1.7, argnums=(0, 1), again=[(0.1, 0.11)])
def adaptive_quadrature(a, b):
    def f(x):
        return 1 / (0.1 + x * x)

    def rule(lo, hi):
        return (hi - lo) / 6 * (f(lo) + 4 * f((lo + hi) / 2) + f(hi))

    def go(lo, hi, whole, depth):
        mid = (lo + hi) / 2
        left, right = rule(lo, mid), rule(mid, hi)
        if depth == 0 or abs(left + right - whole) < 1e-3:
            return left + right
        return go(lo, mid, left, depth - 1) + go(mid, hi, right, depth - 1)

    return go(a, b, rule(a, b), 6)


@programs(0.2, 1.5, argnums=(0, 1), again=[(0.5, 2.5)])
def romberg_table(a, b):
    R = np.zeros((4, 4))
    for i in range(4):
        n = 2**i
        h = (b - a) / n
        R[i, 0] = h * (0.5 * np.exp(a) + 0.5 * np.exp(b) + sum(np.exp(a + k * h) for k in range(1, n)))
        for j in range(1, i + 1):
            R[i, j] = R[i, j - 1] + (R[i, j - 1] - R[i - 1, j - 1]) / (4**j - 1)
    return R[3, 3]


@programs(
    array(3), np.array([0.5, 1.0, 2.0]), 0.7, argnums=(0, 2), again=[(array(4), np.array([0.1, 0.6, 1.0, 2.0]), 0.2)]
)
def divided_differences(y, nodes, x):
    coef = y.copy()
    n = len(y)
    for j in range(1, n):
        coef[j:] = (coef[j:] - coef[j - 1 : -1]) / (nodes[j:] - nodes[: n - j])
    result = coef[-1]
    for c, node in zip(coef[-2::-1], nodes[-2::-1]):
        result = result * (x - node) + c
    return result


@programs(array(5, 5), again=[(array(4, 6, seed=2),)])
def sobel_edges_with_a_mask(img):
    gx = img[:-2, 2:] + 2 * img[1:-1, 2:] + img[2:, 2:] - img[:-2, :-2] - 2 * img[1:-1, :-2] - img[2:, :-2]
    gy = img[2:, :-2] + 2 * img[2:, 1:-1] + img[2:, 2:] - img[:-2, :-2] - 2 * img[:-2, 1:-1] - img[:-2, 2:]
    mag = np.sqrt(gx**2 + gy**2)
    edges = mag > mag.mean()
    weak = mag[~edges]
    mag[edges] *= 2.0
    return mag.sum() + np.sum(weak**2)


@programs(array(6, 6), array(3, 3, seed=1), argnums=(0, 1), again=[(array(5, 4, seed=3), array(2, 2, seed=4))])
def convolve2d(img, ker):
    H, W = img.shape
    h, w = ker.shape
    out = np.zeros((H - h + 1, W - w + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(img[i : i + h, j : j + w] * ker[::-1, ::-1])
    return np.sum(np.tanh(out))


@programs(array(6), np.array([0, 2, 2, 1, 0, 2]), argnums=0, again=[(array(3, seed=2), np.array([1, 1, 0]))])
def scatter_to_bins(w, which):
    bins = np.zeros(3)
    np.add.at(bins, which, w**2)
    count = np.bincount(which, minlength=3)
    filled = count > 0
    mean = np.where(filled, bins / np.maximum(count, 1), 0.0)
    return np.sum(mean**2) + bins[::-1] @ np.arange(3)


@programs(array(5), array(5, seed=1), argnums=(0, 1), again=[(array(3), array(3, seed=1))])
def out_chain(a, b):
    t = np.empty_like(a)
    np.multiply(a, b, out=t)
    np.sin(t, out=t)
    np.add(t, a, t)
    s = np.subtract(t, 0.5, out=np.empty_like(t))
    np.maximum(s, 0.0, out=s)
    return s.dot(t)


@programs(array(6), again=[(array(4, seed=5),)])
def trimmed_mean_in_place(x):
    y = x.copy()
    y.sort()
    k = len(y) // 4
    core = y[k : len(y) - k]
    core -= core.mean()
    return np.sum(y * np.arange(len(y)))


@programs(array(4), again=[(array(7, seed=5),), (array(1),)])
def cumulative_products_of_growth(r):
    growth = np.cumprod(1 + r)
    peak = -np.inf
    drawdown = 0.0
    for g in growth:
        if g > peak:
            peak = g
        drawdown = max(drawdown, (peak - g) / peak)
    return drawdown + np.log(growth[-1])


def normal(seed=5):
    return np.random.default_rng(seed)


@programs(1.0, 0.2, normal(), argnums=(0, 1), again=[(0.9, 0.4, normal(2))])
def monte_carlo_option(s0, vol, rng):
    total = 0.0
    for path in range(6):
        s = s0
        for z in rng.normal(size=4):
            s *= np.exp(0.1 * vol * z - 0.005 * vol**2)
        total += max(s - 0.95, 0.0)
    return total / 6


@programs(array(3), 0.5, normal(), argnums=(0, 1), again=[(array(4, seed=3), 0.9, normal(2))])
def metropolis_walk(x, scale, rng):
    energy = lambda q: 0.5 * np.sum(q**2)  # noqa: E731
    accepted = 0
    for _ in range(5):
        proposal = x + scale * rng.standard_normal(x.shape)
        if rng.random() < np.exp(energy(x) - energy(proposal)):
            x = proposal
            accepted += 1
    return energy(x) + accepted


@programs(array(5), again=[(array(8, seed=2),)])
def reversed_views_of_views(x):
    y = x * 1.0
    odd = y[1::2]
    back = odd[::-1]
    back[0] = back[-1] * y[0]
    back += 0.5
    whole = y[::-1]
    whole[1:3] *= whole[0:2]
    return np.sum(y * np.arange(1.0, len(y) + 1))


@programs(np.array(0.7), np.array(1.5), argnums=(0, 1), again=[(np.array(0.2), np.array(-0.5))])
def zero_dimensional(a, b):
    c = np.array(0.0)
    for k in range(3):
        c += a * b
        c[...] = c * a
    return c * b


@programs(array(0), again=[(array(4),)])
def possibly_empty(x):
    best = 0.0
    for v in x:
        best = max(best, v * v)
    squares = [v * v for v in x if v > 0]
    return best + sum(squares) + np.sum(x) + (np.mean(x) if x.size else 0.0)


@programs(array(3, 4), again=[(array(2, 5, seed=4),)])
def haar_wavelet(image):
    out = image.copy()
    n = out.shape[1] // 2
    lo = (out[:, 0 : 2 * n : 2] + out[:, 1 : 2 * n : 2]) / 2
    hi = (out[:, 0 : 2 * n : 2] - out[:, 1 : 2 * n : 2]) / 2
    out[:, :n], out[:, n : 2 * n] = lo, hi
    out[np.abs(out) < 0.2] = 0.0
    return np.sum(out**2)


@programs(array(8), again=[(array(4, seed=3),)])
def recursive_transform(x):
    def split(v):
        n = len(v)
        if n == 1:
            return v, 0 * v
        er, ei = split(v[::2])
        orr, oi = split(v[1::2])
        k = np.arange(n // 2)
        c, s = np.cos(-2 * np.pi * k / n), np.sin(-2 * np.pi * k / n)
        tr, ti = c * orr - s * oi, c * oi + s * orr
        return np.concatenate([er + tr, er - tr]), np.concatenate([ei + ti, ei - ti])

    re, im = split(x)
    return np.sum(np.sqrt(re**2 + im**2 + 0.1))


@programs(array(5), again=[(array(3, seed=2),)])
def argument_given_twice(x):
    def mix(a, b, *rest, scale=1.0, **options):
        if options.get("centre", False):
            a = a - a.mean()
        return scale * np.sum(a * b) + sum(np.prod(r[:2]) for r in rest)

    return mix(x, x) + mix(x, x[::-1], x, scale=0.5, centre=True)


@programs(array(4), 0.5, argnums=(0, 1), again=[(array(2), 0.1)])
def unlucky_names(dx, t):
    np_ = dx.shape[0]
    value, saved, d, g = 0.0, 1.0, dx * t, [t]
    for _ in range(np_):
        for i, (dt, seed) in enumerate(zip(dx, d)):
            value += dt * seed * i
            saved *= 1 + 0.1 * dt
        g.append(value)
    adjoint = {"value": value, "grad": g[-1] * saved}
    ddx, t2, dvalue = dx[::-1], t * t, adjoint["grad"]
    return ddx @ dx * t2 + dvalue + sum(g)

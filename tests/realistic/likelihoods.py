"""Likelihoods, energies and networks as textbooks have them: sizes that only the run tells, layers in lists."""

from __future__ import annotations

import numpy as np

from tests.programs.kit import Table, array

programs = Table("likelihoods")

COUNTS = np.array([0.0, 3.0, 1.0, 2.0, 0.0, 5.0])


@programs(array(3) / 3, array(6, 2), COUNTS)
def negative_binomial(params, X, y):
    beta, log_r = params[:-1], params[-1]
    r = np.exp(log_r)
    mu = np.exp(X @ beta)
    return -np.sum(y * np.log(mu / (mu + r)) + r * np.log(r / (mu + r)))


@programs(array(2), array(6, 2), array(6), 0.3, again=[(array(2), array(1, 2), array(1), 0.0)])
def ridge(w, X, y, lam):
    residual = X @ w - y
    return np.mean(residual**2) / 2 + 0.5 * lam * (w @ w)


@programs(array(4), array(4, 4) / 5, 0.8, argnums=(0, 1, 2))
def mean_field_free_energy(h, J, beta):
    m = np.zeros_like(h)
    for _ in range(4):
        m = np.tanh(beta * (J @ m + h))
    p, q = (1 + m) / 2, (1 - m) / 2
    return -0.5 * m @ J @ m - h @ m + np.sum(p * np.log(p) + q * np.log(q)) / beta


ATOMS = np.arange(10.0).reshape(5, 2) + array(5, 2) / 9


@programs(ATOMS, 1.2, 0.9, argnums=(0, 1, 2), again=[(ATOMS[:2], 1.1, 1.0)])
def lennard_jones(x, eps, sigma):
    energy = 0.0
    for i in range(len(x) - 1):
        d = x[i + 1 :] - x[i]
        s6 = (sigma**2 / np.sum(d * d, axis=1)) ** 3
        energy += 4 * eps * np.sum(s6**2 - s6)
    return energy


@programs(array(4, 2), np.arange(1.0, 5.0), argnums=(0, 1), again=[(array(2, 3), np.ones(2))])
def gravity_of_pairs(q, m):
    d = q[:, None, :] - q[None, :, :]
    r2 = np.sum(d**2, axis=-1) + 0.01
    i, j = np.triu_indices(len(m), 1)
    return -np.sum(m[i] * m[j] / np.sqrt(r2[i, j]))


@programs(array(7), 0.3, 3, np.zeros(7), argnums=(0, 1), again=[(array(5), 0.1, 0, np.ones(5))])
def heat_in_joined_parts(u, kappa, n, target):
    for _ in range(n):
        lap = u[2:] - 2 * u[1:-1] + u[:-2]
        u = np.concatenate([u[:1], u[1:-1] + 0.1 * kappa * lap, u[-1:]])
    return np.sum((u - target) ** 2)


@programs(array(8), array(3), 0.1, array(6, seed=1), argnums=(0, 1, 2), again=[(array(4), array(4), 0.2, array(1))])
def convolution_by_shifts(x, w, b, y):
    n = len(x) - len(w) + 1
    out = np.zeros(n)
    for k in range(len(w)):
        out += w[k] * x[k : k + n]
    return np.mean((np.tanh(out + b) - y) ** 2)


LAYERS = [(array(3, 4), array(4)), (array(4, 4, seed=1), array(4, seed=1)), (array(4, 2, seed=2), array(2))]


@programs(LAYERS, array(5, 3), array(5, 2), again=[(LAYERS[-1:], array(3, 4), array(3, 2))])
def network_with_a_last_layer(params, X, y):
    h = X
    for W, b in params[:-1]:
        h = np.tanh(h @ W + b)
    W, b = params[-1]
    return np.mean((h @ W + b - y) ** 2)


@programs([{"W": W, "b": b} for W, b in LAYERS], array(5, 3), array(5, 2))
def network_with_a_first_layer(layers, X, y):
    h = X @ layers[0]["W"] + layers[0]["b"]
    for layer in layers[1:]:
        h = np.maximum(h, 0) @ layer["W"] + layer["b"]
    return np.sum((h - y) ** 2) / len(X)


TABLES = array(6, 3), array(6, 3, seed=1)


@programs(*TABLES, np.array([1, 0, 3]), np.array([2, 2, 5]), np.array([[0, 4], [4, 1], [3, 3]]), argnums=(0, 1))
def skip_gram(words, contexts, centre, positive, negative):
    v = words[centre]
    p = 1 / (1 + np.exp(-np.sum(v * contexts[positive], axis=1)))
    q = 1 / (1 + np.exp(np.einsum("bd,bkd->bk", v, contexts[negative])))
    return -np.sum(np.log(p)) / positive.size - np.mean(np.sum(np.log(q), axis=1))

"""Dynamic programs and probabilities over sequences: tables, recurrences, log spaces, running statistics."""

# ruff: noqa: B905 -- as people write

from __future__ import annotations

import math

import numpy as np

from tests.programs.kit import Table, array

programs = Table("sequences")


def logsumexp(a, axis=None):
    m = np.max(a, axis=axis, keepdims=True)
    s = np.log(np.sum(np.exp(a - m), axis=axis, keepdims=True)) + m
    return s.item() if axis is None else np.squeeze(s, axis=axis)


OBSERVED = np.array([0, 2, 1, 1, 0])


@programs(
    array(2),
    array(2, 2, seed=1),
    array(2, 3, seed=2),
    OBSERVED,
    argnums=(0, 1, 2),
    again=[(array(3), array(3, 3, seed=1), array(3, 4, seed=2), np.array([3, 1]))],
)
def hmm_forward(pi, A, B, obs):
    log_pi = pi - logsumexp(pi)
    log_A = A - logsumexp(A, axis=1)[:, None]
    log_B = B - logsumexp(B, axis=1)[:, None]
    alpha = log_pi + log_B[:, obs[0]]
    for o in obs[1:]:
        alpha = logsumexp(alpha[:, None] + log_A, axis=0) + log_B[:, o]
    return -logsumexp(alpha)


@programs(
    array(2),
    array(2, 2, seed=1),
    array(2, 3, seed=2),
    OBSERVED,
    argnums=(0, 1, 2),
    again=[(array(3), array(3, 3, seed=1), array(3, 4, seed=2), np.array([3, 1]))],
)
def viterbi(log_pi, log_A, log_B, obs):
    T, S = len(obs), len(log_pi)
    delta = np.zeros((T, S))
    psi = np.zeros((T, S), dtype=int)
    delta[0] = log_pi + log_B[:, obs[0]]
    for t in range(1, T):
        for s in range(S):
            scores = delta[t - 1] + log_A[:, s]
            psi[t, s] = np.argmax(scores)
            delta[t, s] = scores[psi[t, s]] + log_B[s, obs[t]]
    path = [int(np.argmax(delta[-1]))]
    for t in range(T - 1, 0, -1):
        path.append(psi[t, path[-1]])
    path.reverse()
    check = log_pi[path[0]] + log_B[path[0], obs[0]]
    for t in range(1, T):
        check = check + log_A[path[t - 1], path[t]] + log_B[path[t], obs[t]]
    return delta[-1].max() + 0.5 * check


@programs(array(4), array(5, seed=1), argnums=(0, 1), again=[(array(3, seed=4), array(2, seed=5))])
def dynamic_time_warping(a, b):
    n, m = len(a), len(b)
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[n, m]


@programs(array(4), array(3, seed=1), 0.3, argnums=(0, 1, 2), again=[(array(2, seed=4), array(2, seed=5), 0.5)])
def soft_time_warping(a, b, gamma):
    def softmin(*xs):
        lo = min(xs)
        return lo - gamma * math.log(sum(math.exp((lo - x) / gamma) for x in xs))

    R = {(0, 0): 0.0}
    n, m = len(a), len(b)
    rows = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i == 0 and j == 0:
                continue
            if i == 0 or j == 0:
                rows[i][j] = 1e3
                continue
            c = float(a[i - 1] - b[j - 1]) ** 2
            rows[i][j] = c + softmin(rows[i - 1][j], rows[i][j - 1], rows[i - 1][j - 1])
    return rows[n][m] + R[0, 0]


@programs(0.7, 1.2, "kitten", "sitting", argnums=(0, 1), again=[(0.5, 2.5, "kitten", "sitting")])
def weighted_edit_distance(gap, sub, s, t):
    prev = [j * gap for j in range(len(t) + 1)]
    for i, cs in enumerate(s, 1):
        cur = [i * gap]
        for j, ct in enumerate(t, start=1):
            best = prev[j - 1] + (0.0 if cs == ct else sub)
            best = min(best, prev[j] + gap, cur[-1] + gap)
            cur.append(best)
        prev = cur
    return prev[-1] ** 2


@programs(array(6), again=[(array(1),), (array(9, seed=3),)])
def welford(xs):
    count, mean, M2 = 0, 0.0, 0.0
    for x in xs:
        count += 1
        delta = x - mean
        mean += delta / count
        M2 += delta * (x - mean)
    if count < 2:
        return mean
    return math.sqrt(M2 / (count - 1)) + mean


@programs([0.5, -0.2, 0.9], 0.3, argnums=(0, 1), again=[([], 0.3), ([1.0], 0.5)])
def exponential_moving_average(xs, alpha):
    out = []
    level = None
    for x in xs:
        level = x if level is None else alpha * x + (1 - alpha) * level
        out.append(level)
    if not out:
        return alpha
    return sum(out) / len(out)


@programs(array(6), 0.2, 0.5, argnums=(0, 1, 2), again=[(array(4, seed=2), 0.1, 0.3)])
def garch_likelihood(r, a, b, *, omega=0.1):
    h = np.empty(len(r))
    h[0] = np.mean(r**2)
    for t in range(1, len(r)):
        h[t] = omega + a * r[t - 1] ** 2 + b * h[t - 1]
    return 0.5 * np.sum(np.log(2 * np.pi * h) + r**2 / h)


@programs(
    array(6), array(2, seed=2), argnums=(0, 1), again=[(array(8, seed=2), array(3, seed=2)), (array(3), array(0))]
)
def autoregressive_residuals(y, phi):
    p = len(phi)
    loss = 0.0
    for t in range(p, len(y)):
        forecast = sum(phi[k] * y[t - 1 - k] for k in range(p))
        loss += (y[t] - forecast) ** 2
    return loss


@programs(array(4, 3), [0, 2], argnums=0, again=[(array(5, 4, seed=3), [1, 1, 3])])
def ctc_like_alignment(logits, label):
    logp = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    T, L = logits.shape[0], len(label)
    alpha = [-1e9] * L
    alpha[0] = logp[0, label[0]]
    for t in range(1, T):
        new = list(alpha)
        for s in range(L):
            stay = alpha[s]
            move = alpha[s - 1] if s > 0 else -1e9
            new[s] = np.logaddexp(stay, move) + logp[t, label[s]]
        alpha = new
    return -alpha[-1]


@programs(array(5), 1.0, argnums=(0, 1), again=[(array(3, seed=3), 0.5)])
def gaussian_process_likelihood(y, scale):
    n = y.size
    K = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            K[i, j] = K[j, i] = np.exp(-0.5 * (i - j) ** 2 / scale**2)
        K[i, i] += 0.1
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            acc = K[i, j] - L[i, :j] @ L[j, :j]
            L[i, j] = math.sqrt(acc) if i == j else acc / L[j, j]
    z = np.zeros(n)
    for i in range(n):
        z[i] = (y[i] - L[i, :i] @ z[:i]) / L[i, i]
    return 0.5 * z @ z + sum(math.log(L[i, i]) for i in range(n))


@programs(array(6), again=[(array(4, seed=9),)])
def longest_weighted_chain(w):
    best = w.copy()
    for i in range(len(w)):
        for j in range(i):
            if w[j] < w[i] and best[j] + w[i] > best[i]:
                best[i] = best[j] + w[i]
    return np.max(best)


@programs(np.abs(array(5)), 6, argnums=0, again=[(np.abs(array(4, seed=2)), 3)])
def knapsack(values, capacity):
    weights = [2, 3, 1, 4, 2]
    table = np.zeros(capacity + 1)
    for v, w in zip(values, weights):
        for c in range(capacity, w - 1, -1):
            take = table[c - w] + v
            if take > table[c]:
                table[c] = take
    return table[capacity]


@programs(0.3, array(3), 5, argnums=(0, 1), again=[(0.6, array(3, seed=3), 1)])
def markov_chain_absorption(p, reward, steps):
    P = np.array([[1 - p, p, 0.0], [0.5 * p, 1 - p, 0.5 * p], [0.0, 0.0, 1.0]])
    dist = np.array([1.0, 0.0, 0.0])
    total = 0.0
    discount = 1.0
    while steps:
        total += discount * (dist @ reward)
        dist = dist @ P
        discount *= 0.9
        steps -= 1
    return total


@programs(array(3, 2), 0.9, argnums=(0, 1), again=[(array(4, 3, seed=4), 0.5)])
def value_iteration(R, gamma):
    S, A = R.shape
    V = np.zeros(S)
    for _ in range(4):
        Q = np.zeros((S, A))
        for s in range(S):
            for a in range(A):
                nxt = (s + a + 1) % S
                Q[s, a] = R[s, a] + gamma * V[nxt]
        V = Q.max(axis=1)
    return V.mean()


@programs(
    array(3, 3),
    (np.array([0.2, 0.3, 0.5]), np.array([0.6, 0.3, 0.1])),
    argnums=(0, 1),
    again=[(array(2, 3, seed=3), (np.array([0.4, 0.6]), np.array([0.3, 0.2, 0.5])))],
)
def sinkhorn(C, marginals, eps=0.5, iters=6):
    a, b = marginals
    K = np.exp(-C / eps)
    u = np.ones_like(a)
    v = np.ones_like(b)
    for _ in range(iters):
        u = a / (K @ v)
        v = b / (K.T @ u)
    P = u[:, None] * K * v
    return np.sum(P * C)


@programs(array(5), array(5, seed=1), argnums=(0, 1), again=[(array(3, seed=3), array(3, seed=4))])
def kendall_like_soft_rank(a, b):
    pairs = [(i, j) for i in range(len(a)) for j in range(len(a)) if i < j]
    agree = [np.tanh((a[i] - a[j]) * (b[i] - b[j])) for i, j in pairs]
    return sum(agree) / len(agree)

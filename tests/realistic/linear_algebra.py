"""Dense and banded linear algebra, written by hand with loops, row swaps and stores."""

# ruff: noqa: B007, B905, RUF005, RUF059 -- as people write

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("linear algebra")


def dominant(n: int, seed: int = 0) -> Any:
    """A matrix that needs pivoting but is well conditioned."""
    return np.roll(array(n, n, seed=seed) + 3.0 * np.eye(n), 1, axis=0)


def definite(n: int, seed: int = 0) -> Any:
    """A symmetric positive definite matrix."""
    half = array(n, n, seed=seed)
    return half @ half.T + n * np.eye(n)


@programs(dominant(4), array(4, seed=1), argnums=(0, 1), again=[(dominant(5, 3), array(5, seed=2))])
def gaussian_elimination(A, b):
    A = A.copy()
    b = b.copy()
    n = len(b)
    for k in range(n - 1):
        p = k + np.argmax(np.abs(A[k:, k]))
        if p != k:
            A[[k, p]] = A[[p, k]]
            b[[k, p]] = b[[p, k]]
        for i in range(k + 1, n):
            m = A[i, k] / A[k, k]
            A[i, k:] -= m * A[k, k:]
            b[i] -= m * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
    return np.sum(x**2)


@programs(definite(4), again=[(definite(6, 5),)])
def cholesky_by_hand(A):
    n = A.shape[0]
    L = np.zeros_like(A)
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, j] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    k = np.arange(n)
    return 2.0 * np.sum(np.log(L[k, k]))


def lu(A):
    n = A.shape[0]
    U = A.copy()
    L = np.eye(n)
    for k in range(n - 1):
        L[k + 1 :, k] = U[k + 1 :, k] / U[k, k]
        U[k + 1 :] -= np.outer(L[k + 1 :, k], U[k])
    return L, U


@programs(definite(4), again=[(definite(3, 2),)])
def log_determinant_by_lu(A):
    L, U = lu(A)
    pivots = np.array([U[i, i] for i in range(len(U))])
    return np.log(np.abs(np.prod(pivots))) + 0.1 * np.sum(L**2)


@programs(dominant(4), again=[(dominant(3, 2),)])
def gram_schmidt(A):
    m, n = A.shape
    Q = np.empty((m, n))
    R = np.zeros((n, n))
    for j in range(n):
        v = A[:, j].copy()
        for i in range(j):
            R[i, j] = Q[:, i] @ A[:, j]
            v -= R[i, j] * Q[:, i]
        R[j, j] = np.linalg.norm(v)
        Q[:, j] = v / R[j, j]
    return np.sum(np.sin(Q)) + sum(R[i, i] for i in range(n))


@programs(dominant(4), again=[(dominant(5, 2),)])
def modified_gram_schmidt_in_a_list(A):
    basis = []
    for column in A.T:
        w = column.copy()
        for q in basis:
            w -= (q @ w) * q
        basis.append(w / np.sqrt(w @ w))
    Q = np.array(basis).T
    return np.sum(Q[:, 0] * np.cos(Q[:, -1]))


@programs(
    array(4, seed=1),
    3 + array(5, seed=2),
    array(4, seed=3),
    array(5, seed=4),
    argnums=(0, 1, 2, 3),
    again=[(array(2, seed=1), 3 + array(3, seed=2), array(2, seed=3), array(3, seed=4))],
)
def thomas(a, b, c, d):
    n = len(d)
    cp, dp = np.zeros(n - 1), np.zeros(n)
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        w = b[i] - a[i - 1] * cp[i - 1]
        if i < n - 1:
            cp[i] = c[i] / w
        dp[i] = (d[i] - a[i - 1] * dp[i - 1]) / w
    for i in reversed(range(n - 1)):
        dp[i] -= cp[i] * dp[i + 1]
    return np.sum(dp * np.arange(1, n + 1))


@programs(
    array(4, seed=1),
    3 + array(5, seed=2),
    array(4, seed=3),
    array(5, seed=4),
    argnums=(0, 1, 2, 3),
    again=[(array(2, seed=1), 3 + array(3, seed=2), array(2, seed=3), array(3, seed=4))],
)
def thomas_in_place(lower, diagonal, upper, rhs):
    n = rhs.shape[0]
    for i in range(1, n):
        w = lower[i - 1] / diagonal[i - 1]
        diagonal[i] -= w * upper[i - 1]
        rhs[i] -= w * rhs[i - 1]
    rhs[-1] /= diagonal[-1]
    for i in range(n - 2, -1, -1):
        rhs[i] = (rhs[i] - upper[i] * rhs[i + 1]) / diagonal[i]
    return (rhs * rhs).sum()


@programs(definite(4), array(4, seed=1), argnums=(0, 1), again=[(definite(3, 4), array(3, seed=5))])
def conjugate_gradients(A, b, tol=1e-10, maxiter=50):
    A = 0.5 * (A + A.T)
    x = np.zeros_like(b)
    r = b - A @ x
    p = r.copy()
    rs = r @ r
    for it in range(maxiter):
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        if np.sqrt(rs_new) < tol:
            break
        p *= rs_new / rs
        p += r
        rs = rs_new
    return np.dot(x, x)


@programs(definite(4), np.ones(4), argnums=0, again=[(definite(3, 4), np.ones(3))])
def power_iteration(A, v):
    A = A + A.T + np.diag(10.0 ** np.arange(len(A)))
    v = v / np.linalg.norm(v)
    lam = 0.0
    for _ in range(100):
        w = A @ v
        new = v @ w
        v = w / np.linalg.norm(w)
        if abs(new - lam) < 1e-15 * abs(new):
            lam = new
            break
        lam = new
    else:
        lam = -1.0 * lam
    return lam


@programs(definite(4), array(4, seed=3), argnums=(0, 1), again=[(definite(2, 4), array(2, seed=3))])
def jacobi_sweeps(A, b):
    D = A[np.arange(len(A)), np.arange(len(A))]
    R = A * (1 - np.eye(len(A)))
    x = np.zeros(len(b))
    for _ in range(6):
        x = (b - np.dot(R, x)) / D
    return float(np.sum(x))


@programs(definite(4), array(4, seed=3), argnums=(0, 1), again=[(definite(2, 4), array(2, seed=3))])
def gauss_seidel_in_place(A, b):
    x = np.zeros(b.size)
    for sweep in range(4):
        for i in range(b.size):
            sigma = np.dot(A[i, :i], x[:i]) + np.dot(A[i, i + 1 :], x[i + 1 :])
            x[i] = (b[i] - sigma) / A[i, i]
    return x @ b


@programs(dominant(4), again=[(dominant(3, 7),)])
def householder(A):
    R = np.array(A)
    m, n = R.shape
    for k in range(n - 1):
        x = R[k:, k]
        e = np.zeros_like(x)
        e[0] = np.copysign(np.linalg.norm(x), x[0])
        u = x + e
        u = u / np.linalg.norm(u)
        R[k:, k:] -= 2.0 * np.outer(u, u @ R[k:, k:])
    return np.sum(np.abs(R[:2]))


@programs(dominant(3), again=[(dominant(4, 7),)])
def determinant_by_minors(A):
    n = A.shape[0]
    if n == 1:
        return A[0, 0]
    total = 0.0
    for j in range(n):
        minor = np.concatenate([A[1:, :j], A[1:, j + 1 :]], axis=1)
        total += (-1) ** j * A[0, j] * determinant_by_minors(minor)
    return total


@programs(definite(3), again=[(definite(4, 3),)])
def givens_rotations(A):
    A = A.copy()
    n = A.shape[0]
    for j in range(n):
        for i in range(n - 1, j, -1):
            a, b = A[i - 1, j], A[i, j]
            r = np.hypot(a, b)
            c, s = a / r, -b / r
            G = np.array([[c, -s], [s, c]])
            A[i - 1 : i + 1] = G @ A[i - 1 : i + 1]
    return sum(np.log(abs(A[i, i])) for i in range(n))


@programs(array(3, 3), 4, argnums=0, again=[(array(2, 2, seed=3), 7)])
def matrix_power_by_squaring(M, k):
    result = np.eye(M.shape[0])
    base = M
    while k > 0:
        if k & 1:
            result = result @ base
        base = base @ base
        k >>= 1
    return result[0, 0] + result[-1, -1]


@programs(array(3, 3, seed=4), again=[(array(2, 2, seed=3),)])
def exponential_by_series(M):
    term = np.eye(len(M))
    total = term.copy()
    for k in range(1, 12):
        term = term @ M / k
        total += term
    return total.sum()


@programs([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 5.0]], [1.0, 2.0, 3.0], argnums=(0, 1))
def pure_python_elimination(rows, rhs):
    n = len(rhs)
    M = [row[:] + [r] for row, r in zip(rows, rhs)]
    for k in range(n):
        pivot = M[k][k]
        M[k] = [v / pivot for v in M[k]]
        for i in range(n):
            if i != k:
                factor = M[i][k]
                M[i] = [a - factor * b for a, b in zip(M[i], M[k])]
    return sum(row[-1] for row in M)

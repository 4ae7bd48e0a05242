"""Rules of the systems of equations of `scipy.linalg`:  a x = b   gives   db = a^-T dx   and   da = -db x^T."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

from __future__ import annotations

import numpy as np
import scipy.linalg

from sourcead.rules.conjugation import holomorphic, named
from sourcead.rules.registry import adjoint

holomorphic(*named(scipy.linalg, "solve solve_triangular solve_banded solve_sylvester"))


def product(u, v):
    """u v^T for vectors and for matrices, whose columns are several right sides."""
    if np.ndim(u) == 1:
        return np.outer(u, v)
    return u @ v.T


@adjoint(scipy.linalg.solve)
def _(g, y, a, b, *, lower=False, check_finite=True, assume_a=None, transposed=False):
    if assume_a in ("sym", "symmetric", "pos", "positive definite", "her", "hermitian"):
        gb = scipy.linalg.solve(a, g, lower=lower, assume_a=assume_a)
        return -(product(gb, y) + product(y, gb)) / 2, gb
    if transposed:
        gb = scipy.linalg.solve(a, g)
        return -product(y, gb), gb
    gb = scipy.linalg.solve(a.T, g)
    return -product(gb, y), gb


@adjoint(scipy.linalg.solve_triangular)
def _(g, y, a, b, *, trans=0, lower=False, unit_diagonal=False, check_finite=True):
    if trans in (1, 2, "T", "C"):
        gb = scipy.linalg.solve_triangular(a, g, lower=lower, unit_diagonal=unit_diagonal)
        return triangle(-product(y, gb), lower, unit_diagonal), gb
    gb = scipy.linalg.solve_triangular(a, g, trans=1, lower=lower, unit_diagonal=unit_diagonal)
    return triangle(-product(gb, y), lower, unit_diagonal), gb


def triangle(a, lower, unit_diagonal):
    """The part of a matrix that is read."""
    if lower:
        return np.tril(a, -1) if unit_diagonal else np.tril(a)
    return np.triu(a, 1) if unit_diagonal else np.triu(a)


@adjoint(scipy.linalg.cho_solve, containers=True)
def _(g, y, c_and_lower, b, *, check_finite=True):
    c, lower = c_and_lower
    gb = scipy.linalg.cho_solve((c, lower), g)
    both = -(product(gb, y) + product(y, gb))
    gc = np.tril(both @ np.tril(c)) if lower else np.triu(np.triu(c) @ both)
    return (gc, None), gb


@adjoint(scipy.linalg.solve_banded)
def _(g, y, ab, b, *, l_and_u, check_finite=True):
    low, up = l_and_u
    size = len(b)
    rows, columns = np.expand_dims(np.arange(low + up + 1), 1), np.arange(size)  # entry [row, column] of a band
    gb = scipy.linalg.solve_banded((up, low), ab[low + up - rows, (columns + rows - low) % size], g)
    places = columns + rows - up
    products = gb[places % size] * y
    if np.ndim(b) == 2:
        products = np.sum(products, axis=2)
    return np.where((places >= 0) & (places < size), -products, 0), gb


@adjoint(scipy.linalg.solve_sylvester)
def _(g, y, a, b, q):
    gq = scipy.linalg.solve_sylvester(a.T, b.T, g)
    return -gq @ y.T, -y.T @ gq, gq


@adjoint(scipy.linalg.solve_continuous_lyapunov)
def _(g, y, a, q):
    gq = scipy.linalg.solve_continuous_lyapunov(a.T, g)
    return -gq @ y.T - gq.T @ y, gq


@adjoint(scipy.linalg.solve_discrete_lyapunov)
def _(g, y, a, q, *, method=None):
    gq = scipy.linalg.solve_discrete_lyapunov(a.T, g)
    return gq @ a @ y.T + gq.T @ a @ y, gq

"""Rules of `scipy.linalg`: functions of one matrix, its norm, and block matrices.

Where a matrix is symmetric by assumption, so is its cotangent.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

from __future__ import annotations

import numpy as np
import scipy.linalg

from sourcead.rules.conjugation import holomorphic, named, with_conjugates
from sourcead.rules.registry import adjoint
from sourcead.runtime import cast, cofactors, norm_of_either

holomorphic(*named(scipy.linalg, "inv det expm"))
with_conjugates(*named(scipy.linalg, "sqrtm block_diag norm"))


@adjoint(scipy.linalg.inv)
def _(g, y, a, *, check_finite=True):
    return -y.T @ g @ y.T


@adjoint(scipy.linalg.det)
def _(g, y, a, *, check_finite=True):
    return g * cofactors(cast(y, a), a)  # exact also where a is singular


@adjoint(scipy.linalg.expm)
def _(g, y, A):
    n = len(A)
    top = np.concatenate((A.T, g), axis=1)
    bottom = np.concatenate((np.zeros_like(A), A.T), axis=1)
    return scipy.linalg.expm(np.concatenate((top, bottom)))[:n, n:]


@adjoint(scipy.linalg.sqrtm)
def _(g, y, A):
    root = np.conj(y).T
    return scipy.linalg.solve_sylvester(root, root, g)


@adjoint(scipy.linalg.block_diag)
def _(g, y, *arrs):
    parts = ()
    row = column = 0
    for block in arrs:
        if np.ndim(block) == 0:
            parts += (g[row, column],)
            row, column = row + 1, column + 1
        elif np.ndim(block) == 1:
            parts += (g[row, column : column + len(block)],)
            row, column = row + 1, column + len(block)
        else:
            height, width = np.shape(block)
            parts += (g[row : row + height, column : column + width],)
            row, column = row + height, column + width
    return parts


@adjoint(scipy.linalg.norm)
def _(g, y, a, *, ord=None, axis=None, keepdims=False):
    if ord in (1, -1, np.inf, -np.inf):  # summed in another order than NumPy does: the largest is compared with NumPy's
        return norm_of_either(g, np.linalg.norm(a, ord, axis, keepdims), a, ord, axis, keepdims)
    return norm_of_either(g, y, a, ord, axis, keepdims)


# Factors --------------------------------------------------------------------------------------------------------------


def cholesky_cotangent(g, factor, lower):
    """The cotangent of a symmetric matrix from that of its Cholesky factor."""
    if not lower:
        g, factor = g.T, factor.T
    inner = factor.T @ np.tril(g)
    both = np.tril(inner) + np.tril(inner, -1).T
    half = scipy.linalg.solve_triangular(factor, both, trans=1, lower=True)
    return scipy.linalg.solve_triangular(factor, half.T, trans=1, lower=True) / 2


@adjoint(scipy.linalg.cholesky)
def _(g, y, a, *, lower=False, check_finite=True):
    return cholesky_cotangent(g, y, lower)


@adjoint(scipy.linalg.cho_factor)
def _(g, y, a, *, lower=False, check_finite=True):
    factor = np.tril(y[0]) if lower else np.triu(y[0])
    return cholesky_cotangent(g[0], factor, lower)

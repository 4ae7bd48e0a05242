"""Adjoints of inverses, solutions, determinants, powers and products of matrices."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.conjugation import holomorphic, named, with_conjugates
from sourcead.rules.facts import absent, complex_valued, static
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import (
    adjoined,
    cofactors,
    cofactors_adjoint,
    diagonal_adjoint,
    each,
    multi_dot_adjoint,
    one_each,
    one_each_adjoint,
    pinv_adjoint,
    power_adjoint,
    residuals_left,
    residuals_right,
    solution_left,
    solution_right,
    solve_left,
    solve_right,
    tensorinv_adjoint,
    tensorsolve_left,
    tensorsolve_right,
    transposed,
    unbroadcast,
)

holomorphic(cofactors)
with_conjugates(*named(np.linalg, "pinv slogdet lstsq"), one_each, one_each_adjoint)


@adjoint(np.linalg.inv)
def _(g, y, a):
    return -transposed(y) @ g @ transposed(y)


@tangent(np.linalg.inv)
def _(t, y, a):
    return -y @ t @ y


@adjoint(np.linalg.pinv)
def _(g, y, a, rcond=None, *, rtol=None):
    if rcond is None:
        return pinv_adjoint(g, y, a)
    return pinv_adjoint(g, y, a), None


@adjoint(np.linalg.solve)
def _(g, y, a, b):
    return solve_left(g, y, a, b), solve_right(g, a, b)


@adjoint(np.linalg.tensorinv)
def _(g, y, a, *, ind=2):
    return tensorinv_adjoint(g, y, a, ind)


@adjoint(np.linalg.tensorsolve)
def _(g, y, a, b, *, axes=None):
    return tensorsolve_left(g, y, a, b, axes), tensorsolve_right(g, a, b, axes)


@adjoint(np.linalg.det)
def _(g, y, a):
    return each(g) * cofactors(y, a)  # exact also where a is singular


@adjoint(cofactors)
def _(g, y, d, a):
    return None, cofactors_adjoint(g, a)


@adjoint(np.linalg.slogdet)
def _(g, y, a):
    if not absent(g[0]) and complex_valued(a):  # the sign is a phase
        turn = 1j * np.imag(g[0] * np.conj(y[0]))
        rate = turn if absent(g[1]) else g[1] + turn
        return each(rate) * adjoined(np.linalg.inv(np.where(each(y[0]) == 0, np.nan, a)))
    if absent(g[1]):
        return None  # the sign alone
    return each(g[1]) * adjoined(np.linalg.inv(np.where(each(y[0]) == 0, np.nan, a)))


@adjoint(np.linalg.trace)
def _(g, y, x, *, offset=0):
    return each(g) * np.eye(np.shape(x)[-2], np.shape(x)[-1], k=offset)


@adjoint(np.linalg.diagonal)
def _(g, y, x, *, offset=0):
    return diagonal_adjoint(g, x, offset, -2, -1)


@adjoint(np.linalg.matrix_transpose)
def _(g, y, x):
    return transposed(g)


@adjoint(np.linalg.matrix_power)
def _(g, y, a, n):
    if static(n):
        if n == 0:
            return None, None
        if n == 1:
            return g, None
        if n == 2:
            return transposed(a) @ g + g @ transposed(a), None
        if n == -1:
            return -transposed(y) @ g @ transposed(y), None
    return power_adjoint(g, a, n), None


@adjoint(np.linalg.multi_dot, containers=True)
def _(g, y, arrays):
    return multi_dot_adjoint(g, arrays)


@adjoint(np.linalg.cross)
def _(g, y, a, b, *, axis=-1):
    return unbroadcast(np.linalg.cross(b, g, axis=axis), a), unbroadcast(np.linalg.cross(g, a, axis=axis), b)


@adjoint(np.linalg.lstsq)
def _(g, y, a, b, *, rcond=None):
    left, right = 0.0, 0.0
    if not absent(g[0]):
        left = left + solution_left(g[0], y[0], a, b, rcond)
        right = right + solution_right(g[0], y[0], a, rcond)
    if not absent(g[1]):
        left = left + residuals_left(g[1], y[0], a, b)
        right = right + residuals_right(g[1], y[0], a, b)
    if not absent(g[3]):
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        left = left + (u * g[3]) @ vh
    if absent(g[0]) and absent(g[1]):
        return left, None
    return left, right


@adjoint(one_each)
def _(g, y, given, like):
    return one_each_adjoint(g, given), None


@adjoint(one_each_adjoint)
def _(g, y, t, given):
    return one_each(g, t), None

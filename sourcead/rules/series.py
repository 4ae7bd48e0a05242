"""Adjoints of the series of `numpy.polynomial`."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numpy.polynomial import polynomial

from sourcead.primitives.series import BASES
from sourcead.rules.conjugation import holomorphic
from sourcead.rules.registry import adjoint
from sourcead.runtime import basis_adjoint, coefficients_adjoint, flat, of_derivatives, points_of_series_adjoint

holomorphic(polynomial.polyval)


def of_basis(val, der, vander):
    """The rules of one basis: its evaluation, its derivative, and the matrix of its functions' values."""

    @adjoint(val)
    def _(g, y, x, c, *, tensor=True):
        return (
            points_of_series_adjoint(g, val(x, der(c)), c),
            coefficients_adjoint(g, vander(flat(x), np.shape(c)[0] - 1), c),
        )

    @adjoint(der)
    def _(g, y, c, *, m=1, scl=1, axis=0):
        return of_derivatives(g, der(np.eye(np.shape(c)[0]), m=m, scl=scl), c)

    @adjoint(vander)
    def _(g, y, x, deg):
        return basis_adjoint(g, y, der(np.eye(np.shape(y)[-1] + 1)), x), None


for basis, prefix in BASES.items():
    of_basis(getattr(basis, f"{prefix}val"), getattr(basis, f"{prefix}der"), getattr(basis, f"{prefix}vander"))

"""The functions of the `cmath` module: of Python's numbers, to complex numbers of Python's."""

from __future__ import annotations

import cmath

from sourcead.kinds import BOOL, FLOAT, Kind, Scalar, Tree
from sourcead.primitives.registry import declare

COMPLEX = Scalar("pycomplex")
SMOOTH = (cmath.exp, cmath.sin, cmath.cos, cmath.tan, cmath.sinh, cmath.cosh, cmath.tanh)
WITH_POLES = (
    cmath.sqrt, cmath.log10, cmath.asin, cmath.acos, cmath.atan, cmath.asinh, cmath.acosh, cmath.atanh,
)  # fmt: skip


def _declare_unary(target: object, singular: bool) -> None:
    @declare(target, effects="raises", result="scalar", singular=singular, complexes=True)
    def _(z: Kind, /) -> Kind:
        return COMPLEX


for _function in SMOOTH:
    _declare_unary(_function, False)
for _function in WITH_POLES:
    _declare_unary(_function, True)


@declare(cmath.log, effects="raises", result="scalar", singular=True, complexes=True)
def log(z: Kind, base: Kind | None = None, /) -> Kind:
    return COMPLEX


@declare(cmath.phase, effects="raises", result="scalar", complexes=True)
def phase(z: Kind, /) -> Kind:
    return FLOAT


@declare(cmath.polar, effects="raises", complexes=True)
def polar(z: Kind, /) -> Kind:
    return Tree(tuple, (0, 1), (FLOAT, FLOAT))


@declare(cmath.rect, effects="raises", result="scalar", complexes=True)
def rect(r: Kind, phi: Kind, /) -> Kind:
    return COMPLEX


def _declare_test(target: object) -> None:
    @declare(target, effects="raises", result="scalar", differentiable=False)
    def _(z: Kind, /) -> Kind:
        return BOOL


for _test in (cmath.isnan, cmath.isinf, cmath.isfinite):
    _declare_test(_test)


@declare(cmath.isclose, static="rel_tol abs_tol", effects="raises", result="scalar", differentiable=False)
def isclose(a: Kind, b: Kind, *, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> Kind:
    return BOOL

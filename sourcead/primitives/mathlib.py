"""The functions of the `math` module: of Python floats, to Python floats."""

from __future__ import annotations

import math

from sourcead.ir import Primitive
from sourcead.kinds import BOOL, FLOAT, INT, Kind
from sourcead.primitives.registry import declare

SMOOTH = (
    math.exp, math.expm1, math.sin, math.cos, math.tan, math.atan, math.sinh, math.cosh, math.tanh, math.asinh,
    math.erf, math.erfc, math.fabs, math.degrees, math.radians, math.gamma, math.lgamma,
    *(getattr(math, name) for name in ("exp2",) if hasattr(math, name)),  # from Python 3.11 on
)  # fmt: skip
WITH_POLES = (
    math.log1p, math.log2, math.log10, math.sqrt, math.asin, math.acos, math.acosh, math.atanh,
    *(getattr(math, name) for name in ("cbrt",) if hasattr(math, name)),
)  # fmt: skip
TO_INT = (math.floor, math.ceil, math.trunc, math.factorial, math.isqrt)
TO_BOOL = (math.isnan, math.isinf, math.isfinite)


def _declare_unary(target: object, result: Kind, *, differentiable: bool = True, singular: bool = False) -> Primitive:
    def infer(x: Kind, /) -> Kind:
        return result

    return declare(target, effects="raises", result="scalar", differentiable=differentiable, singular=singular)(infer)


def _declare_binary(target: object, result: Kind, *, differentiable: bool = True, singular: bool = False) -> Primitive:
    def infer(a: Kind, b: Kind, /) -> Kind:
        return result

    return declare(target, effects="raises", result="scalar", differentiable=differentiable, singular=singular)(infer)


_function: object
for _function in SMOOTH:
    _declare_unary(_function, FLOAT)
for _function in WITH_POLES:
    _declare_unary(_function, FLOAT, singular=True)
for _function in TO_INT:
    _declare_unary(_function, INT, differentiable=False)
for _function in TO_BOOL:
    _declare_unary(_function, BOOL, differentiable=False)
for _function in (math.fmod, math.copysign, math.hypot):
    _declare_binary(_function, FLOAT)
for _function in (math.pow, math.atan2):
    _declare_binary(_function, FLOAT, singular=True)
for _function in (math.gcd, math.lcm, math.comb):
    _declare_binary(_function, INT, differentiable=False)


@declare(math.log, effects="raises", result="scalar", singular=True)
def _log(x: Kind, base: Kind | None = None, /) -> Kind:
    return FLOAT


@declare(math.perm, effects="raises", result="scalar", differentiable=False)
def _perm(n: Kind, k: Kind | None = None, /) -> Kind:
    return INT


@declare(math.isclose, static="rel_tol abs_tol", effects="raises", result="scalar", differentiable=False)
def _isclose(a: Kind, b: Kind, *, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> Kind:
    return BOOL


@declare(math.fsum, effects="raises", result="scalar")
def _fsum(seq: Kind, /) -> Kind:
    return FLOAT

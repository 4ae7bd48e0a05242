"""The functions of the `math` module: of Python floats, to Python floats."""

from __future__ import annotations

import math
import operator

from sourcead.ir import Primitive
from sourcead.kinds import BOOL, FLOAT, INT, TOP, Kind, List, Scalar, Tree
from sourcead.primitives.builtins import items_kind
from sourcead.primitives.promotion import choice_kind, plain
from sourcead.primitives.registry import NotCovered, declare, primitive_of

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

    make = declare(
        target, effects="raises", result="scalar", elementwise=True, differentiable=differentiable, singular=singular
    )
    return make(infer)


def _declare_binary(target: object, result: Kind, *, differentiable: bool = True, singular: bool = False) -> Primitive:
    def infer(a: Kind, b: Kind, /) -> Kind:
        return result

    make = declare(
        target, effects="raises", result="scalar", elementwise=True, differentiable=differentiable, singular=singular
    )
    return make(infer)


_function: object
for _function in SMOOTH:
    _declare_unary(_function, FLOAT)
for _function in WITH_POLES:
    _declare_unary(_function, FLOAT, singular=True)
for _function in TO_INT:
    _declare_unary(_function, INT, differentiable=False)
for _function in TO_BOOL:
    _declare_unary(_function, BOOL, differentiable=False)
for _function in (math.fmod, math.copysign, math.remainder, math.nextafter):
    _declare_binary(_function, FLOAT)
for _function in (math.pow, math.atan2):
    _declare_binary(_function, FLOAT, singular=True)
for _function in (math.gcd, math.lcm, math.comb):
    _declare_binary(_function, INT, differentiable=False)


@declare(math.ulp, effects="raises", result="scalar", differentiable=False)
def _ulp(x: Kind, /) -> Kind:
    return FLOAT


@declare(math.ldexp, effects="raises", result="scalar", elementwise=True, linear="x")
def _ldexp(x: Kind, i: Kind, /) -> Kind:
    return FLOAT


@declare(math.modf, effects="raises", result="scalar")
def _modf(x: Kind, /) -> Kind:
    return Tree(tuple, (0, 1), (FLOAT, FLOAT))


@declare(math.frexp, effects="raises", result="scalar")
def _frexp(x: Kind, /) -> Kind:
    return Tree(tuple, (0, 1), (FLOAT, INT))


@declare(math.hypot, effects="raises", result="scalar", elementwise=True)
def _hypot(*coordinates: Kind) -> Kind:
    return FLOAT


@declare(math.dist, effects="raises", result="scalar")
def _dist(p: Kind, q: Kind, /) -> Kind:
    return FLOAT


@declare(math.log, effects="raises", result="scalar", elementwise=True, singular=True)
def _log(x: Kind, base: Kind | None = None, /) -> Kind:
    return FLOAT


@declare(math.perm, effects="raises", result="scalar", differentiable=False)
def _perm(n: Kind, k: Kind | None = None, /) -> Kind:
    return INT


@declare(math.isclose, static="rel_tol abs_tol", effects="raises", result="scalar", differentiable=False)
def _isclose(a: Kind, b: Kind, *, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> Kind:
    return BOOL


@declare(math.fsum, effects="raises", result="scalar", linear="seq")
def _fsum(seq: Kind, /) -> Kind:
    return FLOAT


@declare(math.prod, refuse="start", effects="raises")
def _prod(iterable: Kind, /, *, start: int = 1) -> Kind:
    """A list of unknown length may be empty, and its product 1."""
    times = primitive_of(operator.mul).infer
    kind, one = plain(iterable), INT
    assert times is not None
    product: Kind = one
    if isinstance(kind, Tree) and issubclass(kind.type, tuple | list):
        for item in kind.items:
            product = times(product, item)
        return product
    item = items_kind(kind)
    product = times(one, item)
    if times(product, item) != product:
        return TOP
    either = choice_kind(one, product)
    return either if isinstance(kind, List) and isinstance(either, Scalar) and either.dtype is not None else product


if hasattr(math, "sumprod"):  # from Python 3.12 on

    @declare(math.sumprod, effects="raises", result="scalar", linear="p, q")
    def _sumprod(p: Kind, q: Kind, /) -> Kind:
        if any(items_kind(kind) != FLOAT for kind in (p, q)):
            raise NotCovered("math.sumprod is differentiated for sequences of floats; write `p @ q` for arrays")
        return FLOAT


if hasattr(math, "fma"):  # from Python 3.13 on

    @declare(math.fma, effects="raises", result="scalar", elementwise=True)
    def _fma(x: Kind, y: Kind, z: Kind, /) -> Kind:
        return FLOAT

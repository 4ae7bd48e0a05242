"""NumPy's elementwise functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import BOOL, TOP, Array, Kind, dtype_of, is_complex
from sourcead.primitives.arithmetic import UFUNC_REFUSED, UFUNC_STATIC, declare_binary, declare_unary
from sourcead.primitives.promotion import predicate_kind, ufunc_kind
from sourcead.primitives.registry import NotCovered, declare, declare_method
from sourcead.primitives.shapes import as_array, inexact, promoted

_ufunc: np.ufunc
for _ufunc in (
    np.exp, np.exp2, np.expm1, np.square, np.absolute, np.fabs, np.sin, np.cos, np.tan, np.arctan, np.arcsinh,
    np.sinh, np.cosh, np.tanh,
):  # fmt: skip
    declare_unary(_ufunc)
for _ufunc in (np.deg2rad, np.rad2deg, np.degrees, np.radians):
    declare_unary(_ufunc, linear="x")
for _ufunc in (
    np.log, np.log2, np.log10, np.log1p, np.sqrt, np.cbrt, np.reciprocal, np.arcsin, np.arccos, np.arccosh, np.arctanh,
):  # fmt: skip
    declare_unary(_ufunc, singular=True)
for _ufunc in (np.modf, np.frexp):  # of two results
    declare_unary(_ufunc)
for _ufunc in (
    np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2, np.copysign, np.hypot, np.heaviside,
    np.nextafter,
):  # fmt: skip
    declare_binary(_ufunc)
declare_binary(np.ldexp, linear="a")
declare_binary(np.arctan2, singular=True)

for _ufunc in (np.floor, np.ceil, np.rint, np.trunc, np.spacing):
    declare_unary(_ufunc, differentiable=False)
for _ufunc in (np.isnan, np.isfinite, np.isinf, np.signbit, np.logical_not):
    declare_unary(_ufunc, predicate=True, differentiable=False)
for _ufunc in (np.logical_and, np.logical_or, np.logical_xor):
    declare_binary(_ufunc, predicate=True, differentiable=False)


@declare(np.nan_to_num, static="copy nan posinf neginf", elementwise=True)
def _nan_to_num(x: Kind, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Kind:
    if not copy:
        raise NotCovered("np.nan_to_num with copy=False changes its argument; write `x[...] = np.nan_to_num(x)`")
    return ufunc_kind(np.positive, x)


@declare(np.sinc, elementwise=True)
def _sinc(x: Kind) -> Kind:
    return ufunc_kind(np.sin, x) if dtype_of(x) != "bool" else TOP


@declare(np.i0, elementwise=True)
def _i0(x: Kind) -> Kind:
    """Bessel's function I0; of a number it is a 0-d array."""
    array = as_array(x)
    return TOP if array is None else Array(inexact(array.dtype), array.dims)


@declare(np.unwrap, static="discont axis period")
def _unwrap(p: Kind, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Kind:
    """What is added to unwrap an angle is constant around it."""
    array = as_array(p)
    whole = isinstance(period, int)
    if array is None or array.dtype is None:
        return TOP
    return Array(promoted(array.dtype, "pyint" if whole else "pyfloat"), array.dims)


@declare(np.isposinf, refuse="out", elementwise=True, differentiable=False)
def _isposinf(x: Kind, out: Any = None) -> Kind:
    return predicate_kind(x)


@declare(np.isneginf, refuse="out", elementwise=True, differentiable=False)
def _isneginf(x: Kind, out: Any = None) -> Kind:
    return predicate_kind(x)


@declare(np.fix, refuse="out", elementwise=True, differentiable=False)
def _fix(x: Kind, out: Any = None) -> Kind:
    return ufunc_kind(np.trunc, x)


@declare(np.sign, static=UFUNC_STATIC, refuse=UFUNC_REFUSED, elementwise=True, differentiable=False)
def _sign(x: Kind, /, out: Any = None, *, where: Any = True, casting: Any = "same_kind", order: Any = "K",
          dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
    if is_complex(x):
        raise NotCovered("np.sign of complex numbers: write z / abs(z)")
    return ufunc_kind(np.sign, x, dtype=dtype, casting=casting)


@declare(np.isclose, static="rtol atol equal_nan", elementwise=True, differentiable=False)
def _isclose(a: Kind, b: Kind, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Kind:
    return predicate_kind(a, b)


@declare(np.allclose, static="rtol atol equal_nan", differentiable=False, result="scalar")
def _allclose(a: Kind, b: Kind, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Kind:
    return BOOL


@declare(np.array_equal, static="equal_nan", differentiable=False, result="scalar")
def _array_equal(a1: Kind, a2: Kind, equal_nan: bool = False) -> Kind:
    return BOOL


@declare(np.round, static="decimals", refuse="out", elementwise=True, differentiable=False, also=(np.around,))
def ROUND(a: Kind, decimals: int = 0, out: Any = None) -> Kind:
    """The kind of `np.round(a)`: the dtype stays, 0-d arrays become scalars."""
    return ufunc_kind(np.positive, a)


def _round_method(a: Kind, decimals: int = 0, out: Any = None) -> Kind:
    return TOP


declare_method("round", ROUND, _round_method, static="decimals", refuse="out")

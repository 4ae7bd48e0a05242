"""NumPy's elementwise functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import BOOL, TOP, Kind, is_complex
from sourcead.primitives.arithmetic import UFUNC_KEYWORDS, declare_binary, declare_unary
from sourcead.primitives.promotion import predicate_kind, ufunc_kind
from sourcead.primitives.registry import NotCovered, declare, declare_method

_ufunc: np.ufunc
for _ufunc in (
    np.exp, np.exp2, np.expm1, np.square, np.absolute, np.fabs, np.sin, np.cos, np.tan, np.arctan, np.arcsinh,
    np.sinh, np.cosh, np.tanh, np.deg2rad, np.rad2deg,
):  # fmt: skip
    declare_unary(_ufunc)
for _ufunc in (
    np.log, np.log2, np.log10, np.log1p, np.sqrt, np.cbrt, np.reciprocal, np.arcsin, np.arccos, np.arccosh, np.arctanh,
):  # fmt: skip
    declare_unary(_ufunc, singular=True)
for _ufunc in (np.maximum, np.minimum, np.logaddexp, np.copysign, np.hypot):
    declare_binary(_ufunc)
declare_binary(np.arctan2, singular=True)

for _ufunc in (np.floor, np.ceil, np.rint, np.trunc):
    declare_unary(_ufunc, differentiable=False)
for _ufunc in (np.isnan, np.isfinite, np.isinf, np.signbit, np.logical_not):
    declare_unary(_ufunc, predicate=True, differentiable=False)
for _ufunc in (np.logical_and, np.logical_or, np.logical_xor):
    declare_binary(_ufunc, predicate=True, differentiable=False)


@declare(np.sign, refuse=UFUNC_KEYWORDS, elementwise=True, differentiable=False)
def _sign(x: Kind, /, out: Any = None, *, where: Any = True, casting: Any = "same_kind", order: Any = "K",
          dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
    if is_complex(x):
        raise NotCovered("np.sign of complex numbers: write z / abs(z)")
    return ufunc_kind(np.sign, x)


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

"""Primitives of complex numbers: their parts, conjugates and angles, and the numbers made of two parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import BOOL, TOP, Array, Kind, Known, Scalar, is_complex, is_complex_dtype
from sourcead.primitives.arithmetic import UFUNC_REFUSED, UFUNC_STATIC
from sourcead.primitives.promotion import predicate_kind, ufunc_kind
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import as_array, strong, viewed


def part_dtype(dtype: str | None) -> str | None:
    """The dtype of the real and imaginary parts."""
    if dtype is None or not is_complex_dtype(dtype):
        return dtype
    return "pyfloat" if dtype == "pycomplex" else str(np.zeros(0, dtype).real.dtype.name)


def _part(z: Kind) -> Kind:
    """The kind of a part: of a number a number, of an array or a list an array."""
    if isinstance(z, Known) and isinstance(z.value, int | float | complex):
        z = Scalar(f"py{type(z.value).__name__}")
    if isinstance(z, Scalar):
        return Scalar("pyint" if z.dtype == "pybool" else part_dtype(z.dtype))
    array = as_array(z)
    return TOP if array is None else Array(part_dtype(array.dtype), array.dims)


@declare(np.real, attribute="real", linear="val", result="maybe", elementwise=True, complexes=True)
def real(val: Kind) -> Kind:
    return _part(val)


@declare(np.imag, attribute="imag", linear="val", result="maybe", elementwise=True, complexes=True)
def imag(val: Kind) -> Kind:
    return _part(val)


@declare(
    np.conjugate, name="np.conj", linear="x", static=UFUNC_STATIC, refuse=UFUNC_REFUSED, elementwise=True,
    complexes=True,
)  # fmt: skip
def conj(x: Kind, /, out: Any = None, *, where: Any = True, casting: Any = "same_kind", order: Any = "K",
         dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
    return ufunc_kind(np.conjugate, x, dtype=dtype, casting=casting)


def conjugate_of(a: Any) -> Any:
    """What `a.conj()` and `a.conjugate()` mean: of real numbers they are a itself."""
    return a.conjugate()


def _conjugate(a: Kind) -> Kind:
    array = as_array(a)
    return a if isinstance(a, Scalar) else TOP if array is None else viewed(a, array.dtype, array.dims)


for _name in ("conj", "conjugate"):
    declare(
        conjugate_of,
        name=_name,
        form=f"method {_name}",
        method=_name,
        linear="a",
        result="maybe",
        elementwise=True,
        complexes=True,
    )(_conjugate)


@declare(np.angle, static="deg", elementwise=True, complexes=True)
def angle(z: Kind, deg: bool = False) -> Kind:
    array = as_array(z)
    if array is None:
        return TOP
    parts = part_dtype(strong(array.dtype))
    return TOP if parts is None else ufunc_kind(np.arctan2, Array(parts, array.dims), Array(parts, array.dims))


@declare(np.iscomplexobj, differentiable=False, result="scalar")
def iscomplexobj(x: Kind) -> Kind:
    found = is_complex(x)
    return BOOL if found is None else Known(found)


@declare(np.isrealobj, differentiable=False, result="scalar")
def isrealobj(x: Kind) -> Kind:
    found = is_complex(x)
    return BOOL if found is None else Known(not found)


@declare(np.iscomplex, elementwise=True, differentiable=False)
def iscomplex(x: Kind) -> Kind:
    return predicate_kind(x)


@declare(np.isreal, elementwise=True, differentiable=False)
def isreal(x: Kind) -> Kind:
    return predicate_kind(x)


@declare(complex, result="scalar", linear="real imag", complexes=True)
def make_complex(real: Kind | None = None, imag: Kind | None = None) -> Kind:
    return Scalar("pycomplex")


def _converts(scalar_type: type[np.generic]) -> None:
    """`np.complex64(x)`: a NumPy scalar of a number; an array stays one, of that dtype, and may be the same."""

    @declare(scalar_type, result="maybe", complexes=True)
    def _(x: Kind | None = None, /) -> Kind:
        name = np.dtype(scalar_type).name
        known = Scalar(name) if x is None else as_array(x)
        if known is None:
            return TOP
        return Array(name, known.dims) if isinstance(known, Array) and known.dims else Scalar(name)


for _scalar_type in (np.complex64, np.complex128):
    _converts(_scalar_type)

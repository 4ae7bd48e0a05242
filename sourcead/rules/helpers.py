"""Marks every function of the run time as a helper that rules may call."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sourcead import runtime
from sourcead.kinds import ANY, TOP, Array, Kind, Scalar, dims_of, is_float_dtype
from sourcead.primitives.promotion import ufunc_kind
from sourcead.rules.registry import helper, helper_kind

for name in runtime.__all__:
    helper(getattr(runtime, name))


def _with_length(g: Kind, *others: Kind) -> Kind:
    return Array(g.dtype, (ANY,) * len(g.dims)) if isinstance(g, Array) else TOP


def _fitted(g: Kind, x: Kind, axes: Kind) -> Kind:
    """Only the axes that were transformed had another length: the others are those of x anyway."""
    return Array(g.dtype, x.dims) if isinstance(g, Array) and isinstance(x, Array) else TOP


def _product_like_second(g: Kind, x: Kind) -> Kind:
    """The product of a cotangent and what has the shape of the second argument."""
    made = ufunc_kind(np.multiply, g, x)
    return Array(made.dtype, x.dims) if isinstance(made, Array) and isinstance(x, Array) and x.dims else TOP


def _wide_like(position: int) -> Callable[..., Kind]:
    """A float64 result in the shape of one of the arguments, which is of that dtype too."""

    def infer(*kinds: Kind) -> Kind:
        x = kinds[position]
        return x if isinstance(x, Array) and x.dims and x.dtype == "float64" else TOP

    return infer


def _elementwise(x: Kind) -> Kind:
    """What np.where makes of a function of x: an array, also where x is none."""
    if isinstance(x, Scalar) and x.dtype in ("pyfloat", "float64", "real64"):
        return Array("float64", ())
    return x if isinstance(x, Array) and is_float_dtype(x.dtype) else TOP


def _held(v: Kind, here: Kind, square: Kind) -> Kind:
    return v if isinstance(v, Array) and v.dtype is not None else TOP


def _seen(g: Kind, index: Kind, v: Kind) -> Kind:
    """In the dtype of the whole array, in the shape of what was stored into it."""
    dims = dims_of(v)
    if not isinstance(g, Array) or g.dtype is None or dims is None:
        return TOP
    return Array(g.dtype, dims) if dims else Scalar(g.dtype)


helper_kind(runtime.bessel_ratio, _elementwise)
helper_kind(runtime.cumprod_along_first, _product_like_second)
helper_kind(runtime.cumprod_tangent_along_first, _product_like_second)
helper_kind(runtime.held_entries, _held)
helper_kind(runtime.part_adjoint, _wide_like(2))
helper_kind(runtime.quantiles_adjoint, _wide_like(1))
helper_kind(runtime.stored_adjoint, _seen)
helper_kind(runtime.with_last_length, _with_length)
helper_kind(runtime.with_length, _with_length)
helper_kind(runtime.fitted, _fitted)
helper_kind(runtime.fitted_along, _fitted)

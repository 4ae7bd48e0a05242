"""Counts and positions: bincount, whose weights are differentiated, and searches, which carry no derivative."""

from __future__ import annotations

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Kind
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import as_array, is_none, shaped


@declare(np.bincount, linear="weights")
def bincount(x: Kind, /, weights: Kind | None = None, minlength: Kind | None = None) -> Kind:
    return Array("int64" if weights is None or is_none(weights) else "float64", (ANY,))


@declare(np.searchsorted, method="searchsorted", static="side", differentiable=False)
def searchsorted(a: Kind, v: Kind, side: str = "left", sorter: Kind | None = None) -> Kind:
    sought = as_array(v)
    return TOP if sought is None else shaped("int64", sought.dims)


@declare(np.digitize, static="right", differentiable=False)
def digitize(x: Kind, bins: Kind, right: bool = False) -> Kind:
    sought = as_array(x)
    return TOP if sought is None else shaped("int64", sought.dims)

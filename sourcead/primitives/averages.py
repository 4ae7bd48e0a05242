"""The means of the `statistics` module, of lists, tuples and rows of floats."""

from __future__ import annotations

import statistics
from typing import Any

from sourcead.kinds import FLOAT, TOP, Kind, Scalar, is_float_dtype
from sourcead.primitives.builtins import items_kind
from sourcead.primitives.registry import declare


@declare(statistics.fmean, refuse="weights", effects="raises", result="scalar", linear="data")
def _fmean(data: Kind, weights: Any = None) -> Kind:
    return FLOAT


@declare(statistics.mean, effects="raises", result="scalar", linear="data")
def _mean(data: Kind) -> Kind:
    """The mean of values of one class is of that class."""
    item = items_kind(data)
    return item if isinstance(item, Scalar) and item.dtype not in (None, "real") and is_float_dtype(item.dtype) else TOP

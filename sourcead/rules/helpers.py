"""Marks every function of the run time as a helper that rules may call."""

from __future__ import annotations

from sourcead import runtime
from sourcead.kinds import ANY, TOP, Array, Kind
from sourcead.rules.registry import helper, helper_kind

for name in runtime.__all__:
    helper(getattr(runtime, name))


def _with_length(g: Kind, *others: Kind) -> Kind:
    return Array(g.dtype, (ANY,) * len(g.dims)) if isinstance(g, Array) else TOP


def _fitted(g: Kind, x: Kind, axes: Kind) -> Kind:
    """Only the axes that were transformed had another length: the others are those of x anyway."""
    return Array(g.dtype, x.dims) if isinstance(g, Array) and isinstance(x, Array) else TOP


helper_kind(runtime.with_last_length, _with_length)
helper_kind(runtime.with_length, _with_length)
helper_kind(runtime.fitted, _fitted)
helper_kind(runtime.fitted_along, _fitted)

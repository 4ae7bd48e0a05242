"""`where=` of ufuncs: what is not chosen stays as it is in `out`, and is not computed.

    np.log(x, out=y, where=m)     y[...] = np.where(m, np.log(np.where(m, x, 1)), y)

A number at which the function and its derivative are finite stands for the operands that are not chosen, so that
neither warns there.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const
from sourcead.kinds import Scalar
from sourcead.primitives.domains import divisor_alone, inside
from sourcead.primitives.registry import Entry, primitive_of
from sourcead.primitives.shapes import as_array


def taken_mask(resolver: Resolver, entry: Entry, bound: dict[str, Any], out: Abstract | None) -> Abstract | None:
    """The mask that a call of a ufunc is given as `where`, taken from its arguments; None where there is none."""
    ufunc = entry.target
    if "where" not in bound or not isinstance(ufunc, np.ufunc) or ufunc.signature is not None:
        return None
    mask: Abstract = bound.pop("where")
    if resolver.static(mask) == (True, True):
        return None
    name = entry.form.split()[-1]
    if out is None:
        resolver.refuse(
            f"`{name}` with `where=` leaves what is not chosen without a value",
            f"give it `out=`, or choose: `np.where(mask, {name}(...), 0)`",
        )
    masks = as_array(resolver.kind(mask))
    if masks is None:
        _unknown(resolver, name)
    if masks is None or masks.dtype not in ("bool", "pybool"):
        resolver.refuse(f"the mask of `{name}` is no array of bools", "make it one: `mask.astype(bool)`")
    operands = [p.name for p in entry.signature.parameters.values() if p.kind is p.POSITIONAL_ONLY]
    for operand in operands[1:] if divisor_alone(ufunc) else operands:
        bound[operand] = _chosen(resolver, name, mask, bound[operand], inside(ufunc))
    return mask


def _chosen(resolver: Resolver, name: str, mask: Abstract, operand: Abstract, harmless: float) -> Abstract:
    """An operand where it is chosen, elsewhere a harmless number; a single number stays what it is."""
    kind = as_array(resolver.kind(operand))
    if kind is None:
        _unknown(resolver, name)
    if isinstance(resolver.kind(operand), Scalar) or not kind.dims:
        return operand
    return resolver.emit(primitive_of(np.where), (resolver.atom(mask), resolver.atom(operand), Const(harmless)))


def _unknown(resolver: Resolver, name: str) -> NoReturn:
    resolver.refuse(
        f"`{name}` with `where=` of something of which nothing is known",
        "give example arguments (`specialize`, `--args`)",
    )


def merged(resolver: Resolver, mask: Abstract, result: Abstract, out: Abstract) -> Abstract:
    """The result where it is chosen, elsewhere what `out` holds."""
    return resolver.emit(primitive_of(np.where), tuple(map(resolver.atom, (mask, result, out))))

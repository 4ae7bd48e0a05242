"""Which ops cost so little that they may be evaluated at every place that reads them."""

from __future__ import annotations

from typing import Any

from sourcead.backend.tree import Let, defined, form_of
from sourcead.ir import Const, Span, Value
from sourcead.kinds import Known, List, Scalar, Tree

_ATTRIBUTES = frozenset({"attribute T", "attribute shape", "attribute size", "attribute ndim", "getattr"})
_MEASURES = frozenset({"call len", "range_length"})
_ANYWHERE = _ATTRIBUTES | _MEASURES


def inlines_always(let: Let) -> bool:
    """Whether the op is nothing but a name or a literal."""
    form = form_of(let.op)
    return form in ("capture", "constant") or (form == "literal" and not defined(let)[0].hint)


def is_cheap(let: Let) -> bool:
    """Whether a value may be computed again at every use, without cost and without noise."""
    if let.op.primitive.effects or len(defined(let)) != 1 or defined(let)[0].hint:
        return False
    form = form_of(let.op)
    if inlines_always(let) or survives_loops(let):
        return True
    if form == "getitem":
        return _reads_one_item(let)
    return form in ("binary +", "binary -") and _shifts_an_index(let)


def survives_loops(let: Let) -> bool:
    """Whether the op may even be repeated in every turn of a loop."""
    return inlines_always(let) or form_of(let.op) in _ANYWHERE


def _reads_one_item(let: Let) -> bool:
    base = let.args[0]
    elements = [e for level in let.op.attr("path") for e in level]
    if any(isinstance(e, Span) for e in elements):
        return False
    if isinstance(defined(let)[0].kind, Scalar) or all(isinstance(e, int | str) for e in elements):
        return True
    return isinstance(base, Value) and isinstance(base.kind, List | Tree)


def _shifts_an_index(let: Let) -> bool:
    index, step = let.args
    return isinstance(step, Const) and type(step.value) is int and _is_int(index)


def _is_int(atom: Any) -> bool:
    kind = getattr(atom, "kind", None)
    if isinstance(kind, Known):
        return isinstance(kind.value, int)
    return isinstance(kind, Scalar) and kind.dtype is not None and "int" in kind.dtype

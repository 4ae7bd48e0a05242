"""Subscripts by arrays: what Numba has no text for, or does not look at the sizes of, is a helper's loop.

    x[index]               gathered(x, index)              so that nothing else need be checked
    x[mask]          ->    where_true(x, mask)             Numba does not look at the size of the mask
    x[rows, columns] ->    picked(x, rows, columns)
    x[...] = v       ->    set_gathered(x, index, v), set_picked(x, rows, columns, v)
    x[...] += v      ->    add_gathered(x, index, v), add_picked(x, rows, columns, v), ...
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from sourcead.backend.numba.lists import own_slice
from sourcead.backend.numba.rewriting import Rewriter, kind_of, refuse, step
from sourcead.backend.numba.sharing import may_share
from sourcead.backend.tree import form_of
from sourcead.ir import Atom, Hole, Op, Path, Span, Subscript, Value
from sourcead.kinds import ANY, Array, Dim, Kind, Scalar
from sourcead.records import replace

_ONE_AXIS, _COLUMNS, _PAIR = (Hole(0),), (Span(), Hole(0)), (Hole(0), Hole(1))
_WORDS = {_ONE_AXIS: "gathered", _COLUMNS: "columns", _PAIR: "picked"}


def getitem(op: Op, rewriter: Rewriter) -> None:
    """Emit what a subscript gives."""
    form = _form(op, op.args[1:])
    if form and form != "columns":
        rewriter.ops.append(replace(step(f"helper {form}", op.args, op.outs[0].kind, op), outs=op.outs))
        return
    if any(isinstance(e, Span) for level in op.attr("path") for e in level):
        rewriter.pieces.update(op.outs)
    own_slice(op, rewriter)


def store(op: Op, rewriter: Rewriter) -> None:
    """Emit a store through a subscript."""
    if op.attr("effect"):
        refuse("a store into an object of the caller's", op.at)
    op = _through_view(op, rewriter)
    form = _form(op, op.args[1:-1])
    if form:
        _emit_change("set", form, op, rewriter)
        return
    value = op.args[-1]
    maker = rewriter.makers.get(value)
    sums = maker is not None and form_of(maker).startswith(("binary", "augmented")) and len(maker.args) == 2
    if maker is not None and sums and may_share(maker.args[1], op.args[0], rewriter):
        whole = rewriter.emit(step("literal", (value,), kind_of(value), op))  # so that it is no addition in place
        op = replace(op, args=(*op.args[:-1], whole))
    rewriter.ops.append(op)


def add_at(op: Op, rewriter: Rewriter) -> None:
    """Emit an addition to what a subscript names; an index may repeat, and each item counts."""
    op = _through_view(op, rewriter)
    form = _form(op, op.args[1:-1])
    if form:
        _emit_change("add", form, op, rewriter)
    else:
        rewriter.ops.append(op)


def _through_view(op: Op, rewriter: Rewriter) -> Op:
    """The change of `x[:, 1][index]` as one of the view `x[:, 1]`, which is emitted; x has changed with it."""
    (*outer, last), dynamic, array = op.attr("path"), op.args[1:-1], kind_of(op.args[0])
    held = [e.index for e in last if isinstance(e, Hole)]
    before = [d for k, d in enumerate(dynamic) if k not in held]
    plain = all(isinstance(kind_of(d), Scalar) for d in before)
    if not outer or not plain or not isinstance(array, Array) or all(isinstance(kind_of(d), Scalar) for d in dynamic):
        return op
    first = [e for level in outer for e in level]
    if [e.index for e in first if isinstance(e, Hole)] != list(range(len(before))) or not all(map(_is_plain, first)):
        return op
    view = step("getitem", (op.args[0], *before), _viewed(array, outer), op, result="view", path=_numbered(outer))
    rewriter.pieces.update(view.outs)
    made = rewriter.emit(view)
    rewriter.values[op.outs[0]] = op.args[0]
    args = (made, *(dynamic[k] for k in held), op.args[-1])
    return replace(op, args=args, outs=(Value("", made.kind),)).with_attrs(path=_numbered([last]))


def _is_plain(element: Subscript) -> bool:
    """Whether an element is an int, or a span without dynamic parts."""
    if isinstance(element, Span):
        return not any(isinstance(part, Hole) for part in (element.start, element.stop, element.step))
    return isinstance(element, int | Hole)


def _viewed(array: Array, levels: Path) -> Array:
    """The kind of what subscripts by ints and spans give."""
    dims = list(array.dims)
    for level in levels:
        spans = [(e, d) for e, d in zip(level, dims, strict=False) if isinstance(e, Span)]
        dims = [*(d if e == Span() else ANY for e, d in spans), *dims[len(level) :]]
    return replace(array, dims=tuple(dims))


def _numbered(levels: Iterable[tuple[Subscript, ...]]) -> Path:
    """Subscripts whose dynamic parts are counted from 0."""
    count = itertools.count()
    return tuple(tuple(Hole(next(count)) if isinstance(e, Hole) else e for e in level) for level in levels)


def _emit_change(verb: str, form: str, op: Op, rewriter: Rewriter) -> None:
    base, *dynamic, value = op.args
    if verb == "set" and form == "where_true":
        refuse("a store through a mask", op.at)
    array, kind = kind_of(base), kind_of(value)
    assert isinstance(array, Array)
    word = f"{verb}_{form}"
    if isinstance(kind, Scalar):
        word += "_number"
    elif not isinstance(kind, Array) or not _fits(form, kind.dims, _named(form, array, kind_of(dynamic[0]))):
        refuse("an array that is broadcast to several places", op.at)
    elif verb == "set" and may_share(value, base, rewriter):
        value = rewriter.emit(step("method copy", (value,), kind, op))
    if op.attr("minus"):
        value = rewriter.emit(step("unary -", (value,), kind, op))
    changing = replace(step(f"helper {word}", (), array, op).primitive, effects=frozenset({"writes"}))
    rewriter.ops.append(replace(op, primitive=changing, args=(base, *dynamic, value), attrs=(), form=""))


def _named(form: str, array: Array, index: Kind) -> tuple[Dim, ...]:
    """The sizes of what a subscript names."""
    assert isinstance(index, Array)
    if form == "gathered":
        return (*index.dims, *array.dims[1:])
    return (*array.dims[:1], *index.dims) if form == "columns" else index.dims


def _fits(form: str, given: tuple[Dim, ...], wanted: tuple[Dim, ...]) -> bool:
    """Whether a value is broadcast to nothing larger; that its sizes are right, the helper finds out."""
    if form == "where_true":
        return len(given) == 1  # the helper takes one item, too
    ones, others = [d.one for d in given], [d.one for d in wanted]
    return ones == others and None not in ones


def _form(op: Op, dynamic: tuple[Atom, ...]) -> str:
    """How arrays of ints or truths name several places; "" where none does.

    Raises:
        UnsupportedError: a subscript that neither Numba nor a helper takes.
    """
    path, base = op.attr("path", ()), kind_of(op.args[0])
    elements = [e for level in path for e in level]
    kinds = [kind_of(d) for d in dynamic]
    arrays = [k for k in kinds if not isinstance(k, Scalar)]
    if any(not isinstance(e, int | Hole | Span) and e is not None and e is not Ellipsis for e in elements):
        refuse("a subscript of this kind", op.at)
    if any(isinstance(k, Scalar) and k.dtype not in ("pyint", "int64") for k in kinds):
        refuse("a subscript that is no int", op.at)
    if not arrays:
        return ""
    if any(not isinstance(k, Array) or len(k.dims) != 1 for k in arrays) or not isinstance(base, Array):
        refuse("a subscript of this kind", op.at)
    word = _WORDS.get(path[0]) if len(path) == 1 and len(arrays) == len(kinds) else None
    if word is None or len(base.dims) > 2 or (word != "gathered" and len(base.dims) != 2):
        refuse("a subscript that mixes arrays with others", op.at)
    if any(getattr(k, "dtype", None) == "bool" for k in arrays):
        if word != "gathered" or len(base.dims) != 1:
            refuse("a mask of an array of several axes", op.at)
        return "where_true"
    ones = {k.dims[0].one for k in arrays if isinstance(k, Array)}
    if len(arrays) > 1 and (len(ones) > 1 or None in ones):
        refuse("arrays of indices of which one may be broadcast", op.at)
    return word

"""What Numba takes, and how it is written for it: one entry for each primitive. What has none is refused with its line.

An entry looks at an op and emits what takes its place; SAME says that the NumPy text serves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from sourcead.backend.numba.lists import check_items, new_list, sum_of_lists
from sourcead.backend.numba.numbers import (
    ARITHMETIC,
    COMPARISONS,
    DTYPES,
    FUNCTIONS,
    MATH,
    arithmetic,
    library_function,
)
from sourcead.backend.numba.products import product
from sourcead.backend.numba.reductions import REDUCTIONS, reduction
from sourcead.backend.numba.rewriting import EXCEPTIONS, Rewriter, is_const, kind_of, refuse, step
from sourcead.backend.numba.sharing import may_share
from sourcead.backend.numba.subscripts import add_at, getitem, store
from sourcead.backend.numba.sums import builtin_sum
from sourcead.backend.numba.unbound import check_bound
from sourcead.backend.tree import form_of
from sourcead.dump import kind_text
from sourcead.errors import Place
from sourcead.ir import UNDEFINED, Atom, Const, Function, Op, Span, Value, sub_blocks, walk
from sourcead.kinds import INT, Array, Kind, Known, List, Scalar, Tree
from sourcead.records import replace

_NOTHING = (Const(UNDEFINED), Const(None))
Entry = Callable[[Op, Rewriter], None]


def supported(function: Function) -> Function:
    """The kernel as Numba takes it.

    Raises:
        UnsupportedError: what Numba cannot take, with the line.
    """
    for param in function.body.params:
        _check_kind(param, function.at)
    check_bound(function)
    blocks = list(sub_blocks(function.body))
    reads = Counter(a for b in blocks for a in (*b.results, *(a for op in b.ops for a in op.args)))
    return Rewriter(_visit, reads=reads).function(function)


def _visit(op: Op, rewriter: Rewriter) -> None:
    check_items(op)
    op = _filled(op)
    if op.name == "raise" and len(op.args) > 1:
        refuse("the cause of an exception", op.at)
    if op.name in ("capture", "call", "raise"):
        rewriter.ops.append(op)
        return
    entry = _TABLE.get(op.name)
    if entry is None:
        word = form_of(op).partition(" ")[2] if form_of(op).startswith("helper ") else op.name
        refuse(f"`{word}` has no text for it", op.at)
    for out in (*op.outs, *(p for b in op.blocks for p in b.params)):
        if not _is_truth(op, out):
            _check_kind(out, op.at)
    if op.attr("inplace") or (op.name == "add_at" and not op.attr("gather")):
        op = _apart(op, rewriter)
    entry(op, rewriter)


def _apart(op: Op, rewriter: Rewriter) -> Op:
    """A change in place, by a copy of what may share memory with what changes: NumPy looks for that, Numba does not."""
    value = op.args[-1]
    if not may_share(value, op.args[0], rewriter):
        return op
    copied = rewriter.emit(step("method copy", (value,), kind_of(value), op))
    return replace(op, args=(*op.args[:-1], copied))


def check_effects(function: Function) -> None:
    """Refuse a function that does more than compute.

    Raises:
        UnsupportedError: with the line.
    """
    for op in walk(function.body):
        harmless = op.name == "pullback" or op.attr("makes") or _is_exception(op)
        if op.primitive.acts and not harmless:
            refuse(f"`{op.attr('what') or op.name}` does more than compute", op.at)


def _filled(op: Op) -> Op:
    """The op with zeros for what is given where nothing reads it: Numba has no variable that is a number or None."""
    if op.name == "if":
        blocks = [replace(b, results=_with_zeros(b.results, op.outs, op.at)) for b in op.blocks]
        return replace(op, blocks=tuple(blocks))
    if op.name not in ("for", "while"):
        return op
    body, carried = op.blocks[-1], int(op.attr("carried", 0))
    taken = sum(s.arity for s in op.attr("sources", ()))
    params = body.params[len(body.params) - carried :]
    filled = [_zero_for(i, p) for i, p in zip(op.args[taken : taken + carried], params, strict=True)]
    return replace(op, args=(*op.args[:taken], *filled, *op.args[taken + carried :]))


def _with_zeros(given: tuple[Atom, ...], outs: tuple[Value, ...], at: Place | None) -> tuple[Atom, ...]:
    found: list[Atom] = []
    for atom, out in zip(given, outs, strict=True):
        if atom in _NOTHING and not isinstance(out.kind, Scalar):
            refuse("an array or container that may be None", at)
        found.append(_zero_for(atom, out))
    return tuple(found)


def _zero_for(atom: Atom, value: Value) -> Atom:
    if atom not in _NOTHING or not isinstance(value.kind, Scalar):
        return atom
    zeros = {"pyint": 0, "int64": 0, "pybool": False, "bool": False, "float32": np.float32(0)}
    return Const(zeros.get(value.kind.dtype or "", 0.0))


def _is_truth(op: Op, out: Value) -> bool:
    """Whether a result is True or False, be it Python's or NumPy's."""
    return op.name in COMPARISONS and isinstance(out.kind, Scalar)


def _check_kind(value: Value, at: Place | None) -> None:
    if not _is_fine(value.kind):
        name = f"`{value.hint}`" if value.hint else "this value"
        refuse(f"{name} is a {kind_text(value.kind)}", at)


def _is_fine(kind: Kind) -> bool:
    if isinstance(kind, Scalar):
        return kind.dtype in DTYPES
    if isinstance(kind, Array):
        return kind.dtype in DTYPES and bool(kind.dims)
    if isinstance(kind, List):
        return _is_fine(kind.item)
    if isinstance(kind, Tree):
        return (kind.type is tuple and all(map(_is_fine, kind.items))) or (kind.type is list and _alike(kind))
    return isinstance(kind, Known) and isinstance(kind.value, bool | int | float)


def _alike(kind: Tree) -> bool:
    return not kind.items or (_is_fine(kind.items[0]) and len(set(map(kind_text, kind.items))) == 1)


# Entries ------------------------------------------------------------------------------------------------------------


def _same(op: Op, rewriter: Rewriter) -> None:
    rewriter.ops.append(op)


def _plain(*attrs: str) -> Entry:
    """The text serves where the op has no attributes but these."""

    def entry(op: Op, rewriter: Rewriter) -> None:
        for word, value in op.keywords.items():
            if word not in attrs and value is not None:
                refuse(f"`{op.name}` with `{word}`", op.at)
        if op.attr("dtype") is not None:
            op = op.with_attrs(dtype=np.dtype(op.attr("dtype")))
        rewriter.ops.append(op)

    return entry


def _numbers(op: Op, rewriter: Rewriter) -> None:
    if not all(isinstance(kind_of(a), Scalar) for a in op.args):
        refuse(f"`{op.name}` of what is no number", op.at)
    rewriter.ops.append(op)


def _int(op: Op, rewriter: Rewriter) -> None:
    kind = kind_of(op.args[0])
    if not isinstance(kind, Scalar) or kind.dtype not in ("pyint", "pybool", "int64", "bool"):
        refuse("an int made of a float", op.at)
    rewriter.ops.append(op)


def _joined(op: Op, rewriter: Rewriter) -> None:
    """A list of arrays is a tuple of them."""
    maker = next((o for o in reversed(rewriter.ops) if op.args and op.args[0] in o.outs), None)
    if maker is not None and maker.name == "list":
        items = rewriter.emit(step("tuple", maker.args, Tree(tuple, (), ()), op))
        op = replace(op, args=(items, *op.args[1:]))
    _plain("axis")(op, rewriter)


def _in_one_piece(op: Op, rewriter: Rewriter) -> None:
    first = rewriter.emit(step("call np.ascontiguousarray", op.args[:1], kind_of(op.args[0]), op))
    rewriter.ops.append(replace(op, args=(first, *op.args[1:])))


def _astype(op: Op, rewriter: Rewriter) -> None:
    dtype = np.dtype(op.attr("dtype")).name
    if isinstance(kind_of(op.args[0]), Scalar):
        word = "bool_" if dtype == "bool" else dtype
        rewriter.ops.append(replace(step(f"call np.{word}", op.args, op.outs[0].kind, op), outs=op.outs))
        return
    _plain("dtype")(op, rewriter)


def _zeros_of_list(op: Op, rewriter: Rewriter) -> None:
    out = op.outs[0]
    if form_of(op) != "items zeros" or not isinstance(out.kind, List) or not isinstance(out.kind.item, Scalar):
        refuse("a list of what are no numbers", op.at)
    length = rewriter.emit(step("call len", op.args[:1], INT, op))
    array = step("call np.zeros", (length,), Array("float64", (out.kind.length,)), op, out.hint)
    rewriter.values[out] = rewriter.emit(array)


def _reversed(op: Op, rewriter: Rewriter) -> None:
    """A list turned around; of a list of numbers, which is an array, a view."""
    kind = kind_of(op.args[0])
    if not isinstance(kind, Array):
        rewriter.ops.append(op)
        return
    path = ((Span(None, None, -1),),)
    view = step("getitem", op.args, kind, op, op.outs[0].hint, "view", path=path)
    rewriter.values[op.outs[0]] = rewriter.emit(view)
    rewriter.pieces.update(view.outs)


def _assert(op: Op, rewriter: Rewriter) -> None:
    if not all(isinstance(a, Const) for a in op.args[1:]):
        refuse("an assertion whose message is computed", op.at)
    rewriter.ops.append(op)


def _is_exception(op: Op) -> bool:
    return op.name == "call" and op.attr("what") in EXCEPTIONS and all(isinstance(a, Const) for a in op.args[1:])


def _power_of_two(op: Op, rewriter: Rewriter) -> None:
    if not is_const(op.args[1], *range(63)):
        refuse("a shift by what is no number of the text", op.at)
    rewriter.ops.append(op)


_TABLE: dict[str, Entry] = {
    **dict.fromkeys(ARITHMETIC | COMPARISONS | FUNCTIONS | {"np.clip"}, arithmetic),
    **dict.fromkeys(MATH, library_function),
    **dict.fromkeys(REDUCTIONS, reduction),
    **dict.fromkeys(("for", "while", "if", "literal", "constant", "tuple", "list", "unpack", "range_length",
                     "len", "np.shape", "np.size", "np.ndim", "float", "bool", "subscript", "resume"), _same),
    **dict.fromkeys(("np.empty_like", "np.zeros_like", "np.ones_like", "np.copy", "np.outer"), _plain()),
    **dict.fromkeys(("np.zeros", "np.ones", "np.empty", "np.full", "np.full_like", "np.array", "np.arange", "np.eye"),
                    _plain("dtype")),
    **dict.fromkeys(("np.transpose", "np.broadcast_to", "np.expand_dims"),
                    _plain("axis", "axes", "shape")),
    **dict.fromkeys(("max", "min"), _numbers),
    **dict.fromkeys(("np.concatenate", "np.stack"), _joined),
    **dict.fromkeys(("np.float32", "np.float64", "np.int64"), _numbers),
    "sum": builtin_sum, "int": _int, "getitem": getitem, "store": store, "add_at": add_at, "matmul": product,
    "np.dot": product, "new list": new_list, "list own": new_list, "list sum": sum_of_lists, "list.reverse": _reversed,
    "np.reshape": _in_one_piece, "np.ravel": _in_one_piece, "astype": _astype, "list zeros": _zeros_of_list,
    "assert": _assert, "operator.rshift": _power_of_two, "list.append": _same, "list.pop": _same,
}  # fmt: skip
# What the stages before this one make.
for _form in ("getitem", "store", "call np.empty", "call len", "range_length", "helper with_room", "binary -",
              "binary +", "literal"):  # fmt: skip
    _TABLE.setdefault(_form.partition(" ")[2] if _form.startswith(("call ", "helper ")) else _form, _same)

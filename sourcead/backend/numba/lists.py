"""Lists of numbers in a kernel, which are arrays there: what operators do with lists is not what they do with arrays.

xs + ys     ->    np.concatenate((xs, ys))
xs[1:]      ->    xs[1:].copy()             a slice of a list is a list of its own
xs == ys    ->    refused
"""

from __future__ import annotations

from sourcead.backend.numba.rewriting import Rewriter, kind_of, refuse, step
from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import ANY, Array, Kind, List, Scalar, Tree
from sourcead.records import replace

_DTYPES = {"pyfloat": "float64", "real": "float64", "real64": "float64", "pyint": "int64", "pybool": "bool"}
_CHANGING = "a list of changing kind"


def of_lists(op: Op, rewriter: Rewriter) -> bool:
    """Emit an operator on lists; False where there is none.

    Raises:
        UnsupportedError: what arrays in the place of lists do otherwise.
    """
    out, kinds = op.outs[0].kind, [kind_of(a) for a in op.args]
    of_numbers = any(isinstance(k, List) and isinstance(k.item, Scalar) for k in kinds)
    if isinstance(out, Array) or not (of_numbers or any(isinstance(k, Array) for k in kinds)):
        return False
    if op.name != "operator.add" or not isinstance(out, List) or not isinstance(out.item, Scalar):
        refuse(f"`{op.name}` of lists", op.at)
    parts = tuple(_as_array(a, op, rewriter) for a in op.args)
    dtypes = {getattr(kind_of(a), "dtype", None) for a in parts}
    if dtypes != {array_dtype(out.item)}:
        refuse(_CHANGING, op.at)
    display = rewriter.emit(step("tuple", parts, Tree(tuple, (0, 1), tuple(map(kind_of, parts))), op))
    joined = step("call np.concatenate", (display,), Array(array_dtype(out.item), (ANY,)), op, op.outs[0].hint)
    rewriter.values[op.outs[0]] = rewriter.emit(joined)
    return True


def _as_array(atom: Atom, op: Op, rewriter: Rewriter) -> Atom:
    """A list, or a display of numbers, as an array."""
    kind = kind_of(atom)
    if isinstance(kind, Tree) and kind.items and len(set(map(item_dtype, kind.items))) == 1:
        dtype = item_dtype(kind.items[0])
        if dtype:
            return rewriter.emit(step("call np.array", (atom,), Array(dtype, (ANY,)), op))
    if not isinstance(kind, Array):
        refuse("`operator.add` of lists", op.at)
    return atom


def own_slice(op: Op, rewriter: Rewriter) -> None:
    """Emit a slice; of a list of numbers, which may be an array, with memory of its own."""
    out = op.outs[0]
    if not isinstance(out.kind, List) or not isinstance(out.kind.item, Scalar):
        rewriter.ops.append(op)
        return
    base = kind_of(op.args[0])
    array = Array(base.dtype, (ANY,)) if isinstance(base, Array) else out.kind
    view = rewriter.emit(replace(op, outs=(Value("", array),)))
    rewriter.values[out] = rewriter.emit(step("method copy", (view,), array, op, out.hint))


def new_list(op: Op, rewriter: Rewriter) -> None:
    """Emit a copy of a list of numbers."""
    (source,) = op.args
    kind = kind_of(source)
    if not isinstance(kind, Array) or len(kind.dims) != 1:
        refuse("a list made of what is no array", op.at)
    rewriter.values[op.outs[0]] = rewriter.emit(step("method copy", (source,), kind, op, op.outs[0].hint))


def sum_of_lists(op: Op, rewriter: Rewriter) -> None:
    """Emit the sum of lists item by item."""
    kinds = [kind_of(a) for a in op.args]
    if len(kinds) != 2 or not all(isinstance(k, Array) and k.dtype == "float64" and len(k.dims) == 1 for k in kinds):
        refuse("a sum of lists that are no numbers", op.at)
    rewriter.values[op.outs[0]] = rewriter.emit(step("binary +", op.args, kinds[0], op, op.outs[0].hint))


def check_items(op: Op) -> None:
    """Refuse lists whose items change from one dtype to another: Numba would cast what is put into them.

    Raises:
        UnsupportedError: with the line.
    """
    pairs: list[tuple[Kind, Kind]] = []
    if op.name in ("for", "while"):
        body, carried, exits = op.blocks[-1], int(op.attr("carried", 0)), int(op.attr("exits", False))
        taken = sum(s.arity for s in op.attr("sources", ()))
        params = body.params[len(body.params) - carried :]
        pairs += [(kind_of(a), p.kind) for a, p in zip(op.args[taken : taken + carried], params, strict=True)]
        pairs += [(kind_of(a), p.kind) for a, p in zip(body.results[exits : exits + carried], params, strict=True)]
    for block in op.blocks if op.name == "if" else ():
        pairs += [(kind_of(a), out.kind) for a, out in zip(block.results, op.outs, strict=True) if not _is_nothing(a)]
    if op.name in ("store", "list.append") and op.outs:
        pairs.append((kind_of(op.args[0]), op.outs[0].kind))
        value = kind_of(op.args[-1])
        if isinstance(op.outs[0].kind, List | Tree) and isinstance(value, Scalar):
            pairs.append((List(value, ANY), op.outs[0].kind))
    for have, want in pairs:
        before, after = list_dtype(have), list_dtype(want)
        if isinstance(want, Array) and not isinstance(have, List | Tree):
            continue
        if before != after and (before or after):
            refuse(_CHANGING, op.at)


def _is_nothing(atom: Atom) -> bool:
    return isinstance(atom, Const) and not isinstance(atom.value, tuple)


def list_dtype(kind: Kind) -> str:
    """The dtype of the items of a list of numbers, or of the array in its place; "" of what is neither."""
    if isinstance(kind, Array) and len(kind.dims) == 1:
        return kind.dtype or ""
    if isinstance(kind, List):
        return item_dtype(kind.item)
    if isinstance(kind, Tree) and kind.type is list and kind.items:
        return item_dtype(kind.items[0])
    return ""


def item_dtype(kind: Kind) -> str:
    """The dtype of a number in an array; "" of what is no number."""
    return array_dtype(kind) if isinstance(kind, Scalar) else ""


def array_dtype(kind: Scalar) -> str:
    """The dtype of numbers of this kind in an array."""
    return _DTYPES.get(kind.dtype or "", kind.dtype or "float64")

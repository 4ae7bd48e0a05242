"""Which numbers are NumPy's in the NumPy form, on some path at least: Numba hands out all numbers as Python's.

    s = 1.0                       Python's
    for v in xs: s = s * v        NumPy's, where there is a turn
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.backend.numba.rewriting import kind_of
from sourcead.ir import Atom, Op
from sourcead.kinds import Array, Scalar

_PYTHON = frozenset({"float", "int", "bool", "len", "round", "operator.not_"})


def numbers_of_numpy(ops: Sequence[Op]) -> set[Atom]:
    """The scalars among what ops compute that may be NumPy's, whatever their kinds say."""
    found: set[Atom] = set()
    size = -1
    while size != len(found):
        size = len(found)
        _block(ops, found)
    return found


def _block(ops: Sequence[Op], found: set[Atom]) -> None:
    for op in ops:
        for block in op.blocks:
            _block(block.ops, found)
        if op.name in ("for", "while"):
            _loop(op, found)
        elif op.name == "if":
            for block in op.blocks:
                _join(block.results, op.outs, found)
        elif op.name not in _PYTHON and not op.name.startswith("math."):
            made = op.name.startswith("np.") or any(_is_numpy(a, found) for a in op.args)
            found.update(out for out in op.outs if made and isinstance(out.kind, Scalar))


def _loop(op: Op, found: set[Atom]) -> None:
    carried, exits, body = int(op.attr("carried", 0)), int(op.attr("exits", False)), op.blocks[-1]
    taken = sum(s.arity for s in op.attr("sources", ()))
    params = body.params[len(body.params) - carried :]
    inits, results = op.args[taken : taken + carried], body.results[exits : exits + carried]
    _join(inits, params, found)
    _join(results, params, found)
    _join(params, op.outs[exits : exits + carried], found)
    for test in op.blocks[:-1]:
        _join(params, test.params, found)


def _join(given: Sequence[Atom], outs: Sequence[Atom], found: set[Atom]) -> None:
    found.update(out for a, out in zip(given, outs, strict=True) if _is_numpy(a, found))


def _is_numpy(atom: Atom, found: set[Atom]) -> bool:
    kind = kind_of(atom)
    if isinstance(kind, Scalar):
        return atom in found or not (kind.dtype or "").startswith(("py", "real"))
    return isinstance(kind, Array)

"""The check of calls: a function of which nothing is known, and that is handed data, might change what others read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Atom, Function, Op, Value, walk
from sourcead.kinds import Known, List, Opaque, Top, Tree
from sourcead.passes.aliasing import Aliases
from sourcead.passes.objects import immutable
from sourcead.passes.reads import uses_of_all
from sourcead.primitives import structural


def check_calls(function: Function) -> None:
    """Refuse calls of unknown functions that are handed data which something else reads: they might change it.

    Raises:
        UnsupportedError: naming the call.
    """
    for refusal in refused_calls(function):
        raise UnsupportedError(refusal)


def refused_calls(function: Function) -> Iterator[Diagnosis]:
    """The calls that might change data which something else reads, in the order of the text."""
    ops = list(walk(function.body))
    calls = [op for op in ops if op.attr("may_write", False)]
    if not calls:
        return
    readers = _Readers(function)
    producers: dict[Value, Op] = {o: op for op in ops for o in op.outs}
    generic = all(isinstance(p.kind, Top) for p in function.body.params)
    for op in calls:
        for arg in op.args:
            if not isinstance(arg, Value) or immutable(arg) or isinstance(arg.kind, Opaque | Known):
                continue
            if arg is op.args[0] and not is_own(arg, producers):
                continue
            if arg in function.body.params or readers.others(op, arg):
                name = op.attr("what") or "this function"
                remedy = "hand it a copy, or call it outside the function that is differentiated"
                if generic and is_own(op.args[0], producers):
                    remedy = f"give example arguments (`specialize`, `--args`), {remedy}"
                message = f"`{name}` has no rule and no source, and may change `{arg.hint or 'what it is given'}`"
                yield Diagnosis(message, op.at, (), remedy)


class _Readers:
    """Which ops read memory that a value may share."""

    def __init__(self, function: Function) -> None:
        self.aliases = Aliases.of(function)
        self.by_roots: dict[frozenset[Value], dict[Op, None]] = {}
        for op, read in uses_of_all(function.body).items():
            for value in read:
                self.by_roots.setdefault(self.aliases.of_atom(value), {})[op] = None

    def others(self, op: Op, arg: Value) -> bool:
        """Whether an op other than this one reads what it may change."""
        mine = self.aliases.of_atom(arg)
        return any(
            any(other is not op and arg not in other.outs for other in ops)
            for roots, ops in self.by_roots.items()
            if self.aliases.meet(mine, roots)
        )


def is_own(callee: Atom, producers: Mapping[Any, Op]) -> bool:
    """Whether a callee is data of the function's own, or was looked up on such: no captured object."""
    op = producers.get(callee) if isinstance(callee, Value) else None
    while op is not None and op.primitive in (structural.GETATTR, structural.GETITEM):
        callee = op.args[0]
        op = producers.get(callee) if isinstance(callee, Value) else None
    if isinstance(callee, Value) and isinstance(callee.kind, Opaque):
        return False
    if op is None:
        return isinstance(callee, Value) and not isinstance(callee.kind, Tree | List)
    return op.primitive not in (structural.CAPTURE, structural.CONSTANT)

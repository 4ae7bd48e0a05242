"""The memory check: a store is differentiated into an array that this function allocated, while no other name or view
is live.

The resolved IR says `a2 = store(a1, path, v)`: a new version. The user's text changes a1 in place. The two mean the
same when
nothing reads memory of a1 afterwards except through a2; every other store is refused here, naming what is in the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Atom, Function, Op, Value, walk
from sourcead.kinds import Known, Opaque, Top
from sourcead.passes.aliasing import Aliases, immutable, uses_of_all
from sourcead.passes.copies import Conflict, conflicts, is_store
from sourcead.primitives import structural


def check_stores(function: Function) -> None:
    """Refuse the stores that the functional reading would get wrong.

    Raises:
        UnsupportedError: naming the store and the value that shares its memory.
    """
    for refusal in refused_stores(function):
        raise UnsupportedError(refusal)


def refused_stores(function: Function) -> Iterator[Diagnosis]:
    """The stores that the functional reading would get wrong, in the order of the text."""
    for conflict in conflicts(function, lambda op: is_store(op) or bool(op.attr("rebinds", False))):
        rebinds = conflict.op.attr("rebinds", False) and not conflict.others
        yield _unknown(conflict.op) if rebinds else _diagnosis(conflict)


def check_calls(function: Function) -> None:
    """Refuse calls of unknown functions that are handed data which something else reads: they might change it.

    Raises:
        UnsupportedError: naming the call.
    """
    for refusal in refused_calls(function):
        raise UnsupportedError(refusal)


def refused_calls(function: Function) -> Iterator[Diagnosis]:
    """The calls that might change data which something else reads, in the order of the text."""
    ops = [op for op in walk(function.body)]
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
        self.by_value: dict[Value, list[Op]] = {}
        for op, read in uses_of_all(function.body).items():
            for value in read:
                self.by_value.setdefault(value, []).append(op)

    def others(self, op: Op, arg: Value) -> bool:
        """Whether an op other than this one reads what it may change."""
        return any(
            other is not op and arg not in other.outs
            for value in self.aliases.sharing(arg)
            for other in self.by_value.get(value, ())
        )


def is_own(callee: Atom, producers: Mapping[Value, Op]) -> bool:
    """Whether a callee is data of the function's own, or was looked up on such: no captured object."""
    op = producers.get(callee) if isinstance(callee, Value) else None
    while op is not None and op.primitive is structural.GETATTR:
        callee = op.args[0]
        op = producers.get(callee) if isinstance(callee, Value) else None
    return op is None or op.primitive is not structural.CAPTURE


def _diagnosis(conflict: Conflict) -> Diagnosis:
    op = conflict.op
    name = getattr(op.args[0], "hint", "") or "this array"
    if not conflict.others:
        return Diagnosis(
            f"a store into `{name}`, which this function did not allocate",
            op.at,
            ("it would change the caller's data, or memory that something else may share",),
            f"work on a copy: `{name} = {name}.copy()` first",
        )
    hints = sorted({v.hint for v in conflict.others if v.hint} - {name})
    what = (
        f"`{hints[0]}` shares its memory and is read later" if hints else "a view or another name of it is read later"
    )
    return Diagnosis(
        f"a store into `{name}` while {what}",
        op.at,
        (),
        f"make `{hints[0] if hints else name}` a copy before the store",
    )


def _unknown(op: Op) -> Diagnosis:
    name = getattr(op.args[0], "hint", "") or "it"
    return Diagnosis(
        f"`{name}` is changed by an augmented assignment; whether that changes the caller's array depends on its kind",
        op.at,
        (),
        "give example arguments (`specialize`, `--args`), or write it as a plain assignment",
    )

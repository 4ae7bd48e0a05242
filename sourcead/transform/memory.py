"""The memory check: a store is differentiated into an array that this function allocated, while no other name or view
is live.

The resolved IR says `a2 = store(a1, path, v)`: a new version. The user's text changes a1 in place. The two mean the
same when
nothing reads memory of a1 afterwards except through a2; every other store is refused here, naming what is in the way.
"""

from __future__ import annotations

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Function, Op, Value, walk
from sourcead.kinds import Known, Opaque
from sourcead.passes.aliasing import Aliases, uses
from sourcead.passes.copies import Conflict, first_conflict, is_store
from sourcead.passes.objects import immutable
from sourcead.primitives import structural


def check_stores(function: Function) -> None:
    """Refuse the stores that the functional reading would get wrong.

    Raises:
        UnsupportedError: naming the store and the value that shares its memory.
    """
    conflict = first_conflict(function, lambda op: is_store(op) or bool(op.attr("rebinds", False)))
    if conflict is not None:
        rebinds = conflict.op.attr("rebinds", False) and not conflict.others
        raise UnsupportedError(_unknown(conflict.op) if rebinds else _diagnosis(conflict))


def check_calls(function: Function) -> None:
    """Refuse calls of unknown functions that are handed data which something else reads: they might change it.

    Raises:
        UnsupportedError: naming the call.
    """
    aliases = Aliases.of(function)
    ops = list(walk(function.body))
    for op in ops:
        if not op.attr("may_write", False):
            continue
        for arg in op.args:
            if not isinstance(arg, Value) or immutable(arg) or isinstance(arg.kind, Opaque | Known):
                continue
            if arg is op.args[0] and not _is_method(arg, ops):
                continue
            others = [
                o for o in ops if o is not op and any(aliases.share(arg, u) for u in uses(o)) and arg not in o.outs
            ]
            if others or arg in function.body.params:
                name = op.attr("what") or "this function"
                raise UnsupportedError(
                    Diagnosis(
                        f"`{name}` has no rule and no source, and may change `{arg.hint or 'what it is given'}`",
                        op.at,
                        (),
                        "hand it a copy, or call it outside the function that is differentiated",
                    )
                )


def _is_method(callee: Value, ops: list[Op]) -> bool:
    """Whether a callee was looked up on data of the function's own, not on a captured object."""
    producers = {o: op for op in ops for o in op.outs}
    op = producers.get(callee)
    while op is not None and op.primitive is structural.GETATTR:
        callee = op.args[0]  # type: ignore[assignment]
        op = producers.get(callee)
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

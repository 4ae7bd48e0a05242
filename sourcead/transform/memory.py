"""The memory check: a store is differentiated into an array that this function allocated, while no other name or view is live.

The resolved IR says `a2 = store(a1, path, v)`: a new version. The user's text changes a1 in place. The two mean the same when
nothing reads memory of a1 afterwards except through a2; every other store is refused here, naming what is in the way.
"""

from __future__ import annotations

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Function, Op, walk
from sourcead.kinds import Top
from sourcead.passes.aliasing import Aliases
from sourcead.passes.copies import Conflict, first_conflict


def check_stores(function: Function, generic: bool) -> None:
    """Refuse the stores that the functional reading would get wrong.

    Raises:
        UnsupportedError: naming the store and the value that shares its memory.
    """
    conflict = first_conflict(function)
    if conflict is not None:
        raise UnsupportedError(_diagnosis(conflict))
    aliases = Aliases.of(function)
    for op in walk(function.body):
        if op.attr("rebinds", False) and not aliases.own(op.args[0]):
            raise UnsupportedError(_unknown(op))
    del generic


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
        f"`{name}` is changed by an augmented assignment, and whether that changes the caller's array depends on its kind",
        op.at,
        (),
        "give example arguments (`specialize`, `--args`), or write it as a plain assignment",
    )


__all__ = ["Top", "check_stores"]

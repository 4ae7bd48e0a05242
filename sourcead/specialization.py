"""`Specialization`: a derivative compiled for arguments of certain kinds, and what of them it relies on."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.cache import Bound, Entry
from sourcead.callee import Callee
from sourcead.errors import ArgumentError, Diagnosis
from sourcead.guard import HOLDER, Assumption, Environment, explain, explain_number, read_path
from sourcead.kinds import Known, Measured

if TYPE_CHECKING:
    from sourcead.ledger import Ledger

NEEDS_TANGENTS = Diagnosis(
    "a forward derivative takes tangents too",
    help="call `sourcead.jvp(f, primals, tangents)`, or `.fn` of its `specialize`",
)


class Specialization:
    """A derivative compiled for arguments of certain kinds: a call checks them, a call of `fn` does not."""

    def __init__(self, callee: Callee, bound: Bound, mode: str, ledger: Callable[[], Ledger]) -> None:
        self._callee = callee
        self._bound = bound
        self._mode = mode
        self._ledger = ledger
        functools.update_wrapper(self, callee.given, updated=())

    @property
    def source(self) -> str:
        """The generated source."""
        return self._bound.entry.text

    @property
    def fn(self) -> Callable[..., Any]:
        """The emitted function."""
        return self._bound.fn

    def ledger(self) -> Ledger:
        """What it keeps for its backward part, in bytes for the arguments that it was specialised with."""
        return self._ledger()

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if self._mode == "jvp":
            raise ArgumentError(NEEDS_TANGENTS)
        values = self._callee.bind(*args, **kwargs)
        if not self._bound.guard(*values):
            wrong = first_wrong(self._bound.entry, self._callee, values)
            raise ArgumentError(
                f"{self._callee.name} was specialised for other arguments: {wrong or 'one of them differs'}"
            )
        if self._bound.check is not None:
            self._bound.check(values)
        return self._callee.spread(self._bound.fn, values)

    def save(self, path: str | os.PathLike[str], *, check: bool = True) -> None:
        """Write a module that needs NumPy and Python only: the emitted function behind an argument check."""
        from sourcead.save import save

        wrong = first_wrong(self._bound.entry, self._callee, None)
        if wrong is not None:
            raise ArgumentError(f"cannot save: {self._callee.name} was specialised when other things held: {wrong}")
        save(self._bound.entry, self._callee, path, check=check)

    def __repr__(self) -> str:
        return f"<sourcead specialization of {self._callee.name}>"


def first_wrong(entry: Entry, callee: Callee, values: tuple[Any, ...] | None) -> str | None:
    """In words, the first assumption that does not hold; without values, those about arguments are left out."""
    arguments = dict(zip(callee.names, values, strict=True)) if values is not None else {}
    for assumption in entry.assumptions:
        if values is None and assumption.path[0][0] == "param":
            continue
        message = _wrong(assumption, arguments, callee.environment)
        if message is not None:
            return message
    return None


def _wrong(assumption: Assumption, values: dict[str, Any], environment: Environment) -> str | None:
    try:
        actual = read_path(assumption.path, values, environment)
    except (AttributeError, LookupError, NameError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    fact = environment.resolve_fact(assumption.fact)
    if isinstance(fact, Measured):  # of several values
        return explain_number(fact, [read_path(path, values, environment) for path in fact.paths])
    if fact == Known(HOLDER):
        fact = Known(read_path(assumption.path[:-2], values, environment))
    return explain(Assumption(assumption.path, fact), actual)

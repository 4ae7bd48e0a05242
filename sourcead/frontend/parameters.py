"""The names of the parameters of what is called."""

from __future__ import annotations

import inspect

from sourcead.frontend.abstract import Abstract, Closure, Differential, Static


def names_of(callee: Abstract) -> tuple[str, ...]:
    """The parameters in order; none where they are not known."""
    if isinstance(callee, Differential):
        return names_of(callee.callee)
    if isinstance(callee, Closure):
        return tuple(callee.function.params)
    if isinstance(callee, Static):
        try:
            return tuple(inspect.signature(callee.obj).parameters)
        except (TypeError, ValueError):
            return ()
    return ()

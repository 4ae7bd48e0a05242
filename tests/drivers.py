"""The drivers that a function may call, by name: those of the package, or what stands for one that it has not yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sourcead


def driver(name: str) -> Callable[..., Any]:
    """`jvp`, `vjp` or `hvp`, to be called inside a function that is differentiated."""

    def stand_in(*args: Any) -> Any:
        raise AssertionError(f"{name} is called")

    stand_in.__module__, stand_in.__name__ = "sourcead.products", name
    found: Callable[..., Any] = getattr(sourcead, name, stand_in)
    return found


jvp, vjp, hvp = map(driver, ("jvp", "vjp", "hvp"))

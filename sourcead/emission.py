"""How a derivative is written: what is chosen about its text, apart from what is differentiated."""

from __future__ import annotations

from typing import Any

from sourcead.errors import ArgumentError, Diagnosis
from sourcead.records import dataclass, field
from sourcead.switches import off

STYLES = ("fast", "plain")
BACKENDS = ("numpy", "numba")


@dataclass(frozen=True, slots=True)
class Emission:
    """What the text is to be like.

    style: "fast" (an expert's NumPy where it pays at these sizes) or "plain" (the textbook's text).
    stabilize: text that would overflow or lose everything is replaced by the same mathematics, computed stably.
    backend: "numpy" or "numba".
    without: the optimisations that are off; see `sourcead.switches`.
    """

    style: str = "fast"
    stabilize: bool = True
    backend: str = "numpy"
    without: frozenset[str] = field(default_factory=off)

    @classmethod
    def chosen(cls, style: Any, stabilize: Any, backend: Any) -> Emission:
        """What the user chose, checked.

        Raises:
            ArgumentError: (a TypeError) a name that is none of those above, or a `stabilize` that is no bool.
        """
        for what, value, names in (("style", style, STYLES), ("backend", backend, BACKENDS)):
            if value not in names:
                known = " or ".join(f'"{name}"' for name in names)
                raise ArgumentError(Diagnosis(f"{what} is {known}, got {value!r}"))
        if not isinstance(stabilize, bool):
            raise ArgumentError(Diagnosis(f"stabilize is True or False, got {stabilize!r}"))
        return cls(style, stabilize, backend)

"""The derivative rules, one file a family; they mirror the tables in `sourcead.primitives`.

The files are imported when the first rule is asked for, not with this package: they use the helpers of the run time,
which are marked with a decorator that lives here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

FILES = (
    "arithmetic",
    "arranging",
    "assigning",
    "builtins",
    "creation",
    "diagonals",
    "editing",
    "elementwise",
    "extracting",
    "helpers",
    "indexing",
    "joining",
    "linalg",
    "mathlib",
    "ranges",
    "reductions",
    "repeating",
    "selection",
    "shaping",
    "sorting",
    "splitting",
)


@cache
def load() -> None:
    """Register every rule."""
    for name in FILES:
        import_module(f"{__name__}.{name}")

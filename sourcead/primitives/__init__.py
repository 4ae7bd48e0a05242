"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
    builtins,
    counting,
    creation,
    elementwise,
    joining,
    linalg,
    lists,
    mathlib,
    reductions,
    running,
    selection,
    shaping,
    statistics,
)

__all__ = [
    "arithmetic",
    "builtins",
    "counting",
    "creation",
    "elementwise",
    "joining",
    "linalg",
    "lists",
    "mathlib",
    "reductions",
    "running",
    "selection",
    "shaping",
    "statistics",
]

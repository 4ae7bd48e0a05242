"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
    arranging,
    builtins,
    creation,
    diagonals,
    elementwise,
    indexing,
    joining,
    linalg,
    lists,
    mathlib,
    reductions,
    repeating,
    selection,
    shaping,
    splitting,
)

__all__ = [
    "arithmetic",
    "arranging",
    "builtins",
    "creation",
    "diagonals",
    "elementwise",
    "indexing",
    "joining",
    "linalg",
    "lists",
    "mathlib",
    "reductions",
    "repeating",
    "selection",
    "shaping",
    "splitting",
]

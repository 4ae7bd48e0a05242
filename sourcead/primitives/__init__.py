"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
    averages,
    builtins,
    creation,
    elementwise,
    joining,
    linalg,
    lists,
    mathlib,
    reductions,
    selection,
    shaping,
    ufunc_methods,
)

__all__ = [
    "arithmetic",
    "averages",
    "builtins",
    "creation",
    "elementwise",
    "joining",
    "linalg",
    "lists",
    "mathlib",
    "reductions",
    "selection",
    "shaping",
    "ufunc_methods",
]

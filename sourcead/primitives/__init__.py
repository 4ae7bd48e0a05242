"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
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

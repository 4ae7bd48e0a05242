"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
    builtins,
    contractions,
    creation,
    decompositions,
    elementwise,
    joining,
    linalg,
    lists,
    mathlib,
    norms,
    reductions,
    selection,
    shaping,
    triangles,
)

__all__ = [
    "arithmetic",
    "builtins",
    "contractions",
    "creation",
    "decompositions",
    "elementwise",
    "joining",
    "linalg",
    "lists",
    "mathlib",
    "norms",
    "reductions",
    "selection",
    "shaping",
    "triangles",
]

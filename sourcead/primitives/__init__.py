"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
    builtins,
    cmathlib,
    complexes,
    creation,
    elementwise,
    fft,
    joining,
    linalg,
    lists,
    mathlib,
    queries,
    reductions,
    selection,
    shaping,
)

__all__ = [
    "arithmetic",
    "builtins",
    "cmathlib",
    "complexes",
    "creation",
    "elementwise",
    "fft",
    "joining",
    "linalg",
    "lists",
    "mathlib",
    "queries",
    "reductions",
    "selection",
    "shaping",
]

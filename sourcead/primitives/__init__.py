"""The tables of primitives; importing this package registers them all."""

from sourcead.primitives import (
    arithmetic,
    builtins,
    convolution,
    counting,
    creation,
    elementwise,
    joining,
    linalg,
    lists,
    mathlib,
    polynomials,
    reductions,
    running,
    selection,
    shaping,
    statistics,
)

__all__ = [
    "arithmetic",
    "builtins",
    "convolution",
    "counting",
    "creation",
    "elementwise",
    "joining",
    "linalg",
    "lists",
    "mathlib",
    "polynomials",
    "reductions",
    "running",
    "selection",
    "shaping",
    "statistics",
]

"""What simplification asks of atoms: which literal one is, what it negates or spreads, whether kinds agree."""

from __future__ import annotations

import math
from typing import TypeGuard

import numpy as np

from sourcead.ir import Atom, Const, Op
from sourcead.kinds import Array, Kind, Scalar, Top, dims_of, dtype_of, is_float_dtype, same_size
from sourcead.passes.rewriting import atom_kind

_SCALAR_TYPES = (np.float16, np.float32, np.float64)

def is_literal(atom: Atom, number: float) -> bool:
    return (
        isinstance(atom, Const)
        and type(atom.value) in (int, float)
        and atom.value == number
        and str(atom.value)[0] != "-"
    )


def is_number(atom: Atom) -> TypeGuard[Const]:
    """Whether an atom is a literal int or float, not inf or nan."""
    return isinstance(atom, Const) and type(atom.value) in (int, float) and math.isfinite(atom.value)


def keeps_kind(other: Atom, op: Op, producers: dict[Atom, Op]) -> bool:
    """Whether an operand alone has the kind of the whole: no int or bool may stand for a float."""
    kind = atom_kind(other)
    if isinstance(kind, Array) and not kind.dims:
        return False  # arithmetic on 0-d arrays gives numbers
    if dtype_of(kind) == dtype_of(op.outs[0].kind) == "pyint":
        return True  # an int that is counted with
    if isinstance(kind, Array | Scalar) and kind.dtype is not None:
        return is_float_dtype(kind.dtype)
    producer = producers.get(other)
    return (
        isinstance(kind, Top | Array | Scalar)
        and producer is not None
        and producer.backward
        and producer.primitive.differentiable
    )


def same_shape(a: Kind, b: Kind) -> bool:
    """Whether two kinds certainly have one shape, given that the program runs."""
    left, right = dims_of(a), dims_of(b)
    if left is None or right is None or len(left) != len(right):
        return False
    return all(
        same_size(x, y) or (x.one is False and y.one is False) or bool(x.one and y.one)
        for x, y in zip(left, right, strict=True)
    )


def alike(a: Kind, b: Kind) -> bool:
    """Whether two kinds certainly have one float dtype and one shape; 0-d arrays are no numbers."""
    if isinstance(a, Array) and not a.dims:
        return False
    return dtype_of(a) == dtype_of(b) is not None and is_float_dtype(dtype_of(a)) and same_shape(a, b)


def literal_of(atom: Atom, producers: dict[Atom, Op]) -> Atom:
    """The literal that the backward sweep has given a dtype: 1.0 of `np.float32(1.0)`."""
    producer = producers.get(atom)
    cast = producer is not None and producer.backward and producer.primitive.target in _SCALAR_TYPES
    return producer.args[0] if producer is not None and cast and len(producer.args) == 1 else atom


def negated(atom: Atom, producers: dict[Atom, Op]) -> Atom | None:
    """a, where the atom is the -a of an op of the backward sweep."""
    if isinstance(atom, Const) and type(atom.value) in (int, float) and atom.value < 0:
        return Const(-atom.value)
    producer = producers.get(atom)
    return (
        producer.args[0]
        if producer is not None and producer.backward and producer.primitive.form == "unary -"
        else None
    )


def spread_by(atom: Atom, producers: dict[Atom, Op]) -> tuple[Op, int] | None:
    """The op of the backward sweep that spread a smaller value to an array, and the position of that value."""
    producer = producers.get(atom)
    if producer is None or not producer.backward:
        return None
    if producer.name in ("np.expand_dims", "np.reshape"):
        inner = spread_by(producer.args[0], producers)
        return inner if inner is not None and dims_of(atom_kind(inner[0].args[inner[1]])) == () else None
    position = {"np.broadcast_to": 0, "np.full_like": 1}.get(producer.name)
    return None if position is None else (producer, position)


def cast_number(atom: Atom, producers: dict[Atom, Op]) -> Atom | None:
    """The Python number that the backward sweep spread to an array and then gave a dtype."""
    cast = producers.get(atom)
    spread = spread_by(cast.args[0], producers) if cast is not None and cast.form == "method astype" else None
    if cast is None or spread is None or not cast.backward:
        return None
    number = spread[0].args[spread[1]]
    return number if dtype_of(atom_kind(number)) in ("pyfloat", "pyint") else None

"""What the tests of both modes and of second derivatives compute: directional derivatives, pulled back and forward.

The inner product of complex numbers is the real one: Re(conj(a) b), summed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import sourcead
from tests.conformance.programs import program, same_bits, weights
from tests.conformance.table import Row
from tests.kit import in_float64, leaves, tree_map

PREFERRED = ("3,2", "3", "2,3", "3,3", "2,2", "4", "5", "6", "2,3,2", "float")  # the forms that are taken first


def representatives(rows: Iterable[Row]) -> tuple[Row, ...]:
    """For each expression one row of float64 arguments, if there is one, of a form that is no special case."""
    chosen: dict[str, tuple[int, Row]] = {}
    for row in rows:
        rank = _rank(row)
        if row[0] not in chosen or rank < chosen[row[0]][0]:
            chosen[row[0]] = rank, row
    return tuple(row for _, row in chosen.values())


def _rank(row: Row) -> int:
    forms = [spec.partition(" ")[2] for spec in row[1]]
    first = forms[0]
    return PREFERRED.index(first) if first in PREFERRED else len(PREFERRED) + any("float" in f for f in forms)


def is_smooth(row: Row) -> bool:
    """Whether differences of first derivatives tell the second: of float64 arguments, and none of them an int."""
    words = {word for spec in row[1] for word in spec.split()}
    return words.isdisjoint(("float32", "float16", "int", "complex", "complex64", "complex128"))


def direction(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """A direction in the space of the arguments, of their trees, shapes and dtypes; None for what has no derivative."""
    count = 0

    def moved(x: Any) -> Any:
        nonlocal count
        count += 1
        steps = np.cos(1.3 * np.arange(max(np.size(x), 1)) + count)
        if isinstance(x, np.ndarray):
            return steps[: x.size].reshape(x.shape).astype(x.dtype)
        if isinstance(x, np.generic):
            return x.dtype.type(steps[0])
        return complex(steps[0]) if isinstance(x, complex) else float(steps[0])

    return tuple(tree_map(moved, a) if leaves(a) else None for a in args)


def inner(a: Any, b: Any) -> float:
    """The real inner product of two trees."""
    pairs = zip(leaves(a), leaves(b), strict=True)
    return float(sum(np.real(np.vdot(np.asarray(x), np.asarray(y))) for x, y in pairs))


def shifted(args: tuple[Any, ...], towards: tuple[Any, ...], step: float) -> tuple[Any, ...]:
    """The arguments, in double precision, moved along a direction."""
    pairs = zip((in_float64(a) for a in args), towards, strict=True)
    return tuple(a if t is None else tree_map(lambda x, v: x + step * v, a, t) for a, t in pairs)


def slope(values: Callable[[float], Any], step: float = 1e-3) -> Any:
    """The derivative at 0 of a function of one number: two central differences, extrapolated."""
    wide = (values(step) - values(-step)) / (2 * step)
    narrow = (values(step / 2) - values(-step / 2)) / step
    return (4 * narrow - wide) / 3


def agrees(value: Any, plain: Any) -> bool:
    """Whether the value is that of the function: of its type and dtype, and equal but for rounding (`style="fast"`)."""
    if type(value) is not type(plain):
        return False
    if not isinstance(plain, np.ndarray | np.inexact | float | complex):
        return same_bits(value, plain)
    dtype = np.asarray(plain).dtype
    rtol = 16 * np.finfo(dtype).eps if np.issubdtype(dtype, np.inexact) else 0.0
    return np.asarray(value).dtype == dtype and np.allclose(value, plain, rtol=rtol, atol=rtol, equal_nan=True)


def check_first(expression: str, args: tuple[Any, ...]) -> None:
    """Tangent and pullback of an expression against differences and against each other."""
    with quiet():
        function = program(expression, len(args), None)
        every = (*args, None)
        u = (*direction(args), None)
        value, tangent = sourcead.jvp(function, every, u)
        plain = function(*every)
        assert agrees(value, plain), f"value {value!r} where f gives {plain!r}"
        again, pullback = sourcead.vjp(lambda *given: function(*given, None), *args)
        assert agrees(again, plain), f"the pullback's value {again!r} where f gives {plain!r}"
        v = weights(plain)
        pulled = pullback(v)
        expected = slope(lambda step: inner(v, function(*shifted(args, u[:-1], step), None)))
    assert np.shape(tangent) == np.shape(value), f"a tangent of shape {np.shape(tangent)} for {np.shape(value)}"
    if np.issubdtype(np.asarray(value).dtype, np.inexact):  # `max(x, 1)` may be an int
        assert np.asarray(tangent).dtype == np.asarray(value).dtype, f"a tangent of {np.asarray(tangent).dtype}"
    single = any(np.asarray(x).dtype in (np.float32, np.complex64, np.float16) for x in leaves((args, value)))
    forward, reverse = inner(v, tangent), sum(inner(p, t) for p, t in zip(pulled, u, strict=False) if t is not None)
    scale = 1.0 + abs(forward)
    assert abs(forward - reverse) <= (2e-3 if single else 1e-9) * scale, f"<v, J u> = {forward}, <J^T v, u> = {reverse}"
    assert abs(forward - expected) <= (5e-3 if single else 1e-5) * scale, f"{forward} where differences give {expected}"


def check_second(expression: str, args: tuple[Any, ...]) -> None:
    """The Hessian along a direction, forward over reverse, against differences of the gradient."""
    with quiet():
        result = program(expression, len(args), None)(*args, None)
        function = program(expression, len(args), np.ndim(result) > 0, bool(np.iscomplexobj(result)))
        every, argnums = (*args, weights(result)), tuple(k for k, a in enumerate(args) if leaves(a))
        u = direction(args)
        gradient = sourcead.grad(function, argnums)
        _, product = sourcead.jvp(gradient, every, (*u, None))
        found = sum(inner(p, u[k]) for p, k in zip(product, argnums, strict=True))

        def along(step: float) -> float:
            moved = gradient(*shifted(args, u, step), every[-1])
            return sum(inner(g, u[k]) for g, k in zip(moved, argnums, strict=True))

        expected = slope(along)
    assert abs(found - expected) <= 1e-4 * (1.0 + abs(expected)), f"{found} where differences give {expected}"


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings: what is compared says enough."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

"""Tables of small programs, and what has to hold for the gradient of each of them.

programs = Table("control flow")

@programs(1.5, again=(0.5,))          # example arguments; again: others of the same kinds, other sizes
def early_return(x): ...
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import sourcead
from tests.kit import assert_same_leaves, check_gradient, tree_map

FLOAT32_RTOL, FLOAT32_ATOL = 2e-4, 1e-5
ROUNDING = 1e-9  # of values in style "fast"


@dataclass(frozen=True)
class Program:
    """A function with example arguments."""

    name: str
    f: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: int | tuple[int, ...]
    again: tuple[tuple[Any, ...], ...]
    refused: str | None


@dataclass
class Table:
    """The programs of one theme, in the order of their definition."""

    theme: str
    programs: dict[str, Program] = field(default_factory=dict)

    def __call__(
        self,
        *args: Any,
        argnums: int | tuple[int, ...] = 0,
        again: tuple[Any, ...] | list[tuple[Any, ...]] = (),
        refused: str | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Enter a function. refused: the text of the line that has to be blamed."""
        others = tuple(again) if isinstance(again, list) else ((again,) if again else ())

        def enter(f: Callable[..., Any]) -> Callable[..., Any]:
            name = _name(f)
            assert name not in self.programs, name
            self.programs[name] = Program(name, f, args, argnums, others, refused)
            return f

        return enter


def _name(f: Any) -> str:
    return str(getattr(f, "__qualname__", type(f).__name__)).replace("<locals>.", "")


def array(*shape: int, seed: int = 0, low: float = -1.0, high: float = 1.0) -> Any:
    """An array of numbers that are neither near 0 nor near one another's ties."""
    drawn = np.random.default_rng(seed).uniform(low, high, size=shape)
    return np.where(np.abs(drawn) < 0.05, drawn + 0.1, drawn)


def check_specialised(program: Program) -> None:
    """All that has to hold for the derivative compiled for the kinds of the arguments, other sizes included."""
    derivative = specialised(program.f, program.args, program.argnums)
    check_call(program.f, derivative, program.args, program.argnums)
    for args in program.again:
        same = ones(args) == ones(program.args)
        check_call(
            program.f, derivative if same else specialised(program.f, args, program.argnums), args, program.argnums
        )
    fast = sourcead.value_and_grad(program.f, program.argnums).specialize(*program.args)
    check_call(program.f, fast, program.args, program.argnums, ROUNDING)


def check_generic(program: Program) -> None:
    """The same for the one derivative whose text serves arguments of any kind."""
    derivative = generic(program)
    for args in (program.args, *program.again):
        check_call(program.f, derivative, args, program.argnums)


def ones(args: Any) -> list[Any]:
    """Which sizes are 1: the only fact about sizes that code depends on."""
    return [tuple(n == 1 for n in np.shape(leaf)) for leaf in arrays(args)]


def check_call(
    f: Callable[..., Any],
    derivative: Callable[..., Any],
    args: tuple[Any, ...],
    argnums: int | tuple[int, ...] = 0,
    rounding: float = 0.0,
) -> None:
    """Value (but for rounding), gradient, structure, dtype, the effects of one call of f, no shared memory, the same
    again."""
    before, left, given = (copy.deepcopy(args) for _ in range(3))
    value = f(*left)
    found, gradient = derivative(*given)
    assert_identical(found, value, "value", rounding)
    assert_identical(given, left, "what is left in the arguments")
    narrow = any(getattr(leaf, "dtype", None) == np.float32 for leaf in arrays(args))
    tolerances = {"rtol": FLOAT32_RTOL, "atol": FLOAT32_ATOL} if narrow else {}
    check_gradient(lambda *given: f(*copy.deepcopy(given)), gradient, before, argnums, **tolerances)
    differentiated = before[argnums] if isinstance(argnums, int) else tuple(before[k] for k in argnums)
    assert_same_leaves(gradient, differentiated)
    assert_owned(gradient, (given, found))
    kept = copy.deepcopy(gradient)
    found_again, again = derivative(*copy.deepcopy(args))
    assert_identical(found_again, found, "the second value")
    assert_identical(again, kept, "the second gradient")
    assert_identical(gradient, kept, "the first gradient after the second call")


def arrays(tree: Any) -> list[Any]:
    """All arrays and numbers in a tree."""
    found: list[Any] = []
    tree_map(found.append, tree)
    return found


def assert_owned(gradient: Any, args: Any) -> None:
    """No leaf of the gradient shares memory with an argument or with another leaf; each can be written."""
    leaves = [leaf for leaf in arrays(gradient) if isinstance(leaf, np.ndarray)]
    for k, leaf in enumerate(leaves):
        assert leaf.flags.writeable, "a read-only gradient"
        for other in arrays(args):
            assert not (isinstance(other, np.ndarray) and np.shares_memory(leaf, other)), "shares with an argument"
        for other in leaves[k + 1 :]:
            assert not np.shares_memory(leaf, other), "two leaves share memory"


def assert_identical(actual: Any, expected: Any, what: str, rounding: float = 0.0) -> None:
    """Equal to the bit, or but for rounding, with the same types."""
    assert type(actual) is type(expected), f"{what}: {type(actual)} where {type(expected)} is expected"
    if isinstance(expected, dict):
        assert list(actual) == list(expected), what
        for key in expected:
            assert_identical(actual[key], expected[key], f"{what}[{key!r}]", rounding)
    elif isinstance(expected, list | tuple):
        assert len(actual) == len(expected), what
        for k, item in enumerate(expected):
            assert_identical(actual[k], item, f"{what}[{k}]", rounding)
    elif rounding and np.issubdtype(dtype := np.asarray(expected).dtype, np.inexact):
        assert np.asarray(actual).dtype == dtype, what
        limit = max(rounding, 1e-5) if dtype.name in ("float32", "complex64") else rounding
        np.testing.assert_allclose(actual, expected, rtol=limit, atol=limit, err_msg=what)
    elif isinstance(expected, np.ndarray | np.generic):
        assert actual.dtype == expected.dtype, what
        np.testing.assert_array_equal(actual, expected, err_msg=what)
    elif isinstance(expected, np.random.Generator):
        assert actual.bit_generator.state == expected.bit_generator.state, what
    elif isinstance(expected, float):
        np.testing.assert_equal(actual, expected, err_msg=what)
    elif hasattr(expected, "__dict__") and not callable(expected):
        assert_identical(vars(actual), vars(expected), what, rounding)
    else:
        assert actual is expected or actual == expected, what


def specialised(f: Callable[..., Any], args: tuple[Any, ...], argnums: int | tuple[int, ...]) -> Callable[..., Any]:
    """The derivative compiled for the kinds of the arguments, whose value is to the bit that of f."""
    return sourcead.value_and_grad(f, argnums, style="plain", stabilize=False).specialize(*args)


def generic(program: Program) -> Callable[..., Any]:
    """The derivative whose text serves arguments of any kind."""
    return sourcead.value_and_grad(program.f, program.argnums, style="plain", stabilize=False)._generic_bound().fn

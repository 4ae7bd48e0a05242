"""What became of a program: ok, wrong, crashed, refused, or skipped because differences say nothing at its point."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import sourcead
from tests.fuzz.cases import Loaded, OutOfTime, loaded, printed, quiet, time_limit
from tests.fuzz.generator import Case
from tests.kit import assert_same_leaves, is_leaf, moved
from tests.programs.kit import ROUNDING, assert_identical, assert_owned

OK, WRONG, CRASH, REFUSED, SKIPPED = "ok", "WRONG", "CRASH", "refused", "skipped (kink)"
STEP = 1e-4
RTOL, ATOL = 2e-5, 2e-6
SECONDS = 20.0


@dataclass(frozen=True)
class Verdict:
    """One of the words above, and the reason."""

    word: str
    reason: str = ""


class Unsteady(Exception):
    """Differences at this point do not tell the derivative."""


@dataclass(frozen=True)
class Outcome:
    """What the derivative gave, and what it changed and printed."""

    found: Any
    gradient: Any
    given: tuple[Any, ...]
    state: dict[str, Any]
    said: str
    again: Any


def judge(case: Case, folder: Path, *, generic: bool = False) -> Verdict:
    """Differentiate the program and compare value, gradient, arguments, effects, print and ownership."""
    with quiet(), loaded(case, folder) as plain, loaded(case, folder) as program:
        outcome = _outcome(program, generic)
        if isinstance(outcome, Verdict):
            return outcome
        changed = plain.arguments()
        with printed() as said:
            value = plain.f(*changed)
        try:
            _assert_same_call(outcome, value, changed, plain, said.getvalue())
            with printed(), time_limit(SECONDS):
                expected = differences(plain, folder)
            _assert_gradient(outcome.gradient, expected)
        except AssertionError as error:
            return Verdict(WRONG, " ".join(str(error).split())[:300])
        except (Unsteady, OutOfTime):
            return Verdict(SKIPPED)
        except Exception as error:  # near the point the program fails
            return Verdict(SKIPPED, type(error).__name__)
    return Verdict(OK)


def _outcome(program: Loaded, generic: bool) -> Outcome | Verdict:
    """The derivative called, twice where nothing but its arguments can change."""
    asked: dict[str, Any] = {"style": "plain", "stabilize": False} if to_the_bit(program.case) else {}
    derivative: Any = sourcead.value_and_grad(program.f, program.case.argnums, **asked)
    given = program.arguments()
    try:
        with time_limit(SECONDS), printed() as said:
            derivative = derivative._generic_bound().fn if generic else derivative
            found, gradient = derivative(*given)
            once, state, kept = said.getvalue(), copy.deepcopy(program.state()), copy.deepcopy(gradient)
            again = (found, kept) if program.case.stateful else derivative(*program.arguments())
            return Outcome(found, gradient, given, state, once, (again, kept))
    except sourcead.InternalError as error:
        diagnosis = error.diagnoses[0]
        return Verdict(CRASH, f"InternalError {diagnosis.message}: {diagnosis.notes}")
    except sourcead.SourceADError as error:
        asked = generic and "an augmented assignment changes" in error.diagnoses[0].message  # at run time
        located = asked or error.diagnoses[0].at is not None
        return Verdict(REFUSED if located else CRASH, error.diagnoses[0].message)
    except OutOfTime as error:
        return Verdict(CRASH, str(error))
    except Exception as error:
        return Verdict(CRASH, f"{type(error).__name__}: {error}")


def to_the_bit(case: Case) -> bool:
    """Whether the plain text is judged, whose value is that of the program to the bit; else that of an expert, which
    agrees to rounding. Half of the programs each, whatever their seed."""
    return len(case.text) % 2 == 0


def _assert_same_call(outcome: Outcome, value: Any, changed: tuple[Any, ...], plain: Loaded, said: str) -> None:
    again, kept = outcome.again
    if not to_the_bit(plain.case) and type(outcome.found) is np.float64 and type(value) in (float, int):
        value = np.float64(value)  # what leaves a loop is NumPy's in an expert's text, though no turn was taken
    assert_identical(outcome.found, value, "value", 0.0 if to_the_bit(plain.case) else ROUNDING)
    assert_alike(outcome.given, changed, "arguments after the call")
    assert_alike(outcome.state, plain.state(), "globals after the call")
    assert outcome.said == said, "what is printed"
    assert_owned(outcome.gradient, outcome.given)
    assert_same_leaves(outcome.gradient, tuple(outcome.given[k] for k in plain.case.argnums))
    assert_identical(again, (outcome.found, kept), "the second call")


def assert_alike(actual: Any, expected: Any, what: str) -> None:
    """Equal to the bit at every leaf; random generators by their state, objects of the two modules by attributes."""
    if isinstance(expected, np.random.Generator):
        assert actual.bit_generator.state == expected.bit_generator.state, what
    elif isinstance(expected, dict):
        assert list(actual) == list(expected), what
        for key in expected:
            assert_alike(actual[key], expected[key], f"{what}[{key!r}]")
    elif isinstance(expected, list | tuple):
        assert type(actual).__name__ == type(expected).__name__ and len(actual) == len(expected), what
        for k, item in enumerate(expected):
            assert_alike(actual[k], item, f"{what}[{k}]")
    elif isinstance(expected, float | int | str | np.ndarray | np.generic | None):
        assert_identical(actual, expected, what)
    elif hasattr(expected, "__dict__") and not callable(type(expected).__dict__.get("__get__")):
        assert type(actual).__name__ == type(expected).__name__, what
        assert_alike(dict(vars(actual)), dict(vars(expected)), what)


# -- differences --------------------------------------------------------------------------------------------------


def places(tree: Any) -> list[tuple[int, tuple[int, ...]]]:
    """Every entry of every leaf of a tree: which leaf, and where in it."""
    found: list[tuple[int, tuple[int, ...]]] = []
    for number, leaf in enumerate(leaves(tree)):
        found += [(number, index) for index in np.ndindex(np.shape(leaf))]
    return found


def leaves(tree: Any) -> list[Any]:
    """The numbers and float arrays of a tree, in the order in which `moved` counts them."""
    if is_leaf(tree):
        return [tree]
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in leaves(item)]
    if isinstance(tree, list | tuple):
        return [leaf for item in tree for leaf in leaves(item)]
    if hasattr(type(tree), "__dataclass_fields__"):
        return [leaf for name in type(tree).__dataclass_fields__ for leaf in leaves(getattr(tree, name))]
    return []


def differences(program: Loaded, folder: Path) -> list[list[float]]:
    """The derivative of f with respect to every entry of each differentiated argument, by central differences."""
    start = program.arguments()
    middle = float(_run(program, program.arguments(), folder))
    found = []
    for argnum in program.case.argnums:
        entries = []
        for leaf, index in places(start[argnum]):

            def at(step: float, argnum: int = argnum, leaf: int = leaf, index: tuple[int, ...] = index) -> float:
                arguments = list(program.arguments())
                arguments[argnum] = moved(arguments[argnum], leaf, index, step)
                return float(_run(program, tuple(arguments), folder))

            entries.append(slope(at, middle))
        found.append(entries)
    return found


def _run(program: Loaded, arguments: tuple[Any, ...], folder: Path) -> Any:
    if not program.case.stateful:
        return program.f(*arguments)
    with loaded(program.case, folder) as fresh:
        return fresh.f(*arguments)


def slope(at: Callable[[float], float], middle: float) -> float:
    """The derivative of a function at 0, from two steps; Unsteady where they disagree or it is bent at the point."""
    ends = [(at(step), at(-step), step) for step in (STEP, STEP / 4)]
    coarse, fine = ((above - below) / (2 * step) for above, below, step in ends)
    bends = [abs(above - 2 * middle + below) / step for above, below, step in ends]
    size = max(1.0, abs(fine))
    if not np.all(np.isfinite([coarse, fine])) or abs(coarse - fine) > 1e-4 * size or abs(fine) > 1e6:
        raise Unsteady
    if bends[1] > 0.5 * bends[0] + 1e-6 * size * max(1.0, abs(middle)):
        raise Unsteady
    return fine + (fine - coarse) / 15


def _assert_gradient(gradient: tuple[Any, ...], expected: list[list[float]]) -> None:
    scale = max((abs(entry) for entries in expected for entry in entries), default=1.0)
    for position, entries in enumerate(expected):
        actual = np.array([entry for leaf in leaves(gradient[position]) for entry in np.ravel(leaf)])
        assert actual.shape == (len(entries),), f"structure of the gradient {position}"
        np.testing.assert_allclose(
            actual, entries, rtol=RTOL, atol=ATOL * max(1.0, scale), err_msg=f"gradient {position}"
        )

"""Every primitive through the compiler: its derivative, specialised and generic, against central differences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.arguments import argument
from tests.conformance.programs import check
from tests.conformance.table import PLAIN, RANK_NEEDED, Row, having_their_turn, of_every_expression, rows

ROWS = tuple(dict.fromkeys(rows()))


def arguments(specs: tuple[str, ...]) -> tuple[Any, ...]:
    """The arguments of a row."""
    found = []
    for seed, spec in enumerate(specs):
        domain, _, form = spec.partition(" ")
        *words, last = form.split(" ")
        named = last.startswith(("float", "complex")) and bool(words)
        found.append(argument(domain, " ".join(words) if named else form, last if named else "float64", seed))
    return tuple(found)


def name(row: Row) -> str:
    """How a row is called in a report."""
    return f"{row[0]} at {', '.join(row[1])}"


def named(row: Row) -> Any:
    """A row as a parameter."""
    return pytest.param(*row, id=name(row))


def test_the_table_is_whole() -> None:
    assert len(ROWS) > 1500


@pytest.mark.parametrize(("expression", "specs"), [named(row) for row in having_their_turn(ROWS)])
def test_a_derivative_agrees_with_central_differences(expression: str, specs: tuple[str, ...]) -> None:
    check(expression, arguments(specs), generic=expression not in RANK_NEEDED)


@pytest.mark.parametrize(
    ("expression", "specs"),
    [named(row) for row in of_every_expression(r for r in ROWS if all(s.split(" ", 1)[1] in PLAIN for s in r[1]))],
)
def test_so_does_that_of_a_sum_without_weights(expression: str, specs: tuple[str, ...]) -> None:
    """The cotangent is the constant 1, which the passes fold away."""
    check(expression, arguments(specs), generic=False, weighted=False)

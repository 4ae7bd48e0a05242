"""Every primitive through the compiler: its derivative, specialised and generic, against central differences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.arguments import argument
from tests.conformance.programs import check
from tests.conformance.table import Row, rows

ROWS = tuple(dict.fromkeys(rows()))


def arguments(specs: tuple[str, ...]) -> tuple[Any, ...]:
    found = []
    for seed, spec in enumerate(specs):
        domain, _, form = spec.partition(" ")
        dtype = "float32" if form.endswith(" float32") else "float64"
        found.append(argument(domain, form.removesuffix(" float32"), dtype, seed))
    return tuple(found)


def name(row: Row) -> str:
    return f"{row[0]} at {', '.join(row[1])}"


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_derivative_agrees_with_central_differences(row: Row) -> None:
    expression, specs = row
    check(expression, arguments(specs))

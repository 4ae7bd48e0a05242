"""Forward mode, pullbacks and second derivatives of the table's programs: against differences and one another.

Of second derivatives every fourth expression has its turn here, all of them where SOURCEAD_FUZZ is set.

    <v, J u>  ==  <J^T v, u>  ==  <v, (f(x + e u) - f(x - e u)) / 2e>          u^T H u  ==  d/de <grad s(x + e u), u>
"""

from __future__ import annotations

import os
import zlib

import pytest

from tests.conformance.modes import check_first, check_second, is_smooth, representatives
from tests.conformance.table import rows
from tests.conformance.test_primitives import arguments, name

ROWS = tuple(dict.fromkeys(rows()))
FIRST = representatives(ROWS)
SMOOTH = tuple(row for row in FIRST if is_smooth(row))
SECOND = SMOOTH if os.environ.get("SOURCEAD_FUZZ") else tuple(r for r in SMOOTH if zlib.crc32(r[0].encode()) % 4 == 1)


def test_every_expression_has_its_turn() -> None:
    expressions = {expression for expression, _ in ROWS}
    assert {expression for expression, _ in FIRST} == expressions
    assert len(SMOOTH) > 0.7 * len(FIRST)


@pytest.mark.parametrize(("expression", "specs"), [pytest.param(*row, id=name(row)) for row in FIRST])
def test_both_modes_agree_with_differences(expression: str, specs: tuple[str, ...]) -> None:
    check_first(expression, arguments(specs))


@pytest.mark.parametrize(("expression", "specs"), [pytest.param(*row, id=name(row)) for row in SECOND])
def test_second_derivatives_agree_with_differences(expression: str, specs: tuple[str, ...]) -> None:
    check_second(expression, arguments(specs))

"""Every program of the tables: value, gradient, structure, ownership; specialised, and generic where it is not refused."""

from __future__ import annotations

import pytest

from sourcead import UnsupportedError
from tests.programs import arrays, calls, containers, control, names, stores
from tests.programs.kit import Program, check_generic, check_specialised, generic

TABLES = tuple(module.programs for module in (control, containers, stores, calls, names, arrays))
PROGRAMS = [program for table in TABLES for program in table.programs.values()]
DIFFERENTIATED = [p for p in PROGRAMS if p.refused is None]


def _name(program: Program) -> str:
    return program.name


@pytest.mark.parametrize("program", DIFFERENTIATED, ids=_name)
def test_specialised(program: Program) -> None:
    check_specialised(program)


@pytest.mark.parametrize("program", DIFFERENTIATED, ids=_name)
def test_generic(program: Program) -> None:
    try:
        generic(program)
    except UnsupportedError as refusal:
        assert refusal.diagnoses[0].at is not None
        return
    check_generic(program)

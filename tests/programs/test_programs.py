"""Every program of the tables: value, gradient, structure and ownership; specialised, and generic unless refused."""

from __future__ import annotations

import copy
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import InternalError, SourceADError, UnsupportedError
from tests.programs import (
    arrays,
    branches,
    calls,
    comprehensions,
    containers,
    contexts,
    corners,
    definitions,
    displays,
    heap,
    inplace,
    loops,
    matching,
    names,
    putting,
    records,
    recursion,
    refused,
    stores,
    traps,
)
from tests.programs.kit import Program, check_generic, check_specialised, generic, specialised

THEMES = (branches, loops, containers, stores, calls, recursion, names, arrays, corners, displays, comprehensions)
FURTHER = (definitions, matching, contexts, heap, inplace, putting, records, traps)
TABLES = tuple(module.programs for module in (*THEMES, *FURTHER))
PROGRAMS = [program for table in TABLES for program in table.programs.values()]
KNOWN_DEFECTS: dict[str, str] = {}  # "specialised NAME" or "generic NAME" -> what goes wrong
DIFFERENTIATED = [p for p in PROGRAMS if p.refused is None]


def _specialised(program: Program) -> Any:
    return specialised(program.f, program.args, program.argnums)


def _generic(program: Program) -> Any:
    return generic(program)


def _name(program: Program) -> str:
    return program.name


def _cases(form: str) -> list[Any]:
    """The programs; those with a known defect must go on failing until they are taken off the list."""
    reasons = {p.name: KNOWN_DEFECTS.get(f"{form} {p.name}") for p in DIFFERENTIATED}
    assert set(KNOWN_DEFECTS) <= {f"{form} {name}" for form in ("specialised", "generic") for name in reasons}
    marks = {name: [pytest.mark.xfail(reason=reason, strict=True)] for name, reason in reasons.items() if reason}
    return [pytest.param(p, id=p.name, marks=marks.get(p.name, [])) for p in DIFFERENTIATED]


@pytest.mark.parametrize("program", _cases("specialised"))
def test_specialised(program: Program) -> None:
    check_specialised(program)


@pytest.mark.parametrize("program", _cases("generic"))
def test_generic(program: Program) -> None:
    try:
        generic(program)
    except UnsupportedError as refusal:
        assert refusal.diagnoses[0].at is not None
        return
    try:
        check_generic(program)
    except UnsupportedError as refusal:  # that a number is changed, and no array, is asked at run time
        assert "an augmented assignment changes" in str(refusal)


@pytest.mark.parametrize("program", refused.programs.programs.values(), ids=_name)
@pytest.mark.parametrize("make", [_specialised, _generic])
def test_refused_at_the_right_line(program: Program, make: Callable[[Program], Any]) -> None:
    with pytest.raises(SourceADError) as caught:
        made = make(program)
        if make is _generic:
            made(*copy.deepcopy(program.args))
    assert not isinstance(caught.value, InternalError)
    if "an augmented assignment changes" in str(caught.value):
        return
    place = caught.value.diagnoses[0].at
    assert place is not None
    assert linecache.getline(place.file, place.line).strip() == program.refused


def test_a_branch_on_float_equality_has_the_derivative_of_the_branch_taken() -> None:
    f = traps.branch_on_float_equality
    assert sourcead.value_and_grad(f)(1.0) == (2.0, 5.0)
    assert sourcead.value_and_grad(f)(np.nextafter(1.0, 2.0))[1] == pytest.approx(3.0)

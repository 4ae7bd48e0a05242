"""Programs as scientists write them: value, gradient, effects and ownership; specialised, generic and saved."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import ArgumentError, UnsupportedError
from tests.kit import assert_trees_close
from tests.programs.kit import Program, arrays, check_call, check_generic, check_specialised, generic
from tests.programs.kit import specialised as made_specialised
from tests.realistic import dynamics, learning, likelihoods, linear_algebra, numerics, protocols, sequences, structures

THEMES = (linear_algebra, dynamics, sequences, learning, likelihoods, numerics, structures, protocols)
PROGRAMS = [program for theme in THEMES for program in theme.programs.programs.values()]
KNOWN_DEFECTS = {  # "specialised NAME", "generic NAME" or "saved NAME" -> what goes wrong
    "specialised line_search": "the test of a `while` that stores into memory is refused",
    "saved line_search": "the same",
    "specialised soft_time_warping": "a store into a list in a list, both of unknown length, is refused",
    "saved soft_time_warping": "the same",
}


def _cases(form: str) -> list[Any]:
    """The programs; those with a known defect must go on failing until they are taken off the list."""
    reasons = {p.name: KNOWN_DEFECTS.get(f"{form} {p.name}") for p in PROGRAMS}
    marks = {name: [pytest.mark.xfail(reason=reason, strict=True)] for name, reason in reasons.items() if reason}
    return [pytest.param(p, id=p.name, marks=marks.get(p.name, [])) for p in PROGRAMS]


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
    check_generic(program)


@pytest.mark.parametrize("program", _cases("saved"))
def test_saved(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "saved_module.py"
    derivative = sourcead.value_and_grad(program.f, program.argnums, style="plain", stabilize=False)
    specialised = derivative.specialize(*program.args)
    try:
        specialised.save(path)
    except ArgumentError as refusal:  # what it captured has no name that a module could import
        assert "captured" in str(refusal)
        return
    spec = importlib.util.spec_from_file_location("saved_module", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    name = specialised.fn.__name__
    check_call(program.f, getattr(module, name), program.args, program.argnums)


@pytest.mark.parametrize("program", _cases("stable"))
def test_computed_stably(program: Program) -> None:
    """Where nothing overflows, what is computed stably is the same to rounding."""
    try:
        derivative = sourcead.value_and_grad(program.f, program.argnums).specialize(*program.args)
    except UnsupportedError:  # as it is otherwise
        return
    if ", stably: " not in derivative.source:
        return
    plain = made_specialised(program.f, program.args, program.argnums)
    narrow = any(getattr(leaf, "dtype", None) == np.float32 for leaf in arrays(program.args))
    found, expected = (d(*copy.deepcopy(program.args)) for d in (derivative, plain))
    assert_trees_close(found, expected, *((1e-4, 1e-6) if narrow else (1e-9, 1e-11)))

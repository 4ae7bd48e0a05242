"""The gradients of programs that store, alias, grow lists, keep state and call one another, byte for byte."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.golden import bullets
from tests.golden.cases import Case
from tests.golden.test_text import EXPECTED, ROOT, check, text_of
from tests.kit import assert_trees_close, central_differences, rng

FOLDER = EXPECTED / "bullets"


def lower(size: int, seed: int) -> Any:
    """A matrix and a right-hand side of a triangular system."""
    draw = rng(seed)
    return np.tril(draw.normal(size=(size, size))) + 3 * np.eye(size), draw.normal(size=size)


def grid(size: int, seed: int) -> Any:
    draw = rng(seed)
    return draw.normal(size=size), draw.normal(size=size)


def flow(size: int, steps: int, seed: int) -> Any:
    draw = rng(seed)
    return {"W": draw.normal(size=(size, size)), "rate": 0.1}, draw.normal(size=size), steps


def recurrent(hidden: int, inputs: int, turns: int, seed: int) -> Any:
    draw = rng(seed)
    cell = bullets.Cell(draw.normal(size=(hidden, inputs)), draw.normal(size=(hidden, hidden)), np.zeros(hidden))
    return cell, draw.normal(size=(turns, inputs))


CASES = (
    Case(bullets.newton_root, ((2.0, 1e-9), (5.0, 1e-3))),
    Case(bullets.forward_substitution, (lower(4, 0), lower(2, 1))),
    Case(bullets.red_black, (grid(7, 2), grid(9, 3))),
    Case(bullets.trajectory_loss, (flow(3, 4, 4), flow(2, 0, 5))),
    Case(bullets.recurrent_loss, (recurrent(3, 2, 5, 6), recurrent(2, 4, 3, 7))),
    Case(bullets.integral_loss, (((0.7, 1.3),), ((1.2, 2.0),))),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_source(case: Case, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # paths in the texts are relative to here
    text = text_of(case, "grad")
    namespace: dict[str, Any] = {"Cell": bullets.Cell}
    exec(compile(text, f"<{case.name}>", "exec"), namespace)
    for args in case.arguments:
        given, left = copy.deepcopy(args), copy.deepcopy(args)
        found = namespace[f"{case.name}_grad"](*given)
        case.function(*left)
        assert_trees_close(found, central_differences(case.function, args), what=case.name)
        assert_trees_close(given, left, what="what is left in the arguments")
    check(FOLDER / f"{case.name}.py", text, pytestconfig)


def test_every_expected_file_is_checked() -> None:
    assert {p.name for p in Path(FOLDER).iterdir() if p.is_file()} == {f"{case.name}.py" for case in CASES}

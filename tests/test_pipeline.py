"""Between any two stages: the IR is sound, and computes what the text does; the passes change cost, never meaning."""

from __future__ import annotations

import copy
import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sourcead.emission import Emission
from sourcead.ir import Function
from sourcead.passes.copies import insert_copies
from sourcead.passes.dce import eliminate_dead_code
from sourcead.verify import verify
from tests.compiling import Stages, compiled
from tests.corpus import EXAMPLES, Example
from tests.kit import assert_trees_close, central_differences, in_float64

STABLY = Emission(style="plain")
EVERY = pytest.mark.parametrize("position", range(len(EXAMPLES)), ids=[e.name for e in EXAMPLES])


@functools.cache
def STAGES(position: int) -> Stages:
    """All stages of an example, that of stabilising too."""
    example = EXAMPLES[position]
    return compiled(example.function, *example.args, argnums=example.argnums, emission=STABLY)


def expected(example: Example) -> Any:
    """The gradient, by central differences."""
    found = tuple(central_differences(example.function, example.args, k) for k in example.argnums)
    return found if len(found) > 1 else found[0]


def tolerance(example: Example) -> dict[str, float]:
    return {"rtol": 2e-3, "atol": 1e-5} if example.function.__name__ == "single_precision" else {}


@EVERY
def test_the_text_computes_the_gradient(position: int, capsys: pytest.CaptureFixture[str]) -> None:
    example = EXAMPLES[position]
    args = copy.deepcopy(example.args)
    found = STAGES(position).run_text(*args)
    assert_trees_close(found, expected(example), **tolerance(example))
    assert repr(args) == repr(example.args), "an argument was changed"


@EVERY
def test_every_stage_is_sound(position: int) -> None:
    stages = STAGES(position)
    for name, function in {**stages.seen, "final": stages.final}.items():
        try:
            verify(function)
        except Exception as error:
            raise AssertionError(f"after {name}: {error}") from error


@EVERY
def test_every_stage_computes_the_same(position: int, capsys: pytest.CaptureFixture[str]) -> None:
    example, stages = EXAMPLES[position], STAGES(position)
    wanted = stages.run_text(*copy.deepcopy(example.args))
    value, stably = (stages.run(name, *copy.deepcopy(example.args)) for name in ("resolve", "stabilise"))
    assert_trees_close(stably, value, 1e-12, 1e-13, "after stabilise")
    for name in list(stages.seen)[2:]:
        found = stages.run(name, *copy.deepcopy(example.args))
        assert_trees_close(found, in_float64(wanted), 1e-6 if tolerance(example) else 1e-12, 1e-13, f"after {name}")


@EVERY
def test_the_passes_change_no_meaning(position: int, capsys: pytest.CaptureFixture[str]) -> None:
    example, stages = EXAMPLES[position], STAGES(position)
    bare = insert_copies(eliminate_dead_code(stages.seen["adjoint"]))
    found = stages.run_text(*copy.deepcopy(example.args), function=finished(bare, stages))
    assert_trees_close(found, expected(example), **tolerance(example))


def finished(function: Function, stages: Stages) -> Function:
    """A function as the pipeline hands it to the writer."""
    return replace(function, captures=stages.final.captures)


def test_the_corpus_is_large() -> None:
    assert len(EXAMPLES) >= 30
    values = [e.function(*copy.deepcopy(e.args)) for e in EXAMPLES if e.name != "effects"]
    assert np.isfinite(values).all()

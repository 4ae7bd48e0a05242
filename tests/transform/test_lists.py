"""Adjoints of lists: held against differences through the text and through the interpreter; the text itself."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.switches import without
from tests.compiling import compiled, function_of
from tests.kit import assert_trees_close, central_differences
from tests.programs.kit import Program, array, assert_identical, check_generic, check_specialised
from tests.small import statements
from tests.transform.listed import programs

PROGRAMS = list(programs.programs.values())
GENERIC = ("rnn", "rnn_stack", "rnn_init", "squares", "ragged", "conditional", "fib", "np_array", "nested", "tuples",
           "sum_arrays", "maxima", "lists_of_lists", "carried_twice", "while_grown", "extending")  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_the_text_agrees_with_differences(program: Program) -> None:
    check_specialised(program)


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.name in GENERIC], ids=lambda p: p.name)
def test_the_text_for_any_kind_agrees_with_differences(program: Program) -> None:
    check_generic(program)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_every_stage_computes_the_same(program: Program) -> None:
    argnums = (program.argnums,) if isinstance(program.argnums, int) else program.argnums
    stages = compiled(program.f, *program.args, argnums=argnums)
    expected = tuple(central_differences(program.f, program.args, k) for k in argnums)
    narrow = program.name == "float32"
    for stage in [s for s in ("adjoint", "simplify again", "own results", "items in place") if s in stages.seen]:
        found = stages.run(stage, *copy.deepcopy(program.args))
        wanted = expected if len(argnums) > 1 else expected[0]
        assert_trees_close(found, wanted, *((2e-4, 1e-5) if narrow else ()), what=stage)


def text(function: Any, *args: Any, argnums: tuple[int, ...] = (0,)) -> str:
    return statements(compiled(function, *args, argnums=argnums).final)


@pytest.mark.optimised
def test_a_list_that_a_loop_builds_is_its_stack() -> None:
    found = text(programs.programs["rnn_stack"].f, array(3, 3), array(3), array(5, 3), argnums=(0, 1))
    assert found.count("append") == 2  # hs, and the states at the start of the turns
    assert "h = hs[i]" in found and "dh += dhs[i]" in found and "pop" not in found


def test_an_append_is_reversed_by_a_pop() -> None:
    found = text(programs.programs["rnn_init"].f, array(3, 3), array(3), 4, argnums=(0, 1))
    assert "= dhs.pop()" in found and "dhs[-1]" in found and ".copy()" not in found.replace("dhs[0].copy()", "")


def test_what_a_pop_gives_is_kept_not_the_list() -> None:
    found = text(programs.programs["popping"].f, [0.5, 1.5])
    assert "y = ys.pop()" in found and "dys.append(dy)" in found and "copy" not in found


def test_the_gradient_of_a_list_needs_no_helper() -> None:
    for name in ("squares", "ragged", "rnn", "popping", "replacing"):
        program = programs.programs[name]
        found = text(program.f, *program.args)
        assert "match" not in found and "zeros(" not in found and "add(" not in found, name


@pytest.mark.optimised
def test_items_that_share_memory_are_not_changed_together() -> None:
    def f(xs: Any) -> Any:
        ys = []
        for x in xs:
            ys.append(x * x)
        s = 0.0
        for i in range(len(ys)):
            s = s + (ys[i] * i).sum()
        return s + (sum(ys) ** 2).sum()

    xs = [array(3), array(3, seed=1)]
    found = text(f, xs)
    assert "dys = [2 * sum(ys)] * len(ys)" in found and "dys[i] = dys[i] +" in found
    check_specialised(Program("f", f, (xs,), 0, (), None))


@pytest.mark.optimised
def test_items_that_are_memory_of_their_own_change_in_place() -> None:
    with without("first contributions"):
        assert "dys[i] += " in text(programs.programs["ragged"].f, [array(2), array(3)])


def test_the_user_s_list_stays_his_own() -> None:
    def f(x: Any, n: Any) -> Any:
        hs = [x]
        s = 0.0
        for _ in range(n):
            s = s + max(hs) * x
            hs.append(hs[-1] * 2)
        return s, hs

    derivative = sourcead.value_and_grad(f, has_aux=True).specialize(0.5, 4)
    (value, aux), gradient = derivative(0.5, 4)
    assert_identical((value, aux), f(0.5, 4), "value and aux")
    assert_trees_close(gradient, central_differences(lambda x: f(x, 4)[0], (0.5,)))
    changes = [line for line in derivative.source.splitlines() if "hs.append(" in line and "saved" not in line]
    assert changes and "hs = hs.copy()" not in derivative.source


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_of_items_stay(dtype: Any) -> None:
    def f(xs: Any) -> Any:
        ys = []
        for x in xs:
            ys.append(np.exp(x))
            ys.append(x * x)
        return (np.stack(ys) ** 2).sum()

    gradient = sourcead.grad(f).specialize([array(3).astype(dtype)])([array(3).astype(dtype)] * 2)
    assert [g.dtype for g in gradient] == [dtype, dtype]
    assert not np.shares_memory(*gradient)


def test_the_items_of_something_unknown() -> None:
    """What a list is extended by may be a list, a tuple or an array: its cotangent is of that type."""

    def extended(x: Any) -> Any:
        items = [x[0]]
        items.extend(x)
        items[2] = items[1] * items[0]
        again = list(items)
        return sum([v * v for v in items]) + x[1] * again[2]

    first = function_of(sourcead.grad(extended).source)
    for x in ([1.0, 2.0], (1.0, 2.0), np.array([1.0, 2.0, 3.0]), np.ones(3, np.float32)):
        check = sourcead.grad(extended)(copy.deepcopy(x))
        assert_identical(first(copy.deepcopy(x)), check, type(x).__name__)

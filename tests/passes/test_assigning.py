"""First contributions: zeros are made only where something else than one addition a turn needs them; the numbers and
the memory of the gradients are right either way."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import sourcead
from sourcead.passes.assigning import assign_first_contributions
from sourcead.switches import is_on, without
from sourcead.verify import verify
from tests.compiling import compiled
from tests.kit import assert_trees_close, central_differences
from tests.programs.kit import Program, Table, array, check_generic, check_specialised

programs = Table("lists of containers")


class Layer(NamedTuple):
    W: Any
    b: Any


@dataclass
class Unit:
    w: Any
    name: str
    slope: float


def layers(n: int, dtype: str = "float64") -> list[tuple[Any, Any]]:
    return [(array(3, 3, seed=k).astype(dtype), array(3, seed=k + 9).astype(dtype)) for k in range(n)]


@programs(layers(3), array(4, 3), again=[([], array(4, 3)), (layers(1), array(4, 3))])
def pairs(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.sum(x * x)


@programs(layers(2, "float32"), array(4, 3).astype("float32"))
def narrow(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.mean(x * x)


@programs([{"W": W, "b": b} for W, b in layers(3)], array(4, 3))
def dicts(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer["W"] + layer["b"])
    return np.sum(x * x)


@programs([Layer(*pair) for pair in layers(3)], array(4, 3))
def namedtuples(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer.W + layer.b)
    return np.sum(x * x)


@programs([Unit(array(3), "a", 0.5), Unit(array(3, seed=1), "b", 0.25)], array(3))
def dataclasses_with_names(units, x):
    for unit in units:
        x = np.tanh(x * unit.w) + unit.slope * x
    return np.sum(x * x)


@programs([(array(3), (array(3, seed=k), 0.5 + k)) for k in range(3)], array(3))
def nested_tuples(rows, x):
    for a, (b, c) in rows:
        x = np.sin(x * a + b) * c
    return np.sum(x)


@programs([(array(3, seed=k), 2 + k) for k in range(3)], array(3))
def tuples_with_counts(rows, x):
    for a, p in rows:
        x = np.sin(x * a) * p
    return np.sum(x)


@programs(layers(3), array(4, 3))
def a_part_unused(layers, x):
    for W, _b in layers:
        x = np.tanh(x @ W)
    return np.sum(x)


@programs(layers(3), array(4, 3))
def by_number(layers, x):
    for i in range(len(layers)):
        x = np.tanh(x @ layers[i][0] + layers[i][1])
    return np.sum(x)


@programs(layers(4), array(4, 3))
def a_neighbour_too(layers, x):
    for i in range(1, len(layers)):
        x = np.tanh(x @ layers[i][0] + layers[i - 1][1])
    return np.sum(x)


@programs(layers(3), array(4, 3))
def two_loops(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    penalty = 0.0
    for W, _ in layers:
        penalty = penalty + np.sum(W * W)
    return np.sum(x) + 0.1 * penalty


@programs(layers(3), array(4, 3))
def with_a_comprehension(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.sum(x) + 0.1 * sum(np.sum(W**2) + np.sum(b) for W, b in layers)


@programs(layers(3), array(4, 3))
def some_turns(layers, x):
    for W, b in layers:
        if np.sum(x) > 100:
            break
        x = np.tanh(x @ W + b)
    return np.sum(x)


@programs(layers(3), array(4, 3))
def a_part_of_the_list(layers, x):
    for W, b in layers[1:]:
        x = np.tanh(x @ W + b)
    W, b = layers[-1]
    return np.sum(x @ W) + np.sum(b)


@programs(layers(3), array(2, 4, 3))
def less_turns_than_items(layers, xs):
    s = 0.0
    for (W, b), x in zip(layers, xs):  # noqa: B905
        s = s + np.sum(np.tanh(x @ W + b))
    return s


@programs(layers(3), array(4, 3))
def in_a_branch(layers, x):
    for W, b in layers:
        if W[0, 0] > 0:
            x = np.tanh(x @ W + b)
    return np.sum(x)


@programs(layers(2), array(4, 3), 3)
def in_a_loop(layers, x, n):
    for _ in range(n):
        for W, b in layers:
            x = np.tanh(x @ W + b)
    return np.sum(x)


@programs([array(3, seed=k) for k in range(3)], array(3))
def one_cotangent_for_all(xs, y):
    s = 0.0 * y
    for x in xs:
        s = s + x
    return np.sum(s * y)


@programs([(array(3, seed=k), array(3, seed=k + 5)) for k in range(3)], array(3))
def one_cotangent_for_both(rows, y):
    s = 0.0 * y
    for a, b in rows:
        s = s + (a + b)
    return np.sum(s * y)


@programs([array(2, 3, seed=k) for k in range(3)])
def views(xs):
    s = 0.0
    for x in xs:
        s = s + x.T[0].sum() + np.sum(x)
    return s


@programs([[array(3), array(3, seed=1)], [array(3, seed=2), array(3, seed=3)]], array(3))
def lists_of_lists(rows, x):
    for row in rows:
        for item in row:
            x = np.sin(x * item)
    return np.sum(x)


@programs([(array(3), [0.5, 1.5]), (array(3, seed=1), [2.5])], array(3))
def lists_in_tuples(rows, x):
    for a, cs in rows:
        for c in cs:
            x = np.sin(x * a * c)
    return np.sum(x)


@programs(array(5), array(4, 3))
def numbers_of_an_array(x, y):
    s = 0.0
    for i in range(len(x)):
        s = s + np.sin(x[i]) * s + x[i]
    return s + np.sum(y)


@programs(array(5, 3), again=[(array(1, 3),), (np.zeros((0, 3)),)])
def rows_of_an_array(x):
    s = 0.0
    for row in x:
        s = s * 0.5 + np.sum(row * row)
    return s


@programs(array(5), array(5))
def of_another_length(x, y):
    s = 0.0
    for i in range(len(y) - 1):
        s = s + x[i] * y[i] * s + x[i + 1]
    return s


PROGRAMS = list(programs.programs.values())
ASSIGNED = ("pairs", "narrow", "dicts", "namedtuples", "by_number", "nested_tuples", "a_part_unused",
            "numbers_of_an_array", "rows_of_an_array", "one_cotangent_for_all", "lists_of_lists")  # fmt: skip
KEPT = ("a_neighbour_too", "less_turns_than_items", "some_turns", "in_a_loop", "of_another_length")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_gradients_agree_with_differences(program: Program) -> None:
    check_specialised(program)


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.name in ("pairs", "dicts")], ids=lambda p: p.name)
def test_the_text_for_any_kind_is_right(program: Program) -> None:
    check_generic(program)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_with_and_without_agree(program: Program) -> None:
    found = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    with without("first contributions"):
        plain = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    with without("all"):
        bare = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    tolerance = (1e-5, 1e-6) if program.name == "narrow" else (1e-12, 1e-12)
    assert_trees_close(found, plain, *tolerance, what="without first contributions")
    assert_trees_close(found, bare, *tolerance, what="without all")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_the_pass_keeps_the_numbers(program: Program) -> None:
    stages = compiled(program.f, *program.args)
    stage = "one sweep" if is_on("one sweep") else "adjoint"
    before = stages.seen[stage]
    after = assign_first_contributions(before)
    verify(after)
    expected = stages.run(stage, *copy.deepcopy(program.args))
    stages.seen["assigned"] = after
    found = stages.run("assigned", *copy.deepcopy(program.args))
    assert_trees_close(found, expected, 1e-6, 1e-9, what=program.name)


@pytest.mark.parametrize("name", ASSIGNED)
@pytest.mark.optimised
def test_no_zeros_are_made_where_each_turn_has_an_item_of_its_own(name: str) -> None:
    program = programs.programs[name]
    with without("items as floats"):
        source = sourcead.grad(program.f).specialize(*program.args).source
    with without("first contributions", "items as floats"):
        plain = sourcead.grad(program.f).specialize(*program.args).source
    zeros = sum(plain.count(word) - source.count(word) for word in ("zeros_like", "zeros(", "[0.0]"))
    assert (zeros > 0 and ".reverse()" in source) or "np.empty_like" in source
    assert "match(" not in source and "add(" not in source


@pytest.mark.parametrize("name", KEPT)
def test_zeros_stay_where_an_item_may_have_none_or_several(name: str) -> None:
    program = programs.programs[name]
    source = sourcead.grad(program.f).specialize(*program.args).source
    with without("first contributions"):
        assert sourcead.grad(program.f).specialize(*program.args).source == source
    assert "match(" not in source and "add(" not in source


@pytest.mark.parametrize("name", ["pairs", "dicts", "nested_tuples", "by_number", "two_loops", "in_a_branch"])
def test_no_helper_is_called_where_kinds_are_known(name: str) -> None:
    program = programs.programs[name]
    for switches in ((), ("all",)):
        with without(*switches):
            source = sourcead.grad(program.f).specialize(*program.args).source
        assert source.count("def ") == 1, source


def test_an_array_twice_in_a_list_has_two_gradients() -> None:
    W, b = array(3, 3), array(3)
    first, second = sourcead.grad(pairs)([(W, b), (W, b)], array(4, 3))
    assert not np.shares_memory(first[0], second[0]) and np.abs(first[0] - second[0]).max() > 1e-6


@pytest.mark.parametrize("f", [pairs, two_loops, dicts])
def test_it_is_differentiated_again(f: Any) -> None:
    def penalty(layers: Any, x: Any) -> Any:
        return sum(np.sum(np.sin(d[key])) for d in sourcead.grad(f)(layers, x) for key in keys)

    args, keys = (programs.programs[f.__name__].args), ("W", "b") if f is dicts else (0, 1)
    assert_trees_close(
        sourcead.grad(penalty)(*args), central_differences(penalty, args, 0), 1e-5, 1e-7, what="second derivative"
    )


def test_a_pullback_of_a_loop_over_rows_waits_for_its_cotangent() -> None:
    def squares(values: Any) -> Any:
        total = 0.0
        for a in values:
            total += a**2
        return total

    value, pullback = sourcead.vjp(squares, np.array([1.0, 2.0]))
    assert value == 5.0
    np.testing.assert_array_equal(pullback(2.0)[0], [4.0, 8.0])

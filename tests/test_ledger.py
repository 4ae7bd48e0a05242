"""The ledger against sizes worked out by hand, and against what the generated code really holds when it is run."""

from __future__ import annotations

import ast
import copy
import dataclasses
import gc
import json
import weakref
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import Ledger, grad, value_and_grad, vjp
from sourcead.compiling import Options
from sourcead.emission import Emission
from sourcead.ledger import Entry
from sourcead.switches import without
from tests.corpus import EXAMPLES, Example
from tests.realistic import dynamics, learning, linear_algebra, sequences
from tests.realistic.test_realistic import KNOWN_DEFECTS
from tests.weighing import names_at, weighed, weight

REALISTIC = [
    Example(p.f, p.args, p.argnums if isinstance(p.argnums, tuple) else (p.argnums,))
    for module in (dynamics, learning, linear_algebra, sequences)
    for p in module.programs.programs.values()
    if p.refused is None and f"specialised {p.name}" not in KNOWN_DEFECTS
]


def mlp(params, X, y):
    W1, b1, W2, b2 = params
    z = X @ W1 + b1
    h = np.maximum(z, 0)
    s = h @ W2 + b2
    return np.mean((s - y) ** 2)


def network(batch: int, dtype: type = np.float32) -> tuple[Any, ...]:
    params = (np.ones((20, 64), dtype), np.ones(64, dtype), np.ones((64, 1), dtype), np.ones(1, dtype))
    return params, np.ones((batch, 20), dtype), np.ones((batch, 1), dtype)


def recurrence(x, n, rate):
    for i in range(n):
        t = x * rate + i
        x = x + 0.1 * np.sin(t)
    return np.sum(x**2)


def entry(ledger: Ledger, name: str) -> Entry:
    (found,) = [e for e in (*ledger.entries, *ledger.free, *ledger.held) if e.name == name]
    return found


def by_name(ledger: Ledger) -> dict[str, int | None]:
    return {e.name: e.bytes for e in ledger.entries}


# By hand -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 4), (np.float64, 8)])
@pytest.mark.parametrize("batch", [7, 256])
def test_a_network_keeps_what_one_works_out_by_hand(batch: int, dtype: type, size: int) -> None:
    ledger = grad(mlp).ledger(*network(batch, dtype))
    kept = by_name(ledger)
    assert kept.pop("z") == batch * 64 * size  # read by the mask of the maximum
    assert kept.pop("h") == batch * 64 * size  # read by dW2
    assert sum(n or 0 for n in kept.values()) <= 2 * batch * size  # s - y, or s
    assert ledger.total_bytes == sum(n or 0 for n in by_name(ledger).values())
    assert entry(ledger, "z").formula == f"{size} * X.shape[0] * params[0].shape[1]"
    assert entry(ledger, "z").why == "dear: a matrix product"
    assert {e.name: e.why for e in ledger.free}["X"] == "an argument"
    assert {e.name: e.why for e in ledger.free}["W2"] == "part of params"


def test_a_loop_keeps_its_states() -> None:
    ledger = grad(recurrence).ledger(np.ones(5), 3, 2.0)
    assert by_name(ledger) == {"xs": 5 * 8 * 3, "x": 5 * 8}
    assert entry(ledger, "xs").formula == "8 * x.shape[0] * n"
    assert entry(ledger, "xs").why == "state at the start of a turn"
    assert entry(ledger, "x").why == "state after the last turn"
    assert [again.name for again in ledger.recomputed] == ["t"]
    assert ledger.total_bytes == 160 and not ledger.unknown and not ledger.at_most


def test_formulas_are_expressions_of_the_arguments() -> None:
    args = network(9)
    names = dict(zip(("params", "X", "y"), args, strict=True))
    for e in grad(mlp).ledger(*args).entries:
        assert eval(e.formula, names) == e.bytes


def test_turns_that_differ_are_summed() -> None:
    def triangle(x):
        total = 0.0
        for i in range(len(x)):
            y = x[i]
            for _ in range(i + 1):
                y = np.sin(y) * y
            total = np.sin(total) + y
        return total

    ledger = grad(triangle).ledger(np.ones(6))
    (states,) = [e for e in ledger.entries if e.formula.startswith("sum(")]
    assert states.formula == "sum(8 * (i + 1) for i in range(x.shape[0]))"
    assert states.bytes == 8 * 21


def test_what_only_a_run_can_tell_is_none() -> None:
    def newton(a):
        x = a
        while abs(x * x - a) > 1e-9:
            x = 0.5 * (x + a / x)
        return x

    ledger = grad(newton).ledger(2.0)
    assert (entry(ledger, "xs").formula, entry(ledger, "xs").bytes) == ("8 * turns", None)
    assert ledger.unknown == ("xs",)
    text = str(ledger)
    assert "?  8 * turns" in text and "total at least 8 bytes" in text and "to a run: xs" in text.replace("\n", " ")


def test_a_mask_selects_what_only_a_run_can_tell() -> None:
    def positive(x):
        y = np.exp(x[x > 0])
        return np.sum(y * y)

    ledger = grad(positive).ledger(np.ones(4))
    assert entry(ledger, "y").formula == "8 * size" and entry(ledger, "y").bytes is None


def test_a_loop_that_may_end_early_keeps_at_most_so_much() -> None:
    def early(x, n):
        for _ in range(n):
            x = x * np.sin(x)
            if x < 0.1:
                break
        return x

    ledger = grad(early).ledger(0.9, 50)
    (states,) = [e for e in ledger.entries if e.formula == "8 * n"]
    assert states.bytes == 400 and states.at_most and ledger.at_most
    assert "<= 400" in str(ledger) and "total at most" in str(ledger)


# Reasons -------------------------------------------------------------------------------------------------------


def why(function: Any, *args: Any) -> dict[str, str]:
    return {e.name: e.why for e in grad(function).ledger(*args).entries}


@pytest.mark.optimised
def test_dear_values() -> None:
    def f(x, W):
        a = np.tanh(x)
        b = W @ a
        c = np.sum(b)
        return np.sum(a * b) * c

    assert why(f, np.ones(3), np.ones((3, 3))) == {
        "a": "dear: tanh", "b": "dear: a matrix product", "c": "dear: a reduction"
    }  # fmt: skip


@pytest.mark.optimised
def test_drawn_values() -> None:
    def f(x, rng):
        for _ in range(3):
            mask = rng.random(x.shape) < 0.5
            x = x * x * mask
        return np.sum(x)

    reasons = why(f, np.ones(4), np.random.default_rng(0))
    assert [name for name, reason in reasons.items() if reason.startswith("drawn")] == ["masks"]


@pytest.mark.optimised
def test_values_that_a_store_overwrites() -> None:
    def f(x):
        a = np.zeros(len(x))
        for i in range(len(x)):
            a[i] = np.exp(x[i])
            a[i] = a[i] * a[i]
        return np.sum(a)

    assert why(f, np.ones(5))["saved"] == "overwritten later by a store"
    assert why(f, np.ones(5)).get("a", "for its shape alone") == "for its shape alone"


def test_the_functions_own_list() -> None:
    def f(x):
        parts = [x]
        for _ in range(3):
            parts.append(parts[-1] * np.sin(x))
        return sum(np.dot(p, p) for p in parts)

    ledger = grad(f).ledger(np.ones(2))
    assert entry(ledger, "parts").why == "the function's own list"
    assert entry(ledger, "parts").bytes == 4 * 2 * 8


def test_a_list_that_begins_as_another_is_not_guessed() -> None:
    def f(xs):
        items = list(xs)
        items.append(items[0] * items[-1])
        items.extend([items[0], items[1]])
        return sum(x * x for x in items)

    ledger = grad(f).ledger([1.0, 2.0])
    assert entry(ledger, "items").bytes is None


def test_what_an_argument_gets_is_counted_alone() -> None:
    def f(xs):
        xs.append(xs[0] * xs[1])
        return xs[0] * sum(x * x for x in xs)

    ledger = grad(f).ledger([1.0, 2.0])
    assert (entry(ledger, "xs").bytes, entry(ledger, "xs").why) == (8, "what an argument has got")


def test_what_is_free_and_what_is_held() -> None:
    def f(params, x):
        W, b = params
        z = W @ x + b
        y = np.tanh(z)
        return np.sum(y * y)

    ledger = grad(f).ledger((np.ones((3, 2)), np.ones(3)), np.ones(2))
    assert by_name(ledger) == {"y": 24}
    assert [(e.name, e.bytes) for e in ledger.held] == [("z", 24)]
    assert "Not read again, but there until the end: z: 24 bytes" in str(ledger)


def test_a_view_counts_what_it_holds_once() -> None:
    def f(x):
        a = np.exp(x)
        first, second = a[:2], a[2:4]
        return np.sum(first * second)

    ledger = grad(f).ledger(np.ones(10))
    assert ledger.total_bytes in (80, 160)  # a itself is read again, or one of its views holds it
    assert [e.name for e in ledger.free if e.what == "shared"]


# Against what is there when it runs -----------------------------------------------------------------------------


@pytest.mark.parametrize("given", [*EXAMPLES, *REALISTIC], ids=lambda given: given.name)
def test_the_ledger_says_what_the_code_holds(given: Example) -> None:
    special = grad(given.function, given.argnums).specialize(*given.args)
    ledger = special.ledger()
    assert ledger.source == special.source
    for name, said, there, at_most in weighed(ledger, special.fn, given.args):
        assert said is None or said == there or (at_most and said > there), name
    check_lines(ledger)
    assert max(map(len, str(ledger).splitlines())) <= 100
    assert json.loads(json.dumps(ledger.as_dict()))["total_bytes"] == ledger.total_bytes


def check_lines(ledger: Ledger) -> None:
    """Every line that an entry names is one that speaks of it."""
    statements: dict[int, set[str]] = {}
    for node in ast.walk(ast.parse(ledger.source)):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef):
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            statements.setdefault(node.lineno, set()).update(names)
    for e in ledger.entries:
        assert e.made and e.read, e
        assert all(e.name in statements[spot.line] for spot in e.made), e
        if not e.function.endswith("_fwd"):  # there the second function may call it otherwise
            assert all(e.name in statements[spot.line] for spot in e.read), e
            assert max(spot.line for spot in e.made) < min(spot.line for spot in e.read), e


@pytest.mark.parametrize("given", EXAMPLES[::4], ids=lambda given: given.name)
def test_also_without_any_optimisation(given: Example) -> None:
    with without("all"):
        special = grad(given.function, given.argnums).specialize(*given.args)
    for name, said, there, at_most in weighed(special.ledger(), special.fn, given.args):
        assert said is None or said == there or (at_most and said > there), name


def test_lines_of_the_users_own_text() -> None:
    ledger = grad(mlp).ledger(*network(4))
    first = mlp.__code__.co_firstlineno
    assert [spot.origin for spot in entry(ledger, "z").made] == [first + 2]
    assert [spot.origin for spot in entry(ledger, "z").read] == [first + 3]
    assert not any(spot.file for spot in entry(ledger, "z").made)


# Other derivatives ---------------------------------------------------------------------------------------------


def test_a_pullback_owns_what_it_reads() -> None:
    args = network(8)
    ledger = sourcead.Derivative(mlp, Options(0, "vjp", False)).ledger(*args)
    _, pullback = vjp(mlp, *args)
    assert pullback is not None
    assert {entry(ledger, name).why for name in ("X", "W2")} == {"the pullback owns what it reads"}
    special = sourcead.Derivative(mlp, Options(0, "vjp", False)).specialize(*args)
    _, partial = special.fn(*args)
    assert weight(partial.args[0]) == ledger.total_bytes


@pytest.mark.parametrize("given", EXAMPLES, ids=lambda given: given.name)
@pytest.mark.optimised
def test_a_pullback_holds_what_the_ledger_says(given: Example) -> None:
    derived = sourcead.Derivative(given.function, Options(given.argnums, "vjp", False))
    try:
        special = derived.specialize(*given.args)
    except sourcead.SourceADError:
        return
    ledger = special.ledger()
    names = dict(zip(derived.callee.names, derived.callee.bind(*given.args), strict=True))
    free = {e.name for e in ledger.free}
    if ledger.unknown or free - names.keys():
        return  # parts of others are weighed twice here
    _, partial = special.fn(*copy.deepcopy(given.args))
    whole = ledger.total_bytes + sum(weight(names[name]) for name in free)
    assert weight(partial.args[0]) == whole or (ledger.at_most and weight(partial.args[0]) < whole)


def test_a_function_that_calls_itself() -> None:
    def power(x, n):
        return 1.0 if n == 0 else np.sin(x) * power(x, n - 1)

    ledger = grad(power).ledger(0.7, 4)
    assert ledger.unknown and all("calls" in e.formula for e in ledger.entries if e.bytes is None)


def test_forward_mode_keeps_nothing() -> None:
    ledger = sourcead.Derivative(recurrence, Options(0, "jvp", False)).ledger(np.ones(3), 2, 1.0)
    assert (ledger.entries, ledger.total_bytes) == ((), 0)
    assert "nothing" in str(ledger)


def test_tangents_of_gradients_have_no_ledger() -> None:
    hvp = sourcead.Derivative(grad(recurrence), Options(0, "jvp", False))
    with pytest.raises(sourcead.UnsupportedError, match="take that of the gradient"):
        hvp.ledger(np.ones(3), 2, 1.0)


def test_a_loop_of_both_sweeps_reads_what_stands_before_it() -> None:
    def chain(x, y):
        a = np.exp(x) * y
        b = np.log(2 + a * a)
        return np.sum(np.sin(b) * np.tanh(a))

    args = (np.ones(200_000), np.ones(200_000))
    ledger = value_and_grad(chain).ledger(*args)
    assert "a" in by_name(ledger) and "dx" not in by_name(ledger) and "value" not in by_name(ledger)


def test_numba_text_has_no_ledger_of_its_own() -> None:
    derived = sourcead.Derivative(mlp, Options(0, "grad", False, Emission(backend="numba")))
    with pytest.raises(sourcead.UnsupportedError, match="NumPy text"):
        derived.ledger(*network(2))


def test_second_derivatives_have_a_ledger() -> None:
    twice = grad(grad(lambda x: np.sin(x) * x**3))
    special = twice.specialize(0.3)
    for name, said, there, _ in weighed(special.ledger(), special.fn, (0.3,)):
        assert said == there, name


# The object ----------------------------------------------------------------------------------------------------


def test_a_specialisation_has_the_same_ledger() -> None:
    args = network(16)
    both = value_and_grad(mlp)
    assert both.specialize(*args).ledger() == both.ledger(*args)


def test_a_specialisation_holds_no_arrays() -> None:
    x = np.ones(1000)
    alive = weakref.ref(x)
    special = grad(recurrence).specialize(x, 2, 1.0)
    del x
    gc.collect()
    assert alive() is None
    assert special.ledger().total_bytes == 8 * 1000 * 3


def test_nothing_is_run() -> None:
    def f(x, log):
        log.append(1)
        return np.sum(np.exp(x) ** 2)

    log: list[int] = [0]
    grad(f).ledger(np.ones(3), log)
    assert log == [0]


def test_a_ledger_is_frozen_and_exported() -> None:
    ledger = grad(mlp).ledger(*network(2))
    assert isinstance(ledger, sourcead.Ledger)
    with pytest.raises(dataclasses.FrozenInstanceError):
        ledger.name = "other"  # type: ignore[misc]
    assert names_at(lambda x: x, 10**9, (1,)) == {}


TABLE = """\
grad of recurrence keeps for its backward part (lines of the generated text; in brackets your own)

name  made  read  bytes  formula             why kept
xs    L     L       120  8 * x.shape[0] * n  state at the start of a turn
x     L     L        40  8 * x.shape[0]      state after the last turn

total 160 bytes of data, all there when the backward part begins; temporaries on top

Read again, and there anyway: n (an argument); rate (an argument)

Computed again: t L"""


def test_the_table() -> None:
    import re

    text = str(grad(recurrence).ledger(np.ones(5), 3, 2.0))
    lines = re.sub(r"\b\d+ \(\d+\)", "L", text)
    lines = re.sub(r"^(xs    L) +(\d+) ", r"\1     L ", lines, flags=re.M)
    squeezed = [re.sub(r" +", " ", line) for line in lines.splitlines()]
    assert squeezed == [re.sub(r" +", " ", line) for line in TABLE.splitlines()]

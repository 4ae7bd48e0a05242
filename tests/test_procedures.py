"""Procedures from end to end: the IR of `invoke`, effects, saved modules, signatures, Python's own limit."""

from __future__ import annotations

import builtins
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.backend.load import load
from sourcead.backend.writer import write
from sourcead.dump import dump
from sourcead.interpret import interpret
from sourcead.ir import Block, Const, Function, Op, Param, Value
from sourcead.kinds import FLOAT, INT, TOP
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_named
from sourcead.verify import InvalidIR, verify
from tests.compiling import compiled, function_of
from tests.kit import assert_trees_close, central_differences

SCALE = 1.5


def power(x: Any, n: Any) -> Any:
    """x to the n, times a global."""
    if n == 0:
        return SCALE
    return x * power(x, n - 1)


def loss(x: Any, n: Any) -> Any:
    total = 0.0
    for i in range(n):
        total = total + power(x * total, i) * power(2.0, i)
    return total


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("function", [power, loss])
def test_every_stage_computes_the_gradient(function: Any, generic: bool) -> None:
    found = compiled(function, 0.9, 4, generic=generic)
    expected = central_differences(function, (0.9, 4), 0)
    assert found.run_text(0.9, 4) == pytest.approx(expected, rel=1e-6)
    for stage in found.seen:
        if stage in ("resolve", "stabilise"):
            assert found.run(stage, 0.9, 4) == function(0.9, 4)
        else:
            assert found.run(stage, 0.9, 4) == pytest.approx(expected, rel=1e-6), stage
    assert found.run_text(0.9, 0) == found.run("adjoint", 0.9, 0) == 0.0


def test_the_names_and_order_of_the_module() -> None:
    final = compiled(loss, 0.9, 4, mode="value_and_grad").final
    assert [f.name for f in final.further] == ["power", "power_fwd", "power_bwd"]
    assert [f.name for f in compiled(power, 0.9, 4).final.further] == ["power_fwd", "power_bwd"]
    text = write(final)
    starts = [text.index(f"def {name}(") for name in ("power", "power_fwd", "power_bwd", "loss_value_and_grad")]
    assert starts == sorted(starts)


def halving() -> Function:
    """halved(x, n) = x if n == 0 else halved(x * 0.5, n - 1), invoked once."""
    x, n = Value("x", FLOAT), Value("n", INT)
    test, less, half, again, out = Value("t"), Value("m", INT), Value("h", FLOAT), Value("r", FLOAT), Value("y", FLOAT)
    names = {name: primitive_named(f"operator.{name}") for name in ("eq", "sub", "mul")}
    attrs = (("callee", "halved"), ("fresh", True), ("part", "primal"))
    inner = (
        Op(names["sub"], (n, Const(1)), (less,)),
        Op(names["mul"], (x, Const(0.5)), (half,)),
        Op(structural.invoke(), (half, less), (again,), attrs),
    )
    blocks = (Block((), (), (x,)), Block((), inner, (again,)))
    body = (Op(names["eq"], (n, Const(0)), (test,)), Op(structural.IF, (test,), (out,), (), blocks))
    params = (Param("x"), Param("n"))
    halved = Function("halved", params, Block((x, n), body, (out,)))
    a, b, result = Value("a", FLOAT), Value("b", INT), Value("z", FLOAT)
    call = Op(structural.invoke(), (a, b), (result,), attrs)
    return Function("f", (Param("a"), Param("b")), Block((a, b), (call,), (result,)), further=(halved,))


def test_the_interpreter_invokes() -> None:
    made = halving()
    verify(made)
    assert [interpret(made, 8.0, k) for k in range(4)] == [8.0, 4.0, 2.0, 1.0]
    assert load(write(made), "f")(8.0, 3) == 1.0


def test_the_dump_shows_the_further_functions_first() -> None:
    text = dump(halving())
    assert text.startswith("def halved(x: float, n: int):\n")
    assert "r: float = invoke halved(h, m)\n" in text and "\n\ndef f(a: float, b: int):\n" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: replace(f, further=()), "halved is invoked, and is no function of the module"),
        (lambda f: replace(f, further=(*f.further, f.further[0])), "two functions of one name"),
        (lambda f: replace(f, name="halved"), "two functions of one name"),
        (lambda f: _changed(f, args=()), "invoked with 0 arguments for 2 parameters"),
        (lambda f: _changed(f, outs=(*f.body.ops[0].outs, Value("s"))), "invoked as primal for 2 results"),
        (lambda f: _changed(f, attrs=(("callee", "halved"), ("part", "sideways"))), "invoked as sideways"),
    ],
)
def test_the_verifier_finds_wrong_calls(change: Any, words: str) -> None:
    with pytest.raises(InvalidIR, match=words):
        verify(change(halving()))


def _changed(function: Function, **changes: Any) -> Function:
    (op,) = function.body.ops
    return replace(function, body=replace(function.body, ops=(replace(op, **changes),)))


def test_effects_happen_once_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    def noisy(x: Any, n: Any) -> Any:
        print("in", n)
        y = x if n == 0 else np.sin(x * noisy(x, n - 1))
        print("out", n)
        return y

    expected_value = noisy(0.5, 3)
    expected = capsys.readouterr().out
    value, gradient = sourcead.value_and_grad(noisy)(0.5, 3)
    assert capsys.readouterr().out == expected and value == expected_value
    assert_trees_close(gradient, central_differences(noisy, (0.5, 3), 0))


def test_a_call_whose_value_is_not_used_stays() -> None:
    def checked(x: Any, n: Any) -> Any:
        assert n < 4
        return x if n == 0 else checked(x, n - 1)

    def f(x: Any, n: Any) -> Any:
        checked(x, n)
        return x * x

    assert sourcead.grad(f)(3.0, 3) == 6.0
    with pytest.raises(AssertionError):
        sourcead.grad(f)(3.0, 4)


def test_the_limit_of_recursion_is_pythons() -> None:
    with pytest.raises(RecursionError):
        sourcead.grad(power)(1.0, 100_000)


def test_saved_modules_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "saved.py"
    sourcead.value_and_grad(loss).specialize(0.9, 4).save(path)
    code = "import saved; print(saved.loss_value_and_grad(0.9, 5))"
    done = subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.strip() == str(sourcead.value_and_grad(loss)(0.9, 5))


def test_globals_are_read_at_each_call() -> None:
    text = "def f(x, n):\n    return RATE if n == 0 else x * f(x, n - 1)"
    f = function_of(text, RATE=2.0)
    gradient = sourcead.grad(f)
    assert gradient(3.0, 2) == 12.0
    f.__globals__["RATE"] = 5.0
    assert gradient(3.0, 2) == 30.0


def test_one_text_for_all_depths() -> None:
    special = sourcead.grad(power).specialize(2.0, 3)
    assert [special(2.0, n) for n in range(4)] == [0.0, 1.5, 6.0, 18.0]


def test_numbers_of_signatures_stay_small() -> None:
    def f(x: Any, n: Any) -> Any:
        def g(v: Any, k: Any) -> Any:
            return v if k == 0 else v * g(v + 1, k - 1)

        return g(x, n) + g(np.float64(2.0) * x, n) + g(3, n) + g(x, 2) + g(x, n + 1)

    final = compiled(f, 0.5, 3).final
    assert len(final.further) <= 5
    assert final.captures == () or all(c.name in vars(builtins) or c.name == "np" for c in final.captures)


def test_what_comes_back_is_the_arguments_memory_where_f_says_so() -> None:
    def same(u: Any, n: Any) -> Any:
        return u if n == 0 else same(u, n - 1)

    def stored(u: Any, n: Any) -> Any:
        v = same(u, n)
        v[0] = 0.0
        return v.sum()

    with pytest.raises(sourcead.UnsupportedError, match="a store into `v`"):
        sourcead.grad(stored)(np.ones(3), 2)


def test_a_kind_that_is_not_known_is_a_helpers_business() -> None:
    assert TOP in {p.kind for p in compiled(power, 1.0, 2, generic=True).final.further[0].body.params}

"""Calls: Python functions are inlined with their defaults, late binding is refused, unknown callees stay calls."""

from __future__ import annotations

import pytest

from tests.compiling import ops_named, primal
from tests.small import gradient, program

INNER = program("def g(x, k=2.0, *, c=1.0):\n    return k * x * c")


@pytest.mark.parametrize(
    "call", ["g(x)", "g(x, 3.0)", "g(x, c=4.0)", "g(k=x, x=2.0)", "g(g(x))", "(lambda v: v * v)(x)"]
)
def test_python_functions_are_inlined(call: str) -> None:
    f = f"def f(x):\n    return {call} * 2.0"
    assert not ops_named(primal(program(f, g=INNER), 1.5), "call")
    assert "g(" not in gradient(f, 1.5, g=INNER)


def test_a_closure_reads_what_it_captured() -> None:
    assert gradient("def f(x):\n    a = x * x\n    def h(v):\n        return v * a\n    return h(x)", 1.5)


def test_late_binding() -> None:
    assert gradient("def f(x):\n    a = x\n    h = lambda: a * 2\n    a = a * 3\n    return h()", 1.0) == "return 6.0"


def test_a_default_binds_early() -> None:
    assert gradient("def f(x):\n    a = x\n    h = lambda a=a: a * 2\n    a = a * 3\n    return h() * a", 1.5)


def test_a_callee_without_source_stays_a_call() -> None:
    (call,) = ops_named(primal(program("def f(x, n):\n    note(n)\n    return x * x", note=[].append), 1.5, 2), "call")
    assert "io" in call.primitive.effects

"""`sourcead.doctor`: what is refused in functions, classes and modules, and what hides behind it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.compiling import function_of


def doctor(text: str, *args: Any, **names: Any) -> sourcead.Report:
    return sourcead.doctor(function_of(text, np=np, **names), *args)


def lines(report: sourcead.Report) -> list[tuple[str, int]]:
    return [(d.message, d.at.line) for d in report.refusals if d.at is not None]


def test_a_report_has_the_diagnoses() -> None:
    report = doctor("def f(x):\n    class A:\n        pass\n    yield x\n")
    assert not report.ok
    assert [line for _, line in lines(report)] == [2, 4]
    assert all(d.help for d in report.refusals)
    assert report.functions[0].refusals == report.refusals
    assert "`yield` is not differentiated" in str(report)


def test_syntax_does_not_hide_meaning() -> None:
    text = "def f(x):\n    class A:\n        y = x * 2\n    z = np.poly(A(x))\n    return missing(z) * x\n"
    found = lines(doctor(text))
    assert found == [
        ("a class defined inside a function is not differentiated", 2),
        ("no derivative rule for np.poly", 4),
        ("the name `missing` is not defined", 5),
    ]


def test_a_call_without_rule_hides_none_before_it() -> None:
    text = "def f(x):\n    a = np.poly(x)\n    b = np.roots(a)\n    return np.poly(b)\n"
    assert sorted(line for _, line in lines(doctor(text))) == [2, 3, 4]


def test_what_follows_from_a_refusal_is_not_one() -> None:
    found = lines(doctor("def f(x):\n    a = missing(x)\n    b = a.b.c(x)\n    return float(b[3]) + 1\n"))
    assert found == [("the name `missing` is not defined", 2)]


def test_in_loops_and_branches_each_once() -> None:
    text = (
        "def f(x, n):\n    y = x\n    for i in range(n):\n        if i > 2:\n            y = y + missing\n"
        "        else:\n            y = y * absent(y)\n    while y < 3:\n        y = lost(y)\n    return y\n"
    )
    assert [line for _, line in lines(doctor(text))] == [5, 7, 9]


def test_a_callee_is_blamed_at_its_own_place_and_once() -> None:
    helper = function_of("def helper(x):\n    return np.poly(x)\n", np=np)
    report = doctor("def f(x):\n    return helper(x) + helper(x * 2)\n", helper=helper)
    assert [(m, at) for m, at in lines(report)] == [("no derivative rule for np.poly", 2)]
    (place,) = [d.at for d in report.refusals]
    assert place is not None and place.function == "helper"


def test_example_arguments_decide() -> None:
    text = "def f(x, axis):\n    return np.sum(np.sum(x, axis=axis))\n"
    generic = doctor(text)
    assert generic.ok and len(generic.open) == 1 and "example arguments" in generic.open[0].help
    special = doctor(text, np.ones((2, 3)), 1)
    assert special.ok and not special.open


def test_an_array_as_result_is_no_refusal() -> None:
    report = doctor("def f(x):\n    return x * 2\n", np.ones(3))
    assert report.ok
    assert report.functions[0].returns == "an array with 1 axis"


def test_a_function_without_parameters() -> None:
    assert doctor("def f():\n    return 1.0\n").ok
    assert not doctor("def f():\n    yield 1.0\n").ok


def test_what_is_no_function() -> None:
    assert not sourcead.doctor(3).ok
    assert "neither Python source nor a derivative rule" in str(sourcead.doctor("".join))


def test_example_arguments_are_for_functions() -> None:
    with pytest.raises(sourcead.ArgumentError, match="is a module"):
        sourcead.doctor(sys.modules[__name__], 1.0)


def test_a_class_in_the_order_of_its_text() -> None:
    report = sourcead.doctor(Layer)
    assert [f.name for f in report.functions] == ["Layer.area", "Layer.make", "Layer.free", "Layer.Inner.deep"]
    assert report.ok


class Layer:
    width = 2.0

    @property
    def area(self) -> float:
        return self.width * self.width

    @classmethod
    def make(cls, x: float) -> float:
        return x * 2

    @staticmethod
    def free(x: float) -> float:
        return x * 3

    class Inner:
        def deep(self, x: float) -> float:
            return x * 4

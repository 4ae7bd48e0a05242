"""`with` and `try`: effects happen as in the function, exceptions keep type, arguments and cause, and a handler that
would go on after active values raises."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import pytest

import sourcead
from sourcead import UnsupportedError, grad

EVENTS: list[Any] = []


def say(event: Any) -> None:
    EVENTS.append(event)


class Noted:
    """Says when it is entered and left, and with which exception."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> Noted:
        EVENTS.append(("in", self.name))
        return self

    def __exit__(self, kind: Any, *rest: Any) -> None:
        EVENTS.append(("out", self.name, kind))


@contextlib.contextmanager
def noted(name: str) -> Iterator[None]:
    EVENTS.append(("in", name))
    try:
        yield
    finally:
        EVENTS.append(("out", name))


def events_of(f: Any, *args: Any) -> tuple[list[Any], Any]:
    """What happens in a call, and what it raises."""
    EVENTS.clear()
    try:
        f(*args)
    except Exception as error:
        return list(EVENTS), (type(error), error.args, type(error.__cause__))
    return list(EVENTS), None


def managed(x: Any) -> Any:
    with Noted("a"), noted("b"):
        y = x * x
        print(y)
        if y > 9:
            raise ValueError("large", 9)
        if y > 4:
            return y * 2
        y = y + 1
    print("after")
    return y * x


def handled(x: Any) -> Any:
    try:
        print("body")
        y = x * x
        if y > 9:
            raise KeyError("large")
        if y > 4:
            raise IndexError("middle")
    except KeyError as error:
        print("handler")
        raise RuntimeError(str(error)) from error
    except IndexError:
        raise
    else:
        print("else")
    finally:
        print("finally")
    return y * x


def sent(x: Any) -> Any:
    try:
        return math.log(x)
    except ValueError:
        return x * 2


@pytest.mark.parametrize("x", [1.5, 2.5, 3.5])
@pytest.mark.parametrize("f", [managed, handled])
def test_effects_and_exceptions_are_those_of_the_function(f: Any, x: float, capsys: Any) -> None:
    expected = events_of(f, x), capsys.readouterr().out
    events_of(grad(f).specialize(x), x)
    capsys.readouterr()
    assert (events_of(grad(f), x), capsys.readouterr().out) == expected


def test_a_handler_that_goes_on_after_active_values_raises_at_run_time() -> None:
    derivative = grad(sent)
    assert derivative(2.0) == 0.5
    with pytest.raises(UnsupportedError, match="test_guarded") as caught:
        derivative(-1.0)
    assert isinstance(caught.value.__cause__, ValueError)


def test_saved_code_raises_without_sourcead(tmp_path: Any) -> None:
    derivative = grad(sent)
    derivative(2.0)
    text = derivative.specialize(2.0).source
    assert "import sourcead" not in text
    assert "raise unfollowed(" in text and "from error" in text


def test_nothing_moves_out_of_a_context() -> None:
    def quiet(x: Any) -> Any:
        with noted("a"):
            y = math.log(x)
        return y * y

    text = sourcead.value_and_grad(quiet).specialize(2.0).source
    lines = [line.strip() for line in text.splitlines()]
    assert lines.index("y = math.log(x)") == lines.index('with noted("a"):') + 1


def test_a_handler_is_not_followed_where_what_its_body_stores_is_read_behind_it() -> None:
    def f(x: Any, text: str) -> Any:
        numbers = {"n": 1}
        try:  # noqa: SIM105 -- the handler is what this is about
            numbers["n"] = int(text)
        except ValueError:
            pass
        return x ** numbers["n"]

    def g(x: Any, text: str) -> Any:
        with contextlib.suppress(ValueError):
            n = int(text)
        return x * n

    for function in (f, g):
        derivative = grad(function)
        assert derivative(2.0, "3") == (12.0 if function is f else 3.0)
        with pytest.raises(UnsupportedError, match="test_guarded") as caught:
            derivative(2.0, "x")
        assert isinstance(caught.value.__cause__, ValueError)

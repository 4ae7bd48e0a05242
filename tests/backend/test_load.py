"""Loading: closures, live globals, tracebacks that show generated lines."""

from __future__ import annotations

import builtins
import inspect
import linecache
import traceback
from typing import Any

import pytest

from sourcead.backend.load import compile_text, load
from sourcead.ir import Capture

TEXT = '''import math


def helper(x):
    return math.sqrt(x)


def f(x, *, scale=2.0):
    """What f is."""
    return helper(x) * scale * rate + offset
'''


def module(**names: Any) -> dict[str, Any]:
    return {"__name__": "users", "__builtins__": builtins, **names}


def cell_of(value: float) -> Any:
    def inner() -> float:
        return value

    return inner.__closure__[0]  # type: ignore[index]


def test_globals_are_looked_up_at_each_call_and_cells_shared() -> None:
    names, cell = module(offset=1.0), cell_of(3.0)
    f = load(TEXT, "f", (Capture("rate", "cell", cell), Capture("offset", "global")), names, "<load test>")
    assert f(4.0) == 13.0
    names["offset"], cell.cell_contents = 2.0, 1.0
    assert f(4.0) == 6.0
    assert f.__closure__ is not None and any(c is cell for c in f.__closure__)


def test_the_users_module_keeps_its_own_names() -> None:
    names = module(offset=0.0, math="mine", helper="mine")
    f = load(TEXT, "f", (Capture("rate", "object", 1.0), Capture("offset", "global")), names, "<load test>")
    assert f(9.0) == 6.0
    assert names["math"] == names["helper"] == "mine" and "f" not in names


def test_builtins_are_the_real_ones() -> None:
    f = load("def f(x):\n    return len(x)\n", "f", (), module(len=lambda x: -1), "<load test>")
    assert f([1, 2]) == 2
    g = load(
        "def f(x):\n    return len(x)\n", "f", (Capture("len", "global"),), module(len=lambda x: -1), "<load test>"
    )
    assert g([1, 2]) == -1


def test_one_text_for_many_closures() -> None:
    compiled = compile_text(TEXT, "f", "<load test>")
    names = module(offset=0.0)
    made = [compiled.bind((Capture("rate", "object", r), Capture("offset", "global")), names) for r in (1.0, 2.0)]
    assert [f(4.0) for f in made] == [4.0, 8.0]
    assert made[0].__code__ == made[1].__code__


def test_what_inspect_says() -> None:
    f = load(
        TEXT, "f", (Capture("rate", "object", 1.0), Capture("offset", "global")), module(offset=0.0), "<load test>"
    )
    assert (f.__name__, f.__qualname__, f.__module__, f.__doc__) == ("f", "f", "users", "What f is.")
    assert str(inspect.signature(f)) == "(x, *, scale=2.0)"
    assert inspect.getsource(f).startswith("def f(x, *, scale=2.0):")
    linecache.checkcache()
    assert linecache.getline("<load test>", 1) == "import math\n"


def test_tracebacks_show_the_generated_line() -> None:
    f = load(
        TEXT, "f", (Capture("rate", "object", 1.0), Capture("offset", "global")), module(offset=0.0), "<load test>"
    )
    with pytest.raises(ValueError) as caught:
        f(-1.0)
    shown = "".join(traceback.format_tb(caught.value.__traceback__))
    assert 'File "<load test>", line 10, in f' in shown
    assert "return helper(x) * scale * rate + offset" in shown


def test_a_function_named_like_what_it_captures() -> None:
    f = load(
        "def f(x):\n    return f(x) + 1\n", "f", (Capture("f", "global"),), module(f=lambda x: 10 * x), "<load test>"
    )
    assert f(2) == 21

"""What a program does that is refused, with the line, the carets and the remedy; and exceptions of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import MissingRuleError
from sourcead.switches import is_on
from tests.refusing import program, refused

VECTOR = np.array([1.0, 2.0, 3.0])


def square(x: Any) -> Any:
    return x * x


# -- calls ------------------------------------------------------------------------------------------------------------


def test_a_library_function_without_a_rule() -> None:
    assert refused("def f(x):\n    return 2 * np.roots(x).sum()", VECTOR, error=MissingRuleError) == (
        "no derivative rule for np.roots\n"
        "  --> model.py:2:16, in f\n"
        "    2 |     return 2 * np.roots(x).sum()\n"
        "      |                ^^^^^^^^^^^\n"
        "  an argument of this call is differentiated here\n"
        "  roots and fits of polynomials: solve with np.linalg, or differentiate what the roots satisfy\n"
        "  help: declare one:  @sourcead.adjoint(np.roots)  def rule(g, y, x): ..."
    )


@pytest.mark.parametrize(
    ("text", "callee", "call"),
    [
        ("def f(x):\n    y = sorted(x)\n    return y[0]", "sorted", "sorted(x)"),
        ("def f(x):\n    return np.roots(x).sum()", "np.roots", "np.roots(x)"),
        ("def f(x):\n    return np.roots(x).real.sum()", "np.roots", "np.roots(x)"),
        ("def f(x):\n    return float(str(x[0]))", "str", "str(x[0])"),
    ],
)
def test_functions_without_source_or_rule(text: str, callee: str, call: str) -> None:
    words = refused(text, VECTOR, error=MissingRuleError)
    first, _, line, carets, *_ = words.splitlines()
    assert first == f"no derivative rule for {callee}"
    assert carets.index("^") == line.index(call) and carets.count("^") == len(call)
    assert f"@sourcead.adjoint({callee})" in words


def test_names_that_mean_nothing() -> None:
    assert refused("def f(x):\n    return 2 * undefined(x)", 1.0) == (
        "the name `undefined` is not defined\n"
        "  --> model.py:2:16, in f\n"
        "    2 |     return 2 * undefined(x)\n"
        "      |                ^^^^^^^^^\n"
        "  help: define or import it before the function is differentiated"
    )


def test_calls_that_do_not_fit_their_callee() -> None:
    words = refused("def f(x):\n    return inner(x, 1)", 1.0, inner=square)
    assert words.startswith("this call of `square` does not fit: too many positional arguments\n")
    words = refused("def f(x):\n    return np.sum(x, foo=1)", VECTOR)
    assert words.startswith("this call of `np.sum` does not fit: got an unexpected keyword argument 'foo'\n")
    words = refused("def f(x):\n    return np.trace(np.outer(x, x), dtype=float)", VECTOR)
    assert words.startswith("`np.trace` with `dtype=` is not differentiated\n")


def test_recursion_without_end() -> None:
    assert refused("def f(x):\n    return x * f(x * 0.5)", 3.0) == (
        "`f` calls itself on every path\n"
        "  --> model.py:1:1, in f\n"
        "    1 | def f(x):\n"
        "      | ^^^^^^^^^\n"
        "  help: let one path return without a call of itself"
    )
    text = "def g(x):\n    return f(x - 1)\n\ndef f(x):\n    return g(x) * 2"
    assert refused(text, 3.0).startswith("`f` calls itself on every path\n  --> model.py:4:1, in f\n")


def test_recursion_over_kinds_without_end() -> None:
    text = "def f(x):\n    return f([x]) if len(x) else x"
    words = refused(text, [1.0, 2.0])
    assert words.startswith("`f` calls itself with arguments of another kind each time, over 8 deep\n")


def test_a_recursion_that_needs_the_value_of_what_it_counts() -> None:
    text = "def f(x, n):\n    return x.sum() if n == 0 else np.sum(np.sum(x, axis=n)) + f(x, n - 1)"
    words = refused(text, np.ones((2, 2)), 20)
    assert words.startswith("`axis` of `np.sum` must be known when the gradient is generated\n  --> model.py:2:")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(x):\n    y = g(x)\n    def g(t):\n        return t\n    return y", "`g` is not bound here"),
        ("def f(x):\n    def h():\n        return g()\n    y = h()\n    def g():\n        return x\n    return y",
         "`g` is read before it is defined"),
        ("def f(x):\n    def h():\n        return z\n    y = h()\n    z = x * 2\n    return y",
         "`z` is not bound here\n  --> model.py:3:16, in f\n"),
    ],
)  # fmt: skip
def test_names_that_are_bound_later(text: str, words: str) -> None:
    assert refused(text, 1.0).startswith(words)


def test_a_function_that_is_another_in_each_turn() -> None:
    words = refused("def f(x):\n    for i in range(3):\n        h = lambda: x * i\n    return h()", 1.0)
    assert words.startswith("a name stands for different functions or objects from turn to turn of a loop\n")


# -- stores -----------------------------------------------------------------------------------------------------------


def test_a_store_into_what_may_be_an_argument() -> None:
    assert refused("def f(x):\n    y = x if x[0] > 9 else x * 2\n    y[0] = 2.0\n    return y @ x", VECTOR) == (
        "a store into `y`, made at line 2, which may be `x` or another array\n"
        "  --> model.py:3:5, in f\n"
        "    3 |     y[0] = 2.0\n"
        "      |     ^^^^\n"
        "  which memory it changes is not known when the gradient is generated\n"
        "  help: work on a copy: `y = y.copy()` first"
    )
    assert VECTOR[0] == 1.0


def test_a_read_of_what_a_store_may_have_changed() -> None:
    words = refused("def f(x):\n    y = x.ravel()\n    x[0] = 2.0\n    return np.sum(y)", np.ones((2, 2)))
    assert words == (
        "`y` is read here, and may share its memory with `x`, which was changed at line 3\n"
        "  --> model.py:4:12, in f\n"
        "    4 |     return np.sum(y)\n"
        "      |            ^^^^^^^^^\n"
        "  whether they share memory is not known when the gradient is generated\n"
        "  help: make `y` a copy before the change"
    )


# -- several at once --------------------------------------------------------------------------------------------------


def test_everything_that_is_refused_is_listed_at_once() -> None:
    text = """
def f(x):
    with open("a"):
        yield x
    y = [v * 2 for v in (yield)]
    def g(*rest):
        class C: pass
        return rest
    return g(*y)
"""
    words = refused(text, VECTOR)
    count, *blocks = words.split("\n\n")
    marked = []
    for block in blocks:
        _, _, line, carets, *rest = block.splitlines()
        marked.append(line[carets.index("^") : carets.rindex("^") + 1])
        assert rest[-1].startswith("  help: ")
    assert marked == ["yield x", "yield", "class C: pass"]
    assert count == "3 constructs cannot be differentiated"


# -- f's own exceptions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("def f(x):\n    assert x < 0, 'x is positive'\n    return x", (1.0,)),
        ("def f(x):\n    if x > 0:\n        raise ValueError('no', 3)\n    return x", (1.0,)),
        ("def f(x):\n    return x.reshape(2, 2).sum()", (VECTOR,)),
        ("def f(x):\n    return x[7]", (VECTOR,)),
        ("def f(x):\n    a, b = x\n    return a * b", (VECTOR,)),
        ("def f(x):\n    return x + 'a'", (1.0,)),
        ("def f(x):\n    return math.log(x)", (-1.0,)),
        ("def f(x):\n    return 1 / x", (0.0,)),
    ],
)
def test_exceptions_of_the_function_are_its_own(text: str, args: tuple[Any, ...]) -> None:
    f = program(text)
    with pytest.raises(Exception) as own:
        f(*args)
    with pytest.raises(type(own.value)) as found:
        sourcead.grad(f)(*args)
    assert type(found.value) is type(own.value) and found.value.args == own.value.args


# -- programs that are wrong, and programs that are hard to get right -------------------------------------------------


def known_defects(programs: dict[str, Any], failing: set[str], reason: str) -> list[Any]:
    """The names of programs as parameters; those that fail are expected to."""
    assert failing <= set(programs)
    mark = pytest.mark.xfail(reason=reason, strict=True)
    return [pytest.param(name, marks=[mark] if name in failing else []) for name in programs]


DEFECTS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "a key that a dict does not have": ("def f(x):\n    return x['b']", ({"a": 1.0},)),
    "a position that a tuple does not have": ("def f(x):\n    return x[5]", ((1.0,),)),
    "a tuple by a name": ("def f(x):\n    return x['a']", ((1.0,),)),
    "a tuple by an ellipsis": ("def f(x):\n    return x[...]", ((1.0,),)),
    "a slice that starts at a text": ("def f(x):\n    return x['a':].sum()", (VECTOR,)),
    "len of nothing": ("def f(x):\n    return len() * x", (1.0,)),
    "range of nothing": ("def f(x):\n    for i in range():\n        x = x + i\n    return x", (1.0,)),
    "enumerate of nothing": ("def f(x):\n    for i, v in enumerate():\n        x = x + i\n    return x", (1.0,)),
    "sum with an unknown keyword": ("def f(x):\n    return sum((x, x), foo=2)", (1.0,)),
    "isinstance of a number": ("def f(x):\n    return x * isinstance(x, 3)", (1.0,)),
    "tuple of two": ("def f(x):\n    return tuple(x, x)[0]", (1.0,)),
    "get without a key": ("def f(x):\n    return {'a': x}.get()", (1.0,)),
    "membership in a number": ("def f(x):\n    return x * (1 in 3)", (1.0,)),
    "an axis that is a text": ("def f(x):\n    return np.sum(x, axis='a')", (VECTOR,)),
    "an axis argument that is an array": ("def f(x, k):\n    return np.max(x, axis=k)", (VECTOR, VECTOR)),
    "a dtype that is none": ("def f(x):\n    return x.astype('nonsense').sum()", (VECTOR,)),
    "joining numbers": ("def f(x):\n    return np.concatenate(x).sum()", (VECTOR,)),
}


@pytest.mark.parametrize("name", list(DEFECTS))
def test_programs_that_raise_anyway(name: str) -> None:
    text, args = DEFECTS[name]
    f = program(text)
    with pytest.raises(Exception) as own:
        f(*args)
    with pytest.raises((type(own.value), sourcead.SourceADError)) as found:
        sourcead.grad(f)(*args)
    assert not isinstance(found.value, sourcead.InternalError), str(found.value)


RAISING: dict[str, tuple[str, tuple[Any, ...]]] = {
    "an axis twice": ("def f(x):\n    return np.sum(x, axis=(0, 0))", (VECTOR,)),
    "a name that is not bound": ("def f(x):\n    if x < 0:\n        y = x\n    return y", (1.0,)),
    "an axis that is not there": ("def f(x):\n    return np.sum(x, axis=3)", (VECTOR,)),
    "lengths that do not fit": ("def f(x):\n    return np.dot(x, np.zeros(2))", (VECTOR,)),
    "shapes that do not broadcast": ("def f(x):\n    return np.sum(x + np.ones(5))", (VECTOR,)),
    "too many items": ("def f(x):\n    a, b = x\n    return a", (VECTOR,)),
    "an axis of another size": ("def f(x):\n    return np.sum(np.squeeze(x, axis=0))", (VECTOR,)),
}


SILENT = {"a name that is not bound", "lengths that do not fit"}
SILENT |= {"shapes that do not broadcast"} if is_on("dead code") else set()


@pytest.mark.parametrize(
    "name", known_defects(RAISING, SILENT, "that lengths fit, and that a name is bound, is taken for granted")
)
def test_the_gradient_raises_where_the_function_does(name: str) -> None:
    text, args = RAISING[name]
    f = program(text)
    with pytest.raises(Exception) as own:
        f(*args)
    with pytest.raises(type(own.value)) as found:
        sourcead.grad(f)(*args)
    assert found.value.args == own.value.args


@pytest.mark.parametrize("name", RAISING)
def test_value_and_gradient_raise_where_the_function_does(name: str) -> None:
    text, args = RAISING[name]
    f = program(text)
    with pytest.raises(Exception) as own:
        f(*args)
    with pytest.raises(type(own.value)) as found:
        sourcead.value_and_grad(f)(*args)
    assert found.value.args == own.value.args


WRONG: dict[str, tuple[str, tuple[Any, ...], int]] = {
    "an int through a ufunc": ("def f(x):\n    return np.square(x)", (3,), 0),
    "a list of ints": ("def f(x):\n    return np.sum(x)", ([1, 2],), 0),
    "an int in an array of ints": ("def f(x):\n    return (np.array([1, 2]) * x).sum()", (3,), 0),
    "an int that is an axis and a factor": ("def f(x, k):\n    return np.sum(x, axis=k) * k", (VECTOR, 0), 1),
    "a float that is an option": ("def f(x, p):\n    return np.linalg.norm(x, ord=p) * p", (VECTOR, 2.0), 1),
    "eval": ("def f(x):\n    return eval('x * 2')", (3.0,), 0),
    "locals": ("def f(x):\n    return locals()['x']", (3.0,), 0),
    "a number through a text": ("def f(x):\n    return float(f'{x}')", (3.0,), 0),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_right_or_refused(name: str) -> None:
    text, args, argnum = WRONG[name]
    try:
        found = sourcead.grad(program(text), argnum)(*args)
    except sourcead.SourceADError as error:
        assert not isinstance(error, sourcead.InternalError)
        return
    leaves = found if isinstance(found, list) else [found]
    assert all(leaf != 0.0 for leaf in leaves), "a function that changes with its argument has the gradient 0"

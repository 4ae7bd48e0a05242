"""Bad input through the public interface: functions, files, argnums, arguments and results that are refused."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import ArgumentError, ArgumentValueError, SourceUnavailableError
from tests.refusing import program, refusal, refused

VECTOR = np.array([1.0, 2.0, 3.0])


def square(x: Any) -> Any:
    return x * x


def total(x: Any) -> Any:
    return np.sum(x)


# -- no source --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (sorted, "sorted has neither Python source nor a derivative rule"),
        (str.upper, "str.upper has neither Python source nor a derivative rule"),
        (dict, "dict has neither Python source nor a derivative rule"),
        (Path, "Path has neither Python source nor a derivative rule"),
        (np.add.at, "ufunc.at has neither Python source nor a derivative rule"),
    ],
)
def test_builtins_and_classes(target: Any, words: str) -> None:
    assert refusal(SourceUnavailableError, lambda: sourcead.grad(target)) == words


@pytest.mark.parametrize("thing", [3, None, "loss", [square]])
def test_what_is_no_function(thing: Any) -> None:
    words = f"a function is needed, got {type(thing).__name__}"
    assert refusal(ArgumentError, lambda: sourcead.grad(thing)) == words


def test_text_that_was_executed() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def f(x): return x * x", "<made here>", "exec"), namespace)
    assert refusal(SourceUnavailableError, lambda: sourcead.grad(namespace["f"])(1.0)) == (
        "the source of f is not available\n"
        "  its code says that it comes from <made here>, which cannot be read\n"
        "  help: define it in a file, in a notebook cell or at the interactive prompt; "
        "text that is run with exec() must be put into linecache first"
    )


def test_a_derivative_of_a_jacobian() -> None:
    words = "<sourcead jacrev of square, argnums=0> is not differentiated"
    assert refusal(ArgumentError, lambda: sourcead.grad(sourcead.jacobian(square))).startswith(words)


def test_partial_with_too_many_arguments() -> None:
    words = refusal(ArgumentError, lambda: sourcead.grad(functools.partial(square, 1, 2)))
    assert words.startswith("square does not take the arguments that are bound to it")


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], tuple[ModuleType, Path]]]:
    """Write a module and import it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made: list[str] = []

    def module(text: str) -> tuple[ModuleType, Path]:
        made.append(f"written_for_a_test_{len(made)}")
        path = tmp_path / f"{made[-1]}.py"
        path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(made[-1]), path

    yield module
    for name in made:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\n\ndef loss(x):\n    return x * x * x\n",
        "import numpy as np\n\ndef loss(x:\n    return x * x\n",
        "import numpy as np\n# moved\n\ndef loss(x):\n    return x * x\n",
        "import numpy as np\n\nloss = None\n",
    ],
    ids=["changed", "syntax error", "moved", "gone"],
)
def test_a_file_changed_after_its_import(text: str, imported: Callable[[str], tuple[ModuleType, Path]]) -> None:
    module, path = imported("import numpy as np\n\ndef loss(x):\n    return x * x\n")
    path.write_text(text, encoding="utf-8")
    assert refusal(SourceUnavailableError, lambda: sourcead.grad(module.loss)(2.0)) == (
        "the text of loss is not the code that runs\n"
        f"  the code came from line 3 of {path}: the file has changed since, or an import hook rewrote the code\n"
        "  help: import it again: restart Python, or use importlib.reload"
    )


def test_a_callee_changed_after_its_import(imported: Callable[[str], tuple[ModuleType, Path]]) -> None:
    text = "def loss(x):\n    return 2 * inner(x)\n\n\ndef inner(x):\n    return x * x\n"
    module, path = imported(text)
    path.write_text(text.replace("x * x", "x * x * x"), encoding="utf-8")
    words = refusal(SourceUnavailableError, lambda: sourcead.grad(module.loss)(2.0))
    assert words.startswith("the text of inner is not the code that runs\n")


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read(
    content: bytes | None, imported: Callable[[str], tuple[ModuleType, Path]]
) -> None:
    module, path = imported("def loss(x):\n    return x * x\n")
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    words = refusal(SourceUnavailableError, lambda: sourcead.grad(module.loss)(2.0))
    empty = content == b""  # some versions of Python read an empty file as one empty line
    gone = words.startswith(f"the source of loss is not available\n  its code says that it comes from {path}, which")
    assert gone or (empty and words.startswith("the text of loss is not the code that runs\n"))


@pytest.mark.parametrize(
    "make", [sourcead.grad, lambda f: sourcead.grad(f).specialize(2.0)], ids=["generic", "specialised"]
)
def test_saving_where_nothing_can_be_written(make: Callable[[Any], Any], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    places = {
        tmp_path / "missing" / "out.py": FileNotFoundError,
        tmp_path / "folder": IsADirectoryError,
        tmp_path / ("long" * 100): OSError,
    }
    for place, error in places.items():
        with pytest.raises(error):
            make(square).save(place)
    assert [p.name for p in tmp_path.rglob("*")] == ["folder"]


# -- argnums ----------------------------------------------------------------------------------------------------------


def two(x: Any, y: Any, *, scale: Any = 1.0) -> Any:
    return x * y * scale


@pytest.mark.parametrize(
    ("argnums", "words"),
    [
        (2, "argnums=2 is out of range: two has 2 positional parameters (x, y, scale)"),
        (-3, "argnums=-3 is out of range: two has 2 positional parameters (x, y, scale)"),
        ((0, 7), "argnums=7 is out of range: two has 2 positional parameters (x, y, scale)"),
        ("z", "two has no parameter 'z'; its parameters: x, y, scale"),
        ("", "two has no parameter ''; its parameters: x, y, scale"),
        ((), "argnums is empty: name at least one of two's parameters"),
        ((0, 0), "argnums=(0, 0) names a parameter of two twice"),
        ((1, "y"), "argnums=(1, 'y') names a parameter of two twice"),
        ((0, -2), "argnums=(0, -2) names a parameter of two twice"),
    ],
)
def test_argnums_of_no_parameter(argnums: Any, words: str) -> None:
    assert refusal(ArgumentValueError, lambda: sourcead.grad(two, argnums)) == words


@pytest.mark.parametrize("argnums", [1.0, True, None, {0}, (0, True), ("x", 1.0), np.int64(0), (0, (1,)), b"x"])
def test_argnums_of_another_type(argnums: Any) -> None:
    words = f"argnums is an int, a parameter name, or a tuple of them, not {argnums!r}"
    assert refusal(ArgumentError, lambda: sourcead.grad(two, argnums)) == words


def test_argnums_as_a_list() -> None:
    words = "argnums is an int, a parameter name, or a tuple of them, not [0, 1]\n  help: write a tuple: argnums=(0, 1)"
    assert refusal(ArgumentError, lambda: sourcead.grad(two, [0, 1])) == words  # type: ignore[call-overload]


def test_argnums_of_collected_arguments() -> None:
    f = program("def f(x, *rest):\n    return x")
    words = (
        "argument 1 of f is collected by *rest, and has no name of its own\n"
        "  help: differentiate the whole tuple: argnums='rest'"
    )
    assert refusal(ArgumentValueError, lambda: sourcead.grad(f, 1)) == words


# -- arguments --------------------------------------------------------------------------------------------------------

NOTE = "  what is differentiated is a float, an int, a float array, or a tuple, list, dict or dataclass of them\n"


class Sub(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "words", "remedy"),
    [
        (np.arange(3), "an int64 array of shape (3,)", "pass x.astype(float)"),
        (np.ones((2, 1), bool), "a bool array of shape (2, 1)", "pass x.astype(float)"),
        (np.int16(3), "an int16 scalar", "pass x.astype(float)"),
        (True, "True", "choose other arguments with argnums"),
        ("a", "'a'", "choose other arguments with argnums"),
        (None, "None", "choose other arguments with argnums"),
        (range(3), "a range", "choose other arguments with argnums"),
    ],
)
def test_arguments_that_carry_no_derivative(value: Any, words: str, remedy: str) -> None:
    expected = f"cannot differentiate total with respect to x: it is {words}\n{NOTE}  help: {remedy}"
    assert refusal(ArgumentError, lambda: sourcead.grad(total)(value)) == expected
    assert refusal(ArgumentError, lambda: sourcead.grad(total).specialize(value)) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros(3).view(Sub), "x is a Sub, a subclass of ndarray\n  help: pass np.asarray(x)"),
        (np.ma.zeros(3), "x is a MaskedArray, a subclass of ndarray\n  help: pass np.asarray(x)"),
        (
            np.array([1.0, None]),
            "x is an array of dtype object\n  help: arrays hold floats, complex numbers, integers or bools",
        ),
        (
            type("Series", (), {"__module__": "pandas.core.series"})(),
            "x is a pandas Series\n  help: pass x.to_numpy()",
        ),
    ],
)
def test_kinds_of_arguments_that_are_refused_wherever_they_stand(value: Any, words: str) -> None:
    assert refusal(ArgumentError, lambda: sourcead.grad(total)(value)) == words
    inside = {"p": [value]}
    assert refusal(ArgumentError, lambda: sourcead.grad(total)(inside)).startswith("x['p'][")
    second = program("def f(y, x):\n    return y")
    assert refusal(ArgumentError, lambda: sourcead.grad(second)(1.0, value)) == words


@pytest.mark.parametrize("args", [(), (1.0, 2.0), (1.0, 2.0, 3.0)])
def test_calls_that_do_not_fit_say_what_python_says(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError) as own:
        square(*args)
    with pytest.raises(TypeError) as found:
        sourcead.grad(square)(*args)
    assert str(found.value) == str(own.value)


# -- results ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("x", "an array with 1 axis"),
        ("np.outer(x, x)", "an array with 2 axes"),
        ("(x[0], x[1])", "a tuple"),
        ("[x[0]]", "a list"),
        ("{'a': x[0]}", "a dict"),
        ("None", "None"),
        ("'a'", "a str"),
    ],
)
def test_results_that_are_no_number(result: str, words: str) -> None:
    assert refused(f"def f(x):\n    return {result}", VECTOR, error=ArgumentError) == (
        f"the gradient needs a scalar result, and this function returns {words}\n"
        "  --> model.py:1:1, in f\n"
        "    1 | def f(x):\n"
        "      | ^^^^^^^^^\n"
        "  help: reduce it to a number (np.sum, np.mean), or use `jacobian`"
    )


@pytest.mark.parametrize("result", ["x > 1", "np.isnan(x)", "True", "not x"])
def test_results_that_are_a_bool(result: str) -> None:
    assert "returns a bool" in refused(f"def f(x):\n    return {result}", 1.5, error=ArgumentError)


def test_aux_without_a_pair() -> None:
    f = program("def f(x):\n    return x * x")
    words = refusal(ArgumentError, lambda: sourcead.grad(f, has_aux=True)(1.0))
    assert words.startswith("with has_aux the function must return a pair (value, aux)\n  --> model.py:1:1, in f\n")

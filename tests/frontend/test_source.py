"""Reading: every kind of callable, lambdas told apart, places in the file; text that is not the code's is refused."""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import itertools
import linecache
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import gast
import numpy as np
import pytest

from sourcead.errors import ArgumentError, SourceUnavailableError
from sourcead.frontend import text as text_module
from sourcead.frontend.source import SourceText, read

HERE = Path(__file__).read_text(encoding="utf-8").splitlines()
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _forget_files() -> Iterator[None]:
    before = set(linecache.cache)
    yield
    for file in set(linecache.cache) - before:
        del linecache.cache[file]


def cell(text: str, **names: Any) -> dict[str, Any]:
    """Run a text as a notebook does: known to linecache, each statement compiled on its own."""
    file = f"<cell {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "__main__", **names}
    for statement in ast.parse(text).body:
        exec(compile(ast.Module([statement], []), file, "exec", dont_inherit=True), namespace)
    return namespace


def module(path: Path, text: str) -> ModuleType:
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def returned(source: SourceText) -> str:
    """The text of the expression that a one-line function returns."""
    value = source.node.body if isinstance(source.node, gast.Lambda) else source.node.body[-1].value
    return str(gast.unparse(value).strip())


def plain(x, y=2.0, *, z=3.0):  # type: ignore[no-untyped-def]
    return x * y * z


def asserting(x):  # type: ignore[no-untyped-def]
    assert x.ndim == 1, "a vector is needed"
    return x * 2.0


class Model:
    rate = 2.0

    def __init__(self) -> None:
        self.__hidden = 1.0

    def loss(self, x: float) -> float:
        return self.__hidden * x

    def closes_over_class(self, x: float) -> str:
        return super().__repr__() + str(x)

    @classmethod
    def made(cls, x: float) -> float:
        return cls.rate * x

    @staticmethod
    def helper(x: float) -> float:
        return x + 5.0

    def __call__(self, x: float, y: float) -> float:
        return x - y

    def inner(self) -> Callable[[float], float]:
        def scaled(x: float) -> float:
            return self.__hidden * x * 3.0

        return scaled

    square = staticmethod(lambda x: x * x)


def test_def() -> None:
    source = read(plain)
    line = plain.__code__.co_firstlineno
    assert isinstance(source.node, gast.FunctionDef)
    assert (source.file, source.first_line, source.qualname, source.name) == (__file__, line, "plain", "plain")
    assert source.node.lineno == line
    assert source.node.body[0].lineno == line + 1
    assert dict(source.lines) == {line: HERE[line - 1], line + 1: HERE[line]}
    assert source.text == f"{HERE[line - 1]}\n{HERE[line]}\n"
    assert source.globals is globals()
    assert (source.cells, source.defaults, source.kwdefaults) == ({}, (2.0,), {"z": 3.0})
    assert str(source.signature) == "(x, y=2.0, *, z=3.0)"
    assert (source.self_object, source.bound_args, dict(source.bound_kwargs)) == (None, (), {})
    assert source.function is plain


def test_nested_def_has_its_cells() -> None:
    scale = 3.0

    def nested(x: float) -> float:
        return scale * x

    source = read(nested)
    assert list(source.cells) == ["scale"]
    assert source.cells["scale"].cell_contents == 3.0
    assert source.name == "nested"
    assert source.node.col_offset == 4
    assert returned(source) == "scale * x"


def test_recursive_functions_refer_to_themselves() -> None:
    def down(x: float) -> float:
        return x if x < 0 else down(x - 1)

    assert list(read(down).cells) == ["down"]
    namespace = cell("def up(x):\n    return x if x > 0 else up(x + 1)\n")
    assert read(namespace["up"]).cells == {}


def test_nested_functions_with_functions_and_classes_inside() -> None:
    def outer(x: float) -> float:
        class Inner:
            rate = tuple(y for y in (1.0, 2.0))

        return (lambda y: y * Inner.rate[0])(x)

    assert returned(read(outer)) == "(lambda y: y * Inner.rate[0])(x)"


def test_names_imported_in_the_module_in_the_function_or_elsewhere(tmp_path: Path) -> None:
    made = module(
        tmp_path / "imports.py",
        "import numpy as np, os.path\ntry:\n    from os import sep\nexcept ImportError: pass\n"
        "class Local:\n    import math\n"
        "def other():\n    import math\n    return math.pi\n"
        "def f(x, math):\n    return np.sin(x) + math.cos(x) + sep.find(x) + os.path.join(x)\n",
    )
    assert returned(read(made.other)) == "math.pi"
    made.math, made.np = math, None
    made.sep = 3.0
    assert "sep.find(x)" in returned(read(made.f))


def test_methods() -> None:
    model = Model()
    source = read(model.loss)
    assert (source.self_object, source.bound_args, source.qualname) == (model, (model,), "Model.loss")
    assert list(source.signature.parameters) == ["x"]
    assert [argument.id for argument in source.node.args.args] == ["self", "x"]
    assert returned(source) == "self.__hidden * x"
    assert list(read(model.closes_over_class).cells) == ["__class__"]
    assert returned(read(model.inner())) == "self.__hidden * x * 3.0"
    assert read(Model.loss).bound_args == ()


def test_classmethod_and_staticmethod() -> None:
    for made in (Model.made, Model().made):
        assert read(made).self_object is Model
        assert returned(read(made)) == "cls.rate * x"
    assert read(vars(Model)["made"]).bound_args == ()
    for helper in (Model.helper, Model().helper, vars(Model)["helper"]):
        assert read(helper).self_object is None
        assert returned(read(helper)) == "x + 5.0"
    assert returned(read(Model.square)) == "x * x"


def test_callable_object_and_partials() -> None:
    model = Model()
    source = read(model)
    assert (source.qualname, source.bound_args, source.self_object) == ("Model.__call__", (model,), model)
    assert list(source.signature.parameters) == ["x", "y"]

    bound = functools.partial(functools.partial(plain, 1.0, z=4.0), 5.0, z=6.0)
    source = read(bound)
    assert (source.bound_args, dict(source.bound_kwargs)) == ((1.0, 5.0), {"z": 6.0})
    assert str(source.signature) == "(*, z=6.0)"
    source = read(functools.partial(model, 7.0))
    assert (source.bound_args, source.self_object) == ((model, 7.0), model)
    assert list(source.signature.parameters) == ["y"]
    with pytest.raises(ArgumentError, match="plain does not take the arguments that are bound to it"):
        read(functools.partial(plain, 1, 2, 3, 4))


def test_wrapper_is_read_as_the_wrapper_that_it_is() -> None:
    def doubled(function: Callable[..., float]) -> Callable[..., float]:
        @functools.wraps(function)
        def wrapper(*args: float) -> float:
            return 2.0 * function(*args)

        return wrapper

    source = read(doubled(plain))
    assert (source.qualname, returned(source)) == ("wrapper", "2.0 * function(*args)")
    assert source.node.decorator_list == []
    assert HERE[source.first_line - 1].strip().startswith("def wrapper")
    assert list(source.signature.parameters) == ["args"]
    assert source.cells["function"].cell_contents is plain


def test_lru_cache_and_objects_without_code_are_looked_through() -> None:
    @functools.cache
    def cached(x: float) -> float:
        return x + 1.5

    assert returned(read(cached)) == "x + 1.5"

    class Holder:
        @functools.lru_cache  # noqa: B019
        def method(self, x: float) -> float:
            return x + 2.5

    holder = Holder()
    assert read(holder.method).bound_args == (holder,)
    assert returned(read(holder.method)) == "x + 2.5"


def test_lambdas_of_every_place_are_told_apart() -> None:
    offset = 1.0
    a, b = (lambda x: x + 1), (lambda x: x + 2)
    table = {"f": lambda x: x * offset, "g": lambda x, y=lambda t: t: y(x)}
    spread = functools.partial(
        lambda x,
        y: x
        + y,
        1.0,
    )

    def default(x: float, f: Callable[[float], float] = lambda x: x - 4) -> float:
        return f(x)

    made = [lambda x: x + k for k in range(2)]  # noqa: B023
    assert (returned(read(a)), returned(read(b))) == ("x + 1", "x + 2")
    assert (returned(read(table["f"])), returned(read(table["g"]))) == ("x * offset", "y(x)")
    assert returned(read(table["g"].__defaults__[0])) == "t"  # type: ignore[index]
    assert returned(read(spread)) == "x + y"
    assert read(spread).text.splitlines()[0] == "lambda x,"
    assert returned(read(default.__defaults__[0])) == "x - 4"  # type: ignore[index]
    assert returned(read(made[0])) == "x + k"
    assert read(made[1]).cells["k"].cell_contents == 1
    assert read(a).name == "<lambda>"
    assert read(a).text == "lambda x: x + 1"


def test_lambdas_that_differ_in_constants_only() -> None:
    fs = [lambda x: x * 1, lambda x: x * 1.0, lambda x: x * True, lambda x: x * 0.0, lambda x: x * -0.0]
    assert [returned(read(f)) for f in fs] == ["x * 1", "x * 1.0", "x * True", "x * 0.0", "x * -0.0"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="code objects have no columns yet")
def test_equal_lambdas_keep_their_own_columns() -> None:
    fs = [lambda x: x * x, lambda x: x * x]
    first, second = (read(f).node.col_offset for f in fs)
    assert HERE[read(fs[1]).first_line - 1][second:].startswith("lambda x: x * x]")
    assert first < second


def test_equal_lambdas_on_one_line_are_read_everywhere() -> None:
    fs = [lambda x: x * x, lambda x: x * x]
    assert [returned(read(f)) for f in fs] == ["x * x", "x * x"]


def test_cells_of_a_notebook() -> None:
    lambdas = "import numpy as np\nf = lambda x: np.sum(x); g = lambda x: np.max(x)\n"
    namespace = cell(lambdas + "def h(x):\n    return np.exp(x)\n")
    assert [returned(read(namespace[name])) for name in "fgh"] == ["np.sum(x)", "np.max(x)", "np.exp(x)"]
    assert read(namespace["h"]).first_line == 3
    again = cell("def h(x):\n    return np.exp(x)\n", np=np)
    assert returned(read(again["h"])) == "np.exp(x)"


def test_equal_code_of_two_cells_has_two_files() -> None:
    first, second = (cell("def f(x):\n    return x\n")["f"] for _ in range(2))
    assert read(first).file != read(second).file
    assert read(first).digest == read(second).digest


def test_text_that_only_the_prompt_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def f(x): return x + 9\n", "<python-input-77>", "exec"), namespace)
    monkeypatch.setattr(linecache, "_getlines_from_code", lambda code: ["def f(x): return x + 9\n"], raising=False)
    assert returned(read(namespace["f"])) == "x + 9"
    assert linecache.getline("<python-input-77>", 1) == "def f(x): return x + 9\n"


def test_code_that_pytest_rewrote_is_read() -> None:
    source = read(asserting)
    assert isinstance(source.node.body[0], gast.Assert)
    assert returned(source) == "x * 2.0"


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    made = module(
        tmp_path / "places.py",
        "class Outer:\n"
        "    @staticmethod\n"
        "    @(lambda f: f)\n"
        "    def loss(x):  # a comment\n"
        '        """Text\n'
        "that is not indented: # no comment\n"
        '        """\n'
        "        y = 'é#'; z = [y,  # why\n"
        "             x]\n"
        "        if x > '#':  # then\n"
        "            return z\n",
    )
    source = read(made.Outer.loss)
    assert (source.first_line, min(source.lines), max(source.lines)) == (4, 4, 11)
    assert source.digest == read(module(tmp_path / "moved.py", "\n" + source.text).loss).digest
    _, first, second, test = source.node.body
    place = source.place(first.value, first)
    assert (place.line, place.column, place.end_column, place.statement) == (8, 12, 16, "y = 'é#'")
    place = source.place(second.value, second)
    assert (place.line, place.column, place.end_line, place.end_column) == (8, 22, 9, 15)
    assert place.statement == "z = [y,"
    assert (place.file, place.function) == (str(tmp_path / "places.py"), "Outer.loss")
    place = source.place(test.test.comparators[0], test)
    assert (place.statement, place.statement_line) == ("if x > '#':", 10)
    assert source.place(gast.Load(), test).line == 10
    assert source.place(test.body[0].value, test.body[0]).column == 19
    assert source.place(source.node, source.node).statement == "def loss(x):"


def test_tabs_and_lines_at_the_left_margin_inside_a_block(tmp_path: Path) -> None:
    made = module(
        tmp_path / "margins.py",
        "class Outer:\n\tdef f(self, x):\n\t\ty = (x +\n1)\n# a comment\n\n\t\treturn '''\nno # end\n''', y\n"
        "\tdef g(self): pass\nz = 1\n",
    )
    assert max(read(made.Outer.f).lines) == 9
    assert max(read(made.Outer.g).lines) == 10


def test_only_the_block_of_a_long_module_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = "def f{0}(x):\n    y = x * {0}\n    return np.sin(y)\n\n"
    made = module(tmp_path / "long.py", "import numpy as np\n" + "".join(block.format(k) for k in range(1300)))
    parsed: list[int] = []
    parse = ast.parse

    def counting(text: str, *args: Any) -> ast.AST:
        parsed.append(text.count("\n"))
        return parse(text, *args)

    monkeypatch.setattr(ast, "parse", counting)
    source = read(made.f1200)
    assert (source.first_line, returned(source)) == (2 + 1200 * 4, "np.sin(y)")
    assert max(parsed) <= 4
    parsed.clear()
    assert read(made.f1200).node is source.node
    assert parsed == []


def test_changed_file_is_refused_but_what_was_read_stays_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "changing.py"
    text = "def f(x):\n    return x + 1\n\ndef g(x):\n    return x + 1\n\nh = lambda x: x + 1\n"
    made = module(path, text)
    known = read(made.f)
    path.write_text(text.replace("+", "-"), encoding="utf-8")
    os.utime(path, (1, 1))
    assert returned(read(made.f)) == "x + 1"
    assert read(made.f).node is known.node
    with pytest.raises(SourceUnavailableError) as refused:
        read(made.g)
    assert str(refused.value) == (
        "the text of g is not the code that runs\n"
        "  the code came from line 4 of changing.py: the file has changed since, or an import hook rewrote the code\n"
        "  help: import it again: restart Python, or use importlib.reload"
    )
    with pytest.raises(SourceUnavailableError, match="the text of <lambda> is not the code that runs"):
        read(made.h)


@pytest.mark.parametrize(
    "text", ["x = 1\n", "def f(x:\n", "def g(x):\n    return x + 1\n", "# nothing\n" * 9, "@\n", "def f\n"]
)
def test_other_text_in_the_place_of_a_function_is_refused(text: str) -> None:
    namespace = cell("def f(x):\n    return x + 1\n\nh = lambda x: x + 1\n")
    file = namespace["f"].__code__.co_filename
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    for name in "fh":
        with pytest.raises(SourceUnavailableError, match="is not the code that runs"):
            read(namespace[name])


def test_exec_without_linecache_is_refused() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def f(x): return x", "<made here>", "exec"), namespace)
    with pytest.raises(SourceUnavailableError) as refused:
        read(namespace["f"])
    assert str(refused.value) == (
        "the source of f is not available\n"
        "  its code says that it comes from <made here>, which cannot be read\n"
        "  help: define it in a file, in a notebook cell or at the interactive prompt; "
        "text that is run with exec() must be put into linecache first"
    )


@pytest.mark.parametrize(
    ("function", "name"), [(math.sin, "math.sin"), (len, "len"), (np.sin, "numpy.sin"), ([].append, "list.append")]
)
def test_compiled_functions_have_no_source(function: Any, name: str) -> None:
    with pytest.raises(SourceUnavailableError, match=f"{name} has no Python source") as refused:
        read(function)
    assert "@sourcead.adjoint" in str(refused.value)


def test_classes_and_other_objects_are_refused() -> None:
    with pytest.raises(SourceUnavailableError, match=r"^Model is a class, not a function"):
        read(Model)
    with pytest.raises(ArgumentError, match=r"^a function is needed, not an int$"):
        read(3)  # type: ignore[arg-type]


def test_object_wrapped_in_itself_is_refused() -> None:
    class Odd:
        __wrapped__: Any

    odd = Odd()
    odd.__wrapped__ = odd
    with pytest.raises(SourceUnavailableError, match="has no Python source"):
        read(odd)  # type: ignore[arg-type]


def test_generators_and_coroutines_are_read() -> None:
    def generator(x: float) -> Iterator[float]:
        yield x

    async def coroutine(x: float) -> float:
        return x

    assert read(generator).name == "generator"
    assert isinstance(read(coroutine).node, gast.AsyncFunctionDef)


def test_warnings_about_the_text_are_not_repeated() -> None:
    with pytest.warns((SyntaxWarning, DeprecationWarning)):
        namespace = cell("def f(x):\n    return '\\d' if x is 1 else x\n")
    assert read(namespace["f"]).name == "f"


def test_library_functions_are_the_code_that_runs() -> None:
    functions = [f for f in vars(inspect).values() if inspect.isfunction(f)]
    functions = [f for f in functions if f.__code__.co_filename == inspect.__file__]
    assert len(functions) > 50
    for function in functions:
        assert read(function).node.name == function.__code__.co_name


def test_what_is_kept_is_bounded() -> None:
    for k in range(text_module._CACHED_CODES + 5):
        read(_registered_lambda(k))
    assert len(text_module._texts) <= text_module._CACHED_CODES


def _registered_lambda(k: int) -> Any:
    text = f"f = lambda x: x + {k}\n"
    return cell(text)["f"]


def test_reading_from_several_threads() -> None:
    functions = [_registered_lambda(k) for k in range(20)]
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append([returned(read(f)) for f in functions])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[f"x + {k}" for k in range(20)]] * 4

"""Every row of the fence: what is said, and what the carets stand under."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from itertools import count
from types import CodeType, FunctionType

import pytest

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.frontend.fence import REFUSALS, fence
from sourcead.frontend.source import read
from sourcead.frontend.text import MAX_DEPTH

_numbers = count()


@pytest.fixture(autouse=True)
def _forget_files() -> Iterator[None]:
    before = set(linecache.cache)
    yield
    for file in set(linecache.cache) - before:
        del linecache.cache[file]


def function_of(text: str) -> FunctionType:
    """The (last) function that a text defines, as a notebook cell would: nothing of it is run."""
    file = f"<fence {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    codes = [const for const in compile(text, file, "exec", dont_inherit=True).co_consts if isinstance(const, CodeType)]
    return FunctionType(codes[-1], {})


def refusals(text: str) -> list[Diagnosis]:
    return fence(read(function_of(text)))


def body(*lines: str) -> str:
    return "def f(x, a, d, self):\n" + "".join(f"    {line}\n" for line in lines)


# body lines, message, line, column from 1, the text under the carets
ROWS = [
    (["yield x"], "`yield` is not differentiated", 2, 5, "yield x"),
    (["y = yield from x"], "`yield` is not differentiated", 2, 9, "yield from x"),
    (["async def g():", "    await x"], "`async` and `await` are not differentiated", 2, 5, "async def g():"),
    (["class C:", "    y = {x}"], "a class defined inside a function is not differentiated", 2, 5, "class C:"),
]

if sys.version_info >= (3, 11):
    ROWS.append(
        (["try:", "    pass", "except* KeyError:", "    pass"], "`except*` is not differentiated", 2, 5, "try:")
    )
if sys.version_info >= (3, 12):
    ROWS.append((["type T = int"], "`type` inside a function is not differentiated", 2, 5, "type T = int"))


def underlined(diagnosis: Diagnosis) -> str:
    """The text above the carets."""
    line, carets = str(diagnosis).splitlines()[2:4]
    return line[carets.index("^") : carets.rindex("^") + 1]


@pytest.mark.parametrize(("lines", "message", "line", "column", "marked"), ROWS, ids=lambda value: str(value)[:40])
def test_refusal(lines: list[str], message: str, line: int, column: int, marked: str) -> None:
    (found,) = refusals(body(*lines))
    assert found.message == message
    assert found.at is not None
    assert (found.at.line, found.at.column + 1, found.at.function) == (line, column, "f")
    assert underlined(found) == marked
    assert len(found.notes) == 1
    assert found.help


def test_every_row_of_the_table_is_tested() -> None:
    newer = {"`type` inside a function is not differentiated"} if sys.version_info < (3, 12) else set()
    newer |= {"`except*` is not differentiated"} if sys.version_info < (3, 11) else set()
    tested = {message for _, message, *_ in ROWS} | newer
    assert tested == {refusal.message for refusal in REFUSALS}


def test_whole_message() -> None:
    (found,) = refusals(body("s = 0.0", "s = g((yield x))  # slow"))
    assert found.at is not None
    assert found.at.statement == "s = g((yield x))"
    assert str(UnsupportedError(found)) == (
        "`yield` is not differentiated\n"
        f"  --> {found.at.file}:3:12, in f\n"
        "    3 |     s = g((yield x))  # slow\n"
        "      |            ^^^^^^^\n"
        "  a generator runs piece by piece, whenever its caller asks for the next value\n"
        "  help: append the values to a list and return the list"
    )


def test_all_at_once_in_the_order_of_the_text_also_inside_refused_blocks() -> None:
    found = refusals(
        body(
            "with a:",
            "    try:",
            "        self.h = {x}; yield a",
            "    except KeyError:",
            "        g = lambda y: [z for z in (yield y)]",
            "a.T[0], b[0][0] = g(*x)",
        )
    )
    assert [underlined(diagnosis) for diagnosis in found] == [
        "yield a",
        "yield y",
    ]


def test_async_function_itself() -> None:
    (found,) = refusals("async def f(x):\n    return x\n")
    assert found.message == "`async` and `await` are not differentiated"


def test_what_does_not_run_in_the_function_is_not_looked_at() -> None:
    text = "@(lambda f: (yield f))\ndef f(x, y=lambda: (yield 1)) -> 3:\n    return x\n"
    assert refusals(text) == []


def test_language_of_the_compiler_passes() -> None:
    assert (
        refusals(
            body(
                '"""A docstring."""',
                "b = np.zeros(3); b[0] = x; b[1:, None] += x",
                "(p, *q), r = x, a",
                "b[0], s = x",
                "for i, (u, v) in enumerate(zip(x, a)):",
                "    if (n := u) > 1 and not v < 2: continue",
                "    elif u is None: break",
                "    else: pass",
                "else:",
                "    x = x if a else d['k']",
                "while x < 1: x *= 2.0",
                "def g(y, /, z=1, *, w=2): return y + z + w + self.W",
                "h = lambda y, z=x: f'{y!r:>{z}}'",
                "assert x, 'no'",
                "t = [(1, x), {'a': x}]",
                "print(g(x, w=3), sep='')",
                "if a: raise ValueError('no') from x",
                "u = [*x, *(v for v in a)], {'a': 1, **d}, {1, *x}, {k: v for k, v in d.items()}",
                "def k(*args, **kw): return g(*args, **kw)",
                "import math; from os import path",
                "with a as b, x: del u",
                "try: y = 1",
                "except KeyError as e: raise",
                "else: y = 2",
                "finally: print(y)",
                "self.h = x; self.h += x; a.T[0] = x; d['k'][0] += x; g(a)[0] = x",
                "for y, (a[0], *self.h) in x: pass",
                "global top; top = 1",
                "def inner(): nonlocal u; u = 2",
                "match x:",
                "    case [1, *_] | {'k': 2}: pass",
                "return ~a & a[..., ::2] @ h(x)",
            )
        )
        == []
    )


def test_columns_count_characters() -> None:
    (found,) = refusals(body("é, y = 'ü', (yield x)"))
    assert found.at is not None
    assert (found.at.column, underlined(found)) == (17, "yield x")


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    y = " + "x + (" * MAX_DEPTH + "x" + ")" * MAX_DEPTH + "\n    return y\n",
        "def f(x):\n    y = " + "-" * 1500 + "x\n    return y\n",
        "def f(x):\n    if x: return 0\n" + "".join(f"    elif x > {k}: return {k}\n" for k in range(1, MAX_DEPTH)),
        "def f(x):\n" + "".join(" " * (k + 1) + "if x:\n" for k in range(95)) + " " * 97 + "return" + " -" * 9 + " x\n",
    ],
    ids=["parentheses", "signs", "elif", "blocks"],
)
def test_deep_nesting_is_refused_in_words(text: str) -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)  # for Python's own compiler
    try:
        function = function_of(text)
    finally:
        sys.setrecursionlimit(limit)
    with pytest.raises(UnsupportedError, match=r"^the text of f is nested too deep") as refused:
        read(function)
    (found,) = refused.value.diagnoses
    assert "100 deep" in found.notes[0]
    assert "loop" in found.help
    if "-" * 1500 not in text:
        assert found.at is not None
        assert found.at.line > 1


def test_nesting_just_below_the_limit_is_read() -> None:
    text = "def f(x):\n    return " + " + ".join(["x"] * (MAX_DEPTH - 4)) + "\n"
    assert refusals(text) == []

"""Expressions as text, and the wrapping of long lines."""

from __future__ import annotations

import ast

import pytest

from sourcead.backend.printing import NotPrinted, statement
from sourcead.backend.text import WIDTH, by_astor, text_of, wrap


@pytest.mark.parametrize(
    "text",
    [
        "(a @ b) * c",
        "a * (b @ c)",
        "a @ b + c",
        "-x ** 2",
        "(-x) ** 2",
        "2 ** -x",
        "a - (b - c)",
        "a / (b * c)",
        "a * b / c",
        "not (a < b)",
        "not a",
        "not (a and b)",
        "x[i, 1:n, None, ...]",
        "x[::-1]",
        'f("it", key="s")',
        "f((2, 3))",
        "(a, b)[0]",
        "(a if c else b) * 2",
        "(a < b) * c",
        "(a + b).sum(axis=-1)",
        '{"k": (a, b)}',
        "1e-08",
    ],
)
def test_round_trip_without_needless_parentheses(text: str) -> None:
    assert text_of(ast.parse(text, mode="eval").body) == text


LONG = [
    "value = " + " + ".join(f"np.sin(x{k} * {k})" for k in range(12)),
    "return " + ", ".join(f"result{k}" for k in range(20)),
    "x = function(" + ", ".join(f"argument{k} - 1" for k in range(12)) + ")",
    'text = "a string, with commas + operators".format(' + ", ".join(f"value{k}" for k in range(20)) + ")",
    "a[i, j] -= " + " * ".join(f"factor{k}" for k in range(15)),
]


@pytest.mark.parametrize("text", LONG)
def test_wrapped_lines_mean_the_same(text: str) -> None:
    lines = wrap(text, 4)
    assert max(map(len, lines)) <= WIDTH and len(lines) > 1
    program = "def f():\n" + "\n".join(lines)
    plain = "def f():\n    " + text
    assert ast.dump(ast.parse(program)) == ast.dump(ast.parse(plain))


def test_wrapped_headers() -> None:
    text = "if " + " and ".join(f"condition{k} > {k}" for k in range(9)) + ":"
    lines = wrap(text, 4, ":")
    assert max(map(len, lines)) <= WIDTH
    assert ast.parse("def f():\n" + "\n".join(lines) + "\n        pass").body
    assert lines[1].startswith(" " * 12)


PARTS = (
    "a", "1", "-1", "2.5", "None", "'s'", '"it\'s"', "1j", "...", "a.b", "f(x)", "f(x, *y, k=a)", "a + b", "a @ b",
    "a / b", "a ** b", "-a", "~a", "not a", "a < b <= c", "a is not None", "a and b", "a or b", "a if b else c",
    "(a, b)", "(a,)", "()", "[a, b]", "{a: b}", "a[b]", "a[b:c]", "a[::-1]", "a[b, c:d]", "a[:, None]", "a & b",
    "[x for x in y if x]", "lambda x: x",
)  # fmt: skip
AROUND = (
    "({}) + ({})", "({}) - ({})", "({}) * ({})", "({}) @ ({})", "({}) ** ({})", "({}) < ({})", "({}) and ({})",
    "({}) | ({})", "-({}) % ({})", "not ({}) or ({})", "f(({}), k=({}))", "f(({}))[({})]", "({}).real[({}):]",
    "z = ({}) if ({}) else w", "x += ({}), ({})", "return {{({}): ({})}}", "[({}) for x in ({})]", "({})({})",
    "x = y = ({}), ({})",
)  # fmt: skip


def test_as_astor_prints() -> None:
    """The printer of our own and astor agree on everything that both print."""
    printed = 0
    for around in AROUND:
        for first in PARTS:
            for second in PARTS[::5]:
                (node,) = ast.parse(around.format(first, second)).body
                try:
                    text = statement(node)
                except NotPrinted:
                    continue
                assert text == by_astor(node)
                printed += 1
    assert printed > 4_500

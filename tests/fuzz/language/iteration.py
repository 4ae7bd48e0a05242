"""Loops over what can be iterated: arrays, rows, lists, tuples, dict views, zip, enumerate, reversed."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, feature
from tests.fuzz.generator import MATRIX, Generator
from tests.fuzz.language.loops import loop
from tests.fuzz.scope import ARRAY, FLOAT, FLOATS, INT


@feature(STATEMENT, 1.2)
def over_array(g: Generator) -> None:
    loop(g, f"for e in {g.some_array()}:", ("e", FLOAT))


@feature(STATEMENT, 1)
def over_rows(g: Generator) -> None:
    matrix = g.some(g.scope.arrays(MATRIX))
    loop(g, f"for row in {matrix}:", ("row", ARRAY), rows_of=matrix)


@feature(STATEMENT, 1)
def over_list(g: Generator) -> None:
    loop(g, f"for e in {g.pick(*g.scope.of(FLOATS), f'[{g.leaf()}, {g.leaf()}, {g.leaf()}]')}:", ("e", FLOAT))


@feature(STATEMENT, 1)
def over_tuple(g: Generator) -> None:
    loop(g, f"for e in ({g.leaf()}, {g.leaf()}):", ("e", FLOAT))


@feature(STATEMENT, 1)
def over_zip(g: Generator) -> None:
    loop(g, f"for e, h1 in zip({g.some_array()}, {g.array()}):", ("e", FLOAT), ("h1", FLOAT))


@feature(STATEMENT, 1)
def over_enumerate(g: Generator) -> None:
    start = g.pick("", ", 1", ", start=2")
    loop(g, f"for i, e in enumerate({g.some_array()}{start}):", ("i", INT), ("e", FLOAT))


@feature(STATEMENT, 0.75)
def over_enumerate_zip(g: Generator) -> None:
    loop(
        g,
        f"for i, (e, h1) in enumerate(zip({g.some_array()}, {g.some_array()})):",
        ("i", INT),
        ("e", FLOAT),
        ("h1", FLOAT),
    )


@feature(STATEMENT, 0.75)
def over_reversed(g: Generator) -> None:
    what = g.pick("range(3)", f"range({g.int_()})")
    loop(g, f"for i in reversed({what}):", ("i", INT))


@feature(STATEMENT, 0.75)
def over_reversed_items(g: Generator) -> None:
    what = g.pick(g.some_array(), *g.scope.of(FLOATS), f"[{g.leaf()}, {g.leaf()}]")
    loop(g, f"for e in reversed({what}):", ("e", FLOAT))


@feature(STATEMENT, 0.75)
def over_items(g: Generator) -> None:
    name = g.unique("table")
    g.emit(f"{name} = {{'a': {g.leaf()}, 'b': {g.leaf()}, 'c': {g.number()}}}")
    header = g.pick(f"for key, e in {name}.items():", f"for e in {name}.values():")
    loop(g, header, ("e", FLOAT))


@feature(STATEMENT, 0.3)
def over_keys(g: Generator) -> None:
    name, a = g.unique("table"), g.name(FLOAT)
    g.emit(f"{name} = {{'p': {g.leaf()}, 'q': {g.leaf()}}}", f"{a} = 0.0")
    g.emit(f"for key in {g.pick(name, f'{name}.keys()')}:", f"    {a} += {name}[key] * {g.leaf()}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.75)
def over_pairs(g: Generator) -> None:
    pairs = f"[({g.leaf()}, {g.number()}), ({g.leaf()}, {g.leaf()})]"
    loop(g, f"for e, h1 in {pairs}:", ("e", FLOAT), ("h1", FLOAT))


@feature(STATEMENT, 0.2)
def over_static(g: Generator) -> None:
    """A loop over strings or functions."""
    a, v = g.name(FLOAT), g.some_array()
    g.emit(
        f"{a} = {g.leaf()}",
        f"for op in (np.{g.pick('sin', 'tanh')}, np.{g.pick('cos', 'exp')}):",
        f"    {a} = {a} + op({v} * 0.3).sum() * 0.1",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def over_neighbours(g: Generator) -> None:
    v, a = g.some_array(), g.name(FLOAT)
    g.emit(f"{a} = 0.0", f"for left, right in zip({v}[:-1], {v}[1:]):", f"    {a} += (right - left) ** 2 * {g.leaf()}")
    g.bind(a, FLOAT)

"""Stores of every index kind, plain and augmented."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, feature
from tests.fuzz.generator import MATRIX, VECTOR, Generator, M, N

OPERATORS = ("=", "=", "+=", "-=", "*=")
SPANS = ("1:", ":-1", ":2", "::2", "::-1", ":", "1:3", "-2:", "3:0:-1", "...", "::3", "1::2", "::-2")


@feature(STATEMENT, 2.5)
def item_store(g: Generator) -> None:
    a, value = g.made(), g.float_(1)
    g.emit(f"{a}[{g.index(N)}] {g.pick(*OPERATORS)} {value}")


@feature(STATEMENT, 0.4)
def read_modify_write(g: Generator) -> None:
    a = g.made()
    g.emit(f"{a}[{g.index(N)}] = {a}[{g.index(N)}] * {a}[{g.index(N)}] + {g.leaf()}")


@feature(STATEMENT, 1.5)
def slice_store(g: Generator) -> None:
    a, span = g.made(), g.pick(*SPANS)
    value = g.pick(
        f"{g.some_array()}[{span}]", f"{g.leaf()}", f"np.sin({a}[{span}])", f"{a}[{span}] * {g.some_array()}[{span}]"
    )
    g.emit(f"{a}[{span}] {g.pick(*OPERATORS)} {value}")


@feature(STATEMENT, 0.5)
def mask_store(g: Generator) -> None:
    a = g.made()
    mask = f"{g.pick(a, g.some_array())} {g.pick('>', '<')} {g.pick('0', '0.3', '-0.2')}"
    if g.chance(0.4):
        mask_name = g.unique("mask")
        g.emit(f"{mask_name} = {mask}")
        mask = mask_name
    value = g.pick(g.leaf(), f"{g.some_array()}[{mask}]", g.number())
    g.emit(f"{a}[{mask}] {g.pick(*OPERATORS)} {value}")


@feature(STATEMENT, 0.5)
def fancy_store(g: Generator) -> None:
    """Integer arrays, repeats among them."""
    a = g.made()
    idx = g.pick("[0, 2]", "[1, 1, 3]", "[-1, 0]", "[3, 3, 3]", "np.array([2, 0, 2])")
    if g.chance(0.4):
        name = g.unique("idx")
        g.emit(f"{name} = {idx if 'np' in idx else f'np.array({idx})'}")
        index = name
    else:
        index = idx
    count = idx.count(",") + 1
    value = g.pick(g.leaf(), f"{g.some_array()}[:{count}]", f"{a}[{index}] * {g.leaf()}")
    g.emit(f"{a}[{index}] {g.pick(*OPERATORS)} {value}")


@feature(STATEMENT, 0.4)
def add_at(g: Generator) -> None:
    a, idx = g.made(), g.pick("[0, 2]", "[1, 1, 3]", "[3, 3]", "np.array([2, 0, 2])")
    values = g.pick(g.leaf(), f"{g.some_array()}[:{idx.count(',') + 1}]")
    g.emit(f"np.{g.pick('add', 'add', 'subtract')}.at({a}, {idx}, {values})")


@feature(STATEMENT, 0.7)
def matrix_store(g: Generator) -> None:
    a = g.made(MATRIX)
    i, j = g.index(M), g.index(N)
    g.emit(
        g.pick(
            f"{a}[{i}, {j}] {g.pick(*OPERATORS)} {g.float_(1)}",
            f"{a}[{i}][{j}] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[{i}] {g.pick(*OPERATORS)} {g.some_array()}",
            f"{a}[{i}, :] {g.pick(*OPERATORS)} {g.array()}",
            f"{a}[:, {j}] {g.pick(*OPERATORS)} {a}[:, {g.index(N)}]",
            f"{a}[..., {j}] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[1:, ::2] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[1:, 1:] {g.pick(*OPERATORS)} {a}[:-1, :-1]",
            f"{a}[::-1, 1] {g.pick(*OPERATORS)} {g.some_array()}[:3]",
        )
    )


@feature(STATEMENT, 0.4)
def mixed_store(g: Generator) -> None:
    a = g.made(MATRIX)
    g.emit(
        g.pick(
            f"{a}[1, [0, 2, 2]] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[[0, 2], 1:] {g.pick(*OPERATORS)} {g.some_array()}[1:]",
            f"{a}[[0, 1, 2], [1, 1, 3]] {g.pick(*OPERATORS)} {g.some_array()}[:3]",
            f"{a}[:, {g.some_array()} > 0] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[{a} > 0.2] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[{a}[:, 0] > 0] {g.pick(*OPERATORS)} {g.some_array()}",
            f"{a}[np.arange({M}), [0, 1, 2]] {g.pick(*OPERATORS)} {g.leaf()}",
        )
    )


@feature(STATEMENT, 0.3)
def transposed_store(g: Generator) -> None:
    a = g.made(MATRIX, contiguous=True)
    g.emit(
        g.pick(
            f"{a}.T[0] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}.T[{g.index(N)}, 1] {g.pick(*OPERATORS)} {g.float_(1)}",
            f"{a}.reshape(-1)[{g.index(M * N)}] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[1:][0] {g.pick(*OPERATORS)} {g.some_array()}",
            f"{a}.ravel()[2:4] {g.pick(*OPERATORS)} {g.leaf()}",
        )
    )


@feature(STATEMENT, 0.3)
def new_axis_store(g: Generator) -> None:
    a = g.made()
    g.emit(
        g.pick(
            f"{a}[None, 1:] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[:, None] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a}[np.newaxis, :] {g.pick(*OPERATORS)} {g.some_array()}",
            f"{a}[..., None][{g.index(N)}] {g.pick(*OPERATORS)} {g.leaf()}",
        )
    )


@feature(STATEMENT, 0.3)
def crossing_stores(g: Generator) -> None:
    """A tuple assignment that swaps elements."""
    a, i, j = g.made(), g.index(N), g.index(N)
    g.emit(f"{a}[{i}], {a}[{j}] = {a}[{j}], {a}[{i}]{g.pick('', f' * {g.leaf()}')}")


@feature(STATEMENT, 0.3)
def overlapping_store(g: Generator) -> None:
    a = g.made()
    g.emit(
        g.pick(
            f"{a}[1:] = {a}[:-1]",
            f"{a}[:-1] += {a}[1:]",
            f"{a}[::-1] = {a}",
            f"{a}[:] = {a}[::-1]",
            f"{a}[1:] *= {a}[:-1] * {g.leaf()}",
        )
    )


@feature(STATEMENT, 0.3)
def store_loop(g: Generator) -> None:
    a, v = g.made(VECTOR), g.some_array()
    index = g.pick("i1", "-i1", "i1 - 1", "(2 * i1) % 4")
    g.emit(
        f"for i1 in range({g.pick('1, 4', '4', '3', '3, 0, -1')}):",
        f"    {a}[{index}] {g.pick(*OPERATORS)} {v}[i1] * {a}[i1 - 1] + {g.leaf()}",
    )

"""Aliases and views: one memory through several names, containers and functions."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import MATRIX, ROW, VECTOR, Generator, M, N
from tests.fuzz.scope import ARRAY, FLOAT, Shape

SCALE_IN_PLACE = """
def scale_in_place(v, s):
    v *= s
    v[0] += s
    for i in range(1, len(v)):
        v[i] += 0.1 * v[i - 1]
"""

TAIL_OF = """
def tail_of(v):
    return v[1:]
"""

SET_EDGES = """
def set_edges(v, s):
    v[0] = s
    v[-1] = s * v[1]
    return v
"""

SHIFTED = """
def shifted(v, s=0.3):
    v += s
    return v[1:]
"""

OPERATORS = ("=", "+=", "*=", "-=")


def alias(g: Generator, source: str, view: str, shape: Shape) -> str:
    """`name = view`, of the memory of source."""
    name = g.name(ARRAY, shape)
    if name == source or (g.loops and name in g.scope.names and not g.scope.undecided):
        raise Inapplicable
    g.emit(f"{name} = {view}")
    return g.bind(name, ARRAY, shape, g.scope.names[source].memory)


@feature(STATEMENT, 0.5)
def second_name(g: Generator) -> None:
    a = g.some(g.scope.arrays(VECTOR))
    alias(g, a, a, VECTOR)


@feature(STATEMENT, 0.6)
def view(g: Generator) -> None:
    if g.scope.arrays(MATRIX) and g.chance(0.5):
        a = g.some(g.scope.arrays(MATRIX))
        row = [f"{a}[{g.index(M)}]", f"{a}.T[:, 1]", f"{a}[1, :]", f"{a}[1:][0]"]
        row += [f"{a}.reshape(-1)[4:8]", f"{a}.ravel()[:4]"] if g.scope.names[a].contiguous else []
        column = [f"{a}[:, {g.index(N)}]", f"{a}.T[{g.index(N)}]", f"{a}[0, 1:]"]
        text, shape = g.random.choice([(r, VECTOR) for r in row] + [(c, ROW) for c in column])
    else:
        a = g.some(g.scope.arrays(VECTOR))
        whole = [f"{a}[::-1]", f"{a}[...]", f"{a}.T", f"np.asarray({a})"]
        whole += [f"{a}.reshape(4)", f"{a}.ravel()"] if g.scope.names[a].contiguous else []
        parts: list[tuple[str, Shape]] = [
            (f"{a}[1:]", ROW),
            (f"{a}[:-1]", ROW),
            (f"{a}[::2]", (2,)),
            (f"{a}[1:3]", (2,)),
        ]
        text, shape = g.random.choice(parts + [(w, VECTOR) for w in whole])
    alias(g, a, text, shape)


@feature(STATEMENT, 0.8)
def store_through_view(g: Generator) -> None:
    """A view is stored into, and its base is read; or the other way round."""
    a, part = g.made(contiguous=True), g.unique("part")
    text, size = g.random.choice(
        [(f"{a}[1:]", 3), (f"{a}[::2]", 2), (f"{a}[::-1]", 4), (f"{a}[:2]", 2), (a, 4), (f"{a}.reshape(2, 2)[1]", 2)]
    )
    g.emit(f"{part} = {text}")
    memory = g.scope.names[a].memory
    g.emit(
        g.pick(
            f"{part}[{g.index(size)}] {g.pick(*OPERATORS)} {g.float_(1)}",
            f"{part} {g.pick('+=', '*=')} {g.leaf()}",
            f"{part}[:] = {g.leaf()}",
            f"{a}[1] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{a} *= {g.leaf()}",
        )
    )
    g.bind(part, ARRAY, (size,), memory)


@feature(STATEMENT, 0.4)
def store_through_matrix_view(g: Generator) -> None:
    a, part = g.made(MATRIX, contiguous=True), g.unique("block")
    text = g.pick(
        f"{a}.T", f"{a}[1:]", f"{a}.reshape(4, 3)", f"{a}[:, ::2]", f"{a}[:, 1:].T", f"{a}[None][0]", f"{a}[::-1]"
    )
    g.emit(f"{part} = {text}")
    g.emit(
        g.pick(
            f"{part}[0] {g.pick(*OPERATORS)} {g.leaf()}",
            f"{part}[1, 1] {g.pick(*OPERATORS)} {g.float_(1)}",
            f"{part} *= {g.leaf()}",
        )
    )
    g.assign(FLOAT, f"({part} * {part}).sum()")


@feature(STATEMENT, 0.4)
def view_of_view(g: Generator) -> None:
    a, outer, inner = g.made(), g.unique("outer"), g.unique("core")
    g.emit(f"{outer} = {a}[{g.pick('1:', '::-1', ':3')}]", f"{inner} = {outer}[{g.pick('1:', '::2', '::-1')}]")
    g.emit(f"{inner}[{g.pick('0', '-1')}] {g.pick(*OPERATORS)} {g.float_(1)}")
    g.assign(FLOAT, f"{outer}.sum() * {inner}[0]")


@feature(STATEMENT, 0.4)
def diverging_names(g: Generator) -> None:
    """`b = a`, then a is rebound, or changed in place."""
    a = g.made()
    b = alias(g, a, a, VECTOR)
    if g.chance(0.5) and g.scope.may_bind(a, ARRAY, VECTOR):
        g.emit(f"{a} = {a} + {g.leaf()}")
        g.bind(a, ARRAY, VECTOR)
    else:
        g.emit(f"{a} += {g.leaf()}")
    g.assign(FLOAT, f"({b} * {a}).sum()")


@feature(STATEMENT, 0.4)
def rows_changed(g: Generator) -> None:
    """Rows that come from iteration are stored into."""
    a = g.made(MATRIX)
    g.emit(
        f"for row1 in {a}:",
        g.pick(
            f"    row1 {g.pick('+=', '*=')} {g.leaf()}",
            f"    row1[1:] {g.pick(*OPERATORS)} {g.leaf()}",
            f"    row1[0] = row1[1] * {g.leaf()}",
        ),
    )


@feature(STATEMENT, 0.4)
def in_tuple(g: Generator) -> None:
    a, pair = g.made(), g.unique("both")
    g.emit(f"{pair} = ({a}, {g.some_array()} * 2)", f"{pair}[0][{g.index(N)}] {g.pick(*OPERATORS)} {g.float_(1)}")
    g.assign(FLOAT, f"({a} * {pair}[1]).sum()")


@feature(STATEMENT, 0.4)
def in_list(g: Generator) -> None:
    a, held = g.made(), g.unique("held")
    g.emit(
        f"{held} = [{a}, np.ones(4)]",
        f"{held}[{g.pick('0', '1', '-1')}][{g.index(N)}] {g.pick(*OPERATORS)} {g.float_(1)}",
    )
    g.assign(FLOAT, f"({a} * {held}[1]).sum()")


@feature(STATEMENT, 0.4)
def in_dict(g: Generator) -> None:
    a, held = g.made(), g.unique("store")
    g.emit(
        f"{held} = {{'a': {a}, 'b': {g.some_array()}.copy()}}",
        f"{held}['{g.pick('a', 'b')}'][{g.pick('1:', '0', '::2')}] {g.pick(*OPERATORS)} {g.leaf()}",
    )
    if g.chance(0.4):
        g.emit(f"{held}['{g.pick('a', 'b')}'] *= {g.leaf()}")
    g.assign(FLOAT, f"({a} * {held}['b']).sum()")


@feature(STATEMENT, 0.3)
def loop_over_held(g: Generator) -> None:
    """Each of several arrays in a list or tuple is changed in a loop."""
    a, b = g.made(), g.unique("other")
    g.emit(
        f"{b} = {g.array()} * 1.0",
        f"for item1 in {g.pick(f'({a}, {b})', f'[{a}, {b}]')}:",
        f"    item1 {g.pick('+=', '*=')} {g.leaf()}",
    )
    g.assign(FLOAT, f"({a} * {b}).sum()")


@feature(STATEMENT, 0.5)
def callee_changes(g: Generator) -> None:
    name = g.define(
        "scale_in_place",
        SCALE_IN_PLACE,
    )
    if g.chance(0.5):
        name = g.define("set_edges", SET_EDGES)
    a = g.made()
    g.emit(f"{name}({g.pick(a, f'{a}[1:]', f'{a}[::-1]')}, {g.float_(1)})")


@feature(STATEMENT, 0.4)
def callee_returns_alias(g: Generator) -> None:
    name = g.define("tail_of", TAIL_OF)
    if g.chance(0.5):
        name = g.define("shifted", SHIFTED)
    a, part = g.made(), g.unique("rest")
    g.emit(f"{part} = {name}({a})", f"{part}[{g.index(3)}] {g.pick(*OPERATORS)} {g.float_(1)}")
    g.bind(part, ARRAY, ROW, g.scope.names[a].memory)


@feature(STATEMENT, 0.3)
def swapped_arrays(g: Generator) -> None:
    a, b = g.unique("left"), g.unique("right")
    g.emit(
        f"{a}, {b} = {g.array()} * 1.0, {g.array()} + 0.5",
        f"{a}, {b} = {b}, {a}",
        f"{a}[{g.index(N)}] {g.pick(*OPERATORS)} {b}[{g.index(N)}]",
    )
    g.bind(a, ARRAY, VECTOR)
    g.bind(b, ARRAY, VECTOR)


@feature(STATEMENT, 0)
def buffer_swap(g: Generator) -> None:
    """Two buffers change places at every turn, so that a name may mean either: only where it is asked for."""
    a, b = g.unique("old"), g.unique("new")
    g.emit(f"{a} = {g.array()} * 1.0", f"{b} = np.empty_like({a})", f"for i1 in range({g.pick('2', '3')}):")
    g.emit(f"    {b}[0] = {a}[0]", f"    {b}[1:] = 0.5 * ({a}[1:] + {a}[:-1])", f"    {a}, {b} = {b}, {a}")
    g.assign(FLOAT, f"({a} * {a}).sum()")


@feature(STATEMENT, 0.3)
def copies(g: Generator) -> None:
    """A copy diverges."""
    a, b = g.made(), g.unique("saved")
    copy = g.pick(f"{a}.copy()", f"np.array({a})", f"np.copy({a})", f"{a} + 0", f"{a}[[0, 1, 2, 3]]", f"{a}.flatten()")
    g.emit(f"{b} = {copy}")
    g.emit(f"{g.pick(a, b)}[{g.index(N)}] {g.pick(*OPERATORS)} {g.float_(1)}")
    g.bind(b, ARRAY, VECTOR)

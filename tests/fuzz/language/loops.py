"""Loops: over ranges and while, with every exit, to any depth, zero turns included."""

from __future__ import annotations

from tests.fuzz.features import JUMP, STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT, INT


def loop(g: Generator, header: str, *bound: tuple[str, str], count: int = 2, rows_of: str = "") -> None:
    """A loop of random statements; afterwards only what was bound before it. rows_of: whose memory an array is."""
    if g.loops >= 2:
        raise Inapplicable
    before = g.scope.copy()
    for name, kind in bound:
        if not g.scope.may_bind(name, kind) or (name in before and kind == ARRAY):
            raise Inapplicable
    with g.block(header, loop=True):
        for name, kind in bound:
            g.bind(name, kind, VECTOR if kind == ARRAY else (), g.scope.names[rows_of].memory if rows_of else None)
        g.statements(g.random.randint(1, count))
    after = g.scope.copy()
    g.scope.join([before, after])


def counter(g: Generator) -> str:
    free = [n for n in ("i", "j", "k", "t_") if n not in g.scope.names]
    return g.some(free)


@feature(STATEMENT, 4)
def for_range(g: Generator) -> None:
    i = counter(g)
    span = g.pick(
        g.int_(), "3", "1, 4", "3, 0, -1", "0, 4, 2", f"{g.int_()}, 4", "len(x)" if "x" in g.scope.names else "2"
    )
    loop(g, f"for {i} in range({span}):", (i, INT))


@feature(STATEMENT, 0.2)
def zero_trips(g: Generator) -> None:
    i = counter(g)
    loop(g, f"for {i} in {g.pick('range(0)', 'range(2, 2)', 'range(1, 4, -1)')}:", (i, INT))


@feature(STATEMENT, 1.5)
def while_counter(g: Generator) -> None:
    i = g.unique("n_")
    g.emit(f"{i} = 0")
    bound = g.pick("3", "4", g.int_())
    g.bind(i, INT)
    condition = f"{i} < {bound}" + (f" and ({g.condition()})" if g.chance(0.4) else "")
    if g.loops >= 2:
        raise Inapplicable
    before = g.scope.copy()
    with g.block(f"while {condition}:", loop=True):
        g.emit(f"{i} += 1")
        g.statements(g.random.randint(1, 2))
    g.scope.join([before, g.scope.copy()])


@feature(STATEMENT, 0.4)
def while_active(g: Generator) -> None:
    """A condition on values that the loop computes."""
    a = g.name(FLOAT)
    bound = g.pick("0.1", "0.3", "0.7")
    g.emit(f"{a} = 1.0 + {g.leaf()} ** 2", f"while {a} > {bound}:")
    g.emit(f"    {a} = {g.pick(f'{a} * 0.5', f'np.tanh({a}) * 0.7', f'{a} / (1.5 + {g.leaf()} ** 2)')}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def while_true(g: Generator) -> None:
    a, steps = g.name(FLOAT), g.unique("steps")
    g.emit(f"{a} = {g.float_(1)}", f"{steps} = 0", "while True:")
    g.emit(
        f"    {a} = np.sin({a}) + {g.leaf()} * 0.1",
        f"    {steps} += 1",
        f"    if {steps} >= {g.pick('2', '3')} or {a} > 0.9:",
        "        break",
    )
    g.bind(a, FLOAT)


def jump(g: Generator, word: str) -> None:
    if not g.loops:
        raise Inapplicable
    g.emit(f"if {g.condition()}:")
    names = [n for n in g.scope.of(FLOAT) if g.scope.may_bind(n, FLOAT)]
    if names and g.chance(0.4):
        g.emit(f"    {g.some(names)} {g.pick('+=', '*=', '=')} {g.leaf()}")
    g.emit(f"    {word}")


@feature(JUMP, 2)
def break_(g: Generator) -> None:
    jump(g, "break")


@feature(JUMP, 2)
def continue_(g: Generator) -> None:
    jump(g, "continue")


@feature(JUMP, 1)
def return_in_loop(g: Generator) -> None:
    if not g.loops:
        raise Inapplicable
    g.emit(f"if {g.condition()}:", f"    return {g.float_(2)}")


@feature(STATEMENT, 0.4)
def search_loop(g: Generator) -> None:
    """A loop with break and else."""
    v, a = g.some_array(), g.name(FLOAT)
    g.emit(
        f"for e1 in {v}:",
        f"    if e1 > {g.number()}:",
        f"        {a} = e1 * {g.leaf()}",
        "        break",
        "else:",
        f"    {a} = {g.float_(1)}",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 1)
def loop_else(g: Generator) -> None:
    i = counter(g)
    names = [n for n in g.scope.of(FLOAT) if g.scope.may_bind(n, FLOAT)]
    loop(g, f"for {i} in range({g.int_()}):", (i, INT))
    a = g.some(names)
    g.emit("else:", f"    {a} = {a} * {g.leaf()}")


@feature(STATEMENT, 0.4)
def read_afterwards(g: Generator) -> None:
    """What the last turn left, the loop variable too."""
    v, i, a = g.some_array(), counter(g), g.name(FLOAT)
    g.emit(f"for {i} in range({g.pick('1', '2', '3')}):", f"    last = {v}[{i}] * {g.leaf()}")
    g.emit(f"{a} = last * {i} + {v}[{i}]")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.4)
def item_read_afterwards(g: Generator) -> None:
    v, a = g.some_array(), g.name(FLOAT)
    g.emit(
        f"{a} = {g.leaf()}",
        f"for item in {v}:",
        f"    if item > {g.number()}:",
        "        break",
        f"    {a} += item * item",
        f"{a} = {a} * item",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.4)
def nested_accumulation(g: Generator) -> None:
    v, a = g.some_array(), g.name(FLOAT)
    g.emit(
        f"{a} = {g.pick('0.0', '1.0')}",
        f"for i1 in range({g.pick('2', '3')}):",
        f"    inner = {g.pick('0.0', g.leaf())}",
    )
    g.emit(f"    for j1 in range({g.pick('i1', 'i1 + 1', '2', '0')}):", f"        inner += {v}[i1] * {v}[j1]")
    g.emit(f"    {a} {g.pick('+=', '*=')} {g.pick('inner', 'np.tanh(inner) + 0.5')}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def break_two(g: Generator) -> None:
    """Leaving two loops by a flag."""
    v, a, flag = g.some_array(), g.name(FLOAT), g.unique("done")
    g.emit(
        f"{a}, {flag} = 0.0, False",
        "for i1 in range(3):",
        "    for j1 in range(3):",
        f"        {a} += {v}[j1] * (i1 + 1) * 0.3",
    )
    g.emit(
        f"        if {a} > {g.number()}:",
        f"            {flag} = True",
        "            break",
        f"    if {flag}:",
        "        break",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def running_array(g: Generator) -> None:
    """An array rebound at every turn."""
    h, v = g.name(ARRAY, VECTOR), g.some_array()
    if h in g.scope.names:
        raise Inapplicable
    g.emit(
        f"{h} = {g.pick('np.zeros(4)', f'{v} * 1.0')}",
        f"for i1 in range({g.pick('2', '3', g.int_())}):",
        f"    {h} = np.tanh({h} * {g.leaf()} + {v})",
    )
    g.bind(h, ARRAY, VECTOR)

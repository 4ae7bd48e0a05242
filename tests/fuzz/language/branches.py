"""Branches: if in every form, early returns, match on static values, assert and raise."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT, Variable


def branches(g: Generator, headers: list[str], *, exhaustive: bool, count: int = 2) -> list[dict[str, Variable]]:
    """Blocks of random statements; the scope at the end of each, and that before where none may run."""
    before, ends = g.scope.copy(), []
    for header in headers:
        g.scope.names = dict(before)
        with g.block(header):
            g.statements(g.random.randint(1, count))
        ends.append(g.scope.copy())
    g.scope.names = before
    return ends if exhaustive else [*ends, before]


@feature(STATEMENT, 3)
def if_(g: Generator) -> None:
    g.scope.join(branches(g, [f"if {g.condition()}:"], exhaustive=False))


@feature(STATEMENT, 3)
def if_else(g: Generator) -> None:
    g.scope.join(branches(g, [f"if {g.condition()}:", "else:"], exhaustive=True))


@feature(STATEMENT, 1)
def elif_(g: Generator) -> None:
    g.scope.join(branches(g, [f"if {g.condition()}:", f"elif {g.condition()}:", "else:"], exhaustive=True, count=1))


@feature(STATEMENT, 0.4)
def bound_in_one_branch(g: Generator) -> None:
    """A name that only the branch taken binds is read under the same condition."""
    condition, name = g.condition(), g.unique("extra")
    g.emit(f"if {condition}:", f"    {name} = {g.float_(1)}")
    if g.chance(0.5):
        g.emit("else:", "    pass")
    a = g.name(FLOAT)
    g.emit(f"{a} = {g.leaf()}", f"if {condition}:", f"    {a} = {name} * {g.leaf()}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.4)
def flagged_branch(g: Generator) -> None:
    """A name that is bound where a flag says so."""
    flag, name = g.unique("ready"), g.unique("found")
    g.emit(f"{flag} = False", f"if {g.condition()}:", f"    {flag} = True", f"    {name} = {g.float_(1)}")
    g.assign(FLOAT, f"{name} * {g.leaf()} if {flag} else {g.leaf()}")


@feature(STATEMENT, 0.6)
def early_return(g: Generator) -> None:
    if g.depth > 2:
        raise Inapplicable
    g.emit(f"if {g.condition()}:", f"    return {g.float_(2)}")


@feature(STATEMENT, 0.3)
def match_int(g: Generator) -> None:
    a, n = g.name(FLOAT), g.pick("2", "1", "len(x)") if "x" in g.scope.names else "2"
    g.emit(
        f"match {n}:", "    case 1:", f"        {a} = {g.float_(1)}", "    case 2 | 3:", f"        {a} = {g.float_(1)}"
    )
    g.emit("    case _:", f"        {a} = {g.leaf()}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def match_str(g: Generator) -> None:
    mode, a, v = g.unique("mode"), g.name(FLOAT), g.some_array()
    choice = g.pick('"mean"', '"sum"', '"none"')
    g.emit(f"{mode} = {choice}", f"match {mode}:")
    g.emit('    case "mean":', f"        {a} = {v}.mean()", '    case "sum":', f"        {a} = {v}.sum() * 0.1")
    g.emit("    case other:", f"        {a} = {g.float_(1)} + len(other)")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def match_tuple(g: Generator) -> None:
    a = g.name(FLOAT)
    subject = g.pick("('scale', 2)", "('shift', 1)", "('none',)")
    g.emit(f"match {subject}:", "    case ('scale', k1):", f"        {a} = {g.leaf()} * k1")
    g.emit(
        "    case ('shift', k1) if k1 > 0:",
        f"        {a} = {g.leaf()} + k1",
        "    case _:",
        f"        {a} = {g.leaf()}",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def string_mode(g: Generator) -> None:
    mode, v = g.unique("kind"), g.name(ARRAY, VECTOR)
    source = g.some_array()
    choice = g.pick('"relu"', '"tanh"')
    g.emit(f"{mode} = {choice}")
    g.emit(f'if {mode} == "relu":', f"    {v} = np.maximum({source}, 0)", "else:", f"    {v} = np.tanh({source})")
    g.bind(v, ARRAY, VECTOR)


@feature(STATEMENT, 0.3)
def none_default(g: Generator) -> None:
    name = g.unique("bias")
    g.emit(f"{name} = {g.pick('None', g.leaf())}")
    g.assign(FLOAT, f"{g.leaf()} if {name} is None else {name} * {g.leaf()}")


@feature(STATEMENT, 0.3)
def asserted(g: Generator) -> None:
    v = g.some(g.scope.arrays(VECTOR))
    g.emit(
        g.pick(f"assert {v}.shape[0] > 1", f'assert np.all(np.isfinite({v})), "not finite"', f"assert len({v}) == 4")
    )


@feature(STATEMENT, 0.3)
def raised_otherwise(g: Generator) -> None:
    v = g.some(g.scope.arrays(VECTOR))
    g.emit(f"if {v}.ndim != 1:", f'    raise ValueError(f"a vector is needed, not {{{v}.shape}}")')


@feature(STATEMENT, 0.2)
def float_equality(g: Generator) -> None:
    a = g.some(g.scope.of(FLOAT))
    g.assign(FLOAT, f"{g.leaf()} if {a} == 0.123 else {g.float_(1)}")


@feature(STATEMENT, 0.2)
def isinstance_(g: Generator) -> None:
    a = g.some([*g.scope.of(FLOAT), *g.scope.arrays(VECTOR)])
    g.assign(
        FLOAT, f"{g.leaf()} * 2 if isinstance({a}, {g.pick('float', 'np.ndarray', '(int, float)')}) else {g.leaf()}"
    )

"""Dicts with static keys, and sets and strings beside them."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, feature
from tests.fuzz.generator import Generator
from tests.fuzz.scope import FLOAT


@feature(STATEMENT, 0.5)
def dict_display(g: Generator) -> None:
    d = g.unique("out_")
    made = g.pick(f"{{'F': {g.leaf()}, 'v': {g.array()}}}", f"dict(F={g.leaf()}, v={g.array()})")
    g.emit(f"{d} = {made}")
    g.assign(FLOAT, f"{d}['F'] * {d}['v'].sum()")


@feature(STATEMENT, 0.5)
def dict_store(g: Generator) -> None:
    d = g.unique("out_")
    g.emit(f"{d} = {{}}", f"{d}['F'] = {g.float_(1)}", f"{d}['G'] = {d}['F'] * {g.leaf()}")
    if g.chance(0.6):
        g.emit(f"{d}['{g.pick('F', 'G')}'] {g.pick('+=', '*=')} {g.leaf()}")
    g.assign(
        FLOAT,
        g.pick(
            f"{d}['F'] + {d}['G']",
            f"sum({d}.values())",
            f"{d}.get('G', 0.0) * {d}['F']",
            f"sum(v1 * v1 for v1 in {d}.values())",
        ),
    )


@feature(STATEMENT, 0.4)
def dict_accumulator(g: Generator) -> None:
    d, v = g.unique("sums"), g.some_array()
    g.emit(
        f"{d} = {{'even': 0.0, 'odd': 1.0}}",
        f"for i1 in range({g.pick('3', '4')}):",
        "    if i1 % 2 == 0:",
        f"        {d}['even'] += {v}[i1]",
        "    else:",
        f"        {d}['odd'] *= {v}[i1]",
    )
    g.assign(FLOAT, f"{d}['even'] * {d}['odd']")


@feature(STATEMENT, 0.3)
def dict_of_arrays(g: Generator) -> None:
    d = g.unique("state")
    g.emit(
        f"{d} = {{'p': {g.array()} * 1.0, 'v': {g.array()} + 0.5}}", f"for _1 in range({g.pick('1', '2', g.int_())}):"
    )
    g.emit(
        g.pick(f"    {d}['p'] = {d}['p'] + 0.1 * {d}['v']", f"    {d}['p'] += 0.1 * {d}['v']"),
        f"    {d}['v'] = {d}['v'] - 0.1 * np.sin({d}['p'])",
    )
    g.assign(FLOAT, f"({d}['p'] * {d}['v']).sum()")


@feature(STATEMENT, 0.3)
def dict_comprehension(g: Generator) -> None:
    d = g.unique("named")
    g.emit(f"{d} = {{key1: {g.leaf()} * len(key1) for key1 in ('a', 'bb')}}")
    g.assign(FLOAT, f"{d}['a'] * {d}['bb']")


@feature(STATEMENT, 0.3)
def dict_copy(g: Generator) -> None:
    d, e = g.unique("base"), g.unique("more")
    more = g.pick(f"{{**{d}, 'c': {g.leaf()}}}", f"dict({d}, c={g.leaf()})")
    g.emit(f"{d} = {{'a': {g.leaf()}, 'b': {g.leaf()}}}", f"{e} = {more}", f"{e}['a'] = {g.float_(1)}")
    g.assign(FLOAT, f"{d}['a'] * {e}['a'] + {e}['c']")


@feature(STATEMENT, 0.3)
def dict_alias(g: Generator) -> None:
    d, e = g.unique("base"), g.unique("same")
    g.emit(f"{d} = {{'a': {g.leaf()}}}", f"{e} = {d}", f"{e}['a'] {g.pick('=', '+=')} {g.float_(1)}")
    g.assign(FLOAT, f"{d}['a'] * {g.leaf()}")


@feature(STATEMENT, 0.3)
def nested_dict(g: Generator) -> None:
    d = g.unique("cfg")
    g.emit(
        f"{d} = {{'opt': {{'rate': {g.leaf()}}}, 'w': [{g.leaf()}, {g.leaf()}]}}",
        f"{d}['opt']['rate'] {g.pick('=', '*=')} {g.float_(1)}",
        f"{d}['w'][0] = {g.leaf()}",
    )
    g.assign(FLOAT, f"{d}['opt']['rate'] * {d}['w'][0] + {d}['w'][1]")


@feature(STATEMENT, 0.2)
def membership(g: Generator) -> None:
    d = g.unique("opts")
    g.emit(f"{d} = {{'rate': {g.leaf()}}}")
    key = g.pick("'rate'", "'other'")
    g.assign(FLOAT, f"{d}['rate'] if {key} in {d} else {g.leaf()}")


@feature(STATEMENT, 0.2)
def int_keys(g: Generator) -> None:
    d, v = g.unique("memo"), g.some_array()
    g.emit(
        f"{d} = {{0: {g.leaf()}, 1: {g.leaf()}}}",
        "for i1 in range(2, 4):",
        f"    {d}[i1] = {d}[i1 - 1] * {v}[i1] + {d}[i1 - 2]",
    )
    g.assign(FLOAT, f"{d}[3]")


@feature(STATEMENT, 0.2)
def static_set(g: Generator) -> None:
    s, a = g.unique("skip"), g.name(FLOAT)
    g.emit(
        f"{s} = {{1, 3}}",
        f"{a} = 0.0",
        "for i1 in range(4):",
        f"    if i1 not in {s}:",
        f"        {a} += {g.some_array()}[i1] * {g.leaf()}",
    )
    g.bind(a, FLOAT)

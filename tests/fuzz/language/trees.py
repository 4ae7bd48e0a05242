"""Tuples, named tuples and dataclasses, nested."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT

STATE = """
class State(NamedTuple):
    pos: np.ndarray
    vel: float = 0.5

    def energy(self):
        return (self.pos**2).sum() + self.vel**2
"""

POINT = """
@dataclass
class Point:
    a: float
    b: float = 2.0

    def norm(self):
        return self.a**2 + self.b**2

    @property
    def product(self):
        return self.a * self.b
"""

BOTH = """
def both(v, s):
    return v * s, (v.sum(), {'s': s})
"""


def state_tuple(g: Generator) -> str:
    g.import_("from typing import NamedTuple")
    return g.define(
        "State",
        STATE,
    )


def point(g: Generator) -> str:
    g.import_("from dataclasses import dataclass")
    return g.define(
        "Point",
        POINT,
    )


@feature(STATEMENT, 0.4)
def tuple_value(g: Generator) -> None:
    p = g.unique("pair")
    g.emit(f"{p} = ({g.float_(1)}, {g.array()}, ({g.leaf()}, 'tag'))")
    g.assign(FLOAT, g.pick(f"{p}[0] * {p}[1].sum()", f"{p}[2][0] * {p}[0]", f"{p}[-1][0] + {p}[1][0]", f"sum({p}[:1])"))


@feature(STATEMENT, 0.4)
def named_tuple(g: Generator) -> None:
    s, cls = g.unique("st"), state_tuple(g)
    g.emit(f"{s} = {cls}({g.array()} * 1.0, {g.pick('', 'vel=')}{g.leaf()})")
    if g.chance(0.5):
        moved = f"{cls}({s}.pos + 0.1 * {s}.vel, {s}.vel - 0.1 * {s}.pos.sum())"
        g.emit(f"{s} = {g.pick(f'{s}._replace(vel={s}.vel * {g.leaf()})', moved)}")
    g.assign(FLOAT, g.pick(f"{s}.energy()", f"{s}.pos.sum() * {s}.vel", f"{s}[0][1] * {s}[1]"))


@feature(STATEMENT, 0.3)
def named_tuple_loop(g: Generator) -> None:
    s, cls = g.unique("st"), state_tuple(g)
    g.emit(
        f"{s} = {cls}({g.array()} * 1.0, {g.leaf()})",
        f"for i1 in range({g.pick('2', g.int_())}):",
        f"    {s} = {cls}({s}.pos + 0.1 * {s}.vel, {s}.vel * 0.9 - 0.1 * {s}.pos[0])",
    )
    p, v = g.name(ARRAY, VECTOR), g.name(FLOAT)
    g.emit(f"{p}, {v} = {s}")
    g.bind(p, ARRAY, VECTOR)
    g.bind(v, FLOAT)


@feature(STATEMENT, 0.4)
def dataclass_value(g: Generator) -> None:
    s, cls = g.unique("pt"), point(g)
    g.emit(f"{s} = {cls}({g.float_(1)}{g.pick('', f', {g.leaf()}', f', b={g.leaf()}')})")
    if g.chance(0.6):
        g.emit(f"{s}.{g.pick('a', 'b')} {g.pick('=', '+=', '*=')} {g.float_(1)}")
    g.assign(FLOAT, g.pick(f"{s}.norm()", f"{s}.product", f"{s}.a * {s}.b"))


@feature(STATEMENT, 0.3)
def dataclass_replace(g: Generator) -> None:
    s, t, cls = g.unique("pt"), g.unique("moved"), point(g)
    g.import_("from dataclasses import replace")
    g.emit(f"{s} = {cls}({g.leaf()}, {g.leaf()})", f"{t} = replace({s}, a={g.float_(1)})")
    g.assign(FLOAT, f"{s}.a * {t}.a + {t}.b")


@feature(STATEMENT, 0.3)
def tree_from_call(g: Generator) -> None:
    name = g.define("both", BOTH)
    v, a = g.name(ARRAY, VECTOR), g.name(FLOAT)
    g.emit(f"{v}, ({a}, rest) = {name}({g.array()}, {g.float_(1)})", f"{a} = {a} + rest['s']")
    g.bind(v, ARRAY, VECTOR)
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.2)
def list_of_objects(g: Generator) -> None:
    s, cls = g.unique("pts"), point(g)
    g.emit(f"{s} = [{cls}({g.leaf()}, {g.leaf()}), {cls}({g.leaf()})]")
    g.assign(FLOAT, g.pick(f"sum(p1.norm() for p1 in {s})", f"{s}[0].a * {s}[1].b", f"sum([p1.product for p1 in {s}])"))


@feature(STATEMENT, 0.2)
def carried_tuple(g: Generator) -> None:
    s = g.unique("carry")
    g.emit(
        f"{s} = ({g.leaf()}, {g.array()} * 1.0)",
        f"for i1 in range({g.pick('2', '3')}):",
        f"    c1, v1 = {s}",
        f"    {s} = (c1 * 0.5 + v1[0], np.tanh(v1 + c1))",
    )
    g.assign(FLOAT, f"{s}[0] * {s}[1].sum()")

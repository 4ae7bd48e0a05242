"""Expressions: floats, arrays of a shape, conditions; the core, always switched on."""

from __future__ import annotations

from tests.fuzz.features import ARRAY, CONDITION, CORE, FLOAT, Inapplicable, feature
from tests.fuzz.generator import MATRIX, ROW, VECTOR, Generator, M, N


@feature(FLOAT, 3, group=CORE)
def binary(g: Generator) -> str:
    level = g.level
    a, b = g.float_(level), g.float_(level)
    return g.pick(f"({a} + {b})", f"({a} - {b})", f"{a} * {b}", f"{a} / (2 + {b} * {b})")


@feature(FLOAT, 2, group=CORE)
def unary(g: Generator) -> str:
    level = g.level
    a = g.float_(level)
    return g.pick(f"np.sin({a})", f"np.tanh({a})", f"math.cos({a})", f"({a}) ** 2", f"-{a}", f"np.exp(-({a}) ** 2)")


@feature(FLOAT, 1.5, group=CORE)
def reduction(g: Generator) -> str:
    v = g.array(VECTOR, g.level)
    return g.pick(
        f"({v}).sum() * 0.25", f"np.mean({v})", f"np.dot({v}, {g.some_array()}) * 0.2", f"{g.some_array()} @ {v}"
    )


@feature(FLOAT, 0.5, group=CORE)
def pieces(g: Generator) -> str:
    a, b = g.leaf(), g.leaf()
    return g.pick(
        f"np.maximum({a}, {b})", f"max({a}, {b}, 0.1)", f"abs({a})", f"min({a}, 0.9)", f"{g.some_array()}.max()"
    )


@feature(FLOAT, 0.5, group=CORE)
def with_int(g: Generator) -> str:
    return f"{g.int_()} * {g.leaf()} * 0.3"


@feature(FLOAT, 0.5)
def ternary(g: Generator) -> str:
    return f"({g.float_(g.level)} if {g.condition()} else {g.leaf()})"


@feature(FLOAT, 0.3)
def walrus(g: Generator) -> str:
    if g.loops:
        raise Inapplicable
    return f"(wal := {g.float_(1)}) * wal"


@feature(FLOAT, 0.3)
def or_and(g: Generator) -> str:
    return g.pick(f"float({g.leaf()})", f"pow({g.leaf()}, 2)", f"({g.int_()} and {g.leaf()})", f"(0 or {g.leaf()})")


@feature(ARRAY, 3, group=CORE)
def elementwise(g: Generator) -> str:
    level, shape = g.level, g.shape
    a, b, s = g.array(shape, level), g.some_array(shape), g.leaf()
    return g.pick(f"({a} + {b})", f"({a} - {s})", f"{a} * {b}", f"{s} * {a}", f"{a} / (1.5 + {b} * {b})")


@feature(ARRAY, 2, group=CORE)
def ufunc(g: Generator) -> str:
    a = g.array(g.shape, g.level)
    return g.pick(f"np.tanh({a})", f"np.sin({a} * {g.leaf()})", f"np.cos({a})", f"np.exp(-{a} * {a})", f"np.abs({a})")


@feature(ARRAY, 0.6, group=CORE)
def selected(g: Generator) -> str:
    shape = g.shape
    a, b = g.some_array(shape), g.some_array(shape)
    return g.pick(f"np.where({a} > {g.leaf()}, {a}, {b})", f"np.maximum({a}, 0)", f"np.clip({a}, -0.8, 0.9)")


@feature(ARRAY, 1, group=CORE)
def vector_from(g: Generator) -> str:
    if g.shape == VECTOR:
        v, a, b = g.some_array(), g.leaf(), g.leaf()
        choices = [f"{v}[::-1]", f"{v}[[1, 0, 3, 1]]", f"np.concatenate([{v}[2:], {v}[:2]])"]
        choices += [
            f"np.array([{a}, 0.5, {b}, {a}])",
            f"({v}).copy()",
            f"np.outer({v}, {v})[{g.index(N)}]",
            f"np.cumsum({v})",
        ]
        if g.scope.arrays(MATRIX):
            m = g.some_array(MATRIX)
            choices += [f"{m}.sum(axis=0)", f"{m}.mean(0)", f"{m}.T @ np.ones({M})", f"{m}[[0, 2, 0]].sum(0)"]
        return g.pick(*choices)
    if g.shape == ROW:
        m = g.some_array(MATRIX)
        return g.pick(f"{m} @ {g.some_array()}", f"{m}.sum(axis=1)", f"{m}.max(axis=1)")
    if g.shape == MATRIX:
        m, v = g.some_array(MATRIX), g.some_array()
        return g.pick(
            f"{m} * {v}", f"({m} + {v}[None, :])", f"np.outer(np.ones({M}), {v})", f"np.stack([{v}, {v} * 2, {m}[0]])"
        )
    raise Inapplicable


@feature(CONDITION, 2, group=CORE)
def compared(g: Generator) -> str:
    a, b = g.leaf(), g.leaf()
    return g.pick(f"{a} > {b}", f"{a} < 0.4", f"{a} >= {b} * 0.5", f"not ({a} > 0)", f"{g.some_array()}.sum() > {a}")


@feature(CONDITION, 1, group=CORE)
def on_ints(g: Generator) -> str:
    return g.pick(f"{g.int_()} % 2 == 0", f"{g.int_()} > 1", f"{g.int_()} == 2 or {g.leaf()} > 0")


@feature(CONDITION, 0.7)
def chained_comparison(g: Generator) -> str:
    a, b = g.leaf(), g.leaf()
    return g.pick(f"-0.5 < {a} < 0.5", f"{a} > 0 and {b} < 0.8", f"0 <= {g.int_()} < 3", f"{a} < {b} < 1.5")

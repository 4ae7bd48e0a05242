"""Closures: over values, over arrays that change, over names that are bound again, with nonlocal counters."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, feature
from tests.fuzz.generator import Generator
from tests.fuzz.scope import FLOAT


@feature(STATEMENT, 0.4)
def closure(g: Generator) -> None:
    fn = g.unique("clos")
    if g.chance(0.5):
        g.emit(f"{fn} = lambda q1: q1 * {g.leaf()} + {g.leaf()}")
    else:
        g.emit(f"def {fn}(q1):", f"    return np.sin(q1 * {g.leaf()}) + {g.leaf()}")
    g.assign(FLOAT, f"{fn}({g.float_(1)}) * {fn}({g.leaf()})")


@feature(STATEMENT, 0.4)
def rebound_later(g: Generator) -> None:
    """The closure reads the name's last value."""
    fn, a = g.unique("late"), g.unique("rate")
    g.emit(f"{a} = {g.leaf()}", f"{fn} = lambda q1: q1 * {a}")
    b = g.name(FLOAT)
    g.emit(f"{b} = {fn}({g.leaf()})", f"{a} {g.pick('=', '+=', '*=')} {g.float_(1)}", f"{b} = {b} + {fn}({g.leaf()})")
    g.bind(b, FLOAT)
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def over_changed_array(g: Generator) -> None:
    a, fn = g.made(), g.unique("peek")
    g.emit(f"{fn} = lambda k1: {a}[k1] * {g.leaf()}", f"{a}[{g.pick('0', '1:')}] {g.pick('=', '*=')} {g.leaf()}")
    g.assign(FLOAT, f"{fn}(0) + {fn}(2)")


@feature(STATEMENT, 0.3)
def storing_closure(g: Generator) -> None:
    a, fn = g.made(), g.unique("poke")
    g.emit(f"def {fn}(k1, value1):", f"    {a}[k1] {g.pick('=', '+=')} value1", f"{fn}({g.index(4)}, {g.float_(1)})")
    if g.chance(0.5):
        g.emit("for i1 in range(3):", f"    {fn}(i1, {g.leaf()})")
    g.assign(FLOAT, f"({a} ** 2).sum()")


@feature(STATEMENT, 0.3)
def nonlocal_counter(g: Generator) -> None:
    fn, n = g.unique("counted"), g.unique("calls")
    g.emit(f"{n} = 0", f"def {fn}(q1):", f"    nonlocal {n}", f"    {n} += 1", f"    return q1 * {g.leaf()}")
    g.assign(FLOAT, f"({fn}({g.leaf()}) + {fn}({g.leaf()})) * {n}")


@feature(STATEMENT, 0.3)
def lambda_default(g: Generator) -> None:
    fs = g.unique("fs")
    g.emit(f"{fs} = [lambda q1, k1=k1: q1 * k1 + {g.leaf()} for k1 in range(3)]")
    g.assign(FLOAT, f"{fs}[2]({g.leaf()}) * {fs}[1]({g.leaf()})")


@feature(STATEMENT, 0.15)
def late_binding(g: Generator) -> None:
    """All closures of a loop read the last value of its variable."""
    fs = g.unique("fs")
    g.emit(f"{fs} = []", "for k1 in range(3):", f"    {fs}.append(lambda q1: q1 * k1 + {g.leaf()})")
    g.assign(FLOAT, f"{fs}[0]({g.leaf()})")


@feature(STATEMENT, 0.2)
def local_recursion(g: Generator) -> None:
    fn = g.unique("go")
    g.emit(f"def {fn}(k1):", f"    return {g.leaf()} if k1 == 0 else {g.leaf()} * {fn}(k1 - 1)")
    g.assign(FLOAT, f"{fn}({g.pick('2', '3')})")


@feature(STATEMENT, 0.2)
def appending_closure(g: Generator) -> None:
    fn, xs = g.unique("emit"), g.unique("seen")
    g.emit(
        f"{xs} = []",
        f"def {fn}(value1):",
        f"    {xs}.append(value1 * {g.leaf()})",
        f"{fn}({g.leaf()})",
        f"{fn}({g.float_(1)})",
    )
    g.assign(FLOAT, f"sum({xs})")

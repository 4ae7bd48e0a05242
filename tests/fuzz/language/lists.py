"""Lists: built, changed, consumed; comprehensions and generator arguments."""

from __future__ import annotations

from tests.fuzz.features import FLOAT as FLOAT_ROLE
from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import MATRIX, VECTOR, Generator
from tests.fuzz.scope import ARRAY, ARRAYS, FLOAT, FLOATS

MIX = """
def mix(a, b, c=0.5):
    return a * b + np.sin(c)
"""


@feature(STATEMENT, 0.5)
def list_display(g: Generator) -> None:
    g.assign(FLOATS, f"[{g.float_(1)}, {g.leaf()}, {g.leaf()}]")


@feature(STATEMENT, 0.6)
def append_loop(g: Generator) -> None:
    xs, v = g.name(FLOATS), g.some_array()
    value = g.pick(f"e1 * {g.leaf()}", "np.sin(e1)", f"{g.leaf()} + e1")
    g.emit(
        f"{xs} = []",
        f"for e1 in {v}:",
        *((f"    if e1 > {g.number()}:", "        continue") if g.chance(0.3) else ()),
        f"    {xs}.append({value})",
    )
    g.bind(xs, FLOATS)
    g.assign(
        FLOAT, g.pick(f"sum({xs})", f"np.array({xs}).sum()", f"sum(q1 * q1 for q1 in {xs})", f"len({xs}) * {g.leaf()}")
    )


@feature(STATEMENT, 0.4)
def append_here(g: Generator) -> None:
    xs = g.name(FLOATS)
    if g.loops and xs in g.scope.names:
        raise Inapplicable
    g.emit(
        f"{xs} = [{g.leaf()}]",
        f"{xs}.append({g.float_(1)})",
        g.pick(f"{xs}.extend([{g.leaf()}, {g.leaf()}])", f"{xs} += [{g.leaf()}]", f"{xs}.extend({g.some_array()})"),
    )
    g.bind(xs, FLOATS)


@feature(STATEMENT, 0.4)
def pop(g: Generator) -> None:
    xs = g.unique("stack")
    g.emit(f"{xs} = [{g.leaf()}, {g.float_(1)}, {g.leaf()}]")
    g.assign(FLOAT, f"{xs}.pop({g.pick('', '', '0', '1')}) * {g.leaf()}")
    g.bind(xs, FLOATS)


@feature(STATEMENT, 0.3)
def stack_loop(g: Generator) -> None:
    """A stack that is filled and emptied."""
    xs, v, a = g.unique("stack"), g.some_array(), g.name(FLOAT)
    g.emit(
        f"{xs} = []",
        f"for e1 in {v}:",
        f"    {xs}.append(e1 * {g.leaf()})",
        f"{a} = {g.leaf()}",
        f"while {xs}:",
        f"    {a} = {a} * 0.5 + {xs}.pop()",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.4)
def list_item_store(g: Generator) -> None:
    xs = g.unique("cells")
    g.emit(
        f"{xs} = {g.pick(f'[{g.leaf()}, {g.leaf()}, {g.leaf()}]', '[0.0] * 3')}",
        f"{xs}[{g.pick('0', '-1', '1')}] {g.pick('=', '+=', '*=')} {g.float_(1)}",
    )
    if g.chance(0.4):
        g.emit("for i1 in range(1, 3):", f"    {xs}[i1] = {xs}[i1 - 1] * {g.leaf()} + {xs}[i1]")
    g.bind(xs, FLOATS)


@feature(STATEMENT, 0.5)
def comprehension(g: Generator) -> None:
    v = g.some_array()
    tail = g.pick("", "", f" if e1 > {g.number()}", f" if e1 > {g.leaf()}")
    g.assign(
        FLOATS,
        g.pick(
            f"[e1 * {g.leaf()} for e1 in {v}{tail}]",
            f"[{v}[i1] ** 2 for i1 in range(3)]",
            f"[a1 * b1 for a1, b1 in zip({v}, {g.some_array()})]",
        ),
    )


@feature(STATEMENT, 0.3)
def nested_comprehension(g: Generator) -> None:
    v = g.some_array()
    g.assign(
        FLOAT,
        g.pick(
            f"sum(a1 * b1 for a1 in {v} for b1 in {g.some_array()}) * 0.1",
            f"np.array([[a1 * j1 for a1 in {v}] for j1 in range(2)]).sum()",
            f"sum(sum(r1) for r1 in [[e1, e1 * e1] for e1 in {v}])",
        ),
    )


@feature(STATEMENT, 0.4)
def array_of_list(g: Generator) -> None:
    v = g.some_array()
    g.assign(
        ARRAY,
        g.pick(
            f"np.array([e1 * {g.leaf()} for e1 in {v}])",
            f"np.array([{g.leaf()}, {g.float_(1)}, {g.leaf()}, {g.leaf()}])",
            f"np.stack([e1 + {g.leaf()} for e1 in {v}])",
        ),
        VECTOR,
    )


@feature(STATEMENT, 0.4)
def stack_of_arrays(g: Generator) -> None:
    v = g.some_array()
    g.assign(
        ARRAY,
        g.pick(
            f"np.stack([{v} * k1 for k1 in range(3)])",
            f"np.array([{v}, {g.array()}, {v} * 2])",
            f"np.vstack([{v}, {g.array()}, {v}])",
        ),
        MATRIX,
    )


@feature(STATEMENT, 0.5)
def rnn(g: Generator) -> None:
    """States collected in a list."""
    hs, v, h = g.name(ARRAYS), g.some_array(), g.unique("h_")
    g.emit(
        f"{h} = np.zeros(4)",
        f"{hs} = []",
        f"for i1 in range({g.pick('2', '3')}):",
        f"    {h} = np.tanh({v} * {g.leaf()} + {h} * 0.5)",
        f"    {hs}.append({h})",
    )
    g.bind(hs, ARRAYS)
    g.assign(
        FLOAT,
        g.pick(
            f"np.stack({hs}).mean()",
            f"sum(s1.sum() for s1 in {hs})",
            f"({hs}[-1] * {hs}[0]).sum()",
            f"np.concatenate({hs}).sum()",
            f"sum({hs}).sum()",
        ),
    )


@feature(STATEMENT, 0.3)
def list_of_arrays(g: Generator) -> None:
    g.assign(ARRAYS, f"[{g.array()} * 1.0, {g.array()} + 0.5]")


@feature(STATEMENT, 0.3)
def grown_from_last(g: Generator) -> None:
    xs = g.unique("seq")
    g.emit(
        f"{xs} = [{g.leaf()}, {g.leaf()}]",
        f"for i1 in range({g.pick('2', '3', g.int_())}):",
        f"    {xs}.append({xs}[-1] * {g.leaf()} + {xs}[-2])",
    )
    g.bind(xs, FLOATS)
    g.assign(FLOAT, f"{xs}[-1]")


@feature(STATEMENT, 0.3)
def zip_star(g: Generator) -> None:
    pairs, a = g.unique("pairs"), g.unique("firsts")
    g.emit(
        f"{pairs} = [({g.leaf()}, {g.leaf()}), ({g.leaf()}, {g.number()}), ({g.leaf()}, {g.leaf()})]",
        f"{a}, seconds = zip(*{pairs})",
    )
    g.assign(FLOAT, f"sum({a}) * max(seconds)")


@feature(STATEMENT, 0.3)
def star_args(g: Generator) -> None:
    name = g.define("mix", MIX)
    arguments = g.pick(
        f"*[{g.leaf()}, {g.leaf()}]",
        f"{g.leaf()}, *({g.leaf()}, {g.leaf()})",
        f"*{g.some_array()}[:3]",
        f"*{g.some_array()}[:2], c={g.leaf()}",
        f"**{{'a': {g.leaf()}, 'b': {g.leaf()}}}",
    )
    g.assign(FLOAT, f"{name}({arguments})")


@feature(STATEMENT, 0.3)
def max_of_display(g: Generator) -> None:
    g.assign(FLOAT, f"{g.pick('max', 'min', 'sum')}([{g.leaf()}, {g.float_(1)}, {g.leaf()}])")


@feature(STATEMENT, 0.3)
def mapped(g: Generator) -> None:
    v = g.some_array()
    g.assign(
        FLOAT,
        g.pick(
            f"sum(map(lambda e1: e1 * {g.leaf()}, {v}))",
            f"sum(map(math.sin, {v}))",
            f"sum(filter(lambda e1: e1 > 0.1, {v}))",
            f"sum(list(map(float, {v})))",
        ),
    )


@feature(STATEMENT, 0.3)
def list_algebra(g: Generator) -> None:
    xs = g.name(FLOATS)
    a, b, c = g.leaf(), g.leaf(), g.leaf()
    made = g.pick(f"[{a}] + [{b}, {c}]", f"[{a}] * 3", f"list({g.some_array()})", f"[{a}, {b}, {c}][::-1]")
    g.emit(f"{xs} = {g.pick(made, f'[{a}, {b}, {c}][1:]', f'list(({a}, {b}))')}")
    g.bind(xs, FLOATS)


@feature(STATEMENT, 0.2)
def list_alias(g: Generator) -> None:
    xs, ys = g.unique("seq"), g.unique("also")
    g.emit(f"{xs} = [{g.leaf()}, {g.leaf()}]", f"{ys} = {xs}", f"{ys}.append({g.leaf()})", f"{ys}[0] = {g.float_(1)}")
    g.bind(xs, FLOATS)


@feature(STATEMENT, 0.2)
def list_of_lists(g: Generator) -> None:
    xs = g.unique("table")
    g.emit(
        f"{xs} = [[{g.leaf()}, {g.leaf()}], [{g.leaf()}, 0.5]]",
        f"{xs}[{g.pick('0', '1')}][{g.pick('0', '-1')}] {g.pick('=', '*=')} {g.float_(1)}",
    )
    g.assign(FLOAT, g.pick(f"sum(r1[0] * r1[1] for r1 in {xs})", f"np.array({xs}).sum()", f"{xs}[0][1] * {xs}[1][0]"))


@feature(STATEMENT, 0.2)
def sorted_static(g: Generator) -> None:
    a = g.name(FLOAT)
    g.emit(
        f"{a} = 0.0",
        "for key1 in sorted(['b', 'a', 'c']):",
        f"    {a} = {a} * 0.5 + {{'a': {g.leaf()}, 'b': {g.leaf()}, 'c': {g.number()}}}[key1]",
    )
    g.bind(a, FLOAT)


@feature(FLOAT_ROLE, 0.4)
def list_read(g: Generator) -> str:
    xs = g.some(g.scope.of(FLOATS))
    return g.pick(
        f"{xs}[0]",
        f"{xs}[-1]",
        f"sum({xs})",
        f"len({xs})",
        f"{xs}[0] * {xs}[-1]",
        f"max({xs})",
        f"np.sum({xs})",
        f"sum({xs}[1:])",
    )


@feature(FLOAT_ROLE, 0.3)
def generator_sum(g: Generator) -> str:
    v = g.some_array()
    return g.pick(
        f"sum(e1 * e1 for e1 in {v})",
        f"sum(a1 * b1 for a1, b1 in zip({v}, {g.some_array()}))",
        f"sum({v}[i1] * i1 for i1 in range(4))",
        f"max(abs(e1) for e1 in {v})",
    )


@feature(FLOAT_ROLE, 0.3)
def arrays_read(g: Generator) -> str:
    hs = g.some(g.scope.of(ARRAYS))
    return g.pick(
        f"{hs}[0].sum()",
        f"({hs}[-1] * {hs}[0]).sum()",
        f"sum({hs}).mean()",
        f"{hs}[1][0]",
        f"sum(s1 @ s1 for s1 in {hs})",
    )

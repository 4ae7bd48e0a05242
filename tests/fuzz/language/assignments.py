"""Assignments of every form."""

from __future__ import annotations

from tests.fuzz.features import CORE, STATEMENT, SWITCH, Inapplicable, feature
from tests.fuzz.generator import MATRIX, ROW, VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT, FLOATS, INT


@feature(STATEMENT, 3, group=CORE)
def assign_float(g: Generator) -> None:
    g.assign(FLOAT, g.float_(2))


@feature(STATEMENT, 2, group=CORE)
def assign_array(g: Generator) -> None:
    shape = g.random.choice([VECTOR, VECTOR, VECTOR, MATRIX, ROW])
    if not g.scope.arrays(MATRIX):
        shape = VECTOR
    text = g.array(shape, 2)
    if text.isidentifier() or text.endswith("]"):  # a name or a view: aliases.py
        text = f"{text} * {g.leaf()}"
    g.assign(ARRAY, text, shape)


@feature(STATEMENT, 0.4)
def assign_int(g: Generator) -> None:
    g.assign(INT, g.pick(f"{g.int_()} + 1", "0", f"{g.int_()} % 3"))


@feature(STATEMENT, 2)
def augmented_float(g: Generator) -> None:
    names = [n for n in g.scope.of(FLOAT) if g.scope.may_bind(n, FLOAT)]
    g.emit(f"{g.some(names)} {g.pick('+=', '-=', '*=')} {g.float_(1)}")


@feature(STATEMENT, 0.5)
def tuple_assignment(g: Generator) -> None:
    a = g.name(FLOAT)
    first, second = g.float_(1), g.float_(1)
    g.bind(a, FLOAT)
    b = g.name(FLOAT)
    if a == b:
        raise Inapplicable
    g.emit(
        g.pick(f"{a}, {b} = {first}, {second}", f"({a}, {b}) = {first}, {second}", f"[{a}, {b}] = {first}, {second}")
    )
    g.bind(b, FLOAT)


@feature(STATEMENT, 0.5)
def swap(g: Generator) -> None:
    a, b = g.some(g.scope.of(FLOAT)), g.some(g.scope.of(FLOAT))
    g.emit(f"{a}, {b} = {b}, {g.pick(a, f'{a} * {g.number()}')}")


@feature(STATEMENT, 0.4)
def chained_assignment(g: Generator) -> None:
    text, a = g.float_(1), g.name(FLOAT)
    g.bind(a, FLOAT)
    b = g.name(FLOAT)
    g.emit(f"{a} = {b} = {text}")
    g.bind(b, FLOAT)


@feature(STATEMENT, 0.4)
def annotated(g: Generator) -> None:
    text, a = g.float_(1), g.name(FLOAT)
    g.emit(f"{a}: float = {text}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.4)
def starred_target(g: Generator) -> None:
    source = g.pick(g.some_array(), f"({g.leaf()}, {g.leaf()}, {g.leaf()})", f"[{g.leaf()}, {g.leaf()}]")
    a, rest = g.name(FLOAT), g.name(FLOATS)
    g.emit(g.pick(f"{a}, *{rest} = {source}", f"*{rest}, {a} = {source}"))
    g.bind(a, FLOAT)
    g.bind(rest, FLOATS)


@feature(STATEMENT, 0.4)
def unpacked_shape(g: Generator) -> None:
    m = g.some(g.scope.arrays(MATRIX))
    k = g.name(INT)
    g.emit(f"{k}, cols = {m}.shape")
    g.bind(k, INT)
    g.assign(FLOAT, f"{m}[{k} - 1, cols - 2] * cols")


@feature(STATEMENT, 0.3)
def unpacked_array(g: Generator) -> None:
    a = g.name(FLOAT)
    g.emit(f"{a}, *_rest = {g.some_array()}" if g.chance(0.3) else f"{a}, _1, _2, _3 = {g.some_array()}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def nested_target(g: Generator) -> None:
    v, a = g.name(ARRAY, VECTOR), g.name(FLOAT)
    g.emit(f"{v}, ({a}, rest) = {g.array(VECTOR, 1)} * 1.0, ({g.float_(1)}, {g.leaf()})")
    g.bind(v, ARRAY, VECTOR)
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def deleted(g: Generator) -> None:
    g.emit(f"spare = {g.float_(1)}")
    g.assign(FLOAT, f"spare * {g.leaf()}")
    g.emit("del spare")


@feature(STATEMENT, 0.4)
def int_turned_float(g: Generator) -> None:
    a = g.name(FLOAT)
    with_loop = g.chance(0.6)
    g.emit(f"{a} = {g.pick('0', '1')}")
    if with_loop:
        e = f"{g.leaf()} * (j + 1)"
        g.emit(f"for j in range({g.pick('2', '3', g.int_())}):", f"    {a} {g.pick('+=', '-=')} {e}")
    else:
        g.emit(f"{a} = {a} + {g.float_(1)}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def float_turned_array(g: Generator) -> None:
    v = g.name(ARRAY, VECTOR)
    if v in g.scope.names:
        raise Inapplicable
    g.emit(f"{v} = {g.pick('0', '0.0', g.leaf())}")
    term = g.array(VECTOR, 1)
    g.emit(f"for j in range({g.pick('1', '2', '3')}):", f"    {v} = {v} + {term} * j")
    g.bind(v, ARRAY, VECTOR)


@feature(STATEMENT, 0.4)
def parameter_reassigned(g: Generator) -> None:
    names = [n for n, _, d in g.parameters if d and n in g.scope.names and g.scope.names[n].kind in (FLOAT, ARRAY)]
    name = g.some(names)
    variable = g.scope.names[name]
    if not g.scope.may_bind(name, variable.kind, variable.shape) or g.depth:
        raise Inapplicable
    if variable.kind == FLOAT:
        g.emit(f"{name} = {name} * {g.float_(1)}")
        g.bind(name, FLOAT)
    elif variable.shape:
        g.emit(f"{name} = np.tanh({name}) + {g.leaf()}")
        g.bind(name, ARRAY, variable.shape)


@feature(SWITCH, 1, group="names")
def odd_names(g: Generator) -> None:
    """Only a switch: the pools of names grow (see Generator.name)."""
    raise Inapplicable

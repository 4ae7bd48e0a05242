"""Operations in place: augmented assignments to names, out=, copyto, fill and the methods that change an array."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import MATRIX, VECTOR, Generator
from tests.fuzz.scope import ARRAY


@feature(STATEMENT, 0.8)
def augmented_array(g: Generator) -> None:
    shape = g.random.choice([VECTOR, VECTOR, MATRIX]) if g.scope.arrays(MATRIX) else VECTOR
    a = g.made(shape)
    value = g.pick(g.array(shape), g.leaf(), g.some_array(VECTOR))
    g.emit(g.pick(f"{a} += {value}", f"{a} -= {value}", f"{a} *= {value}", f"{a} /= 1.5 + np.square({g.leaf()})"))


@feature(STATEMENT, 0.3)
def scalar_or_array(g: Generator) -> None:
    """`+=` that mutates an array and rebinds a float."""
    a, v = g.made(), g.some_array()
    b = g.unique("mean")
    g.emit(f"{b} = {v}.mean()", f"{a} -= {b}", f"{b} *= {a}.sum()", f"{a} *= {b}")


@feature(STATEMENT, 0.4)
def out_argument(g: Generator) -> None:
    a, b = g.made(), g.array()
    ufunc = g.pick("np.sin", "np.tanh", "np.negative")
    g.emit(g.pick(f"{ufunc}({b}, out={a})", f"np.multiply({b}, {g.leaf()}, out={a})", f"np.add({a}, {b}, out={a})"))


@feature(STATEMENT, 0.3)
def out_to_view(g: Generator) -> None:
    a, v = g.made(), g.some_array()
    g.emit(
        g.pick(
            f"np.add({v}[1:], {v}[:-1], out={a}[:-1])",
            f"np.tanh({a}[::2], out={a}[::2])",
            f"np.multiply({v}, {v}, {a})",
        )
    )


@feature(STATEMENT, 0.3)
def copyto(g: Generator) -> None:
    a, b = g.made(), g.array()
    g.emit(g.pick(f"np.copyto({a}, {b})", f"np.copyto({a}[1:], {g.leaf()})", f"np.copyto({a}, {b}, where={a} > 0)"))


@feature(STATEMENT, 0.3)
def fill(g: Generator) -> None:
    a = g.made()
    g.emit(g.pick(f"{a}.fill({g.leaf()})", f"{a}[1:].fill({g.leaf()})", f"{a}.fill({g.number()})"))


@feature(STATEMENT, 0.2)
def fill_diagonal(g: Generator) -> None:
    a = g.made(MATRIX)
    g.emit(f"np.fill_diagonal({a}, {g.pick(g.leaf(), f'{g.some_array()}[:3]')})")


@feature(STATEMENT, 0.2)
def sort_in_place(g: Generator) -> None:
    g.emit(f"{g.made()}.sort()")


@feature(STATEMENT, 0.2)
def zero_d(g: Generator) -> None:
    """An array of rank 0 is changed in place."""
    z = g.unique("acc")
    g.emit(f"{z} = np.{g.pick('zeros(())', f'array({g.leaf()})', 'ones(())')}")
    g.emit(f"for e1 in {g.some_array()}:", f"    {z} {g.pick('+=', '-=')} e1 * {g.leaf()}")
    if g.chance(0.5):
        g.emit(f"{z}[()] = {z} * {g.leaf()}")
    g.bind(z, ARRAY, ())


@feature(STATEMENT, 0.3)
def kept_then_mutated(g: Generator) -> None:
    """A value that is read by something non-linear, and then overwritten."""
    a = g.made()
    b = g.name(ARRAY, VECTOR)
    if a == b:
        raise Inapplicable
    g.emit(f"{b} = {a} * {a}", f"{a} {g.pick('+=', '-=', '*=')} {b}", f"{a}[{g.index(4)}] = {g.leaf()}")
    g.bind(b, ARRAY, VECTOR)

"""Patterns as people write them: recurrences, stencils, time stepping, Newton, log-sum-exp, matrix fills."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT


def new_vector(g: Generator) -> str:
    name = g.name(ARRAY, VECTOR)
    if name in g.scope.names:
        raise Inapplicable
    return name


@feature(STATEMENT, 0.4)
def product_loop(g: Generator) -> None:
    a, v = g.name(FLOAT), g.some_array()
    g.emit(
        f"{a} = 1.0",
        f"for i1 in range(len({v})):",
        *([f"    if {v}[i1] < {g.number()}:", "        continue"] if g.chance(0.4) else []),
        f"    {a} *= {v}[i1]{g.pick('', f' + {g.leaf()}')}",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.4)
def recurrence(g: Generator) -> None:
    u, v = new_vector(g), g.some_array()
    g.emit(
        f"{u} = np.{g.pick('zeros', 'empty')}(4)",
        f"{u}[0] = {v}[0]",
        "for i1 in range(1, 4):",
        f"    {u}[i1] = {u}[i1 - 1] * {g.pick(g.leaf(), f'{v}[i1]')} + {v}[i1 - 1]",
    )
    g.bind(u, ARRAY, VECTOR)


@feature(STATEMENT, 0.4)
def stencil(g: Generator) -> None:
    u = new_vector(g)
    g.emit(f"{u} = {g.array()} * 1.0", f"for t1 in range({g.pick('1', '2', '3')}):")
    g.emit(
        g.pick(
            f"    {u}[1:-1] = {u}[1:-1] + 0.2 * ({u}[2:] - 2 * {u}[1:-1] + {u}[:-2])",
            f"    {u}[1:-1] += 0.2 * ({u}[2:] - {u}[:-2]) * {g.leaf()}",
            f"    {u}[1:] = 0.5 * ({u}[1:] + {u}[:-1])",
        )
    )
    g.bind(u, ARRAY, VECTOR)


@feature(STATEMENT, 0.3)
def sweep(g: Generator) -> None:
    u = new_vector(g)
    g.emit(
        f"{u} = {g.array()} * 1.0",
        f"for t1 in range({g.pick('1', '2')}):",
        f"    for i1 in range(1, {g.pick('3', f'len({u}) - 1')}):",
        f"        {u}[i1] = 0.5 * {u}[i1] + 0.25 * ({u}[i1 - 1] + {u}[i1 + 1]) * {g.leaf()}",
    )
    g.bind(u, ARRAY, VECTOR)


@feature(STATEMENT, 0.3)
def newton(g: Generator) -> None:
    a, p = g.name(FLOAT), g.leaf()
    g.emit(
        f"goal = {p} ** 2 + 1.0",
        f"{a} = 1.5",
        f"while abs({a} * {a} - goal) > 1e-3:",
        f"    {a} = 0.5 * ({a} + goal / {a})",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def newton_counted(g: Generator) -> None:
    a = g.name(FLOAT)
    g.emit(
        f"{a} = {g.leaf()}",
        "for it1 in range(20):",
        f"    step1 = ({a} + 0.3 * np.sin({a}) - {g.leaf()}) / (1 + 0.3 * np.cos({a}))",
        f"    {a} = {a} - step1",
        "    if abs(step1) < 1e-2:",
        "        break",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def log_sum_exp(g: Generator) -> None:
    a, v = g.name(FLOAT), g.some_array()
    if g.chance(0.5):
        g.emit(f"top = {v}.max()", f"{a} = top + np.log(np.sum(np.exp({v} - top)))")
    else:
        g.emit(f"{a} = 0.0", f"for e1 in {v}:", f"    {a} = np.logaddexp({a}, e1)")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def time_stepping(g: Generator) -> None:
    p, v = g.name(FLOAT), g.name(FLOAT)
    if p == v:
        raise Inapplicable
    g.emit(
        f"{p}, {v} = {g.leaf()}, {g.leaf()}",
        "dt = 0.1",
        f"for t1 in range({g.pick('3', '4')}):",
        f"    {p}, {v} = {p} + dt * {v}, {v} - dt * np.sin({p}) * {g.leaf()}",
    )
    g.bind(p, FLOAT)
    g.bind(v, FLOAT)


@feature(STATEMENT, 0.3)
def gram(g: Generator) -> None:
    v, k = g.some_array(), g.unique("gram")
    g.emit(
        f"{k} = np.zeros((3, 3))",
        "for i1 in range(3):",
        f"    for j1 in range({g.pick('3', 'i1, 3', 'i1 + 1')}):",
        f"        {k}[i1, j1] = {v}[i1] * {v}[j1]",
        *([f"        {k}[j1, i1] = {k}[i1, j1]"] if g.chance(0.5) else []),
    )
    g.assign(FLOAT, f"({k} ** 2).sum() * 0.1")


@feature(STATEMENT, 0.3)
def states_matrix(g: Generator) -> None:
    h, v = g.unique("traj"), g.some_array()
    g.emit(
        f"{h} = np.zeros((4, 4))",
        f"{h}[0] = {v}",
        "for t1 in range(3):",
        f"    {h}[t1 + 1] = np.tanh({h}[t1] * {g.leaf()} + {v})",
    )
    g.assign(FLOAT, f"{h}{g.pick('[-1]', '')}.sum()")


@feature(STATEMENT, 0.3)
def running_max(g: Generator) -> None:
    a, v = g.name(FLOAT), g.some_array()
    g.emit(f"{a} = {v}[0]", f"for e1 in {v}[1:]:", f"    if e1 > {a}:", f"        {a} = e1 * {g.pick('1.0', g.leaf())}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def scatter(g: Generator) -> None:
    u, v = new_vector(g), g.some_array()
    g.emit(
        f"{u} = np.zeros(4)",
        f"for i1, k1 in enumerate([2, 0, 2, {g.pick('1', '2')}]):",
        f"    {u}[k1] += {v}[i1] * {g.leaf()}",
    )
    g.bind(u, ARRAY, VECTOR)


@feature(STATEMENT, 0.3)
def cumulated(g: Generator) -> None:
    """An accumulator that is kept at each turn."""
    u, v = new_vector(g), g.some_array()
    g.emit(
        f"{u}, sofar = np.zeros(4), {g.leaf()}",
        "for i1 in range(4):",
        f"    sofar {g.pick('+=', '*=')} {v}[i1]",
        f"    {u}[i1] = sofar ** 2",
    )
    g.bind(u, ARRAY, VECTOR)


@feature(STATEMENT, 0.2)
def mutated_reference(g: Generator) -> None:
    """`f = m; f -= ...`: one array, two names."""
    a = g.made()
    g.emit(f"force = {a}", f"force {g.pick('-=', '+=', '*=')} {g.leaf()}", f"energy = (force * {a}).sum()")
    g.assign(FLOAT, f"energy * {a}[0]")

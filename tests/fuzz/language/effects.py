"""Effects that happen once: prints, counters, logs, random draws; globals that are read."""

from __future__ import annotations

from tests.fuzz.features import ARRAY as ARRAY_ROLE
from tests.fuzz.features import FLOAT as FLOAT_ROLE
from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import FLOAT


@feature(STATEMENT, 0.4)
def print_(g: Generator) -> None:
    a = g.some([*g.scope.of(FLOAT), *g.scope.arrays(VECTOR)])
    g.emit(
        g.pick(
            f"print({a})",
            f'print("{a} is", {a})',
            f'print(f"{{{a}}}")',
            'print("turn", end=" ")',
            f'print(f"{a} = {{np.sum({a}):.3f}}")',
        )
    )


@feature(STATEMENT, 0.2)
def f_string_key(g: Generator) -> None:
    d, v, a = g.unique("vals"), g.some_array(), g.name(FLOAT)
    g.emit(
        f"{d} = {{}}",
        "for i1 in range(3):",
        f"    {d}[f'w{{i1}}'] = {v}[i1] * {g.leaf()}",
        f"{a} = {d}['w0'] * {d}['w2']",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def global_counter(g: Generator) -> None:
    if g.depth:
        raise Inapplicable
    g.stateful = True
    g.define("CALLS", "CALLS = {'n': 0}")
    g.emit(f"CALLS['n'] += {g.pick('1', '2')}")


@feature(STATEMENT, 0.2)
def global_statement(g: Generator) -> None:
    if g.depth or "global TURNS" in "".join(g.lines):
        raise Inapplicable
    g.stateful = True
    g.define("TURNS", "TURNS = 0")
    g.emit("global TURNS", "TURNS += 1")


@feature(STATEMENT, 0.2)
def global_log(g: Generator) -> None:
    g.stateful = True
    g.define("LOG", "LOG = []")
    g.emit(f"LOG.append({g.pick(g.int_(), chr(39) + 'step' + chr(39), 'len(LOG)')})")


@feature(FLOAT_ROLE, 0.5)
def global_number(g: Generator) -> str:
    g.define("RATE", "RATE = 0.75")
    return f"RATE * {g.leaf()}"


@feature(ARRAY_ROLE, 0.3)
def global_array(g: Generator) -> str:
    if g.shape != VECTOR:
        raise Inapplicable
    g.define("SHIFT", "SHIFT = np.array([0.3, -0.2, 0.5, 0.1])")
    return g.pick("SHIFT", f"(SHIFT + {g.some_array()})", f"SHIFT * {g.leaf()}")


@feature(STATEMENT, 0.2)
def random_draws(g: Generator) -> None:
    if any(name == "rng" for name, _, _ in g.parameters):
        raise Inapplicable
    g.parameter("rng", "np.random.default_rng(3)", differentiated=False)
    g.assign(
        FLOAT,
        g.pick(
            f"rng.normal() * {g.leaf()}",
            f"(rng.normal(size=4) * {g.some_array()}).sum()",
            f"(rng.uniform(size=4) > 0.5).astype(float) @ {g.some_array()}",
        ),
    )


@feature(STATEMENT, 0.3)
def listed_log(g: Generator) -> None:
    """A list of the caller's that is filled."""
    if g.depth or any(name == "log" for name, _, _ in g.parameters):
        raise Inapplicable
    g.parameter("log", "[]", differentiated=False)
    a = g.some(g.scope.of(FLOAT))
    g.emit(g.pick(f"log.append({g.int_()})", f"log.append(float({a}))", f"log.append('{a}')"))

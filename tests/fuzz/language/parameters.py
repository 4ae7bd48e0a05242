"""The parameters of f and their arguments."""

from __future__ import annotations

from tests.fuzz.features import CORE, PARAMETER, SWITCH, Inapplicable, feature
from tests.fuzz.generator import MATRIX, VECTOR, Generator, M, N
from tests.fuzz.scope import ARRAY, ARRAYS, FLOAT, FLOATS, INT

MODEL = """
@dataclass
class Model:
    w: np.ndarray
    b: float
    name: str = 'm'
"""


def plain(g: Generator, *, matrix: float = 0.4) -> None:
    """x, perhaps A, y and n."""
    g.bind(g.parameter("x", g.values(N)), ARRAY, VECTOR)
    if g.chance(matrix):
        g.bind(g.parameter("A", g.values(M, N)), ARRAY, MATRIX)
    g.bind(g.parameter("y", repr(round(g.random.uniform(-1, 1), 3))), FLOAT)
    if g.chance(0.6):
        g.bind(g.parameter("n", str(g.random.randint(0, 3)), differentiated=False), INT)


@feature(PARAMETER, 6, group=CORE)
def plain_parameters(g: Generator) -> None:
    plain(g)


@feature(PARAMETER, 0.7)
def tree_parameter(g: Generator) -> None:
    """A dict of parameters, read by key."""
    g.parameter("params", f"{{'w': {g.values(N)}, 'b': 0.3, 'layers': [{g.values(M, N)}]}}")
    plain(g, matrix=0)
    g.bind("w", ARRAY, VECTOR)
    g.bind("b", FLOAT)
    g.emit("w, b = params['w'], params['b']")
    g.bind("C", ARRAY, MATRIX)
    g.emit("C = params['layers'][0]")


@feature(PARAMETER, 0.5)
def tuple_parameter(g: Generator) -> None:
    g.parameter("pair", f"({g.values(N)}, 0.4)")
    plain(g)
    g.emit("w, b = pair")
    g.bind("w", ARRAY, VECTOR)
    g.bind("b", FLOAT)


@feature(PARAMETER, 0.5)
def list_parameters(g: Generator) -> None:
    g.bind(g.parameter("items", "[0.3, -0.7, 1.1]"), FLOATS)
    g.bind(g.parameter("rows", f"[{g.values(N)}, {g.values(N)}]"), ARRAYS)
    plain(g, matrix=0)


@feature(PARAMETER, 0.5)
def dataclass_parameter(g: Generator) -> None:
    g.import_("from dataclasses import dataclass")
    g.define("Model", MODEL)
    g.parameter("model", f"Model({g.values(N)}, 0.4)")
    plain(g, matrix=0)
    g.assign(FLOAT, g.pick("model.b * model.w.sum()", "model.w @ x + model.b"))


@feature(PARAMETER, 0.4)
def zero_d_parameter(g: Generator) -> None:
    g.bind(g.parameter("z0", "np.array(0.6)"), ARRAY, ())
    plain(g)
    g.assign(FLOAT, "z0 * y")


@feature(PARAMETER, 0.3)
def int_parameter(g: Generator) -> None:
    """An int where a number is meant: its gradient is a float."""
    g.bind(g.parameter("x", g.values(N)), ARRAY, VECTOR)
    g.bind(g.parameter("y", g.pick("2", "1", "-1")), FLOAT)


@feature(PARAMETER, 0.3)
def default_parameters(g: Generator) -> None:
    plain(g, matrix=0)
    g.emit("if y is None:", "    y = 0.5")


@feature(PARAMETER, 0.3)
def same_array_twice(g: Generator) -> None:
    """One object as two arguments; nothing is stored into it."""
    if g.parameter_stores:
        raise Inapplicable
    g.bind(g.parameter("x", f"*((lambda v: (v, v))({g.values(N)}))"), ARRAY, VECTOR)
    g.bind(g.parameter("w", ""), ARRAY, VECTOR)
    g.bind(g.parameter("y", "0.4"), FLOAT)


@feature(SWITCH, 0)
def undecided(g: Generator) -> None:
    """Only a switch: longer programs, in which a name may mean any memory when it is stored into (see scope.py)."""
    raise Inapplicable


@feature(SWITCH, 1)
def parameter_stores(g: Generator) -> None:
    """Only a switch: in some programs the arguments may be stored into."""
    raise Inapplicable

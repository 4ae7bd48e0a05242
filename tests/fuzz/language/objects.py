"""Objects: methods, properties, class and static methods, inheritance, callable objects, stored attributes."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT

DEPOSIT = """
def deposit(account, values):
    for value in values:
        account.add(value)
    return account.mean
"""

LAYER = """
class Layer:
    scale = 0.7

    def __init__(self, w, b):
        self.w = w
        self.b = b
        self.calls = 0

    def forward(self, v):
        self.calls += 1
        return np.tanh(self.w * v + self.b) * self.scale

    @property
    def size(self):
        return (self.w**2).sum()

    @staticmethod
    def squash(s):
        return s / (1 + s * s)

    @classmethod
    def scaled(cls, s):
        return s * cls.scale

    def __call__(self, v):
        return self.forward(v) + v
"""

DEEP = """
class Deep(Layer):
    scale = 1.2

    def __init__(self, w, b, extra):
        super().__init__(w, b)
        self.extra = extra

    def forward(self, v):
        return super().forward(v) * self.extra
"""

CELL = """
class Cell:
    def __init__(self, h):
        self.h = h
        self.history = []

    def step(self, v):
        self.h = np.tanh(self.h * 0.5 + v)
        self.history.append(self.h)
        return self.h

    def reset(self):
        self.h = self.h * 0.0
"""

GRID = """
class Grid:
    def __init__(self, u):
        self.u = u.copy()
        self.t = 0

    def set_edge(self, value):
        self.u[0] = value
        self.u[-1] = value * 0.5

    def relax(self, turns):
        for _ in range(turns):
            for i in range(1, len(self.u) - 1):
                self.u[i] = 0.5 * (self.u[i - 1] + self.u[i + 1])
            self.t += 1
        return self
"""

ACCOUNT = """
class Account:
    def __init__(self, total):
        self.total = total
        self.count = 0

    def add(self, value):
        self.total += value
        self.count += 1

    @property
    def mean(self):
        return self.total / (self.count + 1)
"""

VEC = """
class Vec:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __add__(self, other):
        return Vec(self.a + other.a, self.b + other.b)

    def __getitem__(self, k):
        return self.a if k == 0 else self.b

    def __len__(self):
        return 2
"""


def layer(g: Generator) -> str:
    return g.define("Layer", LAYER)


def use(g: Generator, name: str) -> None:
    g.assign(
        FLOAT,
        g.pick(
            f"{name}.forward({g.array()}).sum()",
            f"{name}({g.some_array()}).mean()",
            f"{name}.size * {g.leaf()}",
            f"{name}.squash({g.leaf()}) + {name}.w[0]",
            f"{name}.scaled({g.leaf()}) * {name}.b",
            f"Layer.squash({g.leaf()}) * Layer.scaled({name}.b)",
        ),
    )


@feature(STATEMENT, 0.5)
def method(g: Generator) -> None:
    name = g.unique("layer")
    g.emit(f"{name} = {layer(g)}({g.array()} * 1.0, {g.leaf()})")
    use(g, name)


@feature(STATEMENT, 0.4)
def inheritance(g: Generator) -> None:
    name = g.unique("deep")
    layer(g)
    g.emit(f"{name} = {g.define('Deep', DEEP)}({g.array()} * 1.0, {g.leaf()}, {g.leaf()})")
    use(g, name)


@feature(STATEMENT, 0.4)
def counted_calls(g: Generator) -> None:
    name = g.unique("layer")
    g.emit(
        f"{name} = {layer(g)}({g.array()} * 1.0, {g.leaf()})",
        f"for i1 in range({g.pick('2', '3')}):",
        f"    z1 = {name}.forward({g.some_array()} * i1)",
    )
    g.assign(FLOAT, f"z1.sum() * {name}.calls")


@feature(STATEMENT, 0.4)
def active_attribute(g: Generator) -> None:
    name = g.unique("cell")
    g.emit(f"{name} = {g.define('Cell', CELL)}({g.array()} * 1.0)")
    if g.chance(0.6):
        g.emit(f"for i1 in range({g.pick('2', '3', g.int_())}):", f"    {name}.step({g.some_array()} * {g.leaf()})")
    else:
        g.emit(
            f"{name}.step({g.some_array()})",
            *([f"{name}.reset()"] if g.chance(0.2) else ()),
            f"{name}.step({g.array()})",
        )
    g.assign(
        FLOAT,
        g.pick(
            f"{name}.h.sum()", f"({name}.h ** 2).sum() + len({name}.history)", f"sum(q1.sum() for q1 in {name}.history)"
        ),
    )


@feature(STATEMENT, 0.4)
def mutable_attribute(g: Generator) -> None:
    name = g.unique("mesh")
    g.emit(f"{name} = {g.define('Grid', GRID)}({g.array()})", f"{name}.set_edge({g.float_(1)})")
    g.emit(
        g.pick(
            f"{name}.relax({g.pick('1', '2')})",
            f"{name}.u[1:] *= {g.leaf()}",
            f"{name}.u += {g.leaf()}",
            f"{name}.relax(1).set_edge({g.leaf()})",
        )
    )
    g.assign(FLOAT, g.pick(f"({name}.u ** 2).sum()", f"{name}.u[1] * {name}.u[-1] + {name}.t"))


@feature(STATEMENT, 0.4)
def accumulating_object(g: Generator) -> None:
    name, v = g.unique("acct"), g.some_array()
    g.emit(
        f"{name} = {g.define('Account', ACCOUNT)}({g.leaf()})",
        f"for e1 in {v}:",
        *(
            [f"    if e1 > {g.number()}:", f"        {name}.add(e1 * {g.leaf()})"]
            if g.chance(0.5)
            else [f"    {name}.add(e1 * {g.leaf()})"]
        ),
    )
    g.assign(FLOAT, g.pick(f"{name}.mean", f"{name}.total * {name}.count", f"{name}.total"))


@feature(STATEMENT, 0)
def operators(g: Generator) -> None:
    """Only where it is asked for: the contract does not promise the methods behind operators."""
    name, cls = g.unique("vec"), g.define("Vec", VEC)
    g.emit(f"{name} = {cls}({g.leaf()}, {g.leaf()}) + {cls}({g.leaf()}, {g.leaf()})")
    g.assign(FLOAT, f"{name}[0] * {name}[1] * len({name})")


@feature(STATEMENT, 0.3)
def shared_attribute(g: Generator) -> None:
    """An array that an object holds is changed through a name, or the other way round."""
    a, name = g.made(), g.unique("layer")
    g.emit(
        f"{name} = {layer(g)}({a}, {g.leaf()})",
        g.pick(
            f"{name}.w[{g.index(4)}] = {g.float_(1)}", f"{a}[{g.index(4)}] *= {g.leaf()}", f"{name}.w *= {g.leaf()}"
        ),
    )
    g.assign(FLOAT, f"({name}.w * {a}).sum() + {name}.b")


@feature(STATEMENT, 0.3)
def object_alias(g: Generator) -> None:
    a, b = g.unique("acct"), g.unique("same")
    cls = g.define("Account", ACCOUNT)
    g.emit(f"{a} = {cls}({g.leaf()})", f"{b} = {a}", f"{b}.add({g.float_(1)})")
    g.assign(FLOAT, f"{a}.total * {b}.mean")


@feature(STATEMENT, 0.3)
def object_passed(g: Generator) -> None:
    name, cls = g.unique("acct"), g.define("Account", ACCOUNT)
    f = g.define(
        "deposit",
        DEPOSIT,
    )
    g.emit(f"{name} = {cls}({g.leaf()})")
    g.assign(FLOAT, f"{f}({name}, {g.pick(g.some_array(), f'[{g.leaf()}, {g.leaf()}]')}) + {name}.total")


@feature(STATEMENT, 0.3)
def layers_in_list(g: Generator) -> None:
    name, v = g.unique("layers"), g.name(ARRAY, VECTOR)
    if v in g.scope.names:
        raise Inapplicable
    layer(g)
    g.emit(
        f"{name} = [Layer({g.array()} * 1.0, {g.leaf()}), Layer({g.array()} + 0.1, 0.2)]",
        f"{v} = {g.array()} * 1.0",
        f"for layer1 in {name}:",
        f"    {v} = layer1({v})",
    )
    g.bind(v, ARRAY, VECTOR)


@feature(STATEMENT, 0.3)
def bound_method_kept(g: Generator) -> None:
    name = g.unique("layer")
    g.emit(f"{name} = {layer(g)}({g.array()} * 1.0, {g.leaf()})", "act = " + f"{name}.forward")
    g.assign(FLOAT, f"act({g.some_array()}).sum()")


@feature(STATEMENT, 0.3)
def stored_from_outside(g: Generator) -> None:
    name = g.unique("acct")
    g.emit(
        f"{name} = {g.define('Account', ACCOUNT)}(0.0)",
        f"{name}.total = {g.float_(1)}",
        f"{name}.total {g.pick('+=', '*=')} {g.leaf()}",
        f"{name}.tag = {g.leaf()}",
    )
    g.assign(FLOAT, f"{name}.total * {name}.tag")


@feature(STATEMENT, 0.2)
def argument_object(g: Generator) -> None:
    """An object that the caller passes: its counter moves, and it may keep an active value (as a plain number)."""
    if g.depth or any(name == "model" for name, _, _ in g.parameters):
        raise Inapplicable
    layer(g)
    g.parameter("model", f"Layer({g.values(4)}, 0.3)", differentiated=False)
    g.assign(FLOAT, f"model.forward({g.array()}).sum() + model.b")
    if g.chance(0.5):
        g.emit(f"model.{g.pick('last', 'b')} = {g.float_(1)}")
        g.assign(FLOAT, "model.b * 0.5")

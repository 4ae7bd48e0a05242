"""Random programs: `draw(seed)` is a small module that defines `f`, with arguments for it.

Statements, expressions and parameters are drawn from the table of features. Every name has one kind at a place, as
scope.py keeps it. What raises, overflows or is not a number is drawn again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from tests.fuzz import features as table
from tests.fuzz.features import Feature, Inapplicable
from tests.fuzz.scope import ARRAY, ARRAYS, FLOAT, FLOATS, INT, Scope, Shape, Variable

N, M = 4, 3  # every vector has N entries and every matrix M rows of N, where no slice is taken
VECTOR, MATRIX, ROW = (N,), (M, N), (M,)

POOL: Mapping[str, tuple[str, ...]] = {
    FLOAT: ("a", "b", "c", "s", "t", "d", "value", "dx", "total", "r", "_", "g", "dy", "e"),
    INT: ("k", "m", "count", "turn"),
    "vector": ("u", "v", "w", "z", "out", "h", "xs", "grad", "bx"),
    "matrix": ("B", "C", "grid", "H"),
    "row": ("p", "q", "diag"),
    "zero": ("z0", "acc"),
    "view": ("part", "head", "inner", "edge"),
    FLOATS: ("items", "ts", "losses", "values"),
    ARRAYS: ("states", "hs", "rows"),
}
CONTIGUOUS = ("np.zeros(", "np.ones(")
FIRST_LINES = "import math\nimport numpy as np\n"


@dataclass(frozen=True)
class Case:
    """A program: its text, its arguments as an expression in its names, and the positions that are differentiated."""

    seed: int
    text: str
    arguments: str
    argnums: tuple[int, ...]
    used: tuple[str, ...] = ()  # the features
    stateful: bool = False  # it changes globals: each run needs the module anew


class Generator:
    """One random program. The writers of features use its methods."""

    def __init__(self, source: random.Random, features: Mapping[str, Feature]) -> None:
        self.random = source
        self.features = features
        self.scope = Scope()
        self.lines: list[str] = []
        self.definitions: dict[str, str] = {}
        self.imports: dict[str, None] = {}
        self.parameters: list[tuple[str, str, bool]] = []  # name, argument, differentiated
        self.used: dict[str, None] = {}
        self.depth = 0
        self.loops = 0
        self.numbers = 0
        self.stateful = False
        self.odd_names = False
        self.parameter_stores = False

    # -- choosing ----------------------------------------------------------------------------------------------------

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def pick(self, *items: str) -> str:
        return self.random.choice(items)

    def some(self, names: list[str]) -> str:
        """One of the names; inapplicable where there is none."""
        if not names:
            raise Inapplicable
        return self.random.choice(names)

    def number(self) -> str:
        return self.pick("0.5", "0.7", "1.3", "0.25", "1.5", "2.0", "0.1", "-0.4")

    def draw(self, role: str, groups: tuple[str, ...] = ()) -> str | None:
        """Write one feature of a role (and of some groups); where one is inapplicable, another."""
        rows = [row for row in self.features.values() if row.role == role and (not groups or row.group in groups)]
        for _ in range(30):
            row = self.random.choices(rows, [row.weight for row in rows])[0]
            state = len(self.lines), self.scope.copy(), dict(self.definitions), self.depth
            try:
                written = row.write(self)
            except Inapplicable:
                del self.lines[state[0] :]
                self.scope.names, self.definitions, self.depth = state[1], state[2], state[3]
                continue
            self.used[row.name] = None
            return written
        raise Inapplicable

    # -- expressions -------------------------------------------------------------------------------------------------

    def float_(self, depth: int = 1) -> str:
        """An expression for a float."""
        if depth <= 0 or self.chance(0.15):
            return self.leaf()
        self.level = depth - 1
        return self.draw(table.FLOAT) or self.leaf()

    def leaf(self) -> str:
        """A name, number or element that is a float."""
        names, vectors, matrices = self.scope.of(FLOAT), self.scope.arrays(VECTOR), self.scope.arrays(MATRIX)
        choices = [*names, *names, self.number()]
        choices += [f"{v}[{self.index(N)}]" for v in vectors]
        choices += [f"{m}[{self.index(M)}, {self.index(N)}]" for m in matrices]
        return self.random.choice(choices)

    def int_(self) -> str:
        names = self.scope.of(INT)
        return self.random.choice([*names, *names, "2", "1", *(f"len({v})" for v in self.scope.arrays(VECTOR)[:1])])

    def index(self, size: int) -> str:
        """An index that is valid for a size."""
        if self.chance(0.2) and self.scope.of(INT):
            return f"{self.random.choice(self.scope.of(INT))} % {size}"
        return str(self.random.randint(-size, size - 1))

    def array(self, shape: Shape = VECTOR, depth: int = 1) -> str:
        """An expression for an array of a shape."""
        if depth <= 0 or self.chance(0.2):
            return self.some_array(shape)
        self.level, self.shape = depth - 1, shape
        return self.draw(table.ARRAY) or self.some_array(shape)

    def some_array(self, shape: Shape = VECTOR) -> str:
        """A name, or a part of something, with this shape: perhaps a view."""
        choices = self.scope.arrays(shape) * 2
        if shape == VECTOR:
            choices += [f"{m}[{self.index(M)}]" for m in self.scope.arrays(MATRIX)]
        elif shape == ROW:
            choices += [f"{m}[:, {self.index(N)}]" for m in self.scope.arrays(MATRIX)]
            choices += [f"{v}{self.pick('[1:]', '[:-1]', '[:3]')}" for v in self.scope.arrays(VECTOR)]
        elif len(shape) == 1 and shape[0] < N:
            choices += [f"{v}[:{shape[0]}]" for v in self.scope.arrays(VECTOR)]
        return self.some(choices)

    def owned(self, shape: Shape = VECTOR) -> str:
        """An expression that makes a new array."""
        text = ", ".join(map(str, shape))
        size = text if len(shape) == 1 else f"({text})"
        choices = [f"np.zeros({size})", f"np.ones({size})", f"{self.some_array(shape)}.copy()"]
        choices += [f"{self.some_array(shape)} * {self.leaf()}", f"np.sin({self.some_array(shape)})"] * 2
        choices += [f"np.{self.pick('zeros', 'ones')}_like({self.some_array(shape)})"]
        return self.random.choice(choices)

    def condition(self) -> str:
        return self.draw(table.CONDITION) or "True"

    # -- statements --------------------------------------------------------------------------------------------------

    def emit(self, *lines: str) -> None:
        self.lines += ["    " * (self.depth + 1) + line for line in lines]

    def name(self, kind: str, shape: Shape = ()) -> str:
        """A name to bind: new, or one that may take a value of this kind here."""
        pools = {VECTOR: "vector", MATRIX: "matrix", ROW: "row", (): "zero"}
        pool = POOL[kind] if kind != ARRAY else POOL[pools.get(shape, "view")]
        if self.odd_names:
            pool = (*pool, *(("np_", "y") if kind == FLOAT else ("f", "x") if shape == VECTOR else ("id",)))
        parameters = [name for name, _, _ in self.parameters]
        free = [n for n in pool if self.scope.may_bind(n, kind, shape) and (n not in parameters or self.odd_names)]
        return self.some(free)

    def bind(self, name: str, kind: str, shape: Shape = (), memory: frozenset[int] | None = None) -> str:
        """The name is bound from here on; to new memory unless it is given."""
        if memory is None:
            memory = self.scope.fresh() if kind in (ARRAY, ARRAYS) else frozenset()
        self.scope.names[name] = Variable(kind, shape, memory)
        return name

    def assign(self, kind: str, expression: str, shape: Shape = ()) -> str:
        """`name = expression`, for something new of a kind."""
        name = self.name(kind, shape)
        self.emit(f"{name} = {expression}")
        self.bind(name, kind, shape)
        if kind == ARRAY and (len(shape) < 2 or expression.startswith(CONTIGUOUS) or expression.endswith(".copy()")):
            self.scope.names[name] = replace(self.scope.names[name], contiguous=True)
        return name

    def made(self, shape: Shape = VECTOR, *, contiguous: bool = False) -> str:
        """The name of an array that may be stored into: one that there is, or a new one."""
        names = [n for n in self.scope.arrays(shape) if self.scope.may_store(n)]
        names = [n for n in names if not contiguous or self.scope.names[n].contiguous]
        if names and self.chance(0.7):
            return self.random.choice(names)
        return self.assign(ARRAY, f"{self.some_array(shape)}.copy()" if contiguous else self.owned(shape), shape)

    def statements(self, count: int = 1) -> None:
        for _ in range(count):
            if self.loops and self.chance(0.2) and any(row.role == table.JUMP for row in self.features.values()):
                self.draw(table.JUMP)
            else:
                self.draw(table.STATEMENT, table.SMALL if self.depth and self.chance(0.6) else ())

    @contextmanager
    def block(self, header: str, *, loop: bool = False) -> Iterator[None]:
        """A nested block; what it binds stays bound in the scope until the caller joins."""
        if self.depth >= 4:
            raise Inapplicable
        self.emit(header)
        self.depth += 1
        if loop:
            self.loops += 1
            arrays = [n for n, v in self.scope.names.items() if v.memory]
            rolling = {n for n in arrays if self.scope.names[n].kind == ARRAY and self.chance(0.25)}
            for name in rolling:  # in the next turn it may be other memory
                old = self.scope.names[name]
                self.scope.names[name] = replace(old, memory=old.memory | self.scope.fresh(), contiguous=False)
            self.scope.held.append(frozenset(arrays) - rolling)
        try:
            yield
        finally:
            self.depth -= 1
            if loop:
                self.loops -= 1
                self.scope.held.pop()

    @contextmanager
    def function(self, header: str, *parameters: tuple[str, Variable]) -> Iterator[None]:
        """The body of a nested function: it sees its parameters and the outer names, and binds its own only."""
        before, loops, held = self.scope.copy(), self.loops, self.scope.held
        self.emit(header)
        self.depth += 1
        self.scope.names = {**before, **dict(parameters)}
        self.scope.held, self.loops = [frozenset(before)], 0
        self.scope.sealed.append(frozenset().union(*(v.memory for v in before.values())))
        try:
            yield
        finally:
            self.depth -= 1
            self.scope.sealed.pop()
            self.scope.names, self.scope.held, self.loops = before, held, loops

    def unique(self, stem: str) -> str:
        """A name that is used once in the program."""
        self.numbers += 1
        return f"{stem}{self.numbers}" if self.numbers > 1 else stem

    def define(self, name: str, text: str) -> str:
        """A function or class of the module, before f."""
        self.definitions[name] = text.strip("\n")
        return name

    def import_(self, line: str) -> None:
        self.imports[line] = None

    # -- the whole ---------------------------------------------------------------------------------------------------

    def parameter(self, name: str, argument: str, *, differentiated: bool = True) -> str:
        self.parameters.append((name, argument, differentiated))
        return name

    def values(self, *shape: int) -> str:
        """Numbers as text."""
        drawn = np.array([round(self.random.uniform(-1.2, 1.2), 3) for _ in range(int(np.prod(shape)))])
        return f"np.array({drawn.reshape(shape).tolist()})"

    def result(self) -> str:
        """A scalar that depends on most of what is bound."""
        names = list(self.scope.names)
        self.random.shuffle(names)
        terms = []
        for name in names[:5]:
            variable = self.scope.names[name]
            if variable.kind == FLOAT:
                terms.append(self.pick(f"{name} * {name}", name, f"np.sin({name})"))
            elif variable.kind == ARRAY:
                total = f"({name} ** 2).sum()" if variable.shape else f"{name} * {name}"
                terms.append(self.pick(total, f"np.sum(np.tanh({name}))"))
            elif variable.kind == FLOATS:
                terms.append(f"sum({name})")
            elif variable.kind == ARRAYS:
                terms.append(f"sum(item.sum() for item in {name})")
        return " + ".join([*terms, self.float_(1)])

    def case(self, seed: int) -> Case:
        """The program."""
        count = self.random.randint(2, 6)
        self.scope.undecided = "undecided" in self.features
        if self.scope.undecided:
            count *= 2
        self.odd_names = "odd_names" in self.features and self.chance(0.1)
        self.parameter_stores = "parameter_stores" in self.features and self.chance(0.25)
        self.draw(table.PARAMETER)
        for name, variable in list(self.scope.names.items()):
            if variable.kind in (ARRAY, ARRAYS) and not self.parameter_stores:
                self.scope.names[name] = replace(variable, constant=True)
        if self.chance(0.05):
            self.emit('"""A loss."""')
        self.statements(count)
        self.emit(f"return {self.result()}")
        header = f"def f({', '.join(name for name, _, _ in self.parameters)}):"
        functions = [*self.definitions.values(), "\n".join([header, *self.lines])]
        text = FIRST_LINES + "".join(f"{line}\n" for line in self.imports) + "\n\n" + "\n\n\n".join(functions) + "\n"
        arguments = f"({', '.join(argument for _, argument, _ in self.parameters if argument)},)"
        argnums = tuple(k for k, (_, _, differentiated) in enumerate(self.parameters) if differentiated)
        if "np_" in text:
            text = re.sub(r"\bnp_\b", "np", re.sub(r"\bnp\.", "numpy.", text)).replace(
                "import numpy as np", "import numpy"
            )
            arguments = arguments.replace("np.", "numpy.")
        return Case(seed, text, arguments, argnums, tuple(self.used), self.stateful)


def draws(seed: int, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Iterator[Case]:
    """The programs of a seed, one after another, until one is taken."""
    features = table.chosen(only, without)
    for attempt in range(200):
        source = random.Random(f"{seed}:{attempt}")
        try:
            yield Generator(source, features).case(seed)
        except Inapplicable:
            continue

"""Random programs in the language that is differentiated: `program(seed)` is a module that defines `f(x, y, n)`.

x is a vector, y a float, n a small int. Every name has one type at a place: a float, an int, a vector that may be
stored into (allocated here, no other name), a vector that may only be read, a pair of floats, a list of floats.
Values stay moderate: what grows is squashed. Names are bound wherever they are read, except that a branch or a loop
may leave one unbound: then f raises, and the program says nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.expressions import FLOAT, INT, LIST, OWNED, PAIR, VECTOR, Expressions

HELPERS = """import math
import numpy as np

RATE = 0.75
SHIFT = np.array([0.3, -0.2, 0.5, 0.1])


def smooth(a, b=0.5):
    return np.tanh(a * b) + 0.25 * a


def early(a, b):
    if a > b:
        return a * b
    for k in range(3):
        a = a * 0.5 + b
        if a > 0.9:
            return a
    return a - b


def filled(v, s, *, k=1):
    out = np.zeros(len(v))
    for i in range(len(v)):
        out[i] = v[i] * s
        if i >= k:
            out[i] += out[i - k]
    return out


def both(v, s):
    return v * s, (v.sum(), {"s": s})
"""

POOL = {
    FLOAT: ["a", "b", "c", "s", "t", "d", "value", "dx"],
    INT: ["k", "m", "turn"],
    OWNED: ["u", "w", "out"],
    VECTOR: ["v", "z", "xs"],
    PAIR: ["p", "q"],
    LIST: ["items", "ts"],
}


class Generator(Expressions):
    """One random program."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.lines: list[str] = []
        self.depth = 0
        self.loops = 0
        self.fresh = 0

    def program(self) -> str:
        """The text of the module."""
        self.block(self.random.randint(4, 9))
        self.emit(f"return {self.result()}")
        body = "\n".join(self.lines)
        return f"{HELPERS}\n\ndef f(x, y, n):\n{body}\n"

    def emit(self, line: str) -> None:
        self.lines.append("    " * (self.depth + 1) + line)

    def target(self, type_: str) -> str:
        """A name to bind: it takes this type from here on."""
        held = [n for n in POOL[type_] if self.types.get(n, type_) == type_]
        name = self.random.choice(held)
        if type_ == FLOAT and self.chance(0.05):
            name = "y"
        return name

    def result(self) -> str:
        parts = [self.float_()]
        vectors = self.names(OWNED, VECTOR)
        parts += [f"({self.random.choice(vectors)} ** 2).sum()" for _ in range(2)]
        parts += [f"{name} * {name}" for name in self.names(FLOAT)[-2:]]
        return " + ".join(parts)

    def block(self, count: int) -> None:
        for _ in range(count):
            self.statement()

    def statement(self) -> None:
        weights: dict[Callable[[], None], float] = {
            self.assign_float: 4,
            self.assign_vector: 2.5,
            self.assign_owned: 2,
            self.augment: 2,
            self.store: 3 if self.names(OWNED) else 0,
            self.pack: 1,
            self.unpack: 1.5 if self.names(PAIR) else 0,
            self.make_list: 0.7,
            self.assign_int: 0.7,
            self.swap: 0.7,
            self.call_tree: 0.4,
        }
        if self.depth < 3:
            weights |= {self.if_: 2.5, self.for_: 2.5, self.while_: 1}
        if self.loops and self.depth < 4:
            weights |= {self.jump: 1.5}
        self.random.choices(list(weights), list(weights.values()))[0]()

    def bind(self, type_: str, expression: str) -> None:
        name = self.target(type_)
        self.emit(f"{name} = {expression}")
        self.types[name] = type_

    def assign_float(self) -> None:
        self.bind(FLOAT, self.float_())

    def assign_vector(self) -> None:
        self.bind(VECTOR, self.vector())

    def assign_owned(self) -> None:
        self.bind(OWNED, self.fresh_vector())

    def assign_int(self) -> None:
        self.bind(INT, self.random.choice([f"{self.int_()} + 1", "0", f"{self.int_()} % 3"]))

    def pack(self) -> None:
        self.bind(PAIR, f"({self.float_(1)}, {self.float_(1)})")

    def make_list(self) -> None:
        self.bind(LIST, f"[{self.float_(1)}, {self.float_(0)}, {self.float_(0)}]")

    def unpack(self) -> None:
        one, other = self.target(FLOAT), self.target(FLOAT)
        self.emit(f"{one}, {other} = {self.random.choice(self.names(PAIR))}")
        self.types |= {one: FLOAT, other: FLOAT}

    def swap(self) -> None:
        names = self.names(FLOAT)
        one, other = self.random.choice(names), self.random.choice(names)
        self.emit(f"{one}, {other} = {other}, {one} * {self.float_(0)}")

    def call_tree(self) -> None:
        vector, one = self.target(VECTOR), self.target(FLOAT)
        self.emit(f"{vector}, ({one}, rest) = both({self.vector(1)}, {self.float_(1)})")
        self.types |= {vector: VECTOR, one: FLOAT}

    def augment(self) -> None:
        names = [n for n in self.names(FLOAT, OWNED) if n not in ("y", "e", "h") or self.chance(0.05)]
        if not names:
            return self.assign_float()
        name = self.random.choice(names)
        if self.types[name] == FLOAT:
            line = self.random.choice([f"+= {self.float_(1)}", f"*= {self.float_(0)}", f"-= {self.float_(0)}"])
        else:
            line = self.random.choice([f"+= {self.vector(1)}", f"*= np.sin({self.vector(0)})", f"-= {self.float_(0)}"])
        self.emit(f"{name} {line}")
        return None

    def store(self) -> None:
        name = self.random.choice(self.names(OWNED))
        span, index = self.span(), self.index()
        mask = f"{self.random.choice(self.names(OWNED, VECTOR))} > 0"
        whole = self.random.choice(["=", "+=", "*="])
        self.emit(
            self.random.choice(
                [
                    f"{name}[{index}] = {self.float_(1)}",
                    f"{name}[{index}] {whole} {self.float_(1)}",
                    f"{name}[{span}] {whole} {self.vector(0)}[{span}]",
                    f"{name}[{span}] {whole} {self.float_(1)}",
                    f"{name}[{mask}] = {self.float_(0)}",
                    f"{name}[{mask}] *= {self.float_(0)}",
                ]
            )
        )

    def nested(
        self, header: str, count: int, *, loop: bool = False, bound: dict[str, str] | None = None
    ) -> dict[str, str]:
        """A nested block; the types at its end."""
        before = dict(self.types)
        self.emit(header)
        self.depth += 1
        self.loops += loop
        self.types |= bound or {}
        self.block(count)
        self.depth -= 1
        self.loops -= loop
        after, self.types = self.types, before
        return after

    def join(self, *ends: dict[str, str]) -> None:
        """After branches: the names that are bound at the end of each (rarely, of one)."""
        common = {k: t for k, t in ends[0].items() if all(end.get(k) == t for end in ends)}
        self.types = {k: t for k, t in self.types.items() if all(end.get(k) == t for end in ends)} | common
        if self.chance(0.1):
            self.types |= {
                k: t for k, t in ends[0].items() if k not in self.types and all(k not in e or e[k] == t for e in ends)
            }

    def if_(self) -> None:
        ends = [self.nested(f"if {self.condition()}:", self.random.randint(1, 2))]
        if self.chance(0.25):
            ends.append(self.nested(f"elif {self.condition()}:", self.random.randint(1, 2)))
        if self.chance(0.6):
            ends.append(self.nested("else:", self.random.randint(1, 2)))
        else:
            ends.append(dict(self.types))
        self.join(*ends)

    def for_(self) -> None:
        index = self.random.choice(["i", "j", "k"])
        vector, other = self.vector(0), self.vector(0)
        items = self.names(LIST)
        header, bound = self.random.choice(
            [
                (f"for {index} in range({self.int_()}):", {index: INT}),
                (f"for {index} in range(3, 0, -1):", {index: INT}),
                (f"for e in {vector}:", {"e": FLOAT}),
                (f"for {index}, e in enumerate({vector}):", {index: INT, "e": FLOAT}),
                (f"for e, h in zip({vector}, {other}):", {"e": FLOAT, "h": FLOAT}),
                (f"for e in {items[0]}:" if items else f"for e in ({self.float_(0)}, {self.float_(0)}):", {"e": FLOAT}),
            ]
        )
        if any(self.types.get(k, t) != t for k, t in bound.items()):
            return self.assign_float()
        ends = [self.nested(header, self.random.randint(1, 3), loop=True, bound=bound), dict(self.types)]
        self.join(*ends)
        if self.chance(0.15):
            self.join(self.nested("else:", 1), dict(self.types))
        return None

    def while_(self) -> None:
        self.fresh += 1
        counter = f"n{self.fresh}"
        self.emit(f"{counter} = 0")
        condition = self.random.choice([f"{counter} < 3", f"{counter} < n", f"{counter} < 4 and ({self.condition()})"])
        before = dict(self.types)
        self.emit(f"while {condition}:")
        self.depth += 1
        self.emit(f"{counter} += 1")
        self.loops += 1
        self.block(self.random.randint(1, 3))
        self.loops -= 1
        self.depth -= 1
        after, self.types = self.types, before
        self.join(after, dict(before))

    def jump(self) -> None:
        word = self.random.choice(["break", "continue", "break", f"return {self.result()}"])
        self.emit(f"if {self.condition()}:")
        self.depth += 1
        if self.chance(0.4):
            before = dict(self.types)
            self.assign_float()
            self.types = before
        self.emit(word)
        self.depth -= 1


def program(seed: int) -> str:
    """The text of the module for a seed, the same on every machine."""
    return Generator(seed).program()

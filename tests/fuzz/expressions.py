"""Random expressions of each type, in the names that are bound at a place."""

from __future__ import annotations

import random
from collections.abc import Callable

FLOAT, INT, OWNED, VECTOR, PAIR, LIST = "float", "int", "owned", "vector", "pair", "list"


class Expressions:
    """The names that are bound, with their types, and random expressions in them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.types: dict[str, str] = {"x": VECTOR, "y": FLOAT, "n": INT}

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def names(self, *types: str) -> list[str]:
        return [name for name, type_ in self.types.items() if type_ in types]

    def float_(self, depth: int = 2) -> str:
        pick = self.random.choice
        if depth == 0 or self.chance(0.2):
            leaves = [*self.names(FLOAT), *self.names(FLOAT), "0.7", "1.3", "RATE"]
            leaves += [f"{p}[{self.random.randint(0, 1)}]" for p in self.names(PAIR)]
            leaves += [f"{v}[{self.index()}]" for v in self.names(OWNED, VECTOR)]
            leaves += [f"{xs}[{self.random.randint(-1, 1)}]" for xs in self.names(LIST)]
            return pick(leaves)
        a, b = self.float_(depth - 1), self.float_(depth - 1)
        forms: list[Callable[[], str]] = [
            lambda: f"({a} + {b})",
            lambda: f"({a} - {b})",
            lambda: f"{a} * {b}",
            lambda: f"{a} / (2 + {b} * {b})",
            lambda: f"np.sin({a})",
            lambda: f"np.tanh({a} + {b})",
            lambda: f"math.cos({a})",
            lambda: f"smooth({a}, b={b})",
            lambda: f"early({a}, {b})",
            lambda: f"({a} if {self.condition()} else {b})",
            lambda: f"np.maximum({a}, {b})",
            lambda: f"max({a}, {b}, 0.1)",
            lambda: f"abs({a})",
            lambda: f"({a}) ** 2",
            lambda: f"{self.vector(1)}.sum() * 0.25",
            lambda: f"np.dot({self.vector(1)}, {self.vector(1)}) * 0.2",
            lambda: f"{self.vector(1)}.max()",
            lambda: f"{self.int_()} * {a} * 0.3",
            lambda: f"both({self.vector(1)}, {a})[1][1]['s']",
        ]
        return pick(forms)()

    def int_(self) -> str:
        return self.random.choice([*self.names(INT), *self.names(INT), "2", "len(x)", "x.shape[0]"])

    def index(self) -> str:
        """An index that is valid in a vector of 4."""
        return self.random.choice(["0", "1", "-1", "2", "-2", f"{self.int_()} % 4", f"{self.int_()} % len(x)"])

    def span(self) -> str:
        return self.random.choice(["1:", ":-1", ":2", "::2", "::-1", ":", "1:3", f"{self.int_()} % 3:", "..."])

    def vector(self, depth: int = 2) -> str:
        pick = self.random.choice
        names = self.names(OWNED, VECTOR)
        if depth == 0 or self.chance(0.2):
            return pick([*names, "SHIFT"])
        a, b, s = self.vector(depth - 1), self.vector(depth - 1), self.float_(1)
        forms: list[Callable[[], str]] = [
            lambda: f"({a} + {b})",
            lambda: f"({a} - {s})",
            lambda: f"{a} * {b}",
            lambda: f"{s} * {a}",
            lambda: f"{a} / (1.5 + {b} * {b})",
            lambda: f"np.tanh({a})",
            lambda: f"np.sin({a} * {s})",
            lambda: f"np.maximum({a}, 0)",
            lambda: f"np.where({pick(names)} > {s}, {a}, {b})",
            lambda: f"filled({a}, {s}, k={pick([1, 2])})",
            lambda: f"both({a}, {s})[0]",
            lambda: f"{pick(names)}[::-1]",
            lambda: f"{pick(names)}[[1, 0, 3, 1]]",
            lambda: f"np.concatenate([{pick(names)}[2:], {pick(names)}[:2]])",
            lambda: f"np.outer({a}, {b})[{self.index()}]",
            lambda: f"np.array([{s}, 0.5, {self.float_(0)}, {self.float_(0)}])",
            lambda: f"({a}).copy()",
        ]
        return pick(forms)()

    def fresh_vector(self) -> str:
        """A vector of which no other name exists."""
        return self.random.choice(
            [
                "np.zeros(4)",
                "np.ones(len(x))",
                "np.zeros_like(x)",
                f"{self.vector(0)} * {self.float_(0)}",
                f"np.sin({self.vector(0)})",
                f"{self.vector(0)}.copy()",
                f"filled({self.vector(0)}, {self.float_(0)})",
            ]
        )

    def condition(self) -> str:
        pick = self.random.choice
        a, b = self.float_(0), self.float_(0)
        forms = [
            f"{a} > {b}",
            f"{a} < 0.4",
            f"{self.int_()} % 2 == 0",
            f"{self.int_()} > 1",
            f"-0.5 < {a} < 0.5",
            f"not ({a} > 0)",
            f"{a} > 0 and {b} < 0.8",
            f"{a} > 0.5 or {self.int_()} == 2",
            f"{self.vector(0)}.sum() > {a}",
        ]
        return pick(forms)

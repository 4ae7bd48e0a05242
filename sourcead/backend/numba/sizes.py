"""Which sizes of arrays are certainly equal: by their kinds, and by what was done with them before.

    z = X @ W          X.shape[1] == W.shape[0], or this raised
    a = z + b          z.shape[1] == b.shape[0], where neither is 1, or this raised
"""

from __future__ import annotations

from sourcead.backend.numba.rewriting import kind_of
from sourcead.ir import Atom, Op
from sourcead.kinds import Array, Dim
from sourcead.records import dataclass, field

_PRODUCTS = frozenset({"matmul", "np.dot"})


@dataclass(slots=True, eq=False)
class Sizes:
    """Sizes that are equal, as sets. names: what to call the indices of loops over them."""

    names: tuple[str, ...]
    parents: dict[Dim, Dim] = field(default_factory=dict)
    found: dict[Atom, tuple[Dim, ...]] = field(default_factory=dict)  # of arrays of which the kinds do not say all

    def root(self, dim: Dim) -> Dim:
        """The one that stands for all that are equal to a size."""
        while dim in self.parents:
            dim = self.parents[dim]
        return dim

    def are_equal(self, a: Dim, b: Dim) -> bool:
        return None not in (a.key, b.key) and self.root(a) == self.root(b)

    def join(self, a: Dim, b: Dim) -> None:
        """Note that two sizes are equal."""
        a, b = self.root(a), self.root(b)
        if a != b and None not in (a.key, b.key):
            self.parents[b] = a

    def copy(self) -> Sizes:
        return Sizes(self.names, dict(self.parents), dict(self.found))

    def dims(self, atom: Atom) -> tuple[Dim, ...] | None:
        """The sizes of an array; of which nothing is known has a name of its own. None for what is no array."""
        kind = kind_of(atom)
        if not isinstance(kind, Array) or not kind.dims:
            return None
        if all(d.key is not None for d in kind.dims):
            return kind.dims
        if atom not in self.found:
            named = (d if d.key is not None else Dim((atom, axis), d.one) for axis, d in enumerate(kind.dims))
            self.found[atom] = tuple(named)
        return self.found[atom]

    def define(self, op: Op) -> None:
        """Note where the sizes of what an elementwise op makes come from, where its kind does not say."""
        shapes = [s for s in map(self.dims, op.args) if s is not None]
        for back, size in enumerate((self.dims(op.outs[0]) or ())[::-1]):
            given = [s[-1 - back] for s in shapes if back < len(s) and not s[-1 - back].one]
            certain = next((d for d in given if d.one is False), None)
            if given and (certain is not None or all(self.are_equal(d, given[0]) for d in given)):
                self.join(certain or given[0], size)

    def learn(self, op: Op, elementwise: frozenset[str]) -> None:
        """Note what an op says that was done."""
        shapes = [s for s in map(self.dims, op.args) if s is not None]
        if op.name in elementwise:
            self.define(op)
            for other in shapes[1:]:
                for a, b in aligned(shapes[0], other):
                    if a.one is False and b.one is False:
                        self.join(a, b)
        elif op.name in _PRODUCTS and len(shapes) == 2 and all(1 <= len(s) <= 2 for s in shapes):
            x, y = shapes
            self.join(x[-1], y[0])
            for out in filter(None, map(self.dims, op.outs)):
                for a, b in zip(out, (*x[:-1], *y[1:]), strict=True):
                    self.join(b, a)


def aligned(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> list[tuple[Dim, Dim]]:
    """The sizes of two arrays that meet in broadcasting."""
    return list(zip(a[::-1], b[::-1], strict=False))

"""Which sizes of arrays are certainly equal: by their kinds, and by what was done with them before.

    z = X @ W          X.shape[1] == W.shape[0], or this raised
    a = z + b          z.shape[1] == b.shape[0], where neither is 1, or this raised
"""

from __future__ import annotations

from sourcead.backend.numba.rewriting import kind_of
from sourcead.ir import Op
from sourcead.kinds import Array, Dim, Kind
from sourcead.records import dataclass, field

_PRODUCTS = frozenset({"matmul", "np.dot"})


@dataclass(slots=True, eq=False)
class Sizes:
    """Sizes that are equal, as sets."""

    parents: dict[Dim, Dim] = field(default_factory=dict)

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
        return Sizes(dict(self.parents))

    def learn(self, op: Op, elementwise: frozenset[str]) -> None:
        """Note what an op says that was done."""
        kinds = [k for k in map(kind_of, op.args) if isinstance(k, Array)]
        if op.name in elementwise:
            for other in kinds[1:]:
                for a, b in aligned(kinds[0].dims, other.dims):
                    if a.one is False and b.one is False:
                        self.join(a, b)
        elif op.name in _PRODUCTS and len(kinds) == 2 and all(1 <= len(k.dims) <= 2 for k in kinds):
            self.join(kinds[0].dims[-1], kinds[1].dims[0])


def aligned(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> list[tuple[Dim, Dim]]:
    """The sizes of two arrays that meet in broadcasting."""
    return list(zip(a[::-1], b[::-1], strict=False))


def dims_of(kind: Kind) -> tuple[Dim, ...] | None:
    """The sizes of an array of at least one axis."""
    return kind.dims if isinstance(kind, Array) and kind.dims else None

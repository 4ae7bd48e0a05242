"""`np.mgrid[0:3, 0:2]` and `np.ogrid[...]`: grids of numbers between ends that carry no derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Static
from sourcead.frontend.data import normal_path
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import object_atom
from sourcead.ir import Const, Hole, Path, Span
from sourcead.kinds import ANY, ONE, Array, Kind, Scalar, Tree, dim_of
from sourcead.primitives import structural

_INTEGERS = ("pyint", "int64", "int32")


def grid_of(resolver: Resolver, container: Abstract, path: Path, dynamic: list[Abstract]) -> Abstract | None:
    """The grid that a subscript of `np.mgrid` or `np.ogrid` makes; None of anything else."""
    if not isinstance(container, Static) or not any(container.obj is maker for maker in (np.mgrid, np.ogrid)):
        return None
    (level,) = path
    slices = [element for element in level if isinstance(element, Span)]
    if len(slices) < len(level):
        resolver.refuse("a grid is made of slices", "write `np.mgrid[0:n, 0:m]`")
    spans = [tuple(_end(resolver, part, dynamic) for part in (e.start, e.stop, e.step)) for e in slices]
    kind = _kind(container.obj is np.ogrid, spans)
    path, atoms = normal_path(resolver, path, dynamic)
    return resolver.emit(structural.GETITEM, (object_atom(resolver, container), *atoms), kind=kind, path=path)


def _end(resolver: Resolver, part: Any, dynamic: list[Abstract]) -> Any:
    """A part of a slice: its value, or int for an integer that is not known."""
    given = dynamic[part.index] if isinstance(part, Hole) else Const(part)
    found, value = resolver.static(given)
    if found:
        return value
    kind = resolver.kind(given)
    if not isinstance(kind, Scalar) or kind.dtype not in _INTEGERS:
        resolver.refuse("the ends of a grid are integers or literals here", "use np.linspace and np.meshgrid")
    return int


def _kind(is_open: bool, spans: list[tuple[Any, ...]]) -> Kind:
    dtype = "float64" if any(isinstance(part, float | complex) for span in spans for part in span) else "int64"
    sizes = [dim_of(int(abs(step))) if isinstance(step, complex) else ANY for _, _, step in spans]
    if len(sizes) == 1:
        return Array(dtype, tuple(sizes))
    if not is_open:
        return Array(dtype, (dim_of(len(sizes)), *sizes))
    parts = tuple(Array(dtype, tuple(d if j == k else ONE for j, d in enumerate(sizes))) for k in range(len(sizes)))
    return Tree(tuple, tuple(range(len(parts))), parts)

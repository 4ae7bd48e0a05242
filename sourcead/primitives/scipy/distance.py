"""Distances between points: `scipy.spatial.distance`."""

from __future__ import annotations

from typing import Any

import scipy.spatial.distance

from sourcead.kinds import ANY, TOP, Array, Dim, Kind, Scalar, dim_of
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.scipy.special import refuse_complex
from sourcead.primitives.shapes import as_array, promoted_strong

METRICS = ("euclidean", "sqeuclidean", "cityblock", "cosine")
_WITHOUT = "out p w V VI"


def _points(name: str, kind: Kind, metric: object) -> Array | None:
    refuse_complex(name, kind)
    if metric not in METRICS:
        raise NotCovered(f"{name} with metric={metric!r}; covered: {', '.join(METRICS)}")
    return as_array(kind)


@declare(
    scipy.spatial.distance.cdist, name="scipy.spatial.distance.cdist", static="metric", refuse=_WITHOUT,
    effects="raises",
)  # fmt: skip
def cdist(
    XA: Kind, XB: Kind, metric: str = "euclidean", *, out: Any = None, p: Any = None, w: Any = None, V: Any = None,
    VI: Any = None,
) -> Kind:  # fmt: skip
    name = "scipy.spatial.distance.cdist"
    left, right = _points(name, XA, metric), _points(name, XB, metric)
    return Array("float64", (ANY if left is None else left.dims[0], ANY if right is None else right.dims[0]))


@declare(
    scipy.spatial.distance.pdist, name="scipy.spatial.distance.pdist", static="metric", refuse=_WITHOUT,
    effects="raises",
)  # fmt: skip
def pdist(
    X: Kind, metric: str = "euclidean", *, out: Any = None, p: Any = None, w: Any = None, V: Any = None, VI: Any = None
) -> Kind:
    array = _points("scipy.spatial.distance.pdist", X, metric)
    return Array("float64", (ANY if array is None else _pairs(array.dims[0]),))


@declare(
    scipy.spatial.distance.squareform, name="scipy.spatial.distance.squareform", static="checks", refuse="force",
    effects="raises", linear="X",
)  # fmt: skip
def squareform(X: Kind, force: str = "no", checks: bool = True) -> Kind:
    refuse_complex("scipy.spatial.distance.squareform", X)
    array = as_array(X)
    if array is None or len(array.dims) not in (1, 2):
        return TOP
    return Array(array.dtype, (_paired(array.dims[0]),) * 2 if len(array.dims) == 1 else (_pairs(array.dims[0]),))


def _pairs(points: Dim) -> Dim:
    """How many pairs so many points make."""
    if isinstance(points.key, int):
        return dim_of(points.key * (points.key - 1) // 2)
    return Dim(None if points.key is None else ("pairs", points), None)


def _paired(pairs: Dim) -> Dim:
    """How many points make so many pairs."""
    if isinstance(pairs.key, tuple) and pairs.key[0] == "pairs":
        return pairs.key[1]  # type: ignore[no-any-return]
    return Dim(None if pairs.key is None else ("points", pairs), False if pairs.one is not None else None)


def _of_two(name: str, u: Kind, v: Kind, w: Kind | None, known: bool) -> Kind:
    refuse_complex(f"scipy.spatial.distance.{name}", u, v)
    left, right = as_array(u), as_array(v)
    if left is None or right is None or not known:
        return TOP
    dtype = promoted_strong(left.dtype, right.dtype)
    return Scalar(dtype) if dtype in ("float32", "float64") else TOP


@declare(scipy.spatial.distance.euclidean, name="scipy.spatial.distance.euclidean", refuse="w", effects="raises")
def euclidean(u: Kind, v: Kind, w: Kind | None = None) -> Kind:
    kind = _of_two("euclidean", u, v, w, True)
    return Scalar("real64") if kind == Scalar("float64") else TOP  # of Python's or NumPy's, as the version has it


@declare(scipy.spatial.distance.sqeuclidean, name="scipy.spatial.distance.sqeuclidean", refuse="w", effects="raises")
def sqeuclidean(u: Kind, v: Kind, w: Kind | None = None) -> Kind:
    return _of_two("sqeuclidean", u, v, w, True)


@declare(scipy.spatial.distance.cityblock, name="scipy.spatial.distance.cityblock", refuse="w", effects="raises")
def cityblock(u: Kind, v: Kind, w: Kind | None = None) -> Kind:
    return _of_two("cityblock", u, v, w, True)


@declare(scipy.spatial.distance.cosine, name="scipy.spatial.distance.cosine", refuse="w", effects="raises")
def cosine(u: Kind, v: Kind, w: Kind | None = None) -> Kind:
    return _of_two("cosine", u, v, w, True)

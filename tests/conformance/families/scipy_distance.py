"""Distances: `scipy.spatial.distance`."""

from __future__ import annotations

from collections.abc import Iterator

RANK_NEEDED = {"scipy.spatial.distance.squareform(x)", "scipy.spatial.distance.squareform(x * (1 - np.eye(3)))"}

METRICS = ("", ", 'sqeuclidean'", ", metric='cityblock'", ", 'cosine'", ", 'euclidean'")
POINTS = (("3,2", "2,2"), ("3,4 S", "2,4 F"), ("1,3", "2,3"), ("3,2 float32", "3,2 float32"), ("2,1", "3,1"))


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of this family."""
    for metric in METRICS:
        for left, right in POINTS:
            yield f"scipy.spatial.distance.cdist(x, y{metric})", (f"real {left}", f"positive {right}")
            yield f"scipy.spatial.distance.pdist(x{metric})", (f"real {left}",)
        yield f"scipy.spatial.distance.cdist(x, np.ones((2, 3)){metric})", ("real 4,3",)
        yield f"scipy.spatial.distance.cdist([[x, y]], [[1.0, x], [y, 2.5]]{metric})", ("real float", "positive float")
        yield f"scipy.spatial.distance.squareform(scipy.spatial.distance.pdist(x{metric}))", ("real 3,2",)
    for form in ("3", "6", "1", "3 float32"):
        yield "scipy.spatial.distance.squareform(x)", (f"real {form}",)
    for form in ("3,3", "3,3 float32"):
        yield "scipy.spatial.distance.squareform(x, checks=False)", (f"real {form}",)
    for name in ("euclidean", "sqeuclidean", "cityblock", "cosine"):
        for form in ("3", "1", "3 float32"):
            yield f"scipy.spatial.distance.{name}(x, y)", (f"real {form}", f"positive {form}")
        yield f"scipy.spatial.distance.{name}(x, [0.5, 0.25])", ("real 2",)
        yield f"scipy.spatial.distance.{name}([x, y], [y, 1.5])", ("real float", "positive float")

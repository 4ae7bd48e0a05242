"""Rows of `ufunc.reduceat`, which reduces parts of an array: parts that rise, repeat, fall and overlap."""

from __future__ import annotations

from collections.abc import Iterator

RANK_NEEDED: set[str] = set()

_UFUNCS = ("add", "multiply", "maximum", "minimum")
_ROW = ("[0, 2]", "[0]", "[2, 1, 1, 0]", "[0, 4, 1, 3, 3]", "np.array([1, 3])", "(0, 1, 4)")
_FORMS = ("5", "5 F", "5 S", "5 float32", "5 float16")


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Programs and the forms of their arguments."""
    for ufunc in _UFUNCS:
        for indices in _ROW:
            yield f"np.{ufunc}.reduceat(x, {indices})", ("real 5",)
        for form in _FORMS:
            yield f"np.{ufunc}.reduceat(x, [0, 2, 1, 4])", (f"real {form}",)
        for form in ("4,3", "4,3 F", "4,6 S", "4,3 float32"):
            yield f"np.{ufunc}.reduceat(x, [0, 2])", (f"real {form}",)
            yield f"np.{ufunc}.reduceat(x, [2, 0, 1], axis=1)", (f"real {form}",)
            yield f"np.{ufunc}.reduceat(x, np.array([0, 1, 1]), -1)", (f"real {form}",)
        yield f"np.{ufunc}.reduceat(x, [1, 0, 1], axis=1)", ("real 2,3,2",)
        yield f"np.{ufunc}.reduceat(x * x, [0, 2])[0] * y", ("real 3", "real float")
        yield f"np.{ufunc}.reduceat(x, np.array([], dtype=int))", ("real 3",)

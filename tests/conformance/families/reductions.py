"""Reductions with their further keywords, running functions, differences, integrals and interpolation."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.table import Row

FORMS = {1: ("3", "4 S", "3 float32"), 2: ("3,2", "3,2 F", "1,3", "3,2 float32"), 3: ("2,3,2",)}
EMPTY = ("0", "0,3", "3,0")

REDUCING = {  # of any rank
    0: ("np.sum(x, where=x > 0)", "np.sum(x, initial=0.5)", "x.sum(initial=2.0, where=x < 0.5)",
        "np.mean(x, where=x < 9)",
        "np.sum(x, dtype=np.float64)", "np.mean(x, dtype=np.float64)", "np.prod(x, where=x > 0)",
        "np.prod(x, initial=2.0)",
        "x.prod(where=x > 0, initial=1.5)", "np.max(x, initial=-0.5)", "np.max(x, initial=9.0)",
        "x.max(initial=-3.0, where=x < 0.5)", "np.min(x, initial=9.0, where=x > -9)", "x.min(initial=0.0)",
        "np.ptp(x)",
        "np.ptp(x, keepdims=True)", "np.sum(x, where=True)", "np.cumsum(x, dtype=np.float64)"),
    1: ("np.sum(x, axis=0, where=[True])", "np.cumsum(x, axis=-1)", "x.cumsum()", "x.cumprod()",
        "x.cumprod(axis=-1)"),
    2: ("np.sum(x, axis=0, where=x > 0)", "np.sum(x, axis=-1, where=x > 0, keepdims=True)",
        "x.mean(axis=1, where=x < 9)",
        "np.mean(x, axis=0, keepdims=True, where=x > -9)", "np.sum(x, axis=(0, 1), initial=1.0)", "np.ptp(x, axis=0)",
        "np.prod(x, axis=1, where=x > 0)", "np.prod(x, axis=0, initial=2.0, keepdims=True)", "np.ptp(x, axis=-1)",
        "np.max(x, axis=0, initial=0.1)", "np.max(x, axis=1, keepdims=True, initial=-9, where=x < 1)",
        "np.ptp(x, axis=(0, 1), keepdims=True)", "np.amin(x, axis=-1, initial=0.3)", "np.cumsum(x, axis=-1)",
        "np.cumprod(x, axis=1)", "x.cumsum(axis=1)", "np.diff(x, axis=0)", "np.diff(x)", "np.diff(x, n=2, axis=0)",
        "np.diff(x, axis=-2)", "np.ediff1d(x)", "np.trapezoid(x)", "np.trapezoid(x, axis=0)",
        "np.trapezoid(x, dx=0.5, axis=0)",
        "np.cumsum(x)", "np.cumprod(x)"),
    3: ("np.sum(x, axis=(0, 2), where=x > 0)", "np.prod(x, axis=(0, 2), where=x > 0)", "np.ptp(x, axis=(0, 2))",
        "np.mean(x, axis=(-1, 0), where=x < 9)", "np.max(x, axis=(0, 1), initial=0.0)", "np.cumsum(x, axis=1)",
        "np.cumsum(x, axis=-2)", "np.cumprod(x, axis=-2)", "np.diff(x, axis=-2)", "np.diff(x, n=2, axis=1)",
        "np.diff(x, axis=2)",
        "np.trapezoid(x, axis=1)", "np.gradient(x, axis=1)", "np.sum(x, axis=2, where=np.array([True, False]))"),
}  # fmt: skip
LINES = (  # of one axis
    "np.diff(x)", "np.diff(x, n=2)", "np.diff(x, n=3)", "np.diff(x, prepend=0.0)", "np.diff(x, append=x[0])",
    "np.diff(x, prepend=x[:1], append=2.0)", "np.diff(x, prepend=[1.0, 2.0])",
    "np.diff(x, n=2, prepend=0.0, append=0.0)",
    "np.ediff1d(x)", "np.ediff1d(x, to_end=x[:1])", "np.ediff1d(x, to_begin=2.0)",
    "np.ediff1d(x, to_end=[1.0, 2.0], to_begin=x[1])", "np.gradient(x)", "np.gradient(x, 0.5)",
    "np.gradient(x, edge_order=2)",
    "np.gradient(x, [0.0, 1.0, 3.0, 3.5], edge_order=2)", "np.gradient(x, np.array([0.0, 1.0, 3.0, 3.5]))",
    "np.gradient(x, axis=-1)", "np.gradient(x, 2.0, axis=0, edge_order=2)", "np.trapezoid(x)",
    "np.trapezoid(x, dx=0.5)",
    "np.trapezoid(x, [0.0, 1.0, 3.0, 3.5])", "np.trapezoid(x * x, x)",
    "np.interp(x, [-1.0, 0.2, 1.0], [0.5, 2.0, -1.0])",
    "np.interp(3 * x, [1.1, -0.2, 0.4], [0.5, 2.0, -1.0], period=1.7)", "np.interp(x, [0.3], [2.0], period=2.0)",
    "np.interp(x, np.linspace(-2.5, 2.5, 5), x[0] * np.arange(5.0))", "np.cumsum(x)", "np.cumulative_sum(x)",
    "np.cumulative_prod(x)", "np.cumulative_sum(x, include_initial=True)",
    "np.cumulative_prod(x, include_initial=True)",
)  # fmt: skip
PLANES = (
    "np.diff(x, axis=0, prepend=0.0)", "np.diff(x, append=x[:, :1])",
    "np.diff(x, axis=1, prepend=x[0, 0], append=1.0)",
    "np.gradient(x, axis=0)", "np.gradient(x, 2.0, axis=-1)", "np.gradient(x)[0]", "np.gradient(x, 0.5)[1] * x",
    "np.gradient(x, 0.5, [0.0, 1.0, 3.0])[1]", "np.gradient(x, axis=(1, 0))[0]", "sum(np.gradient(x, edge_order=2))",
    "np.gradient(x, edge_order=2, axis=1)", "np.trapezoid(x, [0.0, 1.0, 3.0])", "np.trapezoid(x, x * x + x, axis=0)",
    "np.trapezoid(x, [0.0, 1.0, 3.0, 4.5], axis=0)", "np.cumulative_sum(x, axis=1)", "np.cumulative_prod(x, axis=0)",
    "np.cumulative_sum(x, axis=-1, include_initial=True)", "np.cumulative_prod(x, axis=1, include_initial=True)",
    "np.interp(x, [-1.0, 0.2, 1.0], [0.5, 2.0, -1.0], left=3.0)",
)  # fmt: skip
TWO = (
    ("np.sum(x, initial=y)", "3,2", "float"), ("np.prod(x, initial=y)", "3", "float"), ("np.max(x, initial=y)",
    "3", "float"),
    ("np.max(x, axis=0, initial=y)", "3,2", "scalar"), ("np.min(x, initial=y, where=x < 1)", "3,2", "float"),
    ("np.sum(x, initial=y, where=x > 0, axis=1)", "3,2 float32", "scalar float32"),
    ("np.prod(x, initial=y, where=x > 0, axis=1)", "3,2", "0d"), ("np.diff(x, prepend=y)", "3", "float"),
    ("np.diff(x, prepend=y)", "3", "2"), ("np.diff(x, append=y, axis=0)", "3,2", "1,2"), ("np.diff(x, append=y)",
    "3,2", "float"),
    ("np.diff(x, n=2, append=y)", "3", "2"), ("np.ediff1d(x, to_end=y)", "3", "2"), ("np.ediff1d(x, to_begin=y)",
    "3,2", "float"),
    ("np.gradient(x, y)", "4", "float"), ("np.gradient(x, np.cumsum(y * y + 0.1))", "4", "4"),
    ("np.gradient(x, np.cumsum(y * y + 0.1), edge_order=2)", "4", "4"), ("np.gradient(x, y)[0]", "4,3", "float"),
    ("np.gradient(x, np.cumsum(y * y + 0.1), axis=0)", "4,3", "4"), ("np.gradient(x, y)[1] * x", "4,3", "scalar"),
    ("np.gradient(x, np.cumsum(y * y + 0.1), axis=1, edge_order=2)", "4,3", "3"), ("sum(np.gradient(x, y))",
    "4,3", "float"),
    ("np.gradient(x, y, 2.0)[0]", "4,3", "float"), ("np.trapezoid(x, y)", "4", "4"), ("np.trapezoid(x, y)", "3,4",
    "4"),
    ("np.trapezoid(x, y, axis=0)", "4,3", "4"), ("np.trapezoid(x, y, axis=0)", "4,3", "4,3"),
    ("np.trapezoid(x, dx=y)", "4,3", "float"),
    ("np.trapezoid(x, y, axis=1)", "2,4,3", "4"), ("np.trapezoid(x, y)", "4 float32", "4 float32"),
    ("np.trapezoid(x, y)", "3,4", "1,4"), ("np.interp(x, np.cumsum(y * y + 0.2) - 2, y)", "3", "4"),
    ("np.interp(x, np.cumsum(y * y + 0.2) - 2, y)", "float", "4"), ("np.interp(x, np.arange(-2.0, 2.0), y)",
    "3,2", "4"),
    ("np.interp(x, np.arange(-2.0, 2.0), y)", "3 float32", "4 float32"), ("np.interp(x, [0.0], y)", "3", "1"),
    ("np.interp(x, np.sin(9 * y), y, period=2.2)", "3", "4"), ("np.interp(x, y, y * y, period=-1.3)", "3,2", "4"),
    ("np.interp(x, [-0.5, 0.1], [1.0, y], left=y)", "3", "float"),
    ("np.interp(x, [-0.5, 0.1], [1.0, 3.0], left=y, right=2 * y)", "4", "float"),
    ("np.bincount([0, 2, 0], x * y)", "3", "3"),
    ("np.bincount(np.array([0, 2, 0]), weights=x, minlength=5)[:3] * y", "3", "3"),
)  # fmt: skip
RANK_NEEDED: set[str] = set()


def rows() -> Iterator[Row]:
    """Every row of the family."""
    for rank, expressions in REDUCING.items():
        for expression in expressions:
            for form in FORMS[rank] if rank else ("float", "0d", "3", "1", "3,2", "3,2 float32", "2,3,2", *EMPTY):
                if form == "float" and expression.startswith("x."):
                    continue
                if form not in EMPTY or not any(word in expression for word in ("mean", "ptp")):
                    yield expression, (f"real {form}",)
    for expression in LINES:
        for form in ("4", "4 float32", "8 S"):
            if form != "8 S" or "3.5" not in expression:
                yield expression, (f"real {form}",)
    for expression in PLANES:
        yield expression, ("real 4,3",)
        yield expression, ("real 4,3 float32",)
    for expression, first, second in TWO:
        yield expression, (f"real {first}", f"real {second}")
    for expression in (
        "np.diff(x)",
        "np.diff(x, n=2)",
        "np.ediff1d(x)",
        "np.trapezoid(x)",
        "np.cumsum(x)",
        "np.cumprod(x)",
    ):
        for form in ("0", "1", "2"):
            yield expression, (f"real {form}",)

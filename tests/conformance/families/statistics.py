"""Averages, variances, order statistics, covariances, and the functions that leave nan out."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.table import Row

ANY = (  # of any rank
    "np.var(x)",
    "np.std(x)",
    "np.var(x, ddof=0.5)",
    "np.std(x, correction=0.5)",
    "np.average(x)",
    "np.median(x)",
    "np.var(x, keepdims=True)",
    "np.std(x, dtype=np.float64)",
    "np.percentile(x, 30)",
    "np.quantile(x, 0.7)",
    "np.nansum(x)",
    "np.nanmean(x)",
    "np.nanvar(x)",
    "np.nanmax(x)",
    "np.nanmedian(x)",
    "np.median(x, keepdims=True)",
    "np.average(x, returned=True)[0]",
    "np.quantile(x, [0.2, 0.55])",
    "np.nanprod(x)",
    "np.nanstd(x, keepdims=True)",
)
METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
)  # fmt: skip
LINES = (  # of one axis, some entries nan
    "x.var()", "x.std()", "x.var(ddof=1)", "x.std(axis=0, ddof=1)", "np.var(x, axis=-1, ddof=1)",
    "np.var(x, where=x > 0)",
    "np.std(x, where=x < 0.9, ddof=1)", "np.var(x, mean=np.mean(x, keepdims=True))", "np.var(x, mean=0.3)",
    "np.std(x, mean=x[0])",
    "np.average(x, weights=[1.0, 2.0, 0.5, 3.0, 1.5])", "np.average(x, axis=0, weights=x * x)",
    "np.average(x, weights=x * x)",
    "np.average(x, weights=x * x, returned=True)[1]", "sum(np.average(x, weights=x * x + 1, returned=True))",
    "np.median(x[:4])", "np.median(x, axis=0)", "np.percentile(x, 0)", "np.percentile(x, 100.0)",
    "np.percentile(x, 37.5)",
    "np.percentile(x, [10, 50.0, 95])", "np.quantile(x, [[0.1], [0.9]])", "np.quantile(x[:4], np.array([0.25, 0.5]))",
    "np.percentile(x, 40, method='hazen')", "np.cov(x)", "np.cov(x, bias=True)", "np.cov(x, x * x)",
    "np.cov(x, ddof=0)",
    "np.corrcoef(x, x * x)", "np.corrcoef(x, x * x)[0, 1]", "np.nansum(np.where(x > 0.9, np.nan, x))",
    "np.nanmean(np.where(x > 0.9, np.nan, x))", "np.nanvar(np.where(x > 0.9, np.nan, x), ddof=1)",
    "np.nanstd(np.where(x > 0.9, np.nan, x))", "np.nanmax(np.where(x > 0.9, np.nan, x))",
    "np.nanmin(np.where(x > 0.9, np.nan, x))", "np.nanprod(np.where(x > 0.9, np.nan, x))",
    "np.nanmedian(np.where(x > 0.9, np.nan, x))", "np.nanpercentile(np.where(x > 0.9, np.nan, x), 35)",
    "np.nanquantile(np.where(x > 0.9, np.nan, x), [0.35, 0.8])", "np.nancumsum(np.where(x > 0.9, np.nan, x))",
    "np.nancumprod(np.where(x > 0.9, np.nan, x))", "np.nansum(np.where(x > 0.9, np.nan, x), initial=2.0)",
    "np.nansum(np.where(x > 0.9, np.nan, x), where=x > -1)", "np.nanmean(np.where(x > 0.9, np.nan, x), where=x > -1)",
    "np.nanprod(np.where(x > 0.9, np.nan, x), initial=2.0, where=x > -1)", "np.nanquantile(x, 0.3, method='weibull')",
    "np.nanvar(np.where(x > 0.9, np.nan, x), where=x > -1)", "np.cov(x, rowvar=False)",
    "(x - np.mean(x)) / np.std(x)",
)  # fmt: skip
PLANES = (
    "np.var(x, axis=0)", "np.var(x, axis=1, ddof=1)", "x.var(axis=-1, keepdims=True)", "x.std(axis=0, ddof=1)",
    "np.std(x, axis=1, keepdims=True)", "np.std(x, axis=(0, 1))", "np.var(x, axis=0, where=x < 1)",
    "np.std(x, axis=1, where=x > -9, keepdims=True)", "np.var(x, axis=1, mean=np.mean(x, axis=1, keepdims=True))",
    "np.std(x, axis=0, mean=np.mean(x, axis=0, keepdims=True))", "np.average(x, axis=0)",
    "np.average(x, axis=1, keepdims=True)",
    "np.average(x, axis=0, weights=[1.0, 2.0, 0.5, 3.0])", "np.average(x, axis=-1, weights=[1.0, 2.0, 0.5])",
    "np.average(x, axis=1, weights=x * x, keepdims=True)", "np.average(x, weights=x * x + 1)",
    "np.average(x, axis=(0, 1), weights=x * x)", "np.average(x, axis=0, weights=x[:, 0]**2, returned=True)[0]",
    "np.average(x, axis=0, weights=x[:, 0]**2, returned=True)[1]", "np.average(x, axis=1, returned=True)[0]",
    "np.median(x, axis=0)", "np.median(x, axis=1, keepdims=True)", "np.median(x, axis=(0, 1))",
    "np.median(x, axis=(1, 0), keepdims=True)",
    "np.percentile(x, 30, axis=0)", "np.quantile(x, 0.3, axis=-1, keepdims=True)",
    "np.quantile(x, [0.3, 0.9], axis=0)",
    "np.percentile(x, [30, 90], axis=1, keepdims=True)", "np.quantile(x, 0.6, axis=(0, 1))", "np.cov(x)",
    "np.cov(x, rowvar=False)",
    "np.cov(x, x[:2])", "np.cov(x, x[0], bias=True)", "np.corrcoef(x)", "np.corrcoef(x, rowvar=False)",
    "np.corrcoef(x, x[0] * x[1])",
    "np.nanmean(np.where(x > 0.9, np.nan, x), axis=0)",
    "np.nansum(np.where(x > 0.9, np.nan, x), axis=1, keepdims=True)",
    "np.nanvar(np.where(x > 1.5, np.nan, x), axis=0, ddof=1)",
    "np.nanstd(np.where(x > 0.9, np.nan, x), axis=1, keepdims=True)",
    "np.nanmax(np.where(x > 0.9, np.nan, x), axis=0)", "np.nanmin(np.where(x > 0.9, np.nan, x), axis=-1)",
    "np.nanmedian(np.where(x > 0.9, np.nan, x), axis=0)", "np.nanquantile(np.where(x > 0.9, np.nan, x), 0.4, axis=1)",
    "np.nanpercentile(np.where(x > 0.9, np.nan, x), [10, 40], axis=0, keepdims=True)",
    "np.nancumsum(np.where(x > 0.9, np.nan, x), axis=0)",
    "np.nancumprod(np.where(x > 0.9, np.nan, x), axis=1)", "np.nanprod(np.where(x > 0.9, np.nan, x), axis=0)",
    "np.nancumsum(x)", "np.nanmedian(np.where(x > 0.9, np.nan, x), axis=(0, 1), keepdims=True)",
)  # fmt: skip
SPACES = (
    "np.var(x, axis=(0, 2))", "np.std(x, axis=1)", "np.average(x, axis=1, weights=[1.0, 2.0, 3.0])",
    "np.median(x, axis=(0, 2))",
    "np.median(x, axis=1)", "np.quantile(x, [0.2, 0.4], axis=(0, 1))", "np.average(x, axis=(0, 2))",
    "np.nanmedian(x, axis=(-1, 0))",
    "np.average(x, axis=1, weights=x * x)", "np.var(x, axis=(-1, 0), ddof=1, keepdims=True)",
    "np.nanvar(x, axis=(0, 2))",
    "np.average(x, axis=0, weights=x[:, 0, 0]**2)",
)  # fmt: skip
TWO = (
    ("np.average(x, weights=y * y)", "5", "5"), ("np.average(x, axis=0, weights=y * y)", "3,2", "3"),
    ("np.average(x, axis=1, weights=y * y)", "3,2", "2"), ("np.average(x, weights=y * y)", "3 float32", "3 float32"),
    ("np.average(x, weights=y * y)", "3 float32", "3"), ("np.var(x, mean=y)", "3", "float"), ("np.std(x, mean=y)",
    "3", "scalar"),
    ("np.var(x, axis=1, mean=y)", "3,2", "3,1"), ("np.var(x, axis=0, mean=y)", "3,2", "2"), ("np.cov(x, y)", "5",
    "5"),
    ("np.cov(x, y)", "3,5", "5"), ("np.corrcoef(x, y)", "5", "5"), ("np.corrcoef(x, y, rowvar=False)", "5,2", "5,3"),
    ("np.cov(x, y)", "5 float32", "5 float32"), ("np.quantile(x, y * y / 5 + 0.05)", "5", "float"),
    ("np.average([x, y])", "float", "float"),
    ("np.percentile(x, y * y * 20 + 3)", "5", "3"), ("np.quantile(x, y * y / 5 + 0.05, axis=0)", "5,2", "2"),
    ("np.quantile(x, y * y / 5 + 0.15, axis=1, method='hazen')", "2,6", "scalar"), ("np.median([x, y, 0.3])",
    "float", "float"),
    ("np.nanquantile(np.where(x > 0.9, np.nan, x), y * y / 5 + 0.05)", "6", "float"), ("np.var([x, y])", "float",
    "float"),
    ("np.nanpercentile(x, y * y * 20 + 3, axis=1, method='median_unbiased')", "2,6", "float"),
    ("np.std((x, y, 2.0))", "float", "float"),
)  # fmt: skip
RANK_NEEDED: set[str] = set()


def rows() -> Iterator[Row]:
    """Every row of the family."""
    for expression in ANY:
        for form in ("float", "0d", "4", "1", "3,2", "3,2 F", "3,4 S", "3,2 float32", "2,3,2"):
            yield expression, (f"real {form}",)
    for expression in LINES:
        yield expression, ("real 5",)
        yield expression, ("real 5 float32",)
    for method in METHODS:
        for q in (0.05, 0.4, 0.5, 0.92):
            yield f"np.quantile(x, {q}, method='{method}')", ("real 6",)
        yield f"np.percentile(x, [20, 65], axis=0, method='{method}')", ("real 5,2",)
        yield f"np.nanquantile(np.where(x > 1, np.nan, x), 0.45, axis=1, method='{method}')", ("real 2,6",)
    for expression in PLANES:
        yield expression, ("real 4,3",)
        yield expression, ("real 4,3 float32",)
    for expression in SPACES:
        yield expression, ("real 2,3,2",)
    for expression, first, second in TWO:
        yield expression, (f"real {first}", f"real {second}")

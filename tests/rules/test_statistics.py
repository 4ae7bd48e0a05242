"""Rules of statistics, running functions, polynomials and convolutions, called as the plain functions that they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.rules.registry import adjoint_rule
from tests.derivatives import check

RNG = np.random.default_rng(3)
LINE, PLANE = RNG.normal(size=6), RNG.normal(size=(4, 5))
MASK = np.abs(PLANE) < 1.2
REDUCING: list[tuple[Any, dict[str, Any]]] = [
    (np.sum, {"where": MASK}),
    (np.mean, {"where": MASK}),
    (np.ptp, {}),
    (np.var, {}),
    (np.var, {"ddof": 1}),
    (np.var, {"where": MASK}),
    (np.std, {"correction": 0.5}),
    (np.std, {"where": MASK}),
    (np.median, {}),
    (np.average, {}),
    (np.nansum, {}),
    (np.nanmean, {}),
    (np.nanvar, {}),
    (np.nanstd, {}),
    (np.nanmax, {}),
    (np.nanmin, {}),
    (np.nanprod, {}),
    (np.nanmedian, {}),
]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
@pytest.mark.parametrize(("f", "keywords"), REDUCING, ids=lambda v: getattr(v, "__name__", ""))
def test_reductions(f: Any, keywords: dict[str, Any], axis: Any, keepdims: bool) -> None:
    x = PLANE
    y = f(x, axis=axis, keepdims=keepdims, **keywords)
    g = RNG.normal(size=np.shape(y)) if np.ndim(y) else 0.7
    rule = adjoint_rule(f)
    assert rule is not None
    found = rule(g, y, x, axis=axis, keepdims=keepdims, **keywords)
    found = np.broadcast_to(found[0] if isinstance(found, tuple) else found, x.shape)
    step = 1e-6
    for k in [(0, 0), (1, 3), (3, 4)]:
        e = np.zeros_like(x)
        e[k] = step
        high, low = (f(x + s * e, axis=axis, keepdims=keepdims, **keywords) for s in (1, -1))
        assert found[k] == pytest.approx(np.sum(g * (high - low)) / (2 * step), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("f", [np.diff, np.gradient, np.trapezoid, np.cumsum, np.cumprod], ids=lambda f: f.__name__)
def test_along_an_axis(f: Any, axis: int) -> None:
    check(f, PLANE, axis=axis)
    check(f, PLANE.astype(np.float32), axis=axis, single=True)


def test_differences() -> None:
    for n in (1, 2, 3):
        check(np.diff, LINE, n=n)
    check(np.ediff1d, LINE)
    check(np.gradient, LINE, edge_order=2)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("sizes", [(5, 3), (3, 5), (4, 4), (1, 4), (6, 2)])
@pytest.mark.parametrize("f", [np.convolve, np.correlate], ids=lambda f: f.__name__)
def test_convolutions(f: Any, sizes: tuple[int, int], mode: str) -> None:
    check(f, RNG.normal(size=sizes[0]), RNG.normal(size=sizes[1]), mode=mode)


def test_polynomials() -> None:
    check(np.polyval, LINE, 1.3)
    check(np.polyval, LINE, PLANE)
    for f in (np.polyder, np.polyint, np.vander):
        check(f, LINE)
    for f in (np.polyadd, np.polysub, np.polymul):
        check(f, LINE, LINE[:3])
        check(f, LINE[:2], LINE)
    for val in (np.polynomial.polynomial.polyval, np.polynomial.chebyshev.chebval, np.polynomial.laguerre.lagval):
        check(val, 0.4, LINE)
        check(val, LINE / 3, PLANE)
    check(np.polynomial.hermite.hermder, LINE)


def test_of_two_arrays() -> None:
    check(np.cross, PLANE[:, :3], PLANE[0, :3])
    check(np.cov, LINE, LINE**2)
    check(np.cov, PLANE)
    check(np.corrcoef, PLANE, rowvar=False)
    check(np.interp, LINE, np.sort(PLANE[0]), PLANE[1])
    check(np.quantile, LINE, 0.37)
    check(np.percentile, PLANE, np.array([25.0, 45.0]), axis=0, method="weibull")
    check(np.nanquantile, PLANE, 0.37, axis=1, keepdims=True)


def test_float32_stays() -> None:
    x = PLANE.astype(np.float32)
    for f in (np.var, np.std, np.ptp, np.nanvar, np.nanmean, np.nansum):
        rule = adjoint_rule(f)
        assert rule is not None
        found = rule(np.float32(1), f(x), x)
        assert (found[0] if isinstance(found, tuple) else found).dtype == np.float32, f

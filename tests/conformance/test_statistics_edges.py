"""Reductions and statistics at ties, at no variance, with nan, on nothing: derivatives worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.conformance.programs import NAMES, derivative, program
from tests.conformance.test_conventions import Row, a, gradients

NAN = math.nan

TIES: tuple[Row, ...] = (
    ("np.max(x, initial=2.0)", (a(2, 1, 2),), (a(0, 0, 0),)),
    ("np.max(x, initial=1.5)", (a(2, 1, 2),), (a(0.5, 0, 0.5),)),
    ("np.max(x, initial=3.0)", (a(2, 1, 2),), (a(0, 0, 0),)),
    ("np.max(x, initial=y)", (a(2, 1, 2), 2.0), (a(1, 0, 1) / 3, 1 / 3)),
    ("np.min(x, initial=y, where=x > 1)", (a(2, 1, 2), 3.0), (a(0.5, 0, 0.5), 0.0)),
    ("np.ptp(x)", (a(3, 1, 3, 1),), (a(0.5, -0.5, 0.5, -0.5),)),
    ("np.ptp(x)", (a(2, 2),), (a(0, 0),)),
    ("np.median(x)", (a(2, 2, 1),), (a(1, 0, 0),)),
    ("np.median(x)", (a(1, 2, 2, 3),), (a(0, 0.5, 0.5, 0),)),
    ("np.median(x)", (a(4, 1, 3, 2),), (a(0, 0, 0.5, 0.5),)),
    ("np.quantile(x, 0.25)", (a(0, 4, 2, 1),), (a(0.25, 0, 0, 0.75),)),
    ("np.quantile(x, y)", (a(0, 4, 2), 0.25), (a(0.5, 0, 0.5), 4.0)),
    ("np.percentile(x, 100)", (a(1, 3, 3),), (a(0, 0, 1),)),
    ("np.quantile(x, 0.4, method='higher')", (a(1, 5, 3),), (a(0, 0, 1),)),
    ("np.nanmax(x)", (a(2, NAN, 2),), (a(0.5, 0, 0.5),)),
    ("np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 4.0]))", (1.0,), (3.0,)),
    ("np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 4.0]))", (2.0,), (3.0,)),
    ("np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 4.0]))", (2.5,), (0.0,)),
)  # fmt: skip
NO_VARIANCE: tuple[Row, ...] = (
    ("np.std(x)", (a(2, 2, 2),), (a(0, 0, 0),)),
    ("np.var(x)", (a(2, 2, 2),), (a(0, 0, 0),)),
    ("np.sum(np.std(x, axis=1))", (np.array([[1.0, 1.0], [0.0, 2.0]]),), (np.array([[0.0, 0.0], [-0.5, 0.5]]),)),
    ("np.std(x)", (a(5),), (a(0),)),
    ("np.var(x, ddof=1)", (a(1, 3),), (a(-2, 2),)),
    ("np.nanstd(x)", (a(2, NAN, 2),), (a(0, 0, 0),)),
    ("np.nanvar(x)", (a(1, NAN, 3),), (a(-1, 0, 1),)),
)  # fmt: skip
LEFT_OUT: tuple[Row, ...] = (
    ("np.nansum(x)", (a(1, NAN, 3),), (a(1, 0, 1),)),
    ("np.nanmean(x)", (a(1, NAN, 3),), (a(0.5, 0, 0.5),)),
    ("np.nanprod(x)", (a(2, NAN, 0),), (a(0, 0, 2),)),
    ("np.sum(np.nancumsum(x))", (a(1, NAN, 3),), (a(3, 0, 1),)),
    ("np.sum(np.nancumprod(x))", (a(2, NAN, 3),), (a(5, 0, 2),)),
    ("np.nanmedian(x)", (a(5, NAN, 1, 3),), (a(0, 0, 0, 1),)),
    ("np.nanquantile(x, 0.25)", (a(5, NAN, 1),), (a(0.25, 0, 0.75),)),
    ("np.sum(x, where=x > 0)", (a(1, -1, 3),), (a(1, 0, 1),)),
    ("np.mean(x, where=x > 0)", (a(1, -1, 3),), (a(0.5, 0, 0.5),)),
    ("np.prod(x, where=x != 3)", (a(2, 0, 3),), (a(0, 2, 0),)),
)  # fmt: skip
ZEROS: tuple[Row, ...] = (
    ("np.prod(x, initial=y)", (a(0, 3), 2.0), (a(6, 0), 0.0)),
    ("np.sum(np.cumulative_prod(x, include_initial=True))", (a(2, 0, 3),), (a(1, 8, 0),)),
    ("np.average(x, weights=y)", (a(1, 3), a(1, 1)), (a(0.5, 0.5), a(-0.5, 0.5))),
)  # fmt: skip
NOTHING: tuple[Row, ...] = (
    ("np.sum(np.diff(x))", (a(),), (a(),)),
    ("np.sum(np.diff(x))", (a(4),), (a(0),)),
    ("np.sum(np.diff(x, n=2))", (a(4, 5),), (a(0, 0),)),
    ("np.sum(np.diff(x, n=4))", (a(4, 5, 7),), (a(0, 0, 0),)),
    ("np.sum(np.ediff1d(x))", (a(),), (a(),)),
    ("np.trapezoid(x)", (a(),), (a(),)),
    ("np.trapezoid(x)", (a(3),), (a(0),)),
    ("np.sum(np.cumsum(x))", (a(),), (a(),)),
    ("np.nansum(x)", (a(),), (a(),)),
    ("np.prod(x, initial=y)", (a(), 2.0), (a(), 1.0)),
    ("np.max(x, initial=y)", (a(), 2.0), (a(), 1.0)),
    ("np.sum(np.interp(x, np.array([1.0]), y))", (a(0, 1, 2), a(7)), (a(0, 0, 0), a(3))),
)  # fmt: skip
GROUPS = {"tie": TIES, "variance": NO_VARIANCE, "nan": LEFT_OUT, "zero": ZEROS, "nothing": NOTHING}
CASES = [
    pytest.param(*row, id=f"{row[0]} at {row[1]}")
    for rows in GROUPS.values()
    for row in rows
    if "cumulative" not in row[0] or hasattr(np, "cumulative_sum")
]


@pytest.mark.parametrize("way", ["specialised", "generic"])
@pytest.mark.parametrize(("expression", "args", "expected"), CASES)
def test_a_derivative_by_hand(expression: str, args: tuple[Any, ...], expected: tuple[Any, ...], way: str) -> None:
    for name, found, wanted in zip(NAMES, gradients(expression, args, way), expected, strict=False):
        assert np.shape(found) == np.shape(wanted), f"{name}: {found!r}"
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15, err_msg=name)


TEXTS = {
    "np.var(x)": "2.0 * (x - np.mean(x)) / x.size",
    "np.var(x, ddof=1)": "2.0 * (x - np.mean(x)) / (x.size - 1)",
    "np.sum(np.cumsum(x) * y)": "np.cumsum(y[::-1])[::-1]",
    "np.median(x)": "np.maximum",
    "np.nansum(x)": "np.where(np.isnan(x), 0, 1.0)",
    "np.sum(np.cross(x, y))": "np.cross(y, ",
    "np.polyval(np.array([1.0, 2.0]), x[0])": "np.polyval(np.polyder(",
}


@pytest.mark.parametrize("expression", TEXTS)
@pytest.mark.optimised
def test_the_text(expression: str) -> None:
    text = sourcead.grad(program(expression, 2, None), style="plain").specialize(a(1, 2, 4), a(3, 1, 2), None).source
    assert TEXTS[expression] in text.replace("fmax", "maximum")


def test_nan_that_is_left_out_contributes_nothing() -> None:
    for f in (np.nansum, np.nanmean, np.nanmax, np.nanvar):
        with np.errstate(all="ignore"):
            found = sourcead.grad(lambda x, f=f: f(np.sqrt(x)))(a(1.0, -1.0, 4.0))
        assert found[1] == 0.0 and np.isfinite(found).all()


REFUSED = {
    "np.median(x, overwrite_input=True)": "overwrite_input",
    "np.quantile(x, 0.5, method='inverted_cdf', weights=[1, 2, 3])": "weights",
    "np.interp(0.3, [0.0, 1.0], [1.0, 2.0], period=x[0])": "the period `period`",
    "np.sum(np.diff(x, n=0))": "n=0",
    "np.cov(x, aweights=[1.0, 2.0, 3.0])": "aweights",
    "np.sum(np.convolve(x, [1j, 2.0]).real)": "complex",
    "np.sum(np.polyint(x, k=2.0))": "k=",
    "np.sum(np.polyfit(x, x, 1))": "no derivative rule for np.polyfit",
}


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_not_covered_is_refused_and_says_why(expression: str) -> None:
    with pytest.raises(sourcead.SourceADError) as caught:
        derivative(program(expression, 1, None), 0).specialize(a(1, 2, 4), None)
    assert REFUSED[expression] in str(caught.value)
    assert ":2:" in str(caught.value)

"""Adjoints of statistics, and of what leaves nan out: the entries that are nan get 0."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.rules.facts import given, wide
from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    broadcast_weights,
    correlation_adjoint,
    count,
    covariance_adjoint,
    cumprod_adjoint,
    cumsum_adjoint,
    deviation_adjoint,
    extreme_adjoint,
    first_rows,
    given_mean_adjoint,
    known,
    known_ranks,
    last_rows,
    mean_of_some_adjoint,
    middle_adjoint,
    part_adjoint,
    products_of_others,
    quantile_adjoint,
    ranks,
    rate_of,
    restore,
    total,
    unreduce,
    variance_adjoint,
    weight_sum_adjoint,
    weight_total,
    weights_adjoint,
)


@adjoint(np.average)
def _(g, y, a, weights=None, *, axis=None, returned=False, keepdims=False):
    g_mean = g[0] if returned else g
    if not given(weights):
        return unreduce(wide(g_mean, a), a, axis, keepdims) / count(a, axis)
    mean = y[0] if returned else y
    part = g_mean / weight_total(weights, axis, keepdims)
    if returned:
        d_a = restore(part, axis, keepdims) * broadcast_weights(weights, a, axis)
        d_weights = weights_adjoint(part, mean, a, weights, axis, keepdims)
        return np.broadcast_to(d_a, np.shape(a)), d_weights + weight_sum_adjoint(g[1], weights, a, axis, keepdims)
    d_weights = weights_adjoint(part, mean, a, weights, axis, keepdims)
    return restore(part, axis, keepdims) * broadcast_weights(weights, a, axis), d_weights


@adjoint(np.var)
def _(g, y, a, where=None, mean=None, *, axis=None, dtype=None, ddof=0, keepdims=False, correction=None):
    lost = ddof if correction is None else correction
    if given(mean):
        each = variance_adjoint(wide(g, a), wide(y, a), a, where, mean, axis, lost, keepdims)
        return each, None, given_mean_adjoint(each, mean)
    if given(where):
        return variance_adjoint(wide(g, a), wide(y, a), a, where, mean, axis, lost, keepdims), None
    return variance_adjoint(wide(g, a), wide(y, a), a, where, mean, axis, lost, keepdims)


@adjoint(np.std)
def _(g, y, a, where=None, mean=None, *, axis=None, dtype=None, ddof=0, keepdims=False, correction=None):
    lost = ddof if correction is None else correction
    if given(mean):
        each = deviation_adjoint(wide(g, a), wide(y, a), a, where, mean, axis, lost, keepdims)
        return each, None, given_mean_adjoint(each, mean)
    if given(where):
        return deviation_adjoint(wide(g, a), wide(y, a), a, where, mean, axis, lost, keepdims), None
    return deviation_adjoint(wide(g, a), wide(y, a), a, where, mean, axis, lost, keepdims)


@adjoint(np.nanvar)
def _(g, y, a, where=None, mean=None, *, axis=None, dtype=None, ddof=0, keepdims=False, correction=None):
    lost = ddof if correction is None else correction
    if given(mean):
        each = variance_adjoint(wide(g, a), wide(y, a), a, known(a, where), mean, axis, lost, keepdims)
        return each, None, given_mean_adjoint(each, mean)
    if given(where):
        return variance_adjoint(wide(g, a), wide(y, a), a, known(a, where), mean, axis, lost, keepdims), None
    return variance_adjoint(wide(g, a), wide(y, a), a, known(a, where), mean, axis, lost, keepdims)


@adjoint(np.nanstd)
def _(g, y, a, where=None, mean=None, *, axis=None, dtype=None, ddof=0, keepdims=False, correction=None):
    lost = ddof if correction is None else correction
    if given(mean):
        each = deviation_adjoint(wide(g, a), wide(y, a), a, known(a, where), mean, axis, lost, keepdims)
        return each, None, given_mean_adjoint(each, mean)
    if given(where):
        return deviation_adjoint(wide(g, a), wide(y, a), a, known(a, where), mean, axis, lost, keepdims), None
    return deviation_adjoint(wide(g, a), wide(y, a), a, known(a, where), mean, axis, lost, keepdims)


@adjoint(np.median)
def _(g, y, a, *, axis=None, keepdims=False):
    rank = ranks(a, axis)
    return middle_adjoint(g, rank, np.median(rank, axis=axis, keepdims=keepdims), axis, keepdims)


@adjoint(np.nanmedian)
def _(g, y, a, *, axis=None, keepdims=False):
    rank = known_ranks(a, axis)
    position = np.nanmedian(rank, axis=axis, keepdims=keepdims)
    return middle_adjoint(g, rank, position, axis, keepdims)


@adjoint(np.quantile)
def _(g, y, a, q, *, axis=None, method="linear", keepdims=False):
    rank = ranks(a, axis)
    position = np.quantile(rank, q, axis=axis, method=method, keepdims=keepdims)
    rate = rate_of(method, rank, position, axis, keepdims)
    d_q = part_adjoint(g, a, q, rank, position, rate, axis, keepdims)
    return quantile_adjoint(g, a, q, rank, position, axis, keepdims), d_q


@adjoint(np.percentile)
def _(g, y, a, q, *, axis=None, method="linear", keepdims=False):
    rank = ranks(a, axis)
    position = np.percentile(rank, q, axis=axis, method=method, keepdims=keepdims)
    rate = rate_of(method, rank, position, axis, keepdims) / 100
    d_q = part_adjoint(g, a, q, rank, position, rate, axis, keepdims)
    return quantile_adjoint(g, a, q, rank, position, axis, keepdims), d_q


@adjoint(np.nanquantile)
def _(g, y, a, q, *, axis=None, method="linear", keepdims=False):
    rank = known_ranks(a, axis)
    position = np.nanquantile(rank, q, axis=axis, method=method, keepdims=keepdims)
    rate = rate_of(method, rank, position, axis, keepdims)
    d_q = part_adjoint(g, a, q, rank, position, rate, axis, keepdims)
    return quantile_adjoint(g, a, q, rank, position, axis, keepdims), d_q


@adjoint(np.nanpercentile)
def _(g, y, a, q, *, axis=None, method="linear", keepdims=False):
    rank = known_ranks(a, axis)
    position = np.nanpercentile(rank, q, axis=axis, method=method, keepdims=keepdims)
    rate = rate_of(method, rank, position, axis, keepdims) / 100
    d_q = part_adjoint(g, a, q, rank, position, rate, axis, keepdims)
    return quantile_adjoint(g, a, q, rank, position, axis, keepdims), d_q


@adjoint(np.cov)
def _(g, c, m, y=None, *, rowvar=True, bias=False, ddof=None, dtype=None):
    rows = covariance_adjoint(g, m, y, rowvar, bias, ddof)
    if given(y):
        return first_rows(rows, m, y, rowvar), last_rows(rows, m, y, rowvar)
    return first_rows(rows, m, y, rowvar)


@adjoint(np.corrcoef)
def _(g, c, x, y=None, *, rowvar=True, dtype=None):
    rows = correlation_adjoint(g, x, y, rowvar)
    if given(y):
        return first_rows(rows, x, y, rowvar), last_rows(rows, x, y, rowvar)
    return first_rows(rows, x, y, rowvar)


@adjoint(np.nansum)
def _(g, y, a, initial=None, where=None, *, axis=None, dtype=None, keepdims=False):
    if given(initial) or given(where):
        return np.where(known(a, where), unreduce(g, a, axis, keepdims), 0), total(g), None
    return np.where(np.isnan(a), 0, unreduce(g, a, axis, keepdims))


@adjoint(np.nanmean)
def _(g, y, a, where=None, *, axis=None, dtype=None, keepdims=False):
    if given(where):
        return mean_of_some_adjoint(wide(g, a), wide(y, a), a, known(a, where), axis, keepdims), None
    return mean_of_some_adjoint(wide(g, a), wide(y, a), a, ~np.isnan(a), axis, keepdims)


@adjoint(np.nanmax, np.nanmin)
def _(g, y, a, *, axis=None, keepdims=False):
    return extreme_adjoint(g, y, a, axis, keepdims)


@adjoint(np.nanprod)
def _(g, y, a, initial=None, where=None, *, axis=None, dtype=None, keepdims=False):
    taken = np.where(known(a, where), a, 1)
    others = np.where(known(a, where), restore(g, axis, keepdims) * products_of_others(taken, axis), 0)
    if given(initial):
        return others * initial, total(g * np.prod(taken, axis=axis, keepdims=keepdims)), None
    return (others, None, None) if given(where) else others


@adjoint(np.nancumsum)
def _(g, y, a, *, axis=None, dtype=None):
    return np.where(np.isnan(a), 0, cumsum_adjoint(g, a, axis))


@adjoint(np.nancumprod)
def _(g, y, a, *, axis=None, dtype=None):
    return np.where(np.isnan(a), 0, cumprod_adjoint(g, np.where(np.isnan(a), 1, a), axis))

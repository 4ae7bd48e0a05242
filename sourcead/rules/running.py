"""Adjoints of running sums and products, of differences, and of what is made of them."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.rules.facts import given, static
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import (
    cumprod_adjoint,
    cumprod_tangent,
    cumsum_adjoint,
    cut,
    diff_adjoint,
    flat_diff_adjoint,
    gradient_adjoint,
    interpolated_points_adjoint,
    interpolated_values_adjoint,
    joined_ends,
    narrowed,
    periodic_adjoint,
    periodic_points,
    periodic_values,
    segment_slope,
    slices_of,
    spacing_adjoint_at,
    steps_adjoint,
    total,
    trapezoid_adjoint,
    trapezoid_points_adjoint,
)


@adjoint(np.cumprod)
def _(g, y, a, *, axis=None, dtype=None):
    return cumprod_adjoint(g, a, axis)


@tangent(np.cumprod)
def _(t, y, a, *, axis=None, dtype=None):
    return cumprod_tangent(t, a, axis)


@adjoint(np.cumsum)
def _(g, y, a, *, axis=None, dtype=None):
    return cumsum_adjoint(g, a, axis)


if hasattr(np, "cumulative_sum"):  # from NumPy 2.1 on

    @adjoint(np.cumulative_sum)
    def _cumulative_sum(g, y, x, *, axis=None, dtype=None, include_initial=False):
        if include_initial:
            return cumsum_adjoint(cut(g, 1, None, 0 if axis is None else axis), x, axis)
        return cumsum_adjoint(g, x, axis)

    @adjoint(np.cumulative_prod)
    def _cumulative_prod(g, y, x, *, axis=None, dtype=None, include_initial=False):
        if include_initial:
            return cumprod_adjoint(cut(g, 1, None, 0 if axis is None else axis), x, axis)
        return cumprod_adjoint(g, x, axis)


@adjoint(np.diff)
def _(g, y, a, prepend=None, append=None, *, n=1, axis=-1):
    if not given(prepend) and not given(append):
        return diff_adjoint(g, a, n, axis)
    whole = diff_adjoint(g, joined_ends(a, prepend, append, axis), n, axis)
    start = slices_of(prepend, axis) if given(prepend) else 0
    d_prepend = narrowed(cut(whole, None, start, axis), prepend) if given(prepend) else None
    if not given(append):
        return cut(whole, start, None, axis), d_prepend, None
    stop = start + np.shape(a)[axis]
    return cut(whole, start, stop, axis), d_prepend, narrowed(cut(whole, stop, None, axis), append)


@adjoint(np.ediff1d)
def _(g, y, ary, to_end=None, to_begin=None):
    if not given(to_begin):
        if not given(to_end):
            return flat_diff_adjoint(g, ary)
        end = np.size(g) - np.size(to_end)
        return flat_diff_adjoint(g[:end], ary), np.reshape(g[end:], np.shape(to_end)), None
    begin, d_end = np.size(to_begin), None
    end = np.size(g) - np.size(to_end) if given(to_end) else np.size(g)
    if given(to_end):
        d_end = np.reshape(g[end:], np.shape(to_end))
    return flat_diff_adjoint(g[begin:end], ary), d_end, np.reshape(g[:begin], np.shape(to_begin))


@adjoint(np.gradient)
def _(g, y, f, *varargs, axis=None, edge_order=1):
    d_f = gradient_adjoint(g, f, varargs, axis, edge_order)
    if len(varargs) == 0:
        return d_f
    spacings = ()
    for k, _spacing in enumerate(varargs):
        spacings += (spacing_adjoint_at(k, g, y, f, varargs, axis, edge_order),)
    return (d_f, *spacings)


@adjoint(np.trapezoid)
def _(g, y, values, x=None, dx=None, *, axis=-1):
    if given(x):
        return trapezoid_adjoint(g, values, x, axis), trapezoid_points_adjoint(g, values, x, axis), None
    if given(dx):
        return steps_adjoint(g, values, axis) * dx, None, total(g * np.trapezoid(values, axis=axis))
    return steps_adjoint(g, values, axis)


@adjoint(np.interp, held={"period": "the period `period`"})
def _(g, y, x, xp, fp, left=None, right=None, period=None):
    if given(period):
        if not static(period) or period < 0:
            period = np.abs(period)
        order, there = np.argsort(xp % period), x % period
        points, values = periodic_points(xp, period, order), periodic_values(fp, order)
        d_points = interpolated_points_adjoint(g, there, points, values)
        d_values = interpolated_values_adjoint(g, there, points, values, False, False)
        d_x = g * segment_slope(there, points, values)
        return d_x, periodic_adjoint(d_points, order), periodic_adjoint(d_values, order), None, None, None
    d_left = total(g * (x < xp[0])) if given(left) else None
    d_right = total(g * (x > xp[-1])) if given(right) else None
    return (
        g * segment_slope(x, xp, fp),
        interpolated_points_adjoint(g, x, xp, fp),
        interpolated_values_adjoint(g, x, xp, fp, given(left), given(right)),
        d_left,
        d_right,
        None,
    )

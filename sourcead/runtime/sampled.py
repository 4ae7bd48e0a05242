"""Adjoints of what is made of samples: gradient, trapezoid, interpolation."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import unbroadcast
from sourcead.runtime.indexing import stored_at
from sourcead.runtime.joined import cut
from sourcead.runtime.reductions import total
from sourcead.runtime.running import neighbours_adjoint


def along_axis(d, x, axis):
    """The widths d along one axis of x, shaped so that they broadcast."""
    if np.ndim(d) != 1 or np.ndim(x) == 1 or axis == -1 or axis == np.ndim(x) - 1:
        return d
    return np.expand_dims(d, tuple(range(1, np.ndim(x) - axis % np.ndim(x))))


def summed_along(x, axis):
    """The sums of x over all axes but one."""
    if np.ndim(x) == 1:
        return x
    return np.sum(x if axis == 0 else np.moveaxis(x, axis, 0), axis=tuple(range(1, np.ndim(x))))


# np.gradient: of the slopes between neighbours the weighted mean; at the edges the nearest, or on a line with the next


def gradient_axes(f, axis):
    """The axes along which `np.gradient` takes differences, a tuple."""
    if axis is None:
        return tuple(range(np.ndim(f)))
    return axis if isinstance(axis, tuple) else (axis,)


def spacing_along(spacings, k):
    """The spacing along the k-th axis: 1, one for all, or its own."""
    if len(spacings) == 0:
        return 1
    return spacings[0] if len(spacings) == 1 else spacings[k]


def gradient_adjoint(g, f, spacings, axis, edge_order):
    """The cotangent of f from those of its derivatives along the axes."""
    axes = gradient_axes(f, axis)
    if len(axes) == 1:
        return derivative_adjoint(g, f, spacing_along(spacings, 0), axes[0], edge_order)
    whole = np.zeros_like(f)
    for k, along in enumerate(axes):
        if not isinstance(g[k], float):  # 0.0 stands for no cotangent
            whole = whole + derivative_adjoint(g[k], f, spacing_along(spacings, k), along, edge_order)
    return whole


def derivative_adjoint(g, f, h, axis, edge_order):
    """The cotangent of f from that of its derivative along one axis, h being the step or the points."""
    if axis == 0 or np.ndim(f) == 1:
        return first_derivative_adjoint(g, f, h, edge_order)
    ahead = first_derivative_adjoint(np.moveaxis(g, axis, 0), np.moveaxis(f, axis, 0), h, edge_order)
    return np.moveaxis(ahead, 0, axis)


def first_derivative_adjoint(g, f, h, edge_order):
    """The cotangent of f from that of its derivative along the first axis."""
    d = widths(h, f)
    slopes = slopes_adjoint(g, d, edge_order) / d
    return neighbours_adjoint(slopes, -slopes, f, 0)


def widths(h, f):
    """The distances of neighbouring points along the first axis of f: a step itself."""
    if np.ndim(h) == 0:
        return h
    return along_axis(np.diff(h), f, 0)


def inner_weight(d):
    """How much the right of two slopes counts at the point between them."""
    if np.ndim(d) == 0:
        return 0.5
    return d[:-1] / (d[:-1] + d[1:])


def edge_weight(d, near, far):
    """How far beyond the slope next to an edge the line through two slopes goes there."""
    if np.ndim(d) == 0:
        return 0.5
    return d[near] / (d[near] + d[far])


def slopes_adjoint(g, d, edge_order):
    """The cotangent of the slopes between neighbours from that of the derivative along the first axis."""
    ds = np.zeros_like(g[1:])
    right = inner_weight(d)
    ds[:-1] += g[1:-1] * (1 - right)
    ds[1:] += g[1:-1] * right
    if edge_order == 1:
        ds[0] += g[0]
        ds[-1] += g[-1]
    else:
        start, end = edge_weight(d, 0, 1), edge_weight(d, -1, -2)
        ds[0] += g[0] * (1 + start)
        ds[1] -= g[0] * start
        ds[-1] += g[-1] * (1 + end)
        ds[-2] -= g[-1] * end
    return ds


def spacing_adjoint_at(k, g, y, f, spacings, axis, edge_order):
    """The cotangent of the k-th spacing that `np.gradient` was given; one alone may be that of every axis."""
    axes = gradient_axes(f, axis)
    if len(axes) == 1:
        return spacing_adjoint(g, y, f, spacings[0], axes[0], edge_order)
    if len(spacings) == 1:
        whole = 0.0
        for i, _ in enumerate(axes):
            whole = whole - total(g[i] * y[i]) / spacings[0]
        return whole
    return spacing_adjoint(np.broadcast_to(g[k], np.shape(f)), y[k], f, spacings[k], axes[k], edge_order)


def spacing_adjoint(g, y, f, h, axis, edge_order):
    """The cotangent of a step, or of the points, from that of the derivative along one axis."""
    if np.ndim(h) == 0:
        return -total(g * y) / h
    return points_adjoint(np.moveaxis(g, axis, 0), np.moveaxis(f, axis, 0), h, edge_order)


def points_adjoint(g, f, h, edge_order):
    """The cotangent of the points from that of the derivative along the first axis."""
    step = np.diff(h)
    d = along_axis(step, f, 0)
    s = np.diff(f, axis=0) / d
    steps = -summed_along(slopes_adjoint(g, d, edge_order) * s / d, 0)
    turn = summed_along(g[1:-1] * (s[1:] - s[:-1]), 0) / (step[:-1] + step[1:]) ** 2
    steps[:-1] += turn * step[1:]
    steps[1:] -= turn * step[:-1]
    if edge_order == 2:
        start = np.sum(g[0] * (s[0] - s[1])) / (step[0] + step[1]) ** 2
        end = np.sum(g[-1] * (s[-1] - s[-2])) / (step[-1] + step[-2]) ** 2
        steps[0] += start * step[1]
        steps[1] -= start * step[0]
        steps[-1] += end * step[-2]
        steps[-2] -= end * step[-1]
    return neighbours_adjoint(steps, -steps, h, 0)


# np.trapezoid: the sum of the means of neighbours, times the distances of the points


def repeated_along(g, y, axis):
    """The cotangent of an integral over an axis of y, with that axis put back."""
    if np.ndim(y) == 1 or axis == 0:
        return g
    return np.expand_dims(g, axis)


def steps_adjoint(g, y, axis):
    """The cotangent of y from that of its integral over points one apart."""
    half = repeated_along(g, y, axis) / 2
    return neighbours_adjoint(half, half, y, axis)


def point_widths(x, y, axis):
    """The distances of neighbouring points x, shaped like the means of neighbours of y."""
    if np.ndim(x) == 1:
        return along_axis(np.diff(x), y, axis)
    return np.diff(x, axis=axis)


def trapezoid_adjoint(g, y, x, axis):
    """The cotangent of y from that of its integral over the points x."""
    half = repeated_along(g, y, axis) * point_widths(x, y, axis) / 2
    return neighbours_adjoint(half, half, y, axis)


def trapezoid_points_adjoint(g, y, x, axis):
    """The cotangent of the points x from that of the integral of y."""
    means = repeated_along(g, y, axis) * (cut(y, 1, None, axis) + cut(y, None, -1, axis)) / 2
    if np.ndim(x) == 1:
        steps = summed_along(means, axis)
        return neighbours_adjoint(steps, -steps, x, 0)
    steps = unbroadcast(means, np.diff(x, axis=axis))
    return neighbours_adjoint(steps, -steps, x, axis)


# np.interp: between the points left and right of x, a part t of the way


def left_point(x, xp):
    """The number of the point left of x; at a point itself, that point, so that its slope is the one to the right."""
    return np.clip(np.searchsorted(xp, x, side="right") - 1, 0, np.maximum(np.size(xp) - 2, 0))


def segment_width(i, xp):
    """The width of the i-th segment; of none, where there is one point alone, 1."""
    wide = xp[np.minimum(i + 1, np.size(xp) - 1)] - xp[i]
    return np.where(wide == 0, 1, wide)


def segment_slope(x, xp, fp):
    """The slope of the function through the points at x: 0 outside."""
    i = left_point(x, xp)
    rise = fp[np.minimum(i + 1, np.size(xp) - 1)] - fp[i]
    return rise / segment_width(i, xp) * ((x >= xp[0]) & (x <= xp[-1]))


def part_of_way(x, i, xp):
    """How far x is on the way from the i-th point to the next."""
    return np.clip((x - xp[i]) / segment_width(i, xp), 0, 1)


def gathered_at(g, i, part, size):
    """g at the points i and the rest of it at their neighbours to the right, added up for each point."""
    left = np.bincount(np.ravel(i), np.ravel(g * (1 - part)), size)
    return left + np.bincount(np.ravel(np.minimum(i + 1, size - 1)), np.ravel(g * part), size)


def interpolated_points_adjoint(g, x, xp, fp):
    """The cotangent of the points from that of `np.interp`."""
    i = left_point(x, xp)
    return -gathered_at(g * segment_slope(x, xp, fp), i, part_of_way(x, i, xp), np.size(xp))


def interpolated_values_adjoint(g, x, xp, fp, has_left, has_right):
    """The cotangent of the values at the points from that of `np.interp`."""
    i = left_point(x, xp)
    if has_left:
        g = g * (x >= xp[0])
    if has_right:
        g = g * (x <= xp[-1])
    return gathered_at(g, i, part_of_way(x, i, xp), np.size(xp))


def periodic_points(xp, period, order):
    """The points in one period, in an order that rises, with the last one before them and the first one behind."""
    points = (xp % period)[order]
    return np.concatenate((points[-1:] - period, points, points[:1] + period))


def periodic_values(fp, order):
    """The values at those points."""
    values = fp[order]
    return np.concatenate((values[-1:], values, values[:1]))


def periodic_adjoint(g, order):
    """The cotangent of points or values from that of those with one more at each end."""
    inner = g[1:-1].copy()
    inner[-1] += g[0]
    inner[0] += g[-1]
    return stored_at(np.zeros_like(inner), order, inner)

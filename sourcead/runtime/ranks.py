"""Adjoints of order statistics. Each is a weighted mean of two neighbours in the order: at the position p, which the
function itself gives for the ranks 0, 1, 2, ..., an entry of rank r has the weight max(0, 1 - |r - p|)."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import count, restore
from sourcead.runtime.reductions import total


def ranks(x, axis):
    """The place of each entry of x in the order along axis, equal ones by position."""
    if np.ndim(x) == 0:
        return np.zeros(())
    if axis is None:
        return flat_ranks(x)
    if not isinstance(axis, tuple):
        return np.argsort(np.argsort(x, axis=axis, kind="stable"), axis=axis)
    first = tuple(range(len(axis)))
    moved = np.moveaxis(x, axis, first)
    flat = np.reshape(moved, (count(x, axis), *np.shape(moved)[len(axis) :]))
    order = np.argsort(np.argsort(flat, axis=0, kind="stable"), axis=0)
    return np.moveaxis(np.reshape(order, np.shape(moved)), first, axis)


def flat_ranks(x):
    """The place of each entry of x in the order of all."""
    if np.ndim(x) == 1:
        return np.argsort(np.argsort(x, kind="stable"))
    return np.reshape(np.argsort(np.argsort(np.ravel(x), kind="stable")), np.shape(x))


def known_ranks(x, axis):
    """The place of each entry in the order, nan for nan."""
    return np.where(np.isnan(x), np.nan, ranks(x, axis))


def shares(rank, position):
    """How much each entry counts in what stands at a position in the order; nan counts nothing."""
    return np.fmax(0, 1 - np.abs(rank - position))


def middle_adjoint(g, rank, position, axis, keepdims):
    """The cotangent of entries of these ranks from that of what stands at one position in the order."""
    return restore(g, axis, keepdims) * shares(rank, restore(position, axis, keepdims))


def quantile_adjoint(g, x, q, rank, position, axis, keepdims):
    """The cotangent of x from those of its quantiles, which stand at these positions in the order."""
    if np.ndim(q) == 0:
        return middle_adjoint(g, rank, position, axis, keepdims)
    return quantiles_adjoint(g, x, q, rank, position, axis, keepdims)


def quantiles_adjoint(g, x, q, rank, position, axis, keepdims):
    """The cotangent of x from those of its quantiles, one after another."""
    inner = np.shape(g)[np.ndim(q) :]
    gs = np.reshape(g, (np.size(q), *inner))
    positions = np.reshape(position, (np.size(q), *inner))
    whole = np.zeros_like(x)
    for k in range(np.size(q)):
        whole = whole + middle_adjoint(gs[k], rank, positions[k], axis, keepdims)
    return whole


def part_adjoint(g, x, q, rank, position, rate, axis, keepdims):
    """The cotangent of the part q of the order: how fast the position moves with it, times the gap that it is in."""
    if np.ndim(q) == 0:
        return total(g * gap(x, rank, position, axis, keepdims) * rate)
    inner = np.shape(g)[np.ndim(q) :]
    gs = np.reshape(g * rate, (np.size(q), *inner))
    positions = np.reshape(position, (np.size(q), *inner))
    found = np.zeros(np.size(q))
    for k in range(np.size(q)):
        found[k] += np.sum(gs[k] * gap(x, rank, positions[k], axis, keepdims))
    return np.reshape(found, np.shape(q))


def gap(x, rank, position, axis, keepdims):
    """The difference of the two neighbours in the order between which a position is; at the last, the one below it."""
    last = np.nanmax(rank, axis=axis, keepdims=keepdims)
    low = np.minimum(np.floor(position), np.maximum(last - 1, 0))
    here = restore(low, axis, keepdims)
    step = np.where(rank == here + 1, x, 0) - np.where(rank == here, x, 0)
    return np.sum(step, axis=axis, keepdims=keepdims) * (last > 0)


def rate_of(method, rank, position, axis, keepdims):
    """How fast the position in the order moves with the part that is asked for."""
    last = np.nanmax(rank, axis=axis, keepdims=keepdims)
    if method == "linear":
        return last
    inside = (position > 0) & (position < last)
    if method == "hazen" or method == "interpolated_inverted_cdf":
        return (last + 1) * inside
    if method == "weibull":
        return (last + 2) * inside
    if method == "median_unbiased":
        return (last + 4 / 3) * inside
    if method == "normal_unbiased":
        return (last + 5 / 4) * inside
    return 0.0 * last

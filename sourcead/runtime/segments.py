"""Cotangents of `ufunc.reduceat`, which reduces parts of an array: from each index to the next, of those that do not
rise the one entry."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.indexing import added_at
from sourcead.runtime.scattering import products_before


def part_lengths(indices, n):
    """How many of n entries each part has."""
    rises = np.append(indices[1:], n) - indices
    return np.where(rises > 0, rises, 1)


def part_of_each(indices, n):
    """The number of the part for each entry of the parts, one part after another."""
    return np.repeat(np.arange(len(indices)), part_lengths(indices, n))


def entry_of_each(indices, n):
    """The number of the entry of the array for each entry of the parts, one part after another."""
    part, lengths = part_of_each(indices, n), part_lengths(indices, n)
    return (indices - np.cumsum(lengths) + lengths)[part] + np.arange(len(part))


def sums_of_parts_adjoint(g, x, indices, axis):
    """The cotangent of x from that of `np.add.reduceat(x, indices, axis)`."""
    if np.ndim(x) > 1 and axis != 0:
        moved = sums_of_parts_adjoint_along_first(np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0), indices)
        return np.moveaxis(moved, 0, axis)
    return sums_of_parts_adjoint_along_first(g, x, indices)


def sums_of_parts_adjoint_along_first(g, x, indices):
    """The cotangent of x from that of its sums of parts along the first axis."""
    return added_at(np.zeros_like(x), entry_of_each(indices, len(x)), g[part_of_each(indices, len(x))])


def products_of_parts_adjoint(g, x, indices, axis):
    """The cotangent of x from that of `np.multiply.reduceat(x, indices, axis)`: exact also where some are zero."""
    if np.ndim(x) > 1 and axis != 0:
        moved = products_of_parts_adjoint_along_first(np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0), indices)
        return np.moveaxis(moved, 0, axis)
    return products_of_parts_adjoint_along_first(g, x, indices)


def products_of_parts_adjoint_along_first(g, x, indices):
    """The cotangent of x from that of its products of parts along the first axis."""
    entry, part = entry_of_each(indices, len(x)), part_of_each(indices, len(x))
    group, factors = along_first(part, x), x[entry]
    others = products_before(factors, group) * products_before(factors[::-1], group[::-1])[::-1]
    return added_at(np.zeros_like(x), entry, g[part] * others)


def along_first(numbers, x):
    """A row of numbers laid along the first axis of x."""
    if np.ndim(x) == 1:
        return numbers
    return np.reshape(numbers, (len(numbers),) + (1,) * (np.ndim(x) - 1))


def extremes_of_parts_adjoint(g, y, x, indices, axis):
    """The cotangent of x from that of the extremes y of its parts: the tied share it equally."""
    if np.ndim(x) > 1 and axis != 0:
        first = np.moveaxis(g, axis, 0), np.moveaxis(y, axis, 0), np.moveaxis(x, axis, 0)
        return np.moveaxis(extremes_of_parts_adjoint_along_first(*first, indices), 0, axis)
    return extremes_of_parts_adjoint_along_first(g, y, x, indices)


def extremes_of_parts_adjoint_along_first(g, y, x, indices):
    """The cotangent of x from that of the extremes y of its parts along the first axis."""
    entry, part = entry_of_each(indices, len(x)), part_of_each(indices, len(x))
    tied = x[entry] == y[part]
    share = g / np.maximum(added_at(np.zeros_like(y), part, tied), 1)
    return added_at(np.zeros_like(x), entry, np.where(tied, share[part], 0))

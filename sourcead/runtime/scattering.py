"""`at` of ufuncs as functions of what they change, and their cotangents: exact where an index names a place twice."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import unbroadcast
from sourcead.runtime.indexing import added_at


def multiplied_at(a, index, b):
    """The array a with what the index names multiplied by b, as often as it does."""
    y = a.copy()
    np.multiply.at(y, index, b)
    return y


def maximum_at(a, index, b):
    """The array a with the largest of what stands and what is given where the index says."""
    y = a.copy()
    np.maximum.at(y, index, b)
    return y


def minimum_at(a, index, b):
    """The array a with the smallest of what stands and what is given where the index says."""
    y = a.copy()
    np.minimum.at(y, index, b)
    return y


def factors_adjoint(g, a, index, b):
    """The cotangent of b from that of `multiplied_at(a, index, b)`: exact also where some are zero."""
    places = np.reshape(np.arange(np.size(a)), np.shape(a))[index]
    factors = np.reshape(b + np.zeros(np.shape(places), np.asarray(b).dtype), -1)
    order = np.argsort(np.reshape(places, -1), kind="stable")
    group = np.reshape(places, -1)[order]
    factors = factors[order]
    others = products_before(factors, group) * products_before(factors[::-1], group[::-1])[::-1]
    others = np.reshape(others[np.argsort(order, kind="stable")], np.shape(places))
    return unbroadcast((g * a)[index] * others, b)


def products_before(x, group):
    """For each entry the product of those before it in its group, where the entries of a group are neighbours."""
    products = np.concatenate((np.ones_like(x[:1]), np.where(group[1:] == group[:-1], x[:-1], 1)))
    step = 1
    while step < len(x) and np.any(group[step:] == group[:-step]):  # of twice as many at each turn
        joined = np.where(group[step:] == group[:-step], products[:-step] * products[step:], products[step:])
        products = np.concatenate((products[:step], joined))
        step = 2 * step
    return products


def number_tied(y, a, index, b):
    """How many of what stood and what was given are the extreme y, at each place."""
    return added_at((a == y).astype(y.dtype), index, b == y[index])


def standing_adjoint(g, y, a, tied, shares):
    """The cotangent of a from that of its extremes y with what was given: so many as tied share it equally, or, if what
    was given is not differentiated, a tie has 0."""
    if shares:
        return np.where(a == y, g / np.maximum(tied, 1), 0)
    return np.where((a == y) & (tied == 1), g, 0)


def given_adjoint(g, y, a, index, b, tied, shares):
    """The cotangent of b from that of the extremes y of a and b at an index: so many as tied share it equally, or, if a
    is not differentiated, what ties with it has 0."""
    part = g / np.maximum(tied, 1)
    if not shares:
        part = np.where(a == y, 0, part)
    return unbroadcast(np.where(b == y[index], part[index], 0), b)

"""Rules of the distances between points: 0 where two points are one."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
import scipy.spatial.distance

from sourcead.rules.registry import adjoint


def attracted(w, a, b):
    """The sum over the points b of w (a - b), for each point a."""
    return np.sum(w, axis=1, keepdims=True) * a - w @ b


def signs(w, a, b):
    """The sum over the points b of w sign(a - b), for each point a."""
    return np.sum(np.expand_dims(w, 2) * np.sign(np.expand_dims(a, 1) - b), axis=1)


def lengths(a):
    """The lengths of the points, as a column."""
    return np.sqrt(np.sum(a * a, axis=1, keepdims=True))


def turned(w, similarity, a, b):
    """The sum over the points b of w times the derivative of the cosine distance, for each point a."""
    units = a / lengths(a)
    return (np.sum(w * similarity, axis=1, keepdims=True) * units - w @ (b / lengths(b))) / lengths(a)


@adjoint(scipy.spatial.distance.cdist)
def _(g, y, XA, XB, *, metric="euclidean"):
    if metric == "cityblock":
        return signs(g, XA, XB), signs(g.T, XB, XA)
    if metric == "cosine":
        return turned(g, 1 - y, XA, XB), turned(g.T, 1 - y.T, XB, XA)
    w = 2 * g if metric == "sqeuclidean" else g / np.where(y == 0, 1, y)
    return attracted(w, XA, XB), attracted(w.T, XB, XA)


@adjoint(scipy.spatial.distance.pdist)
def _(g, y, X, *, metric="euclidean"):
    if metric == "cityblock":
        return signs(scipy.spatial.distance.squareform(g), X, X)
    if metric == "cosine":
        return turned(scipy.spatial.distance.squareform(g), 1 - scipy.spatial.distance.squareform(y), X, X)
    w = 2 * g if metric == "sqeuclidean" else g / np.where(y == 0, 1, y)
    return attracted(scipy.spatial.distance.squareform(w), X, X)


@adjoint(scipy.spatial.distance.squareform)
def _(g, y, X, *, checks=True):
    if np.ndim(X) == 1:
        return scipy.spatial.distance.squareform(g + g.T, checks=False)
    return np.triu(scipy.spatial.distance.squareform(g))


@adjoint(scipy.spatial.distance.euclidean)
def _(g, y, u, v):
    d = g / (y + (y == 0)) * (u - v)
    return d, -d


@adjoint(scipy.spatial.distance.sqeuclidean)
def _(g, y, u, v):
    d = g * 2 * (u - v)
    return d, -d


@adjoint(scipy.spatial.distance.cityblock)
def _(g, y, u, v):
    d = g * np.sign(u - v)
    return d, -d


@adjoint(scipy.spatial.distance.cosine)
def _(g, y, u, v):
    uu, vv = np.sum(u * u), np.sum(v * v)
    scale = g / np.sqrt(uu * vv)
    return g * (1 - y) / uu * u - scale * v, g * (1 - y) / vv * v - scale * u

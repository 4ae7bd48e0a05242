"""Adjoints of contractions, called as plain functions."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from sourcead.primitives.contractions import summed_products
from sourcead.rules.registry import tangent_rule
from tests.derivatives import check, pull

RNG = np.random.default_rng(3)


def normal(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    return [RNG.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("i,ij,j", [(2,), (2, 3), (3,)]),
        ("...ij,jk->...ik", [(4, 2, 3), (3, 2)]),
        ("i...j,j->i...", [(2, 4, 3), (3,)]),
        ("ij,k->i", [(2, 3), (4,)]),
        ("iij,j->i", [(2, 2, 3), (3,)]),
        ("...,...->...", [(2, 1), (1, 3)]),
    ],
)
@pytest.mark.parametrize("optimize", [False, True])
def test_einsum(subscripts: str, shapes: list[tuple[int, ...]], optimize: bool) -> None:
    check(summed_products, *normal(*shapes), subscripts=subscripts, optimize=optimize)


def test_the_tangent_of_einsum() -> None:
    rule = tangent_rule(summed_products)
    assert rule is not None
    x, y, t = normal((2, 3), (3, 4), (2, 3))
    np.testing.assert_allclose(rule((t, 0.0), x @ y, x, y, subscripts="ij,jk->ik"), t @ y)


@pytest.mark.parametrize(
    ("axes", "shapes"),
    [
        (1, [(2, 3), (3, 4)]),
        (0, [(2,), (3,)]),
        (2, [(2, 3, 4), (3, 4, 2)]),
        (([0, 2], [1, 0]), [(2, 3, 4), (4, 2, 5)]),
        ((-1, 0), [(2, 3), (3,)]),
    ],
)
def test_tensordot(axes: Any, shapes: list[tuple[int, ...]]) -> None:
    check(np.tensordot, *normal(*shapes), axes=axes)


@pytest.mark.parametrize(
    "shapes", [[(3,), (3,)], [(2, 3), (3,)], [(3,), (2, 3)], [(2, 2, 3), (4, 3)], [(2, 3), (2, 4, 3)], [(), (2, 3)]]
)
def test_inner(shapes: list[tuple[int, ...]]) -> None:
    check(np.inner, *normal(*shapes))


@pytest.mark.parametrize("shapes", [[(3,), (3,)], [(2, 3), (6,)], [(2, 3), (3, 2)]])
def test_vdot(shapes: list[tuple[int, ...]]) -> None:
    check(np.vdot, *normal(*shapes))


@pytest.mark.parametrize(("axis", "shapes"), [(-1, [(2, 3), (3,)]), (0, [(3, 2), (3, 2)]), (1, [(2, 3, 2), (2, 3, 2)])])
def test_vecdot(axis: int, shapes: list[tuple[int, ...]]) -> None:
    check(np.linalg.vecdot, *normal(*shapes), axis=axis)


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="since NumPy 2.2")
@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("matvec", [(2, 3), (3,)]),
        ("matvec", [(2, 3), (4, 3)]),
        ("vecmat", [(2,), (2, 3)]),
        ("vecmat", [(4, 2), (2, 3)]),
    ],
)
def test_stacked_vectors(name: str, shapes: list[tuple[int, ...]]) -> None:
    check(getattr(np, name), *normal(*shapes))


def test_one_vector_with_many() -> None:
    total = functools.reduce(np.add, pull(np.inner, np.ones(2), np.ones((2, 3)), np.arange(3.0))[0])
    np.testing.assert_array_equal(total, [0, 2, 4])

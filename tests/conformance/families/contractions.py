"""Rows of contractions: inner, vdot, tensordot, einsum, and products of stacked vectors, over ranks and layouts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

RANK_NEEDED: set[str] = set()

# Expression, forms of x, y, ...
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    *(("np.inner(x, y)", forms) for forms in (
        ("3", "3"), ("2,3", "3"), ("3", "2,3"), ("2,3", "4,3"), ("2,2,3", "3"), ("3", "2,2,3"), ("2,2,3", "2,3"),
        ("2,3", "2,2,3"), ("2,2,3", "2,1,3"), ("float", "2,3"), ("2,3", "float"), ("scalar", "scalar"), ("0d", "3"),
        ("0", "0"), ("2,0", "3,0"), ("2,3 F", "2,3 S"), ("1,3", "2,3"), ("1", "1"))),
    *(("np.vdot(x, y)", forms) for forms in (
        ("3", "3"), ("2,3", "2,3"), ("2,3", "6"), ("6", "2,3"), ("2,3", "3,2"), ("2,3 F", "2,3"), ("float", "float"),
        ("scalar", "0d"), ("0", "0"), ("2,3", "1,6"), ("1", "scalar"))),
    *((expression, forms) for expression, forms in (
        ("np.tensordot(x, y)", ("2,3", "2,3")), ("np.tensordot(x, y)", ("2,3,2", "3,2,2")),
        ("np.tensordot(x, y, 1)", ("3", "3")), ("np.tensordot(x, y, 1)", ("2,3", "3")),
        ("np.tensordot(x, y, 1)", ("3", "3,2")), ("np.tensordot(x, y, 1)", ("2,3", "3,2")),
        ("np.tensordot(x, y, 1)", ("2,2,3", "3,2,2")), ("np.tensordot(x, y, axes=0)", ("2,3", "2")),
        ("np.tensordot(x, y, axes=0)", ("float", "2,3")), ("np.tensordot(x, y, axes=0)", ("0d", "0d")),
        ("np.tensordot(x, y, axes=3)", ("2,3,2", "2,3,2")), ("np.tensordot(x, y, ([0], [1]))", ("2,3", "3,2")),
        ("np.tensordot(x, y, ((1, 0), (0, 1)))", ("2,3", "3,2")), ("np.tensordot(x, y, (0, 0))", ("2,3", "2,3")),
        ("np.tensordot(x, y, (-1, 0))", ("2,3", "3,2")), ("np.tensordot(x, y, ((0, 2), (2, 0)))", ("2,3,4", "4,3,2")),
        ("np.tensordot(x, y, ((2, 0), (0, 2)))", ("2,3,4", "4,3,2")), ("np.tensordot(x, y, ([], []))", ("2", "2,3")),
        ("np.tensordot(x, y, axes=([1], [-1]))", ("2,3 F", "2,3 S")), ("np.tensordot(x, y, 1)", ("2,0", "0,3")),
        ("np.tensordot(x, y, 1)", ("0,3", "3,2")), ("np.linalg.tensordot(x, y, axes=1)", ("2,3", "3,2")),
        ("np.tensordot(x, x, 2)", ("2,3",)), ("np.tensordot(x, np.ones((3, 2)), 1)", ("2,3",)))),
    *((expression, forms) for expression, forms in (
        ("np.einsum('ij,jk->ik', x, y)", ("2,3", "3,4")), ("np.einsum('ij,jk', x, y)", ("2,3", "3,4")),
        ("np.einsum('ij, jk -> ki', x, y)", ("2,3", "3,4")), ("np.einsum('ij,jk->ik', x, y)", ("2,3 F", "3,4 S")),
        ("np.einsum('ij,jk->ik', x, y)", ("0,3", "3,4")), ("np.einsum('ij,jk->ik', x, y)", ("1,3", "3,1")),
        ("np.einsum('ij,j->i', x, y)", ("2,3", "3")), ("np.einsum('i,ij,j', x, y, z)", ("2", "2,3", "3")),
        ("np.einsum('i,ij,j->', x, y, z, optimize=True)", ("2", "2,3", "3")),
        ("np.einsum('ij,jk,kl->il', x, y, z, optimize='greedy')", ("2,3", "3,2", "2,4")),
        ("np.einsum('ij,jk,kl->il', x, y, z, optimize='optimal')", ("2,3", "3,2", "2,4")),
        ("np.einsum('ij,jk,kl->li', x, y, z)", ("2,3", "3,2", "2,4")),
        ("np.einsum('i,i', x, y)", ("3", "3")), ("np.einsum('i,i->i', x, y)", ("3", "3")),
        ("np.einsum('i,j', x, y)", ("3", "2")), ("np.einsum('i,j->ji', x, y)", ("3", "2")),
        ("np.einsum('ij->', x)", ("2,3",)), ("np.einsum('ij->i', x)", ("2,3",)), ("np.einsum('ij->j', x)", ("0,3",)),
        ("np.einsum('ij->ji', x)", ("2,3",)), ("np.einsum('ba', x)", ("2,3",)), ("np.einsum('ijk->k', x)", ("2,3,2",)),
        ("np.einsum('ij,ik->jk', x, x)", ("2,3",)), ("np.einsum('ij,kl->ik', x, y)", ("2,3", "3,4")),
        ("np.einsum('ij,kl->', x, y)", ("2,3", "3,4")), ("np.einsum('ii', x)", ("3,3",)),
        ("np.einsum('ii->i', x)", ("3,3",)), ("np.einsum('iij->j', x)", ("2,2,3",)),
        ("np.einsum('iij,j->i', x, y)", ("2,2,3", "3")), ("np.einsum('iii->', x)", ("2,2,2",)),
        ("np.einsum('ii,i->i', x, y)", ("3,3", "3")), ("np.einsum('bij,bjk->bik', x, y)", ("2,2,3", "2,3,2")),
        ("np.einsum('...ij,...jk->...ik', x, y)", ("2,2,3", "2,3,2")),
        ("np.einsum('...ij,...jk->...ik', x, y)", ("2,2,3", "3,2")),
        ("np.einsum('...ij,...jk', x, y)", ("2,3", "4,3,2")), ("np.einsum('...ij,jk', x, y)", ("2,2,3", "3,2")),
        ("np.einsum('...j,j', x, y)", ("2,2,3", "3")), ("np.einsum('...,...', x, y)", ("2,3", "3")),
        ("np.einsum('...,...', x, y)", ("2,1", "1,3")), ("np.einsum('...i->...', x)", ("2,3",)),
        ("np.einsum('...i->i...', x)", ("2,3",)), ("np.einsum('i...->...i', x)", ("2,3,4",)),
        ("np.einsum('i...j,j', x, y)", ("2,3,4", "4")), ("np.einsum('...ii->...i', x)", ("2,3,3",)),
        ("np.einsum('i...,...->i...', x, y)", ("2,3", "3")), ("np.einsum('...ij->...', x)", ("2,3",)),
        ("np.einsum('...ij,...ij', x, y)", ("2,2,3", "2,3")), ("np.einsum('i,->i', x, y)", ("3", "float")),
        ("np.einsum(',i->i', x, y)", ("scalar", "3")), ("np.einsum(',', x, y)", ("0d", "float")),
        ("np.einsum('ij,jk->ik', x, np.ones((3, 2)))", ("2,3",)),
        ("np.einsum('ij,jk->ik', np.ones((2, 2)), x)", ("2,3",)),
        ("np.einsum('ij,ij,ij->ij', x, x, y)", ("2,3", "2,3")), ("np.einsum('Ab,bA->A', x, y)", ("2,3", "3,2")))),
    *((expression, forms) for expression, forms in (
        ("np.linalg.matmul(x, y)", ("2,3", "3,2")), ("np.linalg.matmul(x, y)", ("2,2,3", "3,2")),
        ("np.linalg.outer(x, y)", ("3", "2")), ("np.linalg.outer(x, x)", ("3",)),
        ("np.linalg.vecdot(x, y)", ("3", "3")), ("np.linalg.vecdot(x, y)", ("2,3", "3")),
        ("np.linalg.vecdot(x, y, axis=0)", ("3,2", "3,2")), ("np.linalg.vecdot(x, y, axis=-2)", ("2,3,2", "3,2")),
        ("np.vecdot(x, y)", ("3", "3")), ("np.vecdot(x, y)", ("2,3", "2,3")), ("np.vecdot(x, y)", ("3", "2,3")),
        ("np.vecdot(x, y)", ("2,1,3", "2,3")), ("np.vecdot(x, y, axis=0)", ("3,2", "3,2")),
        ("np.vecdot(x, y, axis=1)", ("2,3,2", "2,3,2")), ("np.vecdot(x, y)", ("2,3 F", "2,3 S")),
        ("np.vecdot(x, y)", ("0", "0")), ("np.vecdot(x, y)", ("1,3", "2,3")))),
    *(((expression, forms) for expression, forms in (
        ("np.matvec(x, y)", ("2,3", "3")), ("np.matvec(x, y)", ("4,2,3", "3")), ("np.matvec(x, y)", ("2,3", "4,3")),
        ("np.matvec(x, y)", ("4,2,3", "4,3")), ("np.matvec(x, y)", ("1,2,3", "4,3")), ("np.vecmat(x, y)", ("2", "2,3")),
        ("np.vecmat(x, y)", ("4,2", "2,3")), ("np.vecmat(x, y)", ("2", "4,2,3")), ("np.vecmat(x, y)", ("4,2", "4,2,3")),
        ("np.vecmat(x, y)", ("4,2", "1,2,3")))) if hasattr(np, "matvec") else ()),
)  # fmt: skip
SMALL = ("float", "int")


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every case in float64, and in float32 where x is an array."""
    for expression, forms in CASES:
        yield expression, tuple(f"real {form}" for form in forms)
        if all(form not in SMALL for form in forms):
            yield expression, tuple(f"real {form} float32" for form in forms)
    yield "np.tensordot(x, y, 1)", ("real 2,3 float32", "real 3,2")
    yield "np.einsum('ij,jk->ik', x, y)", ("real 2,3", "real 3,2 float32")
    yield "np.inner(x, y)", ("real int", "real 3")
    yield "np.einsum('i,ij', [x, y], [[x, 1.0], [y, x]])", ("real float", "real float")
    yield "np.inner([x, y], [y, x])", ("real float", "real float")
    yield "np.tensordot([x, y], [[y, x]], (0, 1))", ("real float", "real float")
    yield "np.vdot([x, 2.0], [y, x])", ("real float", "real scalar")

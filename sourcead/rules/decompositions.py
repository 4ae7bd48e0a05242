"""Adjoints of decompositions of matrices."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.conjugation import named, with_conjugates
from sourcead.rules.facts import absent, complex_valued
from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    cast,
    cholesky_adjoint,
    directions_adjoint,
    eigenvalues_adjoint,
    eigenvectors_adjoint,
    in_order_of,
    left_vectors_adjoint,
    onto_triangle,
    qr_adjoint,
    right_vectors_adjoint,
    scaled_columns,
    spectrum_adjoint,
    square_alone,
    vectors_adjoint,
)

with_conjugates(
    *named(np.linalg, "cholesky qr eig eigvals eigh eigvalsh svd svdvals"), square_alone
)


@adjoint(np.linalg.cholesky)
def _(g, y, a, *, upper=False):
    return cholesky_adjoint(g, y, upper)


@adjoint(np.linalg.qr)
def _(g, y, a, *, mode="reduced"):
    if mode == "r":
        q = np.linalg.qr(a)[0]
        return qr_adjoint(np.zeros_like(q), g, q, y, a)
    gq = np.zeros_like(y[0]) if absent(g[0]) else g[0]
    gr = np.zeros_like(y[1]) if absent(g[1]) else g[1]
    return qr_adjoint(gq, gr, y[0], y[1], a)


@adjoint(np.linalg.eigh)
def _(g, y, a, *, UPLO="L"):
    if absent(g[1]):
        return onto_triangle(eigenvalues_adjoint(g[0], y[1]), UPLO)
    if absent(g[0]):
        return onto_triangle(eigenvectors_adjoint(g[1], y[0], y[1], UPLO), UPLO)
    return onto_triangle(eigenvalues_adjoint(g[0], y[1]) + eigenvectors_adjoint(g[1], y[0], y[1], UPLO), UPLO)


@adjoint(np.linalg.eigvalsh)
def _(g, y, a, *, UPLO="L"):
    return onto_triangle(eigenvalues_adjoint(g, np.linalg.eigh(a, UPLO=UPLO)[1]), UPLO)


def of_kind(g, a):
    """What was found with complex numbers, for a matrix that may be real."""
    if complex_valued(a):
        return g
    return cast(g, a)


@adjoint(np.linalg.eig)
def _(g, y, a):
    if absent(g[1]):
        return of_kind(spectrum_adjoint(g[0], y[1]), a)
    if absent(g[0]):
        return of_kind(directions_adjoint(g[1], y[0], y[1]), a)
    return of_kind(spectrum_adjoint(g[0], y[1]) + directions_adjoint(g[1], y[0], y[1]), a)


@adjoint(np.linalg.eigvals)
def _(g, y, a):
    w, v = np.linalg.eig(a)
    return of_kind(spectrum_adjoint(in_order_of(g, y, w), v), a)


@adjoint(np.linalg.svdvals)
def _(g, y, a):
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return scaled_columns(u, g) @ vh


@adjoint(np.linalg.svd)
def _(g, y, a, *, full_matrices=True, compute_uv=True):
    if not compute_uv:
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        return scaled_columns(u, g) @ vh
    u, vh = y[0], y[2]
    if full_matrices:
        u, _, vh = np.linalg.svd(a, full_matrices=False)
    found = 0.0
    if not absent(g[1]):
        found = scaled_columns(u, g[1]) @ vh
    if absent(g[0]) and absent(g[2]):
        return found
    left = square_alone(y[2], y[0]) if full_matrices else y[0]
    if complex_valued(a):
        gu = np.zeros_like(left) if absent(g[0]) else g[0]
        gvh = np.zeros_like(y[2]) if absent(g[2]) else g[2]
        return found + vectors_adjoint(gu, gvh, left, y[1], y[2])
    if not absent(g[0]):
        found = found + left_vectors_adjoint(g[0], left, y[1], y[2])
    if not absent(g[2]):
        found = found + right_vectors_adjoint(g[2], left, y[1], y[2])
    return found


@adjoint(square_alone)
def _(g, y, vh, u):
    return None, g

"""Adjoints of decompositions of matrices, of one or of a stack of them.

Where eigenvalues or singular values are equal their vectors are not determined: what depends on them is nan there. The
phases of complex vectors are those that LAPACK chooses: see `phases`.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.matrices import adjoined, scaled_columns
from sourcead.runtime.phases import of_fixed_phase, of_shared_phase


def onto_triangle(g, uplo):
    """The cotangent of the triangle that a function of symmetric matrices reads, from that of the whole matrix."""
    if uplo in ("L", "l"):
        return of_real_diagonal(np.tril(g) + adjoined(np.triu(g, 1)))
    return of_real_diagonal(np.triu(g) + adjoined(np.tril(g, -1)))


def of_real_diagonal(g):
    """The cotangent of a matrix, of whose diagonal the real parts alone are read."""
    if np.iscomplexobj(g):
        return np.where(np.eye(np.shape(g)[-1], dtype=bool), g.real, g)
    return g


def differences(w):
    """The differences of the entries of w, of the later axis first."""
    return np.expand_dims(w, -2) - np.expand_dims(w, -1)


def apart(found):
    """Differences by which cotangents are divided: inf on the diagonal, nan elsewhere where there is none."""
    return np.where(np.eye(np.shape(found)[-1], dtype=bool), np.inf, np.where(found == 0, np.nan, found))


def over(x, gaps):
    """Inner products divided by differences, 0 on the diagonal; complex numbers divided by nan would warn."""
    if np.iscomplexobj(x):
        return x * (1 / apart(gaps))
    return x / apart(gaps)


def cholesky_adjoint(g, y, upper):
    """The cotangent of a matrix from that of its Cholesky factor: in the triangle that is read."""
    if upper:
        return onto_triangle(cholesky_of_whole(adjoined(g), y), "U")
    return onto_triangle(cholesky_of_whole(g, adjoined(y)), "L")


def cholesky_of_whole(g, lt):
    """The cotangent of a matrix from that of its lower Cholesky factor, lt its transpose, conjugated."""
    t = of_real_diagonal(lt @ g)
    t = (np.tril(t) + np.tril(t, -1)) / 2
    return np.linalg.solve(lt, adjoined(np.linalg.solve(lt, t)))


def qr_adjoint(gq, gr, q, r, a):
    """The cotangent of a matrix from those of its factors q and r; nan where its leading columns are dependent."""
    k = np.shape(q)[-1]
    leading, trailing = gr[..., :k], gr[..., k:]
    gq = gq + a[..., k:] @ adjoined(trailing)
    upper = r[..., :k]
    t = of_real_diagonal(upper @ adjoined(leading) - adjoined(gq) @ q)
    t = gq + q @ (np.tril(t) + adjoined(np.tril(t, -1)))
    left = adjoined(np.linalg.solve(determined(upper), adjoined(t)))
    return np.concatenate((left, q @ trailing), axis=-1)


def determined(r):
    """A triangular matrix; nan where it has no inverse, of which np.linalg.solve would raise."""
    whole = np.all(np.einsum("...ii->...i", r) != 0, axis=-1)
    return np.where(np.expand_dims(whole, (-2, -1)), r, np.nan)


def eigenvectors_adjoint(g, w, v, uplo):
    """The cotangent of a symmetric matrix from that of its eigenvectors v."""
    if np.iscomplexobj(v):
        g = of_fixed_phase(g, v, 0 if uplo in ("L", "l") else np.shape(v)[-2] - 1)
    return v @ over(adjoined(v) @ g, differences(w)) @ adjoined(v)


def eigenvalues_adjoint(g, v):
    """The cotangent of a symmetric matrix from that of its eigenvalues, v its eigenvectors."""
    return scaled_columns(v, g) @ adjoined(v)


def vectors_adjoint(gu, gvh, u, s, vh):
    """The cotangent of a complex matrix from those of its singular vectors u and vh, which share their phases."""
    m, n = np.shape(u)[-2], np.shape(vh)[-1]
    both = np.concatenate((u, adjoined(vh)), axis=-2)
    g = of_shared_phase(np.concatenate((gu, adjoined(gvh)), axis=-2), both, m, n)
    gu, gvh = g[..., :m, :], adjoined(g[..., m:, :])
    lag = np.sum(np.conj(u) * gu, axis=-2).imag
    found = left_vectors_adjoint(gu, u, s, vh) + right_vectors_adjoint(gvh, u, s, vh)
    return found + scaled_columns(u, 1j * (lag / np.where(s == 0, np.nan, s))) @ vh


def left_vectors_adjoint(g, u, s, vh):
    """The cotangent of a matrix from that of its left singular vectors u."""
    inner = over(adjoined(u) @ g, squared_differences(s))
    return (u @ scaled_columns(inner + adjoined(inner), s) + outside(u, s, g)) @ vh


def right_vectors_adjoint(g, u, s, vh):
    """The cotangent of a matrix from that of its right singular vectors, the rows of vh."""
    inner = over(vh @ adjoined(g), squared_differences(s))
    beyond = adjoined(outside(adjoined(vh), s, adjoined(g)))
    return u @ (np.expand_dims(s, -1) * (inner + adjoined(inner)) @ vh + beyond)


def squared_differences(s):
    """The differences of the squares of the entries of s, of the later axis first."""
    return differences(s) * (np.expand_dims(s, -2) + np.expand_dims(s, -1))


def outside(u, s, g):
    """What of g no columns of u make up, its columns divided by s; nothing where u is square."""
    factor = np.where(np.shape(u)[-2] > np.shape(u)[-1], 1 / np.where(s == 0, np.nan, s), 0)
    return scaled_columns(g - u @ (adjoined(u) @ g), factor)


def square_alone(vh, u):
    """The singular vectors u; refused where they are those of a matrix that is not square, with full_matrices=True."""
    if np.shape(u)[-1] != np.shape(vh)[-1]:
        raise ValueError("further singular vectors are not determined by the matrix: pass full_matrices=False")
    return u

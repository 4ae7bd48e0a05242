"""Adjoints of decompositions of matrices, of one or of a stack of them.

Where eigenvalues or singular values are equal their vectors are not determined: what depends on them is nan there.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.matrices import scaled_columns, transposed


def onto_triangle(g, uplo):
    """The cotangent of the triangle that a function of symmetric matrices reads, from that of the whole matrix."""
    if uplo in ("L", "l"):
        return np.tril(g) + transposed(np.triu(g, 1))
    return np.triu(g) + transposed(np.tril(g, -1))


def differences(w):
    """The differences of the entries of w, of the later axis first."""
    return np.expand_dims(w, -2) - np.expand_dims(w, -1)


def apart(found):
    """Differences by which cotangents are divided: inf on the diagonal, nan elsewhere where there is none."""
    return np.where(np.eye(np.shape(found)[-1], dtype=bool), np.inf, np.where(found == 0, np.nan, found))


def cholesky_adjoint(g, y, upper):
    """The cotangent of a matrix from that of its Cholesky factor: in the triangle that is read."""
    if upper:
        return onto_triangle(cholesky_of_whole(transposed(g), y), "U")
    return onto_triangle(cholesky_of_whole(g, transposed(y)), "L")


def cholesky_of_whole(g, lt):
    """The cotangent of a matrix from that of its lower Cholesky factor, lt its transpose."""
    t = lt @ g
    t = (np.tril(t) + np.tril(t, -1)) / 2
    return np.linalg.solve(lt, transposed(np.linalg.solve(lt, t)))


def qr_adjoint(gq, gr, q, r, a):
    """The cotangent of a matrix from those of its factors q and r; nan where its leading columns are dependent."""
    k = np.shape(q)[-1]
    leading, trailing = gr[..., :k], gr[..., k:]
    gq = gq + a[..., k:] @ transposed(trailing)
    upper = r[..., :k]
    t = upper @ transposed(leading) - transposed(gq) @ q
    t = gq + q @ (np.tril(t) + transposed(np.tril(t, -1)))
    left = transposed(np.linalg.solve(determined(upper), transposed(t)))
    return np.concatenate((left, q @ trailing), axis=-1)


def determined(r):
    """A triangular matrix; nan where it has no inverse, of which np.linalg.solve would raise."""
    whole = np.all(np.einsum("...ii->...i", r) != 0, axis=-1)
    return np.where(np.expand_dims(whole, (-2, -1)), r, np.nan)


def eigenvectors_adjoint(g, w, v):
    """The cotangent of a symmetric matrix from that of its eigenvectors v."""
    return v @ ((transposed(v) @ g) / apart(differences(w))) @ transposed(v)


def eigenvalues_adjoint(g, v):
    """The cotangent of a symmetric matrix from that of its eigenvalues, v its eigenvectors."""
    return scaled_columns(v, g) @ transposed(v)


def left_vectors_adjoint(g, u, s, vh):
    """The cotangent of a matrix from that of its left singular vectors u."""
    inner = (transposed(u) @ g) / apart(squared_differences(s))
    return (u @ scaled_columns(inner + transposed(inner), s) + outside(u, s, g)) @ vh


def right_vectors_adjoint(g, u, s, vh):
    """The cotangent of a matrix from that of its right singular vectors, the rows of vh."""
    inner = (vh @ transposed(g)) / apart(squared_differences(s))
    beyond = transposed(outside(transposed(vh), s, transposed(g)))
    return u @ (np.expand_dims(s, -1) * (inner + transposed(inner)) @ vh + beyond)


def squared_differences(s):
    """The differences of the squares of the entries of s, of the later axis first."""
    return differences(s) * (np.expand_dims(s, -2) + np.expand_dims(s, -1))


def outside(u, s, g):
    """What of g no columns of u make up, its columns divided by s; nothing where u is square."""
    factor = np.where(np.shape(u)[-2] > np.shape(u)[-1], 1 / np.where(s == 0, np.nan, s), 0)
    return scaled_columns(g - u @ (transposed(u) @ g), factor)


def square_alone(vh, u):
    """The singular vectors u; refused where they are those of a matrix that is not square, with full_matrices=True."""
    if np.shape(u)[-1] != np.shape(vh)[-1]:
        raise ValueError("further singular vectors are not determined by the matrix: pass full_matrices=False")
    return u

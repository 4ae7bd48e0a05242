"""Rows of linear algebra with complex numbers: of complex matrices, and of real ones with complex eigenvalues."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.conformance.families.linalg import SQUARE, SYMMETRIC, TRIANGLE

Row = tuple[str, tuple[str, ...]]
RANK_NEEDED: set[str] = set()
M = "(x + 3 * np.eye(3))"  # a matrix that is well conditioned
S = "(x @ np.conj(np.swapaxes(x, -1, -2)) + 2 * np.eye(3))"  # a Hermitian one that is positive definite
T = "(x + np.diag(np.arange(3.0)))"
ROTATING = "(x - 2 * np.swapaxes(x, -1, -2))"  # a real one with complex eigenvalues

SPECTRA = (
    "np.linalg.eig({})[0]", "np.linalg.eig({}).eigenvalues.real", "np.linalg.eig({}).eigenvectors",
    "np.abs(np.linalg.eig({})[1]) ** 2", "np.linalg.eigvals({})", "np.abs(np.linalg.eigvals({}))",
    "np.linalg.eigvals({}).imag", "np.max(np.abs(np.linalg.eigvals({})))", "np.sum(np.linalg.eigvals({}) ** 2).real",
    "np.exp(np.linalg.eigvals({}))",
)  # fmt: skip
WHOLE = (
    "np.linalg.eig({0})[1] @ (np.linalg.eig({0})[0] * np.linalg.eig({0})[1]).T",
    "np.linalg.eig({0}).eigenvectors * np.linalg.eig({0}).eigenvalues[..., None, :]",
    "np.linalg.eigh({0})[1] * np.exp(np.linalg.eigh({0})[0])[..., None, :]", "np.linalg.slogdet({})[0]",
    "np.linalg.slogdet({0}).sign * np.linalg.slogdet({0}).logabsdet", "np.angle(np.linalg.det({}))",
)  # fmt: skip
OBLONG = (
    "np.linalg.pinv(x)", "np.linalg.qr(x)[0]", "np.linalg.qr(x).R", "np.linalg.svd(x, full_matrices=False)[0]",
    "np.linalg.svd(x, full_matrices=False).Vh", "np.linalg.svd(x)[1]", "np.linalg.cond(x)",
    "np.linalg.svd(x, full_matrices=False)[0] @ np.linalg.svd(x, full_matrices=False)[2]",
    "np.linalg.matrix_norm(x, ord='nuc')", "np.linalg.matrix_norm(x, ord=np.inf)",
)  # fmt: skip
ORDERS = ("1", "2", "3", "0.5", "0", "-1", "np.inf", "-np.inf")
PAIRS = (("3,3 complex128", "3,3"), ("3,3", "3,3 complex128"), ("3,3 complex64", "3,3 complex64"))
PRODUCTS = (
    f"np.linalg.solve({M}, y)", f"np.linalg.lstsq({M}, y)[0]", "np.linalg.multi_dot([x, y, x])",
    "np.linalg.multi_dot((x, y))", "np.vdot(x, y)", "np.linalg.vecdot(x, y)", "np.vecdot(x, y, axis=0)",
    "np.linalg.cross(x, y)", "np.linalg.matmul(x, y)", "np.linalg.tensordot(x, y)", "np.tensordot(x, y, 1)",
    f"np.linalg.tensorsolve({M}, y[0])", f"np.linalg.tensorsolve({M}, y[0], (1,))", "np.linalg.outer(x[0], y[0])",
    "np.inner(x, y)", "np.kron(x, y)", "np.cross(x, y)", "np.einsum('ij,jk->ik', x, y)", "np.einsum('ij,ij', x, y)",
)  # fmt: skip
STACKED = ("np.matvec(x, y)", "np.vecmat(x, y)") if hasattr(np, "matvec") else ()  # since NumPy 2.2
SYSTEMS = (
    "np.linalg.lstsq(x, y)[0]", "np.linalg.lstsq(x, y, rcond=1e-10)[0]", "np.linalg.lstsq(x, y)[1]",
    "np.linalg.lstsq(x, y)[3]",
)  # fmt: skip
SCIPY = (
    f"inv({M})", f"det({M})", "det(x)", "expm(x)", f"sqrtm({S})", "norm(x)", "norm(x, 1)", "norm(x, axis=1)",
    "block_diag(x, x[0].real)", f"solve_sylvester({M}, {M}, x)",
)  # fmt: skip
SCIPY_SYSTEMS = (
    f"solve({M}, y)", f"solve_triangular({M}, y)", f"solve_triangular({M}, y, trans=1, lower=True)",
    "solve_banded((1, 1), x + np.array([[0.0], [5.0], [0.0]]), y)",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """The rows of this family."""
    for form in ("3,3 complex128", "2,3,3 complex64"):
        for text in SQUARE:
            if text not in ("np.linalg.solve({}, {})", "np.linalg.matrix_norm({}, ord=-np.inf)"):  # two sums nearly tie
                yield text.format(M), (f"real {form}",)
        for text in SYMMETRIC:
            yield text.format(S), (f"real {form}",)
        for text in TRIANGLE:
            yield text.format(T), (f"real {form}",)
    for form in ("3,3", "2,3,3", "3,3 F float32", "3,3 complex128", "2,3,3 complex128"):
        for text in SPECTRA:
            yield text.format("x"), (f"real {form}",)
    for text in SPECTRA:
        yield text.format(ROTATING), ("real 3,3",)
        if not text.endswith("eigenvectors"):  # within the step of the differences another entry becomes the largest
            yield text.format(ROTATING), ("real 2,3,3 float32",)
    for form in ("0,0", "0,2,2", "1,1", "0,0 complex128", "1,1 complex128"):
        yield "np.linalg.eig(x)[0]", (f"real {form}",)
        yield "np.linalg.eig(x)[1]", (f"real {form}",)
        yield "np.linalg.eigvals(x)", (f"real {form}",)
    for text in WHOLE:
        yield text.format(T), ("real 3,3 complex128",)
    for form in ("4,2 complex128", "2,4 complex128", "5,2 complex128", "2,3,2 complex128", "2,2,5 complex64"):
        for text in OBLONG:
            yield text, (f"real {form}",)
    for order in ORDERS:
        yield f"np.linalg.norm(x, {order})", ("real 3 complex128",)
        yield f"np.linalg.norm(x, {order}, axis=1, keepdims=True)", ("real 3,2 complex128",)
        yield f"np.linalg.vector_norm(x, ord={order})", ("real 3,2 F complex64",)
    for order in ("1", "-1", "2", "-2", "np.inf", "'fro'", "'nuc'"):
        yield f"np.linalg.norm(x, {order})", ("real 3,2 complex128",)
        yield f"np.linalg.norm(x, {order}, axis=(2, 0), keepdims=True)", ("real 3,2,2 complex128",)
    yield "np.linalg.norm(x)", ("real 2,3,2 complex64",)
    yield "np.linalg.norm(x)", ("real 0d complex128",)
    yield "np.linalg.tensorinv(x)", ("real 2,2,4 complex128",)
    for left, right in PAIRS:
        for text in PRODUCTS:
            yield text, (f"real {left}", f"real {right}")
        for text in STACKED:
            yield text, (f"real {left}", f"real {right}")
    for right in ("3", "3 complex128", "2,3,2 complex128"):
        yield f"np.linalg.solve({M}, y)", ("real 2,3,3 complex128", f"real {right}")
    for left, right in (("4,2 complex128", "4"), ("4,2", "4,3 complex128"), ("2,4 complex128", "2")):
        for text in SYSTEMS:
            yield text, (f"real {left}", f"real {right}")
    for form in ("3,3 complex128", "3,3 F complex64"):
        for text in SCIPY:
            yield f"scipy.linalg.{text}", (f"real {form}",)
    for left, right in (("3,3 complex128", "3"), ("3,3", "3,2 complex128"), ("3,3 complex64", "3,2 complex64")):
        for text in SCIPY_SYSTEMS:
            yield f"scipy.linalg.{text}", (f"real {left}", f"real {right}")

"""Rows of linear algebra: inverses, solutions, determinants, norms and decompositions, of matrices and of stacks."""

from __future__ import annotations

from collections.abc import Iterator

M = "(x + 3 * np.eye(3))"  # a matrix that is well conditioned
S = "(x @ x.T + 2 * np.eye(3))"  # a symmetric one that is positive definite
SS = "(x @ np.swapaxes(x, -1, -2) + 2 * np.eye(3))"
T = "(x + np.diag(np.arange(3.0)))"
RANK_NEEDED: set[str] = set()

SQUARE = (
    "np.linalg.inv({})", "np.linalg.det({})", "np.linalg.slogdet({})[1]", "np.linalg.slogdet({}).logabsdet",
    "np.linalg.pinv({})", "np.linalg.matrix_power({}, 0)",
    "np.linalg.matrix_power({}, 1)",
    "np.linalg.matrix_power({}, 2)", "np.linalg.matrix_power({}, 3)", "np.linalg.matrix_power({}, 5)",
    "np.linalg.matrix_power({}, -1)", "np.linalg.matrix_power({}, -2)", "np.linalg.trace({})",
    "np.linalg.trace({}, offset=1)", "np.linalg.trace({}, offset=-1)", "np.linalg.diagonal({})",
    "np.linalg.diagonal({}, offset=1)", "np.linalg.diagonal({}, offset=-2)", "np.linalg.matrix_transpose({})",
    "np.linalg.cond({})", "np.linalg.cond({}, 1)", "np.linalg.cond({}, 2)", "np.linalg.cond({}, -2)",
    "np.linalg.cond({}, np.inf)",  "np.linalg.qr({})[0]", "np.linalg.qr({}).R", "np.linalg.qr({}, 'r')",
    "np.linalg.qr({}, mode='r')",
    "np.linalg.svd({})[0]", "np.linalg.svd({})[1]", "np.linalg.svd({}).Vh", "np.linalg.svd({}, full_matrices=False).U",
    "np.linalg.svdvals({})", "np.linalg.svd({}, compute_uv=False)", "np.linalg.svd({}, False)[2]",
    "np.linalg.solve({}, {})", "np.linalg.matrix_norm({})", "np.linalg.matrix_norm({}, ord='nuc', keepdims=True)",
    "np.linalg.matrix_norm({}, ord=1)", "np.linalg.matrix_norm({}, ord=-np.inf)", "np.linalg.matrix_norm({}, ord=2)",
    "np.linalg.matrix_norm({}, ord=-2)", "np.linalg.vector_norm({}, axis=(-1, -2))",
)  # fmt: skip
SYMMETRIC = (
    "np.linalg.cholesky({})", "np.linalg.cholesky({}, upper=True)", "np.linalg.eigvalsh({})",
    "np.linalg.eigvalsh({}, UPLO='U')", "np.linalg.eigh({})[0]", "np.linalg.eigh({}).eigenvectors",
    "np.linalg.eigh({}, 'U')[1]",  "np.linalg.cond({}, 'fro')", "np.linalg.cond({}, 'nuc')",
)  # fmt: skip
TRIANGLE = (
    "np.linalg.eigvalsh({})", "np.linalg.eigvalsh({}, 'U')", "np.linalg.eigh({})[1]", "np.linalg.eigh({}, UPLO='U')[1]",
    "np.tril({})", "np.triu({}, 1)", "np.tril({}, k=-1)",
)  # fmt: skip
OTHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (f"np.linalg.solve({M}, y)", ("3,3", "3")), (f"np.linalg.solve({M}, y)", ("3,3", "3,2")),
    (f"np.linalg.solve({M}, y)", ("2,3,3", "3")), (f"np.linalg.solve({M}, y)", ("2,3,3", "3,2")),
    (f"np.linalg.solve({M}, y)", ("2,3,3", "2,3,2")), (f"np.linalg.solve({M}, y)", ("3,3", "2,3,2")),
    (f"np.linalg.solve({M}, y)", ("1,3,3", "2,3,1")), (f"np.linalg.solve({M}, y)", ("3,3 F", "3,4 S")),
    (f"np.linalg.solve({M}, [1.0, 2.0, y])", ("3,3", "float")), (f"np.linalg.solve({M}, np.arange(3))", ("3,3",)),
    ("np.linalg.solve([[x, 1.0], [2.0, y]], [y, x])", ("float", "float")),
    ("np.linalg.inv([[x, 1.0], [1.0, y + 3]])", ("float", "float")), ("np.linalg.det([[x, y], [y, 2.0]])",
    ("float", "float")),
    ("np.linalg.inv(x)", ("1,1",)), ("np.linalg.det(x)", ("1,1",)), ("np.linalg.det(x)", ("2,2",)),
    ("np.linalg.det(x)", ("2,2 F",)), ("np.linalg.inv(x)", ("2,2 S",)), ("np.linalg.det(x)", ("0,2,2",)),
    ("np.linalg.inv(x)", ("0,2,2",)), ("np.linalg.det(x)", ("0,0",)), ("np.linalg.inv(x)", ("0,0",)),
    *(("np.linalg.pinv(x)", (form,)) for form in ("2,3", "3,2", "2,2,3", "3,1", "1,3")),
    ("np.linalg.pinv(x, 1e-10)", ("2,3",)), ("np.linalg.pinv(x, rtol=1e-10)", ("3,2",)),
    *((f"np.linalg.lstsq(x, y{more})[0]", forms) for more in ("", ", None", ", rcond=1e-10") for forms in (
        ("4,2", "4"), ("4,2", "4,3"), ("2,4", "2"), ("2,4", "2,2"), ("3,3", "3"))),
    ("np.linalg.lstsq(x, y)[1]", ("4,2", "4")), ("np.linalg.lstsq(x, y)[1]", ("4,2", "4,3")),
    ("np.linalg.lstsq(x, y)[3]", ("4,2", "4")), ("np.linalg.lstsq(x, y)[1].sum() + np.linalg.lstsq(x, y)[0]",
    ("3,3", "3")),
    ("np.linalg.lstsq(x, np.ones(4))[0]", ("4,2",)), ("np.linalg.lstsq(np.ones((4, 1)), x)[0]", ("4",)),
    ("np.linalg.tensorinv(x + 3 * np.eye(6).reshape(2, 3, 3, 2))", ("2,3,3,2",)),
    ("np.linalg.tensorinv(x + 3 * np.eye(6).reshape(6, 2, 3), ind=1)", ("6,2,3",)),
    ("np.linalg.tensorsolve(x + 3 * np.eye(6).reshape(2, 3, 6), y)", ("2,3,6", "2,3")),
    ("np.linalg.tensorsolve(x + 3 * np.eye(6).reshape(2, 3, 3, 2), y)", ("2,3,3,2", "2,3")),
    ("np.linalg.tensorsolve(x + 3 * np.eye(4).reshape(2, 2, 2, 2), y, axes=(0, 2))", ("2,2,2,2", "2,2")),
    *(("np.linalg.multi_dot([x, y])", forms) for forms in (("2,3", "3,2"), ("3", "3,2"), ("2,3", "3"), ("3", "3"))),
    *(("np.linalg.multi_dot((x, y, z))", forms) for forms in (
        ("2,3", "3,4", "4,2"), ("3", "3,4", "4,2"), ("2,3", "3,4", "4"), ("3", "3,4", "4"))),
    ("np.linalg.multi_dot([x, y, x, y])", ("2,3", "3,2")), ("np.linalg.multi_dot([x, np.ones((3, 2)), y])",
    ("2,3", "2,2")),
    ("np.linalg.cross(x, y)", ("3", "3")), ("np.linalg.cross(x, y)", ("2,3", "3")), ("np.linalg.cross(x, y)",
    ("3", "2,3")),
    ("np.linalg.cross(x, y, axis=0)", ("3,2", "3,2")), ("np.linalg.cross(x, y)", ("2,1,3", "4,3")),
    ("np.linalg.cross(x, [1.0, 2.0, 3.0])", ("3",)),
    *((text, (form,)) for form in ("4,2", "2,4", "2,4,2", "2,2,4") for text in (
        "np.linalg.qr(x)[0]", "np.linalg.qr(x).R", "np.linalg.qr(x, 'r')", "np.linalg.qr(x).Q @ np.linalg.qr(x).R",
        "np.linalg.svd(x, full_matrices=False)[0]", "np.linalg.svd(x, full_matrices=False).S",
        "np.linalg.svd(x, full_matrices=False).Vh", "np.linalg.svd(x)[1]", "np.linalg.svd(x, compute_uv=False)",
        "np.linalg.svdvals(x)", "np.linalg.cond(x)", "np.linalg.matrix_norm(x, ord=np.inf)",
        "np.linalg.matrix_norm(x, ord='nuc')", "np.linalg.diagonal(x)", "np.linalg.diagonal(x, offset=-1)",
        "np.linalg.trace(x)", "np.linalg.trace(x, offset=1)")),
    ("np.linalg.slogdet(x)[0] * x[0]", ("3,3",)), ("np.linalg.matrix_rank(x) * x", ("3,2",)),
    (f"np.linalg.eigh({S}).eigenvectors * np.linalg.eigh({S}).eigenvalues", ("3,3",)),
    ("np.linalg.qr(x)[0]", ("3,1",)), ("np.linalg.svd(x, False)[0]", ("1,3",)), ("np.linalg.qr(x)[1]", ("4,2 F",)),
    ("np.linalg.svd(x, False)[2]", ("4,2 S",)), ("np.tril(x)", ("3",)), ("np.tril(x)", ("2,3,4",)),
    ("np.triu(x, -1)", ("3,4",)),
)  # fmt: skip
VECTOR_NORMS = ("", ", 1", ", 2", ", np.inf", ", -np.inf", ", 0", ", -1", ", 3", ", 1.5", ", 0.5", ", ord=-2.5", ", 4")
MATRIX_NORMS = ("", ", 'fro'", ", 'nuc'", ", 1", ", -1", ", 2", ", -2", ", np.inf", ", -np.inf")
MATRIX_AXES = (
    ("3,2", ""), ("2,3", ", keepdims=True"), ("3,2", ", axis=(0, 1)"), ("3,2", ", axis=(1, 0)"),
    ("2,3 F", ", axis=(-1, 0)"),
    ("2,3,2", ", axis=(0, 2)"), ("2,3,2", ", axis=(2, 1), keepdims=True"), ("2,3,2", ", axis=(-2, -1)"),
)  # fmt: skip
VECTOR_AXES = (("3", ""), ("3", ", axis=0"), ("3,2", ", axis=1"), ("2,3,2", ", axis=-2, keepdims=True"))


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every case in float64; those of square matrices also stacked, and in float32."""
    for text in SQUARE:
        yield text.replace("{}", M), ("unit 3,3",)
        yield text.replace("{}", M), ("unit 3,3 float32",)
        yield text.replace("{}", M), ("unit 2,3,3",)
    for text in SYMMETRIC:
        yield text.replace("{}", S), ("unit 3,3",)
        yield text.replace("{}", S), ("unit 3,3 float32",)
        yield text.replace("{}", SS), ("unit 2,3,3",)
    for text in TRIANGLE:
        yield text.replace("{}", T), ("unit 3,3",)
    yield "np.linalg.cholesky(x + 3 * np.eye(3))", ("unit 3,3",)
    yield "np.linalg.cholesky(x + 3 * np.eye(3), upper=True)", ("unit 3,3",)
    for text, forms in OTHERS:
        yield text, tuple(f"unit {form}" for form in forms)
    for order in MATRIX_NORMS:
        for form, more in MATRIX_AXES:
            yield f"np.linalg.norm(x{order}{more})", (f"real {form}",)
        yield f"np.linalg.norm(x{order})", ("real 3,2 float32",)
    for order in VECTOR_NORMS:
        for form, more in VECTOR_AXES:
            yield f"np.linalg.norm(x{order}{more})", (f"real {form}",)
            word = order if "ord" in order or not order else f", ord={order[2:]}"
            yield f"np.linalg.vector_norm(x{word}{more})", (f"real {form}",)
        yield f"np.linalg.norm(x{order}, axis=0)", ("real 3,2 float32",)
        word = order and f", ord={order.split('=')[-1].strip(', ')}"
        yield f"np.linalg.vector_norm(x{word}, axis=(0, 2))", ("real 2,3,2",)
    yield "np.linalg.vector_norm(x)", ("real 2,3",)
    yield "np.linalg.vector_norm(x, keepdims=True, ord=1)", ("real 2,3",)
    yield "np.linalg.norm([x, y, 2.0], 3)", ("real float", "real float")
    yield "np.linalg.norm([[x, y], [1.0, 2.0]], 'nuc')", ("real float", "real float")

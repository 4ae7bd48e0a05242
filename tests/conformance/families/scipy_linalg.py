"""Functions of `scipy.linalg`."""

from __future__ import annotations

from collections.abc import Iterator

M = "(x + 3 * np.eye(3))"
S = "(x @ x.T + np.eye(3))"
R = "(x + x.T + 6 * np.eye(3))"
SYSTEMS = (
    f"solve({M}, y)", f"solve({M}, y, transposed=True)", f"solve({M}, y, assume_a='gen')",
    f"solve({S}, y, assume_a='pos')", f"solve({R}, y, assume_a='sym', lower=True)",
    f"solve({S}, y, check_finite=False)",
    f"solve_triangular({M}, y)", f"solve_triangular({M}, y, lower=True)", f"solve_triangular({M}, y, trans=1)",
    f"solve_triangular({M}, y, 'T', True)", f"solve_triangular({M}, y, lower=True, unit_diagonal=True)",
    f"solve_triangular({M}, y, unit_diagonal=True, trans='N')", f"cho_solve(({M}, True), y)",
    f"cho_solve(({M}, False), y)", f"cho_solve(scipy.linalg.cho_factor({S}), y)",
    f"cho_solve(scipy.linalg.cho_factor({S}, lower=True), y, check_finite=False)",
    "solve(np.eye(3) * 2, y) + 0 * np.sum(x)", "solve_banded((1, 1), x + np.array([[0.0], [5.0], [0.0]]), y)",
    "solve_banded((2, 0), x + np.array([[5.0], [0.0], [0.0]]), y)",
    "solve_banded((0, 2), x + np.array([[0.0], [0.0], [5.0]]), y)",
)  # fmt: skip
ONE = (
    f"inv({M})", f"det({M})", "det(x)", "expm(x)", "expm(0.1 * x)", f"sqrtm({S})", f"cholesky({S})",
    f"cholesky({S}, lower=True)", f"cholesky({S}, True)", f"cho_factor({S})[0] * np.triu(np.ones((3, 3)))",
    f"cho_factor({S}, lower=True)[0] * np.tril(np.ones((3, 3)))", "norm(x)", "norm(x, axis=1)", "norm(x, 'fro')",
    "block_diag(x, x)", "block_diag(x, 1.0, x[0])", "block_diag(x[0], [x[0, 0], 2.0], x)", "block_diag(x)",
    f"solve_sylvester({M}, {M}, x)", f"solve_continuous_lyapunov({M}, x)",
    "solve_discrete_lyapunov(0.1 * x, x + np.eye(3))",
    f"inv(scipy.linalg.block_diag({M}, 2.0))", f"det({M}, check_finite=False)",
)  # fmt: skip
TWO = (
    ("block_diag(x, y)", "3,2", "2"), ("block_diag(x, y)", "float", "2,3"), ("block_diag(x, y)", "2 float32", "float"),
    ("block_diag(x, y)", "2,1 float32", "1,2 float32"),
    ("solve_sylvester(x + 3 * np.eye(2), np.eye(3), y)", "2,2", "2,3"),
    ("solve_sylvester(np.eye(2), x + 3 * np.eye(3), y)", "3,3", "2,3"), ("solve(x, y)", "1,1", "1"),
    ("solve([[x, 1.0], [0.5, y + 3]], [y, x])", "float", "float"), ("inv([[x, 1.0], [0.5, y + 3]])", "float", "float"),
    ("det([[x, y], [y, 3.0]])", "float", "float"), ("solve_continuous_lyapunov(x + 3 * np.eye(2), y)", "2,2", "2,2"),
    ("solve_discrete_lyapunov(0.2 * x, y)", "2,2", "2,2"),
)  # fmt: skip
RANK_NEEDED = {"scipy.linalg.norm(x, 'fro')"}


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of this family."""
    for system in SYSTEMS:
        for right in ("3", "3,2"):
            yield f"scipy.linalg.{system}", ("real 3,3", f"real {right}")
        yield f"scipy.linalg.{system}", ("real 3,3 F", "real 3,4 S")
        yield f"scipy.linalg.{system}", ("real 3,3 float32", "real 3 float32")
    for expression in ONE:
        for form in ("3,3", "3,3 F", "3,3 float32"):
            yield f"scipy.linalg.{expression}", (f"real {form}",)
    for expression, first, second in TWO:
        yield f"scipy.linalg.{expression}", (f"real {first}", f"real {second}")

"""Rows in half precision: NumPy computes in it wherever it has no library behind, and gradients are of it too."""

from __future__ import annotations

from collections.abc import Iterator

RANK_NEEDED: set[str] = set()

_REDUCTIONS = (
    "np.sum(x{})", "np.mean(x{})", "np.max(x{})", "np.min(x{})", "np.prod(x{})", "np.cumsum(x{})", "np.cumprod(x{})",
    "np.std(x{})", "np.var(x{})", "np.median(x{})", "np.ptp(x{})", "np.nansum(x{})", "np.nanmean(x{})",
    "np.nanmax(x{})", "np.nanvar(x{})", "np.average(x{})", "np.quantile(x, 0.3{})", "np.logaddexp.reduce(x{})",
    "np.hypot.reduce(x{})", "np.maximum.accumulate(x{})", "np.diff(x{})", "np.sort(x{})", "np.trapezoid(x{})",
)  # fmt: skip
_SHAPED = (
    "x.T", "np.reshape(x, -1)", "np.ravel(x)", "np.concatenate((x, 2 * x))", "np.stack((x, x))", "x[[0, 2, 0]]",
    "x[x > 0]", "x[:, ::-1]", "np.broadcast_to(x, (2, 3, 2))", "np.repeat(x, 2, axis=0)", "np.tile(x, 2)",
    "np.roll(x, 1)", "np.flip(x)", "np.pad(x, 1)", "np.take(x, [0, 2, 0], axis=0)", "np.where(x > 0, x, 0.1 * x)",
    "np.take_along_axis(x, np.array([[0, 1, 0]]), 1)", "np.diag(x[0])", "np.trace(x)", "np.tril(x)", "np.kron(x, x)",
    "np.outer(x, x)", "np.insert(x, 1, x[0], axis=0)", "np.delete(x, 1, axis=0)", "np.append(x, x)",
    "x.astype(np.float64) * x", "x.astype(np.float32)", "x * np.float32(2)", "x * 2.5", "np.asarray(x, dtype=float)",
    "x[0, 0].item() * 2", "np.array([x[0, 0], 1.0])", "np.full(3, x[0, 0])", "np.zeros_like(x) + x", "np.eye(3) @ x",
    "np.linspace(x[0, 0], x[1, 0], 4)", "np.rot90(x)", "np.squeeze(x[None])", "np.swapaxes(x, 0, 1)",
    "np.split(x, 3)[1]",
)  # fmt: skip
_PRODUCTS = ("x @ y", "np.dot(x, y)", "np.matmul(x, y)", "np.einsum('ij,jk->ik', x, y)", "np.tensordot(x, y, 1)",
             "np.inner(x, y.T)", "np.vdot(x, y.T)", "np.kron(x, y)")  # fmt: skip
_ROWS = ("np.convolve(x, y)", "np.correlate(x, y)", "np.outer(x, y)", "np.interp(x, np.arange(3), y)",
         "np.cross(x, y)", "np.polyval(x, y)")  # fmt: skip


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Programs and the forms of their arguments."""
    from tests.conformance.table import BINARY, UNARY

    for domain, expressions in UNARY.items():
        for expression in expressions:
            yield expression, (f"{domain} 3 float16",)
    for (left, right), expressions in BINARY.items():
        for expression in expressions:
            yield expression, (f"{left} 3,2 float16", f"{right} 2 float16")
            yield expression, (f"{left} 3 float16", f"{right} 3 float32")
            yield expression, (f"{left} scalar float16", f"{right} float")
    for reduction in _REDUCTIONS:
        for keywords in ("", ", axis=0"):
            yield reduction.format(keywords), ("real 3,2 float16",)
    for expression in _SHAPED:
        yield expression, ("real 3,2 float16",)
    for expression in _PRODUCTS:
        yield expression, ("real 3,2 float16", "real 2,3 float16")
        yield expression, ("real 3,2 float16", "real 2,3 float32")
    for expression in _ROWS:
        yield expression, ("real 3 float16", "real 3 float16")

"""SciPy at its edges: kinks, supports, masks, what is refused and why, when the tables are read, what is saved."""

from __future__ import annotations

import importlib
import math
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import MissingRuleError, UnsupportedError
from tests.conformance.programs import NAMES, program
from tests.conformance.test_conventions import gradients

scipy: Any = pytest.importorskip("scipy")
for _name in ("linalg", "sparse", "spatial.distance", "special", "stats"):
    importlib.import_module(f"scipy.{_name}")

INF = math.inf
Row = tuple[str, tuple[Any, ...], tuple[Any, ...]]


def a(*numbers: Any) -> np.ndarray:
    """An array."""
    return np.array(numbers, dtype=float)


SPECIAL: tuple[Row, ...] = (
    ("scipy.special.expit(x)", (0.0,), (0.25,)),
    ("np.sum(scipy.special.expit(x))", (a(-1000, 0, 1000),), (a(0, 0.25, 0),)),
    ("np.sum(scipy.special.log_expit(x))", (a(-1000, 0, 1000),), (a(1, 0.5, 0),)),
    ("scipy.special.logsumexp(x)", (a(1000, 1000),), (a(0.5, 0.5),)),
    ("scipy.special.logsumexp(x)", (a(-INF, 0),), (a(0, 1),)),
    ("scipy.special.logsumexp(x)", (a(-INF, -INF),), (a(0, 0),)),
    ("scipy.special.logsumexp(x, b=y)", (a(0, 0), a(1, 0)), (a(1, 0), a(1, 1))),
    ("scipy.special.xlogy(x, y)", (0.0, 2.0), (math.log(2), 0.0)),
    ("scipy.special.xlogy(2.0, x)", (4.0,), (0.5,)),
    ("scipy.special.xlogy(0.0, x)", (0.0,), (0.0,)),
    ("scipy.special.xlog1py(0.0, x)", (-1.0,), (0.0,)),
    ("np.sum(scipy.special.rel_entr(0.0, x))", (a(0, 2),), (a(0, 0),)),
    ("scipy.special.kl_div(x, y)", (2.0, 2.0), (0.0, 0.0)),
    ("scipy.special.entr(x)", (1.0,), (-1.0,)),
    ("scipy.special.entr(x)", (0.0,), (INF,)),
    ("scipy.special.exprel(x)", (0.0,), (0.5,)),
    ("scipy.special.cosm1(x)", (0.0,), (0.0,)),
    ("scipy.special.i0e(x)", (0.0,), (0.0,)),
    ("scipy.special.i1e(x)", (0.0,), (0.5,)),
    ("scipy.special.j1(x)", (0.0,), (0.5,)),
    ("scipy.special.jv(0, x)", (0.0,), (0.0,)),
    ("np.sum(scipy.special.huber(1.0, x))", (a(-3, -1, 0, 0.5, 3),), (a(-1, -1, 0, 0.5, 1),)),
    ("scipy.special.huber(x, y)", (1.0, 1.0), (0.0, 1.0)),
    ("scipy.special.pseudo_huber(1.0, x)", (0.0,), (0.0,)),
    ("scipy.special.psi(x)", (1.0,), (math.pi**2 / 6,)),
    ("scipy.special.psi(x)", (-0.5,), (math.pi**2 / 2 + 4,)),
    ("scipy.special.erfinv(x)", (0.0,), (math.sqrt(math.pi) / 2,)),
    ("scipy.special.ndtri(x)", (0.5,), (math.sqrt(2 * math.pi),)),
    ("scipy.special.log_ndtr(x)", (0.0,), (math.sqrt(2 / math.pi),)),
    ("scipy.special.radian(x, y, 0.0)", (1.0, 1.0), (math.pi / 180, math.pi / 10800)),
)
SUPPORTS: tuple[Row, ...] = (
    ("np.sum(scipy.stats.expon.logpdf(x)[1:])", (a(-1, 0.5, 2),), (a(0, -1, -1),)),
    ("np.sum(scipy.stats.expon.pdf(x))", (a(-1, 0),), (a(0, -1),)),
    ("np.sum(scipy.stats.uniform.pdf(x, y, 2.0))", (a(-1, 1), 0.0), (a(0, 0), 0.0)),
    ("np.sum(scipy.stats.uniform.pdf(0.5, 0.0, x))", (a(1, 2),), (a(-1, -0.25),)),
    ("np.sum(scipy.stats.gamma.pdf(x, 1.0))", (a(-1, 0),), (a(0, -1),)),
    ("np.sum(scipy.stats.gamma.logpdf(x, 3.0))", (a(1, 2),), (a(1, 0),)),
    ("scipy.stats.gamma.logpdf(x, 3.0)", (-1.0,), (0.0,)),
    ("scipy.stats.beta.logpdf(x, 2.0, 2.0)", (1.5,), (0.0,)),
    ("scipy.stats.beta.logpdf(x, 1.0, 3.0)", (0.0,), (-2.0,)),
    ("scipy.stats.lognorm.logpdf(x, 1.0)", (1.0,), (-1.0,)),
    ("scipy.stats.lognorm.logpdf(x, y)", (-1.0, 1.0), (0.0, 0.0)),
    ("scipy.stats.weibull_min.logpdf(x, 1.0)", (0.0,), (-1.0,)),
    ("scipy.stats.chi2.logpdf(x, 2.0)", (0.0,), (-0.5,)),
    ("np.sum(scipy.stats.laplace.logpdf(x))", (a(-1, 0, 2),), (a(1, 0, -1),)),
    ("np.sum(scipy.stats.uniform.cdf(x))", (a(-1, 0.5, 2),), (a(0, 1, 0),)),
    ("scipy.stats.expon.logcdf(x)", (-1.0,), (0.0,)),
    ("scipy.stats.norm.logpdf(x, y, z)", (2.0, 1.0, 2.0), (-0.25, 0.25, -0.375)),
    ("scipy.stats.norm.logcdf(x)", (-1e8,), (1e8,)),
    ("scipy.stats.norm.logsf(x)", (1e8,), (-1e8,)),
    ("scipy.stats.poisson.logpmf(0, x)", (0.0,), (-1.0,)),
    ("scipy.stats.poisson.pmf(1, x)", (0.0,), (1.0,)),
    ("scipy.stats.poisson.logpmf(-1, x)", (2.0,), (0.0,)),
    ("scipy.stats.poisson.logpmf(1.5, x)", (2.0,), (0.0,)),
    ("scipy.stats.bernoulli.logpmf(0, x)", (0.0,), (-1.0,)),
    ("scipy.stats.bernoulli.logpmf(1, x)", (1.0,), (1.0,)),
    ("scipy.stats.bernoulli.logsf(1, x)", (0.5,), (0.0,)),
    ("scipy.stats.binom.logpmf(3, 3, x)", (1.0,), (3.0,)),
    ("scipy.stats.binom.pmf(0, 3, x)", (0.0,), (-3.0,)),
)
MATRICES: tuple[Row, ...] = (
    ("scipy.linalg.det(x)", (np.zeros((2, 2)),), (np.zeros((2, 2)),)),
    ("scipy.linalg.det(x)", (np.diag(a(1, 2, 0)),), (np.diag(a(0, 0, 2)),)),
    ("scipy.linalg.norm(x)", (np.zeros((2, 2)),), (np.zeros((2, 2)),)),
    ("scipy.linalg.expm(x)[0, 1]", (np.zeros((2, 2)),), (np.array([[0.0, 1.0], [0.0, 0.0]]),)),
    ("scipy.linalg.solve_triangular(x, y)[0]", (np.array([[2.0, 0.0], [7.0, 1.0]]), a(2, 4)),
     (np.array([[-0.5, -2.0], [0.0, 0.0]]), a(0.5, 0))),
    ("scipy.linalg.solve(x, y)[0]", (np.eye(1) * 2, a(3)), (np.eye(1) * -0.75, a(0.5))),
    ("np.sum(scipy.spatial.distance.cdist(x, y))", (np.zeros((1, 2)), a([0, 0], [3, 4])),
     (a([-0.6, -0.8]), a([0, 0], [0.6, 0.8]))),
    ("np.sum(scipy.spatial.distance.pdist(x))", (np.ones((2, 2)),), (np.zeros((2, 2)),)),
    ("scipy.spatial.distance.euclidean(x, x)", (a(1, 2),), (a(0, 0),)),
)  # fmt: skip
STRONG_ZEROS: tuple[Row, ...] = (
    ("np.sum(np.where(x > 0, scipy.special.gammaln(x), 0.0))", (a(0, 1),), (a(0, -np.euler_gamma),)),
    ("np.sum(np.where(x > 0, scipy.special.logit(x), 0.0))", (a(0, 0.5),), (a(0, 4),)),
    ("np.sum(np.where(x < 1, scipy.special.erfinv(x), 0.0))", (a(0, 1),), (a(math.sqrt(math.pi) / 2, 0),)),
    ("np.sum(np.where(x > 0, scipy.special.entr(x), 0.0))", (a(0, 1),), (a(0, -1),)),
    ("np.sum(np.where(x > 0, scipy.special.k0(x), 0.0))", (a(0, INF),), (a(0, 0),)),
    ("np.sum(np.where(x > 0, scipy.stats.gamma.logpdf(x, 3.0), 0.0))", (a(-1, 1),), (a(0, 1),)),
)
GENERIC_REFUSED = {"scipy.spatial.distance.euclidean(x, x)"}
CASES = [pytest.param(*row, id=f"{row[0]} at {row[1]}") for row in (*SPECIAL, *SUPPORTS, *MATRICES, *STRONG_ZEROS)]


@pytest.mark.parametrize("way", ["specialised", "generic"])
@pytest.mark.parametrize(("expression", "args", "expected"), CASES)
def test_a_convention(expression: str, args: tuple[Any, ...], expected: tuple[Any, ...], way: str) -> None:
    for name, part, wanted in zip(NAMES, gradients(expression, args, way), expected, strict=False):
        assert np.shape(part) == np.shape(wanted)
        np.testing.assert_allclose(part, wanted, rtol=1e-10, atol=1e-15, err_msg=name)


# Refusals -------------------------------------------------------------------------------------------------------------

HELD = (
    ("scipy.special.jv(x, 2.0)", "the order `v` of scipy.special.jv"),
    ("scipy.special.kv(x, 2.0)", "the order `v` of scipy.special.kv"),
    ("scipy.special.polygamma(x, 2.0)", "the order `n` of scipy.special.polygamma"),
    ("scipy.special.gammainc(x, 2.0)", "the parameter `a` of scipy.special.gammainc"),
    ("scipy.special.betainc(1.5, x, 0.5)", "the parameter `b` of scipy.special.betainc"),
    ("scipy.special.comb(x, 2.0)", "the count `N` of scipy.special.comb"),
    ("scipy.special.factorial(x)", "the count `n` of scipy.special.factorial"),
    ("scipy.stats.t.cdf(1.0, x)", "the shape `df` of scipy.stats.t.cdf"),
    ("scipy.stats.gamma.logsf(1.0, a=x)", "the shape `a` of scipy.stats.gamma.logsf"),
    ("scipy.stats.beta.ppf(0.5, 1.5, x)", "the shape `b` of scipy.stats.beta.ppf"),
    ("scipy.stats.poisson.logpmf(x, 1.0)", "the count `k` of scipy.stats.poisson.logpmf"),
    ("scipy.stats.binom.pmf(2, x, 0.5)", "the count `n` of scipy.stats.binom.pmf"),
)


@pytest.mark.parametrize(("expression", "words"), HELD)
def test_an_argument_without_derivative_is_named(expression: str, words: str) -> None:
    with pytest.raises(MissingRuleError) as caught:
        sourcead.grad(program(expression, 1, None)).specialize(1.5, None)
    text = str(caught.value)
    assert f"differentiating with respect to {words} is not supported" in text
    assert "2 |" in text and "help: hold it fixed" in text


REFUSED = (
    ("scipy.special.logsumexp(x, return_sign=True)[0]", "with `return_sign=` is not differentiated"),
    ("np.sum(scipy.special.expit(x, dtype=np.float64))", "with `dtype=` is not differentiated"),
    ("np.sum(scipy.linalg.solve(x, np.ones(2), assume_a='diagonal'))", "assume_a='diagonal'"),
    ("np.sum(scipy.linalg.solve(x, np.ones(2), overwrite_a=True))", "with `overwrite_a=` is not differentiated"),
    ("np.sum(scipy.linalg.inv(x[None]))", "is covered where the matrix has two axes"),
    ("np.sum(scipy.spatial.distance.cdist(x, x, 'chebyshev'))", "metric='chebyshev'; covered: euclidean"),
    ("np.sum(scipy.spatial.distance.pdist(x, w=np.ones(2)))", "with `w=` is not differentiated"),
    ("np.sum(scipy.stats.multivariate_normal.logpdf(x, np.zeros(2), 2.0))", "covered where `cov` is a matrix"),
    ("np.sum(scipy.special.struve(1.0, x))", "no derivative rule for scipy.special.struve"),
)


@pytest.mark.parametrize(("expression", "words"), REFUSED)
def test_what_is_not_covered_is_refused(expression: str, words: str) -> None:
    with pytest.raises((UnsupportedError, MissingRuleError)) as caught:
        sourcead.grad(program(expression, 1, None)).specialize(np.eye(2), None)
    assert words in str(caught.value) and "2 |" in str(caught.value)


def test_complex_arguments_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="of complex numbers is not differentiated"):
        sourcead.grad(lambda x: np.abs(scipy.special.gamma(x * 1j))).specialize(1.5)


def test_a_rule_of_ones_own_has_what_is_held() -> None:
    code = """
        import linecache, scipy.special, sourcead
        text = "def rule(g, y, v, x):\\n    return g * 7.0, g * 3.0\\n"
        linecache.cache["<rule>"] = (len(text), None, text.splitlines(True), "<rule>")
        exec(compile(text, "<rule>", "exec"))
        sourcead.adjoint(scipy.special.jv)(rule)
        assert sourcead.grad(scipy.special.jv)(1.5, 2.0) == 7.0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


# Sparse matrices ------------------------------------------------------------------------------------------------------

DENSE = np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0]])
W2, W3 = a(1, 2), a(1, 2, 4)


@pytest.mark.parametrize("form", ["csr_array", "csc_array", "coo_array", "csr_matrix", "csc_matrix"])
def test_products_with_sparse_matrices(form: str) -> None:
    S = getattr(scipy.sparse, form)(DENSE)
    x, y = a(1, 2, 3), a(4, 5)
    for f, v, expected in (
        (lambda v: np.sum(W2 * (S @ v)), x, DENSE.T @ W2),
        (lambda v: np.sum(W3 * (v @ S)), y, DENSE @ W3),
        (lambda v: np.sum(W2 * S.dot(v)), x, DENSE.T @ W2),
        (lambda v: np.sum((S.T @ v) ** 2), y, 2 * DENSE @ DENSE.T @ y),
        (lambda v: np.sum((S @ np.outer(v, v)) ** 2), x, None),
    ):
        d = sourcead.grad(f)
        expected = 2 * ((DENSE.T @ DENSE @ np.outer(x, x)) + (DENSE.T @ DENSE @ np.outer(x, x)).T) @ x if (
            expected is None
        ) else expected
        np.testing.assert_allclose(d(v), expected, rtol=1e-12)
        np.testing.assert_allclose(d._generic_bound().fn(v), expected, rtol=1e-12)
    passed = sourcead.grad(lambda S, v: np.sum(W2 * (S @ v)), 1)
    np.testing.assert_allclose(passed(S, x), DENSE.T @ W2, rtol=1e-12)
    assert "S.T @ " in passed.specialize(S, x).source
    single = sourcead.grad(lambda v: np.sum(S @ v))(x.astype(np.float32))
    assert single.dtype == np.float32


def test_other_operators_of_sparse_matrices_are_refused() -> None:
    S = scipy.sparse.csr_matrix(DENSE)
    with pytest.raises(UnsupportedError, match="only products `@` are"):
        sourcead.grad(lambda v: np.sum(S * v))(a(1, 2, 3))


# Texts, saving, laziness ----------------------------------------------------------------------------------------------


def text_of(expression: str, *args: Any) -> str:
    """The gradient's source without what stands before its body."""
    source = sourcead.grad(program(expression, len(args), None), style="plain").specialize(*args, None).source
    return source.split("do not edit.")[1]


@pytest.mark.parametrize(
    ("expression", "args", "line"),
    [
        ("np.sum(scipy.special.gammaln(x))", (a(1, 2),), "dx = scipy.special.psi(x)"),
        ("np.sum(scipy.special.log_expit(x))", (a(1, 2),), "dx = scipy.special.expit(-x)"),
        ("np.sum(scipy.stats.norm.logpdf(x))", (a(1, 2),), "dx = -x"),
        ("np.sum(scipy.stats.norm.cdf(x))", (a(1, 2),), "dx = scipy.stats.norm.pdf(x)"),
        ("np.sum(scipy.linalg.inv(x))", (np.eye(2),), ".T @ "),
        ("np.sum(scipy.signal.convolve(x, y))", (a(1, 2), a(1)), 'scipy.signal.correlate(g, y, mode="valid")'),
    ],
)
@pytest.mark.optimised
def test_the_text_is_that_of_the_formula(expression: str, args: tuple[Any, ...], line: str) -> None:
    text = text_of(expression, *args)
    assert line in text and "import" not in text


def saved(x: Any, loc: Any) -> Any:
    return np.sum(scipy.stats.norm.logpdf(x, loc) * scipy.special.expit(x))


def test_a_saved_module_imports_what_it_uses(tmp_path: Path) -> None:
    path = tmp_path / "gradient.py"
    sourcead.grad(saved).specialize(a(1, 2), 0.5).save(path)
    text = path.read_text()
    assert "import scipy.special\n" in text and "import scipy.stats\n" in text and "scipy.linalg" not in text
    code = "import gradient, numpy as np; print(gradient.saved_grad(np.array([1.0, 2.0]), 0.5).tolist())"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    np.testing.assert_allclose(eval(done.stdout), sourcead.grad(saved)(a(1, 2), 0.5))


def test_the_tables_are_read_when_scipy_is_there() -> None:
    code = """
        import sys, numpy as np, sourcead
        sourcead.grad(np.sin)(0.5)
        assert not any(name.startswith("scipy") for name in sys.modules)
        import scipy.special
        sourcead.grad(np.sin)(0.5)
        assert abs(sourcead.grad(scipy.special.gammaln)(1.0) + np.euler_gamma) < 1e-12
        assert "sourcead.primitives.scipy.special" in sys.modules
        assert "sourcead.primitives.scipy.stats" not in sys.modules and "scipy.stats" not in sys.modules
        import scipy.stats
        assert sourcead.grad(scipy.stats.norm.logpdf)(1.0) == -1.0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)

"""Rules of SciPy's functions, called as plain functions: against central differences."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from sourcead.primitives.registry import all_primitives, entry_of
from sourcead.rules.registry import adjoint_rule
from tests import kit
from tests.rules.rulekit import check

scipy: Any = pytest.importorskip("scipy")
for _name in ("linalg", "signal", "spatial.distance", "special", "stats"):
    importlib.import_module(f"scipy.{_name}")

X, Y = np.array([0.3, 0.6, 0.85]), np.array([0.7, 1.2, 0.4])
MATRIX = np.array([[2.1, 0.3, 0.7], [0.4, 2.5, 0.2], [0.6, 0.9, 2.9]])


def of(name: str) -> Any:
    """The function of this name in SciPy."""
    found = scipy
    for part in name.split("."):
        found = getattr(found, part)
    return found


def held(target: Callable[..., Any], args: tuple[Any, ...], only: tuple[int, ...], **static: Any) -> None:
    """Compare the cotangents of some arguments; the others are held."""
    rule = adjoint_rule(target)
    assert rule is not None
    y = target(*args, **static)
    g = kit.random_like(y)
    found = rule(g, y, *args, **static)
    found = found if isinstance(found, tuple) else (found,)
    for k in only:
        expected = kit.central_differences(partial(target, **static), args, k, g)
        kit.assert_trees_close(kit.unbroadcast(found[k], args[k]), expected, 1e-5, 1e-7, f"{target} argument {k}")


UNARY = (
    "expit", "logit", "log_expit", "exp2", "exp10", "expm1", "log1p", "cbrt", "cosm1", "exprel", "exp1", "expi",
    "sindg", "cosdg", "gammaln", "loggamma", "gamma", "psi", "erf", "erfc", "erfi", "erfcx", "dawsn", "erfinv",
    "erfcinv", "ndtr", "log_ndtr", "ndtri", "entr", "j0", "j1", "y0", "y1", "i0", "i1", "i0e", "i1e", "k0", "k1",
    "k0e", "k1e", "softmax", "log_softmax",
)  # fmt: skip
BINARY = ("beta", "betaln", "xlogy", "xlog1py", "rel_entr", "kl_div", "huber", "pseudo_huber", "binom")
LAST = ("jv", "yv", "iv", "ive", "kv", "kve", "gammainc", "gammaincc", "gammaincinv")


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_argument(name: str) -> None:
    check(of(f"special.{name}"), (X,), rtol=1e-5)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_arguments(name: str) -> None:
    check(of(f"special.{name}"), (X + 0.2, Y), rtol=1e-5)


@pytest.mark.parametrize("name", LAST)
def test_functions_whose_first_argument_is_held(name: str) -> None:
    held(of(f"special.{name}"), (1.5, X), (1,))


@pytest.mark.parametrize(
    ("name", "args", "only", "static"),
    [
        ("special.polygamma", (1, X), (1,), {}),
        ("special.yn", (2, X), (1,), {}),
        ("special.kn", (0, X), (1,), {}),
        ("special.zeta", (2.5, X), (1,), {}),
        ("special.hyp1f1", (1.5, 2.5, X), (2,), {}),
        ("special.betainc", (1.5, 2.5, X), (2,), {}),
        ("special.betaincinv", (1.5, 2.5, X), (2,), {}),
        ("special.radian", (X, Y, X), (0, 1, 2), {}),
        ("special.multigammaln", (X + 2,), (0,), {"d": 3}),
        ("special.logsumexp", (MATRIX,), (0,), {"axis": 1}),
        ("special.logsumexp", (MATRIX,), (0,), {"axis": (0, 1), "keepdims": True}),
        ("linalg.solve", (MATRIX, X), (0, 1), {}),
        ("linalg.solve", (MATRIX, MATRIX), (0, 1), {"transposed": True}),
        ("linalg.solve_triangular", (MATRIX, X), (0, 1), {"lower": True, "unit_diagonal": True}),
        ("linalg.solve_triangular", (MATRIX, MATRIX), (0, 1), {"trans": "T"}),
        ("linalg.solve_sylvester", (MATRIX, MATRIX, MATRIX), (0, 1, 2), {}),
        ("linalg.solve_continuous_lyapunov", (MATRIX, MATRIX), (0, 1), {}),
        ("linalg.solve_discrete_lyapunov", (MATRIX / 9, MATRIX), (0, 1), {}),
        ("linalg.inv", (MATRIX,), (0,), {}),
        ("linalg.det", (MATRIX,), (0,), {}),
        ("linalg.expm", (MATRIX / 3,), (0,), {}),
        ("linalg.sqrtm", (MATRIX,), (0,), {}),
        ("linalg.norm", (MATRIX,), (0,), {}),
        ("linalg.block_diag", (MATRIX, X, np.array(2.0)), (0, 1, 2), {}),
        ("spatial.distance.cdist", (MATRIX, MATRIX[:2] - 1), (0, 1), {"metric": "cosine"}),
        ("spatial.distance.cdist", (MATRIX, MATRIX[:2] - 1), (0, 1), {"metric": "cityblock"}),
        ("spatial.distance.cdist", (MATRIX, MATRIX[:2] - 1), (0, 1), {}),
        ("spatial.distance.pdist", (MATRIX,), (0,), {"metric": "sqeuclidean"}),
        ("spatial.distance.pdist", (MATRIX,), (0,), {"metric": "cosine"}),
        ("spatial.distance.squareform", (X,), (0,), {}),
        ("spatial.distance.euclidean", (X, Y), (0, 1), {}),
        ("spatial.distance.cosine", (X, Y), (0, 1), {}),
        ("signal.convolve", (X, Y[:2]), (0, 1), {"mode": "same"}),
        ("signal.correlate", (X, Y[:2]), (0, 1), {"mode": "valid"}),
        ("signal.fftconvolve", (MATRIX, MATRIX[:2]), (0, 1), {}),
        ("signal.correlate2d", (MATRIX, MATRIX[:2, :2]), (0, 1), {"mode": "same"}),
    ],
)
def test_functions_with_keywords(name: str, args: tuple[Any, ...], only: tuple[int, ...], static: Any) -> None:
    held(of(name), args, only, **static)


DISTRIBUTIONS = {
    "norm": (), "laplace": (), "logistic": (), "cauchy": (), "gumbel_r": (), "gumbel_l": (), "expon": (),
    "uniform": (), "t": (3.5,), "gamma": (2.5,), "chi2": (4.5,), "lognorm": (0.8,), "weibull_min": (1.7,),
    "beta": (2.5, 1.5),
}  # fmt: skip


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions(name: str) -> None:
    shapes = DISTRIBUTIONS[name]
    rest = tuple(range(1 + len(shapes), 3 + len(shapes)))
    for method in ("logpdf", "pdf"):
        held(of(f"stats.{name}.{method}"), (X, *shapes, -0.1, 1.3), tuple(range(3 + len(shapes))))
    for method in ("cdf", "logcdf", "sf", "logsf", "ppf", "isf"):
        held(of(f"stats.{name}.{method}"), (X, *shapes, -0.1, 1.3), (0, *rest))
    held(of(f"stats.{name}.logpdf"), (X, *shapes), (0,))


@pytest.mark.parametrize("method", ["logpmf", "pmf", "cdf", "logcdf", "sf", "logsf"])
def test_counts(method: str) -> None:
    held(of(f"stats.poisson.{method}"), (np.arange(4), 1.7), (1,))
    held(of(f"stats.binom.{method}"), (np.arange(4), 5, 0.3), (2,))
    held(of(f"stats.bernoulli.{method}"), (np.array([0, 0]), 0.3), (1,))


def test_every_function_in_the_tables_has_a_rule() -> None:
    assert entry_of(scipy.special.expit) is not None and adjoint_rule(scipy.special.expit) is not None
    mine = [p for p in all_primitives() if p.name.startswith("scipy.")]
    assert len(mine) > 200
    assert not [p for p in mine if p.differentiable and adjoint_rule(p.target) is None]

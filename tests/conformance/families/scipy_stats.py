"""Distributions of `scipy.stats`."""

from __future__ import annotations

from collections.abc import Iterator

WHOLE_LINE = ("norm", "laplace", "logistic", "cauchy", "gumbel_r", "gumbel_l")
FORMS = ("float", "0d", "3", "3 float32")
METHODS = ("logpdf", "pdf", "logcdf", "cdf", "logsf", "sf")
SHAPES = {"t": "y + 2", "gamma": "y + 1", "chi2": "y + 3", "lognorm": "y", "weibull_min": "y + 1"}
FIXED = {"t": "3.5", "gamma": "2.5", "chi2": "4.0", "lognorm": "0.8", "weibull_min": "1.7", "beta": "2.5, 1.5",
         "expon": "", "uniform": ""}  # fmt: skip
COUNTS = (
    "poisson.{}(2, x)", "poisson.{}(np.arange(3), x)", "poisson.{}(3, x, loc=1)", "bernoulli.{}(0, x / 3)",
    "bernoulli.{}(np.array([0, 0]), x / 3)", "binom.{}(2, 5, x / 3)", "binom.{}(np.arange(3), 4, x / 3, 0)",
)  # fmt: skip
MORE = (
    ("scipy.stats.norm.logpdf(x, y)", "real 3,1", "real 2"), ("scipy.stats.norm.logpdf(x, y)", "real float", "real 3"),
    ("scipy.stats.norm.logpdf(x, loc=y)", "real 3 float32", "real 3 float32"),
    ("scipy.stats.norm.logpdf(x, scale=y)", "real 3,2", "positive 2"),
    ("scipy.stats.norm.logpdf([x, y])", "real float", "real float"),
    ("scipy.stats.norm.logpdf(0.5, x, y)", "real 3", "positive float"),
    ("scipy.stats.gamma.logpdf(x, scale=y, a=2.0)", "positive 3", "positive 3"),
    ("scipy.stats.beta.logpdf(0.3, x, y)", "positive 3", "positive float"),
    ("scipy.stats.beta.pdf(0.3, x, y)", "positive float", "positive float"),
    ("scipy.stats.uniform.logpdf(0.5, -3 + 0 * x, 9 + y)", "real 3", "positive float"),
    ("scipy.stats.dirichlet.logpdf(x / np.sum(x), y)", "positive 3", "positive 3"),
    ("scipy.stats.dirichlet.pdf(x / np.sum(x), y)", "positive 3", "positive 3"),
    ("scipy.stats.dirichlet.logpdf(x / np.sum(x, axis=0), y)", "positive 3,2", "positive 3"),
    ("scipy.stats.dirichlet.logpdf(x / 10, y)", "positive 2", "positive 3"),
    ("scipy.stats.dirichlet.logpdf(x / 20, y)", "positive 2,3", "positive 3"),
    ("scipy.stats.dirichlet.logpdf(x / 20, y)", "positive 1", "positive 2"),
)  # fmt: skip
NORMAL = (
    ("{}(x, cov=np.eye(2))", "real 2", None), ("{}(x, np.ones(2), np.eye(2))", "real 3,2", None),
    ("{}(x, cov=np.eye(2) + 0.5)", "real 1,2", None),
    ("{}(x, y, np.eye(2) + 0.5)", "real 3,2", "real 2"), ("{}(x, mean=y, cov=np.eye(2))", "real 2", "real 2"),
    ("{}(np.ones(2), x, np.eye(2) + y @ y.T)", "real 2", "real 2,2"),
    ("{}(x, np.zeros(2), np.eye(2) + y @ y.T)", "real 3,2", "real 2,2"),
    ("{}(x, cov=np.eye(2) + y @ y.T)", "real 3,2 float32", "real 2,2 float32"),
)  # fmt: skip
RANK_NEEDED = {"scipy.stats.multivariate_normal." + e.format(m) for e, *_ in NORMAL for m in ("logpdf", "pdf")}


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of this family."""
    for name in WHOLE_LINE:
        for method in METHODS:
            for form in FORMS if name == "norm" else ("3",):
                yield f"scipy.stats.{name}.{method}(x)", (f"real {form}",)
            yield f"scipy.stats.{name}.{method}(x, y, scale=z)", ("real 3", "real float", "positive 3")
        for method in ("ppf", "isf"):
            yield f"scipy.stats.{name}.{method}(0.5 + 0.4 * x, y, z)", ("unit 3", "real float", "positive 3")
    for name, shape in SHAPES.items():
        for method in ("logpdf", "pdf"):
            yield f"scipy.stats.{name}.{method}(x, {shape})", ("positive 3", "positive float")
            yield f"scipy.stats.{name}.{method}(x, {shape}, -0.1, z)", ("positive 3", "positive 3", "positive float")
        yield f"scipy.stats.{name}.logpdf(x, {shape})", ("positive float", "positive scalar float32")
    for name, shapes in FIXED.items():
        start = "".join(f"{s}, " for s in ("0.25 * x", shapes) if s)
        for method in METHODS:
            yield f"scipy.stats.{name}.{method}({start[:-2]})", ("positive 3",)
            moved = f"scipy.stats.{name}.{method}({start}loc=y - 1, scale=z + 5)"
            yield moved, ("positive 3", "unit 3", "positive float")
        yield f"scipy.stats.{name}.logcdf({start}scale=y)", ("positive float", "above float")
        for method in ("ppf", "isf"):
            end = f", {shapes}" if shapes else ""
            yield f"scipy.stats.{name}.{method}(0.5 + 0.4 * x{end}, scale=y)", ("unit 3", "positive float")
    for count in COUNTS:
        for method in ("logpmf", "pmf", "logcdf", "cdf", "logsf", "sf"):
            yield "scipy.stats." + count.format(method), ("positive float",)
    yield "scipy.stats.bernoulli.logpmf(1, x / 3)", ("positive 3 float32",)
    yield "scipy.stats.bernoulli.pmf(np.array([0, 1, 0]), x / 3)", ("positive float",)
    for expression, *specs in MORE:
        yield expression, tuple(specs)
    for expression, *given in NORMAL:
        for method in ("logpdf", "pdf"):
            yield "scipy.stats.multivariate_normal." + expression.format(method), tuple(s for s in given if s)

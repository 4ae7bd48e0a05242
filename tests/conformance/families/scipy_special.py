"""Functions of `scipy.special`."""

from __future__ import annotations

from collections.abc import Iterator

RANK_NEEDED: set[str] = set()

FORMS = ("float", "scalar", "0d", "3", "3,2 F", "0", "3 float32", "scalar float32")
FEW = ("float", "0d", "3,2 S", "3 float32")
UNARY = {
    "real": ("expit", "log_expit", "erf", "erfc", "erfcx", "erfi", "dawsn", "expm1", "cosm1", "exprel", "ndtr",
             "log_ndtr", "j0", "j1", "i0", "i0e", "i1", "i1e", "exp2", "exp10", "sindg", "cosdg", "gamma",
             "gammaln", "psi", "digamma"),
    "positive": ("loggamma", "gammaln", "gamma", "psi", "log1p", "entr", "y0", "y1", "k0", "k0e", "k1", "k1e", "cbrt",
                 "exp1", "expi"),
    "unit": ("erfinv",),
}  # fmt: skip
SHIFTED = ("scipy.special.logit(0.5 + 0.4 * x)", "scipy.special.erfcinv(1 + 0.9 * x)",
           "scipy.special.ndtri(0.5 + 0.4 * x)", "scipy.special.gammaincinv(1.5, 0.5 + 0.4 * x)",
           "scipy.special.betainc(1.5, 2.5, 0.5 + 0.4 * x)", "scipy.special.betaincinv(1.5, 2.5, 0.5 + 0.4 * x)")
HELD = {
    "positive": ("jv(0, x)", "jv(2, x)", "jv(1.5, x)", "jn(1, x)", "yn(0, x)", "yn(2, x)", "yv(1.5, x)", "iv(0, x)",
                 "iv(1.5, x)", "ive(2, x)", "ive(0.5, x)", "kv(0, x)", "kv(1.5, x)", "kve(2, x)", "kn(0, x)",
                 "kn(2, x)",
                 "polygamma(0, x)", "polygamma(1, x)", "polygamma(2, x)", "gammainc(1.5, x)", "gammaincc(0.5, x)",
                 "zeta(2.5, x)", "hyp1f1(1.5, 2.5, x)", "multigammaln(1 + x, 2)", "multigammaln(1 + x, d=3)",
                 "binom(x + 3, 2)"),
    "real": ("jv(2, x)", "iv(1, x)", "ive(1, x)", "polygamma(1, x)", "hyp1f1(1, 2, x)", "huber(1.0, x)",
             "pseudo_huber(1.0, x)", "radian(x, 2.0, 3.0)", "radian(1.0, x, 3.0)", "xlogy(x, 2.0)"),
}  # fmt: skip
WHOLE = ("logsumexp(x)", "softmax(x)", "log_softmax(x)")
ALONG = ("logsumexp(x, axis={})", "logsumexp(x, axis={}, keepdims=True)", "logsumexp(x, {}, b=np.abs(x) + 1)",
         "softmax(x, axis={})", "log_softmax(x, {})")  # fmt: skip
AXES = {"3": ("0", "-1"), "3,2": ("0", "1", "(0, 1)"), "3,2 float32": ("1",), "2,3,2": ("1", "(0, -1)"), "1,3": ("0",)}
PAIRS = (("float", "3"), ("3", "3"), ("3,1", "1,2"), ("3,2", "2"), ("3 float32", "3 float32"), ("int", "3"),
         ("3 float32", "float"), ("scalar", "0d"))  # fmt: skip
BINARY = {
    ("positive", "positive"): ("beta(x, y)", "betaln(x, y)", "xlogy(x, y)", "rel_entr(x, y)", "kl_div(x, y)",
                               "huber(x, y)", "pseudo_huber(x, y)", "binom(x + 2, y)"),
    ("real", "positive"): ("xlogy(x, y)", "xlog1py(x, y)", "huber(y, x)", "pseudo_huber(y, x)"),
}  # fmt: skip
TWO = (
    ("logsumexp(x, b=y)", "3", "3"), ("logsumexp(x, b=y)", "3,2", "2"), ("logsumexp(x, axis=0, b=y)", "3,2", "3,1"),
    ("logsumexp(x, b=y)", "2", "3,2"), ("logsumexp(x, axis=1, b=y, keepdims=True)", "3,2", "float"),
    ("logsumexp(x, b=y)", "3 float32", "3 float32"), ("logsumexp([x, y])", "float", "float"),
    ("softmax([x, y])", "float", "float"), ("log_softmax((x, y, 1.0))", "float", "float"),
    ("radian(x, y, 1.0)", "3", "float"), ("logsumexp([[x, y], [y, x]], axis=0)", "float", "float"),
)  # fmt: skip
LARGE = (
    "scipy.special.logsumexp(1000 * x)", "scipy.special.log_expit(-1000 * x)", "scipy.special.log_ndtr(-20 * x)",
)  # fmt: skip


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of this family."""
    for domain, names in UNARY.items():
        for name in names:
            for form in FORMS if name in ("expit", "gammaln", "erf", "logit") else FEW:
                yield f"scipy.special.{name}(x)", (f"{domain} {form}",)
    for expression in SHIFTED:
        for form in FEW:
            yield expression, (f"unit {form}",)
    for domain, expressions in HELD.items():
        for expression in expressions:
            for form in ("float", "0d", "3", "3 float32"):
                yield f"scipy.special.{expression}", (f"{domain} {form}",)
    for expression in WHOLE:
        for form in FORMS[:5] + FORMS[6:]:
            yield f"scipy.special.{expression}", (f"real {form}",)
    for form, axes in AXES.items():
        for axis in axes:
            for expression in ALONG:
                yield "scipy.special." + expression.format(axis), (f"real {form}",)
    for (left, right), expressions in BINARY.items():
        for expression in expressions:
            for first, second in PAIRS:
                if first != "int" or left == "real" or "binom" not in expression:
                    yield f"scipy.special.{expression}", (f"{left} {first}", f"{right} {second}")
    for expression, first, second in TWO:
        yield f"scipy.special.{expression}", (f"positive {first}", f"positive {second}")
    for expression in LARGE:
        yield expression, ("positive 3",)

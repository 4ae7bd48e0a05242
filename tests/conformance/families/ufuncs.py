"""Rows of the ufuncs, their keywords and methods, of the `math` module and of the builtins."""

from __future__ import annotations

import math
from collections.abc import Iterator

Row = tuple[str, tuple[str, ...]]

FORMS = ("float", "scalar", "0d", "3", "0", "3,2 F", "3,4 S", "2,3,2", "scalar float32", "3,2 float32")
UNARY = {
    "real": (
        "np.degrees(x)", "np.radians(x)", "np.sinc(x)", "np.i0(x)", "np.nan_to_num(x)", "np.modf(x)[0]",
        "np.modf(x)[1] * x", "np.frexp(x)[0]", "np.frexp(x)[1] * x", "np.ldexp(x, 3)", "np.ldexp(x, -2) * x",
        "np.divmod(x, 1.3)[1]", "np.divmod(x, 1.3)[0] * x", "np.heaviside(x, 0.5) * x", "np.fmax(x, 0.0)",
        "np.fmin(x, 0.3)", "np.fmax(0.1, x)", "np.spacing(x) * x", "np.nextafter(x, 3.0)", "np.fix(x) * x",
        "np.isposinf(x) + x", "np.isneginf(x) * 2.0 + x", "np.trunc(x) * x", "np.rint(x) + x", "np.ceil(x) * x",
        "np.signbit(x) * x", "np.logical_not(x) + x", "np.isfinite(x) * x", "np.isclose(x, 1.0) + x",
        "np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=-2.0) * x", "np.logaddexp2(x, 0.3)", "np.logaddexp2(1.0, x)",
        "np.copysign(2.0, x) * x", "np.copysign(x, -1.0)", "np.fmod(x, 1.3)", "np.floor_divide(x, 1.3) * x",
        "np.remainder(x, -1.3)", "np.mod(x, 0.7)", "np.float_power(x, 3)", "np.float_power(2.0, x)",
        "np.subtract(1.0, x)", "np.multiply(2, x)", "np.add(x, 1)", "np.divide(x, 3)", "np.true_divide(1.0, x)",
        "np.exp(x, dtype=np.float64)", "np.multiply(x, x, dtype=float)", "np.add(x, 2, order='C')",
        "np.sin(x, casting='same_kind')", "np.square(x, order='F')", "np.sinc(x) * np.sinc(x)", "np.arctan2(x, 1.5)",
        "np.arctan2(0.4, x)", "np.hypot(x, x)", "np.hypot(3, x)", "np.clip(x, -1, 1)",
        "np.clip(x, a_max=0.4, a_min=-9)",
        "np.clip(x, min=-0.5)", "np.clip(x, max=0.5)", "np.clip(x, min=-0.5, max=0.5)", "np.clip(0.3, x, 9.0)",
        "np.clip(0.3, -9.0, x)", "np.minimum(x, np.abs(x))", "np.maximum(1, x)", "np.abs(np.abs(x) - 1)",
        "np.clip(x, None, None) * x",
    ),
    "positive": ("np.float_power(x, -1.5)", "np.float_power(x, x)", "np.logaddexp2(np.log2(x), 1.0)"),
}  # fmt: skip
PAIRS = (
    ("float", "float"), ("float", "3"), ("3", "float"), ("0d", "3"), ("scalar", "scalar"), ("3,2", "2"), ("3,1", "1,2"),
    ("3,1", "3,2"), ("2,3,2", "3,1"), ("3,2 F", "3,2 S"), ("0,3", "3"), ("int", "3"), ("3", "int"),
    ("3 float32", "3 float32"), ("3,2 float32", "2"), ("float", "3 float32"), ("scalar float32", "float"),
)  # fmt: skip
BINARY = {
    ("real", "real"): ("np.fmax(x, y)", "np.fmin(x, y)", "np.logaddexp2(x, y)"),
    ("real", "positive"): ("np.divmod(x, y)[1]", "np.floor_divide(x, y) + x", "divmod(x, y)[1]", "x // y + y"),
}
ON_ARRAYS = (
    "np.unwrap(x) * x", "np.unwrap(5 * x, period=2.3)", "np.unwrap(x, discont=1.0) * x",
)  # fmt: skip
ON_MATRICES = ("np.unwrap(4 * x, axis=0)", "np.unwrap(x, axis=-1) * x", "np.unwrap(4 * x, axis=1, period=1.5)")
MASKED = (
    "np.log(x, out=np.zeros_like(x), where=x > 0)", "np.sqrt(x, out=np.ones_like(x), where=x > 0)",
    "np.divide(1.0, x, out=np.zeros_like(x), where=x != 0)", "np.multiply(x, x, out=x * 1, where=x > 0.3)",
    "np.arcsin(x, out=x * 2, where=abs(x) < 0.9)", "np.power(x, 1.5, np.zeros_like(x), where=x > 0)",
    "np.arccosh(x, out=np.zeros_like(x), where=x > 1.1)", "np.exp(x, out=x * x, where=False)", "np.sin(x, where=True)",
    "np.add(x, 1, out=np.zeros_like(x), where=np.floor(np.abs(x)) % 2 == 0)",
    "np.negative(x, out=np.zeros((2, *x.shape)), where=x > 0)",
)  # fmt: skip
METHODS = (
    "np.add.reduce(x)", "np.add.reduce(x, axis=-1)", "np.add.reduce(x, None)", "np.multiply.reduce(x, keepdims=True)",
    "np.maximum.reduce(x)", "np.minimum.reduce(x, axis=None)", "np.add.accumulate(x)", "np.multiply.accumulate(x)",
    "np.maximum.accumulate(x) * x", "np.minimum.accumulate(x, axis=-1)", "np.maximum.accumulate(x, -1)",
    "np.logaddexp.reduce(x)", "np.logaddexp.reduce(x, axis=None)", "np.logaddexp.reduce(x, -1, keepdims=True) * x",
    "np.hypot.reduce(x)", "np.hypot.reduce(x, axis=-1)", "np.logical_and.reduce(x > -1) * x",
    "np.logical_or.reduce(x > 1, axis=None) + x", "np.multiply.outer(x, x)", "np.add.outer(x, 2)",
    "np.subtract.outer(2.0, x)", "np.divide.outer(x, np.array([1.5, 2.0]))", "np.maximum.outer([0.1, 0.2], x)",
    "np.greater.outer(x, [0.1, 0.2]) * 1.0 + np.sum(x)", "np.hypot.outer(x, x)", "np.power.outer(abs(x), [2, 3])",
)  # fmt: skip
OUTER = (
    ("np.multiply.outer(x, y)", "3", "2"), ("np.multiply.outer(x, y)", "3,2", "2"), ("np.add.outer(x, y)", "2", "2,3"),
    ("np.subtract.outer(x, y)", "float", "3"), ("np.subtract.outer(x, y)", "3", "scalar"),
    ("np.arctan2.outer(x, y)", "3 float32", "2 float32"), ("np.multiply.outer(x, y)", "3 float32", "float"),
    ("np.minimum.outer(x, y)", "0d", "2,3,2"), ("np.add.outer(x, y)", "float", "float"),
    ("np.multiply.outer(x, y)", "0", "3"), ("np.divide(x, y, out=np.zeros_like(x), where=y != 0)", "3,2", "3,2"),
    ("np.divide(x, y, out=np.zeros((3, 2)), where=y > 0)", "3,1", "2"),
    ("np.multiply(x, y, out=np.ones((3, 2)), where=[True, False])", "3,2", "float"),
    ("np.power(abs(x), y, out=np.ones_like(x), where=x > 0)", "3", "3"),
    ("np.hypot(x, y, out=np.zeros_like(x), where=x > y)", "3 float32", "3 float32"),
    ("np.multiply(x, y, out=x * y, where=x > y)", "3 float32", "float"),
)  # fmt: skip

MATH = (
    "math.dist([x, 1.0], [0.3, 2.0])", "math.dist((x, x), (1.5, 0.2)) * x", "math.frexp(x)[0]", "math.frexp(x)[1] * x",
    "math.ldexp(x, 3)", "math.ldexp(x, -2) * x", "math.modf(x)[0]", "math.modf(x)[1] * x", "math.nextafter(x, 9.0)",
    "math.remainder(x, 1.3)", "math.remainder(2.9, x + 3)", "math.ulp(x) + x", "math.prod([x, 2.0, x])",
    "math.prod((x,))", "math.hypot(x)", "math.hypot(x, 1.0, x)", "math.gamma(abs(x) + 0.5)",
    "math.lgamma(abs(x) + 0.5)", "math.gamma(x)",
    "math.lgamma(x)", "math.erf(x) * math.erfc(x)", "math.fmod(x, -0.7)", "math.copysign(1.5, x) * x",
    "math.comb(5, 2) * x", "math.perm(5, 2) * x", "math.gcd(12, 8) * x", "math.isqrt(10) * x", "math.factorial(4) * x",
    "math.isclose(x, 1.0) + x", "math.isnan(x) + x", "math.isfinite(x) * x", "math.isinf(x) + x", "math.tau * x",
    *(f"math.{name}(x)" for name in ("exp2", "cbrt") if hasattr(math, name)),
    "math.fsum((x, 1.0, x * x))", "math.floor(x) + math.ceil(x) * x",
    "operator.abs(x)", "operator.add(x, 1)", "operator.sub(2, x)", "operator.mul(x, x)", "operator.truediv(2.0, x)",
    "operator.floordiv(x, 0.7) * x", "operator.mod(x, 1.3)", "operator.pow(x, 3)", "operator.pow(2.0, x)",
    "operator.neg(x)", "operator.pos(x)", "operator.index(3) * x", "operator.truth(x) * x", "operator.gt(x, 0) * x",
    "pow(x, 2) + pow(2.5, x)", "divmod(x, 0.7)[0] * x", "divmod(2.9, x + 3)[1]", "abs(-x)", "round(x, 1) + x",
    "max(x, 1, 0.3)", "min(0.4, x)", "max((x, x * x))", "sum((x, x * x), 2.0)", "x % 1.3 + 2.9 % (x + 3)",
    "x // 0.3 + x", "2.5**x", "2 % (x + 3)", "7.9 // (x + 3) + x", "7 - x", "1 / (3 + x)", "+x",
    "float(abs(x)) ** 1.5", "bool(x) * x",
    "int(x) + x",
)  # fmt: skip
ON_LISTS = (
    "math.prod({})", "math.fsum({})", "math.dist({}, [0.5, 0.1, 0.9])", "math.prod({}[1:])", "sum({})", "max({})",
    "min({})", "math.hypot(*{})",
)  # fmt: skip
ON_ROWS = ("math.prod(x)", "sum(x, 0.5)", "math.hypot(x[0], x[1], x[2])", "math.dist(x, [0.5, 0.1, 0.9])", "abs(x) @ x",
           "operator.matmul(x, x)", "divmod(x, 0.7)[1]", "divmod(2.9, x + 3)[1]", "pow(abs(x), 1.5)", "2 % (x + 5)",
           "x % -1.3", "-7 // (x + 5.3) + x", "2.5**x", "operator.pow(2, x)", "operator.abs(x)",
           "operator.mul(x, x[0])", "round(x[0]) * x")  # fmt: skip
RANK_NEEDED = {e for e in (*MASKED, *(r[0] for r in OUTER)) if "where=" in e and "where=True" not in e}


def rows() -> Iterator[Row]:
    """All of them."""
    for domain, expressions in UNARY.items():
        for expression in expressions:
            for form in FORMS:
                yield expression, (f"{domain} {form}",)
    for (first, second), expressions in BINARY.items():
        for expression in expressions:
            for left, right in PAIRS:
                yield expression, (f"{first} {left}", f"{second} {right}")
    for expression in ON_ARRAYS:
        for form in ("3", "3,2 F", "3 float32", "2,3,2"):
            yield expression, (f"real {form}",)
    for expression in ON_MATRICES:
        for form in ("3,2", "3,4 S", "3,2 float32"):
            yield expression, (f"real {form}",)
    for expression in METHODS:
        for form in ("3", "1", "3,2", "2,3,2", "3,4 S", "3,2 float32"):
            yield expression, (f"real {form}",)
    for expression in MASKED:
        for form in ("3", "0", "3,2 F", "3,4 S", "3,2 float32"):
            yield expression, (f"real {form}",)
    for expression, first, second in OUTER:
        yield expression, (f"real {first}", f"real {second}")
    for expression in MATH:
        yield expression, ("real float",)
        if "gamma" not in expression and "**" not in expression:
            yield expression, ("real scalar float32",)
    for expression in ON_LISTS:
        yield expression.format("[x, y, x * y]"), ("real float", "real float")
    for expression in ON_ROWS:
        yield expression, ("real 3",)
        yield expression, ("real 3 float32",)

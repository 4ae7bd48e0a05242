"""Rows of complex numbers inside functions of real ones, and of complex arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.conformance.table import Row

RANK_NEEDED: set[str] = set()
FORMS = ("complex", "scalar complex128", "0d complex128", "3 complex128", "3,2 complex128", "3,4 S complex128",
         "3,2 F complex64", "0 complex128")  # fmt: skip
FEW = ("complex", "3 complex128", "3,2 F complex64")  # the forms at which all holomorphic functions are tried
HOLOMORPHIC = (
    "z * z", "1j * z", "z + 1j", "(2 - 1j) - z", "z / (1 + 2j)", "(1 + 2j) / z", "z**2", "z**3", "z**-1", "z**0.5",
    "z**(1 + 1j)", "(2 + 1j) ** z", "2.0**z", "z**z", "-z", "+z", "np.exp(z)", "np.exp2(z)", "np.expm1(z)",
    "np.log(z)", "np.log2(z)", "np.log10(z)", "np.log1p(z)", "np.sqrt(z)", "np.square(z)", "np.reciprocal(z)",
    "np.sin(z)", "np.cos(z)", "np.tan(z)", "np.arcsin(z)", "np.arccos(z)", "np.arctan(z)", "np.sinh(z)", "np.cosh(z)",
    "np.tanh(z)", "np.arcsinh(z)", "np.arccosh(z)", "np.arctanh(z)", "np.power(z, 3)", "np.multiply(z, z)",
    "np.divide(1j, z)", "np.subtract(1j, z)", "np.float_power(z, 2)",
)  # fmt: skip
PARTS = (
    "abs(z)", "np.abs(z)", "np.absolute(z) ** 2", "np.real(z)", "np.imag(z)", "z.real", "z.imag", "np.conj(z)",
    "z.conjugate()", "np.angle(z)", "np.angle(z, deg=True)", "z * np.conj(z)", "np.conjugate(z) * 1j",
    "z.real * z.imag", "np.real(z) * z", "abs(z) * z", "z / abs(z)", "np.sum(z)", "np.mean(z)", "np.positive(z)",
    "np.isreal(z) * z", "np.iscomplexobj(z) * z", "np.where(np.real(z) > 0, z, 2j * z)", "np.copy(z)", "np.array(z)",
    "np.complex128(z)", "np.zeros_like(z) + z", "z.real + 1j * z.imag", "np.round(z) * z",
)  # fmt: skip
REAL = (
    "x * 1j", "np.exp(1j * x)", "abs(1j * x + 2)", "np.real(np.exp((1 + 2j) * x))", "np.angle(x + 1j)", "x.real",
    "x.imag", "np.real(x) * x", "np.imag(x)", "np.conj(x)", "x.conjugate() * x", "np.abs(np.sqrt(x + 0j))",
    "np.angle(x)", "(x + 2j) ** 2", "(1 + 1j) ** x", "np.complex128(x) * 1j", "np.exp(1j * x).imag",
    "np.isrealobj(x) * x",
)  # fmt: skip
CMATH = ("exp", "log", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
         "acosh", "atanh", "phase")  # fmt: skip
ARRAYS = (
    "x.sum(axis=0)", "x.mean(axis=1)", "np.cumsum(x)", "x.prod()", "np.prod(x, axis=0)", "np.cumprod(x)", "x.T",
    "x.reshape(6)", "x.ravel()", "x[0]", "x[:, 0]", "x[[0, 2, 0]]", "np.transpose(x)", "np.concatenate((x, 1j * x))",
    "np.stack([x, x])", "x @ x.T", "x @ x.T.conj()", "np.dot(x, x.T)", "np.outer(x, x)",
    "np.broadcast_to(x, (2, 3, 2))", "x * x[0]", "np.expand_dims(x, 1)", "np.squeeze(x[:1])", "np.swapaxes(x, 0, 1)",
    "x.astype(np.complex128)", "np.full(2, x[0, 0])", "x.real.T @ x.imag", "x.copy()", "len(x) * x",
    "np.moveaxis(x, 0, 1)", "np.vstack((x, x.conj()))", "np.eye(3) @ x", "sum(x)",
    "np.array([x[0, 0], 1j * x[0, 1]])",
)  # fmt: skip
PAIRS = (
    ("complex", "float"), ("complex", "3"), ("3 complex128", "float"), ("3 complex128", "3"), ("3", "3 complex128"),
    ("3,2 complex128", "2"), ("2", "3,2 complex128"), ("3,1 complex128", "1,2"), ("3,1", "1,2 complex128"),
    ("3 complex64", "3 float32"), ("3 complex128", "3 complex128"), ("3 complex64", "3 complex128"),
    ("0", "0 complex128"), ("scalar complex128", "3"), ("float", "scalar complex64"), ("3,2 complex128", "0d"),
    ("3", "complex"),
)  # fmt: skip
BINARY = (
    "x + y", "x - y", "x * y", "x / y", "x * np.conj(y)", "abs(x - y)", "np.multiply(x, y)",
    "np.where(abs(x) > 1, x, y)", "np.divide(x, y)",
)  # fmt: skip

PRODUCTS = (
    ("3 complex128", "3"), ("2,3", "3 complex128"), ("2,3 complex128", "3,2 complex128"), ("3", "3,2 complex64"),
)  # fmt: skip


def rows() -> Iterator[Row]:
    for form in FORMS:
        for expression in (*(HOLOMORPHIC if form in FEW else ()), *PARTS):
            python_only = expression in ("z.conjugate()", "np.complex128(z)") and form.startswith("0d")
            if not python_only and not (form == "complex" and "z.conj()" in expression):
                yield re.sub(r"\bz\b", "x", expression), (f"positive {form}",)
    for form in ("float", "0d", "3,2", "3 float32"):
        for expression in REAL:
            yield expression, (f"real {form}",)
    for name in CMATH:
        yield f"cmath.{name}(x)", ("unit complex",)
        yield f"cmath.{name}(x)", ("unit float",) if name not in ("acosh", "atanh") else ("unit complex",)
        yield f"abs(cmath.{name}(x * (1 + 0.5j)))", ("unit float",)
        yield f"cmath.{name}(x + 0.5j).real", ("unit scalar",)
    yield "cmath.polar(x)[0] * 2 + cmath.polar(x)[1]", ("positive complex",)
    yield "cmath.polar(x + 2j)[1]", ("positive float",)
    yield "cmath.rect(x, y)", ("positive float", "positive float")
    yield "cmath.log(x, 2 + 1j)", ("positive complex",)
    yield "cmath.log(x, y)", ("positive complex", "above float")
    yield "complex(x, y) ** 2", ("real float", "real float")
    yield "complex(x) * 1j", ("real float",)
    yield "complex(x, 2.0)", ("real scalar",)
    yield "cmath.isclose(x, x) * x", ("real complex",)
    for form in ("3,2 complex128", "3,2 complex64"):
        for expression in ARRAYS:
            yield expression, (f"real {form}",)
    for left, right in PAIRS:
        for expression in BINARY:
            yield expression, (f"real {left}", f"positive {right}")
    for expression in ("x @ y", "np.dot(x, y)", "np.outer(x, y)"):
        for left, right in PRODUCTS:
            yield expression, (f"real {left}", f"real {right}")


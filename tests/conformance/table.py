"""The table of conformance programs: every primitive, in each of its forms, at arguments of many kinds.

A row is an expression in x, y, z and, for each of them, "domain form [dtype]"; see `arguments`.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.conformance import families

Row = tuple[str, tuple[str, ...]]

FORMS = (
    "float", "scalar", "0d", "3", "1", "0", "3,2", "3,2 F", "3,4 S", "1,3", "3,1", "0,3", "2,3,2",
    "scalar float32", "0d float32", "3 float32", "3,2 float32", "0 float32",
)  # fmt: skip

UNARY = {
    "real": (
        "-x", "+x", "abs(x)", "np.negative(x)", "np.positive(x)", "np.abs(x)", "np.absolute(x)", "np.fabs(x)",
        "np.sign(x) * x", "np.exp(x)", "np.exp2(x)", "np.expm1(x)", "np.square(x)", "np.sin(x)", "np.cos(x)",
        "np.arctan(x)", "np.arcsinh(x)", "np.sinh(x)", "np.cosh(x)", "np.tanh(x)", "np.deg2rad(x)", "np.rad2deg(x)",
        "x**2", "x**3", "x**1", "x**0", "x**2.0", "x**-1", "x**-2.0", "np.power(x, 3)", "pow(x, 2)", "2.0**x",
        "np.power(2.0, x)", "x * x", "x + x", "x - x * 2", "2 * x", "x * 2.5", "2.5 - x", "x / 2", "2 / x", "x - 1",
        "np.clip(x, -1.0, 1.0)", "np.clip(x, None, 1.0)", "np.clip(x, -1.0, None)", "np.maximum(x, 0)",
        "np.maximum(x, 0.0)", "np.minimum(1.0, x)", "np.where(x > 0, x, 0.1 * x)", "np.where(x > 0, x, 0.0)",
        "np.where(x > 0, 1.0, x * x)", "np.logaddexp(x, 0.0)", "np.copy(x)", "np.array(x)", "np.asarray(x) * x",
        "np.float_power(x, 2)", "x % 1.3", "np.floor(x) * x", "np.round(x) * x", "(x // 1.3) * x", "np.ravel(x)",
        "np.transpose(x)", "np.zeros_like(x) + x", "np.ones_like(x) * x", "np.full_like(x, 2.0) * x",
        "np.reshape(x, -1)",
        "np.expand_dims(x, 0)", "np.sum(x)", "np.mean(x * x)", "np.size(x) * x", "np.ndim(x) * x", "np.hypot(x, 2.0)",
        "np.isnan(x) + x", "(x > 0) * x", "np.copysign(x, 1.0)", "np.squeeze(x)", "np.exp(-x * x) * x", "x * 3 + 1",
    ),
    "positive": (
        "np.log(x)", "np.log2(x)", "np.log10(x)", "np.log1p(x)", "np.sqrt(x)", "np.cbrt(x)", "np.reciprocal(x)",
        "x**0.5", "x**1.5", "x**2.5", "x**-0.5", "np.power(x, 0.5)", "np.power(x, -1.5)", "np.tan(x / 2)", "x**x",
        "np.log(x) / x",
    ),
    "unit": ("np.arcsin(x)", "np.arccos(x)", "np.arctanh(x)"),
    "above": ("np.arccosh(x)",),
}  # fmt: skip
PLAIN = {"float", "0d", "3", "3 float32", "2", "scalar float32"}  # the forms at which sums without weights are tested
FAMILIES = [
    importlib.import_module(f"{families.__name__}.{module.name}") for module in pkgutil.iter_modules(families.__path__)
]
# The meaning depends on the rank, which generic source does not know: it is refused.
RANK_NEEDED: set[str] = set().union(*(family.RANK_NEEDED for family in FAMILIES))

PAIRS = (
    ("float", "float"), ("float", "3"), ("3", "float"), ("scalar", "3"), ("3", "0d"), ("0d", "0d"), ("float", "scalar"),
    ("3", "3"), ("3,2", "2"), ("2", "3,2"), ("3,1", "1,2"), ("3,1", "3,2"), ("3,2", "1,2"), ("1", "3"), ("3,2", "1"),
    ("2,3,2", "3,1"), ("0", "0"), ("0,3", "3"), ("float", "0"), ("1", "0"), ("3,2 F", "3,2 S"), ("int", "3"),
    ("3", "int"), ("float", "int"),
    ("3 float32", "3 float32"), ("float", "3 float32"), ("3 float32", "3"), ("3,2 float32", "2 float32"),
    ("scalar float32", "3 float32"), ("3,1 float32", "3,2"), ("scalar float32", "float"),
)  # fmt: skip

BINARY = {
    ("real", "real"): (
        "x + y", "x - y", "x * y", "np.add(x, y)", "np.subtract(x, y)", "np.multiply(x, y)", "np.maximum(x, y)",
        "np.minimum(x, y)", "np.logaddexp(x, y)", "x * y + x", "np.where(x > y, x, y)", "np.hypot(x, y)",
    ),
    ("real", "positive"): (
        "x / y", "np.divide(x, y)", "np.true_divide(x, y)", "x % y", "np.remainder(x, y)", "np.fmod(x, y)",
        "np.arctan2(x, y)", "np.clip(x, -y, y)", "np.copysign(x, y)",
    ),
    ("positive", "real"): ("x**y", "np.power(x, y)", "np.float_power(x, y)"),
}  # fmt: skip

REDUCED = ("3", "1", "0", "3,2", "3,2 F", "3,4 S", "1,3", "0,3", "2,3,2", "3,2 float32", "2,3,2 float32")
AXES = {1: ("None", "0", "-1", "(0,)"), 2: ("None", "0", "1", "-1", "(0, 1)"),
3: ("0", "-2", "(0, 2)", "(1, -1)", "()")}
REDUCTIONS = ("np.sum(x{})", "x.sum({})", "np.mean(x{})", "x.mean({})", "np.max(x{})", "x.max({})", "np.min(x{})",
              "x.min({})", "np.prod(x{})", "x.prod({})", "np.amax(x{})", "np.cumsum(x{})",
              "np.cumprod(x{})")  # fmt: skip
NORMS = {1: ("", ", 1", ", axis=0", ", ord=2", ", np.inf", ", keepdims=True"),
         2: ("", ", axis=0", ", axis=1", ", axis=-1, keepdims=True", ", 'fro'", ", axis=(0, 1)", ", 1, 0")}  # fmt: skip

RANKS = ("", "3", "2,3", "2,2,3")
SECOND = ("", "3", "3,2", "2,3,2")
PRODUCTS = ("np.dot(x, y)", "x @ y", "np.matmul(x, y)", "x.dot(y)", "np.outer(x, y)")

SHAPED = {
    "3,2": ("x.T", "x.transpose()", "x.transpose(1, 0)", "x.transpose((1, 0))", "np.transpose(x, (1, 0))",
        "np.transpose(x, axes=(0, 1))",
        "x.reshape(6)", "x.reshape(2, 3)", "x.reshape((3, -1))", "x.reshape(-1)", "np.reshape(x, (2, 3))",
        "np.reshape(x, (1, 6, 1))",
        "x.ravel()", "np.ravel(x)", "x.flatten()", "x[None]", "np.expand_dims(x, 1)", "np.expand_dims(x, (0, 2))",
        "np.expand_dims(x, -1)",
        "np.broadcast_to(x, (2, 3, 2))", "np.broadcast_to(x, (3, 2))", "np.swapaxes(x, 0, 1)",
        "np.moveaxis(x, 0, -1)", "x.copy()",
        "np.copy(x)", "x.astype(np.float64)", "x.astype(float)", "np.asarray(x)", "np.array(x)",
        "np.array(x, dtype=np.float64)",
        "np.asarray(x, dtype=float)", "x.max(axis=0).sum()", "x.reshape(x.shape)", "x.reshape(x.shape[0], -1)",
        "x.reshape(len(x), -1)",
        "np.concatenate((x, x))", "np.concatenate([x, 2 * x], axis=1)", "np.concatenate((x, x), axis=None)",
        "np.concatenate((x, x), axis=-1)",
        "np.stack((x, x))", "np.stack([x, 2 * x], axis=1)", "np.stack([x, x], axis=-1)", "np.vstack((x, x))",
        "np.hstack((x, x))",
        "np.column_stack((x, x))", "np.vstack([x, x[0]])", "np.column_stack((x, x[:, 0]))",
        "np.concatenate((np.zeros((1, 2)), x))",
        "np.hstack([x, np.ones((3, 1))])", "x[0]", "x[-1]", "x[1:]", "x[:, 0]", "x[::2]", "x[1, 1]", "x[..., 0]",
        "x[:, ::-1]", "x[[0, 2, 0]]",
        "x[x > 0]", "x[np.array([0, 1]), np.array([1, 1])]", "len(x) * x", "x.shape[0] * x", "x.size * x",
        "x.ndim * x", "x * np.argmax(x)",
        "np.eye(3) @ x", "np.arange(2) * x", "np.ones((2, 3)) @ x", "np.zeros(2) + x", "np.full((3, 2), 2.0) * x",
        "np.full(3, x[0, 0])",
        "np.empty((3, 2)) * 0 + x", "np.identity(3) @ x", "np.linspace(0.0, 1.0, 2) * x", "np.full_like(x, x[0, 0])",
        "np.array([x[0, 0], x[1, 1]])",
        "np.array([[x[0, 0], 1.0], [2.0, x[1, 1]]])", "np.array([x[0], x[1]])", "np.asarray([x[0, 0] * 2, x[0, 1]])",
        "max(x[0, 0], x[1, 1])",
        "min(x[0, 0], x[1, 1], 0.0)", "sum(x[0])", "max(x[0])", "min(x[:, 1])", "sum([x[0, 0], x[1, 0]])",
        "sum((x[0], x[1]))", "sum(x)", "abs(x[0, 0])",
        "float(x[0, 0]) ** 2", "pow(x[0, 0], 2)", "x[0, 0] * int(x[0, 1])", "x[0, 0].item() * 2", "x.sum().item()",
        "np.where(x > 0, x, x.T[0, 0])",
        "x.clip(-1, 1)", "x.clip(min=0)", "np.clip(x, a_min=-1.0, a_max=1.0)", "(x**2).sum(axis=0).max()",
        "x.round() * x", "x.dot(np.ones(2))",
        "np.linalg.norm(x)"),
    "1,3": ("np.squeeze(x)", "x.squeeze()", "np.squeeze(x, 0)", "x.squeeze(axis=0)", "np.squeeze(x, axis=(0,))",
        "np.broadcast_to(x, (2, 3))",
        "x.reshape(3)", "np.sum(x, axis=0, keepdims=True) * x", "x - np.mean(x)", "x - x.mean(axis=1, keepdims=True)",
        "x / np.sum(np.abs(x))"),
    "2,3,2": ("x.transpose(2, 0, 1)", "np.transpose(x, (1, 2, 0))", "np.transpose(x, (-1, 0, 1))", "x.T",
        "np.swapaxes(x, 0, 2)", "np.moveaxis(x, 0, 2)",
        "x.reshape(6, 2)", "x.reshape(2, -1)", "np.concatenate((x, x), axis=2)", "np.concatenate((x, x), axis=1)",
        "np.stack((x, x), axis=2)", "np.vstack((x, x))",
        "np.hstack((x, x))", "x[0]", "x[..., 1]", "x[:, 1:, 0]", "x.sum(axis=(0, 2))",
        "x - x.mean(axis=(0, 2), keepdims=True)"),
    "3": ("np.outer(x, x)", "x @ x", "np.dot(x, x)", "np.broadcast_to(x, (2, 3))", "x[:, None] * x",
        "x[:, None] + x[None, :]", "np.vstack((x, x))", "np.hstack((x, x))",
        "np.column_stack((x, x))", "np.stack((x, x))", "np.stack((x, x), axis=1)", "np.concatenate((x, [1.0]))",
        "np.hstack([x, 1.0])", "np.hstack([x[0], x[1]])",
        "np.vstack([x[0], x[1]])", "np.column_stack([x[0], x[1]])", "x.reshape(3, 1)", "x.reshape(1, -1)",
        "np.reshape(x, 3)", "np.transpose(x)", "x.T", "np.array([x, x])",
        "sum(x)", "sum(x, 1.0)", "max(x)", "min(x)", "max(x[0], 0.5)",
        "max([x[0], x[1], x[2]])", "min((x[0], x[1]))", "math.exp(x[0])", "math.sin(x[1]) * x[0]", "math.fsum(x)",
        "math.hypot(x[0], x[1])", "np.linalg.norm(x) * x",
        "np.exp(x) / np.sum(np.exp(x))", "np.log(np.sum(np.exp(x)))", "x[np.argmax(x)]", "np.max(x) - x",
        "np.prod(x) * x", "np.dot(x, 2.0)",
        "np.arange(3.0) @ x", "x[::-1]", "x[[0, 0, 1]]", "np.mean((x - np.mean(x))**2)", "np.cumsum(x)[::-1]",
        "np.round(x, 1) + x"),
    "0d": ("x.reshape(1)", "np.reshape(x, (1, 1))", "np.broadcast_to(x, (3,))", "np.ravel(x)", "x.sum()", "np.max(x)",
        "x.copy()", "x.astype(np.float64)",
        "np.stack((x, x))", "np.hstack((x, x))", "np.array([x, x])", "x.item() * 2", "float(x) * 2", "np.dot(x, 3.0)",
        "x[()]", "x[None]", "np.full(3, x)", "np.linalg.norm(x)", "np.prod(x)"),
    "0": ("x.reshape(0, 2)", "np.concatenate((x, x))", "np.stack((x, x))", "x[:0]", "np.prod(x)", "x @ x",
        "np.dot(x, x)", "np.outer(x, x)", "np.linalg.norm(x)", "sum(x)", "np.ravel(x)"),
    "float": ("math.exp(x)", "math.sin(x)", "math.cos(x)", "math.tan(x)", "math.sinh(x)", "math.cosh(x)",
        "math.tanh(x)", "math.atan(x)", "math.asinh(x)", "math.erf(x)", "math.erfc(x)", "math.expm1(x)",
        "math.degrees(x)", "math.radians(x)", "math.fabs(x)", "math.pow(x, 2)", "math.floor(x) * x",
        "math.ceil(x) * x", "math.trunc(x) * x", "math.atan2(x, 2.0)", "math.atan2(2.0, x)", "math.hypot(x, 1.0)",
        "math.copysign(x, -1.0)", "math.fmod(x, 1.3)", "math.fsum([x, x])", "math.pi * x", "float(x)", "int(x) * x",
        "abs(x)", "max(x, 0.0)", "min(x, 0.0)", "max(0.0, x, 0.5)", "sum([x, x])",
        "sum((x, 2.0))", "pow(x, 2)", "pow(x, 3.0)", "round(x) * x", "divmod(x, 1.3)[1]", "max([x, 0.1])",
        "min((x, 0.1))", "len([x, x]) * x", "x if x > 0 else 2 * x", "np.array([x, x * x])",
        "np.full(3, x)", "np.full((2, 2), x) @ np.ones(2)", "np.ones(3) * x", "np.dot(x, np.ones(3))",
        "np.stack([x, x])", "np.concatenate(([x], [1.0]))", "np.arange(3) * x", "np.exp(x) * math.exp(x)"),
    "int": ("x * 2.5", "x**2", "x / 3", "2.0**x", "math.exp(x)", "np.sin(x)", "np.sqrt(x)", "x * x", "math.sqrt(x)",
        "np.array([x, 1.5])"),
}  # fmt: skip
MATH_POSITIVE = ("math.log(x)", "math.log(x, 2)", "math.log(x, 3.0)", "math.log2(x)", "math.log10(x)",
    "math.log1p(x)", "math.sqrt(x)", "math.pow(x, 0.5)", "x**0.5", "1 / x", "x**-1")
MATH_UNIT = ("math.asin(x)", "math.acos(x)", "math.atanh(x)")

TWO = (
    ("np.where(x > 0, x, y)", "3,2", "2"), ("np.where(x > 0, y, x)", "3,2", "float"),
    ("np.where(y > 0, x, 1.0)", "3,1", "1,2"),
    ("np.concatenate((x, y))", "3,2", "1,2"), ("np.concatenate((x, y), axis=1)", "3,2", "3,1"),
    ("np.hstack((x, y))", "3", "2"),
    ("np.vstack((x, y))", "3,2", "2"), ("np.column_stack((x, y))", "3", "3,2"),
    ("np.stack((x, y), axis=-1)", "3,2", "3,2"),
    ("np.stack([x, y])", "float", "float"), ("np.array([x, y])", "float", "float"),
    ("np.array([x, y])", "float", "scalar float32"),
    ("np.array([[x, y], [y, 1.0]])", "float", "float"), ("math.hypot(x, y)", "float", "float"),
    ("math.atan2(x, y)", "float", "float"),
    ("math.pow(abs(x), y)", "float", "float"), ("math.fmod(x, y)", "float", "float"), ("max(x, y)", "float", "float"),
    ("min(x, y, 0.0)", "float", "float"),
    ("max(x, y)", "scalar", "float"), ("x if x > y else y", "float", "float"),
    ("math.log(x * x, 1.5 + y * y)", "float", "float"), ("sum((x, y))", "float", "float"),
    ("sum([x, y])", "3", "3"), ("np.linalg.norm(x - y)", "3", "3"), ("np.linalg.norm(x - y, axis=1)", "3,2", "2"),
    ("x @ y.T", "3,2", "2,2"),
    ("np.dot(x.T, y)", "3,2", "3,2"), ("x.T @ y", "3", "3"), ("np.full(3, x) * y", "float", "3"),
    ("np.full_like(x, y)", "3,2", "float"), ("np.full(3, x) + y", "scalar float32", "float"),
    ("np.tanh(x @ y)", "2,3 float32", "3,2 float32"), ("np.concatenate((x, y))", "3 float32", "3"),
    ("x + y.sum()", "3 float32", "3"), ("np.add(x, y)", "3 float32", "float"),
    ("np.where(x > 0, x, y)", "3 float32", "float"), ("np.maximum(x, y)", "3,2 float32", "scalar"),
    ("x.astype(np.float64) * y", "3 float32", "3"), ("np.broadcast_to(x, y.shape) * y", "2", "3,2"),
    ("np.outer(x, y)", "3", "2"), ("np.outer(x, y)", "3,2", "2"), ("np.outer(x, y)", "2", "2,3"),
    ("np.dot(x, y)", "float", "3,2"), ("np.dot(x, y)", "3", "scalar"),
    ("x.clip(y, 1.0)", "3,2", "float"), ("np.clip(x, y, 1.0)", "3,2", "2"), ("np.clip(1.0, x, y + 3)", "3", "3"),
    ("divmod(x, y * y)[1]", "float", "float"),
)  # fmt: skip


LISTS = (
    "np.sum([x, y])", "np.mean([x, 2.0, y])", "np.max([x, y])", "np.min((x, y, 5.0))", "np.prod((x, y))",
    "np.exp([x, y])",
    "np.sin((x, y))", "np.dot([x, y], [y, 1.0])", "np.dot(np.arange(2.0), [x, y])", "np.outer([x, y], [y, x])",
    "np.linalg.norm([x, y])", "np.maximum([x, y], 0.0)", "np.array([1.0, 2.0]) * [x, y]", "np.arange(2.0) @ [x, y]",
    "np.where([True, False], [x, y], 0.0)", "np.reshape([x, y], (2, 1))", "np.transpose([[x, y], [y, 1.0]])",
    "np.clip([x, y], 0.0, 1.0)", "np.broadcast_to([x, y], (3, 2))", "np.ravel([[x], [y]])", "np.cumsum([x, y])",
    "np.squeeze([[x, y]])", "np.expand_dims([x, y], 0)", "np.multiply([x, y], [y, x])", "np.asarray([[x, y]]) @ [x, y]",
    "np.add([x, y], 1.0)", "np.logaddexp([x, y], [y, y])", "np.power([2.0, 3.0], [x, y])", "np.full(2, [x, y])",
    "np.vstack([[x, y], [y, x]])",
    "np.hstack([[x, y], [y]])", "np.concatenate(([x], [y]))", "sum([x] * 3) * y", "sum([x] + [y, y])",
    "sum((x, y) + (x,))", "max([x, y] + [0.0])",
    "np.sum([[x, y], [y, y]], axis=0)",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """Every row of the table."""
    for domain, expressions in UNARY.items():
        for expression in expressions:
            for form in FORMS:
                yield expression, (f"{domain} {form}",)
    for (left, right), expressions in BINARY.items():
        for expression in expressions:
            for first, second in PAIRS:
                if first == "int" and left != "real":
                    continue
                yield expression, (f"{left} {first}", f"{right} {second}")
    yield from reductions()
    yield from products()
    for form, expressions in SHAPED.items():
        for expression in expressions:
            yield expression, (f"real {form}",)
            if form[0].isdigit() and form != "0":
                yield expression, (f"real {form} float32",)
    for expression in MATH_POSITIVE:
        yield expression, ("positive float",)
        yield expression, ("positive scalar float32",)
    for expression in MATH_UNIT:
        yield expression, ("unit float",)
    for expression in LISTS:
        yield expression, ("real float", "real float")
        yield expression, ("real scalar float32", "real scalar float32")
    for expression, first, second in TWO:
        yield expression, (f"real {first}", f"real {second}")
    for family in FAMILIES:
        yield from family.rows()


def having_their_turn(table: Iterable[Row]) -> list[Row]:
    """The rows that are differentiated in every way: the first ones of each expression and every other one of the rest;
    all of them where SOURCEAD_FUZZ is set. In both modes with respect to all arguments at once every expression is: see
    `test_modes`."""
    every, met = bool(os.environ.get("SOURCEAD_FUZZ")), Counter[str]()
    chosen: list[Row] = []
    for row in table:
        first = 1 if row[0].startswith("scipy.") and len(row[1]) > 1 else 3
        met[row[0]] += 1
        if every or met[row[0]] <= first or zlib.crc32(repr(row).encode()) % 2 == 0:
            chosen.append(row)
    return chosen


def of_every_expression(rows: Iterable[Row], most: int = 2) -> list[Row]:
    """A few rows for each expression: the first ones whose forms have other ranks."""
    chosen: dict[str, dict[tuple[int, ...], Row]] = {}
    for row in rows:
        ranks = tuple(spec.count(",") + spec.partition(" ")[2][:1].isdigit() for spec in row[1])
        found = chosen.setdefault(row[0], {})
        if len(found) < most:
            found.setdefault(ranks, row)
    return [row for found in chosen.values() for row in found.values()]


def reductions() -> Iterator[Row]:
    """Reductions over every kind of axis, with and without keepdims, and norms."""
    for form in REDUCED:
        sizes = form.split()[0].split(",")
        for reduction in REDUCTIONS:
            for axis in AXES[len(sizes)]:
                for keepdims in ("", ", keepdims=True"):
                    if "cum" in reduction and (keepdims or axis[0] == "("):
                        continue
                    keywords = (f", axis={axis}" if axis != "None" else "") + keepdims
                    if any(word in reduction for word in ("max", "min", "mean")) and "0" in sizes:
                        continue
                    text = reduction.format(keywords if reduction.startswith("np.") else keywords[2:])
                    yield text, (f"real {form}",)
        for keywords in NORMS.get(len(sizes), ()):
            if not ("0" in sizes and keywords):
                yield f"np.linalg.norm(x{keywords})", (f"real {form}",)


def products() -> Iterator[Row]:
    """Products of all pairs of ranks."""
    for product in PRODUCTS:
        for left, right in [(a, b) for a in RANKS for b in SECOND]:
            if "" in (left, right) and product in ("x @ y", "np.matmul(x, y)"):
                continue
            if product == "x.dot(y)" and not left:
                continue
            for dtype in ("", " float32"):
                yield product, (f"real {left or 'scalar'}{dtype}", f"real {right or 'scalar'}{dtype}")
    yield "x @ y", ("real 1,3", "real 3,1")
    yield "x @ y", ("real 2,2,3", "real 1,3,2")
    yield "x @ y", ("real 1,2,3", "real 2,3,2")
    yield "x @ y", ("real 0,3", "real 3,2")
    yield "x @ y", ("real 3,2 F", "real 2,6 S")
    yield "np.dot(x, y)", ("real 3,0", "real 0,2")

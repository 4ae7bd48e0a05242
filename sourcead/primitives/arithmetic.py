"""Python's operators and the ufuncs of the same meaning: arithmetic, bits, comparison, identity, membership.

`a + b` and `np.add(a, b)` are two primitives that share one rule: on Python numbers their results differ in kind (a
weak float, a strong np.float64), as do their errors.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.ir import Primitive
from sourcead.kinds import (
    ANY,
    BOOL,
    INT,
    NONE,
    TEXT,
    TOP,
    Dim,
    Kind,
    Known,
    List,
    Scalar,
    Tree,
    as_list,
    dtype_of,
    is_empty,
    joined,
)
from sourcead.primitives.promotion import (
    PYTHON_NUMBERS,
    comparison_kind,
    operator_kind,
    plain,
    predicate_kind,
    ufunc_kind,
)
from sourcead.primitives.registry import NotCovered, alias, declare
from sourcead.primitives.shapes import product, size_of, total

UFUNC_STATIC, UFUNC_REFUSED = "dtype casting order", "out where subok"
STORAGE = frozenset(UFUNC_STATIC.split())  # how a ufunc computes and stores its result: its derivative is the same


def declare_unary(
    ufunc: np.ufunc, *, predicate: bool = False, differentiable: bool = True, singular: bool = False, linear: str = ""
) -> Primitive:
    """Make the primitive of a ufunc of one argument."""

    def infer(x: Kind, /, out: Any = None, *, where: Any = True, casting: Any = "same_kind", order: Any = "K",
              dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
        return _ufunc_result(ufunc, predicate, (x,), dtype, casting)

    make = declare(
        ufunc, static=UFUNC_STATIC, refuse=UFUNC_REFUSED, elementwise=True, differentiable=differentiable,
        singular=singular, linear=linear,
    )  # fmt: skip
    return make(infer)


def declare_binary(
    ufunc: np.ufunc, *, predicate: bool = False, differentiable: bool = True, singular: bool = False, linear: str = ""
) -> Primitive:
    """Make the primitive of a ufunc of two arguments."""

    def infer(a: Kind, b: Kind, /, out: Any = None, *, where: Any = True, casting: Any = "same_kind", order: Any = "K",
              dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
        return _ufunc_result(ufunc, predicate, (a, b), dtype, casting)

    make = declare(
        ufunc, static=UFUNC_STATIC, refuse=UFUNC_REFUSED, elementwise=True, differentiable=differentiable,
        singular=singular, linear=linear,
    )  # fmt: skip
    return make(infer)


def _ufunc_result(ufunc: np.ufunc, predicate: bool, kinds: tuple[Kind, ...], dtype: Any, casting: str) -> Kind:
    """The kind of a ufunc's result; of one with several results the tuple of their kinds."""
    if not predicate:
        return ufunc_kind(ufunc, *kinds, dtype=dtype, casting=casting)
    if dtype is not None:
        raise NotCovered(f"np.{ufunc.__name__} with `dtype=` is not differentiated: its result is bool")
    return predicate_kind(*kinds)


def _joined_containers(a: Kind, b: Kind) -> Kind:
    """`a + b` on lists, tuples and text."""
    a, b = plain(a), plain(b)
    if a == TEXT and b == TEXT:
        return TEXT
    if isinstance(a, Tree) and isinstance(b, Tree):
        for base in (tuple, list):
            if issubclass(a.type, base) and issubclass(b.type, base):
                items = a.items + b.items
                return Tree(base, tuple(range(len(items))), items)
    first, second = as_list(a), as_list(b)
    if first is None or second is None:
        return TOP
    if is_empty(a) or is_empty(b):
        return second if is_empty(a) else first
    return List(joined((first.item, second.item)), total((first.length, second.length)))


def _repeated_container(a: Kind, b: Kind) -> Kind:
    """`[0.0] * n`, `n * [0.0]`, `"-" * 40`, `(0,) * 3`."""
    container, count = (b, a) if plain(a) == BOOL or dtype_of(plain(a)) == "pyint" else (a, b)
    if dtype_of(plain(count)) not in ("pyint", "pybool"):
        return TOP
    if plain(container) == TEXT:
        return TEXT
    if isinstance(count, Known) and isinstance(count.value, int) and isinstance(container, Tree):
        for base in (tuple, list):
            if issubclass(container.type, base):
                items = container.items * count.value
                return Tree(base, tuple(range(len(items))), items)
    repeated, size = as_list(container), size_of(count)
    if repeated is None or is_empty(container):
        return container if repeated is not None else TOP
    return List(repeated.item, ANY if size is None else product((repeated.length, size)))


def _formatted(a: Kind, b: Kind) -> Kind:
    """`"..." % values`."""
    return TEXT if plain(a) == TEXT else TOP


def _compared_objects(a: Kind, b: Kind) -> Kind:
    """`==` on what is no number: certain to be a bool where neither side is an array or unknown."""
    a, b = plain(a), plain(b)
    if all(isinstance(k, Tree | List) or k in (TEXT, NONE) for k in (a, b)):
        return BOOL
    other = b if a in (TEXT, NONE) else a
    certain = isinstance(other, Scalar) and (NONE in (a, b) or other.dtype in PYTHON_NUMBERS)
    return BOOL if certain and (a in (TEXT, NONE) or b in (TEXT, NONE)) else TOP


_OF_SIZES: dict[str, Callable[[Sequence[Dim]], Dim]] = {"+": total, "*": product}


def _size(symbol: str, a: Kind, b: Kind) -> Dim | None:
    """The size that a sum or product of sizes is."""
    sizes = [size_of(a), size_of(b)]
    known = [s for s in sizes if s is not None and s.key is not None]
    return _OF_SIZES[symbol](known) if len(known) == len(sizes) else None


def _declare_operator(
    target: Callable[..., Any], symbol: str, ufunc: np.ufunc, *, differentiable: bool = True, singular: bool = False,
    linear: str = "", containers: Callable[[Kind, Kind], Kind] | None = None,
) -> Primitive:  # fmt: skip
    def infer(a: Kind, b: Kind, /) -> Kind:
        kind = operator_kind(symbol, ufunc, a, b)
        if kind == INT and symbol in _OF_SIZES:
            return Scalar("pyint", _size(symbol, a, b))
        return containers(a, b) if kind == TOP and containers is not None else kind

    name = f"operator.{target.__name__}"
    make = declare(
        target, name=name, form=f"binary {symbol}", elementwise=True, differentiable=differentiable, singular=singular,
        linear=linear,
    )  # fmt: skip
    return make(infer)


def _declare_sign(
    target: Callable[..., Any], symbol: str, ufunc: np.ufunc, *, differentiable: bool = True, linear: str = ""
) -> Primitive:
    def infer(a: Kind, /) -> Kind:
        return operator_kind(symbol, ufunc, a)

    name = f"operator.{target.__name__}"
    make = declare(
        target, name=name, form=f"unary {symbol}", elementwise=True, differentiable=differentiable, linear=linear
    )
    return make(infer)


def _declare_comparison(target: Callable[..., Any], symbol: str, *, objects: bool = False) -> Primitive:
    def infer(a: Kind, b: Kind, /) -> Kind:
        kind = comparison_kind(a, b)
        return _compared_objects(a, b) if kind == TOP and objects else kind

    name = f"operator.{target.__name__}"
    return declare(target, name=name, form=f"compare {symbol}", elementwise=True, differentiable=False)(infer)


def _declare_test(target: Callable[..., Any], name: str, symbol: str) -> Primitive:
    def infer(a: Kind, b: Kind, /) -> Kind:
        return BOOL

    return declare(target, name=name, form=f"compare {symbol}", differentiable=False, result="scalar")(infer)


BINARY: dict[str, Primitive] = {
    "+": _declare_operator(operator.add, "+", np.add, containers=_joined_containers),
    "-": _declare_operator(operator.sub, "-", np.subtract),
    "*": _declare_operator(operator.mul, "*", np.multiply, linear="a, b", containers=_repeated_container),
    "/": _declare_operator(operator.truediv, "/", np.true_divide, singular=True, linear="a"),
    "//": _declare_operator(operator.floordiv, "//", np.floor_divide, differentiable=False),
    "%": _declare_operator(operator.mod, "%", np.remainder, singular=True, containers=_formatted),
    "**": _declare_operator(operator.pow, "**", np.power, singular=True),
    "<<": _declare_operator(operator.lshift, "<<", np.left_shift, differentiable=False),
    ">>": _declare_operator(operator.rshift, ">>", np.right_shift, differentiable=False),
    "&": _declare_operator(operator.and_, "&", np.bitwise_and, differentiable=False),
    "|": _declare_operator(operator.or_, "|", np.bitwise_or, differentiable=False),
    "^": _declare_operator(operator.xor, "^", np.bitwise_xor, differentiable=False),
}
COMPARE: dict[str, Primitive] = {
    "<": _declare_comparison(operator.lt, "<"),
    "<=": _declare_comparison(operator.le, "<="),
    ">": _declare_comparison(operator.gt, ">"),
    ">=": _declare_comparison(operator.ge, ">="),
    "==": _declare_comparison(operator.eq, "==", objects=True),
    "!=": _declare_comparison(operator.ne, "!=", objects=True),
    "is": _declare_test(operator.is_, "operator.is_", "is"),
    "is not": _declare_test(operator.is_not, "operator.is_not", "is not"),
    "in": _declare_test(operator.contains, "operator.contains", "in"),  # args: the container, the item
}
UNARY: dict[str, Primitive] = {
    "-": _declare_sign(operator.neg, "-", np.negative, linear="a"),
    "+": _declare_sign(operator.pos, "+", np.positive, linear="a"),
    "~": _declare_sign(operator.invert, "~", np.invert, differentiable=False),
}


@declare(operator.not_, name="operator.not_", form="unary not", differentiable=False, result="scalar")
def _not(a: Kind, /) -> Kind:
    return BOOL


UNARY["not"] = _not


def _power_of(base: Kind, exp: Kind, mod: Any = None) -> Kind:
    return TOP


alias(operator.inv, UNARY["~"], "unary ~")
alias(operator.concat, BINARY["+"], "binary +")
alias(pow, BINARY["**"], "call pow", _power_of, refuse="mod")

_ufunc: np.ufunc
for _ufunc in (np.add, np.subtract):
    declare_binary(_ufunc, linear="a b")
declare_binary(np.multiply, linear="a, b")
declare_binary(np.divide, singular=True, linear="a")
for _ufunc in (np.remainder, np.fmod, np.power, np.float_power):
    declare_binary(_ufunc, singular=True)
for _ufunc in (np.negative, np.positive):
    declare_unary(_ufunc, linear="x")
declare_binary(np.divmod)
for _ufunc in (
    np.floor_divide, np.left_shift, np.right_shift, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.gcd, np.lcm,
):  # fmt: skip
    declare_binary(_ufunc, differentiable=False)
for _ufunc in (np.invert, *(getattr(np, name) for name in ("bitwise_count",) if hasattr(np, name))):
    declare_unary(_ufunc, differentiable=False)
for _ufunc in (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal):
    declare_binary(_ufunc, predicate=True, differentiable=False)

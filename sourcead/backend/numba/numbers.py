"""Arithmetic in Numba with the meaning that it has in Python and NumPy.

Numba knows no weak numbers: float32 times a Python float is float64 there. So Python's numbers are cast to the dtype of
what they meet. And a Python number divided by 0 raises, a NumPy one gives inf: the primal's divisions of Python's
numbers are calls of helpers that raise.

    x * 2.0        ->   x * np.float32(2.0)          x float32
    x / y          ->   divided(x, y)                x, y Python floats, in the primal
    x ** 2         ->   x * x   or   square(x)       an array or NumPy number, or a Python one in the primal
    math.log(x)    ->   in_domain(math.log(x), x)    in the primal
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.backend.numba.lists import of_lists
from sourcead.backend.numba.rewriting import Rewriter, kind_of, refuse, step
from sourcead.backend.numba.vectors import OF_ARRAYS
from sourcead.backend.tree import form_of
from sourcead.ir import Atom, Const, Op
from sourcead.kinds import Array, Kind, Scalar, dtype_of
from sourcead.records import replace
from sourcead.switches import is_on

PYTHON = frozenset({"pyint", "pyfloat", "pybool", "real"})
DTYPES = frozenset({*PYTHON, "real64", "float64", "float32", "int64", "bool"})  # what kernels compute with
_NARROW = frozenset({"float32"})  # dtypes that Python's numbers would widen

ARITHMETIC = frozenset(
    {"operator.add", "operator.sub", "operator.mul", "operator.truediv", "operator.floordiv", "operator.mod",
     "operator.pow", "operator.neg", "operator.pos", "operator.and_", "operator.or_", "operator.xor",
     "operator.invert", "operator.not_", "np.add", "np.subtract", "np.multiply", "np.divide", "np.negative",
     "np.square", "np.maximum", "np.minimum", "np.fmax", "np.fmin", "np.where", "np.hypot", "np.arctan2",
     "np.copysign", "np.power", "np.float_power", "np.logaddexp", "np.fmod", "np.logical_and", "np.logical_or",
     "np.logical_not", "np.logical_xor", "abs", "np.abs", "np.absolute", "np.fabs"}
)  # fmt: skip
COMPARISONS = frozenset(
    {"operator.lt", "operator.le", "operator.gt", "operator.ge", "operator.eq", "operator.ne", "np.less",
     "np.less_equal", "np.greater", "np.greater_equal", "np.equal", "np.not_equal"}
)  # fmt: skip
FUNCTIONS = frozenset(
    f"np.{word}" for word in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "arcsin",
        "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sign", "floor", "ceil", "rint",
        "trunc", "isnan", "isfinite", "isinf", "signbit", "reciprocal", "deg2rad", "rad2deg",
    )
)  # fmt: skip
_DOMAIN = frozenset(
    f"math.{word}" for word in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sqrt", "log", "log2", "log10", "log1p", "acosh", "asinh",
        "atanh", "tanh", "erf", "erfc",
    )
)  # fmt: skip
_RANGE = frozenset({"math.exp", "math.expm1", "math.sinh", "math.cosh"})
MATH = _DOMAIN | _RANGE | {"math.atan2", "math.copysign", "math.fabs"}
_COUNTING = frozenset({"operator.add", "operator.mul", "operator.sub"})
_SMALL = {2: "square", 3: "cube"}


def arithmetic(op: Op, rewriter: Rewriter) -> None:
    """Emit an elementwise op as Numba takes it."""
    if of_lists(op, rewriter):
        return
    if op.name in _COUNTING and {dtype_of(kind_of(a)) for a in op.args} == {"bool"} and _of_scalars(op):
        refuse("NumPy's truths, added or multiplied", op.at)
    op = with_strong_numbers(op, rewriter)
    if op.name in OF_ARRAYS and isinstance(kind_of(op.args[0]), Array) and _is_float(op) and is_on("vector functions"):
        rewriter.ops.append(_as(op, f"helper {OF_ARRAYS[op.name]}", op.args))
        return
    if op.name == "operator.invert" and _of_scalars(op) and dtype_of(op.outs[0].kind) == "bool":
        op = replace(op, form="unary not")
    special = _SPECIAL.get(op.name)
    if special is None or not special(op, rewriter):
        rewriter.ops.append(op)


def _of_scalars(op: Op) -> bool:
    return all(isinstance(kind_of(a), Scalar) for a in op.args)


def library_function(op: Op, rewriter: Rewriter) -> None:
    """Emit a call of a function of `math`; in the primal it raises outside its domain."""
    if op.backward or op.name in ("math.fabs", "math.copysign", "math.atan2"):
        rewriter.ops.append(op)
        return
    if len(op.args) != 1:
        refuse(f"`{op.name}` of several numbers", op.at)
    value = step(form_of(op), op.args, op.outs[0].kind, op)
    rewriter.emit(value)
    word = "in_range" if op.name in _RANGE else "in_domain"
    rewriter.ops.append(_as(op, f"helper {word}", (value.outs[0], op.args[0])))


def with_strong_numbers(op: Op, rewriter: Rewriter) -> Op:
    """The op with Python's numbers cast to the dtype of what they meet, where Numba would widen that."""
    dtypes = [dtype_of(kind_of(a)) for a in op.args]
    narrow = [d for d in dtypes if d in _NARROW]
    others = [d for d in dtypes if d not in _NARROW and d not in PYTHON]
    if narrow and "int64" in others:
        return replace(op, args=tuple(_widened(a, op, rewriter) for a in op.args))
    if not narrow or others != [d for d in others if d == "bool"]:
        return op
    args: list[Atom] = []
    for atom, dtype in zip(op.args, dtypes, strict=True):
        if dtype in PYTHON and not (op.name == "operator.pow" and _exponent(op) in (1, 2, 3, 4)):
            cast = step(f"call np.{narrow[0]}", (atom,), Scalar(narrow[0]), op)
            atom = rewriter.emit(cast)
        args.append(atom)
    return replace(op, args=tuple(args))


def _widened(atom: Atom, op: Op, rewriter: Rewriter) -> Atom:
    """NumPy computes with float32 and int64 in float64."""
    kind = kind_of(atom)
    if dtype_of(kind) not in _NARROW:
        return atom
    if isinstance(kind, Array):
        wide = step("method astype", (atom, Const(np.dtype("float64"))), Array("float64", kind.dims), op)
    else:
        wide = step("call np.float64", (atom,), Scalar("float64"), op)
    return rewriter.emit(wide)


def _as(op: Op, form: str, args: tuple[Atom, ...]) -> Op:
    """The op in another form, with the same result."""
    return replace(step(form, args, op.outs[0].kind, op), outs=op.outs, note=op.note)


def _are_python(op: Op) -> bool:
    """Whether an op of the primal computes with Python's numbers.

    Raises:
        UnsupportedError: that depends on the number of turns of a loop.
    """
    if op.backward:
        return False
    kinds = [kind_of(a) for a in op.args]
    dtypes = [dtype_of(k) for k in kinds]
    if any(isinstance(k, Array) for k in kinds) or any(d not in PYTHON and d != "real64" for d in dtypes):
        return False
    if "real64" in dtypes:
        refuse(
            "whether a number is Python's, which raises where NumPy's gives inf, depends on the number of turns",
            op.at,
            "start from a NumPy number: `np.float64(...)`",
        )
    return True


def _is_nonzero(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value != 0


def _division(word: str) -> Callable[[Op, Rewriter], bool]:
    def division(op: Op, rewriter: Rewriter) -> bool:
        ints = all(dtype_of(kind_of(a)) in ("pyint", "pybool") for a in op.args)
        if _is_nonzero(op.args[1]) or not (_are_python(op) or (ints and word != "divided")):
            if word != "divided" and not _is_float(op) and not _is_nonzero(op.args[1]):
                refuse("whole numbers divided by what may be 0", op.at)
            return False
        rewriter.ops.append(_as(op, f"helper {word}", op.args))
        return True

    return division


def _is_float(op: Op) -> bool:
    return any(_floats(kind_of(a)) for a in op.args)


def _floats(kind: Kind) -> bool:
    return (dtype_of(kind) or "") in ("pyfloat", "float64", "float32", "real64")


def _power(op: Op, rewriter: Rewriter) -> bool:
    base = op.args[0]
    number = _exponent(op)
    ints = not _floats(kind_of(base)) and dtype_of(kind_of(base)) != "real"
    if ints and (number is None or number < 0):
        refuse("a power of whole numbers whose exponent is not a number of the text", op.at)
    python = not ints and _are_python(op)
    if python:
        word = _SMALL.get(number or 0)
        rewriter.ops.append(_as(op, f"helper {word}", (base,)) if word else _as(op, "helper powered", op.args))
        return True
    if number not in (2, 3, 4) or isinstance(base, Const):
        return False
    product: Atom = base
    for _ in range(number - 2):
        product = rewriter.emit(step("binary *", (product, base), op.outs[0].kind, op))
    rewriter.ops.append(_as(op, "binary *", (product, base)))
    return True


def _exponent(op: Op) -> int | None:
    exponent = op.args[1]
    if not isinstance(exponent, Const) or not isinstance(exponent.value, int | float):
        return None
    return int(exponent.value) if float(exponent.value).is_integer() else None


def _square(op: Op, rewriter: Rewriter) -> bool:
    rewriter.ops.append(_as(op, "binary *", (op.args[0], op.args[0])))
    return True


def _shift(op: Op, rewriter: Rewriter) -> bool:
    refuse("whole numbers that are shifted", op.at)


def _absolute(op: Op, rewriter: Rewriter) -> bool:
    if form_of(op) == "call abs" and not isinstance(kind_of(op.args[0]), Scalar):
        rewriter.ops.append(_as(op, "call np.abs", op.args))
        return True
    return False


_SPECIAL: dict[str, Callable[[Op, Rewriter], Any]] = {
    "operator.truediv": _division("divided"),
    "operator.floordiv": _division("floor_divided"),
    "operator.mod": _division("remainder"),
    "operator.pow": _power,
    "np.square": _square,
    "abs": _absolute,
    "operator.lshift": _shift,
}

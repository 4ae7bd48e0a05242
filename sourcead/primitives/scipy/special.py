"""The functions of `scipy.special`: ufuncs of real arguments, and the few that are written in Python."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import scipy.special

from sourcead.ir import Primitive
from sourcead.kinds import TOP, Array, Kind, Scalar, dims_of
from sourcead.primitives.arithmetic import UFUNC_REFUSED, UFUNC_STATIC
from sourcead.primitives.promotion import arraylike, broadcast_kind, ufunc_kind
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import Axis, array_dtype, as_array, inexact, is_none, promoted, reduced, shaped

_KEYWORDS = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default) for name, default in (
    ("out", None), ("where", True), ("casting", "same_kind"), ("order", "K"), ("dtype", None), ("subok", True),
)]  # fmt: skip
SMOOTH = (
    "expit", "log_expit", "erf", "erfc", "ndtr", "log_ndtr", "cosm1", "sindg", "cosdg", "j0", "j1", "jv",
    "i0e", "i1e", "ive", "huber", "pseudo_huber", "radian", "dawsn",
)  # fmt: skip
WITH_POLES = (  # or with results that overflow
    "exp2", "exp10", "expm1", "exprel", "log1p", "cbrt", "erfcx", "erfi", "gamma", "gammaln", "loggamma", "psi",
    "beta", "betaln", "binom", "gammainc", "gammaincc", "betainc", "betaincc", "betaincinv", "gammaincinv", "xlogy",
    "xlog1py", "entr", "rel_entr", "kl_div", "y0", "y1", "yn", "yv", "k0", "k0e", "k1", "k1e", "kn", "kv", "kve",
    "i0", "i1", "iv", "hyp1f1", "exp1", "expi",
)  # fmt: skip
ONTO_THE_LINE = ("logit", "erfinv", "ndtri", "erfcinv")  # of an interval: both ends are poles
WITHOUT_DERIVATIVE = ("gammasgn", "round")


def refuse_complex(name: str, *kinds: Kind) -> None:
    """Refuse complex arguments: the rules are those of real functions."""
    for kind in kinds:
        if "complex" in (array_dtype(kind) or ""):
            raise NotCovered(f"{name} of complex numbers is not differentiated")


def _declare(ufunc: np.ufunc, **how: Any) -> Primitive:
    def infer(*kinds: Kind, **keywords: Any) -> Kind:
        refuse_complex(f"scipy.special.{ufunc.__name__}", *kinds)
        return ufunc_kind(ufunc, *kinds)

    operands = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in "abc"[: ufunc.nin]]
    infer.__signature__ = inspect.Signature([*operands, *_KEYWORDS])  # type: ignore[attr-defined]
    name = f"scipy.special.{ufunc.__name__}"
    return declare(ufunc, name=name, refuse=f"{UFUNC_REFUSED} {UFUNC_STATIC}", elementwise=True, **how)(infer)


def _declare_all() -> None:
    for names, how in (
        (SMOOTH, {}),
        (WITH_POLES, {"singular": True}),
        (ONTO_THE_LINE, {"singular": True, "harmless": 0.5}),
        (WITHOUT_DERIVATIVE, {"differentiable": False}),
    ):
        for name in names:
            ufunc = getattr(scipy.special, name, None)
            if isinstance(ufunc, np.ufunc):  # some are not in every version
                _declare(ufunc, **({"linear": "a b c"} if name == "radian" else how))


_declare_all()


def _spread(name: str, dtype: str | None, *kinds: Kind) -> Kind:
    """The kind of a function that makes arrays of its arguments: an array also where they have no axes."""
    refuse_complex(name, *kinds)
    operands = arraylike(kinds)
    if operands is None:
        return TOP
    found = broadcast_kind(dtype, operands)
    return Array(dtype, dims_of(found) or ())


@declare(scipy.special.polygamma, name="scipy.special.polygamma", elementwise=True, singular=True)
def polygamma(n: Kind, x: Kind) -> Kind:
    return _spread("scipy.special.polygamma", None if array_dtype(x) is None else "float64", n, x)


@declare(scipy.special.multigammaln, name="scipy.special.multigammaln", static="d", effects="raises")
def multigammaln(a: Kind, d: int) -> Kind:
    refuse_complex("scipy.special.multigammaln", a)
    array = as_array(a)
    return TOP if array is None else shaped("float64", array.dims)


@declare(scipy.special.logsumexp, name="scipy.special.logsumexp", static="axis keepdims", refuse="return_sign")
def logsumexp(
    a: Kind, axis: Axis = None, b: Kind | None = None, keepdims: bool = False, return_sign: bool = False
) -> Kind:
    refuse_complex("scipy.special.logsumexp", a, *(() if b is None else (b,)))
    array = as_array(a)
    if keepdims and array is not None and not array.dims:
        raise NotCovered("scipy.special.logsumexp of a number with keepdims")
    if b is None or is_none(b):
        return reduced(a, inexact(array_dtype(a)), axis, keepdims)
    operands = arraylike((a, b))
    if operands is None:
        return TOP
    whole = broadcast_kind(inexact(promoted(*(k.dtype for k in operands))), operands)
    return reduced(whole, array_dtype(whole), axis, keepdims)


def _normalised(name: str, x: Kind) -> Kind:
    refuse_complex(name, x)
    array = as_array(x)
    return TOP if array is None else shaped(inexact(array.dtype), array.dims)


@declare(scipy.special.softmax, name="scipy.special.softmax", static="axis")
def softmax(x: Kind, axis: Axis = None) -> Kind:
    return _normalised("scipy.special.softmax", x)


@declare(scipy.special.log_softmax, name="scipy.special.log_softmax", static="axis")
def log_softmax(x: Kind, axis: Axis = None) -> Kind:
    return _normalised("scipy.special.log_softmax", x)


@declare(scipy.special.zeta, name="scipy.special.zeta", refuse="out", elementwise=True, singular=True)
def zeta(x: Kind, q: Kind | None = None, out: Any = None) -> Kind:
    refuse_complex("scipy.special.zeta", x)
    return TOP if q is None or is_none(q) else ufunc_kind(scipy.special.beta, x, q)  # the same dtypes


# Counts: of integers, as a rule ---------------------------------------------------------------------------------------


@declare(scipy.special.factorial, name="scipy.special.factorial", static="exact", refuse="extend", effects="raises")
def factorial(n: Kind, exact: bool = False, extend: str = "zero") -> Kind:
    return Scalar("float64") if not exact and isinstance(n, Scalar) and n.dtype in ("pyint", "int64") else TOP


@declare(scipy.special.comb, name="scipy.special.comb", static="exact repetition", effects="raises")
def comb(N: Kind, k: Kind, *, exact: bool = False, repetition: bool = False) -> Kind:
    integers = all(isinstance(n, Scalar) and n.dtype in ("pyint", "int64") for n in (N, k))
    return Scalar("float64") if integers and not exact and not repetition else TOP

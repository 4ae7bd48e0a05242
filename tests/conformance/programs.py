"""Turns one-line programs into functions, differentiates them in every way, and compares with central differences."""

from __future__ import annotations

import cmath
import hashlib
import itertools
import linecache
import math
import operator
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import scipy
import scipy.fft
import scipy.linalg
import scipy.signal
import scipy.sparse
import scipy.spatial.distance
import scipy.special
import scipy.stats

import sourcead
from sourcead.derivative import Derivative
from tests.kit import assert_trees_close, central_differences, leaves

NAMES = ("x", "y", "z")


@lru_cache(256)
def program(expression: str, arity: int, weighted: bool | None, real: bool = False) -> Callable[..., Any]:
    """A function of x, y, ... that returns the expression; weighted: times w (None: as it is, w not a parameter), and
    summed where `weighted` is True; real: the real part of that."""
    params = [*NAMES[:arity], "w"]
    body = {None: expression, False: f"({expression}) * w", True: f"np.sum(({expression}) * w)"}[weighted]
    if real:
        body = f"np.real({body})"
    text = f"def f({', '.join(params)}):\n    return {body}\n"
    name = f"<program {hashlib.sha256(text.encode()).hexdigest()[:16]}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace: dict[str, Any] = {"np": np, "math": math, "cmath": cmath, "operator": operator, "scipy": scipy}
    exec(compile(text, name, "exec"), namespace)
    function: Callable[..., Any] = namespace["f"]
    return function


@lru_cache(256)
def derivative(function: Callable[..., Any], argnums: int | tuple[int, ...]) -> Derivative:
    """The value and gradient of a program."""
    return sourcead.value_and_grad(function, argnums, style="plain", stabilize=False)  # the value to the bit


def weights(result: Any) -> Any:
    """A number for a scalar, an array of distinct numbers of the result's dtype for an array."""
    if np.ndim(result) == 0:
        return 0.75 - 0.5j if np.iscomplexobj(result) else 0.75
    half = getattr(result, "dtype", None) == np.float16
    shape, dtype = np.shape(result), np.float16 if half else np.result_type(result, np.float32)
    if np.iscomplexobj(result):
        angles = 1.0 + np.arange(np.size(result))
        return (0.5 + 0.25 * np.cos(angles) + 0.4j * np.sin(angles)).reshape(shape).astype(dtype)
    return (0.5 + 0.25 * np.cos(1.0 + np.arange(np.size(result)))).reshape(shape).astype(dtype)


def check(expression: str, args: tuple[Any, ...], *, weighted: bool = True, generic: bool = True,
          only: tuple[int, ...] | None = None, rtol: float | None = None) -> None:  # fmt: skip
    """Compare every derivative of a program at these arguments with central differences and with the contract."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = program(expression, len(args), None)(*args, None)
    is_array = np.ndim(result) > 0
    real = np.iscomplexobj(result)
    function = program(expression, len(args), is_array if weighted else None, real)
    if is_array and not weighted:
        function = program(f"np.sum({expression})", len(args), None, real)
    every = (*args, weights(result))
    value, quiet = silent(function, every)
    argnums = tuple(k for k, a in enumerate(args) if leaves(a)) if only is None else only
    dtypes = [leaf.dtype for a in every for leaf in leaves(a) if hasattr(leaf, "dtype")]
    single = any(dtype in (np.float32, np.complex64) for dtype in dtypes)
    tolerances = (rtol or 1e-4, 1e-5) if single else (rtol or 1e-6, 1e-8)
    if any(dtype == np.float16 for dtype in dtypes):
        tolerances = rtol or 1e-2, 1e-2
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = {k: central_differences(function, every, k) for k in argnums}
    wanted: list[int | tuple[int, ...]] = [*argnums, argnums] if len(argnums) > 1 else [*argnums]
    for chosen, way in itertools.product(wanted, ("specialised", "generic") if generic else ("specialised",)):
        d = derivative(function, chosen)
        run = d.specialize(*every).fn if way == "specialised" else d._generic_bound().fn
        try:
            found, gradient = called(run, every, quiet)
        except sourcead.UnsupportedError as error:
            assert way == "generic" and "complex" in str(error) and any(map(np.iscomplexobj, every))
            continue
        what = f"{way}, argnums={chosen}"
        assert same_bits(found, value), f"{what}: value {found!r} where f gives {value!r}"
        parts = {chosen: gradient} if isinstance(chosen, int) else dict(zip(chosen, gradient, strict=True))
        for k, part in parts.items():
            agrees(part, every[k], f"{what}: argument {k}")
            assert_trees_close(part, expected[k], *tolerances, what=f"{what}: argument {k}")
        owned(parts, every, what)


def silent(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, bool]:
    """The function's value, and whether it gave no warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = function(*args)
    return value, not caught


def called(run: Callable[..., Any], args: tuple[Any, ...], quiet: bool) -> Any:
    """The derivative's result; where the function itself is quiet, so must it be."""
    with warnings.catch_warnings():
        warnings.simplefilter("error" if quiet else "ignore")
        return run(*args)


def same_bits(a: Any, b: Any) -> bool:
    """Whether two values are one type, dtype, shape and bit pattern."""
    left, right = np.asarray(a), np.asarray(b)
    return type(a) is type(b) and left.dtype == right.dtype and left.tobytes() == right.tobytes()


def agrees(gradient: Any, argument: Any, what: str) -> None:
    """The kind that the contract gives a gradient: that of its argument, of an int a float."""
    if isinstance(argument, list | tuple):
        assert type(gradient) is type(argument) and len(gradient) == len(argument), f"{what}: {gradient!r}"
        for g, a in zip(gradient, argument, strict=True):
            agrees(g, a, what)
    elif isinstance(argument, np.ndarray | np.generic):
        assert type(gradient) is type(argument), f"{what}: {type(gradient)} where {type(argument)} is expected"
        assert gradient.dtype == argument.dtype, f"{what}: {gradient.dtype} where {argument.dtype} is expected"
        assert gradient.shape == argument.shape, f"{what}: {gradient.shape} where {argument.shape} is expected"
    else:
        wanted = complex if isinstance(argument, complex) else float
        assert isinstance(gradient, wanted), f"{what}: {type(gradient)} where a {wanted.__name__} is expected"


def owned(parts: dict[int, Any], args: tuple[Any, ...], what: str) -> None:
    """Gradients can be written to and share no memory with arguments or with each other."""
    mine = [g for part in parts.values() for g in leaves(part) if isinstance(g, np.ndarray) and g.size]
    theirs = [a for arg in args for a in leaves(arg) if isinstance(a, np.ndarray)]
    for position, g in enumerate(mine):
        assert g.flags.writeable, f"{what}: the gradient is read-only"
        for other in (*theirs, *mine[:position]):
            assert not np.shares_memory(g, other), f"{what}: the gradient shares memory"

"""Convolution and correlation: `scipy.signal`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import scipy.signal

from sourcead.kinds import TOP, Array, Dim, Kind, dim_of
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.scipy.special import refuse_complex
from sourcead.primitives.shapes import Dims, as_array, inexact, promoted_strong

MODES = ("full", "same", "valid")
MAX_AXES = 2


def _size(mode: str, n: Dim, m: Dim) -> Dim:
    """The size of the result along one axis."""
    if mode == "same":
        return n
    if isinstance(n.key, int) and isinstance(m.key, int):
        return dim_of(n.key + m.key - 1 if mode == "full" else abs(n.key - m.key) + 1)
    if m.one or n.one:
        return n if m.one else m
    one = False if mode == "full" and False in (n.one, m.one) else None
    return Dim(None if None in (n.key, m.key) else (mode, n, m), one)


def _kind(name: str, in1: Kind, in2: Kind, mode: str, real: bool) -> Kind:
    refuse_complex(name, in1, in2)
    if mode not in MODES:
        raise NotCovered(f"{name} with mode={mode!r}; covered: {', '.join(MODES)}")
    left, right = as_array(in1), as_array(in2)
    if left is None or right is None:
        return TOP
    if not 0 < len(left.dims) <= MAX_AXES or len(left.dims) != len(right.dims):
        raise NotCovered(f"{name} is covered for vectors and for matrices")
    dtype = promoted_strong(left.dtype, right.dtype)
    dims: Dims = tuple(_size(mode, n, m) for n, m in zip(left.dims, right.dims, strict=True))
    return Array(inexact(dtype) if real else dtype, dims)


def _declare(function: Callable[..., Any], extra: dict[str, Any], static: str, real: bool = False) -> None:
    name = f"scipy.signal.{function.__name__}"

    def infer(in1: Kind, in2: Kind, mode: str = "full", **others: Any) -> Kind:
        return _kind(name, in1, in2, mode, real)

    signature = inspect.signature(infer)
    parameters = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    parameters += [inspect.Parameter(k, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=v) for k, v in extra.items()]
    infer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    refuse = " ".join(set(extra) - set(static.split()))
    declare(function, name=name, static=f"mode {static}", refuse=refuse, effects="raises", linear="in1, in2")(infer)


_declare(scipy.signal.convolve, {"method": "auto"}, "method")
_declare(scipy.signal.correlate, {"method": "auto"}, "method")
_declare(scipy.signal.fftconvolve, {"axes": None}, "", real=True)
_declare(scipy.signal.oaconvolve, {"axes": None}, "", real=True)
_declare(scipy.signal.convolve2d, {"boundary": "fill", "fillvalue": 0}, "")
_declare(scipy.signal.correlate2d, {"boundary": "fill", "fillvalue": 0}, "")

"""Discrete Fourier transforms: `np.fft`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, dim_of
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import as_array, is_none, normal_axes, size_of, sizes_of, strong

Axes = tuple[int, ...]


@lru_cache(maxsize=256)
def _answered(transform: Callable[..., Any], dtype: str) -> str:
    """The dtype that NumPy gives for a dtype."""
    return str(transform(np.zeros(2, dtype)).dtype.name)


def _dtype(transform: Callable[..., Any], dtype: str | None) -> str | None:
    dtype = strong(dtype)
    if dtype is None:
        return None
    return _answered(transform, dtype)


def _half(n: Dim) -> Dim:
    """The number of frequencies that n real numbers have: n // 2 + 1."""
    if isinstance(n.key, int):
        return dim_of(n.key // 2 + 1)
    return ONE if n.one else Dim(None if n.key is None else ("half", n), n.one)


def _whole(m: Dim) -> Dim:
    """The number of real numbers that m frequencies stand for: 2 * (m - 1)."""
    if isinstance(m.key, int):
        return dim_of(max(2 * (m.key - 1), 0))
    return Dim(None if m.key is None else ("unhalved", m), False)


def _given_size(n: Kind | None) -> Dim | None:
    return None if n is None or is_none(n) else size_of(n) or ANY


# Along one axis -------------------------------------------------------------------------------------------------------


def _declare_one(name: str, length: Callable[[Dim | None, Dim], Dim]) -> None:
    transform = getattr(np.fft, name)

    @declare(transform, name=f"np.fft.{name}", static="axis norm", refuse="out", linear="a", complexes=True)
    def _(a: Kind, n: Kind | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Kind:
        array = as_array(a)
        if array is None or not array.dims:
            return TOP
        (k,) = normal_axes(axis, len(array.dims))
        size = length(_given_size(n), array.dims[k])
        return Array(_dtype(transform, array.dtype), (*array.dims[:k], size, *array.dims[k + 1 :]))


_declare_one("fft", lambda n, m: n or m)
_declare_one("ifft", lambda n, m: n or m)
_declare_one("rfft", lambda n, m: _half(n or m))
_declare_one("irfft", lambda n, m: n or _whole(m))
_declare_one("hfft", lambda n, m: n or _whole(m))
_declare_one("ihfft", lambda n, m: _half(n or m))


# Along several axes ---------------------------------------------------------------------------------------------------


def _sizes(array: Array, s: Kind | None, axes: Axes | None) -> tuple[Axes, list[Dim | None]] | None:
    """The axes that are transformed and the sizes asked for (None: as it is); None where their number is not known."""
    if s is None or is_none(s):
        chosen = normal_axes(axes, len(array.dims))
        return chosen, [None] * len(chosen)
    if axes is None:
        raise NotCovered("a transform with `s` and without `axes`: NumPy asks for both")
    sizes = sizes_of(s)
    if sizes is None:
        return None
    if None in sizes:
        raise NotCovered("a transform with a size of -1 in `s`: write the size")
    return normal_axes(axes, len(array.dims)), sizes


def _declare_many(name: str, last: Callable[[Dim | None, Dim], Dim]) -> None:
    transform, one = getattr(np.fft, name), getattr(np.fft, name.rstrip("n2"))
    standard = (-2, -1) if name.endswith("2") else None

    def infer(
        a: Kind, s: Kind | None = None, axes: Axes | None = standard, norm: str | None = None, out: Any = None
    ) -> Kind:
        array = as_array(a)
        if array is None:
            return TOP
        found = _sizes(array, s, axes)
        if found is None:
            return TOP
        chosen, sizes = found
        if len(set(chosen)) < len(chosen):
            raise NotCovered("a transform twice along one axis: write it as two transforms")
        dims = list(array.dims)
        for position, (k, size) in enumerate(zip(chosen, sizes, strict=False)):
            dims[k] = last(size, dims[k]) if position == len(chosen) - 1 else size or dims[k]
        return Array(_dtype(one, array.dtype), tuple(dims))

    declare(transform, name=f"np.fft.{name}", static="axes norm", refuse="out", linear="a", complexes=True)(infer)


for _end in ("2", "n"):
    _declare_many(f"fft{_end}", lambda n, m: n or m)
    _declare_many(f"ifft{_end}", lambda n, m: n or m)
    _declare_many(f"rfft{_end}", lambda n, m: _half(n or m))
    _declare_many(f"irfft{_end}", lambda n, m: n or _whole(m))


# Frequencies ----------------------------------------------------------------------------------------------------------


def _same(x: Kind) -> Kind:
    array = as_array(x)
    return TOP if array is None else array


@declare(np.fft.fftshift, name="np.fft.fftshift", static="axes", linear="x")
def fftshift(x: Kind, axes: int | Axes | None = None) -> Kind:
    return _same(x)


@declare(np.fft.ifftshift, name="np.fft.ifftshift", static="axes", linear="x")
def ifftshift(x: Kind, axes: int | Axes | None = None) -> Kind:
    return _same(x)


@declare(np.fft.fftfreq, name="np.fft.fftfreq", refuse="device")
def fftfreq(n: Kind, d: Kind | None = None, device: Any = None) -> Kind:
    return Array("float64", (size_of(n) or ANY,))


@declare(np.fft.rfftfreq, name="np.fft.rfftfreq", refuse="device")
def rfftfreq(n: Kind, d: Kind | None = None, device: Any = None) -> Kind:
    return Array("float64", (_half(size_of(n) or ANY),))



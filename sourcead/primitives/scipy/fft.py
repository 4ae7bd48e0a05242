"""Discrete Fourier transforms: `scipy.fft`, which has the functions of `np.fft` under the same names."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft

from sourcead.kinds import Array, Kind
from sourcead.primitives.registry import declare, primitive_of
from sourcead.primitives.trials import tried

ALONG_ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
ALONG_MANY = ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")
_REFUSED = "overwrite_x workers plan"


def _kind(name: str, x: Kind, size: Kind | None, **attrs: Any) -> Kind:
    """What NumPy's function gives, in the dtype that SciPy's gives."""
    infer = primitive_of(getattr(np.fft, name)).infer
    assert infer is not None
    found = infer(x, size, **attrs)
    given = getattr(x, "dtype", None)
    if not isinstance(found, Array) or given is None:
        return found
    one = getattr(scipy.fft, name.rstrip("n2"))
    return Array(tried(one, given), found.dims)


def _declare_one(name: str) -> None:
    def infer(
        x: Kind,
        n: Kind | None = None,
        axis: int = -1,
        norm: str | None = None,
        overwrite_x: bool = False,
        workers: Any = None,
        *,
        plan: Any = None,
    ) -> Kind:
        return _kind(name, x, n, axis=axis, norm=norm)

    target = getattr(scipy.fft, name)
    declare(target, name=f"scipy.fft.{name}", static="axis norm", refuse=_REFUSED, linear="x", complexes=True)(infer)


def _declare_many(name: str) -> None:
    standard = (-2, -1) if name.endswith("2") else None

    def infer(
        x: Kind,
        s: Kind | None = None,
        axes: tuple[int, ...] | None = standard,
        norm: str | None = None,
        overwrite_x: bool = False,
        workers: Any = None,
        *,
        plan: Any = None,
    ) -> Kind:
        return _kind(name, x, s, axes=axes, norm=norm)

    target = getattr(scipy.fft, name)
    declare(target, name=f"scipy.fft.{name}", static="axes norm", refuse=_REFUSED, linear="x", complexes=True)(infer)


for _name in ALONG_ONE:
    _declare_one(_name)
for _name in ALONG_MANY:
    _declare_many(_name)

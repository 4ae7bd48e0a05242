"""Which rules hold for complex numbers, and how.

holomorphic: the rule gives g * f'(x); of complex numbers the compiler conjugates what goes in and what comes out.
its own: the rule gives the cotangent of complex numbers itself: it chooses, arranges, or says `conj` where it must.

A function that is linear with real coefficients (`linear=`) is of the second kind by itself. The rules of all others
are refused where their arguments are complex.
"""

from __future__ import annotations

import cmath
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.primitives.creation import astype
from sourcead.primitives.extracting import item
from sourcead.primitives.shaping import flat_copy

_HOLOMORPHIC: set[int] = set()
_ITS_OWN: set[int] = set()
_KEPT: list[object] = []  # what ids stand for must not go


def holomorphic(*targets: Any) -> None:
    """Declare that the rules of these functions hold for complex numbers, too."""
    _HOLOMORPHIC.update(map(id, targets))
    _KEPT.extend(targets)


def with_conjugates(*targets: Any) -> None:
    """Declare that the rules of these functions give the cotangents of complex numbers."""
    _ITS_OWN.update(map(id, targets))
    _KEPT.extend(targets)


def is_holomorphic(target: object) -> bool:
    """Whether the rule of a function is to be conjugated for complex numbers."""
    return id(target) in _HOLOMORPHIC


def conjugates_itself(target: object) -> bool:
    """Whether the rule of a function is right for complex numbers as it stands."""
    return id(target) in _ITS_OWN


def named(module: Any, names: str) -> list[Callable[..., Any]]:
    """The functions of these names that a module has."""
    return [getattr(module, name) for name in names.split() if hasattr(module, name)]


holomorphic(operator.mul, operator.truediv, operator.pow, operator.matmul)
holomorphic(
    *named(
        np,
        "multiply divide power float_power exp exp2 expm1 log log2 log10 log1p sqrt square reciprocal sin cos tan"
        " arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sinc matmul matvec dot inner outer tensordot"
        " einsum kron cross convolve vander polyval prod cumprod nanprod cumulative_prod trapezoid",
    )
)
holomorphic(
    *named(np.linalg, "inv det solve matrix_power multi_dot tensorinv tensorsolve cross outer matmul tensordot"),
    *named(cmath, "exp log log10 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh"),
)
with_conjugates(operator.add, operator.sub, operator.neg, operator.pos, abs, sum, max, min, complex)
with_conjugates(astype, item, flat_copy, *named(cmath, "phase polar rect"))
with_conjugates(
    *named(
        np,
        "add subtract negative positive conjugate absolute real imag angle sum mean nansum cumsum maximum minimum clip"
        " max min fmax fmin where array asarray copy full full_like transpose swapaxes moveaxis squeeze expand_dims"
        " reshape ravel broadcast_to concatenate stack vstack hstack column_stack complex64 complex128 float32 float64",
    )
)

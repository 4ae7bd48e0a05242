"""Every rule of the Fourier transforms and of complex numbers, called as a plain function."""

from __future__ import annotations

import cmath
from typing import Any

import numpy as np
import pytest

from sourcead.rules.registry import adjoint_rule
from tests.rules.rulekit import check

REAL = (np.fft.rfft, np.fft.ihfft)
BOTH = (np.fft.fft, np.fft.ifft, np.fft.irfft, np.fft.hfft)
MANY = (np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn)
TWO = (np.fft.fft2, np.fft.ifft2, np.fft.rfft2, np.fft.irfft2)
X = np.random.default_rng(0).normal(size=(3, 4))


def real_part(target: Any, x: Any, **keywords: Any) -> None:
    """The part of the cotangent that a real argument has."""
    rule = adjoint_rule(target)
    assert rule is not None
    y = target(x, **keywords)
    g = np.cos(np.arange(y.size)).reshape(y.shape) * (1 + 0.5j if np.iscomplexobj(y) else 1)
    found = np.real(rule(g, y, x, **keywords))
    step = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        step[index] = 1.0
        assert found[index] == pytest.approx(np.sum(np.conj(g) * target(step, **keywords)).real)  # it is linear
        step[index] = 0.0


@pytest.mark.parametrize("norm", [None, "ortho", "forward", "backward"])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("target", [*REAL, *BOTH], ids=lambda f: f.__name__)
def test_along_one_axis(target: Any, axis: int, norm: str | None) -> None:
    real_part(target, X, axis=axis, norm=norm)


@pytest.mark.parametrize("target", [*MANY, *TWO], ids=lambda f: f.__name__)
@pytest.mark.parametrize("axes", [(0, 1), (1, 0)])
def test_along_several_axes(target: Any, axes: tuple[int, int]) -> None:
    real_part(target, X, axes=axes, norm="ortho")
    real_part(target, X)


@pytest.mark.parametrize("target", [np.fft.fftshift, np.fft.ifftshift], ids=lambda f: f.__name__)
def test_shifts(target: Any) -> None:
    real_part(target, X)
    real_part(target, X, axes=1)


@pytest.mark.parametrize("name", ["log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
                                  "asinh", "exp", "log10", "atanh"])  # fmt: skip
def test_holomorphic_functions_have_their_derivative(name: str) -> None:
    target, z, step = getattr(cmath, name), 0.4 + 0.3j, 1e-5
    rule = adjoint_rule(target)
    assert rule is not None
    slope = (target(z + step) - target(z - step)) / (2 * step)
    assert rule(1.0, target(z), z) == pytest.approx(slope, rel=1e-8)


def test_parts() -> None:
    check(np.real, [X])
    check(np.conjugate, [X])
    rule = adjoint_rule(np.angle)
    assert rule is not None
    assert rule(1.0, np.angle(1 + 1j), 1 + 1j) == pytest.approx((-1 + 1j) / 2)
    assert rule(1.0, np.angle(1 + 1j, deg=True), 1 + 1j, deg=True) == pytest.approx((-1 + 1j) * 90 / np.pi)

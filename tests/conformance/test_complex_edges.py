"""Complex numbers at the hard points: kinks, conjugates, second derivatives, dtypes, texts and refusals."""

from __future__ import annotations

import cmath
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import ArgumentError, MissingRuleError, UnsupportedError
from tests.kit import central_differences
from tests.refusing import refused

Z = np.array([1 + 2j, 0j, -3j])


def text(f: Callable[..., Any], *args: Any) -> str:
    """The body of a gradient, without comments."""
    source = sourcead.grad(f).specialize(*args).source
    lines = [line.partition("#")[0].strip() for line in source.partition("def ")[2].split('"""')[-1].splitlines()]
    return "\n".join(line for line in lines if line)


def test_the_squared_modulus_has_the_gradient_two_z() -> None:
    np.testing.assert_array_equal(sourcead.grad(lambda z: np.sum((z * np.conj(z)).real))(Z), 2 * Z)
    np.testing.assert_array_equal(sourcead.grad(lambda z: np.sum(z.real**2 + z.imag**2))(Z), 2 * Z)


def test_real_and_imaginary_parts() -> None:
    np.testing.assert_array_equal(sourcead.grad(lambda z: np.sum(z.real))(Z), np.ones(3, complex))
    np.testing.assert_array_equal(sourcead.grad(lambda z: np.sum(z.imag))(Z), np.full(3, 1j))
    np.testing.assert_array_equal(sourcead.grad(lambda z: np.sum((1j * z).real))(Z), np.full(3, -1j))


def test_abs_and_angle_have_the_derivative_0_at_0() -> None:
    np.testing.assert_allclose(sourcead.grad(lambda z: np.sum(np.abs(z)))(Z), [(1 + 2j) / np.sqrt(5), 0, -1j])
    np.testing.assert_allclose(sourcead.grad(lambda z: np.sum(np.angle(z)))(Z), [(-2 + 1j) / 5, 0, 1 / 3])
    assert sourcead.grad(lambda z: abs(z))(0j) == 0
    assert sourcead.grad(lambda z: cmath.phase(z))(0j) == 0


def test_a_holomorphic_function_has_the_conjugate_of_its_derivative() -> None:
    z = 0.3 + 0.4j
    assert sourcead.grad(lambda z: np.exp(z * z).real)(z) == pytest.approx(np.conj(2 * z * np.exp(z * z)))
    assert sourcead.grad(lambda z: cmath.exp(z).imag)(z) == pytest.approx(1j * np.conj(np.exp(z)))


@pytest.mark.parametrize(("wide", "narrow"), [(np.complex64, np.float32), (np.complex128, np.float64)])
def test_dtypes_stay(wide: Any, narrow: Any) -> None:
    assert sourcead.grad(lambda z: np.sum(np.abs(z * z)))(Z.astype(wide)).dtype == wide
    assert sourcead.grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(np.ones(4, narrow)).dtype == narrow
    assert sourcead.grad(lambda x: np.sum(np.fft.irfft(np.fft.rfft(x)) ** 2))(np.ones(4, narrow)).dtype == narrow
    assert sourcead.grad(lambda x: np.sum((x * 1j).imag))(np.ones(4, narrow)).dtype == narrow


def test_the_energy_of_a_spectrum_is_that_of_the_signal() -> None:
    """Parseval: the sum of abs(fft(x))**2 is n times that of x**2."""
    x = np.arange(1.0, 6)
    np.testing.assert_allclose(sourcead.grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(x), 10 * x)
    ortho = sourcead.grad(lambda x: np.sum(np.abs(np.fft.fft(x, norm="ortho")) ** 2))
    np.testing.assert_allclose(ortho(x), 2 * x)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.abs(np.fft.fft(x)) ** 3),
        lambda x: np.sum(np.fft.irfft(np.fft.rfft(x) ** 2, n=5) ** 2),
        lambda x: np.sum(np.angle(np.fft.rfft(x)) ** 2),
        lambda x: np.sum((np.exp(1j * x) * x).real ** 3),
        lambda x: np.sum(np.abs(np.fft.rfftn(x, (8,), (0,))) ** 3),
        lambda x: np.sum(np.fft.hfft(x) ** 3),
    ],
)
def test_second_derivatives(f: Callable[..., Any]) -> None:
    x, v = np.array([0.3, -0.7, 1.1, 0.4, 0.9]), np.array([0.5, 0.2, -0.3, 0.8, 0.1])

    def along(x: Any) -> Any:
        return np.sum(sourcead.grad(f)(x) * v)

    np.testing.assert_allclose(sourcead.grad(along)(x), central_differences(along, (x,)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: abs(cmath.rect(x, 2 * x) + 1),
        lambda x: cmath.polar(x + 1j * x * x)[1],
        lambda x: cmath.phase(x + 2j),
        lambda x: np.angle(np.exp(1j * x) + x),
        lambda x: np.sum(np.abs(np.fft.rfft(np.array([x, 2 * x, x * x]))) ** 3),
        lambda x: np.prod(np.array([x, 1j * x, x + 1j])).imag,
    ],
)
def test_forward_mode(f: Callable[..., Any]) -> None:
    assert sourcead.jvp(f, (0.3,), (1.0,))[1] == pytest.approx(float(central_differences(f, (0.3,))), rel=1e-6)


@pytest.mark.optimised
def test_texts() -> None:
    x, z = np.ones(4), np.ones(3, complex)
    assert text(lambda z, w: np.sum((z * w).real), z, z).endswith("dz = np.conj(w)\nreturn dz")
    assert "conj" not in text(lambda x: np.sum(np.exp(x) * x), x)
    assert 'dx = np.fft.ifft(c, norm="forward").real' in text(lambda x, c: np.sum((np.fft.fft(x) * c).real), x, x)
    square = np.ones((2, 2), complex)
    assert text(lambda a, b: np.sum((a @ b).real), square, square).count("conj") == 1


def test_generic_source_of_complex_programs_is_right_for_both() -> None:
    d = sourcead.grad(lambda x: np.sum(np.abs(np.fft.fft(x * x)) ** 2))
    run = d._generic_bound().fn
    for x in (np.arange(4.0), np.arange(4.0) * (1 + 1j)):
        np.testing.assert_allclose(run(x), d(x))


def test_generic_source_of_real_programs_refuses_complex_numbers() -> None:
    with pytest.raises(UnsupportedError, match="complex"):
        sourcead.grad(lambda x: np.sum(np.abs(x)))._generic_bound().fn(Z)


def test_a_complex_result_is_refused() -> None:
    words = refused("def f(x):\n    return np.sum(x * 1j)", np.ones(2), error=ArgumentError)
    assert "returns a complex number" in words and "take its abs, real or imag part" in words


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("np.sum(np.fft.fftn(x, (3, 3)).real)", "with `s` and without `axes`"),
        ("np.sum(np.fft.fftn(x, axes=(0, 0)).real)", "twice along one axis"),
        ("np.sum(np.fft.fft2(x, (-1, 2)).real)", "size of -1"),
        ("np.sum(np.sign(x * 1j).real)", "write z / abs(z)"),
    ],
)
def test_refusals(expression: str, why: str) -> None:
    words = refused(f"def f(x):\n    return {expression}", np.ones((2, 2)))
    assert why in words and "model.py:2" in words


def test_a_rule_of_real_numbers_alone_is_refused_for_complex_ones() -> None:
    words = refused("def f(x):\n    return np.std(x * 1j).real", np.eye(2), error=MissingRuleError)
    assert "complex" in words


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ("np.union1d(x, x).sum()", "which entries remain depends on floats being equal"),
        ("np.roots(x).sum()", "differentiate what the roots satisfy"),
        ("rng.normal(x).sum()", "write loc + scale * draw"),
        ("np.random.normal(x).sum()", "write loc + scale * draw"),
    ],
)
def test_what_is_not_covered_says_why(call: str, why: str) -> None:
    words = refused(f"def f(x):\n    return {call}", np.ones(3), error=MissingRuleError, rng=np.random.default_rng(0))
    assert why in words and "@sourcead.adjoint(" in words and "model.py:2" in words

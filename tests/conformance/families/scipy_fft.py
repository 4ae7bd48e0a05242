"""Rows of the discrete Fourier transforms of SciPy: lengths, axes and factors; real and complex numbers."""

from __future__ import annotations

from collections.abc import Iterator

_AXES = (
    "np.abs(3 + scipy.fft.rfftn(x))", "np.abs(3 + scipy.fft.fftn(x))",
    "scipy.fft.irfftn(scipy.fft.rfftn(x) * (1 + 2j))",
    "np.abs(3 + scipy.fft.fft2(x, norm='ortho'))", "scipy.fft.ifft2(scipy.fft.fft2(x) ** 2).real",
    "np.abs(3 + scipy.fft.rfft2(x, axes=(1, 0)))", "scipy.fft.irfft2(scipy.fft.rfft2(x) ** 2)",
    "np.abs(3 + scipy.fft.ifftn(x, axes=(0,)))", "np.abs(3 + scipy.fft.fft(x, axis=0))",
    "np.abs(3 + scipy.fft.rfft(x, 5, 0))",
)  # fmt: skip
_ALONG = (
    "np.abs(3 + scipy.fft.fft(x))", "np.abs(3 + scipy.fft.rfft(x))", "np.abs(3 + scipy.fft.ifft(x, norm='forward'))",
    "scipy.fft.irfft(scipy.fft.rfft(x) * (1 + 2j), len(x))", "scipy.fft.irfft(x * (1 - 0.5j), 5)",
    "scipy.fft.hfft(x * (1 - 0.5j))", "np.abs(3 + scipy.fft.ihfft(x))", "np.abs(3 + scipy.fft.fft(x, 7))",
    "np.abs(3 + scipy.fft.fft(x, n=3))", "np.abs(3 + scipy.fft.rfft(x, norm='ortho'))", "scipy.fft.fft(x).imag",
    "scipy.fft.ifft(scipy.fft.fft(x) * np.exp(x)).real",
)  # fmt: skip
RANK_NEEDED: set[str] = set()


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Programs and the forms of their arguments."""
    for expression in _ALONG:
        for form in ("4", "5", "4 float32"):
            yield expression, (f"real {form}",)
    for expression in _AXES:
        for form in ("4,3", "4,3 F", "4,4 float32"):
            yield expression, (f"real {form}",)

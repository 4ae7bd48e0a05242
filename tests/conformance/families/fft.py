"""Rows of the discrete Fourier transforms."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.table import Row

RANK_NEEDED: set[str] = set()

ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
MANY = ("fftn", "ifftn", "rfftn", "irfftn")
TWO = ("fft2", "ifft2", "rfft2", "irfft2")
REAL_ONLY = ("rfft", "ihfft", "rfftn", "rfft2")

SIZES = ("(4, 5), (0, 1)", "s=(2, 3), axes=(0, 1)", "(3, 6), axes=(1, 0), norm='ortho'", "s=x.shape, axes=(0, 1)")


def rows() -> Iterator[Row]:
    for name in ONE:
        for keywords in ("", ", norm='ortho'", ", norm='forward'", ", norm='backward'"):
            yield f"np.fft.{name}(x{keywords})", ("real 5",)
        for n in (3, 4, 5, 6, 8):
            yield f"np.fft.{name}(x, {n})", ("real 5",)
        yield f"np.fft.{name}(x, n=len(x))", ("real 4",)
        for form in ("4", "2", "3 float32", "6 S", "3,4", "3,4 F", "2,3,4", "4 float32", "0,3"):
            yield f"np.fft.{name}(x)", (f"real {form}",)
        for keywords in ("axis=0", "axis=1", "n=3, axis=0", "5, 0", "n=2, axis=-2, norm='ortho'"):
            yield f"np.fft.{name}(x, {keywords})", ("real 4,3",)
        yield f"np.fft.{name}(x, axis=1)", ("real 2,4,3 float32",)
        yield f"np.abs(np.fft.{name}(x)) ** 2", ("real 5",)
        yield f"np.fft.{name}(x) * np.fft.{name}(y)", ("real 5", "real 5")
        yield f"np.fft.{name}([x, 2 * x, y])", ("real float", "real float")
        if name not in REAL_ONLY:
            for form in ("5 complex128", "4 complex64", "3,4 complex128"):
                yield f"np.fft.{name}(x)", (f"real {form}",)
            yield f"np.fft.{name}(x, 6)", ("real 4 complex128",)
            yield f"np.fft.{name}(x, 3)", ("real 5 complex128",)
    for name in (*MANY, *TWO):
        for keywords in ("", ", norm='ortho'", ", norm='forward'", ", axes=(0, 1)", ", axes=(1, 0)", ", axes=(-1, -2)"):
            yield f"np.fft.{name}(x{keywords})", ("real 3,4",)
        for keywords in SIZES:
            yield f"np.fft.{name}(x, {keywords})", ("real 3,4",)
        for form in ("3,4 F", "3,4 float32", "2,3,4", "2,3,3"):
            yield f"np.fft.{name}(x)", (f"real {form}",)
        yield f"np.fft.{name}(x, axes=(0, 2))", ("real 2,3,4",)
        if name not in REAL_ONLY:
            yield f"np.fft.{name}(x)", ("real 3,4 complex128",)
            yield f"np.fft.{name}(x, (2, 5), (0, 1))", ("real 3,4 complex64",)
    for name in TWO:
        yield f"np.fft.{name}(x, (3, 5))", ("real 3,4",)
        yield f"np.fft.{name}(x, s=(2, 3))", ("real 2,3,4",)
        yield f"np.fft.{name}([[x, y], [2 * y, x]])", ("real float", "real float")
        yield f"np.fft.{name}([[x, y], [2 * y, x]], s=(2, 3))", ("real float", "real float")
    for name in MANY:
        yield f"np.fft.{name}(x)", ("real 5",)
        yield f"np.fft.{name}(x, axes=(1,))", ("real 3,4",)
    for name in ("fftshift", "ifftshift"):
        for keywords in ("", ", axes=0", ", axes=(1,)", ", axes=(0, 1)", ", axes=-1"):
            yield f"np.fft.{name}(x{keywords})", ("real 3,4",)
        for form in ("5", "4 float32", "0", "2,3,2", "4 complex128"):
            yield f"np.fft.{name}(x)", (f"real {form}",)
    for name in ("fftfreq", "rfftfreq"):
        yield f"np.fft.{name}(5, x)", ("positive float",)
        yield f"np.fft.{name}(6, d=x)", ("positive scalar",)
        yield f"np.fft.{name}(len(x), 0.5)[:2] * x[:2]", ("real 4",)
    yield "np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(y), n=len(x))", ("real 5", "real 5")
    yield "np.fft.irfft(np.fft.rfft(x) * np.exp(-np.fft.rfftfreq(6) ** 2), n=6)", ("real 6 float32",)
    yield "np.fft.ifft(1j * np.fft.fftfreq(5) * np.fft.fft(x)).real", ("real 5",)
    yield "np.fft.ifft2(np.fft.fft2(x) * np.fft.fft2(y)).real", ("real 3,4", "real 3,4")
    yield "np.angle(np.fft.fft(x))[1:3]", ("real 5",)
    yield "np.fft.fft(x).real @ np.fft.fft(x).imag", ("real 5",)

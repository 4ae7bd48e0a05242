"""Convolution and correlation: `scipy.signal`."""

from __future__ import annotations

from collections.abc import Iterator

MODES = ("", ", mode='same'", ", 'valid'")
SIZES = (("5", "3"), ("4", "4"), ("6", "2"), ("3", "5"), ("1", "3"), ("4", "1"), ("5 float32", "2 float32"),
         ("5 float32", "3"))  # fmt: skip
PLANES = (("4,5", "2,3"), ("3,4 S", "2,2"), ("3,3 F", "3,1"))
NAMES = ("convolve", "fftconvolve", "correlate")


def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of this family."""
    for name in NAMES:
        for mode in MODES:
            for left, right in SIZES + PLANES:
                yield f"scipy.signal.{name}(x, y{mode})", (f"real {left}", f"real {right}")
    for mode in MODES:
        yield f"scipy.signal.oaconvolve(x, y{mode})", ("real 6", "real 2")
        for name in ("convolve2d", "correlate2d"):
            for left, right in PLANES:
                yield f"scipy.signal.{name}(x, y{mode})", (f"real {left}", f"real {right}")
    for method in ("direct", "fft"):
        yield f"scipy.signal.convolve(x, [1.0, 0.5], method='{method}')", ("real 4",)
        yield f"scipy.signal.correlate(x, [1.0, 0.5], 'same', '{method}')", ("real 4",)
    yield "scipy.signal.convolve([x, 1.0, y], [y, x])", ("real float", "real float")
    yield "scipy.signal.convolve(x, np.ones(3) / 3, 'same')", ("real 5",)


RANK_NEEDED = {expression for expression, _ in rows()}

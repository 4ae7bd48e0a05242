"""The derivative rules, one file a family; they mirror the tables in `sourcead.primitives`.

The files are imported when a rule is asked for, not with this package: they use the helpers of the run time, which are
marked with a decorator that lives here. Those come first that nearly every gradient needs, and that of the same name as
the table that declares the primitive; all others are imported where no rule is found.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sourcead.primitives.registry import read_later

FIRST = ("again", "arithmetic", "cotangents", "elementwise", "helpers", "scattering", "selecting")
FILES = (
    "again",
    "arithmetic",
    "arranging",
    "assigning",
    "builtins",
    "cmathlib",
    "complexes",
    "contractions",
    "convolution",
    "cotangents",
    "counting",
    "creation",
    "decompositions",
    "diagonals",
    "editing",
    "elementwise",
    "extracting",
    "helpers",
    "indexing",
    "joining",
    "linalg",
    "mathlib",
    "norms",
    "polynomials",
    "ranges",
    "reductions",
    "repeating",
    "running",
    "scattering",
    "selecting",
    "selection",
    "shaping",
    "sorting",
    "splitting",
    "stable",
    "statistics",
    "ufunc_methods",
)
LATER: dict[str, tuple[str, ...]] = {
    "numpy.fft": (f"{__name__}.fft",),
    "numpy.polynomial": (f"{__name__}.series",),
    "scipy.fft": (f"{__name__}.scipy.fft",),
    "scipy.linalg": (f"{__name__}.scipy.linalg", f"{__name__}.scipy.systems"),
    "scipy.signal": (f"{__name__}.scipy.signal",),
    "scipy.spatial.distance": (f"{__name__}.scipy.distance",),
    "scipy.special": (f"{__name__}.scipy.bessel", f"{__name__}.scipy.special"),
    "scipy.stats": tuple(f"{__name__}.scipy.{name}" for name in ("counts", "probabilities", "stats", "vectors")),
    "statistics": (f"{__name__}.averages",),
}  # the rules of libraries that nobody may have loaded


def load() -> None:
    """Register every rule, those of other libraries when they are there."""
    load_files(FILES)
    read_later(LATER)


@cache
def load_files(names: tuple[str, ...]) -> None:
    """Register the rules in some of the files."""
    for name in names:
        if name in FILES:
            import_module(f"{__name__}.{name}")

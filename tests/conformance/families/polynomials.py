"""Polynomials, convolution, correlation and cross products."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.table import Row

BASES = {"polynomial": "poly", "chebyshev": "cheb", "legendre": "leg", "hermite": "herm", "hermite_e": "herme",
         "laguerre": "lag"}  # fmt: skip
SEQUENCES = (("4", "3"), ("3", "4"), ("3", "3"), ("1", "3"), ("4", "1"), ("5", "2"), ("2", "5"), ("4", "6"), ("6",
"4"),
             ("3 float32", "4 float32"), ("5 float32", "2"))  # fmt: skip
CROSSES = (
    ("np.cross(x, y)", "3", "3"), ("np.cross(x, y)", "3 float32", "3 float32"), ("np.cross(x, y)", "2,3", "3"),
    ("np.cross(x, y)", "3", "2,3"), ("np.cross(x, y)", "2,1,3", "4,3"), ("np.cross(x, y, axis=0)", "3,2", "3,2"),
    ("np.cross(x, y, axisa=0)", "3,2", "2,3"), ("np.cross(x, y, axisa=0, axisc=0)", "3,2", "3"),
    ("np.cross(x, y, axisb=1, axisc=1)", "2,4,3", "2,3,4"), ("np.linalg.cross(x, y)", "3", "3"),
    ("np.linalg.cross(x, y, axis=0)", "3,2", "3,2"), ("np.cross(x, [1.0, 0.5, -2.0]) @ y", "3", "3"),
    ("np.cross(x, 2 * x + y)", "3", "3"), ("np.cross(x, y)", "1,3", "4,3"),
)  # fmt: skip
LINES = (
    "np.polyval(x, 1.5)", "np.polyval([1.0, -2.0, 0.5], x)", "np.polyval([2.0], x)", "np.polyval(x, x)",
    "np.polyder(x)",
    "np.polyder(x, 2)", "np.polyint(x)", "np.polyint(x, m=2)", "np.polyadd(x, [1.0])",
    "np.polysub([1.0, 2.0, 3.0, 4.0, 5.0], x)",
    "np.polymul(x, x)", "np.polymul(x, [0.0, 0.0, 2.0, 1.0])", "np.polyadd(x, 2.0)", "np.vander(x)",
    "np.vander(x, 3)",
    "np.vander(x, increasing=True)", "np.vander(x, N=2, increasing=True)", "np.vander(x, 1)",
    "np.convolve(x, [1.0, 2.0])",
    "np.convolve(x, x, 'same')", "np.correlate(x, [1.0, 2.0])", "np.correlate(x, x, mode='full')", "np.polyder(x, 5)",
    "np.polyval(x, np.array([0.5, 2.0]))", "np.polyval(np.polyder(x), 2.0)",
)  # fmt: skip
RANK_NEEDED = {f"np.polynomial.{module}.{prefix}val(x, y, tensor=False)" for module, prefix in BASES.items()}


def rows() -> Iterator[Row]:
    """Every row of the family."""
    for expression in LINES:
        yield expression, ("real 4",)
        yield expression, ("real 4 float32",)
    for mode in ("full", "same", "valid"):
        for first, second in SEQUENCES:
            yield f"np.convolve(x, y, '{mode}')", (f"real {first}", f"real {second}")
            yield f"np.correlate(x, y, mode='{mode}')", (f"real {first}", f"real {second}")
    yield "np.convolve(x, y)", ("real 3", "real float")
    for expression, first, second in CROSSES:
        yield expression, (f"real {first}", f"real {second}")
    for first, second in (
        ("4", "float"),
        ("4", "3"),
        ("3 float32", "2 float32"),
        ("3", "2,3"),
        ("1", "3"),
        ("3", "0d"),
    ):
        yield "np.polyval(x, y)", (f"real {first}", f"real {second}")
    for first, second in (("4", "3"), ("2", "4"), ("3", "3"), ("3 float32", "2 float32")):
        for name in ("np.polyadd(x, y)", "np.polysub(x, y)", "np.polymul(x, y)"):
            yield name, (f"real {first}", f"real {second}")
    for module, prefix in BASES.items():
        home = f"np.polynomial.{module}.{prefix}"
        for first, second in (("3", "4"), ("float", "4"), ("2,3", "4"), ("3 float32", "4 float32"), ("3", "1"),
        ("0d", "3"),
                              ("3", "4,2"), ("2,3", "3,2,2"), ("scalar", "3,2")):  # fmt: skip
            yield f"{home}val(x, y)", (f"unit {first}", f"real {second}")
        yield f"{home}val(x, y, tensor=False)", ("unit 3", "real 4")
        yield f"{home}val(x, [1.0, 2.0, 0.5])", ("unit 3",)
        for expression in (f"{home}der(x)", f"{home}der(x, 2)", f"{home}der(x, m=1, scl=2.0)", f"{home}vander(x, 3)",
                           f"{home}vander(x, 0)", f"{home}der(x, 5)"):  # fmt: skip
            yield expression, ("unit 4",)
        yield f"{home}der(x)", ("real 4,2",)
        yield f"{home}vander(x, 2)", ("unit 2,3",)
        yield f"{home}vander(x, 2)", ("unit float",)
        yield f"{home}vander(x, 3)", ("unit 3 float32",)

"""The choices where calculus leaves one, in the words of the generated docstring: one for each kink."""

from __future__ import annotations

KINKS: dict[str, str] = {
    "np.maximum": "maximum: 0 where it ties with a constant, half each where both are differentiated",
    "np.minimum": "minimum: 0 where it ties with a constant, half each where both are differentiated",
    "np.absolute": "abs: 0 at 0",
    "abs": "abs: 0 at 0",
    "math.fabs": "abs: 0 at 0",
    "np.max": "max: shared equally among the tied",
    "np.min": "min: shared equally among the tied",
    "np.ptp": "ptp: shared equally among the tied",
    "np.nanmax": "nanmax: shared equally among the tied",
    "np.nanmin": "nanmin: shared equally among the tied",
    "np.median": "median: by position where tied",
    "np.nanmedian": "median: by position where tied",
    "np.quantile": "quantile: by position where tied",
    "np.nanquantile": "quantile: by position where tied",
    "np.percentile": "percentile: by position where tied",
    "np.nanpercentile": "percentile: by position where tied",
    "np.std": "std: 0 where it is 0",
    "np.nanstd": "std: 0 where it is 0",
    "np.interp": "interp: at a point the slope to its right, 0 outside",
    "max": "max: shared equally among the tied",
    "min": "min: shared equally among the tied",
    "np.fmax": "fmax: 0 where it ties with a constant, half each where both are differentiated; of nan 0",
    "np.fmin": "fmin: 0 where it ties with a constant, half each where both are differentiated; of nan 0",
    "np.heaviside": "heaviside: 0 at the step",
    "np.nan_to_num": "nan_to_num: 0 where a number was put in place of nan or inf",
    "np.nextafter": "nextafter: 1 in the number, 0 in the direction",
    "np.modf": "modf, floor: 0 at a step",
    "np.divmod": "divmod: the quotient is constant, 0 at its steps",
    "np.maximum.accumulate": "running max: of equal items the first",
    "np.minimum.accumulate": "running min: of equal items the first",
    "np.hypot.reduce": "norm: 0 at 0",
    "np.clip": "clip: 1 on the bounds",
    "np.linalg.norm": "norm: 0 at 0",
    "np.sqrt": "sqrt: inf at 0",
    "math.sqrt": "sqrt: inf at 0",
    "scipy.linalg.norm": "norm: 0 at 0",
    "scipy.spatial.distance.cdist": "distances: 0 where two points are one",
    "scipy.spatial.distance.cityblock": "distances: 0 where two points are one",
    "scipy.spatial.distance.euclidean": "distances: 0 where two points are one",
    "scipy.spatial.distance.pdist": "distances: 0 where two points are one",
    "scipy.special.entr": "entr: inf at 0",
    "scipy.special.i0e": "i0e: 0 at 0",
    "scipy.special.ive": "ive: the mean of both sides at 0",
    "scipy.stats.laplace.logpdf": "laplace: 0 at the location",
    "scipy.stats.laplace.pdf": "laplace: 0 at the location",
}


def choices(primitives: list[str]) -> list[str]:
    """The choices that the derivative of a program with these primitives makes, each once, in order."""
    return list(dict.fromkeys(KINKS[name] for name in primitives if name in KINKS))

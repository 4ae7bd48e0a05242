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
    "np.clip": "clip: 1 on the bounds",
    "np.linalg.norm": "norm: 0 at 0",
    "np.sqrt": "sqrt: inf at 0",
    "math.sqrt": "sqrt: inf at 0",
}


def choices(primitives: list[str]) -> list[str]:
    """The choices that the derivative of a program with these primitives makes, each once, in order."""
    return list(dict.fromkeys(KINKS[name] for name in primitives if name in KINKS))

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
    "max": "max: shared equally among the tied",
    "min": "min: shared equally among the tied",
    "np.clip": "clip: 1 on the bounds",
    "np.linalg.norm": "norm: 0 at 0",
    "np.linalg.vector_norm": "norm: 0 at 0",
    "np.linalg.matrix_norm": "norm: 0 at 0",
    "np.linalg.svd": "singular vectors: nan where singular values are equal",
    "np.linalg.eigh": "eigenvectors: nan where eigenvalues are equal",
    "np.sqrt": "sqrt: inf at 0",
    "math.sqrt": "sqrt: inf at 0",
}


def choices(primitives: list[str]) -> list[str]:
    """The choices that the derivative of a program with these primitives makes, each once, in order."""
    return list(dict.fromkeys(KINKS[name] for name in primitives if name in KINKS))

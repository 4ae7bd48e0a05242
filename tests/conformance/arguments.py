"""Arguments for conformance programs, written in short: a domain and a form, "positive 3,2 F float32".

Forms: `float`, `complex`, `int`, `scalar` (a NumPy scalar), `0d`, or sizes ("3", "3,2", "0,3"); after sizes `F`
(Fortran order) or `S` (not contiguous: every second entry of a larger array); last the dtype of arrays and NumPy
scalars.
"""

from __future__ import annotations

from typing import Any

import numpy as np

DOMAINS = {"real": (-2.0, 2.0), "positive": (0.3, 2.5), "unit": (-0.9, 0.9), "above": (1.2, 3.0)}


def values(domain: str, count: int, seed: int) -> np.ndarray:
    """Distinct values of a domain, none near 0 or near an integer, in an order that is not sorted."""
    low, high = DOMAINS[domain]
    found = np.linspace(low, high, count + 2)[1:-1] + 0.037 + 0.011 * seed  # no ties between arguments
    order = np.random.default_rng(seed).permutation(count)
    return np.asarray(np.where(np.abs(found) < 0.02, 0.11, found)[order])


def argument(domain: str, form: str, dtype: str, seed: int = 0) -> Any:
    """The argument that a form means; seeds make arguments of one program differ."""
    sizes, _, layout = form.partition(" ")
    if sizes == "int":
        return 2 + seed
    if sizes == "complex":
        return complex(values(domain, 5, seed)[seed % 5], 0.7 - 0.3 * seed)
    if sizes in ("float", "scalar", "0d"):
        value = float(values(domain, 5, seed)[seed % 5])
        if dtype.startswith("complex"):
            value = complex(value, 0.7 - 0.3 * seed)
        if sizes == "float":
            return value
        return np.dtype(dtype).type(value) if sizes == "scalar" else np.array(value, dtype)
    shape = tuple(map(int, sizes.split(",")))
    whole = values(domain, int(np.prod(shape)), seed).reshape(shape)
    if dtype.startswith("complex"):
        whole = whole + 1j * np.sin(2.0 + seed + np.arange(whole.size)).reshape(shape)
    whole = whole.astype(dtype)
    if layout == "F":
        return np.asfortranarray(whole)
    if layout == "S":
        wide = np.zeros((*shape[:-1], 2 * shape[-1]), dtype)
        wide[..., ::2] = whole
        return wide[..., ::2]
    return whole

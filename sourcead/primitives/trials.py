"""The dtype of a result where NumPy's rule is long: NumPy itself is asked, on arrays of ones."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

_PYTHON: dict[str, tuple[Any, ...]] = {
    "pyint": (1,),
    "pyfloat": (1.0,),
    "pybool": (True,),
    "pycomplex": (1j,),
    "real": (1, 1.0),
    "real64": (1, 1.0, np.float64(1)),
}


def tried(call: Callable[..., Any], *dtypes: str | None) -> str | None:
    """The dtype of `call(*operands)` with operands of these dtypes: arrays of three ones, or Python's own numbers.

    None where that of an operand is not known, where it depends on what a real number is, or where NumPy refuses.
    """
    return None if None in dtypes else _tried(call, tuple(map(str, dtypes)))


@lru_cache(maxsize=4096)
def _tried(call: Callable[..., Any], dtypes: tuple[str, ...]) -> str | None:
    outcomes = set()
    for operands in product(*(_PYTHON[d] if d in _PYTHON else (np.ones(3, d),) for d in dtypes)):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                outcomes.add(str(np.asarray(call(*operands)).dtype.name))
            except (TypeError, ValueError):
                return None
    return outcomes.pop() if len(outcomes) == 1 else None

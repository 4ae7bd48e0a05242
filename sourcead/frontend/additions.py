"""`np.add.at(a, index, v)` and `np.subtract.at`: additions at a place, as often as the index names it.

They change the array in place and give nothing back; in the IR they are a new version of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Path, Value
from sourcead.primitives import structural
from sourcead.primitives.registry import dotted_name


def add_at(
    resolver: Resolver, ufunc: Any, array: Atom, path: Path, dynamic: tuple[Atom, ...], value: Atom
) -> Value:
    """Emit `ufunc.at(array, path, value)`; gives the array's new version.

    Raises:
        UnsupportedError: the ufunc is neither np.add nor np.subtract.
    """
    if ufunc is not np.add and ufunc is not np.subtract:
        resolver.refuse(
            f"`{dotted_name(ufunc)}.at` is not differentiated",
            "only `np.add.at` and `np.subtract.at` are: write a loop over the items",
        )
    marks: dict[str, Any] = {"gather": True} if ufunc is np.add else {"gather": True, "minus": True}
    args = (array, *dynamic, value)
    return resolver.emit(structural.ADD_AT, args, kind=resolver.kind(array), path=path, **marks)

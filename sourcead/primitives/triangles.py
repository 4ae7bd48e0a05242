"""The triangles of matrices."""

from __future__ import annotations

import numpy as np

from sourcead.kinds import TOP, Array, Kind
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import as_array


def _triangle(m: Kind, k: int = 0) -> Kind:
    array = as_array(m)
    if array is None or not array.dims:
        return TOP
    return Array(array.dtype, array.dims if len(array.dims) > 1 else array.dims * 2)


declare(np.tril, static="k", linear="m")(_triangle)
declare(np.triu, static="k", linear="m")(_triangle)

"""Adjoints of taking numbers of Python's out of arrays."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.primitives.extracting import item, to_list
from sourcead.rules.registry import adjoint
from sourcead.runtime import cast, item_of_array_adjoint, unreduce


@adjoint(item)
def _(g, y, x, *index):
    if len(index) == 0:
        return unreduce(g, x, None, False)
    taken = (item_of_array_adjoint(g, x, index),)
    for _ in index:
        taken += (None,)
    return taken


@adjoint(to_list, containers=True)
def _(g, y, x):
    return cast(np.reshape(g, np.shape(x)), x)

"""Adjoints of the means of the `statistics` module."""

# mypy: allow-untyped-defs, allow-untyped-calls

import statistics

from sourcead.rules.registry import adjoint
from sourcead.runtime import spread


@adjoint(statistics.fmean, statistics.mean, containers=True)
def _(g, y, data):
    return spread(g / len(data), data)

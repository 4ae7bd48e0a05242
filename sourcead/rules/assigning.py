"""Adjoints of augmented assignments to what is of unknown kind: the new value is all that the result depends on."""

# mypy: allow-untyped-defs, allow-untyped-calls

from sourcead.rules.registry import adjoint
from sourcead.runtime import assigning


@adjoint(assigning.augmented)
def _(g, y, old, new):
    return None, g


@adjoint(assigning.rebound)
def _(g, y, old, new):
    return None, g

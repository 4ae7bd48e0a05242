"""Adjoints of the `at` of ufuncs, as functions of what they change."""

# mypy: allow-untyped-defs, allow-untyped-calls

from sourcead.rules.registry import adjoint, helper_kind
from sourcead.runtime import (
    factors_adjoint,
    given_adjoint,
    maximum_at,
    minimum_at,
    multiplied_at,
    number_tied,
    products_before,
    standing_adjoint,
)


@adjoint(multiplied_at, containers=True)
def _(g, y, a, index, b):
    return multiplied_at(g, index, b), None, factors_adjoint(g, a, index, b)


@adjoint(maximum_at, minimum_at, containers=True)
def _(g, y, a, index, b, *, active=(True, False, True)):
    tied = number_tied(y, a, index, b)
    d_a = standing_adjoint(g, y, a, tied, active[2])
    return d_a, None, given_adjoint(g, y, a, index, b, tied, active[0])


for _function in (maximum_at, minimum_at, multiplied_at):
    helper_kind(_function, lambda a, index, b: a)
helper_kind(products_before, lambda x, group: x)

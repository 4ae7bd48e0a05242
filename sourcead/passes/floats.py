"""Items as floats: a loop that counts with single numbers counts with Python's own, which takes a third of the time.

    a, b = params                                  a, b = params.tolist()
    x = 0.5                                        x = 0.5
    for _ in range(steps):                         for _ in range(steps):
        x = np.sin(a * x) + b              ->          x = sin(a * x) + b
    return x                                       return np.float64(x)

    dx = np.zeros_like(x)                          x = x.tolist()
    for i in range(len(x)):                        dx = [0.0] * len(x)
        dx[i] += 2 * x[i]                  ->      for i in range(len(x)):
    return dx                                          dx[i] += 2 * x[i]
                                                   return np.array(dx)

Sums, differences, products and comparisons have the same bits. Where Python raises (a quotient by 0, a power or exp
that overflows, the sine of inf) the number is NumPy's: `primitives.floats`. What leaves the loop is a NumPy number
again: also where no turn was taken, or a branch in none, so that the function gives a number of Python's own. Only a
run tells, and `np.float64` is a `float`.
"""

from __future__ import annotations

from sourcead.ir import Function, walk
from sourcead.passes.float_groups import Groups
from sourcead.passes.float_items import Items
from sourcead.passes.float_ops import NUMPY
from sourcead.passes.float_rewriting import Floats
from sourcead.records import replace
from sourcead.sizes import Sizes


def count_in_floats(function: Function, sizes: Sizes) -> Function:
    """Let every group of numbers that can be Python floats be floats."""
    ops = list(walk(function.body))
    if not any(op.name in ("for", "while") for op in ops) or any(_acts(op.primitive.effects, op.name) for op in ops):
        return function
    groups = Groups.of(function)
    if not any(map(groups.is_float, groups.parent)):
        return function
    made = Floats.of(function, groups, Items.of(function, groups))
    return replace(function, body=made.block(function.body, [NUMPY] * len(function.body.results)))


def _acts(effects: frozenset[str], name: str) -> bool:
    """Whether an op may change what the function reads, or how its arithmetic raises."""
    return bool(effects & {"io", "writes"}) and name != "print"

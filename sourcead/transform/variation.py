"""Which cotangents are 0 where masks made them so, and which ones may be so by coincidence.

    g = np.where(c, 1 / n, 0)                 0 where c is not: whoever differentiates the text again finds a constant
    g = np.where(c, 2 * (y - 3), 0)           also 0 where y is 3, and varies there
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.ir import Atom, Block, Const, Op, Value
from sourcead.records import dataclass, field
from sourcead.transform.activity import varied_within


@dataclass(slots=True, eq=False)
class Variation:
    """primal: the values of the primal sweep; moving: those that vary with any parameter, differentiated or not."""

    body: Block
    primal: set[Value]
    moving: set[Value] | None = None  # found when it is first asked for
    made: dict[Value, Op] = field(default_factory=dict)  # the op behind each value of the backward sweep

    def of(self, g: Atom, ops: Sequence[Op]) -> bool:
        """Whether a cotangent varies; `ops`: the backward sweep so far. What masks made of constants does not."""
        if self.moving is None:
            self.moving = varied_within(self.body, self.body.params)
        self.made.update((o, op) for op in ops for o in op.outs)
        waiting, met = [g], {g}
        while waiting:
            x = waiting.pop()
            if isinstance(x, Const) or (x in self.primal and x not in self.moving):
                continue
            op = self.made.get(x)
            if op is None or op.blocks:
                return True
            if op.primitive.differentiable:
                waiting += [a for a in op.args if a not in met]
                met.update(op.args)
        return False

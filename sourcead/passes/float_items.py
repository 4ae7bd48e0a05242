"""Which items of arrays a scalar loop reads from a list: of arrays of which it goes through all items, for a list is
made of all of them.

    for i in range(len(x) - 1): ... x[i + 1]      from x.tolist()
    for i in range(n): ... x[i]                   float(x[i]), for n may be too large, or much smaller
"""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.ir import Function, Op, Value, walk
from sourcead.passes.float_groups import Groups
from sourcead.passes.float_values import is_vector, names_one_item
from sourcead.primitives import structural
from sourcead.records import dataclass, field


@dataclass(slots=True, eq=False)
class Items:
    """The ops that read an item of a list in place of an array, each with the array."""

    groups: Groups
    reads: dict[Op, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, function: Function, groups: Groups) -> Items:
        """Find them, and say what the others cost."""
        ops = list(walk(function.body))
        items = cls(groups)
        for op in ops:
            items._read(op)
        made = {out for op in items.reads for out in op.outs}
        for op in ops:
            groups.charge(op, made)
        groups.charge_flows(made)
        return items

    def _read(self, op: Op) -> None:
        if op.primitive is not structural.GETITEM or self.groups.stores or not names_one_item(op):
            return
        array, ranges = op.args[0], self.groups.ranges
        if not is_vector(array) or array in self.groups.parent or array in self.groups.missing:
            return
        if not ranges.are_in_range(op.args[1:], array):
            return
        if ranges.is_same_in_turns(op.args[1], array):
            self.reads[op] = array

    def rows(self, op: Op) -> Iterator[Value]:
        """The arrays whose items a loop is given as floats."""
        position = 0
        for source, item in zip(op.attr("sources", ()), op.blocks[-1].params[1:] if op.blocks else (), strict=False):
            if source.form == "rows" and item in self.groups.given and self.groups.is_float(item):
                rows = op.args[position]
                assert isinstance(rows, Value)
                yield rows
            position += source.arity

"""Which numbers of a scalar loop may be Python floats: numbers that flow into one another are floats together, or not
at all.

    a, b = params;  x = 0.5;  for ...: x = np.sin(a * x) + b          one group: a, b, x and what stands between them

A group may be floats where each op on its numbers in a loop gives the same with Python floats: sums, products, what has
a form of its own for floats (`primitives.floats`), whatever NumPy makes of them. What sees the difference of the types
outside of loops (the result, a print, a container) reads a NumPy number again; inside one it keeps the group as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sourcead.ir import Atom, Block, Const, Function, Op, Value, walk
from sourcead.kinds import FLOAT, Array, List, Scalar, is_empty
from sourcead.passes.exact import exact_values
from sourcead.passes.float_ops import EITHER, FLOATS, NUMPY, ZEROS, Manners
from sourcead.passes.float_ranges import Ranges
from sourcead.passes.float_values import is_vector, missing, mixed, names_place, readers_of
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.records import dataclass, field

FEWEST = 3  # ops on the numbers of a group in a loop: fewer gain less than is lost in going there and back
DEAR = 3.5  # ops that a conversion must serve, on average
_CHANGES = (structural.STORE, structural.ADD_AT)


@dataclass(slots=True, eq=False)
class Groups:
    """The groups of a function's numbers. given: those that are floats where what holds them is made a list; numpy:
    those that NumPy makes, of which a float is made where one is read; how: how each op reads numbers."""

    manners: Manners
    ranges: Ranges
    stores: bool  # whether what is called may store into arrays
    missing: set[Atom]  # what may have no value: nothing is made of it where it is defined
    parent: dict[Value, Value]
    given: set[Value]
    numpy: set[Value]
    held: dict[Value, None]
    how: dict[Op, str] = field(default_factory=dict)
    work: Counter[Value] = field(default_factory=Counter)
    cost: Counter[Value] = field(default_factory=Counter)
    zeros: dict[Value, int] = field(default_factory=dict)  # arrays that sums begin with, and the loops around each
    charged: set[tuple[Value, Value]] = field(default_factory=set)
    flows: list[tuple[Atom, Value]] = field(default_factory=list)
    sums: list[tuple[Value, int]] = field(default_factory=list)

    @classmethod
    def of(cls, function: Function) -> Groups:
        """Find the groups. An item or array that keeps its group back is a member of none."""
        apart: set[Value] = set()
        exact, ranges = exact_values(function), Ranges.of(function)
        readers, others, absent = readers_of(function), mixed(function), missing(function)
        stores = any(op.name == "invoke" for op in walk(function.body))
        while True:
            manners = Manners(exact, ranges, readers, others, apart)
            groups = cls(manners, ranges, stores, absent, manners.parent, manners.given, manners.numpy, manners.held)
            for param in function.body.params:
                groups._numpy(param)
            groups._block(function.body, 0)
            groups._reads(function.body.results)
            found = {v for v in groups.held if v in groups.given}
            groups._settle()
            found.update(v for v in groups.zeros if groups._root(v) in groups.held)
            if found <= apart:
                return groups
            apart = apart | found

    def is_float(self, atom: Atom) -> bool:
        """Whether a value becomes a Python float, or a list of floats."""
        if not isinstance(atom, Value) or atom not in self.parent:
            return False
        root = self._root(atom)
        return self.work[root] >= max(FEWEST, DEAR * self.cost[root]) and root not in self.held

    def _settle(self) -> None:
        """Count the work of each group; let what holds a member back hold back all of it."""
        self.work, work = Counter(), self.work
        for value, count in work.items():
            self.work[self._root(value)] += count
        outside = {self._root(value): depth for value, depth in self.zeros.items()}
        inner = {self._root(value) for value, depth in self.sums if depth > outside.get(self._root(value), depth)}
        for value in (*self.held, *(root for root in outside if root not in inner)):
            self.held[self._root(value)] = None
        for value, depth in self.sums:
            self.work[self._root(value)] += 2 * (depth > outside[self._root(value)])

    def charge(self, op: Op, at_hand: set[Value]) -> None:
        """Count the conversions that an op in a loop needs: of numbers that NumPy makes there, but those at hand. A
        group that numbers of whole arrays go into, or that goes into some, gains too little by being floats."""
        if op.blocks or not op.outs or not self.ranges.depth[op.outs[0]]:
            return
        if self.how[op] == EITHER and not names_place(op):
            whole = any(isinstance(atom_kind(a), Array) for a in op.args)
            self.held.update(
                (self._root(a), None) for a in op.args if whole and isinstance(a, Value) and a in self.parent
            )
        elif self.how[op] == FLOATS:
            for arg in op.args:
                self._convert(arg, op.outs[0], at_hand)

    def charge_flows(self, at_hand: set[Value]) -> None:
        """The same of what loops and branches hand on."""
        for atom, into in self.flows:
            self._convert(atom, into, at_hand)

    def _convert(self, atom: Atom, into: Value, at_hand: set[Value]) -> None:
        if not isinstance(atom, Value) or atom not in self.numpy or not self.ranges.depth[atom]:
            return
        root, maker = self._root(into), self.ranges.makers.get(atom)
        if maker is not None and atom not in at_hand and self._is_of_arrays(maker):
            self.held[root] = None
        if (atom, root) not in self.charged and atom not in at_hand:
            self.charged.add((atom, root))
            self.cost[root] += 1 if all(map(self._reads_floats, self.manners.readers.get(atom, []))) else 2

    def _is_of_arrays(self, maker: Op) -> bool:
        """Whether a number is made of whole arrays in a loop: an item of one made there, or a product of two."""
        if maker.primitive is structural.GETITEM:
            array = self.ranges.makers.get(maker.args[0])
            return array is not None and array.primitive.elementwise and self.ranges.depth[maker.args[0]] > 0
        return not maker.primitive.elementwise or any(not isinstance(atom_kind(a), Scalar) for a in maker.args)

    def _reads_floats(self, reader: Op | None) -> bool:
        return reader is not None and not reader.blocks and self.how[reader] in (FLOATS, EITHER)

    # Members --------------------------------------------------------------------------------------------------------

    def _root(self, value: Value) -> Value:
        while self.parent[value] is not value:
            self.parent[value] = self.parent[self.parent[value]]
            value = self.parent[value]
        return value

    def _join(self, *atoms: Atom) -> None:
        """Put values into one group; those that NumPy makes are no members."""
        members = [a for a in atoms if isinstance(a, Value) and a in self.parent]
        for member in members[1:]:
            self.parent[self._root(member)] = self._root(members[0])

    def _member(self, value: Value) -> None:
        self.parent[value] = value

    def _numpy(self, value: Value) -> None:
        if self.manners.is_number(value):
            self.numpy.add(value)

    def _reads(self, atoms: Iterable[Atom]) -> None:
        """Something reads NumPy's numbers: outside of loops they are made again where the floats are."""
        for atom in atoms:
            if isinstance(atom, Value) and atom in self.parent:
                held = self.ranges.depth[atom] > 0 or isinstance(atom.kind, List) or atom in self.missing
                self.held.update({atom: None} if held else {})

    def _flows(self, atom: Atom, into: Value) -> None:
        """A value becomes another one: at the start or the end of a turn, at the end of a branch, in a list."""
        self.flows.append((atom, into))
        if isinstance(atom, Value) and atom in self.parent:
            self._join(atom, into)
        elif isinstance(atom, Const):
            if type(atom.value) is not float and self.ranges.literal(atom) is None and atom not in self.missing:
                self.held[into] = None
        elif isinstance(into.kind, Scalar):
            if atom.kind != FLOAT and atom not in self.numpy and self.ranges.literal(atom) is None:
                self.held[into] = None
        elif not is_empty(atom.kind):
            self.held[into] = None

    # Ops ------------------------------------------------------------------------------------------------------------

    def _block(self, block: Block, depth: int) -> None:
        for op in block.ops:
            if op.name in ("for", "while"):
                self._loop(op, depth)
            elif op.name == "if":
                for inner in op.blocks:
                    self._block(inner, depth)
                for k, out in enumerate(op.outs):
                    self._joined(out, [b.results[k] for b in op.blocks], depth)
            else:
                self._op(op, depth)

    def _joined(self, out: Value, results: list[Atom], depth: int) -> None:
        """What an `if` gives out."""
        arrays = is_vector(out) and all(r in self.parent for r in results)
        if arrays or (self.manners.is_number(out) and (depth or not self.manners.is_handed_on(out))):
            self._member(out)
            for result in results:
                self._flows(result, out)
        else:
            self._reads(results)
            if out not in self.missing:
                self._numpy(out)

    def _loop(self, op: Op, depth: int) -> None:
        body, exits, count = op.blocks[-1], int(op.attr("exits", False)), op.attr("carried", 0)
        position = 0
        for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
            self._item(op.args[position], source.form, item, depth + 1)
            position += source.arity
        params, inits = body.params[len(body.params) - count :], op.args[len(op.args) - count :]
        carried = []
        for k, (param, init) in enumerate(zip(params, inits, strict=True)):
            ends = (*((op.blocks[0].params[k],) if op.name == "while" else ()), param)
            if not self.manners.is_number(param) and not (is_vector(param) and init in self.parent):
                self._reads((init, body.results[exits + k]))
                continue
            for value in ends:
                self._member(value)
            self._join(*ends)
            self._flows(init, param)
            carried.append(k)
        for block in op.blocks:
            self._block(block, depth + 1)
        for k, out in enumerate(op.outs):
            at = k - exits
            if at in carried:
                self._member(out)
                self._join(out, params[at])
                self._flows(body.results[k], out)
            elif at >= count and k < len(body.results) and self.manners.is_number(out):
                self._member(out)
                self._flows(body.results[k], out)
            else:
                self._numpy(out)
                self._reads(body.results[k : k + 1])

    def _item(self, rows: Atom, form: str, item: Value, depth: int) -> None:
        """What a loop meets in a turn."""
        if form == "rows" and rows in self.parent and self.manners.is_number(item):
            self._member(item)
            self._join(item, rows)
        elif form == "rows" and is_vector(rows) and rows not in self.missing and self._may_be_given(item):
            self._member(item)
            self.given.add(item)
        else:
            self._numpy(item)
            self._reads((rows,) if form == "rows" else ())

    def _may_be_given(self, item: Value) -> bool:
        """Whether a list may be made of the array that an item is of."""
        return self.manners.is_number(item) and item not in self.manners.apart and not self.stores

    def _op(self, op: Op, depth: int) -> None:
        how = self.manners.how(op, depth)
        self.how[op] = how
        if how == FLOATS:
            for out in op.outs:
                self._member(out)
            self._join(*op.outs, *op.args)
            if depth:
                self.work[op.outs[0]] += op.primitive is not structural.GETITEM
            self.sums += [(op.outs[0], depth)] if is_vector(op.outs[0]) and op.primitive in _CHANGES else []
            self.zeros.update({op.outs[0]: depth} if op.primitive.target in ZEROS else {})
            return
        for out in op.outs:
            self._numpy(out)
        if how == NUMPY:
            self._reads(op.args)

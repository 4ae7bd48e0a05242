"""The forward transform of regions: an `if` gives the tangents of what it gives, a loop carries those of what it
carries.

    if c: A else: B            if c: A; A_dot else: B; B_dot
    for ...: s = body(s)       for ...: s, s_dot = body(s), body_dot(s, s_dot)
    y = f(x, n)                y, y_dot = f_jvp(x, n, x_dot)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sourcead.frontend.procedure import Procedure, unique_names
from sourcead.ir import UNDEFINED, Atom, Block, Builder, Const, Function, Op, Param, Source, Value
from sourcead.kinds import ANY, TOP, Kind, List, Tree, may_carry_derivative
from sourcead.primitives import lists, structural
from sourcead.records import dataclass, field, replace
from sourcead.transform.activity import active_arguments, useful_values, varied_within
from sourcead.transform.containers import Branches, build
from sourcead.transform.pairs import Pairs, cotangent_kind
from sourcead.transform.tangent import Forward, Tangent, tangent_hint


@dataclass(slots=True, eq=False)
class Jvp:
    """The function of a procedure and of its tangent, for the parameters (by position) that are differentiated."""

    procedure: Procedure
    active: tuple[int, ...]
    name: str
    function: Function | None = None
    derived: list[Procedure] = field(default_factory=list)

    def __repr__(self) -> str:
        return self.name


@dataclass(slots=True, eq=False)
class Jvps:
    """All of them in one compilation."""

    made: list[Jvp] = field(default_factory=list)

    def of(self, procedure: Procedure, active: tuple[int, ...], pairs: Pairs) -> Jvp:
        """The one for a call."""
        for jvp in self.made:
            if jvp.procedure is procedure and jvp.active == active:
                return jvp
        (name,) = pairs.unused(procedure.name, "_jvp")
        self.made.append(Jvp(procedure, active, name))
        return self.made[-1]


def forward_if(self: Forward, op: Op) -> None:
    """An `if` with the tangents of its results."""
    varied = [k for k, out in enumerate(op.outs) if out in self.varied]
    sides = [_branch(self, block) for block in op.blocks]
    reached = [k for k in varied if any(self.of(b.results[k]) is not None for b in op.blocks)]
    columns: list[list[Atom]] = []
    for block, side in zip(op.blocks, sides, strict=True):
        outer, self.resolver.builder = self.resolver.builder, side
        columns.append([leaf for k in reached for leaf in leaves_of(self, block.results[k], op.outs[k])])
        self.resolver.builder = outer
    outs: list[Value] = []
    for k in reached:
        tangent, made = outs_like(self, op.outs[k], op.outs[k].kind)
        outs += made
        self.tangents[op.outs[k]] = tangent
    blocks = tuple(
        Block(b.params, tuple(side.ops), (*b.results, *column))
        for b, side, column in zip(op.blocks, sides, columns, strict=True)
    )
    op = replace(op, blocks=blocks, outs=(*op.outs, *outs), form="" if outs else op.form)
    self.resolver.append(op)


def _branch(self: Forward, block: Block, given: Mapping[Value, Value] = MappingProxyType({})) -> Builder:
    """The ops of a block, and those of the tangents; `given` are those of values that it is handed."""
    outer, self.resolver.builder = self.resolver.builder, Builder()
    for value, tangent in given.items():
        self.give(value, tangent)
    self.block(block.ops)
    made, self.resolver.builder = self.resolver.builder, outer
    return made


def leaves_of(self: Forward, x: Atom, like: Value) -> list[Atom]:
    """The tangent of a value as a region hands it on: an atom for each leaf that can have one."""
    tangent = self.of(x)
    if x == Const(UNDEFINED) or (isinstance(x, Const) and x.value is None):
        return [x] * len(outs_like(self, like, like.kind)[1])
    if isinstance(like.kind, Tree):
        if tangent is not None and not isinstance(tangent, Branches):
            tangent = self.cotangents.parts(like.kind, tangent)
        found: list[Atom] = []
        for position, (key, kind) in enumerate(zip(like.kind.keys, like.kind.items, strict=True)):
            if may_carry_derivative(kind):
                item = tangent.items[position] if isinstance(tangent, Branches) else None
                found += _leaves_of_item(self, x, key, kind, item)
        return found
    typed = Value(like.hint, like.kind)
    atom = self.atom(x)
    self.resolver.backward, outer = True, self.resolver.backward
    typed_atom = self.cotangents.typed(self.cotangents.whole(atom, x if isinstance(x, Value) else typed), typed)
    self.resolver.backward = outer
    return [typed_atom]


def _leaves_of_item(self: Forward, holder: Atom, key: object, kind: Kind, item: Tangent | None) -> list[Atom]:
    assert isinstance(holder, Value) and isinstance(holder.kind, Tree)
    child = self.child(holder, holder.kind, key, kind)
    stand_in = Value(child.hint, kind)
    if item is not None:
        self.tangents[stand_in] = item
        return leaves_of(self, stand_in, stand_in)
    return leaves_of(self, child, stand_in)


def outs_like(self: Forward, target: Value, kind: Kind, hint: str = "") -> tuple[Tangent, list[Value]]:
    """Fresh values for the tangent of a value, in its structure."""
    hint = hint or tangent_hint(target)
    if not isinstance(kind, Tree):
        value = Value(hint, cotangent_kind(kind))
        return value, [value]
    items: list[Tangent | None] = []
    made: list[Value] = []
    for key, inner in zip(kind.keys, kind.items, strict=True):
        if not may_carry_derivative(inner):
            items.append(None)
            continue
        item, values = outs_like(self, Value("", inner), inner, f"{hint}_{key}" if hint else "")
        items.append(item)
        made += values
    return Branches(kind, tuple(items)), made


def forward_for(self: Forward, op: Op) -> None:
    """A loop that carries the tangents of what it carries, and runs over those of its rows."""
    exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
    body = op.blocks[-1]
    params = body.params[len(body.params) - count :]
    inits = op.args[len(op.args) - count :]
    reached = [k for k, p in enumerate(params) if p in self.varied]
    starts = [leaf for k in reached for leaf in leaves_of(self, inits[k], params[k])]
    sources, rows, items, given = _rows(self, op)
    carried: list[Value] = []
    tests: list[Value] = []
    for k in reached:
        tangent, values = outs_like(self, params[k], params[k].kind)
        carried += values
        self.tangents[params[k]] = tangent
        tests += outs_like(self, params[k], params[k].kind)[1]
    side = _branch(self, body, given)
    outer, self.resolver.builder = self.resolver.builder, side
    ends = [leaf for k in reached for leaf in leaves_of(self, body.results[exits + k], params[k])]
    stacked, stacks = _stacks(self, op)
    self.resolver.builder = outer
    outs: list[Value] = []
    for k in reached:
        tangent, values = outs_like(self, op.outs[exits + k], op.outs[exits + k].kind)
        outs += values
        self.tangents[op.outs[exits + k]] = tangent
    split = exits + count
    first = len(body.params) - count
    number = len(body.results) - split
    made_body = Block(
        (*body.params[:first], *items, *params, *carried),
        tuple(side.ops),
        (*body.results[:split], *ends, *body.results[split:], *stacked),
    )
    blocks: tuple[Block, ...] = (made_body,)
    if op.name == "while":
        test = op.blocks[0]
        blocks = (replace(test, params=(*test.params, *tests)), made_body)
    others = op.args[: len(op.args) - count]
    loop = replace(
        op,
        args=(*others, *rows, *inits, *starts),
        outs=(*op.outs[:split], *outs, *op.outs[split : split + number], *stacks, *op.outs[split + number :]),
        blocks=blocks,
    ).with_attrs(carried=count + len(carried))
    if sources:
        text = ("zip", op.attr("text"), *[("rows",)] * len(rows))
        loop = loop.with_attrs(sources=(*op.attr("sources"), *sources), text=text)
    self.resolver.append(loop)


def _rows(self: Forward, op: Op) -> tuple[list[Source], list[Atom], list[Value], dict[Value, Value]]:
    """The sources that a loop over rows gets for the tangents of the rows, and which is that of which item."""
    sources: list[Source] = []
    rows: list[Atom] = []
    items: list[Value] = []
    given: dict[Value, Value] = {}
    position = 0
    for source, item in zip(op.attr("sources", ()), op.blocks[-1].params[1:], strict=False):
        array = op.args[position]
        position += source.arity
        if source.form == "rows" and self.of(array) is not None and item in self.varied:
            made = Value(tangent_hint(item), cotangent_kind(item.kind))
            sources.append(source)
            rows.append(self.atom(array))
            items.append(made)
            given[item] = made
    return sources, rows, items, given


def _stacks(self: Forward, op: Op) -> tuple[list[Atom], list[Value]]:
    """What a loop gives out, one item each turn, has its tangents given out."""
    first = int(op.attr("exits", False)) + op.attr("carried", 0)
    stacked: list[Atom] = []
    stacks: list[Value] = []
    for result, out in zip(op.blocks[-1].results[first:], op.outs[first:], strict=False):
        if out not in self.varied or not isinstance(result, Value):
            continue
        item = lists.item_of(out.kind)
        typed = Value("", item)
        if isinstance(item, Tree):
            stacked.append(self.atom(result))
        else:
            stacked += leaves_of(self, result, typed)
        stacks.append(Value(tangent_hint(out), List(cotangent_kind(item), ANY)))
        self.tangents[out] = stacks[-1]
    return stacked, stacks


def forward_invoke(self: Forward, op: Op) -> None:
    """A call of a procedure: of the function that gives its result and the tangent of that."""
    from sourcead.transform.checkpoints import procedure_of

    if op.attr("part") != "primal" and op.attr("again") is None:
        self.resolver.refuse("a function that calls itself is differentiated twice", "write the recursion as a loop")
    procedure = procedure_of(op)
    varied = active_arguments(op, self.varied)
    jvp = self.jvps.of(procedure, tuple(sorted(varied)), self.pairs)
    tangents = [self.region_atom(op.args[k], procedure.params[k]) for k in jvp.active]
    items = op.outs if len(op.outs) > 1 else ()
    out = Value("", procedure.result or TOP) if items else op.outs[0]
    tangent = Value(tangent_hint(out), cotangent_kind(out.kind))
    made = replace(op, args=(*op.args, *tangents), outs=(out, tangent)).with_attrs(callee=jvp.name, part="jvp")
    self.resolver.append(made.with_attrs(again=jvp) if procedure.again else made)
    if items:
        self.resolver.append(Op(structural.UNPACK, (out,), items, (), (), op.at, "", op.backward))
        given = tuple(Value(tangent_hint(o), cotangent_kind(o.kind)) for o in items)
        self.resolver.append(Op(structural.UNPACK, (tangent,), given, (), (), op.at, "", True))
        for item, t in zip(items, given, strict=True):
            self.resolver.backward = True
            self.tangents[item] = self.cotangents.parts(item.kind, t) if isinstance(item.kind, Tree) else t
    elif isinstance(out.kind, Tree):
        self.resolver.backward = True
        self.tangents[out] = self.cotangents.parts(out.kind, tangent)
    else:
        self.tangents[out] = tangent


def forward_procedure(self: Forward, jvp: Jvp) -> Function:
    """The function of a procedure and its tangent."""
    procedure = jvp.procedure
    primal = procedure.function()
    seeds = [procedure.params[k] for k in jvp.active]
    varied = useful_values(primal.body, varied_within(primal.body, seeds))
    inner = Forward.of_body(self.resolver, primal.body, varied, self.pairs)
    inner.jvps = self.jvps
    given = [Value(tangent_hint(p), cotangent_kind(p.kind)) for p in seeds]
    outer, self.resolver.builder = self.resolver.builder, Builder()
    for p, t in zip(seeds, given, strict=True):
        inner.tangents[p] = inner.cotangents.parts(p.kind, t) if isinstance(p.kind, Tree) else t
    inner.block(primal.body.ops)
    (result,) = primal.body.results
    assert isinstance(result, Value)
    tangent = inner.region_atom(result, result)
    both = build(self.resolver, Tree(tuple, (0, 1), (result.kind, self.resolver.kind(tangent))), (result, tangent))
    ops = inner.bound(self.resolver.builder.ops)
    self.resolver.builder = outer
    names = unique_names([p.hint for p in (*procedure.params, *given)])
    body = Block((*procedure.params, *given), tuple(ops), (both,))
    doc = f"{procedure.title}, with its tangent."
    return replace(primal, name=jvp.name, params=tuple(map(Param, names)), body=body, doc=doc, parted=False)



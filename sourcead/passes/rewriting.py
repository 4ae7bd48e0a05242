"""Rebuilding a function op by op: what every pass that replaces ops or values is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sourcead.ir import Atom, Block, Function, Op, Value
from sourcead.kinds import TOP, Array, Kind, List, Scalar, Tree, const_kind
from sourcead.records import dataclass, field, replace


@dataclass(slots=True, eq=False)
class Rewriter:
    """Walks a function in order. `visit(op, emit)` gets every op with its arguments already replaced; it appends what
    takes the op's place with `emit` and says in `values` what stands for the results that it did not define."""

    visit: Callable[[Op, Rewriter], None]
    values: dict[Atom, Atom] = field(default_factory=dict)
    ops: list[Op] = field(default_factory=list)
    depth: int = 0

    def emit(self, op: Op) -> None:
        """Append an op."""
        self.ops.append(op)

    def read(self, atom: Atom) -> Atom:
        """What stands for an atom now."""
        if not isinstance(atom, Value):
            return atom
        while atom in self.values and self.values[atom] is not atom:
            atom = self.values[atom]
        return atom

    def block(self, block: Block) -> Block:
        """Rewrite a block."""
        outer, self.ops = self.ops, []
        self.depth += 1
        for op in block.ops:
            blocks = tuple(self.block(b) for b in op.blocks) if op.blocks else ()
            for atom in op.args if self.values else ():
                if isinstance(atom, Value) and atom in self.values:
                    args = tuple(map(self.read, op.args))
                    op = op if args == op.args else replace(op, args=args)
                    break
            self.visit(replace(op, blocks=blocks) if blocks else op, self)
        self.depth -= 1
        made, self.ops = self.ops, outer
        return Block(block.params, tuple(made), tuple(map(self.read, block.results)))

    def function(self, function: Function) -> Function:
        """Rewrite a whole function."""
        return replace(function, body=self.block(function.body))


@dataclass(slots=True, eq=False)
class Makers:
    """What made each value so far, and how often it is read."""

    counts: dict[Atom, int]
    makers: dict[Atom, Op] = field(default_factory=dict)

    def alone(self, atom: Atom) -> Op | None:
        """The op of the backward sweep that makes a value which is read once."""
        maker = self.makers.get(atom)
        return maker if maker is not None and maker.backward and self.counts.get(atom) == 1 else None

    def emit(self, ops: Sequence[Op], rewriter: Rewriter) -> None:
        """Append ops, and take down what they make."""
        for op in ops:
            self.makers.update(dict.fromkeys(op.outs, op))
            rewriter.emit(op)


def atom_kind(atom: Atom) -> Kind:
    """The kind of a value or a literal."""
    return atom.kind if isinstance(atom, Value) else const_kind(atom.value)


def made_like(primitive: Any, args: tuple[Atom, ...], like: Op) -> Op:
    """A new op in the place of another, with a result of its own."""
    kind = primitive.infer(*map(atom_kind, args))
    return replace(like, primitive=primitive, args=args, outs=(Value("", kind),), attrs=(), form="")


def retyped(op: Op, rewriter: Rewriter) -> Op:
    """The op with the kind of its result inferred again, where its arguments changed."""
    if op.primitive.infer is None or len(op.outs) != 1 or op.blocks or not op.args:
        return op
    kinds = list(map(atom_kind, op.args))
    if op.backward and op.name == "np.broadcast_to" and not op.attr("repeated") and kinds[0] == Scalar("real64"):
        kinds[0] = Scalar("float64")  # a cotangent is no int
    (out,) = op.outs
    kind = _named(op.primitive.infer(*kinds, **op.keywords), out.kind)
    if kind == out.kind or (kind == TOP and isinstance(out.kind, List | Tree)):
        return op
    fresh = Value(out.hint, kind)
    rewriter.values[out] = fresh
    return replace(op, outs=(fresh,))


def _named(kind: Kind, before: Kind) -> Kind:
    """A kind with the names that sizes had before where nothing is known of them."""
    if not isinstance(kind, Array) or not isinstance(before, Array) or len(kind.dims) != len(before.dims):
        return kind
    pairs = zip(kind.dims, before.dims, strict=True)
    return Array(kind.dtype, tuple(b if k.key is None and k.one is None else k for k, b in pairs))

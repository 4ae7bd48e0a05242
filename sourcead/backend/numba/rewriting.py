"""Rebuilding the IR of a kernel op by op, and the errors for what Numba cannot take."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from sourcead.errors import Diagnosis, Place, UnsupportedError
from sourcead.ir import Atom, Block, Const, Function, Op, Primitive, Value
from sourcead.kinds import Kind, Known, Scalar, const_kind
from sourcead.records import dataclass, field, replace

EXCEPTIONS = frozenset({"ValueError", "IndexError", "RuntimeError", "ArithmeticError", "ZeroDivisionError", "KeyError",
                        "OverflowError", "FloatingPointError", "TypeError", "AssertionError"})  # fmt: skip
REMEDY = 'leave out backend="numba": the NumPy form takes it'


def refuse(message: str, at: Place | None, remedy: str = REMEDY) -> NoReturn:
    """Refuse what Numba cannot take.

    Raises:
        UnsupportedError: always, with the line.
    """
    raise UnsupportedError(Diagnosis(f"Numba cannot take this: {message}", at, (), remedy))


@functools.cache
def _primitive(form: str, result: str) -> Primitive:
    word = form.partition(" ")[2] if form.startswith(("call ", "helper ")) else form
    return Primitive(word, form, result=result)


def step(
    form: str, args: tuple[Atom, ...], kind: Kind, like: Op, hint: str = "", result: str = "fresh", **attrs: Any
) -> Op:
    """A new op of this form, at the place of another."""
    out = Value(hint, kind)
    given = tuple(sorted(attrs.items()))
    return Op(_primitive(form, result), args, (out,), given, (), like.at, "", like.backward)


@dataclass(slots=True, eq=False)
class Rewriter:
    """Walks a function in order. `visit(op, rewriter)` gets every op with its arguments and blocks already rewritten;
    it emits what takes the op's place, and says in `values` what stands for results that are not defined any more."""

    visit: Callable[[Op, Rewriter], None]
    values: dict[Atom, Atom] = field(default_factory=dict)
    ops: list[Op] = field(default_factory=list)
    makers: dict[Atom, Op] = field(default_factory=dict)  # of what was read so far
    reads: Counter[Atom] = field(default_factory=Counter)  # how often each value is read, where that was counted
    pieces: set[Atom] = field(default_factory=set)  # arrays that may have gaps: parts of others

    def emit(self, op: Op) -> Value:
        """Append an op; gives its first result."""
        self.ops.append(op)
        return op.outs[0] if op.outs else Value("")

    def read(self, atom: Atom) -> Atom:
        """What stands for an atom now."""
        while atom in self.values:
            atom = self.values[atom]
        return atom

    def block(self, block: Block) -> Block:
        """Rewrite a block."""
        outer, self.ops = self.ops, []
        for op in block.ops:
            if op.name == "for":
                self.pieces.update(op.blocks[0].params[1 : 1 + len(op.attr("sources", ()))])
            args = tuple(map(self.read, op.args))
            blocks = tuple(map(self.block, op.blocks))
            op = replace(op, args=args, blocks=blocks)
            self.makers.update(dict.fromkeys(op.outs, op))
            self.visit(op, self)
        made, self.ops = self.ops, outer
        return Block(block.params, tuple(made), tuple(map(self.read, block.results)))

    def function(self, function: Function) -> Function:
        """Rewrite a whole function."""
        return replace(function, body=self.block(function.body))


def substituted(block: Block, values: Mapping[Atom, Atom]) -> Block:
    """The block with other atoms in place of some."""
    return Rewriter(lambda op, rewriter: rewriter.ops.append(op), dict(values)).block(block)


def kind_of(atom: Atom) -> Kind:
    """The kind of an atom; that of a static number is its type's."""
    kind = atom.kind if isinstance(atom, Value) else const_kind(atom.value)
    if isinstance(kind, Known) and isinstance(kind.value, bool | int | float):
        return Scalar(f"py{type(kind.value).__name__}")
    return kind


def is_const(atom: Atom, *values: object) -> bool:
    """Whether an atom is one of these literals."""
    return isinstance(atom, Const) and any(atom == Const(v) for v in values)

"""The intermediate representation: structured SSA, as immutable values.

A `Function` is a `Block`; a block is parameters, ops in order, and results. Control flow is structured: `if`, `for` and
`while` are ops that own blocks; what a loop carries from turn to turn are parameters of its body, so a reversed loop is
again a loop. Blocks read values of the blocks around them freely. Early exits are data: a body whose turn may end early
yields an exit code first (`NEXT`, `BREAK`, `RETURN`), and the writer prints it as `break` or `return`.
"""

from __future__ import annotations

import enum
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

from sourcead.errors import Place
from sourcead.kinds import TOP, Kind
from sourcead.records import dataclass, field, replace

MARKS = frozenset(
    {"inplace", "what", "may_write", "owned", "raises", "makes", "effect", "own", "leaves", "guarded",
     "made", "again", "repeated", "in_module", "last", "proven", "shadowed"}
)  # attributes that are no argument of the primitive
STABLY = ", stably: "  # in the note of an op whose value may differ from that of the user's text
_T = TypeVar("_T")
NEXT, BREAK, RETURN, CONTINUE = 0, 1, 2, -1  # exit codes; with those up to 0 the next turn follows


class Undefined(enum.Enum):
    """The value of a name that is not bound on this path."""

    UNDEFINED = "undefined"


UNDEFINED = Undefined.UNDEFINED


def is_hashable(value: object) -> bool:
    """Whether something may be a key."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


@dataclass(slots=True, eq=False)
class Value:
    """What one op (or block parameter) defines, once. `hint` is the user's name for it, or "" for a temporary.

    Two values are equal when they are one. The hint says nothing of what a value is, only what to call it: it may be
    given later, once (`call_it`). The kind of a new value is final when its op stands in a builder: sizes without a
    name get one there. Nothing else of a value ever changes.
    """

    hint: str
    kind: Kind = TOP

    def call_it(self, hint: str) -> None:
        """Give a temporary a name."""
        if not self.hint:
            self.hint = hint

    def __repr__(self) -> str:
        return f"<{self.hint or 'value'}>"


_ACTING = frozenset({"draws", "io", "writes"})
_PLAIN = frozenset({int, bool, str, type(None)})  # types of values that are equal where Python says so


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A literal; two are equal when type and bits are: 1, 1.0 and True differ, 0.0 and -0.0 differ, nan equals
    itself."""

    value: Any

    def _key(self) -> tuple[type, object]:
        value = self.value
        if isinstance(value, float):
            return type(value), struct.pack("d", value)
        if isinstance(value, complex):
            return type(value), struct.pack("dd", value.real, value.imag)
        if isinstance(value, tuple):
            return tuple, tuple(Const(item)._key() for item in value)
        return type(value), value if is_hashable(value) else id(value)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Const):
            return False
        mine, others = self.value, other.value
        if type(mine) in _PLAIN or type(others) in _PLAIN:
            return type(mine) is type(others) and bool(mine == others)
        return self._key() == other._key()

    def __hash__(self) -> int:
        value = self.value
        return hash((type(value), value)) if type(value) in _PLAIN else hash(self._key())

    def __repr__(self) -> str:
        return repr(self.value)


Atom: TypeAlias = Value | Const


@dataclass(frozen=True, slots=True)
class Hole:
    """In a subscript: the op's dynamic argument number `index` (counted from the first dynamic argument)."""

    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """In a subscript: a slice, each part a literal int, None or a `Hole`."""

    start: int | Hole | None = None
    stop: int | Hole | None = None
    step: int | Hole | None = None


Subscript: TypeAlias = "int | str | bool | Hole | Span | Any | None"  # Any: Ellipsis
Path: TypeAlias = tuple[tuple[Subscript, ...], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What one item of a `for` runs over. `form` is "range" (three args: start, stop, step), "rows" (one arg: an array,
    list or tuple) or "count" (one arg: where `enumerate` starts); args are taken from the op's args in order."""

    form: str

    @property
    def arity(self) -> int:
        return 3 if self.form == "range" else 1


Attrs: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """An operation that needs no further explanation. See `primitives/` for the tables that make them.

    name: unique; for a library function its dotted name ("np.exp").
    form: how it is written when the op does not say: "binary +", "unary -", "compare <", "call np.exp", "method sum",
        "attribute T", or a word that the writer knows ("getitem", "tuple", "if", ...).
    infer: kinds of the args (and static attributes by keyword) to the kind of the result.
    run: what the interpreter calls: `run(*args, **attrs)`.
    effects: subset of {"raises", "io", "draws", "writes", "reads"}; empty for a pure one.
    result: "fresh" (memory of its own), "view" (of its first argument), "maybe" (view or copy), "scalar".
    linear: positions of the args in which it is linear, in groups: jointly within one, separately in each.
    places: of each arg its keyword and its position in a call ("" where it always goes by position, -1 where never).
    harmless: a number at which its partials are finite.
    complexes: whether it gives complex numbers for real ones, or is of use with complex ones only: a program of unknown
        kinds that has none of these is one of real numbers.
    """

    name: str
    form: str
    infer: Callable[..., Kind] | None = None
    run: Callable[..., Any] | None = None
    effects: frozenset[str] = frozenset()
    elementwise: bool = False
    differentiable: bool = True
    singular: bool = False
    result: str = "fresh"
    target: Any = None
    linear: tuple[tuple[int, ...], ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    harmless: float = 1
    complexes: bool = False

    def __repr__(self) -> str:
        return self.name

    @property
    def acts(self) -> bool:
        """Whether it does more than compute: output, draws, or changes of what others see."""
        return bool(self.effects) and not _ACTING.isdisjoint(self.effects)

    def split(self, args: Sequence[_T], left_out: Sequence[bool]) -> tuple[list[_T], dict[str, _T]]:
        """What a call hands on by position and what by keyword: that behind a static argument or one left out."""
        by_position: list[_T] = []
        by_keyword: dict[str, _T] = {}
        last = len(args) - 1  # what comes last was given, whatever it is
        for k, arg in enumerate(args):
            keyword, place = self.places[k] if k < len(self.places) else ("", 0)
            if not keyword or (place == len(by_position) and (k == last or not left_out[k])):
                by_position.append(arg)
            elif not left_out[k]:
                by_keyword[keyword] = arg
        return by_position, by_keyword


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One step. `form` overrides the primitive's own way of being written; `at` is the place in the user's text that it
    came from, kept by every op derived from it; `backward` marks the adjoint sweep; `note` becomes a comment."""

    primitive: Primitive
    args: tuple[Atom, ...]
    outs: tuple[Value, ...]
    attrs: Attrs = ()
    blocks: tuple[Block, ...] = ()
    at: Place | None = None
    form: str = ""
    backward: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        return self.primitive.name

    def attr(self, key: str, default: Any = None) -> Any:
        """A static attribute by name."""
        for name, value in self.attrs:
            if name == key:
                return value
        return default

    @property
    def keywords(self) -> dict[str, Any]:
        """The attributes that are arguments of the primitive."""
        return {name: value for name, value in self.attrs if name not in MARKS}

    def with_attrs(self, **changes: Any) -> Op:
        """This op with some attributes set."""
        merged = {**dict(self.attrs), **changes}
        return replace(self, attrs=tuple(sorted(merged.items())))


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Straight-line ops behind parameters, ended by its results."""

    params: tuple[Value, ...]
    ops: tuple[Op, ...]
    results: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the emitted function, as `inspect` names its kinds; `default` is the text of a literal or None."""

    name: str
    kind: str = "POSITIONAL_OR_KEYWORD"
    default: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """A free name of the emitted function. how: "global" (looked up in the user's module at each call), "cell" (the
    user's own closure cell, in `root`), "object" (`root` is the object itself: a module, a bound method's self)."""

    name: str
    how: str
    root: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A whole function: `body.params` stand for `params` in order, `body.results` is the one returned value.
    `further` are the functions that its `invoke` ops name, and those that these name; only the outermost has any.
    `parted` says that the text has a line between the forward and the backward sweep: tangents stand among the rest."""

    name: str
    params: tuple[Param, ...]
    body: Block
    captures: tuple[Capture, ...] = ()
    doc: str = ""
    at: Place | None = None
    further: tuple[Function, ...] = ()
    parted: bool = True
    decorators: tuple[str, ...] = ()  # what stands above it: "numba.njit(...)"


@dataclass(slots=True)
class Builder:
    """Collects ops in order: the one way in which stages make blocks."""

    ops: list[Op] = field(default_factory=list)

    def add(self, op: Op) -> tuple[Value, ...]:
        """Append an op and hand out what it defines."""
        self.ops.append(op)
        return op.outs

    def block(self, params: tuple[Value, ...], results: tuple[Atom, ...]) -> Block:
        """Close the block."""
        return Block(params, tuple(self.ops), results)


# The loops' conventions, in one place -----------------------------------------------------------------------
#
# `if`:    args = (condition,); two blocks without parameters; outs = the results of whichever ran. Form "and" / "or" /
#          "ternary" says that the user wrote an expression: for `a and b` args = (a,), the blocks yield b and a.
# `for`:   args = (*source args, *inits); attrs: sources (tuple of Source), text, reverse (bool), exits (bool),
#          carried (int).
#          body params = (turn, *items, *carried); items: one a source; turn counts 0, 1, ... whichever the direction of
#          the text, n - 1 down to 0 when reversed (a reversed loop has one source, range(0, n, 1), whose item equals
#          the
#          turn). attr text: how the user wrote it, a nested tuple: ("range",) | ("rows",) | ("enumerate", has_start,
#          inner) |
#          ("zip", inner, ...), whose leaves consume the sources in order. Body results = ([exit code,] *next carried,
#          *stacked).
#          outs = ([exit code,] *carried, *stacks, [turns]) ; a stack is a List with one item a turn, in the order of
#          production; `turns` (attr counted=True) is the number of turns begun.
# `while`: args = inits; blocks = (test, body). test params = carried, result = (condition,). body params =
#          (turn, *carried); results and outs as for `for`.
#
# `invoke`: a call of one of the function's `further` functions, the attr callee by name; args are its parameters. attr
#          part: "primal" (outs = the result), "forward" (outs = the result, what the adjoint reads: the residual) or
#          "backward" (args = the residual, the cotangent of the result; outs = the cotangents of the differentiated
#          arguments). attr fresh: the result is memory that the callee allocated.


def sub_blocks(block: Block) -> Iterator[Block]:
    """This block and every block inside it, outermost first."""
    yield block
    for op in block.ops:
        for inner in op.blocks:
            yield from sub_blocks(inner)


def walk(block: Block) -> Iterator[Op]:
    """Every op, in the order of the text, the owner of a block before what is in it."""
    for op in block.ops:
        yield op
        for inner in op.blocks:
            yield from walk(inner)


def reads(op: Op) -> Iterator[Atom]:
    """Every atom that an op and the blocks in it read, in the order of the text."""
    yield from op.args
    for block in op.blocks:
        for inner in block.ops:
            yield from reads(inner)
        yield from block.results


def read_counts(block: Block) -> dict[Atom, int]:
    """How often each atom is read in a block and those inside it, as an argument or as a block's result."""
    atoms: list[Atom] = []
    for inner in sub_blocks(block):
        for op in inner.ops:
            atoms += op.args
        atoms += inner.results
    return dict(Counter(atoms))

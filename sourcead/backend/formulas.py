"""Sizes as formulas: how many bytes the data of a value takes, as a Python expression of the arguments.

    X @ W + b, float32      ->   4 * X.shape[0] * W.shape[1]
    a list that grows by it in `for i in range(steps)`   ->   4 * X.shape[0] * W.shape[1] * steps

`turns` and `size` stand for numbers that are not known before the program runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcead.backend.names import Variables
from sourcead.backend.tree import (
    Append,
    Body,
    Branch,
    Exit,
    Iterable,
    Let,
    Loop,
    Move,
    Statement,
    bodies,
    defined,
    form_of,
    walk,
)  # fmt: skip
from sourcead.ir import Atom, Const, Span, Value
from sourcead.kinds import Array, Dim, Kind, Known, List, Opaque, Scalar, Tree, const_kind

TURNS, SIZE, CALLS = "turns", "size", "calls"  # what only a run can tell
_PYTHON_SIZES = {"pybool": 1, "pycomplex": 16}
_SHAPED = ("np.zeros", "np.ones", "np.empty", "np.full")
_LIKE = ("copy", "ndarray.copy", "np.copy", "np.zeros_like", "np.ones_like", "np.empty_like", "np.full_like",
         "store", "add_at")  # fmt: skip
_BINARY = {"binary +": "+", "binary -": "-", "binary *": "*", "binary //": "//"}


@dataclass(frozen=True, slots=True)
class Size:
    """A number of bytes. known: whether the arguments determine it; exact: whether it may be less."""

    formula: str
    known: bool = True
    exact: bool = True

    def times(self, factor: str | None, unknown: str = SIZE) -> Size:
        """So many of it."""
        if self.formula == "0" or factor == "1":
            return self
        whole = f"({self.formula})" if " + " in self.formula else self.formula
        product = grouped(factor) if factor is not None else unknown
        return Size(f"{whole} * {product}", self.known and factor is not None, self.exact)

    def plus(self, other: Size) -> Size:
        """Both."""
        if "0" in (self.formula, other.formula):
            return other if self.formula == "0" else self
        return Size(f"{self.formula} + {other.formula}", self.known and other.known, self.exact and other.exact)


NOTHING = Size("0")


def grouped(text: str) -> str:
    """An expression as a factor."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == " " and not depth:
            return f"({text})"
    return text


def dim_text(dim: Dim) -> str | None:
    """A size as an expression of the arguments, where it is one."""
    if dim.one:
        return "1"
    key: Any = dim.key
    if isinstance(key, str | int):
        return str(key)
    if not isinstance(key, tuple) or not key or not isinstance(key[0], str):
        return None
    word, *parts = key
    texts = [dim_text(p) if isinstance(p, Dim) else str(p) if type(p) is int else None for p in parts]
    if word == "slice" and texts[0] is not None:
        return _sliced(texts[0], parts[1])
    if None in texts:
        return None
    known = [str(t) for t in texts]
    joined = {"sum": " + ", "less": " - ", "product": " * ", "quotient": " // "}
    if word in joined:
        return joined[word].join(map(grouped, known))
    if word == "least":
        return f"min({', '.join(known)})"
    return f"{known[0]} // 2 + 1" if word == "half" and len(known) == 1 else None


def _sliced(whole: str, span: Any) -> str | None:
    parts: tuple[Any, ...] = (span.start, span.stop, span.step) if isinstance(span, Span) else tuple(span)
    texts: list[str] = []
    for part in parts:
        text = dim_text(part.size) if isinstance(part, Scalar) and part.size is not None else None
        text = str(part) if part is None or type(part) is int else text
        if text is None:
            return None
        texts.append(text)
    return f"len(range({whole})[{':'.join('' if t == 'None' else t for t in texts)}])".replace(":]", "]")


class Formulas:
    """The sizes of the values of one function. `named`: whether its parameters are the arguments, under their names."""

    def __init__(self, body: Body, made: Variables, params: dict[Value, str], named: bool) -> None:
        self.made, self.params, self.named = made, params, named
        self.makers: dict[Value, Statement] = {}
        self.appends: dict[Value, list[tuple[Append | Let, Atom, tuple[Loop | Branch, ...]]]] = {}
        self.created: dict[Value, int] = {}
        self.members: dict[Value, list[Value]] = {}  # of a variable, in the order of the text
        self.paths: dict[Value, tuple[Loop | Branch, ...]] = {v: () for v in params}  # what stands around the maker
        for value in params:
            self.members.setdefault(made.of(value), []).append(value)
        self._look(body, ())

    def _look(self, body: Body, path: tuple[Loop | Branch, ...]) -> None:
        for statement in body:
            for value in defined(statement):
                self.makers.setdefault(value, statement)
                self.paths.setdefault(value, path)
                self.members.setdefault(self.made.of(value), []).append(value)
            if isinstance(statement, Append):
                self.appends.setdefault(self.made.of(statement.stack), []).append((statement, statement.item, path))
            elif isinstance(statement, Let) and form_of(statement.op) == "grow append":
                base, item = statement.args
                if isinstance(base, Value):
                    self.appends.setdefault(self.made.of(base), []).append((statement, item, path))
            elif isinstance(statement, Let) and form_of(statement.op) == "list" and not statement.args:
                self.created.setdefault(self.made.of(defined(statement)[0]), len(path))
            inside = (*path, statement) if isinstance(statement, Loop | Branch) else path
            for inner in bodies(statement):
                self._look(inner, inside)

    # Bytes -----------------------------------------------------------------------------------------------------

    def of(self, value: Value) -> Size:
        """The bytes of the data of a value; of a list that grows, of all its items at the end."""
        root = self.made.of(value)
        if isinstance(value.kind, List) and root in self.appends:
            return self._grown(root)
        if isinstance(value.kind, Array):
            size = _items(value.kind.dtype)
            for axis in range(len(value.kind.dims)):
                size = size.times(self.axis(value, axis))
            return size
        return self.of_kind(value.kind)

    def of_kind(self, kind: Kind) -> Size:
        """The bytes of the data of a value of a kind."""
        match kind:
            case Scalar():
                return _items(kind.dtype)
            case Array():
                size = _items(kind.dtype)
                for dim in kind.dims:
                    size = size.times(dim_text(dim))
                return size
            case List():
                return self.of_kind(kind.item).times(dim_text(kind.length))
            case Tree():
                whole = NOTHING
                for item in kind.items:
                    whole = whole.plus(self.of_kind(item))
                return whole
            case Known() | Opaque():
                return NOTHING
        return Size(SIZE, False)

    def _grown(self, root: Value) -> Size:
        """A list that loops make grow: what one item takes, times the turns of the loops around the `append`."""
        whole, seen = NOTHING, set[tuple[Loop, ...]]()
        outside = self.created.get(root, 0)
        for statement, item, path in self.appends[root]:
            loops = tuple(p for p in path[outside:] if isinstance(p, Loop))
            if any(isinstance(p, Branch) for p in path[outside:]) and loops in seen:
                continue  # the other branch of an `if`: one item a turn
            seen.add(loops)
            size = self.of(item) if isinstance(item, Value) else self.of_kind(const_kind(item.value))
            for loop in reversed(loops):
                size = size.times(self.turns(loop), TURNS)
            maybe = isinstance(statement, Let) and any(isinstance(p, Branch) for p in path[outside:])
            if maybe or any(may_end_early(loop) for loop in loops):
                size = Size(size.formula, size.known, False)
            whole = whole.plus(size)
        return whole

    # Numbers ---------------------------------------------------------------------------------------------------

    def turns(self, loop: Loop) -> str | None:
        """How many turns a loop has, where the arguments tell."""
        return None if loop.iterable is None else self._length(loop.iterable)

    def _length(self, iterable: Iterable) -> str | None:
        if iterable.form == "range":
            start, stop, step = map(self.count, iterable.args)
            if start == "0" and step == "1":
                return stop
            if start is None or stop is None or step is None:
                return None
            return f"len(range({start}, {stop}{'' if step == '1' else f', {step}'}))"
        if iterable.form == "rows":
            (rows,) = iterable.args
            return self.length(rows) if isinstance(rows, Value) else None
        lengths = [self._length(part) for part in iterable.parts]
        known = list(dict.fromkeys(text for text in lengths if text is not None))
        if len(known) < len(set(lengths)) or not known:
            return None
        return known[0] if len(known) == 1 else f"min({', '.join(known)})"

    def length(self, value: Value) -> str | None:
        """`len(value)`."""
        match value.kind:
            case Array():
                return self.axis(value, 0)
            case Tree():
                return str(len(value.kind.items))
            case List():
                text = dim_text(value.kind.length)
                root = self.made.of(value)
                if text is None and len(self.appends.get(root, ())) == 1:
                    ((_, _, path),) = self.appends[root]
                    around = path[self.created.get(root, 0) :]
                    if len(around) == 1 and isinstance(around[0], Loop) and not may_end_early(around[0]):
                        return self.turns(around[0])
                return text
        return None

    def count(self, atom: Atom) -> str | None:
        """A whole number as an expression of the arguments."""
        if isinstance(atom, Const):
            return str(atom.value) if type(atom.value) is int else None
        if isinstance(atom.kind, Known):
            return str(atom.kind.value) if type(atom.kind.value) is int else None
        if atom in self.params:
            return self.params[atom] if self.named else None
        if isinstance(atom.kind, Scalar) and atom.kind.size is not None and (text := dim_text(atom.kind.size)):
            return text
        maker = self.makers.get(atom)
        if not isinstance(maker, Let):
            return None
        if form_of(maker.op) in _BINARY and len(maker.args) == 2:
            left, right = map(self.count, maker.args)
            if left is None or right is None:
                return None
            return f"{grouped(left)} {_BINARY[form_of(maker.op)]} {grouped(right)}"
        if maker.op.name == "len" and isinstance(maker.args[0], Value):
            return self.length(maker.args[0])
        return None

    def axis(self, value: Value, axis: int) -> str | None:
        """One size of an array: known by its kind, or found where the array is made."""
        return self._axis(value, axis, set())

    def _axis(self, value: Value, axis: int, seen: set[Value]) -> str | None:
        kind = value.kind
        if not isinstance(kind, Array) or value in seen:
            return None
        text = dim_text(kind.dims[axis])
        if text is not None:
            return text
        seen.add(value)
        maker = self.makers.get(value)
        if isinstance(maker, Move):
            sources = [source for to, source in maker.pairs if to is value]
            return self._first(sources, axis, len(kind.dims), seen)
        if maker is None:  # the move that made it went, for it has the same name as what was moved
            return self._first(self.members.get(self.made.of(value), ()), axis, len(kind.dims), seen)
        if not isinstance(maker, Let):
            return None
        if maker.op.name in _SHAPED:
            return self._asked(maker, axis)
        if maker.op.primitive.elementwise or maker.op.name in _LIKE:
            likely = maker.args[:1] if maker.op.name in _LIKE else maker.args
            return self._first(likely, axis, len(kind.dims), seen)
        return None

    def _first(self, atoms: Any, axis: int, rank: int, seen: set[Value]) -> str | None:
        for atom in atoms:
            if isinstance(atom, Value) and isinstance(atom.kind, Array):
                own = axis - rank + len(atom.kind.dims)
                if own >= 0 and not atom.kind.dims[own].one and (text := self._axis(atom, own, seen)):
                    return text
        return None

    def _asked(self, maker: Let, axis: int) -> str | None:
        """The size that `np.zeros(shape)` is asked for."""
        shape = maker.args[0] if maker.args else Const(maker.op.attr("shape"))
        inner = self.makers.get(shape) if isinstance(shape, Value) else None
        if isinstance(inner, Let) and form_of(inner.op) == "tuple":
            return self.count(inner.args[axis])
        if isinstance(shape, Const) and isinstance(shape.value, tuple):
            return self.count(Const(shape.value[axis]))
        return self.count(shape) if axis == 0 else None


def may_end_early(loop: Loop) -> bool:
    """Whether a turn may leave a loop."""
    return any(isinstance(s, Exit) and s.word != "continue" for s in walk(loop.body))


def _items(dtype: str | None) -> Size:
    """The bytes of one number."""
    if dtype is None:
        return Size(SIZE, False)
    if dtype in _PYTHON_SIZES or dtype.startswith(("py", "real")):
        return Size(str(_PYTHON_SIZES.get(dtype, 8)))
    return Size(str(np.dtype(dtype).itemsize))

"""Sizes as formulas: how many bytes the data of a value takes, as a Python expression of the arguments.

    X @ W + b, float32      ->   4 * X.shape[0] * W.shape[1]
    a list that grows by it in `for i in range(steps)`   ->   4 * X.shape[0] * W.shape[1] * steps

`turns` and `size` stand for numbers that are not known before the program runs.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from sourcead.backend.amounts import NOTHING, SIZE, TURNS, Size, dim_text, grouped, range_text, size_of_one, words
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
from sourcead.ir import UNDEFINED, Atom, Const, Hole, Span, Value
from sourcead.kinds import Array, Kind, Known, List, Opaque, Scalar, Tree, const_kind
from sourcead.records import dataclass

_SHAPED = ("np.zeros", "np.ones", "np.empty", "np.full")
_LIKE = ("copy", "ndarray.copy", "np.copy", "np.zeros_like", "np.ones_like", "np.empty_like", "np.full_like",
         "store", "add_at")  # fmt: skip
_BINARY = {"binary +": "+", "binary -": "-", "binary *": "*", "binary //": "//"}


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of an `if`."""

    branch: Branch
    number: int


Around: TypeAlias = "tuple[Loop | Arm, ...]"  # the loops, and the sides of branches, in which something stands


def _exclude(a: Around, b: Around) -> bool:
    """Whether what stands here and what stands there are on different sides of one `if`."""
    pairs = ((x, y) for x in a for y in b if isinstance(x, Arm) and isinstance(y, Arm))
    return any(x.branch is y.branch and x.number != y.number for x, y in pairs)


class Formulas:
    """The sizes of the values of one function. `named`: whether its parameters are the arguments, under their names."""

    def __init__(self, body: Body, made: Variables, params: dict[Value, str], named: bool) -> None:
        self.made, self.params, self.named = made, params, named
        self.makers: dict[Value, Statement] = {}
        self.appends: dict[Value, list[tuple[Append | Let, Atom, Around]]] = {}
        self.created: dict[Value, list[tuple[Let, Around]]] = {}  # displays that begin lists
        self.shrinking: set[Value] = set()
        self.altered: set[Value] = set()  # lists that change in other ways
        self.missing: set[Value] = set()  # variables that may be None or unbound
        self.residuals: set[Value] = set()
        self.members: dict[Value, list[Value]] = {}  # of a variable, in the order of the text
        self.paths: dict[Value | Loop, Around] = {v: () for v in params}  # what stands around a value's maker
        self.turn: dict[str, Loop] = {}  # the number of the turn of each loop, as formulas call it
        self.turns_of: dict[Value, str] = {}
        for value in params:
            self.members.setdefault(made.of(value), []).append(value)
        self._look(body, ())

    def _look(self, body: Body, path: Around) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._number(statement)
            for value in defined(statement):
                self.makers.setdefault(value, statement)
                self.paths.setdefault(value, path)
                self.members.setdefault(self.made.of(value), []).append(value)
            match statement:
                case Append():
                    self._grows(statement, statement.stack, statement.item, path)
                case Move():
                    gaps = (to for to, source in statement.pairs if source in (Const(None), Const(UNDEFINED)))
                    self.missing.update(map(self.made.of, gaps))
                case Let():
                    self._let(statement, path)
                case Loop():
                    self.paths[statement] = path
                    for inner in bodies(statement):
                        self._look(inner, (*path, statement))
                case Branch():
                    for arm, inner in enumerate(bodies(statement)):
                        self._look(inner, (*path, Arm(statement, arm)))

    def _let(self, let: Let, path: Around) -> None:
        form = form_of(let.op)
        if form == "grow append":
            base, item = let.args
            self._grows(let, base, item, path)
        elif form.startswith("grow ") and isinstance(let.args[0], Value):
            changed = self.shrinking if form == "grow pop" else self.altered
            changed.add(self.made.of(let.args[0]))
        elif form == "list":
            self.created.setdefault(self.made.of(defined(let)[0]), []).append((let, path))
        elif let.op.attr("part") == "forward":
            self.residuals.add(self.made.of(defined(let)[-1]))

    def _grows(self, statement: Append | Let, stack: Atom, item: Atom, path: Around) -> None:
        if isinstance(stack, Value):
            self.appends.setdefault(self.made.of(stack), []).append((statement, item, path))

    def _number(self, loop: Loop) -> None:
        """Name the number of a loop's turn, where the loop gives it one."""
        if loop.iterable is None or loop.iterable.form not in ("range", "enumerate"):
            return
        if loop.iterable.form == "enumerate" and (loop.iterable.args[0] != Const(0) or isinstance(loop.target, Value)):
            return
        value = loop.target if isinstance(loop.target, Value) else defined(loop)[0]
        stem, number = value.hint or "i", 2
        name = stem
        while name in self.turn or name in self.params.values():
            name, number = f"{stem}{number}", number + 1
        self.turn[name] = loop
        self.turns_of[value] = name

    # Bytes -----------------------------------------------------------------------------------------------------

    def of(self, value: Value) -> Size:
        """The bytes of the data of a value; of a list that grows, of all its items at the end."""
        size = self._of(value)
        free = words(size.formula) - set(re.findall(r" for (\w+) in ", size.formula))
        return Size(size.formula, False, size.exact) if free & self.turn.keys() else size

    def _of(self, value: Value) -> Size:
        root = self.made.of(value)
        if root in self.residuals:
            return NOTHING  # what is in it is counted at the function that made it
        if isinstance(value.kind, List) and root in self.appends:
            return self._grown(root)
        if isinstance(value.kind, Array):
            size = size_of_one(value.kind.dtype)
            for axis in range(len(value.kind.dims)):
                size = size.times(self.axis(value, axis))
            return size
        return self.of_kind(value.kind)

    def of_kind(self, kind: Kind) -> Size:
        """The bytes of the data of a value of a kind."""
        match kind:
            case Scalar():
                return size_of_one(kind.dtype)
            case Array():
                size = size_of_one(kind.dtype)
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
        whole, counted, exact = NOTHING, list[Around](), root not in self.shrinking
        displays = self.created.get(root, [])
        outside = len(displays[0][1]) if displays else 0
        for item in displays[0][0].args if displays else ():
            whole = whole.plus(self._item(item))
        for statement, item, path in self.appends[root]:
            around = path[outside:]
            loops = [p for p in around if isinstance(p, Loop)]
            exact = exact and not any(map(may_end_early, loops)) and not (self._may_be_none(item))
            exact = exact and (isinstance(statement, Append) or len(loops) == len(around))
            if item == Const(None) or any(_exclude(around, other) for other in counted):
                continue  # the other side of an `if`: one item a turn
            counted.append(around)
            size = self._item(item)
            for loop in reversed(loops):
                size = self._times(size, loop)
            whole = whole.plus(size)
        adopted = any(member in self.params for member in self.members.get(root, ()))  # what it had is the caller's
        known = whole.known and root not in self.altered and len(displays) == 1 - adopted
        return Size(whole.formula, known, whole.exact and exact)

    def _item(self, item: Atom) -> Size:
        return self._of(item) if isinstance(item, Value) else self.of_kind(const_kind(item.value))

    def _may_be_none(self, item: Atom) -> bool:
        return self.made.of(item) in self.missing if isinstance(item, Value) else item == Const(None)

    def _times(self, size: Size, loop: Loop) -> Size:
        """What each turn of a loop adds, over all turns: a sum where the turns differ."""
        turn = next((name for name, of in self.turn.items() if of is loop), "")
        if turn not in words(size.formula):
            return size.times(self.turns(loop), TURNS)
        turns = self._range(loop)
        return Size(f"sum({size.formula} for {turn} in {turns or TURNS})", size.known and turns is not None, size.exact)

    def _range(self, loop: Loop) -> str | None:
        """What the number of a loop's turn runs over."""
        if loop.iterable is not None and loop.iterable.form == "range":
            bounds = list(map(self.count, loop.iterable.args))
            return None if None in bounds else range_text(*map(str, bounds))
        turns = self.turns(loop)
        return None if turns is None else f"range({turns})"

    # Numbers ---------------------------------------------------------------------------------------------------

    def turns(self, loop: Loop) -> str | None:
        """How many turns a loop has, where the arguments tell."""
        return None if loop.iterable is None else self._length(loop.iterable, self.paths[loop])

    def _length(self, iterable: Iterable, path: Around) -> str | None:
        if iterable.form == "range":
            start, stop, step = map(self.count, iterable.args)
            if start == "0" and step == "1":
                return stop
            if start is None or stop is None or step is None:
                return None
            return f"len({range_text(start, stop, step)})"
        if iterable.form == "rows":
            (rows,) = iterable.args
            return self.length(rows, path) if isinstance(rows, Value) else None
        lengths = [self._length(part, path) for part in iterable.parts]
        known = list(dict.fromkeys(text for text in lengths if text is not None))
        if len(known) < len(set(lengths)) or not known:
            return None
        return known[0] if len(known) == 1 else f"min({', '.join(known)})"

    def length(self, value: Value, path: Around) -> str | None:
        """`len(value)`, asked for within these loops and branches."""
        match value.kind:
            case Array():
                return self.axis(value, 0)
            case Tree():
                return str(len(value.kind.items))
            case List():
                text, root = dim_text(value.kind.length), self.made.of(value)
                if text is not None or len(self.appends.get(root, ())) != 1 or len(self.created.get(root, ())) != 1:
                    return text
                ((_, _, grown),), ((display, made),) = self.appends[root], self.created[root]
                loop = grown[len(made)] if len(grown) == len(made) + 1 else None
                if not isinstance(loop, Loop) or may_end_early(loop) or loop in path or display.args:
                    return None
                return self.turns(loop)
        return None

    def count(self, atom: Atom) -> str | None:
        """A whole number as an expression of the arguments."""
        if isinstance(atom, Const):
            return str(atom.value) if type(atom.value) is int else None
        if isinstance(atom.kind, Known):
            return str(atom.kind.value) if type(atom.kind.value) is int else None
        if atom in self.params:
            return self.params[atom] if self.named else None
        if atom in self.turns_of:
            return self.turns_of[atom]
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
            return self.length(maker.args[0], self.paths.get(atom, ()))
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
        if form_of(maker.op) == "getitem":
            return self._picked(maker, axis, seen)
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

    def _picked(self, maker: Let, axis: int, seen: set[Value]) -> str | None:
        """The size that a subscript of numbers and slices leaves."""
        base, *dynamic = maker.args
        path = maker.op.attr("path")
        if not isinstance(base, Value) or not isinstance(base.kind, Array) or len(path) != 1:
            return None
        if any(isinstance(getattr(a, "kind", None), Array | List) for a in dynamic):
            return None
        left = len(base.kind.dims) - sum(e is not None and e is not Ellipsis for e in path[0])
        level: list[Any] = []
        for element in path[0]:
            level += [Span()] * left if element is Ellipsis else [element]
        if Ellipsis not in path[0]:
            level += [Span()] * left
        position = 0
        for element in level:
            if element is None or isinstance(element, Span):
                if axis == 0:
                    whole = "1" if element is None else self._axis(base, position, seen)
                    return whole if element in (None, Span()) or whole is None else self._cut(whole, element, dynamic)
                axis -= 1
            position += element is not None
        return None

    def _cut(self, whole: str, span: Span, dynamic: list[Atom]) -> str | None:
        """The size that a slice leaves of another."""
        texts = []
        for part in (span.start, span.stop, span.step):
            text = self.count(dynamic[part.index]) if isinstance(part, Hole) else "" if part is None else str(part)
            if text is None:
                return None
            texts.append(text)
        start, stop, step = texts
        return f"len(range({whole})[{start}:{stop}{f':{step}' if step else ''}])"

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

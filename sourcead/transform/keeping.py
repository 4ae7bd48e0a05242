"""What is kept, chosen well: no array for its shape alone, results in place of what they are made of.

zeros_like(z), z = x @ W        ->    zeros((x.shape[0], W.shape[1]))     z is neither kept nor computed again
z > 0, y = maximum(0, z) kept   ->    y > 0                               z is not kept
e kept for y = 1 / (1 + e)      ->    y kept                              as many bytes, and nothing computed again
u kept for m = u > 0.5          ->    m kept                              an eighth of the bytes
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Atom, Block, Const, Op, Value, walk
from sourcead.kinds import Array, Dim, Scalar, Tree, same_size
from sourcead.passes.facts import same_shape
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, replace
from sourcead.switches import is_on
from sourcead.transform.reading import free_values

FREE, STACK, AGAIN = "free", "stack", "again"  # read again; kept; computed again
Manner = Callable[[Value], str]
_EXTREMES = {"compare >": "np.maximum", "compare <": "np.minimum"}


@dataclass(slots=True, eq=False)
class Keeping:
    """What a reversed turn reads of the primal turn: `manner` says how a value of that comes to be there."""

    body: Block
    ops: list[Op]
    results: list[Atom]
    manner: Manner
    producers: dict[Value, Op]

    def chosen(self) -> set[Value]:
        """Let the reversed turn read as little as possible; gives the values that are to be kept as they are."""
        if not is_on("kept results"):
            return set()
        self._drop_dead()
        chosen = self._masks()
        sizes = self._sizes_alone()
        chosen |= self._results({*chosen, *sizes})
        self._replace_shapes(sizes, chosen)
        return chosen

    def _drop_dead(self) -> None:
        """What a rule made for an argument that is not differentiated is read by nothing."""
        counts, live = self._reads(), []
        for op in reversed(self.ops):
            if op.blocks or op.primitive.effects or op.name == "invoke" or any(o in counts for o in op.outs):
                live.append(op)
                continue
            for arg in op.args:
                counts[arg] -= 1
                if not counts[arg]:
                    del counts[arg]
        self.ops = live[::-1]

    def _reads(self) -> dict[Atom, int]:
        """How often each value is read, in the blocks inside too."""
        counts: dict[Atom, int] = dict.fromkeys(self.results, 1)
        for op in walk(Block((), tuple(self.ops), ())):
            for atom in (*op.args, *(r for b in op.blocks for r in b.results)):
                counts[atom] = counts.get(atom, 0) + 1
        return counts

    def _sizes_alone(self) -> dict[Value, list[tuple[Atom, int]]]:
        """The values of which zeros_like reads the shape and nothing reads more, and where their sizes are read."""
        counts = self._reads()
        read = [op.args[0] for op in self.ops if _is_zeros(op) and counts[op.args[0]] == 1]
        found = {z: self._sizes(z) for z in read if isinstance(z, Value)}
        return {z: sizes for z, sizes in found.items() if sizes is not None}

    def _replace_shapes(self, sizes: dict[Value, list[tuple[Atom, int]]], chosen: set[Value]) -> None:
        """zeros_like(z) of what is not there for another reason reads the sizes elsewhere."""
        there: set[Value] = set()
        waiting = [v for v in self._reads() if isinstance(v, Value) and v not in sizes]
        while waiting:
            v = waiting.pop()
            if v not in there:
                there.add(v)
                if v not in chosen and self.manner(v) == AGAIN:
                    waiting += free_values([self.producers[v]], ())
        made: list[Op] = []
        for op in self.ops:
            z = op.args[0] if _is_zeros(op) else None
            made += [op] if not isinstance(z, Value) or z not in sizes or z in there else self._zeros(op, sizes[z])
        self.ops = made

    def _sizes(self, z: Value) -> list[tuple[Atom, int]] | None:
        """Where each size of z is read: an array and its axis."""
        if not isinstance(z.kind, Array) or self.manner(z) == FREE or z.kind.dtype is None:
            return None
        if not self._computed(z):
            return None
        sources = [v for v in self._leaves(z, FREE) if isinstance(v.kind, Array)]
        found: list[tuple[Atom, int]] = []
        for dim in z.kind.dims:
            place = _place_of(dim, sources)
            if place is None:
                return None
            found.append(place)
        return found

    def _computed(self, z: Value) -> bool:
        """Whether a value is the result of arithmetic, no part of something that is there."""
        op = self.producers.get(z)
        return op is not None and not op.blocks and (op.primitive.elementwise or op.name in ("matmul", "np.dot"))

    def _zeros(self, op: Op, sizes: list[tuple[Atom, int]]) -> list[Op]:
        (first, _), *_ = sizes
        if isinstance(first, Value) and _certainly_like(first, op.outs[0]):
            return [replace(op, args=(first,))]
        made: list[Op] = []
        numbers: list[Atom] = []

        def emit(primitive: Any, args: tuple[Atom, ...], kind: Any, **attrs: Any) -> Value:
            out = Value("", kind)
            made.append(Op(primitive, args, (out,), tuple(sorted(attrs.items())), (), op.at, "", True))
            return out

        for array, axis in sizes:
            if not isinstance(array, Value):
                numbers.append(array)
                continue
            assert isinstance(array.kind, Array)
            items = tuple(Scalar("pyint", dim) for dim in array.kind.dims)
            shape = emit(primitive_of(np.shape), (array,), Tree(tuple, tuple(range(len(items))), items))
            numbers.append(emit(structural.GETITEM, (shape,), items[axis], path=((axis,),)))
        kinds = tuple(n.kind if isinstance(n, Value) else Scalar("pyint") for n in numbers)
        whole = emit(structural.TUPLE, tuple(numbers), Tree(tuple, tuple(range(len(kinds))), kinds))
        kind = op.outs[0].kind
        assert isinstance(kind, Array)
        attrs = {} if kind.dtype == "float64" else {"dtype": getattr(np, str(kind.dtype))}
        zeros = replace(op, primitive=primitive_of(np.zeros), args=(whole,), form="", attrs=tuple(attrs.items()))
        return [*made, zeros]

    def _masks(self) -> set[Value]:
        """z > c, read of y = maximum(c, z) where the loop hands that on."""
        counts, chosen = self._reads(), set()
        extremes = {(op.name, *sorted(map(id, op.args))): op for op in self.body.ops if len(op.args) == 2}
        for k, op in enumerate(self.ops):
            word = _EXTREMES.get(op.primitive.form)
            z = op.args[0] if word else None
            if not isinstance(z, Value) or counts[z] > 1 or self.manner(z) == FREE:
                continue
            made = extremes.get((word, *sorted(map(id, op.args)))) or self._with_literal(word, op)
            y = made.outs[0] if made is not None else None
            if y is None or not same_shape(y.kind, z.kind) or y not in self.body.results:
                continue
            self.ops[k] = replace(op, args=(y, *op.args[1:]))
            chosen.add(y)
        return chosen

    def _with_literal(self, word: str | None, test: Op) -> Op | None:
        """The op that compares the same value with an equal literal."""
        z, c = test.args
        same = (op for op in self.body.ops if op.name == word and isinstance(c, Const) and not op.attrs)
        return next((op for op in same if op.args in ((z, c), (c, z))), None)

    def _results(self, settled: set[Value]) -> set[Value]:
        """The results that are kept in place of what they alone are computed from."""
        needed = [v for v in self._reads() if isinstance(v, Value) and v not in settled and self.manner(v) != FREE]
        leaves = {v: self._leaves(v, STACK) for v in needed}
        chosen: set[Value] = set()
        for v in needed:
            if self.manner(v) != AGAIN or not self._computed(v):
                continue
            others = {leaf for w in needed if w is not v for leaf in leaves[w]}
            alone = [leaf for leaf in leaves[v] if leaf not in others and leaf in self.producers]
            if any(self._no_larger(v, leaf) and self._elementwise(v, leaf) for leaf in alone):
                chosen.add(v)
        return chosen

    def _no_larger(self, value: Value, leaf: Value) -> bool:
        """Whether a value takes at most as many bytes as a leaf: of its shape and dtype, or the truth of its items."""
        if _as_large(value, leaf):
            return True
        truths = isinstance(value.kind, Array) and value.kind.dtype == "bool" and isinstance(leaf.kind, Array)
        return truths and self._alone(value, leaf)

    def _alone(self, value: Value, leaf: Value) -> bool:
        """Whether a value follows item by item from a leaf and numbers alone, and so has its shape."""
        op = self.producers.get(value)
        if op is None or not op.primitive.elementwise:
            return False
        arrays = [a for a in op.args if isinstance(a, Value) and not isinstance(a.kind, Scalar)]
        return bool(arrays) and all(a is leaf or (self.manner(a) == AGAIN and self._alone(a, leaf)) for a in arrays)

    def _elementwise(self, value: Value, leaf: Value) -> bool:
        """Whether a value follows from a leaf item by item: then sizes that are not 1 are equal."""
        op = self.producers.get(value)
        args = [a for a in op.args if isinstance(a, Value)] if op is not None and op.primitive.elementwise else []
        return leaf in args or any(self.manner(a) == AGAIN and self._elementwise(a, leaf) for a in args)

    def _leaves(self, value: Value, manner: str) -> dict[Value, None]:
        """The values of a manner that a value is computed from."""
        found: dict[Value, None] = {}
        waiting, seen = [value], {value}
        while waiting:
            v = waiting.pop(0)
            how = self.manner(v)
            if how == manner and (v is not value or how == STACK):
                found[v] = None
            if how == AGAIN or (manner == FREE and how == STACK and self._computed(v)):
                args = [a for a in free_values([self.producers[v]], ()) if a not in seen]
                waiting += args
                seen.update(args)
        return found


def _is_zeros(op: Op) -> bool:
    return op.primitive.target is np.zeros_like and len(op.args) == 1 and not op.attrs


def _place_of(dim: Dim, sources: list[Value]) -> tuple[Atom, int] | None:
    """A literal, or an array and the axis of it that has this size."""
    if isinstance(dim.key, int):
        return Const(dim.key), 0
    for source in sources:
        assert isinstance(source.kind, Array)
        for axis, other in enumerate(source.kind.dims):
            if same_size(dim, other):
                return source, axis
    return None


def _certainly_like(value: Value, other: Value) -> bool:
    """Whether two values are arrays of one dtype, and of sizes known to be the same."""
    a, b = value.kind, other.kind
    if not _as_large(value, other) or not isinstance(a, Array) or not isinstance(b, Array):
        return False
    return all(same_size(x, y) for x, y in zip(a.dims, b.dims, strict=True))


def _as_large(value: Value, other: Value) -> bool:
    """Whether two values are arrays of one shape and dtype."""
    a, b = value.kind, other.kind
    return isinstance(a, Array) and isinstance(b, Array) and a.dtype == b.dtype is not None and same_shape(a, b)

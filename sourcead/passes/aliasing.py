"""Aliasing: which memory each value may share, and what is live after each op.

The roots of a value are the values whose memory it may be or hold: itself where an allocating primitive made it, its
argument's where it is a view, all of its items' too where it is a container. Those of the object itself, without its
items, are its shell: a change of a list (an `append`) changes the shell, a store into an array what it stands for. A
root is owned when this function allocated it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from sourcead.ir import Atom, Block, Function, Op, Value, walk
from sourcead.kinds import NONE, Array, Kind, List, Scalar, Tree
from sourcead.passes.objects import NEW_ITEMS, copies, immutable, innermost, makes_container, unlike
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import lists, structural
from sourcead.records import dataclass, field

_GIVING = (structural.SETATTR, structural.SETKEY, structural.CALL)  # they hand memory to what outlives the function
READ_ONLY = frozenset(  # what they return may not be stored into
    {"np.broadcast_to", "np.diag", "np.diagonal", "helper unreduce"}
)


@dataclass(slots=True, eq=False)
class Carried:
    """Where the memory of a loop parameter comes from: its initial value, or what an earlier turn handed on."""

    loop: Op
    inside: frozenset[Value]  # the roots that the loop's body allocates: an earlier turn's are not this turn's
    init: frozenset[Value] = frozenset()
    result: frozenset[Value] = frozenset()


@dataclass(slots=True, eq=False)
class Aliases:
    """The roots of all values of a function. A loop parameter is a root that stands for memory of earlier turns."""

    roots: dict[Value, frozenset[Value]] = field(default_factory=dict)
    shells: dict[Value, frozenset[Value]] = field(default_factory=dict)  # of containers: the roots of the object itself
    bare: set[Value] = field(default_factory=set)  # roots that stand for a container without its items
    items: dict[Value, Value] = field(default_factory=dict)  # of a list that is a parameter: the root of all its items
    new_items: set[Value] = field(default_factory=set)  # the roots of items that are new with their list
    owned: set[Value] = field(default_factory=set)
    carried: dict[Value, Carried] = field(default_factory=dict)
    depth: dict[Value, int] = field(default_factory=dict)
    level: int = 0
    met: dict[tuple[Value, Value], bool] | None = None  # answers, once the whole function has been analysed
    found_origins: dict[Value, tuple[frozenset[Value], frozenset[Value]]] = field(default_factory=dict)
    captured: dict[str, Value] = field(default_factory=dict)  # the root of what a free name gives, by name
    escaped: set[Value] = field(default_factory=set)  # memory that objects of the caller's or unknown calls were given

    @classmethod
    def of(cls, function: Function) -> Aliases:
        """Analyse a function."""
        aliases = cls()
        for param in function.body.params:
            aliases.parameter(param)
        aliases.block(function.body)
        aliases._close()
        aliases.met = {}
        return aliases

    def parameter(self, param: Value) -> None:
        """A parameter: a list is a shell, and one root for all its items."""
        if not isinstance(param.kind, List):
            self.record(param, frozenset({param}))
            return
        held = self.held(param)
        self.depth.setdefault(held, self.level)
        self.container(param, frozenset({held}))

    def held(self, whole: Value) -> Value:
        """The one root that stands for all items of a list."""
        return self.items.setdefault(whole, Value("", innermost(whole.kind)))

    def container(self, value: Value, items: frozenset[Value], shell: frozenset[Value] | None = None) -> None:
        """Record a container that holds items; `shell`: the object that it is, where it is no new one."""
        if shell is None:
            shell = frozenset({value})
            self.bare.add(value)
        self.record(value, items | shell)
        self.shells[value] = shell

    def shell(self, atom: Atom) -> frozenset[Value]:
        """The roots of the object itself that an atom is."""
        return self.shells.get(atom, self.of_atom(atom)) if isinstance(atom, Value) else frozenset()

    def contents(self, atom: Atom) -> frozenset[Value]:
        """The roots of what an atom holds; of an array those of the array."""
        return self.of_atom(atom) - (self.shell(atom) & self.bare)

    def changed(self, op: Op) -> frozenset[Value]:
        """The roots of the memory that an op which changes its first argument changes."""
        base = op.args[0]
        return self.of_atom(base) if len(op.attr("path", ())) > 1 else self.shell(base)
    def _close(self) -> None:
        """What a loop carries escapes with whatever it may be."""
        waiting = list(self.escaped)
        while waiting:
            record = self.carried.get(waiting.pop())
            for root in record.init | record.result if record is not None else ():
                if root not in self.escaped:
                    self.escaped.add(root)
                    waiting.append(root)

    def of_atom(self, atom: Atom) -> frozenset[Value]:
        """The roots of an atom."""
        return self.roots.get(atom, frozenset()) if isinstance(atom, Value) else frozenset()

    def union(self, atoms: Iterable[Atom]) -> frozenset[Value]:
        """The roots of several atoms together."""
        return frozenset().union(*map(self.of_atom, atoms))

    def record(self, value: Value, roots: frozenset[Value]) -> None:
        """Record the roots of a value."""
        self.roots[value] = frozenset() if immutable(value) else roots
        if value in roots:
            self.depth.setdefault(value, self.level)

    def own(self, atom: Atom) -> bool:
        """Whether all memory that an atom may be was allocated by this function, which alone has it."""
        return all(self._owned(r, set()) for r in self.of_atom(atom))

    def _owned(self, root: Value, seen: set[Value]) -> bool:
        if root in self.escaped:
            return False
        if root not in self.carried or root in seen:
            return root in self.owned or root in seen
        seen.add(root)
        sources = self.carried[root].init | self.carried[root].result
        return all(self._owned(s, seen) for s in sources)

    def own_all(self, roots: Iterable[Value]) -> bool:
        """Whether memory was allocated by this function."""
        return all(self._owned(r, set()) for r in roots)

    def is_item_of_its_own(self, root: Value, stored: Container[Atom]) -> bool:
        """Whether a root of items stands for arrays of which each is in one place alone: those of a new list of new
        items, and the new ones that are stored there."""
        seen: set[Value] = set()
        stack = [root]
        while stack:
            item = stack.pop()
            if item in seen:
                continue
            seen.add(item)
            if item in self.carried:
                stack.extend(self.carried[item].init | self.carried[item].result)
            elif item not in self.owned or (item not in self.new_items and item not in stored):
                return False
        return True

    def share(self, a: Atom, b: Atom) -> bool:
        """Whether two values may share memory at one moment."""
        return self.reaches(a, self.of_atom(b))

    def reaches(self, a: Atom, roots: Iterable[Value]) -> bool:
        """Whether a value may be or hold memory with these roots."""
        return self.meet(self.of_atom(a), roots)

    def meet(self, left: frozenset[Value], right: Iterable[Value]) -> bool:
        """Whether memory with these roots and with those may be the same at one moment."""
        if not left.isdisjoint(right):
            return True
        return bool(self.carried) and any(self._same(x, y) for x in left for y in right)

    def _same(self, a: Value, b: Value) -> bool:
        if a is b:
            return True
        if a not in self.carried and b not in self.carried:
            return False
        if self.met is None:
            return self._meets(a, b)
        if (a, b) not in self.met:
            self.met[a, b] = self._meets(a, b)
        return self.met[a, b]

    def _meets(self, a: Value, b: Value) -> bool:
        if a in self.carried and b in self.carried and self.carried[a].loop is self.carried[b].loop:
            (outer1, inner1), (outer2, inner2) = self.origins(a), self.origins(b)
            return bool(inner1 & inner2) or any(self._same(x, y) for x in outer1 for y in outer2)
        if b in self.carried and (a not in self.carried or self.depth[b] > self.depth[a]):
            a, b = b, a
        outer, _ = self.origins(a)
        return b not in self.carried[a].inside and any(self._same(o, b) for o in outer)

    def origins(self, param: Value) -> tuple[frozenset[Value], frozenset[Value]]:
        """The roots that a loop parameter's memory may be: those outside the loop, and those that its body
        allocates."""
        if self.met is None:
            return self._origins(param)
        if param not in self.found_origins:
            self.found_origins[param] = self._origins(param)
        return self.found_origins[param]

    def _origins(self, param: Value) -> tuple[frozenset[Value], frozenset[Value]]:
        loop = self.carried[param].loop
        outer: set[Value] = set()
        inner: set[Value] = set()
        seen = {param}
        stack = [param]
        while stack:
            item = stack.pop()
            record = self.carried[item]
            for root in record.init | record.result:
                if root in self.carried and self.carried[root].loop is loop:
                    if root not in seen:
                        seen.add(root)
                        stack.append(root)
                elif root in record.inside:
                    inner.add(root)
                else:
                    outer.add(root)
        return frozenset(outer), frozenset(inner)

    def block(self, block: Block) -> None:
        """Analyse the ops of a block in order."""
        for op in block.ops:
            if op.name == "if":
                for inner in op.blocks:
                    self.block(inner)
                for k, out in enumerate(op.outs):
                    given = [b.results[k] for b in op.blocks]
                    self.record(out, self.union(given))
                    self._record_shell(out, given)
            elif op.blocks:
                self.loop(op)
            else:
                self.simple(op)

    def simple(self, op: Op) -> None:
        """An op without blocks."""
        primitive = op.primitive
        if op.name == "invoke":
            self.invoke(op)
            return
        if primitive in _GIVING and not op.backward:
            self.escaped |= self.union(op.args)
        if primitive in lists.CHANGES or (primitive is structural.STORE and lists.is_list(atom_kind(op.args[0]))):
            self._changed_list(op)
            return
        for out in op.outs:
            if isinstance(out.kind, List) and primitive.name in NEW_ITEMS:
                self.owned.add(out)
                self.owned.add(self.held(out))
                self.new_items.add(self.held(out))
                self.container(out, frozenset({self.held(out)}))
                continue
            if makes_container(op, out):
                self.owned.add(out)
                self.container(out, frozenset().union(*map(self._held_by(op), op.args)))
                continue
            if primitive is structural.GETITEM and copies(op):
                roots = frozenset({out})
                self.owned.add(out)
            elif primitive in (structural.UNPACK, structural.GETITEM, structural.GETATTR):
                self._item(out, op.args[0])
                roots = self.of_atom(out)
            elif primitive.result in ("view", "base"):
                roots = self.union(op.args[:1])
            elif primitive.result == "maybe":
                roots = self.union(op.args) | {out}
                if primitive is not structural.CALL:
                    self.owned.add(out)
            elif primitive.result == "scalar":
                roots = frozenset()
            else:
                roots = frozenset({out})
                self.owned.add(out)
            if primitive is structural.CAPTURE:  # every read of a free name gives the same object
                root = self.captured.setdefault(op.attr("name"), Value(op.attr("name"), out.kind))
                self.depth.setdefault(root, 0)
                roots = frozenset({root})
            elif primitive in (structural.CALL, structural.GETATTR) and not roots:
                roots = frozenset({out})
            if primitive.name in READ_ONLY:
                roots = roots | {out}  # read-only memory: a root that nobody owns
                self.owned.discard(out)
            if out not in self.shells or not roots <= self.of_atom(out):
                self.record(out, roots)

    def invoke(self, op: Op) -> None:
        """A call of a further function: what it keeps for its adjoint may be anything that it saw or made."""
        result, *kept = op.outs
        given = self.union(op.args)
        for out in op.outs if op.attr("part") == "backward" else (result,):
            if op.attr("fresh") or (op.attr("part") == "backward" and _is_array_data(out.kind)):
                self.owned.add(out)
                self.record(out, frozenset({out}))
            else:
                self.record(out, given | {out})
        for out in kept if op.attr("part") in ("forward", "jvp") else ():
            self.record(out, given | self.of_atom(result) | {result, out})
    def _changed_list(self, op: Op) -> None:
        """A new version of a list: the same object; what it has got it holds too."""
        base, *given = op.args
        held = self.contents(base).union(*(self.contents(a) if op.primitive is lists.EXTEND else self.of_atom(a)
                                           for a in given))  # fmt: skip
        self.container(op.outs[-1], held, self.shell(base))
        if op.primitive is lists.POP:
            self._item(op.outs[0], base)

    def _item(self, item: Value, container: Atom) -> None:
        """Record an item of a container: no array is a list, and no list an array, but a list holds arrays."""
        held = self.contents(container)
        roots = frozenset(r for r in held if not unlike(r.kind, item.kind, r in self.bare))
        if isinstance(item.kind, List):
            self.container(item, held, roots)
        else:
            self.record(item, roots)

    def _held_by(self, op: Op) -> Callable[[Atom], frozenset[Value]]:
        """What a new container holds of an argument: it, or, where it is copied or joined, what it holds."""
        displays = (structural.TUPLE, structural.LIST, structural.DICT)
        return self.of_atom if op.primitive in displays else self.contents

    def _record_shell(self, out: Value, given: Iterable[Atom]) -> None:
        """The shell of what is one of several containers."""
        values = [g for g in given if isinstance(g, Value)]
        if values and all(v in self.shells for v in values) and not immutable(out):
            self.shells[out] = frozenset().union(*(self.shells[v] for v in values))

    def loop(self, op: Op) -> None:
        """A loop: its parameters are roots of their own while its body is looked at."""
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body, split = op.blocks[-1], len(op.args) - count
        params = body.params[len(body.params) - count :]
        position = 0
        for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
            if source.form == "rows":
                self._item(item, op.args[position])
            else:
                self.record(item, frozenset())
            position += source.arity
        self.level += 1
        made = [(inner, o) for block in op.blocks for inner in walk(block) for o in inner.outs]
        inside = frozenset(o for _, o in made) | {self.held(o) for i, o in made if i.primitive.name in NEW_ITEMS}
        for param, init in zip(params, op.args[split:], strict=True):
            self.parameter(param)
            if isinstance(param.kind, List):
                self.carried[param] = Carried(op, inside, self.shell(init))
                self.carried[self.items[param]] = Carried(op, inside, self.contents(init))
            elif not immutable(param):
                self.carried[param] = Carried(op, inside, self.of_atom(init))
        if op.name == "while":
            for test, param in zip(op.blocks[0].params, params, strict=True):
                self.record(test, self.of_atom(param))
                self._record_shell(test, [param])
            self.block(op.blocks[0])
        self.block(body)
        for param, result in zip(params, body.results[exits : exits + count], strict=True):
            if param in self.items:
                self.carried[param].result = self.shell(result)
                self.carried[self.items[param]].result = self.contents(result)
            elif param in self.carried:
                self.carried[param].result = self.of_atom(result)
        self.level -= 1
        for k, out in enumerate(op.outs[exits : exits + count]):
            given = (params[k], op.args[split + k], body.results[exits + k])
            self.record(out, self._after(op, self.union(given)))
            if params[k] in self.items and not immutable(out):
                self.shells[out] = self._after(op, frozenset().union(*map(self.shell, given)))
        for result, out in zip(body.results[exits + count :], op.outs[exits + count :], strict=False):
            self.owned.add(out)
            self.container(out, self._after(op, self.of_atom(result)))

    def _after(self, op: Op, roots: frozenset[Value]) -> frozenset[Value]:
        """Roots as they are after a loop: its parameters stand for what they may have been."""
        found: set[Value] = set()
        for root in roots:
            if root in self.carried and self.carried[root].loop is op:
                outer, inner = self.origins(root)
                found |= outer | inner
            else:
                found.add(root)
        return frozenset(found)


def _is_array_data(kind: Kind) -> bool:
    """Whether cotangents of this kind are arrays and numbers, which `own_results` makes the callee's own."""
    if isinstance(kind, Tree):
        return all(_is_array_data(item) for item in kind.items)
    return isinstance(kind, Array | Scalar) or kind == NONE

"""What a derivative keeps: the names that its backward part reads and its forward part binds, found in the text itself.

The text says which names cross from one part to the other, and on which lines; the statements behind the lines say what
they hold (`formulas`), why (`reasons`), and which lines of the user's they come from. A pair `f_fwd`, `f_bwd` is one
function of two parts: what the first returns for the second is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from sourcead.backend.amounts import CALLS, NOTHING, Size
from sourcead.backend.crossing import Lines, bindings, grown_name, only_shapes, reads, stored
from sourcead.backend.formulas import Formulas
from sourcead.backend.reasons import AT_HAND, OWNED, SHAPE, VIEW, Reasons
from sourcead.backend.sheets import border, ops_of, read_through, statement_at, statements
from sourcead.backend.tree import Append, Let, Loop, Statement, defined, form_of, walk
from sourcead.backend.writer import Sheet
from sourcead.errors import Place
from sourcead.ir import Function, Op, Value
from sourcead.ir import walk as walk_ops
from sourcead.kinds import Array, List, Scalar, Tree
from sourcead.records import dataclass, replace

KEPT, ARGUMENT, CAPTURED, SHARED, HELD = "kept", "argument", "captured", "shared", "held"
Spot = tuple[int, "Place | None"]  # a line of the text, and the place of the user's that it comes from


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A name of the text that outlives the forward part. what: "kept", "argument" or "captured" (it is there anyway),
    "shared" (part of something else in the list), or "held" (nothing reads it any more, but its name lives on)."""

    function: str
    name: str
    what: str
    why: str
    size: Size
    made: tuple[Spot, ...]
    read: tuple[Spot, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """What the backward part computes a second time: its name ("" within an expression), its line, its place."""

    function: str
    name: str
    spot: Spot


def kept(text: str, sheets: Sequence[Sheet]) -> tuple[list[Kept], list[Again]]:
    """Everything that is kept, and what is computed again, in the order of the text."""
    tree = {s.name: s for s in ast.parse(text).body if isinstance(s, ast.FunctionDef)}
    found: list[Kept] = []
    again: list[Again] = []
    main = sheets[-1].function
    by_name = {sheet.function.name: sheet for sheet in sheets}
    for name in dict.fromkeys(_forward_halves(sheets)):
        second = by_name.get("_bwd".join(name.rsplit("_fwd", 1)))
        if second is not None and name in by_name:
            first = by_name[name]
            half = _Pair(first, second, tree, _is_called_once(name, main, sheets))
            found += half.kept()
            again += half.again()
    whole = _Whole(sheets[-1], sheets[-1], tree, True)
    if whole.backward:
        found += [*whole.kept(), *whole.held()]
        again += whole.again()
    return found, again


def _forward_halves(sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        for op in walk_ops(sheet.function.body):
            if op.attr("part") == "forward":
                yield op.attr("callee")


def _is_called_once(name: str, main: Function, sheets: Sequence[Sheet]) -> bool:
    """Whether a function is called once alone, by the derivative itself, with its own parameters as they are."""
    calls = [op for sheet in sheets for op in walk_ops(sheet.function.body) if op.attr("callee") == name]
    return len(calls) == 1 and calls[0] in main.body.ops and calls[0].args == main.body.params


class _Parts:
    """Two parts of a text, of which the second reads what the first has bound."""

    def __init__(self, first: Sheet, second: Sheet, tree: dict[str, ast.FunctionDef], once: bool) -> None:
        self.first, self.second, self.once = first, second, once
        self.owns = first is not second and once
        self.forward, self.backward = self.parts(tree)
        self.bound = bindings(self.forward)
        self.phrases = first.phrases
        function = first.function
        params = {v: p.name for v, p in zip(function.body.params, function.params, strict=True)}
        self.params = params
        self.formulas = Formulas(first.body, self.phrases.made, params, once)
        lines = {s.lineno for s in self._every(self.forward)}
        self.statements = [(n, s) for n, s in statements(first) if n in lines]
        self.holders: dict[Value, str] = {}  # the entry that counts an array of which there are views
        self.reasons = Reasons(self.formulas, self.phrases.folded, [s for _, s in self.statements])

    def parts(self, tree: dict[str, ast.FunctionDef]) -> tuple[list[ast.stmt], list[ast.stmt]]:
        raise NotImplementedError

    def crossing(self) -> Lines:
        """The names that the first part hands to the second, with the lines that read them there."""
        raise NotImplementedError

    def values(self, name: str) -> list[Value]:
        """The values that the second part reads under a name of the first."""
        raise NotImplementedError

    def _every(self, statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.stmt):
                    yield node

    def kept(self) -> list[Kept]:
        """What crosses from the first part to the second."""
        crossing = self.crossing()
        captured = {c.name.split(".")[0] for c in self.first.function.captures}
        found = []
        for name, lines in crossing.items():
            if name in self.bound or name in self.params.values() or name in captured:
                found.append(self._entry(name, lines, crossing))
        return sorted(found, key=lambda entry: (entry.made[:1] or ((0, None),))[0][0])

    def _entry(self, name: str, lines: list[int], crossing: Lines) -> Kept:
        read_at = tuple((n, self.place(self.second, n)) for n in lines)
        values = self.values(name)
        made_at = tuple((n, self.place(self.first, n)) for n in self.made_at(name, values))

        def entry(what: str, why: str, size: Size) -> Kept:
            return Kept(self.first.name, name, what, why, size, made_at, read_at)

        if not made_at:
            argument = name in self.params.values()
            return entry(*((ARGUMENT, "an argument") if argument else (CAPTURED, "captured")), NOTHING)
        if not values:
            return entry(KEPT, "", Size("size", False))
        value = values[-1]
        variable, root = self.phrases.made.of(value), self.root(value)
        whole = self.root(root, trees=True)
        if whole in self.params:
            return entry(ARGUMENT, f"part of {self.params[whole]}", NOTHING)
        if variable in self.phrases.made.captured:
            return entry(CAPTURED, "captured", NOTHING)
        holders = [holder for v in (root, whole) if v is not value and (holder := self.spelled(v)) in crossing]
        if root is not value:
            holders += [self.holders[root]] if root in self.holders else []
        if holders:
            return entry(SHARED, f"part of {holders[0]}", NOTHING)
        size = self.formulas.of(root)
        if size.formula == "0" and (variable in self.formulas.residuals or isinstance(value.kind, List)):
            return entry(SHARED, "counted at the function that made it", NOTHING)
        if not self.once:
            size = size.times(None, CALLS)
        if variable in self.formulas.missing:
            size = replace(size, exact=False)
        self.holders.setdefault(root, name)
        if root is not value:
            return entry(KEPT, VIEW, size)
        if self.shape_alone(name):
            return entry(KEPT, SHAPE, size)
        return entry(KEPT, self.reasons.of(variable, self.binders(variable), self.owns), size)

    def made_at(self, name: str, values: list[Value]) -> list[int]:
        """The lines that make what is kept under a name: of a list that grows, those that make it grow."""
        lines = self.bound.get(name, [])
        grown = [s.lineno for s in self._every(self.forward) if grown_name(s) == name]
        if grown:
            return sorted(grown)
        maker = self.formulas.makers.get(values[-1]) if values else None
        return [n for n, s in self.statements if s is maker and n in lines][:1] or lines

    def shape_alone(self, name: str) -> bool:
        """Whether the second part asks for the shape of a value only."""
        return False

    def binders(self, variable: Value) -> list[Statement]:
        """The statements of the first part that bind a variable."""
        made = self.phrases.made
        return [s for _, s in self.statements if any(made.of(v) is variable for v in defined(s))]

    def root(self, value: Value, trees: bool = False) -> Value:
        """What holds the memory of a value: the array that it is a view of; or the container that it is a part of."""
        while isinstance(maker := self.formulas.makers.get(value), Let) and maker.args:
            source = maker.args[0]
            if not isinstance(source, Value) or isinstance(value.kind, Scalar) or not _is_part(maker.op, source, value):
                return value
            if not trees and not isinstance(source.kind, Array):
                return value
            value = source
        return value

    def spelled(self, value: Value, sheet: Sheet | None = None) -> str:
        """The name of a value in the text; "" where it has none."""
        phrases = sheet.phrases if sheet is not None else self.phrases
        try:
            return "" if value in phrases.folded else phrases.name(value)
        except KeyError:
            return ""

    def place(self, sheet: Sheet, line: int) -> Place | None:
        """The user's statement that a line comes from; of what a list gets, the one that makes it."""
        statement = statement_at(sheet, line)
        if isinstance(statement, Append) and isinstance(statement.item, Value):
            maker = self.phrases.folded.get(statement.item) or self.formulas.makers.get(statement.item)
            statement = maker if isinstance(maker, Let) else statement
        op = getattr(statement, "op", None)
        at = op.at if isinstance(op, Op) else None
        return None if at is None or at == sheet.function.at else at

    def again(self) -> list[Again]:
        """What the second part computes again."""
        lines = {s.lineno for s in self._every(self.backward)}
        forward = {(op.primitive, op.at) for s in walk(self.first.body) for op in ops_of(s) if not op.backward}
        found: dict[int, Again] = {}
        reasons = Reasons(self.formulas, self.second.phrases.folded, ())
        for line, statement in statements(self.second):
            ops = [op for op in reasons.ops(statement) if op.attr("repeated") and (op.primitive, op.at) in forward]
            if line in lines and ops:
                own = isinstance(statement, Let) and statement.op is ops[0]
                name = self.second.phrases.name(ops[0].outs[0]) if own else ""
                found.setdefault(line, Again(self.second.name, name, (line, ops[0].at)))
        return list(found.values())


class _Whole(_Parts):
    """The two parts of one function, on either side of the line between them."""

    def parts(self, tree: dict[str, ast.FunctionDef]) -> tuple[list[ast.stmt], list[ast.stmt]]:
        body = tree[self.first.name].body
        line = border(self.first)
        if line is None:
            return body, []
        return [s for s in body if s.lineno < line], [s for s in body if s.lineno >= line]

    def crossing(self) -> Lines:
        changed = {*bindings(self.backward), *stored(self.backward)}  # a result that the second part completes
        return {name: lines for name, lines in reads(self.backward).items()
                if not (name in changed and self.returned(name))}  # fmt: skip

    def shape_alone(self, name: str) -> bool:
        return only_shapes(self.backward, name)

    def held(self) -> list[Kept]:
        """What nothing reads after the first part, and what its name keeps there all the same."""
        crossing = {*reads(self.backward), *bindings(self.backward)}
        items = {self.phrases.made.of(i) for uses in self.formulas.appends.values() for _, i, _ in uses
                 if isinstance(i, Value)}  # fmt: skip
        found = []
        for name in self.bound:
            values = [v for _, s in self.statements for v in defined(s) if self.spelled(v) == name]
            if name in crossing or not values or not isinstance(values[-1].kind, Array | List):
                continue
            variable = self.phrases.made.of(values[-1])
            own = self.root(values[-1], trees=True) is values[-1]
            own = own and not isinstance(self.formulas.makers.get(values[-1]), Loop)
            own = own and variable not in items and not self.returned(name)
            if own and variable not in self.phrases.made.captured:
                made = tuple((n, self.place(self.first, n)) for n in self.made_at(name, values))
                found.append(Kept(self.first.name, name, HELD, "", self.formulas.of(values[-1]), made, ()))
        return found

    def returned(self, name: str) -> bool:
        """Whether a value is handed to the caller."""
        returns = (n for s in self.backward for n in ast.walk(s) if isinstance(n, ast.Return))
        return any(isinstance(n, ast.Name) and n.id == name for r in returns for n in ast.walk(r))

    def values(self, name: str) -> list[Value]:
        lines = {s.lineno for s in self._every(self.backward)}
        later = [s for n, s in statements(self.second) if n in lines]
        own = {v for s in later for v in defined(s)}
        found = [v for s in later for v in read_through(s, self.phrases.folded) if v not in own]
        found += [v for _, s in self.statements for v in defined(s)]
        named = [v for v in dict.fromkeys(found) if self.spelled(v) == name]
        return named[:1]


class _Pair(_Parts):
    """The two functions of a pair: the second unpacks what the first returns for it."""

    def parts(self, tree: dict[str, ast.FunctionDef]) -> tuple[list[ast.stmt], list[ast.stmt]]:
        return tree[self.first.name].body, tree[self.second.name].body

    def crossing(self) -> Lines:
        saved = self.second.function.params[0].name
        second = reads(self.backward)
        head = self.backward[0] if not isinstance(self.backward[0], ast.Expr) else self.backward[1]
        names = [saved]
        if isinstance(head, ast.Assign) and isinstance(head.value, ast.Name) and head.value.id == saved:
            (target,) = head.targets
            names = [getattr(part, "id", "") for part in getattr(target, "elts", [])]
            body = [s for s in self.backward if s is not head]
            second = reads(body)
        found: Lines = {}
        self.unnamed: dict[str, list[int]] = {}
        self.called: dict[str, set[str]] = {}  # what the second part calls what the first hands over
        self.sometimes: set[str] = set()  # names of the second part that some way through the first leaves out
        for returned in (n for s in self.forward for n in ast.walk(s) if isinstance(n, ast.Return)):
            if not isinstance(returned.value, ast.Tuple):
                continue
            residual = returned.value.elts[1]
            parts = residual.elts if isinstance(residual, ast.Tuple) and len(names) > 1 else [residual]
            for part, name in zip(parts, names, strict=False):
                if isinstance(part, ast.Name):
                    self.called.setdefault(part.id, set()).add(name)
                    lines = found.setdefault(part.id, [])
                    lines += [n for n in second.get(name, ()) if n not in lines]
                elif isinstance(part, ast.Constant):
                    self.sometimes.add(name)
                else:
                    self.unnamed.setdefault(name, []).append(returned.lineno)
        self.second_reads = second
        return found

    def kept(self) -> list[Kept]:
        """What crosses, and what is made where it is handed over: it has a name in the second part alone."""
        found = [
            replace(entry, size=replace(entry.size, exact=False)) if self.called[entry.name] & self.sometimes else entry
            for entry in super().kept()
        ]
        values = {self.spelled(v, self.second): v for s in walk(self.second.body) for v in defined(s)}
        for name, lines in self.unnamed.items():
            if name in values and self.second_reads.get(name):
                size = self.formulas.of_kind(values[name].kind)
                size = size if self.once else size.times(None, CALLS)
                made = tuple((n, self.place(self.first, n)) for n in lines)
                read = tuple((n, self.place(self.second, n)) for n in self.second_reads[name])
                found.append(Kept(self.second.name, name, KEPT, OWNED if self.once else AT_HAND, size, made, read))
        return found

    def values(self, name: str) -> list[Value]:
        named = [v for _, s in self.statements for v in defined(s) if self.spelled(v) == name]
        return named[-1:]


def _is_part(op: Op, source: Value, value: Value) -> bool:
    """Whether a value is (or may be taken for) a part of the memory of what it is made of."""
    if form_of(op) in ("getitem", "getattr", "unpack"):
        dynamic = [a for a in op.args[1:] if isinstance(getattr(a, "kind", None), Array | List)]
        return isinstance(source.kind, Array | Tree | List) and not dynamic
    return op.primitive.result == "view" and isinstance(value.kind, Array)

"""Nesting: which values are written as part of the expression that uses them, instead of a statement of their own.

Decided from the last statement to the first, so that a consumer's place is known before that of what it consumes. A
value folds if it is pure and read once, nothing between its place and the place of evaluation changes what it reads,
and the line stays short; cheap values (`x.T`, `i + 1`, `x[i]`) fold into every place where they are read. What the user
named stays a statement.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from sourcead.backend.cheap import inlines_always, is_cheap, survives_loops
from sourcead.backend.memory import Aliases, Footprint, changes_memory, effects_of
from sourcead.backend.phrases import Phrases, short_circuit, source_of
from sourcead.backend.text import WIDTH, text_of
from sourcead.backend.tree import (
    Append,
    Body,
    Branch,
    Exit,
    Let,
    Loop,
    Move,
    Statement,
    base_of,
    bodies,
    defined,
    form_of,
    is_marker,
    read,
    version_of,
    walk,
)  # fmt: skip
from sourcead.ir import UNDEFINED, Const, Op, Value

OWN_STATEMENT = 200  # columns, before wrapping, of an expression that stands in one statement of the user's
LONGEST = 2000  # columns, before wrapping, of the returned structure
BACKWARD_OPS = 10
ADJOINT_OPS = 4
SHORT = 20
FAR = 200  # statements: what is read farther away keeps its name
_NEVER = frozenset({"store", "add_at", "unpack", "assert", "raise", "setattr", "setkey", "enter"})


class Nest:
    """Fills in `folded` and `expressions` of the phrases."""

    def __init__(self, body: Body, phrases: Phrases, params: Iterable[Value] = ()) -> None:
        self.phrases, self.made = phrases, phrases.made
        self.folded, self.expressions = phrases.folded, phrases.expressions
        self.flowing = self.made.flowing
        self.aliases = Aliases(body, self.made, params)
        self.home: dict[Statement, tuple[Body, int, Statement | None, int]] = {}
        self.uses: dict[Value, list[Statement]] = {}
        self.makers: dict[Value, Statement] = {}
        self.single: dict[Statement, Value] = {}  # the one value that a statement binds
        self.footprints: dict[Statement, Footprint] = {}
        self.order: dict[Statement, int] = {s: k for k, s in enumerate(walk(body))}
        self._index(body, None, 4)
        phrases.unread.update(v for s in walk(body) for v in defined(s) if v not in self.uses and v not in self.flowing)
        self._fold(body)

    def _index(self, body: Body, owner: Statement | None, indent: int) -> None:
        for position, statement in enumerate(body):
            self.home[statement] = (body, position, owner, indent)
            for value in read(statement):
                self.uses.setdefault(value, []).append(statement)
            values = defined(statement)
            for value in values:
                self.makers[value] = statement
            if len(values) == 1:
                self.single[statement] = values[0]
            for inner in bodies(statement):
                self._index(inner, statement, indent + 4)

    def _fold(self, body: Body) -> None:
        for statement in reversed(body):
            for inner in reversed(bodies(statement)):
                self._fold(inner)
            if isinstance(statement, Let) or (isinstance(statement, Branch) and self._is_expression(statement)):
                self._decide(statement)

    # Conditional expressions -----------------------------------------------------------------------------------

    def _is_expression(self, branch: Branch) -> bool:
        """Whether a conditional that the user wrote as an expression can be written as one."""
        if form_of(branch.op) not in ("and", "or", "ternary") or not all(
            map(self._is_arm, (branch.then, branch.other))
        ):
            return False
        if defined(branch.then[-1]) != defined(branch.other[-1]):
            return False
        self.expressions.add(branch)
        self.footprints.pop(branch, None)
        if self._width(branch) > OWN_STATEMENT:
            self.expressions.discard(branch)
            self.footprints.pop(branch, None)
            return False
        if short_circuit(branch) and isinstance(branch.condition, Value):
            repeated = branch.other if short_circuit(branch) == "and" else branch.then
            self.uses[branch.condition].remove(repeated[-1])
        return True

    def _is_arm(self, arm: Body) -> bool:
        if not arm or not isinstance(arm[-1], Move) or len(arm[-1].pairs) != 1 or source_of(arm) == Const(UNDEFINED):
            return False
        return all(isinstance(s, Let | Branch) and self._result(s) in self.folded for s in arm[:-1])

    def _result(self, statement: Let | Branch) -> Value:
        """The one value that a statement computes."""
        if isinstance(statement, Let):
            values = defined(statement)
            return values[0] if len(values) == 1 else Value("")
        return defined(statement.then[-1])[0] if statement in self.expressions else Value("")

    def _folded_result(self, statement: Statement) -> Value | None:
        """What a statement computes, where it is folded into others."""
        if isinstance(statement, Let):
            value = self.single.get(statement)
            return value if value is not None and self.folded.get(value) is statement else None
        if isinstance(statement, Branch):
            result = self._result(statement)
            return result if self.folded.get(result) is statement else None
        return None

    # One decision ----------------------------------------------------------------------------------------------

    def _decide(self, statement: Let | Branch) -> None:
        value = self._result(statement)
        uses = self.uses.get(value, [])
        if not uses or value in self.flowing or not self._may_fold(statement, value, uses):
            return
        always = isinstance(statement, Let) and inlines_always(statement)
        cheap = isinstance(statement, Let) and is_cheap(statement)
        if len(uses) > 1 and not (always or cheap):
            return
        sites = self._sites(self.home[statement][0], uses)
        if always:
            self._fold_into(sites, value, statement)
            return
        if not cheap and (len(sites) > 1 or sites[0][1]):
            return
        if value.hint and not self._hinted_may_fold(statement, value, sites[0][0]):
            return
        own = self._footprint(statement)
        if not all(self._reaches(statement, own, site, cheap) for site, _ in sites):
            return
        self._fold_into(sites, value, statement)
        if not self._reads_well(statement, value, [site for site, _ in sites], len(uses)):
            del self.folded[value]
            self._forget(sites)

    def _fold_into(self, sites: list[tuple[Statement, bool]], value: Value, statement: Let | Branch) -> None:
        self.folded[value] = statement
        self._forget(sites)

    def _forget(self, sites: list[tuple[Statement, bool]]) -> None:
        for site, _ in sites:
            self.footprints.pop(site, None)

    def _may_fold(self, statement: Let | Branch, value: Value, uses: list[Statement]) -> bool:
        if isinstance(statement, Let) and (form_of(statement.op) in _NEVER or base_of(statement) is not None):
            return False
        for use in uses:
            if (
                isinstance(use, Let)
                and base_of(use) is value
                and not (isinstance(statement, Let) and inlines_always(statement))
            ):
                return False
            if isinstance(use, Append) and use.stack is value:
                return False
        return True

    def _hinted_may_fold(self, statement: Let | Branch, value: Value, site: Statement) -> bool:
        """What has a name folds into a statement that assigns the same name; a tiny adjoint into a short line."""
        if isinstance(site, Move):
            return any(source is value and to.hint == value.hint for to, source in site.pairs)
        if not statement.op.backward or not isinstance(site, Let) or isinstance(statement, Branch):
            return False
        outs = defined(site)
        if len(outs) != 1 or not site.op.backward:
            return False
        if outs[0].hint == value.hint:
            return base_of(site) is None
        if not value.hint.startswith("d") or not outs[0].hint or form_of(statement.op) == "getitem":
            return False
        return self._is_tiny(statement)

    def _is_tiny(self, let: Let) -> bool:
        for arg in let.args:
            maker = self.makers.get(arg) if isinstance(arg, Value) else None
            if isinstance(arg, Value) and not arg.hint and isinstance(maker, Let) and not is_cheap(maker):
                return False
        return True

    # Places ----------------------------------------------------------------------------------------------------

    def _sites(self, body: Body, uses: list[Statement]) -> list[tuple[Statement, bool]]:
        """The statements in whose text a value would be evaluated, each once; whether it would be so only sometimes."""
        found: dict[Statement, bool] = {}
        for use in uses:
            for site, sometimes in self._sites_of(body, use):
                found[site] = found.get(site, False) or sometimes
        return list(found.items())

    def _sites_of(self, body: Body, owner: Statement) -> Iterator[tuple[Statement, bool]]:
        result = self._folded_result(owner)
        if result is not None:
            yield from self._sites(body, self.uses[result])
            return
        around = self.home[owner][2]
        if self.home[owner][0] is not body and isinstance(around, Branch) and around in self.expressions:
            yield from ((site, True) for site, _ in self._sites_of(body, around))
            return
        yield owner, False

    def _reaches(self, statement: Statement, own: Footprint, site: Statement, cheap: bool) -> bool:
        """Whether the statement may be evaluated at the site instead: nothing between changes what it reads."""
        body, position = self.home[statement][:2]
        place, index, owner = self.home[site][:3]
        while place is not body:
            if owner is None or not cheap:
                return False
            if isinstance(owner, Loop):
                if not (isinstance(statement, Let) and survives_loops(statement)):
                    return False
                if not own.passes(self._stretch([owner])):
                    return False
            elif index > FAR or not own.passes(self._stretch(place[:index])):
                return False
            place, index, owner = self.home[owner][:3]
        return index - position <= FAR and own.passes(self._stretch(body[position + 1 : index]))

    def _stretch(self, statements: Body) -> Footprint:
        total = Footprint()
        for statement in statements:
            if self._folded_result(statement) is not None:
                continue
            total.add(self._footprint(statement))
            if statement not in self.expressions:
                for inner in bodies(statement):
                    total.add(self._stretch(inner))
        return total

    def _footprint(self, statement: Statement) -> Footprint:
        """What the statement itself and everything folded into it reads and changes."""
        if statement not in self.footprints:
            self.footprints[statement] = self._footprint_now(statement)
        return self.footprints[statement]

    def _footprint_now(self, statement: Statement) -> Footprint:
        mark = Footprint()
        for part in [*self._folded_into(statement), statement]:
            atoms = self._evaluated(part)
            mark.reads.update(self.made.of(a) for a in atoms if a not in self.folded)
            mark.loads |= self.aliases.of_all(atoms)
            if part is statement:
                conditional = isinstance(part, Branch) and part in self.expressions
                results = defined(part.then[-1]) if isinstance(part, Branch) and conditional else defined(part)
                mark.writes.update(self.made.of(v) for v in results)
            mark.leaves |= isinstance(part, Exit)
            if isinstance(part, Append):
                mark.stores.add(self.aliases.of(part.stack))
            if isinstance(part, Let):
                strong, raises = effects_of(part.op)
                mark.barrier |= part is statement and is_marker(part)
                mark.strong |= strong
                mark.raises |= raises
                if base_of(part) is not None:
                    mark.stores |= self.aliases.of_all(part.args[:1])
                if changes_memory(part.op):
                    mark.stores |= self.aliases.of_all(part.args)
        if isinstance(statement, Let) and base_of(statement) is not None:
            mark.writes.discard(self.made.of(version_of(statement)))
        return mark

    def _folded_into(self, statement: Statement) -> list[Let | Branch]:
        """The ops evaluated within a statement, in the order of evaluation."""
        found: list[Let | Branch] = []
        for atom in self._evaluated(statement):
            inner = self.folded.get(atom)
            if inner is not None:
                found += [*self._folded_into(inner), inner]
        return found

    def _evaluated(self, statement: Statement) -> list[Value]:
        """The values that a statement reads, those in the arms of a conditional expression included."""
        values = list(read(statement))
        if isinstance(statement, Branch) and statement in self.expressions:
            short = short_circuit(statement)
            arms = [statement.then] if short == "and" else [statement.other] if short == "or" else bodies(statement)
            values += [a for a in map(source_of, arms) if isinstance(a, Value)]
        return values

    # Readability -----------------------------------------------------------------------------------------------

    def _reads_well(self, statement: Let | Branch, value: Value, sites: list[Statement], uses: int) -> bool:
        if uses > 1 and len(ast.unparse(self.phrases.value(statement))) > SHORT:
            return False
        for site in sites:
            if not self._in_order(site):
                return False
            simple = isinstance(site, (Let, Move, Append, Exit))
            nodes = self.phrases.nodes(site) if simple and not is_marker(site) else None
            if self._width(site, nodes) > self._room(statement, site):
                return False
            most = ADJOINT_OPS if self._renames(value, site) else BACKWARD_OPS
            if statement.op.backward and simple and _operations(nodes or self.phrases.nodes(site)) > most:
                return False
        return True

    def _renames(self, value: Value, site: Statement) -> bool:
        return bool(value.hint) and all(v.hint != value.hint for v in defined(site))

    def _in_order(self, site: Statement) -> bool:
        """Whether everything with effects that the site evaluates is evaluated in its old order."""
        parts = [*self._folded_into(site), site]
        for k, part in enumerate(parts):
            strong, raises = effects_of(part.op) if isinstance(part, Let) else (False, False)
            if not (strong or raises):
                continue
            for j, other in enumerate(parts):
                matters = strong or (isinstance(other, Let) and any(effects_of(other.op)))
                if (
                    matters
                    and (j < k) != (self.order[other] < self.order[part])
                    and j != k
                    and not self._is_constant(other)
                ):
                    return False
        return True

    def _is_constant(self, part: Statement) -> bool:
        return isinstance(part, Let) and inlines_always(part)

    def _room(self, statement: Let | Branch, site: Statement) -> int:
        """The page's width; more where the user's own statement is as wide."""
        if isinstance(site, Exit) and form_of(statement.op) == "tuple":
            return LONGEST
        at = statement.op.at
        if statement.op.backward or at is None:
            return WIDTH
        for part in [*self._folded_into(site), site]:
            op = getattr(part, "op", None)
            if part is statement or not isinstance(op, Op) or op.backward or op.at is None:
                continue
            if (op.at.file, op.at.statement_line) == (at.file, at.statement_line):
                return OWN_STATEMENT
        return WIDTH

    def _width(self, site: Statement, nodes: Sequence[ast.stmt] | None = None) -> int:
        indent = self.home[site][3]
        lines = self.phrases.lines(site) if nodes is None else map(text_of, nodes)
        return indent + max(map(len, lines), default=0)


def _operations(nodes: Sequence[ast.AST]) -> int:
    """The number of operations in a line."""
    count, stack = 0, list(nodes)
    while stack:
        node = stack.pop()
        count += type(node) in _OPERATIONS
        for value in node.__dict__.values():
            if isinstance(value, list):
                stack += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, _INNER):
                stack.append(value)
    return count


_OPERATIONS = frozenset({ast.BinOp, ast.Call, ast.Compare, ast.IfExp})
_INNER = (ast.expr, ast.keyword, ast.arguments)

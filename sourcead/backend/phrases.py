"""From statements of the tree to Python statements, given which values are folded and how variables are called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeAlias

from sourcead.backend.forms import BINARY, Library, bool_op, expression, index_of, literal, shortest_range, subscripted
from sourcead.backend.names import Variables
from sourcead.backend.text import text_of
from sourcead.backend.tree import (
    Append,
    Body,
    Branch,
    Condition,
    Exit,
    Iterable,
    Let,
    Loop,
    Move,
    Statement,
    Target,
    defined,
    form_of,
    is_marker,
)  # fmt: skip
from sourcead.ir import UNDEFINED, Atom, Const, Op, Value
from sourcead.kinds import List, Scalar
from sourcead.records import dataclass, field

Folded: TypeAlias = "dict[Value, Let | Branch]"


@dataclass(slots=True)
class Phrases:
    """Expressions and simple statements. `name` spells a value's variable, `library` a function's dotted name."""

    made: Variables
    name: Callable[[Value], str]
    library: Library
    folded: Folded = field(default_factory=dict)
    expressions: set[Branch] = field(default_factory=set)
    unread: set[Value] = field(default_factory=set)
    blank: str = "_"  # what nothing reads is bound to

    # Expressions -----------------------------------------------------------------------------------------------

    def atom(self, atom: Atom) -> ast.expr:
        """What computes an atom at this place."""
        if isinstance(atom, Const):
            return literal(atom.value, self.library)
        made_by = self.folded.get(atom)
        return self.value(made_by) if made_by is not None else ast.Name(self.name(atom), ast.Load())

    def value(self, statement: Let | Branch) -> ast.expr:
        """The right side of an op that has one result."""
        if isinstance(statement, Let):
            return expression(statement.op, [self.atom(a) for a in statement.args], self.library)
        condition = self.atom(statement.condition)
        then, other = (self.atom(source_of(arm)) for arm in (statement.then, statement.other))
        short = short_circuit(statement)
        if short:
            return bool_op(short, [condition, then if short == "and" else other])
        return ast.IfExp(condition, then, other)

    def iterable(self, iterable: Iterable) -> ast.expr:
        """What a `for` runs over."""
        args = [self.atom(a) for a in iterable.args]
        parts = [self.iterable(p) for p in iterable.parts]
        if iterable.form == "rows":
            return args[0]
        if iterable.form == "range":
            return ast.Call(self.library("range"), shortest_range(args), [])
        if iterable.form == "reversed" and iterable.parts[0].form in ("zip", "enumerate"):
            parts = [ast.Call(self.library("list"), parts, [])]
        if iterable.form == "enumerate":
            return ast.Call(self.library("enumerate"), parts + (args if iterable.args[0] != Const(0) else []), [])
        return ast.Call(self.library(iterable.form), parts, [])

    def target(self, target: Target) -> ast.expr:
        """What a statement binds: unread parts without a name of the user's are `_`."""
        if isinstance(target, Value):
            blank = target in self.unread and not self.made.hint(target)
            return ast.Name(self.blank if blank else self.name(target), ast.Store())
        return ast.Tuple([self.target(part) for part in target], ast.Store())

    # Statements ------------------------------------------------------------------------------------------------

    def lines(self, statement: Statement) -> list[str]:
        """A simple statement, or the header of a compound one, as unwrapped text."""
        match statement:
            case Branch() if statement not in self.expressions:
                return [f"if {self.test(statement.condition)}:"]
            case Condition():
                return [f"while {self.test(statement.condition)}:"]
            case Loop():
                if statement.iterable is None:
                    return []
                target = text_of(self.target(statement.target or ()))
                return [f"for {target} in {text_of(self.iterable(statement.iterable))}:"]
        if isinstance(statement, Let) and is_marker(statement):
            return self.header(statement)
        return [text_of(node) for node in self.nodes(statement)]

    def test(self, condition: Atom, negated: bool = False) -> str:
        """A condition, or `not (...)` of it, never the inverse comparison: nan is neither less nor more."""
        node = self.atom(condition)
        return text_of(ast.UnaryOp(ast.Not(), node) if negated else node)

    def nodes(self, statement: Statement) -> list[ast.stmt]:
        """A simple statement as Python statements."""
        match statement:
            case Let():
                return [self._let(statement)]
            case Branch():
                return [self._assign(defined(statement.then[-1])[0], self.value(statement))]
            case Move():
                return self._move(statement)
            case Append():
                grow = ast.Attribute(ast.Name(self.name(statement.stack), ast.Load()), "append", ast.Load())
                return [ast.Expr(ast.Call(grow, [self.atom(statement.item)], []))]
            case Exit():
                return self._exit(statement)
        raise AssertionError(f"{statement} is compound")

    def header(self, let: Let) -> list[str]:
        """The line that begins what stands under a marker."""
        if form_of(let.op) in ("try", "finally"):
            return [f"{form_of(let.op)}:"]
        if form_of(let.op) == "enter":
            item = ast.withitem(self.atom(let.args[0]), None)
            if not all(o in self.unread for o in defined(let)):
                item.optional_vars = self.target(defined(let)[0])
            return [text_of(ast.With([item], [], lineno=0)).partition("\n")[0]]
        return []

    def _assign(self, target: Target, value: ast.expr) -> ast.stmt:
        return ast.Assign([self.target(target)], value, lineno=0)

    def _exit(self, statement: Exit) -> list[ast.stmt]:
        if statement.word == "break":
            return [ast.Break()]
        if statement.word == "continue":
            return [ast.Continue()]
        value = statement.value
        if value is None or value in (Const(None), Const(UNDEFINED)):
            return [ast.Return(None)]
        return [ast.Return(self.atom(value))]

    def _let(self, let: Let) -> ast.stmt:
        form, _, word = form_of(let.op).partition(" ")
        outs = defined(let)
        if form in ("store", "add_at"):
            return self._store(let)
        if form == "grow":
            return self._grow(let, word)
        if form == "unpack":
            return self._unpack(let)
        if form in ("setattr", "setkey"):
            return self._set(form, let)
        if form in ("assert", "raise"):
            return self._check(form, [self.atom(a) for a in let.args])
        may_augment = form == "augmented" or (form == "binary" and let.op.backward)
        if let.op.attr("inplace") or (may_augment and self._rebinds(let)):
            return ast.AugAssign(self.target(outs[0]), BINARY[word](), self.atom(let.args[1]))  # type: ignore[arg-type]
        if not outs or all(o in self.unread for o in outs):
            return ast.Expr(self.value(let))
        return self._assign(outs[0] if len(outs) == 1 else let.outs, self.value(let))

    def _rebinds(self, let: Let) -> bool:
        """Whether `x += e` means `x = x + e`: the same variable, and a number: an array or list (or what may be one)
        it would change in place."""
        first, out = let.args[0], defined(let)[0]
        if first in self.folded or not self.made.same(first, out):
            return False
        return isinstance(first, Value) and isinstance(first.kind, Scalar)

    def _check(self, form: str, args: Sequence[ast.expr]) -> ast.stmt:
        if form == "assert":
            return ast.Assert(args[0], args[1] if len(args) > 1 else None)
        return ast.Raise(args[0] if args else None, args[1] if len(args) > 1 else None)

    def _grow(self, let: Let, word: str) -> ast.stmt:
        """A method that changes a list; what `pop` gives is bound where it is read."""
        base, *given = (self.atom(a) for a in let.args)
        call = ast.Call(ast.Attribute(base, word, ast.Load()), given, [])
        *items, _ = let.outs
        if not items or items[0] in self.unread:
            return ast.Expr(call)
        return self._assign(items[0], call)

    def _unpack(self, let: Let) -> ast.stmt:
        parts = [self.target(out) for out in let.outs]
        star = let.op.attr("star")
        if star is not None:
            parts[star] = ast.Starred(parts[star], ast.Store())
        return ast.Assign([ast.Tuple(parts, ast.Store())], self.atom(let.args[0]), lineno=0)

    def _store(self, let: Let) -> ast.stmt:
        base, *dynamic, value = let.args
        path, op = let.op.attr("path"), let.op
        holes = [self.atom(d) for d in dynamic]
        bound = isinstance(base, Value) and self.made.of(base) in self.made.captured  # never a local name
        whole = path == ((Ellipsis,),) and not bound
        target = subscripted(self.atom(base), path, holes, self.library)
        if form_of(op) == "add_at":
            amount, sign = (self.atom(value), ast.Sub) if op.attr("minus") else self._signed(op, value)
            if not op.attr("gather"):
                return ast.AugAssign(target, sign(), amount)  # type: ignore[arg-type]
            array = subscripted(self.atom(base), path[:-1], holes, self.library)
            ufunc = "np.add.at" if sign is ast.Add else "np.subtract.at"
            return ast.Expr(ast.Call(self.library(ufunc), [array, index_of(path[-1], holes, self.library), amount], []))
        change = self._change(let)
        if change is not None:
            word, operand = change
            if whole:
                target = self.atom(base)
            return ast.AugAssign(target, BINARY[word](), self.atom(operand))  # type: ignore[arg-type]
        return ast.Assign([target], self.atom(value), lineno=0)

    def _set(self, form: str, let: Let) -> ast.stmt:
        """A store into an object of the caller's."""
        holder, value, *dynamic = let.args
        target: ast.expr = self.atom(holder)
        if form == "setattr":
            target = ast.Attribute(target, let.op.attr("name"), ast.Store())
        else:
            target = subscripted(target, let.op.attr("path"), [self.atom(d) for d in dynamic], self.library)
        return ast.Assign([target], self.atom(value), lineno=0)

    def _signed(self, op: Op, value: Atom) -> tuple[ast.expr, type[ast.Add] | type[ast.Sub]]:
        """What is added, or, where it is the negative of something, subtracted. The user's own text stays as it is."""
        node = self.atom(value)
        if op.backward and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return node.operand, ast.Sub
        return node, ast.Add

    def _change(self, let: Let) -> tuple[str, Atom] | None:
        """Operator and operand where the stored value is what stands there, changed: `a[i] = a[i] + v`."""
        base, *dynamic, value = let.args
        made_by = self.folded.get(value) if isinstance(value, Value) else None
        if not isinstance(made_by, Let):
            return None
        form, _, word = form_of(made_by.op).partition(" ")
        if form not in ("binary", "augmented") or not (form == "augmented" or _keeps_dtype(let, made_by)):
            return None
        if form == "binary" and isinstance(base, Value) and _shares_items(base, let.op):
            return None
        current = made_by.args[0]
        if let.op.attr("path") == ((Ellipsis,),) and current is base:
            return word, made_by.args[1]
        reader = self.folded.get(current) if isinstance(current, Value) else None
        if not isinstance(reader, Let) or form_of(reader.op) != "getitem":
            return None
        if reader.args != (base, *dynamic) or reader.op.attr("path") != let.op.attr("path"):
            return None
        return word, made_by.args[1]

    def _move(self, move: Move) -> list[ast.stmt]:
        """One assignment after another where an order serves, else all that are left in one tuple assignment."""
        pending = [(self.name(to), self.atom(source), to) for to, source in move.pairs if source != Const(UNDEFINED)]
        pending = [p for p in pending if not (isinstance(p[1], ast.Name) and p[1].id == p[0])]
        done: list[ast.stmt] = []
        while pending:
            free = next((p for p in pending if not any(p[0] in names_in(q[1]) for q in pending if q is not p)), None)
            if free is None:
                values = ast.Tuple([p[1] for p in pending], ast.Load())
                targets = ast.Tuple([self.target(p[2]) for p in pending], ast.Store())
                return [*done, ast.Assign([targets], values, lineno=0)]
            done.append(self._assign(free[2], free[1]))
            pending.remove(free)
        return done


def names_in(node: ast.expr) -> set[str]:
    """Every name that an expression reads."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _keeps_dtype(store: Let, change: Let) -> bool:
    """Whether changing in place cannot fail on a cast where storing the computed value would not."""
    op: Op = change.op
    return op.backward or isinstance(defined(change)[0].kind, Scalar) or store.op.backward


def _shares_items(base: Value, store: Op) -> bool:
    """Whether an item of a list that changed in place might change somewhere else too."""
    return isinstance(base.kind, List) and not isinstance(base.kind.item, Scalar) and not store.attr("owned", False)


def source_of(arm: Body) -> Atom:
    """What an arm of a conditional expression gives."""
    last = arm[-1]
    assert isinstance(last, Move)
    return last.pairs[0][1]


def short_circuit(branch: Branch) -> str:
    """ "and" or "or", where the condition is itself the value of one arm."""
    form = form_of(branch.op)
    given = branch.other if form == "and" else branch.then
    return form if form in ("and", "or") and source_of(given) is branch.condition else ""

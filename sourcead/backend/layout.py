"""IR to statement tree: block parameters and results become moves, stacks appends, exit codes `break` and `return`.

An exit code that is a constant where it is yielded becomes a jump at that place, with the assignments that it needs in
front of it. `if code == NEXT: rest` after an `if` that gives the code becomes the rest itself, where every path of the
`if` that does not go on can jump. What remains is a variable that is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sourcead.backend.loops import place_appends, targets
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
    ends_in_exit,
    form_of,
)
from sourcead.ir import BREAK, CONTINUE, NEXT, RETURN, Atom, Block, Const, Function, Op, Primitive, Value, read_counts
from sourcead.kinds import Scalar
from sourcead.records import dataclass, replace

LIST = Primitive("list", "list")
BINARY_PLUS = Primitive("operator.add", "binary +")
BINARY_MINUS = Primitive("operator.sub", "binary -")
LENGTH = Primitive("len", "call len")
LITERAL = Primitive("literal", "literal")
COMPARE_IN = Primitive("contains", "compare in")
EXPRESSION_FORMS = frozenset({"and", "or", "ternary"})
INT = Scalar("pyint")


class NotConstant(Exception):
    """An exit code is computed, where a constant was hoped for."""


@dataclass(frozen=True, slots=True)
class End:
    """What stands at the end of a block. `emit` writes it for the block's results; `key` is the position of the result
    for which the end of a nested tail `if` is written in its branches (None: never)."""

    emit: Callable[[tuple[Atom, ...]], Body]
    key: int | None = None


def layout(function: Function) -> Body:
    """The statement tree of a function's body."""
    block = function.body
    return _Layout().block(block.ops, block.results, End(lambda results: [Exit("return", results[0])], 0))


class _Layout:
    """The state of one layout: values that stand for others (a test's params are its body's)."""

    def __init__(self) -> None:
        self.same: dict[Value, Atom] = {}

    def atom(self, atom: Atom) -> Atom:
        while isinstance(atom, Value) and atom in self.same:
            atom = self.same[atom]
        return atom

    def atoms(self, atoms: Sequence[Atom]) -> tuple[Atom, ...]:
        return tuple(map(self.atom, atoms))

    def block(self, ops: Sequence[Op], results: Sequence[Atom], end: End) -> Body:
        """Statements for ops, closed by the end."""
        body: Body = []
        for position, op in enumerate(ops):
            tail = self._tail(op, ops[position + 1 :], results, end) if op.name == "if" else None
            if tail is not None:
                return body + tail
            body += self._op(op)
        return body + end.emit(self.atoms(results))

    # Tail branches -------------------------------------------------------------------------------------------

    def _tail(self, op: Op, rest: Sequence[Op], results: Sequence[Atom], end: End) -> Body | None:
        """An `if` after which nothing but the block's end comes: the end is written in its branches."""
        if form_of(op) in EXPRESSION_FORMS or end.key is None:
            return None
        key = results[end.key]
        if not rest and key in op.outs and not (isinstance(key, Value) and key.hint):
            return self._tail_branch(op, results, end)
        return self._resumed(op, rest, results, end)

    def _tail_branch(self, op: Op, results: Sequence[Atom], end: End) -> Body:
        def side(block: Block) -> Body:
            given = dict(zip(op.outs, block.results, strict=True))
            substituted = tuple(given.get(r, r) if isinstance(r, Value) else r for r in results)
            return self.block(block.ops, substituted, end)

        return [Branch(op, self.atom(op.args[0]), side(op.blocks[0]), side(op.blocks[1]))]

    def _resumed(self, op: Op, rest: Sequence[Op], results: Sequence[Atom], end: End) -> Body | None:
        """`code = if ...; if code == NEXT: rest else: code`."""
        if len(rest) != 2 or end.key is None:
            return None
        test, resume = rest
        if resume.name != "if" or resume.args != test.outs or form_of(test) != "compare ==" or resume.blocks[1].ops:
            return None
        code = test.args[0]
        if test.args[1] != Const(NEXT) or code not in op.outs or results[end.key] not in resume.outs:
            return None
        outs, position, goes_on = op.outs, op.outs.index(code), test.outs[0]

        def emit(given: tuple[Atom, ...]) -> Body:
            if not isinstance(given[position], Const):
                raise NotConstant
            if given[position] == Const(NEXT):
                pairs = [(o, g) for o, g in zip(outs, given, strict=True) if o is not code]
                return [Move(pairs, "join", op)]
            inner: dict[Value, Atom] = {goes_on: Const(False), **dict(zip(outs, given, strict=True))}
            ended = [inner.get(r, r) if isinstance(r, Value) else r for r in resume.blocks[1].results]
            outer = {**inner, **dict(zip(resume.outs, ended, strict=True))}
            final = tuple(outer.get(r, r) if isinstance(r, Value) else r for r in results)
            return end.emit(self.atoms(final))

        known = dict(self.same)
        try:
            first = self._tail_branch(op, outs, End(emit, position))
        except NotConstant:
            self.same = known  # what was found out inside is not so in another layout
            return None
        if ends_in_exit(first):
            return first
        self.same.update({outs[position]: Const(NEXT), goes_on: Const(True)})  # on every path that comes here
        given = dict(zip(resume.outs, resume.blocks[0].results, strict=True))
        final = tuple(given.get(r, r) if isinstance(r, Value) else r for r in results)
        return first + self.block(resume.blocks[0].ops, final, end)

    # Single ops ------------------------------------------------------------------------------------------------

    def _op(self, op: Op) -> Body:
        if op.name == "if":
            return self._if(op)
        if op.name in ("for", "while"):
            return self._loop(op)
        return [Let(op, self.atoms(op.args), op.outs)]

    def _if(self, op: Op) -> Body:
        def join(results: tuple[Atom, ...]) -> Body:
            return [Move(list(zip(op.outs, results, strict=True)), "join", op)]

        then, other = (self.block(b.ops, b.results, End(join)) for b in op.blocks)
        return [Branch(op, self.atom(op.args[0]), then, other)]

    # Loops -----------------------------------------------------------------------------------------------------

    def _loop(self, op: Op) -> Body:
        body_block = op.blocks[-1]
        exits, carried = bool(op.attr("exits", False)), int(op.attr("carried", 0))
        sources = op.attr("sources", ())
        taken = sum(s.arity for s in sources)
        turn, *items = body_block.params[: 1 + len(sources)]
        params = body_block.params[1 + len(sources) :]
        inits = self.atoms(op.args[taken : taken + carried])
        outs = list(op.outs)
        code_out = outs.pop(0) if exits else None
        turns_out = outs.pop() if op.attr("counted", False) else None
        results, stacks = tuple(outs[:carried]), tuple(outs[carried:])
        if op.name == "while":
            self.same.update(zip(op.blocks[0].params, params, strict=True))

        before: Body = [_let(LIST, (), stack, op) for stack in stacks]
        before.append(Move(list(zip(params, inits, strict=True)), "init", op))
        after: Body = [Move(list(zip(results, params, strict=True)), "out", op)]
        start: Body = []
        step: Body = []
        if code_out is not None:
            before.append(Move([(code_out, Const(NEXT))], "init", op))
        if turns_out is not None:
            after.insert(0, _let(LENGTH, (stacks[0],), turns_out, op)) if stacks else self._count(
                op, turns_out, before, start
            )
        if op.name == "for":
            ops, target, iterable = self._head(op, turn, tuple(items), start)
        else:
            ops, target, iterable = body_block.ops, None, None
            if turn in read_counts(body_block):
                next_turn = Value(turn.hint, INT)
                before.append(Move([(turn, Const(0))], "init", op))
                step.append(_let(BINARY_PLUS, (turn, Const(1)), next_turn, op, "augmented +"))
                step.append(Move([(turn, next_turn)], "next", op))

        def emit(given: tuple[Atom, ...]) -> Body:
            code: Atom = given[0] if exits else Const(NEXT)
            nexts, items_of_stacks = given[exits : exits + carried], given[exits + carried :]
            end: Body = [Append(s, i, op) for s, i in zip(stacks, items_of_stacks, strict=True)]
            end.append(Move(list(zip(params, nexts, strict=True)), "next", op))
            if code == Const(NEXT):
                return end + step
            if code == Const(CONTINUE):
                return [*end, *step, Exit("continue")]
            ended: Body = [Move([(code_out, code)], "exit", op)] if code_out is not None else []
            ended.append(Exit("break"))
            if isinstance(code, Const):
                return end + ended
            stop = Value("", Scalar("pybool"))
            end.append(_let(COMPARE_IN, (code, Const((BREAK, RETURN))), stop, op))
            return [*end, Branch(op, stop, ended, []), *step]

        test: Body = []
        if op.name == "while":
            test_block = op.blocks[0]
            test = self.block(test_block.ops, test_block.results, End(lambda given: [Condition(given[0])]))
        body = start + self.block(ops, body_block.results, End(emit, 0 if exits else None))
        place_appends(body)
        return [*before, Loop(op, body, target, iterable, test), *after]

    def _count(self, op: Op, turns: Value, before: Body, start: Body) -> None:
        more = Value(turns.hint, INT)
        before.append(Move([(turns, Const(0))], "init", op))
        start.append(_let(BINARY_PLUS, (turns, Const(1)), more, op, "augmented +"))
        start.append(Move([(turns, more)], "next", op))

    def _head(self, op: Op, turn: Value, items: tuple[Value, ...], start: Body) -> tuple[Sequence[Op], Any, Iterable]:
        """Target and iterable of a `for`; the turn becomes an item, an item minus its start, or one more target."""
        block = op.blocks[0]
        args = list(self.atoms(op.args))
        arguments = [tuple(args.pop(0) for _ in range(s.arity)) for s in op.attr("sources", ())]
        wanted = turn in read_counts(block)
        if wanted:
            for source, given, item in zip(op.attr("sources", ()), arguments, items, strict=True):
                unit = source.form == "count" or (source.form == "range" and given[2] == Const(1))
                if unit and given[0] == Const(0):
                    self.same[turn] = item
                elif unit and isinstance(given[0], Const):
                    start.append(_let(BINARY_MINUS, (item, given[0]), turn, op))
                else:
                    continue
                wanted = False
                break
        ops, parts = targets(block, items)
        leaves = iter(zip(arguments, parts, strict=True))
        target, iterable = _iterable(op.attr("text") or _plain_text(op), leaves)
        if wanted:
            target, iterable = (turn, target), Iterable("enumerate", (Const(0),), (iterable,))
        if op.attr("reverse", False):
            iterable = Iterable("reversed", (), (iterable,))
        return ops, target, iterable


def _plain_text(op: Op) -> tuple[Any, ...]:
    words = {"range": "range", "rows": "rows", "count": "range"}
    parts = tuple((words[s.form],) for s in op.attr("sources", ()))
    return parts[0] if len(parts) == 1 else ("zip", *parts)


def _iterable(text: tuple[Any, ...], leaves: Any) -> tuple[Any, Iterable]:
    """Target and iterable for one node of the text, consuming sources in order."""
    if text[0] == "enumerate":
        given, item = next(leaves)
        target, inner = _iterable(text[2], leaves)
        return (item, target), Iterable("enumerate", given, (inner,))
    if text[0] == "zip":
        pairs = [_iterable(part, leaves) for part in text[1:]]
        return tuple(t for t, _ in pairs), Iterable("zip", (), tuple(i for _, i in pairs))
    given, item = next(leaves)
    return item, Iterable(text[0], given)


def _let(primitive: Primitive, args: tuple[Atom, ...], out: Value, op: Op, form: str = "") -> Let:
    """A statement of the layout's own, in the sweep of a loop."""
    made = replace(op, primitive=primitive, args=args, outs=(out,), attrs=(), blocks=(), at=None, form=form, note="")
    return Let(made, args, (out,))

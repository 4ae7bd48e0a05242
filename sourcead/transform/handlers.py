"""Handlers of exceptions: one that goes on after values that are differentiated were computed is not followed.

    try: y = f(x)                     try: y = f(x)
    except E: y = 0.0         ->      except E as error: raise unfollowed("model.py:4") from error

Which of the operations had run is not known where it is entered. A handler that raises stays as it is, and so does
every handler of a body in which nothing is differentiated, and that stores nothing that is read behind it.
"""

from __future__ import annotations

import operator

from sourcead import runtime
from sourcead.errors import display_path
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Builder, Const, Op, Value, sub_blocks, walk
from sourcead.kinds import BOOL
from sourcead.passes.rewriting import Rewriter
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace


def refuse_handlers(resolver: Resolver, body: Block, varied: set[Value]) -> Block:
    """The body with every handler refused at run time that would go on after active values."""
    unfollowed = resolver.memory.unfollowed
    active = {op.outs[0]: op for block in sub_blocks(body) for op in _active(block, varied, unfollowed)}
    if not active:
        return body
    tests: dict[Value, dict[int, Op]] = {code: {} for code in active}
    for op in walk(body):
        if op.primitive.form == "compare ==" and op.args[0] in active and isinstance(op.args[1], Const):
            number = op.args[1].value
            if number == 0 or active[op.args[0]].attr("falls")[number - 1]:  # type: ignore[index]
                tests[op.args[0]][number] = op  # type: ignore[index]
    known = {op.outs[0]: Const(number == 0) for found in tests.values() for number, op in found.items()}

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.outs and op.outs[0] in known:
            rewriter.values[op.outs[0]] = known[op.outs[0]]
        elif op.name == "if" and op.args[0] in (Const(True), Const(False)):
            taken = op.blocks[0 if op.args[0] == Const(True) else 1]
            for inner in taken.ops:
                rewriter.emit(inner)
            rewriter.values.update(zip(op.outs, taken.results, strict=True))
        else:
            rewriter.emit(op)
            if op.outs and op.outs[0] in active:
                for number, test in sorted(tests[op.outs[0]].items())[1:]:
                    _refuse(resolver, rewriter, op, number, test)

    rewriter = Rewriter(visit)
    followed = rewriter.block(body)
    for holder, parts in resolver.parts.items():
        resolver.parts[holder] = _renamed(parts, rewriter)
    return followed


def _renamed(parts: Aggregate, rewriter: Rewriter) -> Aggregate:
    """What a container holds, where the values of a handler that is not followed are others now."""
    items: list[Abstract] = []
    for item in parts.items:
        inner = _renamed(item, rewriter) if isinstance(item, Aggregate) else item
        items.append(rewriter.read(inner) if isinstance(inner, Value) else inner)
    same = all(a is b for a, b in zip(items, parts.items, strict=True))
    return parts if same else replace(parts, items=tuple(items))


def _active(block: Block, varied: set[Value], unfollowed: dict[Value, None]) -> list[Op]:
    """The ends of `try` bodies in a block in which something is differentiated, or stored and read behind it, with
    handlers that may go on."""
    found: list[Op] = []
    starts: list[int] = []
    for position, op in enumerate(block.ops):
        if op.primitive is structural.TRY:
            starts.append(position)
        elif op.primitive is structural.END:
            starts.pop()
        elif op.primitive is structural.CAUGHT:
            inside = Block((), block.ops[starts.pop() : position], ())
            active = op.outs[0] in unfollowed or any(o in varied for inner in walk(inside) for o in inner.outs)
            if any(op.attr("falls")) and active:
                found.append(op)
    return found


def _refuse(resolver: Resolver, rewriter: Rewriter, op: Op, number: int, test: Op) -> None:
    """`if code == number: raise unfollowed(...) from error`."""
    code, error = op.outs
    entered = Value("", BOOL)
    equal = primitive_of(operator.eq)
    rewriter.emit(Op(equal, (code, Const(number)), (entered,), (), (), test.at))
    where = f"{display_path(test.at.file)}:{test.at.line}" if test.at is not None else "a handler"
    outer, resolver.builder = resolver.builder, Builder()
    resolver.at, outer_at = test.at, resolver.at
    raised: Atom = resolver.atom(emit_helper(resolver, runtime.unfollowed, [Const(where)], {}))
    resolver.append(Op(structural.RAISE, (raised, error), (), (), (), test.at))
    taken = resolver.builder.block((), ())
    resolver.builder, resolver.at = outer, outer_at
    rewriter.emit(Op(structural.IF, (entered,), (), (), (taken, Block((), (), ())), test.at))

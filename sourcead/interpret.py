"""An interpreter of the IR, for tests: what a Function computes, said without any text. Stores copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.ir import BREAK, CONTINUE, NEXT, Atom, Block, Const, Function, Op, Value

_FURTHER = "further functions"  # what stands for them among the captured things: no name of Python's


def interpret(function: Function, *args: Any, captures: dict[str, Any] | None = None) -> Any:
    """Run a function on arguments."""
    env: dict[Value, Any] = dict(zip(function.body.params, args, strict=True))
    named = {f.name: f for f in function.further}
    return _block(function.body, env, {**(captures or {}), **{_FURTHER: named}})[0]


def _read(atom: Atom, env: dict[Value, Any]) -> Any:
    return atom.value if isinstance(atom, Const) else env[atom]


def _block(block: Block, env: dict[Value, Any], captures: dict[str, Any]) -> list[Any]:
    for op in block.ops:
        results = _op(op, env, captures)
        env.update(zip(op.outs, results, strict=True))
    return [_read(r, env) for r in block.results]


def _op(op: Op, env: dict[Value, Any], captures: dict[str, Any]) -> list[Any]:
    args = [_read(a, env) for a in op.args]
    if op.name in ("for", "while"):
        return _loop(op, args, env, captures)
    if op.name == "if":
        return _block(op.blocks[0 if args[0] else 1], env, captures)
    if op.name == "unpack":
        return list(args[0])
    if op.name == "capture":
        return [captures[op.attr("name")]]
    if op.name == "call":
        names = op.attr("keywords", ())
        split = len(args) - len(names)
        return [args[0](*args[1:split], **dict(zip(names, args[split:], strict=True)))][: len(op.outs)]
    if op.name == "invoke":
        callee = captures[_FURTHER][op.attr("callee")]
        found = _block(callee.body, dict(zip(callee.body.params, args, strict=True)), captures)[0]
        return list(found) if len(op.outs) > 1 else [found]
    if op.name == "pullback":
        callee = captures[_FURTHER][op.attr("callee")]
        params = callee.body.params
        return [lambda g: _block(callee.body, dict(zip(params, (args[0], g), strict=True)), captures)[0]]
    if op.name == "format":
        return [_formatted(op.attr("parts"), args)]
    if op.name == "assert":
        assert args[0], args[1:]
        return []
    if op.name == "enter":
        return [args[0].__enter__()]
    if op.name in ("leave", "try", "finally", "end"):
        return []  # what leaving does is no part of any value
    if op.name == "caught":
        return [0, None]  # an exception ends the interpretation
    if op.name == "raise":
        if len(args) > 1:
            raise args[0] from args[1]
        raise args[0]
    run: Callable[..., Any] | None = op.primitive.run
    assert run is not None, op.name
    by_position, by_keyword = op.primitive.split(args, [a is None for a in args])
    result = run(*by_position, **by_keyword, **op.keywords)
    return list(result) if len(op.outs) > 1 else [result][: len(op.outs)]


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"": lambda x: x, "r": repr, "s": str, "a": ascii}


def _formatted(parts: Any, args: list[Any]) -> str:
    """The text of an f-string; a format specification has parts of its own, where it is no text."""
    found = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
            continue
        hole, conversion, spec = part
        found.append(
            format(_CONVERSIONS[conversion](args[hole]), spec if isinstance(spec, str) else _formatted(spec, args))
        )
    return "".join(found)


def _loop(op: Op, args: list[Any], env: dict[Value, Any], captures: dict[str, Any]) -> list[Any]:
    exits, carried_count = op.attr("exits", False), op.attr("carried", 0)
    body = op.blocks[-1]
    rows: list[Any] = []
    for source in op.attr("sources", ()):
        taken, args = args[: source.arity], args[source.arity :]
        rows.append(
            range(*taken) if source.form == "range" else taken[0] if source.form == "rows" else _count(taken[0])
        )
    carried = args[:carried_count]
    stacks: list[list[Any]] = [[] for _ in range(len(body.results) - exits - carried_count)]
    turns, code = 0, NEXT
    items = zip(*rows) if op.name == "for" else None  # noqa: B905 -- zip stops at the shortest, as the loop does
    order = list(enumerate(items)) if items is not None else None
    if order is not None and op.attr("reverse", False):
        order.reverse()
    while True:
        if order is None:
            test = op.blocks[0]
            env.update(zip(test.params, carried, strict=True))
            if not _block(test, env, captures)[0]:
                break
            row: tuple[Any, ...] = (turns,)
        else:
            if turns == len(order):
                break
            row = (order[turns][0], *order[turns][1])
        turns += 1
        env.update(zip(body.params, (*row, *carried), strict=True))
        results = _block(body, env, captures)
        if exits:
            code = results.pop(0)
        carried = results[:carried_count]
        for stack, item in zip(stacks, results[carried_count:], strict=True):
            stack.append(item)
        if exits and code not in (NEXT, CONTINUE):
            break
        code = NEXT
    assert code in (NEXT, BREAK, 2)
    return [*([code] if exits else []), *carried, *stacks, *([turns] if op.attr("counted", False) else [])]


def _count(start: int) -> Any:
    from itertools import count

    return count(start)

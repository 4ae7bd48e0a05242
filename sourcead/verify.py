"""The verifier: what every stage may rely on. It runs between any two passes in tests.

Every value is defined once and before it is read, in its block or in one around it; blocks give as many results as
their op
defines; loops carry as many values as they start from.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Function, Op, Value, walk

_PARTS = {"primal": 1, "forward": 2, "backward": None, "jvp": 2}  # how many results an invocation has


class InvalidIR(Exception):
    """A stage has broken the rules of the IR."""


def verify(function: Function) -> None:
    """Check a function.

    Raises:
        InvalidIR: naming the op and what is wrong with it.
    """
    further = {f.name: f for f in function.further}
    if len(further) < len(function.further) or function.name in further:
        raise InvalidIR(f"{function.name}: two functions of one name")
    for one in (*function.further, function):
        _function(one, further)


def _function(function: Function, further: dict[str, Function]) -> None:
    if len(function.params) != len(function.body.params):
        raise InvalidIR(f"{function.name}: {len(function.params)} parameters, {len(function.body.params)} values")
    if len(function.body.results) != 1:
        raise InvalidIR(f"{function.name}: a function has one result")
    _block(function.body, set(), set())
    for op in walk(function.body):
        if op.name == "invoke":
            _invocation(op, further)


def _invocation(op: Op, further: dict[str, Function]) -> None:
    callee = further.get(op.attr("callee"))
    if callee is None:
        raise InvalidIR(f"{op.attr('callee')} is invoked, and is no function of the module")
    if len(op.args) != len(callee.params):
        raise InvalidIR(f"{callee.name} is invoked with {len(op.args)} arguments for {len(callee.params)} parameters")
    if op.attr("part") not in _PARTS or (_PARTS[op.attr("part")] not in (None, len(op.outs))):
        raise InvalidIR(f"{callee.name} is invoked as {op.attr('part')} for {len(op.outs)} results")


def _block(block: Block, scope: set[Value], defined: set[Value]) -> None:
    visible = set(scope)
    _define(block.params, visible, defined, "a block parameter")
    for op in block.ops:
        for arg in op.args:
            _readable(arg, visible, op)
        _shape(op)
        for inner in op.blocks:
            _block(inner, visible, defined)
        _define(op.outs, visible, defined, op.name)
    for result in block.results:
        _readable(result, visible, None)


def _define(values: tuple[Value, ...], visible: set[Value], defined: set[Value], what: str) -> None:
    for value in values:
        if value in defined:
            raise InvalidIR(f"{value!r} is defined twice ({what})")
        visible.add(value)
        defined.add(value)


def _readable(atom: Atom, visible: set[Value], op: Op | None) -> None:
    if isinstance(atom, Value) and atom not in visible:
        raise InvalidIR(
            f"{atom!r} is read out of scope by {op.name if op else 'a block result'} at {op.at if op else ''}"
        )


def _shape(op: Op) -> None:
    if op.name == "if":
        if len(op.blocks) != 2 or any(len(b.results) != len(op.outs) for b in op.blocks):
            raise InvalidIR("an `if` has two blocks with as many results as it defines")
    elif op.name in ("for", "while"):
        _loop_shape(op)
    elif op.blocks:
        raise InvalidIR(f"{op.name} owns no blocks")


def _loop_shape(op: Op) -> None:
    exits, count, counted = int(op.attr("exits", False)), op.attr("carried", 0), int(op.attr("counted", False))
    sources = op.attr("sources", ())
    body = op.blocks[-1]
    if len(op.args) != sum(s.arity for s in sources) + count:
        raise InvalidIR(f"a loop with {len(op.args)} arguments for its sources and {count} carried values")
    if len(body.params) != 1 + len(sources) + count:
        raise InvalidIR(
            f"a loop body with {len(body.params)} parameters for {len(sources)} sources and {count} carried values"
        )
    if len(op.outs) != len(body.results) + counted or len(body.results) < exits + count:
        raise InvalidIR(f"a loop with {len(op.outs)} results and a body with {len(body.results)}")
    if op.name == "while" and (
        len(op.blocks) != 2 or len(op.blocks[0].params) != count or len(op.blocks[0].results) != 1
    ):
        raise InvalidIR("the test of a `while` takes what it carries and gives one condition")

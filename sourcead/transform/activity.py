"""Activity: which values depend on what is differentiated (varied), and which of them reach the result (useful).

A value is varied when it is a differentiated parameter that can carry a derivative, or an op computes it from a varied
value and the op is differentiable. Whether it also reaches the result shows by itself in the reverse sweep: a value
whose cotangent is zero gets no adjoint at all. The forward sweep asks before. Loops are brought to a fixed point.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sourcead.ir import Atom, Block, Op, Value
from sourcead.kinds import Array, Kind, List, Scalar, Tree, may_carry_derivative
from sourcead.primitives.structural import CONTROL, FOR


def varied_values(body: Block, seeds: Iterable[Value]) -> set[Value]:
    """The varied values of a block and of all blocks in it."""
    varied = {v for v in seeds if may_carry_derivative(v.kind)}
    _block(body, varied)
    return varied


def _block(block: Block, varied: set[Value]) -> None:
    for op in block.ops:
        if op.primitive in CONTROL:
            _region(op, varied)
        elif op.name == "invoke" and op.attr("part") == "primal" and not _result_varies(op, varied):
            continue
        elif op.primitive.differentiable and any(a in varied for a in op.args):
            _mark(op.outs, varied, all(is_integer(a.kind) for a in op.args if isinstance(a, Value) and a in varied))


def _mark(values: Iterable[Value], varied: set[Value], integers: bool = False) -> None:
    """Mark values; those of an integer dtype only where they come of integers: a cast from float has derivative 0."""
    varied.update(v for v in values if may_carry_derivative(v.kind) or (integers and is_integer(v.kind)))


def active_arguments(op: Op, varied: set[Value]) -> frozenset[int]:
    """The positions of the arguments that are varied."""
    return frozenset(k for k, a in enumerate(op.args) if a in varied)


class _Within(set[Value]):
    """Varied values within a procedure, while it is being found out whose results vary."""

    asked: dict[tuple[Any, frozenset[int]], bool]


def _result_varies(op: Op, varied: set[Value]) -> bool:
    """Whether the result of an invoked procedure depends on its varied arguments: none does, until one is found to."""
    procedure, active = op.attr("procedure"), active_arguments(op, varied)
    if not active or active in procedure.varied:
        return bool(active) and procedure.varied[active]
    if isinstance(varied, _Within):
        return varied.asked.setdefault((procedure, active), False)
    asked = {(procedure, active): False}
    before = None
    while before != asked:
        before = dict(asked)
        for inner, parameters in before:
            within = _Within(inner.params[k] for k in parameters)
            within.asked = asked
            _block(inner.body, within)
            asked[inner, parameters] |= inner.body.results[0] in within
    for (inner, parameters), found in asked.items():
        inner.varied[parameters] = found
    return asked[procedure, active]


def varied_within(body: Block, seeds: Iterable[Value]) -> set[Value]:
    """The varied values of a procedure's body where these of its parameters are, of whatever kind."""
    varied = set(seeds)
    _block(body, varied)
    return varied


def is_integer(kind: Kind) -> bool:
    """Whether a value is an integer, or an array or container of them: a differentiated Python int may become one."""
    if isinstance(kind, List):
        return is_integer(kind.item)
    if isinstance(kind, Tree):
        return bool(kind.items) and all(map(is_integer, kind.items))
    return isinstance(kind, Scalar | Array) and (kind.dtype or "").startswith(("int", "uint", "pyint"))


def _region(op: Op, varied: set[Value]) -> None:
    if op.name == "if":
        for block in op.blocks:
            _block(block, varied)
            _flow(block.results, op.outs, varied)
        return
    body, exits = op.blocks[-1], int(op.attr("exits", False))
    count = op.attr("carried", 0)
    inits = op.args[len(op.args) - count :]
    params = body.params[len(body.params) - count :]
    _flow(inits, params, varied)
    if op.primitive is FOR:
        position = 0
        for source, item in zip(op.attr("sources"), body.params[1:], strict=False):
            if source.form == "rows":
                _flow(op.args[position : position + 1], (item,), varied)
            position += source.arity
    while True:
        before = len(varied)
        _block(body, varied)
        _flow(body.results[exits : exits + count], params, varied)
        if len(varied) == before:
            break
    _flow(params, op.outs[exits : exits + count], varied)
    _flow(body.results[exits : exits + count], op.outs[exits : exits + count], varied)
    _flow(inits, op.outs[exits : exits + count], varied)
    _flow(body.results[exits + count :], op.outs[exits + count :], varied)
    if op.name == "while":
        test = op.blocks[0]
        _flow(params, test.params, varied)
        _block(test, varied)


def _flow(sources: Iterable[Atom], targets: Iterable[Value], varied: set[Value]) -> None:
    for source, target in zip(sources, targets, strict=False):
        if source in varied and isinstance(source, Value):
            _mark((target,), varied, is_integer(source.kind))


def useful_values(body: Block, varied: set[Value]) -> set[Value]:
    """The varied values that the results of a block depend on."""
    useful = {r for r in body.results if isinstance(r, Value) and r in varied}
    before = -1
    while before != len(useful):
        before = len(useful)
        _reaching(body, useful, varied)
    return useful


def _reaching(block: Block, useful: set[Value], varied: set[Value]) -> None:
    for op in reversed(block.ops):
        if op.blocks:
            for result, value in _flows(op):
                if value in useful and isinstance(result, Value) and result in varied:
                    useful.add(result)
            for inner in op.blocks:
                _reaching(inner, useful, varied)
        elif any(o in useful for o in op.outs):
            useful.update(a for a in op.args if isinstance(a, Value) and a in varied)


def _flows(op: Op) -> Iterable[tuple[Atom, Value]]:
    """What a region hands on: pairs of a value and of what it becomes."""
    if op.name == "if":
        return [pair for block in op.blocks for pair in zip(block.results, op.outs, strict=False)]
    body, exits, count = op.blocks[-1], int(op.attr("exits", False)), op.attr("carried", 0)
    params, inits = body.params[len(body.params) - count :], op.args[len(op.args) - count :]
    outs, results = op.outs[exits : exits + count], body.results[exits : exits + count]
    found = [*zip(body.results[exits:], op.outs[exits:], strict=False), *zip(results, params, strict=True)]
    found += [*zip(inits, params, strict=True), *zip(inits, outs, strict=True), *zip(params, outs, strict=True)]
    position = 0
    for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
        if source.form == "rows":
            found.append((op.args[position], item))
        position += source.arity
    return found


def kinks(ops: Iterable[Op], varied: set[Value], names: set[str] | None = None) -> list[str]:
    """The primitives that were differentiated (of these names), without those of a text whose derivative is known."""
    found = [op.name for op in ops if op.attr("made") not in ("text", "value") and any(o in varied for o in op.outs)]
    return found if names is None else [name for name in found if name in names]

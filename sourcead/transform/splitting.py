"""Splitting a reversed procedure in two: the forward sweep with what it keeps, and the backward sweep that reads it.

    def f(x, n, g): forward; backward; return (y,), dx
      ->   def f_fwd(x, n): forward; return y, (x, n, ...)     def f_bwd(saved, g): x, n, ... = saved; backward; return dx
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sourcead.frontend.procedures import unique_names
from sourcead.ir import UNDEFINED, Atom, Block, Const, Function, Op, Param, Value
from sourcead.kinds import Kind, Scalar, Tree, const_kind
from sourcead.primitives import structural
from sourcead.transform.pairs import Pair
from sourcead.transform.residuals import free_values, substitute

_NAMES = (structural.LITERAL, structural.CONSTANT)


def split(pair: Pair) -> tuple[Function, Function]:
    """The forward and the backward function of a pair."""
    joint = pair.joint
    assert joint is not None
    body, title = joint.body, pair.procedure.title
    *params, g = body.params
    final = next(op for op in body.ops if body.results[0] in op.outs)
    kept = next(op for op in body.ops if final.args[0] in op.outs)
    result, gradients = kept.args[0], final.args[1:]
    forward = [op for op in body.ops if not op.backward and op is not kept]
    backward = [op for op in body.ops if op.backward and op is not final]
    again = _again(forward, backward, gradients, set(params))
    backward = [*again, *backward]
    read = free_values(backward, gradients)
    known = [*params, *(o for op in forward for o in op.outs)]
    residuals = tuple(v for v in known if v in read and not any(v in op.outs for op in again))
    wanted = ", ".join(params[k].hint for k in pair.active)
    first = replace(
        joint,
        name=pair.forward,
        params=joint.params[:-1],
        body=Block(tuple(params), *_returning(tuple(forward), (result, *residuals), _with_residuals)),
        doc=f"{title}, with what {pair.backward} reads.",
    )
    second = replace(
        joint,
        params=tuple(map(Param, unique_names([_saved(residuals), g.hint]))),
        body=_backward_body(residuals, g, backward, gradients),
        doc=f"The adjoint of {title}: the cotangent of {wanted}.",
    )
    return first, second


def _saved(residuals: tuple[Value, ...]) -> str:
    return (residuals[0].hint or "saved") if len(residuals) == 1 else "saved"


def _again(forward: list[Op], backward: list[Op], gradients: Iterable[Atom], params: set[Value]) -> list[Op]:
    """Forward ops that the backward sweep makes again, since what they read is as easily kept: literals, and numbers
    that follow from one parameter in one step (`n == 0`, `n - 1`, `len(x)`)."""
    read = free_values(backward, gradients)
    made: list[Op] = []
    for op in forward:
        if len(op.outs) != 1 or op.outs[0] not in read:
            continue
        sources = {a for a in op.args if isinstance(a, Value)}
        easy = op.primitive.result == "scalar" or op.primitive.elementwise
        number = isinstance(op.outs[0].kind, Scalar) and all(
            isinstance(a.kind, Scalar) or not op.primitive.elementwise for a in sources
        )
        alone = len(sources) == 1 and sources <= params and not op.outs[0].hint and not op.primitive.effects
        if op.primitive in _NAMES or (easy and number and alone and not op.attr("raises", False)):
            made.append(replace(op, backward=True))
    return made


def _returning(
    ops: tuple[Op, ...], results: tuple[Atom, ...], close: Callable[[tuple[Atom, ...]], list[Op]]
) -> tuple[tuple[Op, ...], tuple[Atom, ...]]:
    """Ops and the one result that `close` makes of several; where an `if` comes last, each branch returns it."""
    last = ops[-1] if ops else None
    if last is not None and last.name == "if" and any(o in results for o in last.outs):
        out = Value("")
        blocks = tuple(Block((), *_in_branch(last, block, results, close)) for block in last.blocks)
        return (*ops[:-1], replace(last, outs=(out,), blocks=blocks, form="")), (out,)
    made = close(results)
    return (*ops, *made), made[-1].outs if made else results


def _in_branch(
    branch: Op, block: Block, results: tuple[Atom, ...], close: Callable[[tuple[Atom, ...]], list[Op]]
) -> tuple[tuple[Op, ...], tuple[Atom, ...]]:
    given: dict[Atom, Atom] = dict(zip(branch.outs, block.results, strict=True))
    inner = (given.get(r, r) for r in results)
    return _returning(block.ops, tuple(Const(None) if r == Const(UNDEFINED) else r for r in inner), close)


def _with_residuals(results: tuple[Atom, ...]) -> list[Op]:
    """(result, residuals)."""
    result, *residuals = results
    if len(residuals) == 1:
        return [_tuple((result, residuals[0]))]
    saved = _tuple(tuple(residuals))
    return [saved, _tuple((result, saved.outs[0]))]


def _tuple(items: tuple[Atom, ...]) -> Op:
    kind = Tree(tuple, tuple(range(len(items))), tuple(map(_kind, items)))
    return Op(structural.TUPLE, items, (Value("", kind),))


def _kind(atom: Atom) -> Kind:
    return atom.kind if isinstance(atom, Value) else const_kind(atom.value)


def _backward_body(residuals: tuple[Value, ...], g: Value, ops: list[Op], gradients: tuple[Atom, ...]) -> Block:
    """The backward sweep over values of its own."""
    fresh: dict[Atom, Atom] = {r: Value(r.hint, r.kind) for r in residuals}
    parts = tuple(v for v in fresh.values() if isinstance(v, Value))
    body = substitute(ops, fresh)
    found = tuple(fresh.get(a, a) for a in gradients)
    saved = parts[0] if len(parts) == 1 else Value("saved")
    if len(parts) > 1:
        body = [Op(structural.UNPACK, (saved,), parts, backward=True), *body]
    return Block((saved, g), *_returning(tuple(body), found, lambda results: [_tuple(results)] if len(results) > 1 else []))

"""Splitting a reversed procedure in two: the forward sweep with what it keeps, and the backward sweep that reads it.

    def f(x, n, g): forward; backward; return (y,), dx
      ->   def f_fwd(x, n): forward; return y, (x, n, ...)
           def f_bwd(saved, g): x, n, ... = saved; backward; return dx
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from sourcead.frontend.procedure import unique_names
from sourcead.ir import UNDEFINED, Atom, Block, Const, Function, Op, Param, Value, walk
from sourcead.kinds import Array, Kind, Known, Opaque, Tree, const_kind
from sourcead.passes.aliasing import Aliases
from sourcead.passes.conflicts import is_store
from sourcead.passes.objects import immutable
from sourcead.passes.saving import DEEP_COPY, copy_of, missing_values
from sourcead.primitives import structural
from sourcead.records import replace
from sourcead.transform.pairs import Pair
from sourcead.transform.reading import free_values
from sourcead.transform.residuals import is_count, substitute

_NAMES = (structural.LITERAL, structural.CONSTANT)
Close: TypeAlias = Callable[[tuple[Atom, ...]], list[Op]]  # what makes one result of several
_CONTAINERS = (structural.TUPLE, structural.LIST, structural.DICT)


def split(pair: Pair) -> tuple[Function, Function]:
    """The forward and the backward function of a pair."""
    joint = pair.joint
    assert joint is not None
    body, title = joint.body, pair.procedure.title
    *params, g = body.params
    final = next(op for op in body.ops if body.results[0] in op.outs)
    kept = next(op for op in body.ops if final.args[0] in op.outs)
    result, gradients = kept.args[0], final.args[1:]
    forward, backward = _halves((op for op in body.ops if op is not kept and op is not final), g)
    again = _again(forward, backward, gradients, set(params))
    backward = [*again, *backward]
    read = free_values(backward, gradients)
    known = [*params, *(o for op in forward for o in op.outs)]
    residuals = tuple(v for v in known if v in read and not any(v in op.outs for op in again))
    if pair.owns:
        forward, residuals, renamed = _owned(joint, forward, result, residuals)
        backward = [*substitute(backward, renamed)]
        gradients = tuple(renamed.get(a, a) for a in gradients)
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


def _halves(ops: Iterable[Op], g: Value) -> tuple[list[Op], list[Op]]:
    """The ops of the two sweeps: what reads the cotangent, or what the backward sweep made, belongs to that sweep; but
    what is read before the primal stores is read in the forward sweep."""
    forward: list[Op] = []
    backward: list[Op] = []
    late: set[Value] = {g}
    every = list(ops)
    last = max((k for k, op in enumerate(every) if not op.backward and any(map(is_store, walk(_alone(op))))), default=0)
    for k, op in enumerate(every):
        if (op.backward and k > last) or not late.isdisjoint(free_values((op,), ())):
            late.update(op.outs)
            backward.append(op)
        else:
            forward.append(op)
    return forward, backward


def _alone(op: Op) -> Block:
    return Block((), (op,), ())


def _owned(
    joint: Function, forward: list[Op], result: Atom, residuals: tuple[Value, ...]
) -> tuple[list[Op], tuple[Value, ...], dict[Atom, Atom]]:
    """The forward sweep with copies of the residuals that others than the backward sweep can reach."""
    aliases = Aliases.of(joint)
    seen = aliases.of_atom(result)
    missing = missing_values(joint.body)
    copies: dict[Value, Op] = {}
    for value in residuals:
        if immutable(value) or (aliases.own(value) and not aliases.meet(seen, aliases.of_atom(value))):
            continue
        if isinstance(value.kind, Array) and value not in missing:
            copies[value] = copy_of(value, forward[-1] if forward else joint.body.ops[-1])
        elif isinstance(value.kind, Opaque | Known):
            continue
        else:
            copies[value] = Op(DEEP_COPY, (value,), (Value(value.hint, value.kind),))
    kept = tuple(copies[v].outs[0] if v in copies else v for v in residuals)
    made = [replace(op, backward=False) for op in copies.values()]
    return [*forward, *made], kept, {v: op.outs[0] for v, op in copies.items()}


def _saved(residuals: tuple[Value, ...]) -> str:
    return (residuals[0].hint or "saved") if len(residuals) == 1 else "saved"


def _again(forward: list[Op], backward: list[Op], gradients: Iterable[Atom], params: set[Value]) -> list[Op]:
    """Forward ops that the backward sweep makes again, so that they need not be kept: literals, and counts and
    conditions that follow from the parameters (`n == 0`, `n - 1`, `len(x)` where nothing is stored into x)."""
    made: list[Op] = []
    params = params - {a for op in walk(Block((), tuple(forward), ())) if is_store(op) for a in op.args[:1]}
    for op in reversed(forward):
        if any(o in free_values([*made, *backward], gradients) for o in op.outs) and (
            op.primitive in _NAMES or _follows(op, forward, params)
        ):
            made.insert(0, replace(op, backward=True))
    return made


def _follows(op: Op, forward: list[Op], params: set[Value]) -> bool:
    """Whether a count or condition follows from the parameters by others alone."""
    makers = {o: other for other in forward for o in other.outs}
    sources = [a for a in op.args if isinstance(a, Value) and a not in params]
    return is_count(op) and all(s in makers and _follows(makers[s], forward, params) for s in sources)


def _returning(
    ops: tuple[Op, ...], results: tuple[Atom, ...], close: Close
) -> tuple[tuple[Op, ...], tuple[Atom, ...]]:
    """Ops and the one result that `close` makes of several; where an `if` comes last, each branch returns it."""
    end = len(ops)
    while end and ops[end - 1].primitive in _CONTAINERS:  # they are made in the branches
        end -= 1
    last, tail = (ops[end - 1] if end else None), ops[end:]
    read = free_values(tail, results)
    if last is not None and last.name == "if" and any(o in read for o in last.outs):
        out = Value("")
        blocks = tuple(Block((), *_in_branch(last, block, tail, results, close)) for block in last.blocks)
        return (*ops[: end - 1], replace(last, outs=(out,), blocks=blocks, form="")), (out,)
    made = close(results)
    return (*ops, *made), made[-1].outs if made else results


def _in_branch(
    branch: Op, block: Block, tail: tuple[Op, ...], results: tuple[Atom, ...], close: Close
) -> tuple[tuple[Op, ...], tuple[Atom, ...]]:
    given: dict[Atom, Atom] = dict(zip(branch.outs, block.results, strict=True))
    given.update({k: Const(None) for k, r in given.items() if r == Const(UNDEFINED)})
    ops = list(block.ops)
    for op in tail:
        fresh = tuple(Value(o.hint, o.kind) for o in op.outs)
        ops.append(replace(op, args=tuple(given.get(a, a) for a in op.args), outs=fresh))
        given.update(zip(op.outs, fresh, strict=True))
    return _returning(tuple(ops), tuple(given.get(r, r) for r in results), close)


def _with_residuals(results: tuple[Atom, ...]) -> list[Op]:
    """(result, residuals)."""
    result, *residuals = results
    if len(residuals) == 1:
        return [_tuple((result, residuals[0]))]
    saved = _tuple(tuple(residuals))
    return [saved, _tuple((result, saved.outs[0]))]


def _together(results: tuple[Atom, ...]) -> list[Op]:
    """One cotangent, or all of them."""
    return [_tuple(results)] if len(results) > 1 else []


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
    return Block((saved, g), *_returning(tuple(body), found, _together))

"""From a resolved primal to its gradient function: forward sweep, reverse sweep, results.

value = f(params)          grad:            gradient
d(value)/d(value) = 1      value_and_grad:  (value, gradient), with aux ((value, aux), gradient)
"""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np

from sourcead import runtime
from sourcead.errors import ArgumentError
from sourcead.frontend.abstract import Abstract, Aggregate, Static
from sourcead.frontend.calls import call_static
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Const, Function, Op, Param, Value, walk
from sourcead.kinds import (
    Array,
    Kind,
    List,
    Opaque,
    Scalar,
    Top,
    Tree,
    dims_of,
    is_complex,
    is_float_dtype,
    may_carry_derivative,
)
from sourcead.primitives import lists, structural
from sourcead.records import dataclass, replace
from sourcead.transform.activity import kinks, varied_values, varied_within
from sourcead.transform.adjoint import Reverse
from sourcead.transform.conjugation import real_part
from sourcead.transform.cotangents import Branches, Cotangent, Cotangents, adjoint_hint, build, primitive_of
from sourcead.transform.grown import stack_grown_lists
from sourcead.transform.handlers import refuse_handlers
from sourcead.transform.leaving import check_leaving
from sourcead.transform.lists import measured
from sourcead.transform.pairs import Pair, Pairs, cotangent_kind
from sourcead.transform.reading import free_values
from sourcead.transform.residuals import rebuild
from sourcead.transform.sweeps import start


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the derivative function returns."""

    argnums: tuple[int, ...]
    single: bool
    mode: str
    has_aux: bool


def derive(resolver: Resolver, params: tuple[Value, ...], result: Abstract, wanted: Wanted, pairs: Pairs) -> Block:
    """Reverse the ops in the resolver's builder; gives the whole body of the derivative."""
    value, aux = _split(resolver, result, wanted)
    value_atom = resolver.atom(value)
    aux_atom = None if aux is None else resolver.atom(aux)
    _check_scalar(resolver, value_atom)
    results = tuple(a for a in (value_atom, aux_atom) if a is not None)
    seeds = [params[k] for k in wanted.argnums]
    body = Block(params, stack_grown_lists(tuple(resolver.builder.ops), results), results)
    varied = varied_values(body, seeds)
    check_leaving(resolver, body, varied)
    body = refuse_handlers(resolver, body, varied)
    value_atom, *auxiliary = body.results
    aux_atom = auxiliary[0] if auxiliary else None
    forward, before = measured(body.ops)
    body = replace(body, ops=forward)
    varied = varied_values(body, seeds)
    reverse = start(resolver, body, varied, pairs)
    reverse.measured = before
    if isinstance(value_atom, Value) and value_atom in varied:
        if isinstance(value_atom.kind, Top):
            resolver.at = None
            emit = emit_helper(resolver, runtime.seed, [value_atom], {})
            assert isinstance(emit, Value)
            reverse.cotangents.add(value_atom, emit)
        else:
            reverse.cotangents.add(value_atom, Const(1.0))
    reverse.block(forward)
    resolver.kinks = kinks(walk(body), varied, resolver.reversed)
    resolver.at = resolver.override = None
    gradients = [_finish(resolver, reverse.cotangents, p, reverse.cotangents.pop(p)) for p in seeds]
    gradient: Atom = gradients[0]
    if not wanted.single:
        kind = Tree(tuple, tuple(range(len(gradients))), tuple(map(resolver.kind, gradients)))
        gradient = build(resolver, kind, tuple(gradients))
    outcome = gradient
    if wanted.mode == "value_and_grad":
        first = value_atom if aux_atom is None else _pair(resolver, value_atom, aux_atom)
        outcome = _pair(resolver, first, gradient, own=0)
    elif aux_atom is not None:
        outcome = _pair(resolver, gradient, aux_atom, own=1)
    backward = resolver.builder
    reverse.bindings.bind_handed_on(free_values(backward.ops, ()))
    reverse_procedures(resolver, pairs)
    if wanted.mode == "value_and_grad" and isinstance(value_atom, Value) and aux_atom is None:
        value_atom.call_it("value")
    return Block(params, (*rebuild(reverse, forward), *backward.ops), (outcome,))


def reversed_within(
    resolver: Resolver,
    body: Block,
    seeds: list[Value],
    varied_of: Callable[[Block, list[Value]], set[Value]],
    pairs: Pairs,
) -> tuple[Reverse, tuple[Op, ...], Atom]:
    """The start of the reverse sweep of a body with one result, the ops that it goes through, and the result."""
    body = replace(body, ops=stack_grown_lists(body.ops, body.results))
    varied = varied_of(body, seeds)
    check_leaving(resolver, body, varied)
    body = refuse_handlers(resolver, body, varied)
    forward, before = measured(body.ops)
    body = replace(body, ops=forward)
    reverse = start(resolver, body, varied_of(body, seeds), pairs)
    reverse.measured = before
    return reverse, forward, body.results[0]


def gradient_of(reverse: Reverse, param: Value) -> Atom:
    """The gradient of a parameter whose uses are all reversed."""
    return _finish(reverse.resolver, reverse.cotangents, param, reverse.cotangents.pop(param))


def reverse_procedures(resolver: Resolver, pairs: Pairs) -> None:
    """Reverse the procedures of which that is still to be done."""
    for pair in pairs.made:  # reversing one may ask for others, which are reversed after it
        if pair.joint is None:
            pair.joint = reverse_procedure(resolver, pairs, pair)


def reverse_procedure(resolver: Resolver, pairs: Pairs, pair: Pair) -> Function:
    """Reverse a procedure: one function of its arguments and the cotangent of its result, both sweeps in it. Its result
    is ((the primal's result,), *cotangents); `split` makes two functions of it when the passes are done."""
    procedure = pair.procedure
    primal = procedure.function()
    body = primal.body
    seeds = [procedure.params[k] for k in pair.active]
    reverse, forward, last = reversed_within(resolver, body, seeds, varied_within, pairs)
    assert isinstance(last, Value)
    result, varied, reverse.in_procedure = last, reverse.varied, True
    g = Value(adjoint_hint(result) or "g", cotangent_kind(resolver.kind(result)))
    resolver.at, resolver.override = procedure.at, None
    if result in varied:
        reverse.cotangents.add(result, g)
    reverse.block(forward)
    resolver.kinks += kinks(walk(Block((), forward, ())), varied, resolver.reversed)
    resolver.at = resolver.override = None
    gradients = tuple(cotangent_of(reverse.cotangents, p) for p in seeds)
    kept = Value("", Tree(tuple, (0,), (resolver.kind(result),)))
    outcome = build(resolver, Tree(tuple, (), ()), (kept, *gradients))
    resolver.builder.ops[-1] = resolver.builder.ops[-1].with_attrs(own=0)
    for value in free_values(resolver.builder.ops, ()):
        reverse.bindings.bind(value)
    whole = (*rebuild(reverse, forward), Op(structural.TUPLE, (result,), (kept,)), *resolver.builder.ops)
    joint = Block((*body.params, g), whole, (outcome,))
    return replace(primal, name=pair.backward, params=(*primal.params, Param("")), body=joint)


def cotangent_of(cotangents: Cotangents, param: Value) -> Atom:
    """The cotangent of one argument of a procedure, of the kind that its callers expect."""
    total = cotangents.pop(param)
    kind, resolver = param.kind, cotangents.resolver
    if total is None:
        total = Branches(kind, (None,) * len(kind.items)) if isinstance(kind, Tree) else cotangents.zeros(param)
    atom = cotangents.atom(total, param)
    if isinstance(kind, Array) and isinstance(resolver.kind(atom), Top):
        return _match(resolver, atom, param)
    return cotangents.conform(cotangents.whole(atom, param), param)


def _pair(resolver: Resolver, a: Atom, b: Atom, own: int | None = None) -> Value:
    """A pair; the item at position `own` is the function's own result, which aliases what the function's does."""
    pair = build(resolver, Tree(tuple, (0, 1), (resolver.kind(a), resolver.kind(b))), (a, b))
    if own is not None:
        resolver.builder.ops[-1] = resolver.builder.ops[-1].with_attrs(own=own)
    return pair


def _split(resolver: Resolver, result: Abstract, wanted: Wanted) -> tuple[Abstract, Abstract | None]:
    if not wanted.has_aux:
        return result, None
    from sourcead.frontend.unpacking import unpack

    parts = resolver.parts_of(result)
    if parts is None or len(parts.items) != 2 or parts.type is not tuple:
        if isinstance(result, Value) and isinstance(result.kind, Top):
            value, aux = unpack(resolver, result, 2, None, ["", ""])
            return value, aux
        resolver.refuse("with has_aux the function must return a pair (value, aux)", error=ArgumentError)
    return parts.items[0], parts.items[1]


def is_number(kind: Kind) -> bool:
    """Whether the gradient of a value of this kind is one number a leaf."""
    if isinstance(kind, Scalar):
        return kind.dtype not in ("complex64", "complex128", "pycomplex", "pybool", "bool")
    return isinstance(kind, Top) or (isinstance(kind, Array) and not kind.dims and not is_complex(kind))


def _check_scalar(resolver: Resolver, value: Atom) -> None:
    kind = resolver.kind(value)
    if is_number(kind):
        return
    resolver.refuse(
        f"the gradient needs a scalar result, and this function returns {describe(kind)}",
        "take its abs, real or imag part"
        if isinstance(kind, Scalar) and is_complex(kind)
        else "reduce it to a number (np.sum, np.mean), or use `jacobian`",
        error=ArgumentError,
    )


def describe(kind: Kind) -> str:
    """A kind in words."""
    if isinstance(kind, Array | Scalar) and is_complex(kind):
        return "a complex number" if dims_of(kind) == () else "an array of complex numbers"
    if isinstance(kind, Array):
        return f"an array with {len(kind.dims)} {'axis' if len(kind.dims) == 1 else 'axes'}"
    if isinstance(kind, List):
        return "a list"
    if isinstance(kind, Tree | Opaque):
        return f"a {kind.type.__name__}" if kind.type is not type(None) else "None"
    if isinstance(kind, Scalar):
        return "a bool"
    return "something else"


def _finish(resolver: Resolver, cotangents: Cotangents, param: Value, total: Cotangent | None) -> Atom:
    """The gradient of one argument, in its tree, shapes and dtypes."""
    kind = param.kind
    if isinstance(kind, Tree):
        items = total.items if isinstance(total, Branches) else (None,) * len(kind.items)
        if total is not None and not isinstance(total, Branches):
            return _match(resolver, total, param)
        values: list[Atom] = []
        for key, inner, item in zip(kind.keys, kind.items, items, strict=True):
            if not may_carry_derivative(inner):
                values.append(_without_leaves(resolver, inner))
                continue
            child = cotangents.child(param, kind, key, inner)
            values.append(_finish(resolver, cotangents, child, item))
            if isinstance(key, str) and key.isidentifier():
                _name(resolver, values[-1], f"d{key}")
        return build(resolver, kind, tuple(values))
    if total is None:
        total = cotangents.zeros(param)
    assert not isinstance(total, Branches)
    if isinstance(kind, Scalar):
        return _number(resolver, total, kind)
    have = resolver.kind(total)
    if isinstance(kind, List) and _fits(have, kind):
        return total
    if not isinstance(kind, Array) or isinstance(have, Top):
        return _match(resolver, total, param)
    if not kind.dims and isinstance(have, Scalar):
        return _array(resolver, total, kind)
    return cotangents.conform(cotangents.whole(total, param), param)


def _name(resolver: Resolver, gradient: Atom, hint: str) -> None:
    """Let the gradient of a part of an argument be called after it, if the backward sweep makes it."""
    if not isinstance(gradient, Value) or gradient.hint or isinstance(gradient.kind, Tree):
        return
    if any(gradient in op.outs for op in reversed(resolver.builder.ops)):
        gradient.call_it(hint)


def _without_leaves(resolver: Resolver, kind: Kind) -> Atom:
    """The gradient of what holds no number: its containers, with None for all that is in them."""
    if not isinstance(kind, Tree):
        return Const(None)
    return build(resolver, kind, tuple(_without_leaves(resolver, item) for item in kind.items))


def _fits(have: Kind, want: Kind) -> bool:
    """Whether a list has items of the kind that its gradient has."""
    if isinstance(have, List) and isinstance(want, List):
        return _fits(have.item, want.item)
    if isinstance(have, Tree) and isinstance(want, Tree):
        same = (have.type, have.keys) == (want.type, want.keys) and lists.is_display(want)
        pairs = zip(have.items, want.items, strict=True) if same else ()
        return same and all(_fits(a, b) or not may_carry_derivative(b) for a, b in pairs)
    if isinstance(have, Array) and isinstance(want, Array):
        return have.dtype == want.dtype is not None and is_float_dtype(want.dtype) and len(have.dims) == len(want.dims)
    floats = ("pyfloat", "float64", "real64")
    return isinstance(have, Scalar) and isinstance(want, Scalar) and have.dtype in floats and want.dtype == "pyfloat"


def _array(resolver: Resolver, total: Atom, kind: Array) -> Atom:
    """The gradient of an array without axes is one: NumPy's arithmetic gives a number."""
    have = resolver.kind(total)
    assert isinstance(have, Scalar) and kind.dtype is not None
    attrs = {} if have.dtype == kind.dtype else {"dtype": getattr(np, kind.dtype)}
    return resolver.emit(primitive_of(np.array), (total,), kind=kind, **attrs)


def _number(resolver: Resolver, total: Atom, kind: Scalar) -> Atom:
    """A Python number's gradient is a float; a NumPy scalar's has its dtype."""
    have = resolver.kind(total)
    if kind.dtype == "pycomplex":
        return resolver.atom(call_static(resolver, Static(complex, (("builtin", "complex"),)), [total], {}))
    if is_complex(have) and not is_complex(kind):
        total = real_part(resolver, total)
        have = resolver.kind(total)
    if isinstance(total, Const):
        total = Const(float(total.value))
        have = Scalar("pyfloat")
    if kind.dtype in ("pyint", "pyfloat"):
        if isinstance(have, Scalar) and have.dtype in ("pyfloat", "float64", "real64"):
            return total
        result = call_static(resolver, Static(float, (("builtin", "float"),)), [total], {})
        return resolver.atom(result)
    if kind.dtype in ("real", "real64", None) and isinstance(have, Scalar):
        return total
    return total if isinstance(have, Scalar) and have.dtype == kind.dtype else _match(resolver, total, None, kind)


def _match(resolver: Resolver, total: Atom, param: Value | None, kind: Scalar | None = None) -> Atom:
    """The helper that gives a gradient the tree, shapes and dtypes of the argument at run time."""
    if param is None:
        assert kind is not None and kind.dtype is not None
        result = call_static(
            resolver, Static(getattr(np, kind.dtype), (("object", np), ("attr", kind.dtype))), [total], {}
        )
        return resolver.atom(result)
    result = emit_helper(resolver, runtime.match, [total, param], {})
    assert isinstance(result, Value)
    return result


__all__ = ["Aggregate", "Wanted", "derive", "describe", "operator", "primitive_of"]

"""From a resolved primal to the function that gives its value and its tangent.

(value, value_dot) = f_jvp(x1, ..., xn, x1_dot, ..., xm_dot)
"""

from __future__ import annotations

import numpy as np

from sourcead.frontend.abstract import Abstract, Static
from sourcead.frontend.calls import call_static
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Builder, Const, Value, walk
from sourcead.kinds import FLOAT, NONE, Kind, List, Scalar, Tree, is_complex, may_carry_derivative
from sourcead.primitives.registry import primitive_of
from sourcead.transform.activity import kinks, useful_values, varied_values
from sourcead.transform.containers import Branches, build
from sourcead.transform.handlers import refuse_handlers
from sourcead.transform.leaving import check_leaving
from sourcead.transform.pairs import Pairs, cotangent_kind
from sourcead.transform.tangent import Forward, Tangent, tangent_hint
from sourcead.transform.tangent_regions import Jvps, forward_procedure


def tangent_kind(kind: Kind) -> Kind:
    """The kind of the tangent of an argument: its tree, None for what cannot have one, floats for Python ints."""
    if not may_carry_derivative(kind):
        return Tree(kind.type, kind.keys, tuple(map(tangent_kind, kind.items))) if isinstance(kind, Tree) else NONE
    if isinstance(kind, Tree):
        return Tree(kind.type, kind.keys, tuple(map(tangent_kind, kind.items)))
    if isinstance(kind, List):
        return List(tangent_kind(kind.item), kind.length)
    return FLOAT if isinstance(kind, Scalar) and kind.dtype in ("pyint", "pyfloat") else cotangent_kind(kind)


def tangent_parameters(params: tuple[Value, ...], argnums: tuple[int, ...]) -> tuple[Value, ...]:
    """The parameters of the tangents of these arguments."""
    return tuple(Value(tangent_hint(params[k]), tangent_kind(params[k].kind)) for k in argnums)


def derive_forward(
    resolver: Resolver, seeds: dict[Value, Value], result: Abstract, pairs: Pairs, jvps: Jvps
) -> tuple[tuple[Atom, Atom], Forward]:
    """Follow the ops in the resolver's builder by their tangents; gives the value and its tangent. `seeds` says which
    value is the tangent of which argument."""
    value: Atom = resolver.atom(result)
    body = Block((), tuple(resolver.builder.ops), (value,))
    varied = varied_values(body, seeds)
    check_leaving(resolver, body, varied)
    body = refuse_handlers(resolver, body, varied)
    varied = useful_values(body, varied_values(body, seeds))
    value = body.results[0]
    forward = Forward.of_body(resolver, body, varied, pairs)
    forward.jvps = jvps
    resolver.builder = Builder()
    for primal, given in seeds.items():
        forward.tangents[primal] = _given(forward, primal.kind, given)
    forward.block(body.ops)
    resolver.at = resolver.override = None
    resolver.backward = True
    resolver.kinks += kinks(walk(body), varied)
    tangent = _whole(forward, value)
    for jvp in jvps.made:  # one may ask for others, which are made after it
        if jvp.function is None:
            jvp.function = forward_procedure(forward, jvp)
    return (value, tangent), forward


def _given(forward: Forward, kind: Kind, tangent: Value) -> Tangent:
    """The tangent of an argument as it is looked up: that of a container item by item."""
    return forward.cotangents.parts(kind, tangent) if isinstance(kind, Tree) else tangent


def _whole(forward: Forward, value: Atom) -> Atom:
    """The tangent of the result, in its tree, shapes and dtypes; None for what cannot have one."""
    kind = forward.resolver.kind(value)
    if isinstance(value, Const) or not isinstance(kind, Tree):
        if not isinstance(value, Value):
            return Const(0j if is_complex(kind) else 0.0) if isinstance(kind, Scalar) else Const(None)
        if forward.of(value) is None and not may_carry_derivative(kind):
            return Const(None)
        return _leaf(forward, value, value)
    found = forward.of(value)
    return _tree(forward, value, kind, found)


def _leaf(forward: Forward, value: Value, like: Value) -> Atom:
    """The tangent of one number or array of the result: of a complex one it is complex."""
    resolver, kind = forward.resolver, like.kind
    atom = forward.region_atom(value, like)
    if not isinstance(kind, Scalar) or not is_complex(kind) or is_complex(resolver.kind(atom)) is not False:
        return atom
    if isinstance(atom, Const) or kind.dtype is None:
        return Const(complex(atom.value)) if isinstance(atom, Const) else atom
    if kind.dtype == "pycomplex":
        return resolver.atom(call_static(resolver, Static(complex, (("builtin", "complex"),)), [atom], {}))
    return resolver.emit(primitive_of(getattr(np, kind.dtype)), (atom,), kind=kind)


def _tree(forward: Forward, holder: Value, kind: Tree, found: Tangent | None) -> Atom:
    items: list[Atom] = []
    for position, (key, inner) in enumerate(zip(kind.keys, kind.items, strict=True)):
        item = found.items[position] if isinstance(found, Branches) else None
        child = forward.child(holder, kind, key, inner)
        if isinstance(inner, Tree):
            items.append(_tree(forward, child, inner, item))
        elif item is not None:
            stand_in = Value(child.hint, inner)
            forward.tangents[stand_in] = item
            items.append(_leaf(forward, stand_in, child))
        else:
            items.append(forward.zeros(child) if may_carry_derivative(inner) else Const(None))
    return build(forward.resolver, kind, tuple(items))

"""Calls of primitives: what is given is sorted into operands and attributes, and one op is emitted."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.inlining import bind
from sourcead.frontend.masked import merged, taken_mask
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import object_capture
from sourcead.ir import Atom, Const, Op, Primitive, Value
from sourcead.kinds import Known, Scalar
from sourcead.primitives.registry import Entry


def call_entry(resolver: Resolver, entry: Entry, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Emit the op of a primitive."""
    if entry.adapt is not None:
        adapted, kwargs = entry.adapt(tuple(args), dict(kwargs))
        args = [Aggregate(tuple, tuple(range(len(a))), a) if isinstance(a, tuple) else a for a in adapted]
    name = entry.form.split()[-1]
    bound = bind(resolver, entry.signature, name, args, kwargs)
    out = None
    if "out" in bound:
        from sourcead.frontend.outputs import store_out, taken_out

        out = taken_out(resolver, entry, bound)
    mask = taken_mask(resolver, entry, bound, out)
    atoms: list[Atom] = []
    attrs: dict[str, Any] = {}
    last_given = -1
    for parameter in entry.signature.parameters.values():
        given: Any = bound.get(parameter.name)
        if parameter.name in entry.refuse:
            if parameter.name in bound and not is_default(resolver, given, parameter.default):
                resolver.refuse(
                    f"`{name}` with `{parameter.name}=` is not differentiated", f"call it without `{parameter.name}`"
                )
        elif parameter.name in entry.static:
            if parameter.name in bound and not is_default(resolver, given, parameter.default):
                attrs[parameter.name] = resolver.need_static(given, f"`{parameter.name}` of `{name}`")
        elif parameter.kind is parameter.VAR_POSITIONAL:
            atoms.extend(map(resolver.atom, given or ()))
            last_given = len(atoms) - 1
        else:
            atoms.append(resolver.atom(given) if parameter.name in bound else Const(parameter.default))
            last_given = len(atoms) - 1 if parameter.name in bound else last_given
    del atoms[last_given + 1 :]
    primitive = entry.of_one if entry.of_one is not None and len(atoms) == 1 else entry.primitive
    form = entry.form if entry.form != primitive.form and not (entry.adapt and attrs) else ""
    if "<" in entry.form and entry.form.startswith("call "):  # mod.f.<locals>.g: no text reaches it by that name
        object_capture(resolver, entry.target)
        form = f"captured {resolver.builder.ops[-1].attr('name')}"
    result = emit_folded(resolver, primitive, tuple(atoms), attrs, form)
    if out is None:
        return result
    chosen = result if mask is None else merged(resolver, mask, result, out)
    return store_out(resolver, entry, out, tuple(atoms), chosen)


def emit_folded(
    resolver: Resolver, primitive: Primitive, atoms: tuple[Atom, ...], attrs: dict[str, Any], form: str
) -> Abstract:
    """Emit an op; where the value of an int or bool result is known, remember it (the text stays the user's)."""
    out = Value("", resolver.infer(primitive, atoms, attrs))
    named = tuple(sorted(attrs.items()))
    resolver.append(Op(primitive, atoms, (out,), named, (), resolver.place, form, resolver.backward))
    if isinstance(out.kind, Known):
        resolver.known[out] = out.kind.value
    elif primitive.run is not None and not primitive.acts:
        found = [resolver.static(a) for a in atoms]
        if primitive.target is operator.neg and found[0][0] and isinstance(found[0][1], float):
            resolver.known[out] = -found[0][1]  # of a named constant: -np.inf
        if all(ok and (v is None or isinstance(v, int | bool | tuple)) for ok, v in found) and isinstance(
            out.kind, Scalar
        ):
            try:
                args, named_args = primitive.split([v for _, v in found], [v is None for _, v in found])
                value = primitive.run(*args, **named_args, **attrs)
            except Exception:  # the op itself raises when the program runs
                return out
            if isinstance(value, int | bool | np.bool_):
                resolver.known[out] = bool(value) if isinstance(value, np.bool_) else value
    return out


def is_default(resolver: Resolver, given: Any, default: Any) -> bool:
    """Whether an argument is certainly what it would be if it were left out."""
    found, value = resolver.static(given)
    return found and type(value) is type(default) and bool(value == default)

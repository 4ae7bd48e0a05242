"""Calls of the runtime's helpers: inlined where all branches fold, else written into the generated module."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.errors import SourceADError
from sourcead.frontend.abstract import Abstract
from sourcead.frontend.entries import call_entry
from sourcead.frontend.inlining import bind, inline
from sourcead.frontend.resolver import Resolver, Undecided
from sourcead.ir import Atom, Primitive
from sourcead.kinds import TOP, Array, Kind, Scalar, is_float_dtype
from sourcead.primitives.registry import entry_of, signature_of
from sourcead.rules.registry import kind_of_helper

_HELPERS: dict[int, Primitive] = {}
_FRESH_HELPERS = frozenset(  # what others return may be an argument, or a view
    {"bessel_ratio", "cofactors", "cumprod_along_first", "cumprod_tangent_along_first", "held_entries", "match",
     "maximum_at", "minimum_at", "multiplied_at", "products_before", "quantiles_adjoint", "stored", "stored_adjoint",
     "zeros"}
)  # fmt: skip
_LINEAR_HELPERS = frozenset(  # in the first argument; of the others they read what has no derivative
    {"cast", "match", "real_like", "restore", "shared_among_items", "spread_over_items", "stored", "stored_adjoint",
     "stretched", "total_of_items", "unbroadcast", "unreduce"}
)  # fmt: skip
_CONSTANT_HELPERS = frozenset({"nesting", "place", "real_sign", "seed", "zeros"})
"""They read shapes, dtypes, positions and signs alone."""
_LIKE_LAST = (
    runtime.cast, runtime.cofactors, runtime.gathered_at_records, runtime.one_each,
    runtime.one_each_adjoint, runtime.square_alone, runtime.taken_at_records,
    runtime.unbroadcast,
)  # fmt: skip
_FLOATS = {"pyfloat", "pyint", "real", "real64", "float64"}


def call_helper(resolver: Resolver, function: Any, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """A helper of the runtime: inlined where all its branches fold, otherwise emitted and called."""
    mark, known = len(resolver.builder.ops), len(resolver.frames)
    if any(resolver.kind(a) != TOP for a in args):
        resolver.decided_only += 1
        before, resolver.memory.state = resolver.memory.state, resolver.memory.state.fork()
        try:
            return inline(resolver, function, args, kwargs)
        except (Undecided, SourceADError):
            del resolver.builder.ops[mark:]
            del resolver.frames[known:]
            resolver.memory.state = before
        finally:
            resolver.decided_only -= 1
    return emit_helper(resolver, function, args, kwargs)


def emit_helper(
    resolver: Resolver, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], kind: Kind | None = None
) -> Abstract:
    """Emit a call of a helper that is written into the generated module; of two numbers np.divide is the quotient."""
    quotient = entry_of(np.divide)
    assert quotient is not None
    kinds = list(map(resolver.kind, args))
    if function is runtime.quotient and all(isinstance(k, Scalar | Array) for k in kinds):
        exact = entry_of(operator.truediv) if any(isinstance(k, Array) for k in kinds) else quotient
        return call_entry(resolver, exact or quotient, args, kwargs)
    if function is runtime.dividend_cotangent and all(_is_real(resolver.kind(a)) for a in args):
        return call_entry(resolver, quotient, [args[0], args[2]], kwargs)  # where Python's would raise, a / b has
    primitive = _HELPERS.get(id(function))
    if primitive is None:
        name = function.__name__
        primitive = Primitive(
            f"helper {name}",
            f"helper {name}",
            functools.partial(_helper_kind, function),
            function,
            differentiable=name not in _CONSTANT_HELPERS,
            target=function,
            result="fresh" if name in _FRESH_HELPERS else "maybe",
            linear=_linear_in(function),
        )
        _HELPERS[id(function)] = primitive
    signature = signature_of(function)
    bound = bind(resolver, signature, function.__name__, args, kwargs)
    atoms: list[Atom] = []
    attrs: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if name not in bound:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            atoms.extend(map(resolver.atom, bound[name]))
        elif parameter.kind is parameter.KEYWORD_ONLY:
            attrs[name] = resolver.need_static(bound[name], name)
        else:
            atoms.append(resolver.atom(bound[name]))
    return resolver.emit(primitive, tuple(atoms), kind=kind, **attrs)


def _is_real(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and kind.dtype in _FLOATS


def _linear_in(function: Any) -> tuple[tuple[int, ...], ...]:
    """The arguments in which a helper is linear, as a primitive says it."""
    if function is runtime.unpack_adjoint:
        return (tuple(range(1, 256)),)  # as many as a call may have
    if function in (runtime.add, runtime.item_adjoint):
        return ((0, 1) if function is runtime.add else (2,),)
    return ((0,),) if function.__name__ in _LINEAR_HELPERS else ()


def _helper_kind(function: Any, *kinds: Kind, **attrs: Any) -> Kind:
    """The kind of a helper's result, where it follows from the arguments: that of one, or a number of numbers."""
    if function in (runtime.digamma, runtime.trigamma) and all(isinstance(k, Scalar) for k in kinds):
        floats = {k.dtype for k in kinds if isinstance(k, Scalar)} <= _FLOATS
        return Scalar("real64" if floats else None)
    said = kind_of_helper(function, *kinds)
    if said is not None:
        return said
    like = kinds[-1] if function in _LIKE_LAST else TOP
    return like if isinstance(like, Array) and like.dims and is_float_dtype(like.dtype) else TOP

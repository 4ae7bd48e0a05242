"""Derivatives called inside the function that is differentiated: `grad(g)(x)`, `jvp(g, (x,), (v,))`, `vjp(g, x)`.

What they compute is the matter of the transform, which sets `resolver.nested`; here their calls are read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract, Differential, Static
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const

FALSE, ZERO = Const(False), Const(0)


def differential_of(derivative: Any) -> Differential:
    """What a `Derivative` object stands for."""
    function, options = derivative.described()
    return _differential(Static(function, (("object", function),)), options.mode, options.argnums, options.has_aux)


def _differential(callee: Abstract, mode: str, argnums: Any, has_aux: bool) -> Differential:
    single = not isinstance(argnums, tuple)
    return Differential(callee, mode, (argnums,) if single else argnums, single, has_aux)


def _grad(resolver: Resolver, f: Abstract, argnums: Abstract = ZERO, *, has_aux: Abstract = FALSE) -> Abstract:
    return _made(resolver, f, "grad", argnums, has_aux)


def _value_and_grad(
    resolver: Resolver, f: Abstract, argnums: Abstract = ZERO, *, has_aux: Abstract = FALSE
) -> Abstract:
    return _made(resolver, f, "value_and_grad", argnums, has_aux)


def _made(resolver: Resolver, f: Abstract, mode: str, argnums: Abstract, has_aux: Abstract) -> Differential:
    numbers = resolver.need_static(argnums, f"`argnums` of `{mode}`")
    return _differential(f, mode, numbers, bool(resolver.need_static(has_aux, f"`has_aux` of `{mode}`")))


def _jvp(resolver: Resolver, f: Abstract, primals: Abstract, tangents: Abstract) -> Any:
    return resolver.nested.tangent(resolver, f, primals, tangents)


def _vjp(resolver: Resolver, f: Abstract, *primals: Abstract) -> Any:
    return resolver.nested.pullback(resolver, f, list(primals))


def _hvp(resolver: Resolver, f: Abstract, primals: Abstract, tangents: Abstract) -> Any:
    """The tangent of the gradient."""
    parts = resolver.parts_of(primals)
    if parts is None:
        resolver.refuse("the primals of `hvp` are no tuple of known length", "write them as a tuple")
    count = len(parts.items)
    argnums: Any = tuple(range(count)) if count > 1 else 0
    result = resolver.nested.tangent(resolver, _differential(f, "grad", argnums, False), primals, tangents)
    found = resolver.parts_of(result)
    if found is not None:
        return found.items[1]
    from sourcead.frontend.unpacking import unpack

    return unpack(resolver, result, 2, None, ["", ""])[1]


DRIVERS: dict[str, Callable[..., Any]] = {
    "grad": _grad,
    "hvp": _hvp,
    "jvp": _jvp,
    "value_and_grad": _value_and_grad,
    "vjp": _vjp,
}


"""The table of derivative rules: `@adjoint(fn)` declares, for a primitive, the cotangents of its arguments.

A rule is ordinary Python: `def _(g, y, x, ...)` takes the cotangent of the result, the result, and the primitive's
arguments (static ones by keyword); it returns the cotangent of the argument, or a tuple with one for each argument
(None where an argument never carries a derivative). It is read by our own front end and inlined; called with arrays it
works as it stands, and is tested so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sourcead.kinds import Kind
from sourcead.rules import load

Rule = TypeVar("Rule", bound=Callable[..., Any])

_ADJOINTS: dict[int, tuple[object, Callable[..., Any]]] = {}
_TANGENTS: dict[int, tuple[object, Callable[..., Any]]] = {}
_OF_CONTAINERS: set[int] = set()
_HELPERS: dict[int, Callable[..., Any]] = {}
_HELPER_KINDS: dict[int, Callable[..., Kind]] = {}


def adjoint(*targets: Any, containers: bool = False) -> Callable[[Rule], Rule]:
    """Declare the adjoint rule of one or more functions of the same signature.

    containers: whether the rule takes lists and tuples as they are; any other is given arrays in place of them.
    """

    def register(rule: Rule) -> Rule:
        for target in targets:
            _ADJOINTS[id(target)] = (target, rule)
            if containers:
                _OF_CONTAINERS.add(id(target))
        return rule

    return register


def adjoint_rule(target: object) -> Callable[..., Any] | None:
    """The adjoint rule of a function, by identity."""
    load()
    found = _ADJOINTS.get(id(target))
    return found[1] if found is not None and found[0] is target else None


def tangent(*targets: Any) -> Callable[[Rule], Rule]:
    """Declare the tangent rule of one or more functions of the same signature: `def _(t, y, x, ...)` takes the tangent
    of the argument, or a tuple with one for each (the number 0.0 where there is none), the result and the arguments.

    Few functions need one: that of a linear function is the function itself, and any other is had from its adjoint.
    """

    def register(rule: Rule) -> Rule:
        for target in targets:
            _TANGENTS[id(target)] = (target, rule)
        return rule

    return register


def tangent_rule(target: object) -> Callable[..., Any] | None:
    """The tangent rule of a function, by identity."""
    load()
    found = _TANGENTS.get(id(target))
    return found[1] if found is not None and found[0] is target else None


def takes_containers(target: object) -> bool:
    """Whether the adjoint rule of a function takes lists and tuples as they are."""
    return adjoint_rule(target) is not None and id(target) in _OF_CONTAINERS


def helper(function: Rule) -> Rule:
    """Mark a function of `runtime` that rules may call: inlined where the kinds decide all its branches, otherwise
    emitted into the generated file, once, and called."""
    _HELPERS[id(function)] = function
    return function


def helper_kind(function: Any, infer: Callable[..., Kind]) -> None:
    """Say of what kind the result of a helper is, given the kinds of its arguments, where it is emitted as a call."""
    _HELPER_KINDS[id(function)] = infer


def kind_of_helper(function: object, *kinds: Kind) -> Kind | None:
    """The kind of what a helper returns, where that was said."""
    infer = _HELPER_KINDS.get(id(function))
    return None if infer is None else infer(*kinds)


def is_helper(function: object) -> bool:
    """Whether a function was marked with `helper`."""
    return _HELPERS.get(id(function)) is function

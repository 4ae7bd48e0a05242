"""The table of derivative rules: `@adjoint(fn)` declares, for a primitive, the cotangents of its arguments.

A rule is ordinary Python: `def _(g, y, x, ...)` takes the cotangent of the result, the result, and the primitive's
arguments (static ones by keyword); it returns the cotangent of the argument, or a tuple with one for each argument
(None where an argument never carries a derivative). It is read by our own front end and inlined; called with arrays it
works as it stands, and is tested so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from sourcead.kinds import Kind
from sourcead.primitives.registry import identity, signature_of, table_of
from sourcead.rules import FIRST, load, load_files

Rule = TypeVar("Rule", bound=Callable[..., Any])

_ADJOINTS: dict[Hashable, tuple[object, Callable[..., Any]]] = {}
_TANGENTS: dict[Hashable, tuple[object, Callable[..., Any]]] = {}
_OF_CONTAINERS: set[Hashable] = set()
_HELD: dict[Hashable, Mapping[str, str]] = {}
_HELPERS: dict[int, Callable[..., Any]] = {}
_HELPER_KINDS: dict[int, Callable[..., Kind]] = {}


def adjoint(
    *targets: Any, containers: bool = False, held: Mapping[str, str] | None = None
) -> Callable[[Rule], Rule]:
    """Declare the adjoint rule of one or more functions of the same signature.

    containers: whether the rule takes lists and tuples as they are; any other is given arrays in place of them.
    held: the arguments with respect to which there is no derivative, each in words: {"v": "the order `v`"}. They are
    refused where they are differentiated.
    """

    def register(rule: Rule) -> Rule:
        for target in targets:
            key = identity(target)
            _check_new(_ADJOINTS.get(key), rule)
            _ADJOINTS[key] = (target, rule)
            _HELD[key] = held or {}
            if containers:
                _OF_CONTAINERS.add(key)
        return rule

    return register


_EXAMPLES = "sourcead.rules.declaring"  # which declares none but in the examples of its documentation


def _check_new(known: tuple[object, Callable[..., Any]] | None, rule: Callable[..., Any]) -> None:
    """A rule of the user's takes the place of one of ours; no two files of ours have rules for one function: they are
    read as they are needed, in no order."""
    if known is not None and known[1].__module__ != rule.__module__:
        own = all(r.__module__.startswith("sourcead.") and r.__module__ != _EXAMPLES for r in (rule, known[1]))
        assert not own, f"{rule.__module__} and {known[1].__module__} declare rules for {known[0]}"


def adjoint_rule(target: object) -> Callable[..., Any] | None:
    """The adjoint rule of a function, by identity."""
    return _rule_in(_ADJOINTS, target)


def _rule_in(
    table: dict[Hashable, tuple[object, Callable[..., Any]]], target: object
) -> Callable[..., Any] | None:
    """The rule of a function in one of the tables, read where it stands."""
    key = identity(target)
    load_files(FIRST)
    if key not in table:
        load_files((table_of(target),))
    if key not in table:
        load()
    found = table.get(key)
    return None if found is None else found[1]


def held_argument(target: object, active: Sequence[bool]) -> str:
    """The first differentiated argument with respect to which a function has no derivative, in words: "the order `v`";
    empty where there is none."""
    rule = adjoint_rule(target)
    held = _HELD.get(identity(target))
    if rule is None or not held:
        return ""
    names = list(signature_of(rule).parameters)[2:]
    return next((held[n] for n, there in zip(names, active, strict=False) if there and n in held), "")


def tangent(*targets: Any) -> Callable[[Rule], Rule]:
    """Declare the tangent rule of one or more functions of the same signature: `def _(t, y, x, ...)` takes the tangent
    of the argument, or a tuple with one for each (the number 0.0 where there is none), the result and the arguments.

    Few functions need one: that of a linear function is the function itself, and any other is had from its adjoint.
    """

    def register(rule: Rule) -> Rule:
        for target in targets:
            key = identity(target)
            _check_new(_TANGENTS.get(key), rule)
            _TANGENTS[key] = (target, rule)
        return rule

    return register


def tangent_rule(target: object) -> Callable[..., Any] | None:
    """The tangent rule of a function, by identity."""
    return _rule_in(_TANGENTS, target)


def takes_containers(target: object) -> bool:
    """Whether the adjoint rule of a function takes lists and tuples as they are."""
    return adjoint_rule(target) is not None and identity(target) in _OF_CONTAINERS


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

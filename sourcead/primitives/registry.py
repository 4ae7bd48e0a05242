"""The table of primitives: which Python object stands for which operation, and how a call of it is read.

A declaration is one function: its signature is the library function's own (so that calls bind as in Python), and its
body infers the kind of the result from the kinds of the array arguments and the values of the static ones:

    @declare(np.sum, method="sum", static="axis keepdims", refuse="dtype out initial where")
    def _(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=None):
        return reduced(a, axis, keepdims)
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sourcead.ir import Primitive
from sourcead.kinds import Kind


class NotCovered(ValueError):
    """Raised by a kind function: these arguments are outside what the primitive covers; the message says why."""


_BY_OBJECT: dict[int, Entry] = {}
_BY_METHOD: dict[str, Entry] = {}
_BY_ATTRIBUTE: dict[str, Entry] = {}
_BY_NAME: dict[str, Primitive] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """How a callable is read as a primitive.

    signature: the callable's parameters; `static` of them become attributes, `refuse` must keep their defaults, the
    rest become args in order (an optional one left out becomes None, a trailing one is dropped).
    form: how such a call is written ("call np.sum", "method sum").
    adapt: rewrites (args, kwargs) of a call before it is bound: `x.reshape(2, 3)` to `(x, (2, 3))`.
    of_one: the primitive in place of `primitive` where the call has one operand (np.einsum of one may be a view).
    """

    target: object
    primitive: Primitive
    signature: inspect.Signature
    static: frozenset[str]
    refuse: frozenset[str]
    form: str
    adapt: Callable[[tuple[Any, ...], dict[str, Any]], tuple[tuple[Any, ...], dict[str, Any]]] | None = None
    of_one: Primitive | None = None


def declare(
    target: Any,
    *,
    name: str = "",
    form: str = "",
    method: str = "",
    attribute: str = "",
    static: str = "",
    refuse: str = "",
    effects: str = "",
    elementwise: bool = False,
    differentiable: bool = True,
    singular: bool = False,
    linear: str = "",
    result: str = "fresh",
    also: tuple[Any, ...] = (),
    adapt: Callable[..., Any] | None = None,
    adapt_method: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Kind]], Primitive]:
    """Make a primitive for `target` out of its kind function, and register it under its names.

    `also` lists other objects that mean the same (np.abs for np.absolute, the builtin abs); each is written as itself.
    `linear` names the arguments in which the function is linear, the others held: "a" (np.sum), "a, b" (np.matmul: in
    each of two by itself), "x y" (np.where: in both together). Its tangent is then the function itself of the tangents.
    """
    name = name or dotted_name(target)

    def register(infer: Callable[..., Kind]) -> Primitive:
        signature = inspect.signature(infer)
        stat, ref = frozenset(static.split()), frozenset(refuse.split())
        operands = [p for p in signature.parameters if p not in stat | ref]
        primitive = Primitive(
            name,
            form or f"call {name}",
            infer,
            target,
            frozenset(effects.split()),
            elementwise,
            differentiable,
            singular,
            result,
            target,
            tuple(tuple(operands.index(word) for word in group.split()) for group in linear.split(",") if group),
        )
        _BY_OBJECT[id(target)] = Entry(target, primitive, signature, stat, ref, primitive.form, adapt)
        for other in also:
            _BY_OBJECT[id(other)] = Entry(other, primitive, signature, stat, ref, f"call {dotted_name(other)}", adapt)
        if method:
            _BY_METHOD[method] = Entry(target, primitive, signature, stat, ref, f"method {method}", adapt_method)
        if attribute:
            _BY_ATTRIBUTE[attribute] = Entry(target, primitive, signature, stat, ref, f"attribute {attribute}")
        _BY_NAME[name] = primitive
        return primitive

    return register


def declare_method(
    method: str,
    primitive: Primitive,
    signature_of: Callable[..., Any],
    *,
    static: str = "",
    refuse: str = "",
    adapt: Callable[..., Any] | None = None,
) -> None:
    """Register an array method whose signature differs from that of the function with the same meaning."""
    _BY_METHOD[method] = Entry(
        primitive.target,
        primitive,
        inspect.signature(signature_of),
        frozenset(static.split()),
        frozenset(refuse.split()),
        f"method {method}",
        adapt,
    )


def alias(
    target: Any,
    primitive: Primitive,
    form: str,
    signature_of: Callable[..., Any] | None = None,
    *,
    static: str = "",
    refuse: str = "",
    of_one: Primitive | None = None,
) -> None:
    """Register one more object that means `primitive`."""
    signature = inspect.signature(signature_of or primitive.infer)  # type: ignore[arg-type]
    _BY_OBJECT[id(target)] = Entry(
        target, primitive, signature, frozenset(static.split()), frozenset(refuse.split()), form, None, of_one
    )


def entry_of(target: object) -> Entry | None:
    """The entry of a callable, by identity."""
    entry = _BY_OBJECT.get(id(target))
    return entry if entry is not None and entry.target is target else None


def primitive_of(target: object) -> Primitive:
    """The primitive of a library function."""
    entry = entry_of(target)
    assert entry is not None, target
    return entry.primitive


def method_entry(name: str) -> Entry | None:
    """The entry of an ndarray method."""
    return _BY_METHOD.get(name)


def attribute_entry(name: str) -> Entry | None:
    """The entry of an ndarray attribute that is an operation (`T`)."""
    return _BY_ATTRIBUTE.get(name)


def primitive_named(name: str) -> Primitive:
    """The primitive of that name."""
    return _BY_NAME[name]


def all_primitives() -> tuple[Primitive, ...]:
    """Every declared primitive, in order of declaration."""
    return tuple(_BY_NAME.values())


def _home_of(target: Any, name: str) -> str:
    """The module of an object that does not say: a ufunc of NumPy's or SciPy's."""
    special = sys.modules.get("scipy.special")
    return "scipy.special" if special is not None and getattr(special, name, None) is target else "numpy"


def dotted_name(target: Any) -> str:
    """The name under which generated source calls a library function: `np.linalg.norm`, `math.exp`, `abs`."""
    name = str(getattr(target, "__qualname__", None) or target.__name__)
    module = getattr(target, "__module__", None) or _home_of(target, name)
    if module == "builtins":
        return name
    if module.split(".")[0] == "numpy":
        module = "np" + module[len("numpy") :]
    return f"{module}.{name}"

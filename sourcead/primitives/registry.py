"""The table of primitives: which Python object stands for which operation, and how a call of it is read.

A declaration is one function: its signature is the library function's own (so that calls bind as in Python), and its
body infers the kind of the result from the kinds of the array arguments and the values of the static ones:

    @declare(np.sum, method="sum", static="axis keepdims", refuse="dtype out initial where")
    def _(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=None):
        return reduced(a, axis, keepdims)
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Hashable
from importlib import import_module
from types import MethodType
from typing import Any

import numpy as np

from sourcead.ir import Primitive
from sourcead.kinds import Kind
from sourcead.records import dataclass


class NotCovered(ValueError):
    """Raised by a kind function: these arguments are outside what the primitive covers; the message says why."""


# Libraries that nobody may have loaded, and the table of each: read once the library is there and a callable is not
# found. NumPy loads its own ones when they are first asked for.
LATER: dict[str, tuple[str, ...]] = {
    "numpy.fft": ("sourcead.primitives.fft",),
    "numpy.polynomial": ("sourcead.primitives.series",),
    "scipy.fft": ("sourcead.primitives.scipy.fft",),
    "scipy.linalg": ("sourcead.primitives.scipy.linalg",),
    "scipy.signal": ("sourcead.primitives.scipy.signal",),
    "scipy.sparse": ("sourcead.primitives.scipy.sparse",),
    "scipy.spatial.distance": ("sourcead.primitives.scipy.distance",),
    "scipy.special": ("sourcead.primitives.scipy.special",),
    "scipy.stats": ("sourcead.primitives.scipy.stats",),
    "statistics": ("sourcead.primitives.averages",),
}
_MOST = 256  # arguments of a call
_BY_OBJECT: dict[Hashable, Entry] = {}
_BY_METHOD: dict[str, Entry] = {}
_BY_ATTRIBUTE: dict[str, Entry] = {}
_BY_NAME: dict[str, Primitive] = {}
_MATRICES: list[type] = []


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """How a callable is read as a primitive.

    like: a function with the callable's parameters; `static` of them become attributes, `refuse` must keep their
    defaults, the rest become args in order (an optional one left out becomes None, a trailing one is dropped).
    form: how such a call is written ("call np.sum", "method sum").
    adapt: rewrites (args, kwargs) of a call before it is bound: `x.reshape(2, 3)` to `(x, (2, 3))`.
    of_one: the primitive in place of `primitive` where the call has one operand (np.einsum of one may be a view).
    """

    target: object
    primitive: Primitive
    like: Callable[..., Any]
    static: frozenset[str]
    refuse: frozenset[str]
    form: str
    adapt: Callable[[tuple[Any, ...], dict[str, Any]], tuple[tuple[Any, ...], dict[str, Any]]] | None = None
    of_one: Primitive | None = None

    @property
    def signature(self) -> inspect.Signature:
        """The callable's parameters."""
        return signature_of(self.like)


@functools.cache
def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The parameters of a rule, a table's function or another one that stays: looked at once."""
    return inspect.signature(function)


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
    harmless: float = 1,
    linear: str = "",
    complexes: bool = False,
    result: str = "fresh",
    also: tuple[Any, ...] = (),
    adapt: Callable[..., Any] | None = None,
    adapt_method: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Kind]], Primitive]:
    """Make a primitive for `target` out of its kind function, and register it under its names.

    `also` lists other objects that mean the same (np.abs for np.absolute, the builtin abs); each is written as itself.
    `linear` names the arguments in which the function is linear, the others held: "a" (np.sum), "a, b" (np.matmul: in
    each of two by itself), "x y" (np.where: in both together). Its tangent is then the function itself of the tangents.
    `complexes`: the function may give complex numbers for real ones (np.fft.fft), or only matters with such (np.real).
    """
    name = name or dotted_name(target)

    def register(infer: Callable[..., Kind]) -> Primitive:
        parameters = _parameters(infer)
        stat, ref = frozenset(static.split()), frozenset(refuse.split())
        operands = [p for p in parameters if p not in stat and p not in ref]
        primitive = Primitive(
            name,
            form or f"call {name}",
            _by_name(infer, list(parameters), operands),
            target,
            frozenset(effects.split()),
            elementwise,
            differentiable,
            singular,
            result,
            target,
            tuple(_positions(group.split(), operands, parameters) for group in linear.split(",") if group),
            tuple(_place(word, parameters) for word in operands),
            harmless,
            complexes,
        )
        _BY_OBJECT[identity(target)] = Entry(target, primitive, infer, stat, ref, primitive.form, adapt)
        for other in also:
            written = f"call {dotted_name(other)}"
            _BY_OBJECT[identity(other)] = Entry(other, primitive, infer, stat, ref, written, adapt)
        if method:
            _BY_METHOD[method] = Entry(target, primitive, infer, stat, ref, f"method {method}", adapt_method)
        if attribute:
            _BY_ATTRIBUTE[attribute] = Entry(target, primitive, infer, stat, ref, f"attribute {attribute}")
        _BY_NAME[name] = primitive
        return primitive

    return register


def _parameters(function: Callable[..., Any]) -> dict[str, str]:
    """The parameters by name, each in a word: "needed" (or given by position alone), "optional", "by name" (optional,
    too) or "several" (`*arrays`). They are read off the code: `inspect` would double the time that the import takes."""
    if hasattr(function, "__signature__"):
        return {p.name: _word(p) for p in signature_of(function).parameters.values()}
    code = function.__code__
    names, count = code.co_varnames, code.co_argcount
    every = count + code.co_kwonlyargcount
    first = max(count - len(function.__defaults__ or ()), code.co_posonlyargcount)
    found = {**dict.fromkeys(names[:first], "needed"), **dict.fromkeys(names[first:count], "optional")}
    if code.co_flags & inspect.CO_VARARGS:
        found[names[every]] = "several"
    return found | {n: "by name" if n in (function.__kwdefaults__ or ()) else "needed" for n in names[count:every]}


def _word(parameter: inspect.Parameter) -> str:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "several"
    if parameter.default is parameter.empty or parameter.kind is parameter.POSITIONAL_ONLY:
        return "needed"
    return "by name" if parameter.kind is parameter.KEYWORD_ONLY else "optional"


def _by_name(infer: Callable[..., Kind], parameters: list[str], operands: list[str]) -> Callable[..., Kind]:
    """A kind function that takes the kinds of the operands in order, also where static parameters stand between."""
    if operands == parameters[: len(operands)]:
        return infer

    @functools.wraps(infer)
    def of_operands(*kinds: Kind, **attrs: Any) -> Kind:
        return infer(**dict(zip(operands, kinds, strict=False)), **attrs)

    return of_operands


def _place(name: str, parameters: dict[str, str]) -> tuple[str, int]:
    """The keyword of an operand that may be left out, and its position in a call (-1 where it has none)."""
    how, position = parameters[name], list(parameters).index(name)
    if how in ("needed", "several"):
        return "", position
    return name, -1 if how == "by name" else position


def _positions(words: list[str], operands: list[str], parameters: dict[str, str]) -> tuple[int, ...]:
    """The positions of operands by name; of `*arrays` those of all that may be given."""
    found = [operands.index(word) for word in words]
    several = parameters[words[-1]] == "several"
    return (*found, *range(found[-1] + 1, found[-1] + _MOST)) if several else tuple(found)


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
        signature_of,
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
    adapt: Callable[..., Any] | None = None,
) -> None:
    """Register one more object that means `primitive`."""
    like = signature_of or primitive.infer
    assert like is not None
    _BY_OBJECT[identity(target)] = Entry(
        target, primitive, like, frozenset(static.split()), frozenset(refuse.split()), form, adapt, of_one
    )


def entry_of(target: object) -> Entry | None:
    """The entry of a callable, by identity."""
    key = identity(target)
    if key not in _BY_OBJECT:
        read_later(LATER)
    entry = _BY_OBJECT.get(key)
    return entry if entry is not None and identity(entry.target) == key else None


def table_of(target: object) -> str:
    """The file of the table that declares a callable; empty for one that none declares."""
    entry = entry_of(target)
    return "" if entry is None else entry.like.__module__.rpartition(".")[2]


def is_declared(target: object) -> bool:
    """Whether a callable has been declared by now."""
    return identity(target) in _BY_OBJECT


def identity(target: object) -> Hashable:
    """What tells a callable from all others: its id; a method (of a distribution, a ufunc) is made at each look-up."""
    owner = getattr(target, "__self__", None)
    method = isinstance(target, MethodType) or isinstance(owner, np.ufunc)
    return (id(owner), getattr(target, "__name__", "")) if method else id(target)


def declare_matrices(*classes: type) -> None:
    """Declare classes of constant matrices that are no arrays, as operands of `@`: what they do stands in no text."""
    _MATRICES.extend(classes)


def is_matrix(cls: type) -> bool:
    """Whether objects of this class are constant matrices that are no arrays."""
    if cls.__module__.startswith("scipy."):
        read_later(LATER)
    return issubclass(cls, tuple(_MATRICES))


def read_later(tables: dict[str, tuple[str, ...]]) -> None:
    """Import the tables of the libraries that are there by now."""
    for library in [name for name in tables if name in sys.modules]:
        for table in tables.get(library, ()):
            import_module(table)
        tables.pop(library, None)


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
    if target is np.absolute:
        return "np.abs"  # as people write it
    owner = getattr(target, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{dotted_name(owner)}.{target.__name__}"
    name = str(getattr(target, "__qualname__", None) or target.__name__)
    module = getattr(target, "__module__", None) or _home_of(target, name)
    public = module.partition("._")[0]
    if public != module and getattr(sys.modules.get(public), name, None) is target:
        module = public  # scipy.linalg for scipy.linalg._basic
    if module == "builtins":
        return name
    if module.split(".")[0] == "numpy":
        module = "np" + module[len("numpy") :]
    return f"{module}.{name}"

"""The derivatives that are asked for together with the arguments: `jvp`, `vjp`, `hvp`. Each runs the function once.

    jvp(f, (x,), (v,))   f(x), J v                   J = df/dx
    vjp(f, x)            f(x), w -> (J^T w,)
    hvp(f, (x,), (v,))   H v                         H = d2f/dx2: the tangent of the gradient, no Hessian is formed
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sourcead.callee import Argnums, Callee, callee_of
from sourcead.compiling import Options
from sourcead.conditions import describe_value
from sourcead.derivative import Derivative
from sourcead.errors import ArgumentError
from sourcead.leaves import Fixed, Form, conformed, form_of, leaves


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of `f` at the primals, and its tangent: the directional derivative along the tangents.

    f: any function of the language; its result may be a number, an array, or a tree of them.
    primals: the positional arguments, as a tuple or list.
    tangents: one for each primal, with its tree and shapes; None, for an argument or in the place of a leaf, is zero.
        An argument whose tangent is None may be anything (a string, an array of integers).

    Returns `(f(*primals), tangent)`; the tangent has the tree and shapes of the value, None where that carries no
    derivative. `f` runs once.

    Raises:
        ArgumentError: (a TypeError) a tangent has another tree, shape or kind than its primal; the leaf is named.
        SourceADError: `f` cannot be differentiated; the line is named.

    >>> jvp(lambda x: x**2 + 3 * x + 2, (5.0,), (1.0,))
    (42.0, 13.0)
    """
    args, given = _sequence(primals, "primals", "jvp"), _sequence(tangents, "tangents", "jvp")
    callee = callee_for(f)
    active, given = _active(callee, args, given, "jvp")
    derivative = derivative_of(f, callee, (Options(argnums_of(callee, active), "jvp", False),))
    value, tangent = forward(derivative, callee.bind(*args), _grouped(callee, active, given))
    return value, tangent


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Pullback]:
    """The value of `f` at the primals, and its pullback: from a cotangent of the value to those of the primals.

    f: any function of the language; its result may be a number, an array, or a tree of them.
    primals: its positional arguments: floats, float arrays, and trees of them.

    Returns `(f(*primals), pullback)`. `pullback(cotangent)` gives a tuple with one cotangent for each primal, with its
    tree, shapes and dtypes. It runs no line of `f`, may be called many times, and gives the same after the caller
    changed the arguments or the value. `f` runs once. `pullback.source` is the generated code.

    Raises:
        ArgumentError: (a TypeError) a primal cannot be differentiated; or, calling the pullback, the cotangent has
            another tree, shape or kind than the value; the leaf is named.
        SourceADError: `f` cannot be differentiated; the line is named.

    >>> value, pullback = vjp(lambda x, y: x * y, 3.0, 4.0)
    >>> value, pullback(1.0)
    (12.0, (4.0, 3.0))
    """
    callee = callee_for(f)
    if not primals:
        raise ArgumentError(f"vjp of {callee.name} needs primals: vjp(f, x, ...)")
    every = tuple(range(len(primals)))
    derivative = derivative_of(f, callee, (Options(argnums_of(callee, every), "vjp", False),))
    return reverse(derivative, callee.bind(*primals), every)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The Hessian of a function with scalar result times a vector: forward over reverse, no Hessian is formed.

    primals, tangents: as for `jvp`.

    Returns the product with the tree, shapes and dtypes of the primal; of several primals a tuple: the derivative of
    the gradient with respect to all of them, along all tangents. `f` runs once.

    Raises:
        ArgumentError: (a TypeError) as `jvp`, and where the result of `f` is no scalar.
        SourceADError: `f` cannot be differentiated twice; the line is named.

    >>> hvp(lambda x, y: x * x * y, (3.0, 4.0), (1.0, 0.0))
    (8.0, 6.0)
    """
    args, given = _sequence(primals, "primals", "hvp"), _sequence(tangents, "tangents", "hvp")
    callee = callee_for(f)
    active, given = _active(callee, args, given, "hvp")
    wanted = tuple(k for k, arg in enumerate(args) if k in active or _carries(arg))
    levels = Options(argnums_of(callee, wanted), "grad", False), Options(argnums_of(callee, active), "jvp", False)
    derivative = derivative_of(f, callee, levels)
    _, product = forward(derivative, callee.bind(*args), _grouped(callee, active, given))
    products = dict(zip(wanted, _spread(callee, wanted, product), strict=True))
    return products[0] if len(args) == 1 else tuple(products.get(k) for k in range(len(args)))


class Pullback:
    """What `vjp` gives beside the value: a function from a cotangent of the value to a tuple of cotangents."""

    def __init__(
        self, derivative: Derivative, pull: Callable[[Any], Any], value: Form, active: tuple[int, ...], text: str
    ) -> None:
        self._derivative = derivative
        self._pull = pull
        self._value = value
        self._active = active
        self._text = text

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        found = self._pull(conformed(cotangent, self._value, "cotangent"))
        callee = self._derivative.callee
        parts = (found,) if len(self._derivative.wanted) == 1 else found
        return tuple(_spread(callee, self._active, tuple(parts)))

    @property
    def source(self) -> str:
        """The generated source: the forward sweep, and the backward sweep that a call of this runs."""
        return self._text

    def __repr__(self) -> str:
        return f"<sourcead pullback of {self._derivative.callee.name}>"


def forward(derivative: Derivative, values: tuple[Any, ...], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Value and tangent; tangents: one for each parameter that the derivative is taken with respect to."""
    fn = derivative.prepared(values).fn
    names = derivative.callee.names
    forms = (form_of(values[k], (("param", names[k]),)) for k in derivative.wanted)
    given = [conformed(t, form, "tangent") for t, form in zip(tangents, forms, strict=True)]
    value, tangent = called(derivative.callee, fn, values, given)
    return value, tangent


def called(callee: Callee, fn: Any, values: tuple[Any, ...], tangents: Sequence[Any]) -> Any:
    """Call an emitted function whose last parameters are tangents; they are keywords where they cannot be otherwise."""
    code = fn.__code__
    count = code.co_kwonlyargcount
    if not count:
        return fn(*values, *tangents)
    names = code.co_varnames[: code.co_argcount + count][-len(tangents) :]
    return callee.spread(_with(fn, dict(zip(names, tangents, strict=True))), values)


def _with(fn: Any, keywords: dict[str, Any]) -> Callable[..., Any]:
    return lambda *args, **others: fn(*args, **others, **keywords)


def reverse(derivative: Derivative, values: tuple[Any, ...], active: tuple[int, ...]) -> tuple[Any, Pullback]:
    """Value and pullback, which gives the cotangents of these positional arguments."""
    bound = derivative.prepared(values)
    value, pull = derivative.callee.spread(bound.fn, values)
    form = form_of(value, (("param", f"{derivative.callee.name}(...)"),))
    return value, Pullback(derivative, pull, form, active, bound.entry.text)


# -- which parameters, and for which function --------------------------------------------------------------------------


def _sequence(given: Any, what: str, driver: str) -> tuple[Any, ...]:
    if not isinstance(given, tuple | list):
        found = describe_value(given)
        raise ArgumentError(f"the {what} of {driver} are a tuple, one item for each argument; got {found}")
    return tuple(given)


def _active(
    callee: Callee, primals: tuple[Any, ...], tangents: tuple[Any, ...], driver: str
) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """The arguments that have a tangent; where none has, all that could have one, with a zero."""
    if len(primals) != len(tangents):
        counts = f"{len(primals)} primals and {len(tangents)} tangents"
        raise ArgumentError(f"{driver} of {callee.name} needs one tangent for each primal, got {counts}")
    if not primals:
        raise ArgumentError(f"{driver} of {callee.name} needs primals, got none")
    active = tuple(k for k, t in enumerate(tangents) if t is not None)
    active = active or tuple(k for k, p in enumerate(primals) if _carries(p)) or (0,)
    return active, tangents


def _carries(value: Any) -> bool:
    """Whether an argument could be differentiated."""
    form = form_of(value, (("param", ""),))
    return not isinstance(form, Fixed) and next(leaves(form), None) is not None


def _count(callee: Callee) -> int:
    """How many positional arguments have parameters of their own."""
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in callee.parameters)


def argnums_of(callee: Callee, active: tuple[int, ...]) -> Argnums:
    """What the derivative is taken with respect to: arguments that `*args` collects are one tuple."""
    own = _count(callee)
    collected = next((p.name for p in callee.parameters if p.kind is p.VAR_POSITIONAL), None)
    named = [k for k in active if k < own]
    rest = [collected if collected is not None else k for k in active if k >= own][:1]
    return (*named, *rest)


def _grouped(callee: Callee, active: tuple[int, ...], tangents: tuple[Any, ...]) -> list[Any]:
    """The tangents, one for each parameter."""
    own = _count(callee)
    found = [tangents[k] for k in active if k < own]
    return found if len(found) == len(active) else [*found, tangents[own:]]


def _spread(callee: Callee, active: tuple[int, ...], parts: tuple[Any, ...]) -> Iterator[Any]:
    """What was made for each parameter, for each of these arguments."""
    own = _count(callee)
    named = [k for k in active if k < own]
    yield from parts[: len(named)]
    for k in active[len(named) :]:
        yield parts[-1][k - own]


def callee_for(f: Any) -> Callee:
    if isinstance(f, Derivative):
        return f.callee
    return _lasting_callee(f) if _is_lasting(f) else callee_of(f)


def derivative_of(f: Any, callee: Callee, levels: tuple[Options, ...]) -> Derivative:
    """The derivative of derivatives, made once for a function that its module keeps."""
    return _lasting(f, levels) if _is_lasting(f) else _made(f, levels, callee)


def _is_lasting(f: Any) -> bool:
    return inspect.isfunction(f) and f.__closure__ is None and "<locals>" not in f.__qualname__


@functools.lru_cache(256)
def _lasting_callee(f: Any) -> Callee:
    return callee_of(f)


@functools.lru_cache(256)
def _lasting(f: Any, levels: tuple[Options, ...]) -> Derivative:
    return _made(f, levels, _lasting_callee(f))


def _made(f: Any, levels: tuple[Options, ...], callee: Callee) -> Derivative:
    first, *others = levels
    made = Derivative(f, first, callee)
    for options in others:
        made = Derivative(made, options)
    return made

"""`check_grads`: the derivatives of a function against central differences, and forward mode against reverse mode.

    fwd   (J v)[k]    ==  d/dt f(x + t v)[k]            entry by entry of the result, v random
    rev   (J^T w)[i]  ==  d/dt <w, f(x + t e_i)>        entry by entry of the arguments, w random (1 for a number)
    both  <w, J v>    ==  <J^T w, v>
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.callee import Callee
from sourcead.compiling import Options
from sourcead.derivative import Derivative
from sourcead.differences import slope
from sourcead.drivers import argnums_of, callee_for, jvp, reverse, vjp
from sourcead.errors import ArgumentError, ArgumentValueError, Diagnosis, UnsupportedError
from sourcead.holding import holding
from sourcead.leaves import built, check_real, flat, form_of, leaves
from sourcead.points import Judge, Point, dot, like, vector

MOST = 100  # entries of an array that are looked at one by one; of more, a random choice
MODES = ("fwd", "rev")


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    modes: Sequence[str] = MODES,
    *,
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Compare the derivatives of `f` at `args` with central differences, and forward with reverse mode.

    args: the positional arguments. Floats, float arrays and trees of them are differentiated; ints and all others are
        held. `f` is called at points around them, in float64 whatever their dtypes, with copies.
    order: up to which derivative: 2 checks the derivatives of the first ones, too.
    modes: "fwd" (`jvp`), "rev" (`vjp`) or both; with both, the dot-product test <w, J v> == <J^T w, v> as well.
    rtol, atol: how far a derivative may lie from the difference: rtol times the largest one, and atol. By default 1e-6
        and 1e-8, in float32 2e-3 and 1e-5. The estimated error of the difference is allowed besides.

    The directions are random with a fixed seed: two calls do the same. Of arrays with more than 100 entries a random
    choice is looked at one by one, the others together.

    Raises:
        CheckError: (an AssertionError) naming the worst entry: the argument, its index, derivative and difference.
        UnsupportedError: `f` prints, draws, or changes something other than its arguments; the line is named.
        SourceADError: `f` cannot be differentiated; the line is named.

    >>> check_grads(lambda x, y: x * y + x**2, (2.0, 3.0), order=2)
    """
    if not isinstance(args, tuple | list):
        raise ArgumentError("the args of check_grads are a tuple, one item for each argument")
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ArgumentValueError(f"order is 1, 2, ..., not {order!r}")
    if isinstance(modes, str) or not modes or not set(modes) <= set(MODES):
        raise ArgumentValueError(f"modes are some of {MODES!r}, not {modes!r}")
    callee = callee_for(f)
    callee.bind(*args)  # the function's own error where they do not fit
    names = names_of(callee, len(args))
    active = Point.of(tuple(args), names).active
    if not active:
        message = f"check_grads of {callee.name}: no argument is a float, a float array, or a tree of them"
        raise ArgumentError(message)
    g, moved = holding(f, args, active, names), tuple(args[k] for k in active)
    _check(g, callee.name, [names[k] for k in active], moved, order, tuple(modes), (rtol, atol))


def _check(
    f: Any, name: str, names: Sequence[str], args: tuple[Any, ...], order: int, modes: tuple[str, ...], tolerances: Any
) -> None:
    """All checks of one function, then those of its derivatives."""
    callee, point = callee_for(f), Point.of(args, names)
    check_real("check_grads", point.forms)
    derivative = Derivative(f, Options(argnums_of(callee, point.active), "vjp", False), callee)
    values = callee.bind(*point.copy())
    for effect in derivative.prepared(values).entry.effects:
        if not effect.on_argument:
            message = f"check_grads evaluates {name} several times, and it {effect.words}"
            raise UnsupportedError(Diagnosis(message, effect.at))
    value, pullback = reverse(derivative, values, point.active)
    result = form_of(value, (("param", f"{name}(...)"),))
    check_real("check_grads", [result])
    random = np.random.default_rng(0)
    v, w = point.direction(random), [random.standard_normal(leaf.shape) for leaf in leaves(result)]
    if [x.shape for x in w] == [()]:
        w = [np.ones(())]
    tangents = point.tangents(v)
    cotangent = built(result, [like(leaf, x) for leaf, x in zip(leaves(result), w, strict=True)])

    size = sum(x.size for x in w)

    def along(u: list[Any]) -> Callable[[float], Any]:
        def phi(t: float) -> Any:
            try:
                with np.errstate(all="ignore"):
                    return vector(flat(result, f(*point.at(t, u))))
            except (ArithmeticError, ValueError):  # f is not defined there: nothing can be said
                return np.full(size, np.nan)

        return phi

    def weighed(phi: Callable[[float], Any]) -> Callable[[float], Any]:
        return lambda t: dot(weights, phi(t))

    judge = Judge(point, result, *tolerances)
    weights = vector(w)
    if "fwd" in modes:
        tangent = vector(flat(result, jvp(f, point.copy(), tangents)[1]))
        judge.results(f"the tangent of {name}", tangent, *slope(along(v)))
    if "rev" in modes:
        gradient = point.gathered(pullback(cotangent))
        for k, index in point.chosen(random, MOST):
            judge.argument(name, k, index, gradient[k][index], *slope(weighed(along(point.unit(k, index)))))
        total = dot(vector(gradient), vector(v))
        judge.sum(f"the derivative of {name} along a random direction", total, *slope(weighed(along(v))))
        if "fwd" in modes:
            judge.modes(name, dot(weights, tangent), total)
    judge.verdict()
    if order > 1 and "fwd" in modes:
        _check(_tangent(f, tangents), f"the tangent of {name}", names, args, order - 1, modes, tolerances)
    if order > 1 and "rev" in modes:
        what = "gradient" if [x.shape for x in w] == [()] else "cotangents"
        _check(_pulled(f, cotangent), f"the {what} of {name}", names, args, order - 1, modes, tolerances)


def _tangent(f: Any, tangents: Any) -> Any:
    """J v as a function of where it is taken."""
    return lambda *primals: jvp(f, primals, tangents)[1]


def _pulled(f: Any, cotangent: Any) -> Any:
    """J^T w as a function of where it is taken."""
    return lambda *primals: vjp(f, *primals)[1](cotangent)


def names_of(callee: Callee, count: int) -> list[str]:
    """How messages call the arguments."""
    named = [p.name for p in callee.parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    collected = next((p.name for p in callee.parameters if p.kind is p.VAR_POSITIONAL), "args")
    return [named[k] if k < len(named) else f"{collected}[{k - len(named)}]" for k in range(count)]

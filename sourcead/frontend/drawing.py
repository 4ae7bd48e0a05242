"""Calls of NumPy's random functions and of a Generator's methods: what kind of thing they draw.

They stay calls, in their order, for they change the state of their generator. What is drawn carries no derivative; a
draw whose parameter is differentiated is refused, for want of a rule.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.kinds import ANY, TOP, Array, Kind, Opaque, Scalar, Tree
from sourcead.primitives import structural
from sourcead.primitives.shapes import dims_of_shape, is_none, size_of

PARAMETERS = {  # how many come before the size
    "beta": 2, "chisquare": 1, "exponential": 1, "f": 2, "gamma": 2, "gumbel": 2, "laplace": 2, "logistic": 2,
    "lognormal": 2, "normal": 2, "pareto": 1, "power": 1, "random": 0, "random_sample": 0, "rayleigh": 1,
    "standard_cauchy": 0, "standard_exponential": 0, "standard_gamma": 1, "standard_normal": 0, "standard_t": 1,
    "triangular": 3, "uniform": 2, "vonmises": 2, "wald": 2, "weibull": 1,
    "binomial": 2, "geometric": 1, "integers": 2, "negative_binomial": 2, "poisson": 1, "randint": 2,
}  # fmt: skip
INTEGERS = frozenset({"binomial", "geometric", "integers", "negative_binomial", "poisson", "randint"})
BY_SIZES = frozenset({"rand", "randn"})  # np.random.rand(2, 3)
OTHERS = frozenset({"choice", "permutation", "permuted", "multivariate_normal", "dirichlet", "multinomial", "bytes"})


def generators() -> tuple[type, ...]:
    """The classes of generators; none where nobody has asked for `np.random` yet, which NumPy loads late."""
    random: Any = sys.modules.get("numpy.random")
    return () if random is None else (random.Generator, random.RandomState)


def is_of_module(function: object) -> bool:
    """Whether this is one of the functions of `np.random` that draw."""
    random: Any = sys.modules.get("numpy.random")
    owner = getattr(function, "__self__", None)  # the generator behind the functions
    of_module = random is not None and owner is not None and owner is random.normal.__self__
    return of_module and _draws(getattr(function, "__name__", ""))


def _draws(name: str) -> bool:
    return name in PARAMETERS or name in BY_SIZES or name in OTHERS


def is_bound(function: object) -> bool:
    """Whether this is a method of a generator, found while compiling, that draws."""
    owner = getattr(function, "__self__", None)
    return isinstance(owner, generators()) and _draws(getattr(function, "__name__", ""))


def generator_of(function: object) -> Kind:
    """The kind of the generator that a call makes, of anything else top."""
    if not generators():
        return TOP
    made = {np.random.default_rng: np.random.Generator, np.random.RandomState: np.random.RandomState}
    found = next((kind for maker, kind in made.items() if maker is function), None)
    return TOP if found is None else Opaque(found)


def is_of_generator(kind: Kind, name: str) -> bool:
    """Whether this method of a value of this kind draws."""
    return isinstance(kind, Opaque) and issubclass(kind.type, generators()) and _draws(name)


def draw(
    resolver: Resolver, function: Any, args: list[Abstract], kwargs: dict[str, Abstract]
) -> Abstract:
    """A call of a function of `np.random`."""
    from sourcead.frontend.calls import opaque

    name = f"np.random.{function.__name__}"
    callee = resolver.emit(structural.CONSTANT, (), kind=TOP, name=name)
    kind = drawn(resolver, function.__name__, args, kwargs)
    return opaque(resolver, callee, name, args, kwargs, True, kind)


def drawn(resolver: Resolver, name: str, args: list[Abstract], kwargs: dict[str, Abstract]) -> Kind:
    """The kind of what a draw gives."""
    if not set(kwargs) <= {"size", "loc", "scale", "low", "high", "lam", "n", "p", "a", "b", "shape", "endpoint"}:
        return TOP
    kinds = [resolver.kind(a) for a in args]
    if name in BY_SIZES:
        sizes = dims_of_shape(Tree(tuple, tuple(range(len(kinds))), tuple(kinds)))
        return TOP if sizes is None else Array("float64", sizes) if sizes else Scalar("pyfloat")
    if name == "permutation" and len(kinds) == 1:
        (given,) = kinds
        if isinstance(given, Scalar) and given.dtype == "pyint":
            return Array("int64", (size_of(given) or ANY,))
        return given if isinstance(given, Array) and given.dims else TOP
    count = PARAMETERS.get(name)
    if count is None:
        return TOP
    size = resolver.kind(kwargs["size"]) if "size" in kwargs else kinds[count] if len(kinds) > count else None
    dtype = "int64" if name in INTEGERS else "float64"
    if size is not None and not is_none(size):
        dims = dims_of_shape(size)
        return TOP if dims is None else Array(dtype, dims)
    numbers = [resolver.kind(k) for w, k in kwargs.items() if w != "size"] + kinds[:count]
    if name in INTEGERS or not all(isinstance(k, Scalar) for k in numbers):
        return TOP
    return Scalar("pyfloat")

"""Jacobians and Hessians as functions: the value's derivative column by column or row by row.

    jacrev(f)(x)    J, one pullback for each number in f(x)        f runs once
    jacfwd(f)(x)    J, one tangent for each number in x            f runs as many times
    hessian(f)(x)   the Jacobian of the gradient, forward          f and its gradient run as many times

The result has the tree of f(x), in the place of each leaf the tree of x, in the place of each leaf of that an array:
shape of the value's leaf + shape of the argument's leaf.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from sourcead.callee import Argnums, check_argnums
from sourcead.compiling import Options
from sourcead.derivative import Derivative
from sourcead.drivers import called
from sourcead.emission import Emission
from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.leaves import Dense, Form, Leaf, Number, built, check_real, flat, form_of, leaves
from sourcead.specialization import Specialization


def jacrev(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Jacobian:
    """The Jacobian of a function, made row by row from one evaluation: best for fewer results than arguments.

    f: any function of the language; its result may be a number, an array, or a tree of them.
    argnums: a position, a parameter's name, or a tuple of either.
    backend, stabilize, style: as for `grad`.

    A call, with the arguments of `f`, returns an array of shape `result.shape + argument.shape` and of the argument's
    dtype. Trees are as in JAX: the tree of the result, in it a tuple where `argnums` is one, in it the tree of the
    argument; None for what carries no derivative. The call has the effects of one call of `f`.

    Raises, when called:
        ArgumentError: (a TypeError) an argument cannot be differentiated, or something is complex.
        SourceADError: `f` cannot be differentiated; the line is named.

    >>> import numpy as np
    >>> jacrev(lambda x: x**2)(np.array([1.0, 3.0]))
    array([[2., 0.],
           [0., 6.]])
    """
    return jacobian_of(f, argnums, "jacrev", Emission.chosen(style, stabilize, backend))


def jacfwd(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Jacobian:
    """The Jacobian of a function, made column by column: best for fewer arguments than results.

    `f` runs once for each number in the arguments; one that does more than compute (prints, draws, changes what it is
    handed) is refused with the line. Arguments, result and errors are those of `jacrev`.

    >>> import numpy as np
    >>> jacfwd(lambda t: np.array([t, t**2, t**3]))(2.0)
    array([ 1.,  4., 12.])
    """
    return jacobian_of(f, argnums, "jacfwd", Emission.chosen(style, stabilize, backend))


jacobian = jacrev


def hessian(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Jacobian:
    """The second derivatives of a function with scalar result: the Jacobian of its gradient, forward over reverse.

    argnums: a position, a parameter's name, or a tuple of either; then the result is a tuple of tuples.

    A call returns an array of shape `argument.shape + argument.shape`; of a tree, a tree of trees. The gradient runs
    once for each number in the arguments, so `f` may not do more than compute; see `jacfwd`. Where the result of `f` is
    no scalar, that is done for each number in it, and its tree and shapes come first.

    Raises, when called: what `jacfwd` raises.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 4.0]))
    array([[8., 6.],
           [6., 0.]])
    """
    return jacobian_of(f, argnums, "hessian", Emission.chosen(style, stabilize, backend))


def jacobian_of(f: Any, argnums: Argnums, driver: str, emission: Emission) -> Jacobian:
    """The Jacobian of a function, or of a Jacobian: second derivatives."""
    from sourcead.curvature import Curvature

    if driver == "hessian":
        return Curvature(f, argnums, argnums, driver, emission)
    if isinstance(f, Jacobian):
        return Curvature.of(f, argnums, driver, emission)
    return Jacobian(f, argnums, driver, emission)


class Jacobian:
    """A function that returns a Jacobian. driver: "jacrev" (row by row), "jacfwd" or "hessian" (column by column)."""

    is_derivative = True  # a call of one inside a function is refused, as is a derivative of it

    __name__: str

    def __init__(self, function: Any, argnums: Argnums, driver: str, emission: Emission) -> None:
        check_argnums(argnums)
        self._given, self._argnums, self._driver, self._emission = function, argnums, driver, emission
        options = Options(argnums, "vjp" if driver == "jacrev" else "jvp", False, emission)
        self._derivative = Derivative(function, options)
        functools.update_wrapper(self, function, updated=())

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        derivative = self._derivative
        values = derivative.callee.bind(*args, **kwargs)
        bound = derivative.prepared(values)
        names = derivative.callee.names
        wanted = [form_of(values[k], (("param", names[k]),)) for k in derivative.wanted]
        check_real(self._driver, wanted)
        if self._driver == "jacrev":
            made = self._rows(bound.fn, values, wanted)
        else:
            for effect in bound.entry.effects:
                raise self._refusal(effect)
            made = self._columns(bound.fn, values, wanted)
        return made

    def _rows(self, fn: Any, values: tuple[Any, ...], wanted: Sequence[Form]) -> Any:
        """One pullback for each number of the value."""
        value, pull = self._derivative.callee.spread(fn, values)
        result = form_of(value, _path(self._derivative))
        check_real(self._driver, [result])
        table = _Table(result, wanted)
        for row, at, cotangent in basis(result):
            found = pull(cotangent)
            parts = (found,) if len(wanted) == 1 else found
            for column, entry in enumerate(_flat_all(wanted, parts)):
                table.at(row, column)[at] = entry
        return table.tree(self._argnums)

    def _columns(self, fn: Any, values: tuple[Any, ...], wanted: Sequence[Form]) -> Any:
        """One tangent for each number of the arguments."""
        callee = self._derivative.callee
        zeros = [built(form, [leaf.zeros() for leaf in leaves(form)]) for form in wanted]
        table: _Table | None = None
        first = 0
        for k, form in enumerate(wanted):
            for column, at, tangent in basis(form):
                value, found = called(callee, fn, values, [*zeros[:k], tangent, *zeros[k + 1 :]])
                table = table or _Table(form_of(value, _path(self._derivative)), wanted)
                for row, entry in enumerate(flat(table.result, found)):
                    place: Any = (..., *at)
                    table.at(row, first + column)[place] = entry
            first += sum(1 for _ in leaves(form))
        if table is None:  # there is no number in the arguments
            value, _ = called(callee, fn, values, zeros)
            table = _Table(form_of(value, _path(self._derivative)), wanted)
        return table.tree(self._argnums)

    def described_levels(self) -> tuple[Any, Argnums, str]:
        """The function, the arguments and the driver."""
        return self._given, self._argnums, self._driver

    def _refusal(self, effect: Any) -> UnsupportedError:
        name = self._derivative.callee.name
        message = f"{self._driver} evaluates {name} several times, and it {effect.words}"
        remedy = "`jacrev` evaluates it once" if self._driver == "jacfwd" else "do that outside of the function"
        return UnsupportedError(Diagnosis(message, effect.at, (), remedy))

    @property
    def source(self) -> str:
        """The generated source that is called, for arguments of any kind."""
        return self._derivative.source

    def specialize(self, *args: Any, **kwargs: Any) -> Specialization:
        """What is called, compiled for arguments of the kinds of these: its `source`, and `fn`."""
        return self._derivative.specialize(*args, **kwargs)

    def trace(self, example: tuple[tuple[Any, ...], dict[str, Any]] | None = None) -> list[tuple[str, str]]:
        """The intermediate form of what is called after each stage, as `Derivative.trace` gives it."""
        return self._derivative.trace(example)

    def save(self, path: str | os.PathLike[str], *, check: bool = True) -> None:
        """Write what is called as a module that imports NumPy and the standard library only."""
        self._derivative.save(path, check=check)

    def described(self) -> tuple[Any, Options]:
        """Asked for where one is called inside a function that is differentiated."""
        message = f"{self!r} is called inside the function that is differentiated"
        raise UnsupportedError(Diagnosis(message, help="call `jvp`, `vjp` or `hvp`"))

    def __get__(self, instance: object, owner: type | None = None) -> Jacobian:
        if instance is None and not isinstance(self._given, classmethod | staticmethod):
            return self
        return jacobian_of(self._given.__get__(instance, owner), self._argnums, self._driver, self._emission)

    def __repr__(self) -> str:
        return f"<sourcead {self._driver} of {self._derivative.callee.name}, argnums={self._argnums!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Jacobian, (self._given, self._argnums, self._driver, self._emission)


class _Table:
    """The arrays of a Jacobian: one for each leaf of the result and each of the arguments."""

    def __init__(self, result: Form, wanted: Sequence[Form]) -> None:
        self.result, self.wanted = result, wanted
        self.rows = list(leaves(result))
        self.columns = [leaf for form in wanted for leaf in leaves(form)]
        self.arrays = [[np.zeros((*r.shape, *c.shape), _dtype(r, c)) for c in self.columns] for r in self.rows]

    def at(self, row: int, column: int) -> np.ndarray[Any, Any]:
        """One of them."""
        return self.arrays[row][column]

    def tree(self, argnums: Argnums) -> Any:
        """All of them in the trees of the result and of the arguments."""
        return built(self.result, [self._inner(row, argnums) for row in range(len(self.rows))])

    def _inner(self, row: int, argnums: Argnums) -> Any:
        entries = [_entry(a, self.rows[row], c) for a, c in zip(self.arrays[row], self.columns, strict=True)]
        given = iter(entries)
        trees = tuple(built(form, list(itertools.islice(given, sum(1 for _ in leaves(form))))) for form in self.wanted)
        return trees if isinstance(argnums, tuple) else trees[0]


def basis(form: Form) -> Iterator[tuple[int, tuple[int, ...], Any]]:
    """The unit vectors of a form: the position of the leaf, the index in it, the tree. A tree is good until the next
    one is asked for."""
    found = list(leaves(form))
    values = [leaf.zeros() for leaf in found]
    for position, leaf in enumerate(found):
        for index in np.ndindex(leaf.shape):
            if isinstance(leaf, Number):
                values[position] = leaf.number(1.0)
                yield position, index, built(form, values)
                values[position] = leaf.zeros()
            else:
                values[position][index] = 1.0
                yield position, index, built(form, values)
                values[position][index] = 0.0


def _flat_all(forms: Sequence[Form], values: Sequence[Any]) -> Iterator[Any]:
    for form, value in zip(forms, values, strict=True):
        yield from flat(form, value)


def _dtype(row: Leaf, column: Leaf) -> np.dtype[Any]:
    """The argument's dtype; complex where the value is."""
    return np.result_type(column.numeric, np.complex64) if row.numeric.kind == "c" else column.numeric


def _entry(array: np.ndarray[Any, Any], row: Leaf, column: Leaf) -> Any:
    """A number where value and argument are numbers, a Python one where both are."""
    if array.shape or isinstance(row, Dense) or isinstance(column, Dense):
        return array
    return array.item() if row.dtype.startswith("py") and column.dtype.startswith("py") else array[()]


def _path(derivative: Derivative) -> Any:
    return (("param", f"{derivative.callee.name}(...)"),)

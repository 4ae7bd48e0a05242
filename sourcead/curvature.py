"""Second derivatives as functions: `hessian(f)`, and the Jacobian of a Jacobian, `jacfwd(jacrev(f))`.

f(x) a number       the Jacobian of the gradient
f(x) anything else  for each number y_k in it the Jacobian of the pullback of e_k: J^T e_k = dy_k/dx
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.callee import Argnums
from sourcead.compiling import Options
from sourcead.derivative import Derivative
from sourcead.drivers import vjp
from sourcead.emission import Emission
from sourcead.errors import ArgumentError, Diagnosis
from sourcead.holding import function_of
from sourcead.jacobians import Jacobian, basis
from sourcead.leaves import Form, built, check_real, flat, form_of, leaves


class Curvature(Jacobian):
    """A function that returns second derivatives: with respect to `inner`, then to `argnums`."""

    def __init__(self, function: Any, inner: Argnums, argnums: Argnums, driver: str, emission: Emission) -> None:
        super().__init__(Derivative(function, Options(inner, "grad", False, emission)), argnums, driver, emission)
        self._function, self._inner = function, inner
        self._rows_of = Derivative(function, Options(inner, "vjp", False, emission))
        self._pulled: Jacobian | None = None  # made where the result has turned out to be no number

    @classmethod
    def of(cls, given: Jacobian, argnums: Argnums, driver: str, emission: Emission) -> Curvature:
        """The Jacobian of a Jacobian."""
        if isinstance(given, Curvature):
            raise ArgumentError(Diagnosis(f"{given!r} is not differentiated", help="differentiate a gradient: grad(f)"))
        function, inner, _ = given.described_levels()
        return cls(function, inner, argnums, driver, emission)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if self._pulled is not None:
            return self._of_rows(args, kwargs)
        try:
            return super().__call__(*args, **kwargs)
        except ArgumentError:
            form = self._result(args, kwargs)
            if getattr(form, "shape", None) == () or self._derivative.callee.arity < 0:
                raise
        return self._of_rows(args, kwargs)

    def _result(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Form:
        """What the function gives, looked at in one run more."""
        callee = self._rows_of.callee
        values = callee.bind(*args, **kwargs)
        bound = self._rows_of.prepared(values)
        for effect in bound.entry.effects:
            raise self._refusal(effect)
        value, _ = callee.spread(bound.fn, values)
        form = form_of(value, (("param", f"{callee.name}(...)"),))
        check_real(self._driver, [form])
        return form

    def _of_rows(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The Jacobians of the pullbacks of all unit vectors, in the tree and shapes of the result."""
        form = self._result(args, kwargs)
        values = self._rows_of.callee.bind(*args, **kwargs)
        if self._pulled is None:
            self._pulled = self._pullback()
        found: list[list[Any]] = [[] for _ in leaves(form)]
        like: Any = None
        for row, _, cotangent in basis(form):
            like = self._picked(self._pulled(*values, cotangent))
            found[row].append(list(flat(form_of(like, ()), like)))
        if like is None:  # there is no number in the result
            zeros = built(form, [leaf.zeros() for leaf in leaves(form)])
            like = self._picked(self._pulled(*values, zeros))
        inner = form_of(like, ())
        pairs = zip(found, leaves(form), strict=True)
        return built(form, [built(inner, _stacked(rows, leaf.shape, inner)) for rows, leaf in pairs])

    def _pullback(self) -> Jacobian:
        """The Jacobian of a cotangent's pullback, as a function of the arguments and the cotangent."""
        names = self._rows_of.callee.names
        passed = ", ".join(names)
        text = f"def pulled({passed}, _cotangent):\n    return _vjp(_function, {passed})[1](_cotangent)\n"
        pulled = function_of(text, {"_vjp": vjp, "_function": self._function})
        wanted = self._derivative.wanted
        positions = wanted if isinstance(self._argnums, tuple) else wanted[0]
        driver = "jacrev" if self._driver == "jacrev" else "jacfwd"
        return Jacobian(pulled, positions, driver, self._emission)

    def _picked(self, found: tuple[Any, ...]) -> Any:
        """Of the cotangents of all arguments, those that were asked for."""
        picked = tuple(found[k] for k in self._rows_of.wanted)
        return picked if isinstance(self._inner, tuple) else picked[0]

    def __get__(self, instance: object, owner: type | None = None) -> Jacobian:
        function = self._function
        if instance is None and not isinstance(function, classmethod | staticmethod):
            return self
        return Curvature(function.__get__(instance, owner), self._inner, self._argnums, self._driver, self._emission)

    def __repr__(self) -> str:
        both = self._inner, self._argnums
        which = f"argnums={both[0]!r}" if both[0] == both[1] else f"argnums={both[0]!r}, then {both[1]!r}"
        what = "hessian" if self._driver == "hessian" else f"{self._driver} of the Jacobian"
        return f"<sourcead {what} of {self._rows_of.callee.name}, {which}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Curvature, (self._function, self._inner, self._argnums, self._driver, self._emission)


def _stacked(rows: list[list[Any]], shape: tuple[int, ...], inner: Form) -> list[Any]:
    """The same leaf of all rows as one array."""
    if shape == ():
        return rows[0]
    return [
        np.asarray([row[k] for row in rows], leaf.numeric).reshape(*shape, *leaf.shape)
        for k, leaf in enumerate(leaves(inner))
    ]

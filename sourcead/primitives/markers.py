"""`stop_gradient`: the identity, through which no derivative passes."""

from __future__ import annotations

from typing import TypeVar

from sourcead.kinds import Kind
from sourcead.primitives.registry import declare

T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """x itself; in a function that is differentiated it counts as a constant, in both modes.

    x: anything: a number, an array, a tree. The generated source has x in its place.

    >>> import sourcead
    >>> sourcead.grad(lambda x: x * sourcead.stop_gradient(x))(3.0)
    3.0
    """
    return x


@declare(stop_gradient, name="stop_gradient", form="literal", differentiable=False, result="view")
def _stopped(x: Kind) -> Kind:
    return x

"""Every public function of NumPy is classified, and the tables of primitives and rules agree."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import sourcead.primitives
from sourcead.frontend.intrinsics import INTRINSICS, methods_of
from sourcead.ir import Primitive
from sourcead.kinds import ANY, Array
from sourcead.primitives.coverage import LINEAR, NONDIFF, NOT_COVERED, RULE, classification
from sourcead.primitives.registry import attribute_entry, entry_of, method_entry
from sourcead.rules.registry import adjoint_rule

assert sourcead.primitives.__all__  # importing it registers the tables

MODULES: dict[str, Any] = {
    "np": np,
    "np.linalg": np.linalg,
    "np.fft": np.fft,
    "np.random": np.random,
    **{
        f"np.polynomial.{name}": getattr(np.polynomial, name)
        for name in ("polynomial", "chebyshev", "legendre", "hermite", "hermite_e", "laguerre")
    },
}
CLASSES: dict[str, type] = {"ndarray": np.ndarray, "ufunc": np.ufunc, "Generator": np.random.Generator}
TABLE = classification()


def public(holder: Any) -> Iterator[tuple[str, Any]]:
    """The public names of a module or class that are no modules, classes or plain values."""
    for name in dir(holder):
        if name.startswith("_"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = getattr(holder, name, None)
        if not isinstance(found, types.ModuleType | type) and (callable(found) or isinstance(holder, type)):
            yield name, found


def surface() -> dict[str, Any]:
    """Every public function, method and attribute, by name."""
    return {f"{home}.{name}": found for home, holder in (MODULES | CLASSES).items() for name, found in public(holder)}


SURFACE = surface()


def by_the_compiler(name: str, target: Any) -> bool:
    """Whether the compiler itself knows the function: it stores, or is answered while compiling."""
    home, _, last = name.rpartition(".")
    if home == "ndarray":
        return last in methods_of(Array("float64", (ANY,))) or last == "flat"
    try:
        return target in INTRINSICS
    except TypeError:
        return False


def primitive(name: str, target: Any) -> Primitive | None:
    """The primitive that a name stands for."""
    home, _, last = name.rpartition(".")
    entry = (method_entry(last) or attribute_entry(last)) if home == "ndarray" else entry_of(target)
    return None if entry is None else entry.primitive


def complaint(name: str) -> str:
    """What is wrong with the classification of a name; "" where nothing is."""
    if name not in TABLE:
        return "is not classified"
    if name.partition(".")[0] in ("ufunc", "Generator"):
        return ""
    (word, why), target = TABLE[name], SURFACE[name]
    found = primitive(name, target)
    if word == NOT_COVERED:
        return "has a primitive" if found is not None else "" if why else "says no reason"
    if found is None:
        return "" if by_the_compiler(name, target) else f"is no primitive, and classified as {word}"
    if word == NONDIFF:
        return "is differentiable" if found.differentiable else ""
    if not found.differentiable or adjoint_rule(found.target) is None:
        return "has no adjoint rule"
    if (word == LINEAR) != bool(found.linear):
        return "says that it is linear" if word == RULE else "does not say in what it is linear"
    return ""


@pytest.mark.parametrize("home", [*MODULES, *CLASSES])
def test_every_function_is_classified_as_it_is(home: str) -> None:
    names = [name for name in SURFACE if name.rpartition(".")[0] == home]
    complaints = {name: words for name in names if (words := complaint(name))}
    assert not complaints, "\n".join(f"{name} {words}" for name, words in complaints.items())


def test_no_name_has_two_words() -> None:
    from sourcead.primitives import coverage

    homes = [*coverage._COVERED.items(), *coverage._NOT_COVERED.items()]
    names = [f"{home}.{name}" for home, words in homes for text in words.values() for name in text.split()]
    assert len(names) == len(set(names)), sorted({n for n in names if names.count(n) > 1})

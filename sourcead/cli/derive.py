"""From what was asked on the command line to the derivative."""

from __future__ import annotations

import argparse
from typing import Any

import sourcead
from sourcead.cli.target import evaluate_arguments, load, parse_argnums
from sourcead.compiling import Options
from sourcead.emission import Emission


def emission(options: argparse.Namespace) -> Emission:
    """What is asked for of the text."""
    return Emission.chosen(options.style, options.stabilize, options.backend)


MODES: dict[str, tuple[str, ...]] = {
    "reverse": ("grad",),
    "value_and_grad": ("value_and_grad",),
    "forward": ("jvp",),
    "vjp": ("vjp",),
    "hvp": ("grad", "jvp"),
}


def code(options: argparse.Namespace) -> Any:
    """The derivative that the options ask for, specialised where they give example arguments."""
    derived, example = asked(options)
    if example is None:
        return derived
    args, kwargs = example
    return derived.specialize(*args, **kwargs)


def stages(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The way to that code: the name of each stage, and the text of the intermediate form after it."""
    derived, example = asked(options)
    found: list[tuple[str, str]] = derived.trace(example)
    return found


def asked(options: argparse.Namespace) -> tuple[Any, tuple[tuple[Any, ...], dict[str, Any]] | None]:
    """The derivative that the options ask for, and the example arguments, where there are any."""
    target = load(options.target)
    derived: Any = target.function
    for mode in MODES[options.mode]:
        derived = sourcead.Derivative(derived, Options(parse_argnums(options.wrt), mode, False, emission(options)))
    return derived, None if options.args is None else evaluate_arguments(options.args, target)

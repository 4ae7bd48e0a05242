"""The tables: every differentiable primitive has a rule and every rule a primitive; calls bind as they should."""

from __future__ import annotations

import ast
import inspect
import math
from pathlib import Path

import numpy as np
import pytest

import sourcead.primitives
import sourcead.rules
from sourcead.primitives.registry import Entry, all_primitives, dotted_name, entry_of
from sourcead.rules import registry

assert sourcead.primitives

FILES = ("arithmetic", "builtins", "elementwise", "mathlib")
DECLARED = [p for p in all_primitives() if p.infer is not None and p.infer.__module__.rsplit(".", 1)[-1] in FILES]
RULES = Path(sourcead.rules.__file__).parent


def entry(target: object) -> Entry:
    found = entry_of(target)
    assert found is not None
    return found


def test_the_tables_are_not_empty() -> None:
    assert len(DECLARED) > 120


@pytest.mark.parametrize("primitive", DECLARED, ids=repr)
def test_differentiable_means_that_there_is_a_rule(primitive: object) -> None:
    assert (registry.adjoint_rule(primitive.target) is not None) == primitive.differentiable  # type: ignore[attr-defined]


def test_every_rule_has_a_primitive() -> None:
    sourcead.rules.load()
    mine = [t for t, rule in registry._ADJOINTS.values() if rule.__module__.rsplit(".", 1)[-1] in FILES]
    assert len(mine) > 70
    assert not [t for t in mine if entry_of(t) is None]


@pytest.mark.parametrize("primitive", [p for p in DECLARED if p.differentiable], ids=repr)
def test_a_rule_takes_the_arguments_of_its_primitive(primitive: object) -> None:
    rule = registry.adjoint_rule(primitive.target)  # type: ignore[attr-defined]
    assert rule is not None
    e = entry(primitive.target)  # type: ignore[attr-defined]
    arguments = [n for n in e.signature.parameters if n not in e.static | e.refuse]
    positional = [p for p in inspect.signature(rule).parameters.values() if p.kind is not p.KEYWORD_ONLY]
    assert [p.name for p in positional[:2]] == ["g", "y"]
    assert len(positional) == 2 + len(arguments)


@pytest.mark.parametrize("name", FILES)
def test_what_a_rule_emits_can_be_differentiated(name: str) -> None:
    """Every library function that a rule's text calls is itself in the tables."""
    calls = [n.func for n in ast.walk(ast.parse((RULES / f"{name}.py").read_text())) if isinstance(n, ast.Call)]
    dotted = {(f.value.id, f.attr) for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name)}
    missing = [(m, f) for m, f in dotted if entry_of(getattr({"np": np, "math": math}[m], f)) is None and f != "where"]
    assert not missing


@pytest.mark.parametrize(
    "target", [np.exp, np.add, np.maximum, np.isclose, np.round, abs, pow, sum, divmod, round], ids=dotted_name
)
def test_signatures_are_the_functions_own(target: object) -> None:
    try:
        own = inspect.signature(target)  # type: ignore[arg-type]
    except ValueError:
        pytest.skip("NumPy before 2.4 does not tell")
    names = list(own.parameters)
    declared = list(entry(target).signature.parameters)
    if isinstance(target, np.ufunc):
        assert set(names[target.nin :]) - {"kwargs", "signature"} == set(declared[target.nin :])
        return
    assert names == declared


def test_names_and_forms() -> None:
    forms = {t: entry(t).form for t in (np.abs, abs, pow, np.power, math.exp, np.less, float)}
    assert list(forms.values()) == [
        "call np.abs", "call abs", "call pow", "call np.power", "call math.exp", "call np.less", "call float",
    ]  # fmt: skip
    assert entry(pow).primitive is entry(__import__("operator").pow).primitive
    assert entry(max).adapt is not None

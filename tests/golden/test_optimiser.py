"""The golden programs with optimisations off: each by its name, then all; the numbers are those of differences."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import sourcead
from sourcead.switches import OPTIMISATIONS, off, without
from tests.golden import bullets, cases, sized, test_bullets
from tests.golden.cases import Case
from tests.golden.test_text import defined, text_of
from tests.kit import assert_trees_close, central_differences, tree_map
from tests.sized import close

NAMES = [*OPTIMISATIONS, "all"]


@pytest.mark.parametrize("case", [*cases.CASES, *test_bullets.CASES], ids=lambda case: case.name)
def test_the_textbooks_text(case: Case) -> None:
    expected = [central_differences(case.function, args) for args in case.arguments]
    texts: set[str] = set()
    for name in NAMES:
        with without(name):
            text = text_of(case, "grad")
        if text in texts:
            continue
        texts.add(text)
        made = defined(text, f"{case.name}_grad", Cell=bullets.Cell)
        for args, gradient in zip(case.arguments, expected, strict=True):
            given, left = copy.deepcopy(args), copy.deepcopy(args)
            assert_trees_close(made(*given), gradient, what=f"{case.name} without {name!r}")
            case.function(*left)
            assert_trees_close(given, left, what=f"{case.name} without {name!r}: what is left in the arguments")


@pytest.mark.parametrize(("label", "function", "args"), sized.CASES, ids=[name for name, _, _ in sized.CASES])
def test_the_experts_text(label: str, function: Any, args: tuple[Any, ...]) -> None:
    expected = sourcead.value_and_grad(function, style="plain")(*args)
    texts: set[str] = set()
    for name in NAMES:
        with without(name):
            special = sourcead.value_and_grad(function).specialize(*args)
        if special.source not in texts:
            texts.add(special.source)
            tree_map(close, special(*args), expected)
    assert len(texts) > 1 or off()  # some switch changes this text

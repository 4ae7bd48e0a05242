"""The generated sources of style "fast", byte for byte: each agrees with the textbook's text of the same loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sourcead
from tests.golden.sized import CASES
from tests.golden.test_text import ROOT, check
from tests.kit import tree_map
from tests.sized import close

EXPECTED = Path(__file__).resolve().parent / "expected" / "fast"


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(("name", "function", "args"), CASES, ids=[name for name, _, _ in CASES])
def test_source(name: str, function: Any, args: tuple[Any, ...], pytestconfig: pytest.Config) -> None:
    special = sourcead.value_and_grad(function).specialize(*args)
    tree_map(close, special(*args), sourcead.value_and_grad(function, style="plain")(*args))
    check(EXPECTED / f"{name}.py", special.source, pytestconfig)


def test_every_expected_file_is_checked() -> None:
    assert {p.name for p in EXPECTED.iterdir()} == {f"{name}.py" for name, _, _ in CASES}

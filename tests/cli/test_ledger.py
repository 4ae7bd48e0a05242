"""`sourcead ledger`: the table, JSON, wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import command


def test_the_table(model: Path) -> None:
    shown = command("ledger", f"{model}:loss", "--args", "np.ones(3), np.ones(3)", "--mode", "value_and_grad")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("value_and_grad of loss keeps for its backward part")
    assert "\ntotal " in shown.out


def test_json(model: Path) -> None:
    shown = command("ledger", f"{model}:loss", "--args", "np.ones(3), np.ones(3)", "--wrt", "W,b", "--json")
    found = json.loads(shown.out)
    assert found["total_bytes"] == sum(e["bytes"] for e in found["entries"])
    assert {e["name"] for e in found["free"]} == {"W", "b"}
    assert f"def {found['free'][0]['function']}(W, b):" in found["source"]


def test_example_arguments_are_needed(model: Path) -> None:
    assert command("ledger", f"{model}:loss").code == 2
    assert "--args" in command("ledger", f"{model}:loss").err


def test_refusals(model: Path) -> None:
    refused = command("ledger", f"{model}:refused", "--args", "1.0")
    assert refused.code == 1 and "yield" in refused.err

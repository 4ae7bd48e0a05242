"""A module to differentiate, and a Python that forgets it afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import MODEL


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = tmp_path / "cli_model.py"
    path.write_text(MODEL, encoding="utf-8")
    yield path
    for name in [name for name in sys.modules if name.startswith("cli_")]:
        del sys.modules[name]

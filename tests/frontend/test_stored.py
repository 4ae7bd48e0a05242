"""Rules that were lowered by an earlier process: the same text, and only while nothing changed that they depend on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.frontend import inlining, stored
from sourcead.rules import linalg


def loss(x: Any, w: Any) -> Any:
    return np.sum(np.linalg.solve(w @ w.T + 3.0, np.tanh(x)) ** 2) + np.prod(np.where(x > 0, x, 1.0))


def text() -> str:
    """The gradient's, by a compiler that has lowered nothing yet."""
    inlining._SURFACES.clear()
    stored._files.clear()
    stored._mark.cache_clear()
    sourcead.cache.CACHE.tables.clear()  # type: ignore[attr-defined]
    return sourcead.value_and_grad(loss, (0, 1)).specialize(np.ones(3), np.eye(3)).source


@pytest.fixture
def writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    stored._grown.clear()
    yield tmp_path
    stored._grown.clear()
    stored._files.clear()
    inlining._SURFACES.clear()


def lowered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the functions that are lowered from now on."""
    names: list[str] = []
    lower = inlining.lower
    monkeypatch.setattr(inlining, "lower", lambda source: [names.append(source.file), lower(source)][1])
    return names


def test_the_next_process_reads_them(writes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = text()
    stored.write()
    names = lowered(monkeypatch)
    assert text() == first
    assert names == [__file__]  # nothing but the loss


def test_what_changed_is_lowered_anew(writes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = text()
    stored.write()
    names = lowered(monkeypatch)
    monkeypatch.setattr(stored, "WRITTEN", f"{stored.WRITTEN}\nanother.py 1 2")
    assert text() == first
    assert linalg.__file__ in names


def test_what_cannot_be_read_is_lowered_anew(writes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = text()
    stored.write()
    files = [path for path in writes.rglob("*.lowered") if path.is_file()]
    for path in files:
        path.write_bytes(path.read_bytes()[:20])
    names = lowered(monkeypatch)
    assert text() == first and files
    assert linalg.__file__ in names


def test_where_python_writes_no_bytecode_nothing_is_written(writes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    text()
    stored.write()
    assert not any(files for _, _, files in os.walk(writes))

"""Same input, same bytes: across hash seeds, runs, and versions of Python; paths in the texts are relative."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = [v for v in ("3.10", "3.11", "3.12", "3.13") if v != f"{sys.version_info[0]}.{sys.version_info[1]}"]


@functools.cache
def emitted(python: str, seed: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [python, "-m", "tests.emitting"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def interpreter(version: str) -> str | None:
    """A Python of this version that has what sourcead needs."""
    pyenv = Path.home() / ".pyenv" / "versions"
    candidates = [ROOT / f".venv-{version}" / "bin" / "python", *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for python in candidates:
        if python.exists():
            check = [str(python), "-c", "import numpy, gast, astor"]
            if subprocess.run(check, capture_output=True).returncode == 0:
                return str(python)
    return None


def assert_same(found: dict[str, str], expected: dict[str, str]) -> None:
    assert list(found) == list(expected)
    for name, text in expected.items():
        assert found[name] == text, name


def test_another_hash_seed() -> None:
    assert_same(emitted(sys.executable, "1"), emitted(sys.executable, "2"))


@pytest.mark.parametrize("version", VERSIONS)
def test_another_python(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} with numpy, gast and astor here; `make test-all` makes one")
    assert_same(emitted(python, "1"), emitted(sys.executable, "1"))


def test_paths_are_relative() -> None:
    texts = emitted(sys.executable, "1")
    assert "(examples/digits_mlp.py:" in texts["loss grad"]
    assert "(tests/golden/losses.py:" in texts["branches value_and_grad"]
    for name, text in texts.items():
        assert str(ROOT) not in text, name
        assert str(Path.home()) not in text, name

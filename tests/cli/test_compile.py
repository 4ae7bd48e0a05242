"""`sourcead compile`: a module that stands alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.command import command

USE = """
import sys
import numpy as np
import loss_module
W, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
print(loss_module.loss_grad(W, b).tolist())
print([name for name in ("sourcead", "gast", "astor") if name in sys.modules])
"""


def test_the_written_module_needs_numpy_alone(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = command("compile", f"{model}:loss", "--args", "np.ones(3), np.ones(3)", "-o", str(out / "loss_module.py"))
    assert (done.code, done.err) == (0, "")
    used = subprocess.run([sys.executable, "-c", USE], cwd=out, capture_output=True, text=True)
    assert used.stdout.splitlines() == ["[6.0, 16.0]", "[]"], used.stderr


def test_generic_module(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert command("compile", f"{model}:loss", "-o", str(out / "loss_module.py")).code == 0
    used = subprocess.run([sys.executable, "-c", USE], cwd=out, capture_output=True, text=True)
    assert used.stdout.splitlines() == ["[6.0, 16.0]", "[]"], used.stderr


def test_a_folder_that_does_not_exist(model: Path, tmp_path: Path) -> None:
    done = command("compile", f"{model}:loss", "-o", str(tmp_path / "nowhere" / "out.py"))
    assert done.code == 2
    assert "no such folder" in done.err

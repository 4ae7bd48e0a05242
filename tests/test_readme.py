"""What the README shows is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parent.parent / "README.md"
README = PATH.read_text(encoding="utf-8")
MODEL, GENERATED, USE, OTHERS, RULE = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
(KEPT,) = re.findall(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SHOW = ["-m", "sourcead.cli.main", "show", "model.py:mlp_loss", "--args", "*example()"]


def run(folder: Path, *argv: str) -> str:
    (folder / "model.py").write_text(MODEL, encoding="utf-8")
    return subprocess.run([sys.executable, *argv], cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_the_two_commands_come_first() -> None:
    commands = re.findall(r"^    (make \w+)", README, re.MULTILINE)
    assert commands == ["make demo", "make test"]
    assert README.index("make test") < README.index("sourcead takes")


@pytest.mark.optimised
def test_the_generated_source_is_the_real_one(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shown = run(tmp_path, *SHOW)
    if request.config.getoption("--update-golden", default=False):
        PATH.write_text(PATH.read_text(encoding="utf-8").replace(GENERATED, shown), encoding="utf-8")
    assert f"```python\n{shown}```\n" in PATH.read_text(encoding="utf-8")


@pytest.mark.optimised
def test_the_ledger_is_the_real_one(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    listed = run(tmp_path, *(word.replace("show", "ledger") for word in SHOW))
    if request.config.getoption("--update-golden", default=False):
        PATH.write_text(PATH.read_text(encoding="utf-8").replace(KEPT, listed), encoding="utf-8")
    assert f"```text\n{listed}```\n" in PATH.read_text(encoding="utf-8")


def test_the_lines_under_use_run(tmp_path: Path) -> None:
    assert "def mlp_loss_grad(params, X, y):" in run(tmp_path, "-c", USE)
    check = "import numpy, mlp_grad, model; print(len(mlp_grad.mlp_loss_grad(*model.example(3))))"
    assert run(tmp_path, "-c", check) == "4\n"


def test_the_other_derivatives_are_right(tmp_path: Path) -> None:
    program = f"""{OTHERS}
assert np.allclose(H @ v, Hv) and H.shape == J.shape == (5, 5) and third == 48.0
assert np.allclose(tangent, pullback(1.0)[0] @ v) and np.allclose(J, np.diag(1 - np.tanh(x) ** 2))
print("right")
"""
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    assert run(tmp_path, "program.py") == "right\n"


def test_the_rule_is_written_into_the_gradient(tmp_path: Path) -> None:
    program = f"import sourcead\n{RULE}\n"
    program += "print(sourcead.grad(lambda x: root(x) ** 2).specialize(10.0).source)\n"
    program += "print(abs(sourcead.grad(lambda x: root(x) ** 2)(10.0) - 4 / 13) < 1e-12)\n"
    program += "print(abs(sourcead.jvp(root, (10.0,), (1.0,))[1] - 1 / 13) < 1e-12)\n"
    program += "print(abs(sourcead.grad(sourcead.grad(root))(10.0) + 12 / 13**3) < 1e-12)\n"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    shown = run(tmp_path, "program.py")
    assert "/ (3 * " in shown and shown.endswith("True\nTrue\nTrue\n")

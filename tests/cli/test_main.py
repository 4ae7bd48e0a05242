"""The command as a whole: exit codes, where errors go, pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sourcead
from tests.cli.command import command


def test_version() -> None:
    assert command("--version").out == f"sourcead {sourcead.__version__}\n"


@pytest.mark.parametrize("argv", [["--help"], ["show", "--help"], ["compile", "--help"], ["check", "--help"]])
def test_help(argv: list[str]) -> None:
    done = command(*argv)
    assert done.code == 0
    assert done.out.startswith("usage: sourcead")


@pytest.mark.parametrize("name", ["show", "compile"])
def test_refused_code_is_exit_1_with_the_error_on_stderr(model: Path, tmp_path: Path, name: str) -> None:
    written = tmp_path / "out.py"
    done = command(name, f"{model}:refused", *(["-o", str(written)] if name == "compile" else []))
    assert (done.code, done.out) == (1, "")
    assert "yield" in done.err
    assert "cli_model.py:9" in done.err
    assert not written.exists()


def test_the_user_s_own_error_is_shown_where_it_happened(model: Path) -> None:
    model.write_text("1 / 0\n")
    done = command("show", f"{model}:loss")
    assert done.code == 2
    assert f'File "{model}", line 1' in done.err
    assert "ZeroDivisionError" in done.err
    assert done.err.endswith("cli_model.py cannot be imported\n")


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["show"],
        ["shew", "{model}:loss"],
        ["show", "{model}:lost"],
        ["show", "{model}:loss", "--wrt", "V"],
        ["show", "{model}:loss", "--args", "1", "--generic"],
        ["show", "{model}:loss", "--args", "nowhere"],
        ["show", "{model}:loss", "--mode", "sideways"],
        ["compile", "{model}:loss"],
    ],
)
def test_wrong_usage_is_exit_2(model: Path, argv: list[str]) -> None:
    done = command(*(word.format(model=model) for word in argv))
    assert (done.code, done.out) == (2, "")
    assert "sourcead" in done.err


def test_a_reader_who_leaves_early_is_no_error(model: Path) -> None:
    run = [sys.executable, "-m", "sourcead.cli.main", "show", f"{model}:loss"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, "")

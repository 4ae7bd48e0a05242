"""What is promised of the package as such: dependencies, extras, version, the typed marker, the console script."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import sourcead

ROOT = Path(__file__).resolve().parent.parent
METADATA = importlib.metadata.metadata("sourcead")
REQUIREMENTS = importlib.metadata.requires("sourcead") or []


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


def test_run_time_dependencies() -> None:
    assert names([r for r in REQUIREMENTS if "extra ==" not in r]) == {"gast", "astor", "numpy"}


def test_extras() -> None:
    assert set(METADATA.get_all("Provides-Extra") or []) == {"bench", "dev", "examples", "numba"}


def test_version_is_the_package_s_own() -> None:
    assert importlib.metadata.version("sourcead") == sourcead.__version__
    assert f"## {sourcead.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_license_and_python() -> None:
    assert METADATA["License-Expression"] == "MIT"
    assert METADATA["Requires-Python"] == ">=3.10"
    assert "The sourcead developers" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_typed() -> None:
    assert (Path(sourcead.__file__).parent / "py.typed").is_file()


def test_console_script() -> None:
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="sourcead")
    assert callable(script.load())


def test_import_warns_of_nothing() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", "import sourcead"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_name_of_all_exists() -> None:
    assert sourcead.__all__ == sorted(sourcead.__all__, key=str)
    assert [name for name in sourcead.__all__ if not hasattr(sourcead, name)] == []


def test_make_help_lists_the_targets() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    others = {"demo", "lint", "types", "golden", "fuzz", "sweep", "clean"}
    assert listed == {"help", "test", "test-all", "test-bare", "bench", "bench-peers", *others}

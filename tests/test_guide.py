"""The guide for authors of rules: what it shows is what happens."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "rules.md"
RUN = """
import doctest, pathlib, sys
text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
test = doctest.DocTestParser().get_doctest(text, {}, "rules", sys.argv[1], 0)
test.globs = globals()  # what the examples define is part of a module, as generated code expects
sys.exit(doctest.DocTestRunner().run(test, clear_globs=False).failed)
"""


@pytest.mark.optimised
def test_the_examples_run() -> None:
    """In a process of their own: what they declare stays declared."""
    command = [sys.executable, "-W", "error", "-c", RUN, str(GUIDE)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(doctest.DocTestParser().get_examples(GUIDE.read_text(encoding="utf-8"))) > 10


def test_the_readme_leads_to_it() -> None:
    assert "(docs/rules.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_is_part_of_the_source_distribution() -> None:
    assert '"docs"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("only-include")[1].split("]")[0]

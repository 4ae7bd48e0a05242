"""Code that nobody wrote for this compiler: it ends in source or in a refusal, and doctor lists the refusals.

A sample by default; SOURCEAD_SWEEP=1 (`make sweep`) takes every function of every module.
"""

from __future__ import annotations

import inspect
import os
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sourcead
from sourcead.report import examine
from tests.sweep.functions import NUMPY, PYTHON, SCIPY, functions

STRIDE = 1 if os.environ.get("SOURCEAD_SWEEP") else 24


def sample(module: str) -> Iterator[tuple[str, Callable[..., Any], bool]]:
    """Every STRIDE-th function of a module, the same ones each time."""
    for name, function, is_method in functions(module):
        if zlib.crc32(name.encode()) % STRIDE == 0:
            yield name, function, is_method


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("module", [*PYTHON, *NUMPY, *SCIPY])
def test_source_or_a_refusal(module: str) -> None:
    wrong: list[str] = []
    for name, function, is_method in sample(module):
        try:
            names = list(inspect.signature(function, follow_wrapped=False).parameters)[int(is_method) :]
            if names:
                sourcead.grad(function, argnums=tuple(names)).source  # noqa: B018 -- compiling is what is tested
            outcome = ""
        except sourcead.InternalError as error:
            outcome = str(error)
        except sourcead.SourceADError:
            outcome = ""
        report = examine(name, function, is_method)
        outcome += "".join(str(d) for d in report.refusals if "sourcead failed" in d.message)
        if outcome:
            wrong.append(f"{name}: {outcome}")
    assert not wrong, "\n".join(wrong)

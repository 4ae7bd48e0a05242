"""Random programs under the other modes: right or refused. SOURCEAD_FUZZ is the number of programs for each mode."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.generator import Case
from tests.fuzz.judge import OK, WRONG
from tests.fuzz.modes import MODES, examine, judge
from tests.fuzz.survey import summary

COUNT = min(int(os.environ.get("SOURCEAD_FUZZ", "8")), 2000)
CUBES = "import numpy as np\n\n\ndef f(x):\n    print('once')\n    y = x * x\n    return (y * x).sum()\n"


@pytest.mark.parametrize("mode", MODES)
def test_right_or_refused(mode: str, tmp_path: Path) -> None:
    findings = [examine(mode, seed, tmp_path) for seed in range(COUNT)]
    assert not any(finding.failed for finding in findings), summary(findings, 0.0)


@pytest.mark.parametrize("mode", MODES)
def test_the_judge_finds_what_is_wrong(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(0, CUBES, "(np.array([0.5, -0.7]),)", (0,))
    assert judge(mode, case, tmp_path).word == OK
    from tests.fuzz import modes

    right, differ = modes.inner, np.array([1.0, 1.001])
    monkeypatch.setattr(modes, "inner", lambda a, b: 1.001 * right(a, b))
    monkeypatch.setattr(modes, "by_tangent", lambda *given: modes.Run((differ,), (), {}, "once\n"))
    monkeypatch.setattr(modes, "gradients", lambda *given: (differ,))
    assert judge(mode, case, tmp_path).word == WRONG

"""Random programs: the derivative is right or refused. Few seeds run with the suite, `make fuzz` runs thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import features
from tests.fuzz.cases import draw
from tests.fuzz.judge import OK, REFUSED, Verdict
from tests.fuzz.survey import examine, summary

COUNT, BATCH = 240, 40
REFUSED_BOUND = 0.05  # the share of so few programs that may be refused; `make fuzz` bounds that of many


@pytest.mark.parametrize("first", range(0, COUNT, BATCH))
def test_right_or_refused(first: int, tmp_path: Path) -> None:
    findings = [examine(seed, tmp_path) for seed in range(first, first + BATCH)]
    said = summary(findings, 0.0)
    assert not any(finding.failed for finding in findings), said
    assert sum(finding.verdict.word == REFUSED for finding in findings) <= REFUSED_BOUND * BATCH, said


@pytest.mark.parametrize("seed", [1_500_150, 1_500_835])
def test_programs_that_bind_a_name_in_one_branch_alone(seed: int, tmp_path: Path) -> None:
    """A list of floats is not made of what may be unbound, and what may be unbound is not copied."""
    assert examine(seed, tmp_path).verdict == Verdict(OK)


def test_same_program_for_a_seed(tmp_path: Path) -> None:
    assert draw(7, tmp_path) == draw(7, tmp_path)


def test_every_feature_can_be_written(tmp_path: Path) -> None:
    """Each switched-on row of the table turns up in some sound program."""
    rows = features.chosen()
    missing = {name for name, row in rows.items() if row.role != features.SWITCH}
    for seed in range(4000):
        case = draw(seed, tmp_path)
        missing -= set(case.used) if case is not None else set()
        if not missing:
            break
    assert not missing

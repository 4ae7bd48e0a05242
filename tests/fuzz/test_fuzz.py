"""Random programs: the derivative is right or refused. SOURCEAD_FUZZ says how many; -s shows the count of verdicts."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz.generator import program
from tests.fuzz.judge import CRASH, WRONG, Verdict, arguments, judge, load

COUNT = int(os.environ.get("SOURCEAD_FUZZ", "60"))
FIRST = int(os.environ.get("SOURCEAD_FUZZ_SEED", "0"))
BATCH = 20


@pytest.mark.parametrize("first", range(FIRST, FIRST + COUNT, BATCH))
def test_right_or_refused(first: int, tmp_path: Path) -> None:
    verdicts: dict[tuple[int, str], Verdict] = {}
    for seed in range(first, min(first + BATCH, FIRST + COUNT)):
        f = load(program(seed), tmp_path / f"program_{seed}.py")
        verdicts[seed, "specialised"] = judge(f, arguments(seed))
        if seed % 2 == 0:
            verdicts[seed, "generic"] = judge(f, arguments(seed), generic=True)
    print(f"\nseeds from {first}:", dict(Counter(verdict.word for verdict in verdicts.values())))
    failed = {key: verdict.reason for key, verdict in verdicts.items() if verdict.word in (WRONG, CRASH)}
    assert not failed, "\n".join(f"{key}: {reason}" for key, reason in failed.items())

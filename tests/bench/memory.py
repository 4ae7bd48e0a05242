"""Peak memory of one call over what was there before it, as NumPy and Python report it to tracemalloc."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

from tests.bench import contestants
from tests.bench.workloads import ROWS

SIDES = ("readable", "primal", "tuned", "sourcead", "autograd")  # the others' memory is not Python's


def measure() -> dict[str, dict[str, int]]:
    """By row and contestant: bytes."""
    results = {}
    for row in ROWS:
        calls = contestants.all_of(row, row.arguments(), SIDES)
        results[row.key] = {name: peak(call) for name, call in calls.items()}
    return results


def peak(call: Callable[[], object]) -> int:
    """The most that was allocated at once during a call, its result included."""
    call()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

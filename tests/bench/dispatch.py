"""What a call of a derivative costs beside the emitted function: the guard, and finding the specialisation."""

from __future__ import annotations

from functools import partial
from typing import Any

import sourcead
from tests.bench.harness import interleaved
from tests.bench.workloads import mlp, sine


def square(x: float) -> float:
    return x * x


def measure(rounds: int) -> dict[str, float]:
    """CPU seconds, by what is called; the emitted function does next to nothing, so that the difference is seen."""
    cases: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "one float": (square, (1.5,)),
        "an array and an int (sine, no steps)": (sine.loss, sine.arguments(0)),
        "the six arrays of the MLP (batch 1)": (mlp.loss, mlp.arguments(1)),
    }
    results = {}
    for title, (loss, arguments) in cases.items():
        derived = sourcead.grad(loss)
        inner = derived.specialize(*arguments).fn
        whole = interleaved({"alone": partial(inner, *arguments), "whole": partial(derived, *arguments)}, rounds)
        results[title] = whole["whole"].seconds - whole["alone"].seconds
    return results

"""How times are taken: the sides take turns in one process, in CPU time, each round compared with itself.

A machine that others use is slow now and fast a second later. Sides that take turns feel the same of it, and the ratio
of two times of one round says more than that of the best or the mean of each.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

Side = Callable[[], object]
TURN, PATIENCE = 0.01, 0.2  # CPU seconds: about what a turn takes; a side that takes longer a call sits rounds out
LEAST = 3  # rounds that every side takes part in


@dataclass(frozen=True)
class Measured:
    """What a side took: the median of its ratios to the first side, and its median CPU seconds a call."""

    ratio: float
    seconds: float


def interleaved(sides: Mapping[str, Side], rounds: int) -> dict[str, Measured]:
    """Each side's time, the first being what all are compared with: the sides are called in turns, `rounds` times."""
    costs = {name: _one_call(side) for name, side in sides.items()}
    first = next(iter(sides))
    ratios: dict[str, list[float]] = {name: [] for name in sides}
    taken: dict[str, list[float]] = {name: [] for name in sides}
    with _collector_off():
        for number in range(rounds):
            present = [name for name in sides if name == first or number % _every(costs[name], rounds) == 0]
            seconds = {
                name: _turn(sides[name], max(1, round(TURN / costs[name])))
                for name in (present if number % 2 else reversed(present))
            }
            for name, spent in seconds.items():
                ratios[name].append(spent / seconds[first])
                taken[name].append(spent)
            gc.collect()
    return {name: Measured(median(ratios[name]), median(taken[name])) for name in sides}


def _every(cost: float, rounds: int) -> int:
    """A side takes part in every so manieth round."""
    return max(1, min(round(cost / PATIENCE), rounds // LEAST))


def _turn(side: Side, calls: int) -> float:
    """CPU seconds a call, after one call that brings its data and code into the caches again."""
    if calls > 1:
        side()
    start = time.process_time()
    for _ in range(calls):
        side()
    return (time.process_time() - start) / calls


def _one_call(side: Side) -> float:
    """About what one call takes: the least of a few, the first of which may compile."""
    side()
    return max(min(_turn(side, 1) for _ in range(3)), 1e-7)


@contextmanager
def _collector_off() -> Iterator[None]:
    """What exists is left alone, and garbage is collected between rounds only."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()

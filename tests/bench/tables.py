"""The results as text: Markdown tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.bench import compile_time, contestants
from tests.bench.workloads import ROWS

TITLES = {row.key: row.title for row in ROWS}
HEADS = {"numba": "Numba by hand", "jax": "JAX jit", "torch": "PyTorch", "sourcead numba": "sourcead, Numba"}


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns line up; all but the first to the right."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(head))]

    def line(words: Sequence[str]) -> str:
        padded = (w.ljust(widths[k]) if k == 0 else w.rjust(widths[k]) for k, w in enumerate(words))
        return f"| {' | '.join(padded)} |"

    rule = "|".join("-" * (w + 2) if k == 0 else "-" * (w + 1) + ":" for k, w in enumerate(widths))
    return "\n".join([line(cells[0]), f"|{rule}|", *map(line, cells[1:])])


def ratio(value: float | None) -> str:
    """Two digits that matter, without the zero before the point; what is large is whole."""
    if value is None:
        return ""
    if value >= 10:
        return f"{value:.0f}"
    digits = 2 if value >= 0.095 else 1 - math.floor(math.log10(value))
    return f"{value:.{digits}f}".removeprefix("0")


def ratios(results: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Time of value and gradient relative to the readable pass, and that one's time."""
    names = [n for n in contestants.NAMES if n != "readable" and (n in contestants.OWN[:5] or _any(results, n))]
    rows = []
    for key, by_name in results.items():
        readable = by_name["readable"]["seconds"]
        cells = [ratio(by_name[n]["ratio"]) if n in by_name else "" for n in names]
        rows.append([f"{key.partition('.')[0]} {TITLES[key]}", time(readable), *cells])
    return markdown(["work", "readable", *(HEADS.get(n, n) for n in names)], rows)


def _any(results: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    return any(name in by_name for by_name in results.values())


def time(seconds: float) -> str:
    """A time in the unit that suits it, with two or three digits."""
    unit, scale = next((u, s) for u, s in (("s", 1.0), ("ms", 1e-3), ("us", 0.0)) if seconds >= s)
    value = seconds / (scale or 1e-6)
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


def memory(results: Mapping[str, Mapping[str, int]]) -> str:
    """Peak memory of a call relative to the readable pass's."""
    names = [n for n in contestants.NAMES if n != "readable" and _any(results, n)]
    rows = []
    for key, by_name in results.items():
        readable = by_name["readable"]
        cells = [ratio(by_name[n] / readable) if n in by_name else "" for n in names]
        rows.append([f"{key.partition('.')[0]} {TITLES[key]}", f"{readable / 1024:,.0f} KiB", *cells])
    return markdown(["work", "readable", *names], rows)


def operations(results: Mapping[str, Mapping[str, int]]) -> str:
    """Numbers of array operations."""
    names = list(next(iter(results.values())))
    rows = [[f"{key.partition('.')[0]} {TITLES[key]}", *(f"{by[n]:,}" for n in names)] for key, by in results.items()]
    return markdown(["work", *names], rows)


def compiling(results: Mapping[str, Mapping[str, float]]) -> str:
    """Time by length of the program, and the exponent that fits."""
    by_shape = {shape: {int(n): seconds for n, seconds in times.items()} for shape, times in results.items()}
    lengths = next(iter(by_shape.values()))
    rows = [
        [shape, *map(time, times.values()), f"{compile_time.exponent(times):.2f}"] for shape, times in by_shape.items()
    ]
    return markdown(["statements", *(f"{n:,}" for n in lengths), "exponent"], rows)


def times(head: str, results: Mapping[str, float]) -> str:
    """Names and times."""
    return markdown([head, "CPU time"], [[name, time(seconds)] for name, seconds in results.items()])

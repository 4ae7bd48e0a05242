"""What sourcead costs: import, first gradient, generated against hand-written code, and the dispatch of a call.

    make bench              everything (about a minute)
    make bench ARGS=--quick fewer repeats

All times are CPU time of the process, with BLAS on one thread (make says so). Of what is compared, the two sides take
turns in one process, and the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

import sourcead
from tests.bench import digits, mlp

ROOT = Path(__file__).resolve().parents[2]
IMPORT_LIMIT_MS, FIRST_LIMIT_MS, RATIO_LIMIT = 100, 60, 1.1

IMPORT_NUMPY = "import time; t = time.process_time(); import numpy; print(time.process_time() - t)"
IMPORT_SOURCEAD = "import numpy, time; t = time.process_time(); import sourcead; print(time.process_time() - t)"
FIRST_GRADIENT = """
import time, sourcead
from tests.bench import mlp
arguments = mlp.arguments(256, "float64")
t = time.process_time()
sourcead.grad(mlp.loss)(*arguments)
print(time.process_time() - t)
"""


def in_fresh_process(code: str, repeats: int) -> float:
    """Median of what the code prints, each time in a new interpreter."""
    with tempfile.TemporaryDirectory() as cache:  # bytecode is cached, as in an installed package
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": cache}

        def run() -> float:
            command = [sys.executable, "-c", code]
            done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
            return float(done.stdout)

        run()
        return median(run() for _ in range(repeats))


def interleaved(sides: list[Callable[[], object]], repeats: int, seconds: float = 0.02) -> list[float]:
    """Median CPU seconds a call of each side: the sides take turns, each turn about `seconds` long."""
    start = time.process_time()
    calls = 0
    while time.process_time() - start < seconds:
        sides[0]()
        calls += 1
    for side in sides:
        side()
    taken: list[list[float]] = [[] for _ in sides]
    for turn in range(repeats):
        order = range(len(sides)) if turn % 2 else reversed(range(len(sides)))
        for k in order:
            side = sides[k]
            start = time.process_time()
            for _ in range(calls):
                side()
            taken[k].append((time.process_time() - start) / calls)
    return [median(times) for times in taken]


class Table:
    """Rows printed as they come; remembers whether a limit was passed."""

    def __init__(self) -> None:
        self.passed = True

    def row(self, name: str, value: float, unit: str, limit: float | None = None, note: str = "") -> None:
        verdict = ""
        if limit is not None:
            good = value <= limit
            self.passed &= good
            verdict = f"at most {limit:g}: {'yes' if good else 'NO'}"
        print(f"{name:<46} {value:9.3f} {unit:<5} {verdict:<18} {note}".rstrip(), flush=True)


def start_up(table: Table, repeats: int) -> None:
    table.row("import numpy", 1e3 * in_fresh_process(IMPORT_NUMPY, repeats), "ms")
    table.row("import sourcead, beyond numpy", 1e3 * in_fresh_process(IMPORT_SOURCEAD, repeats), "ms", IMPORT_LIMIT_MS)
    first = 1e3 * in_fresh_process(FIRST_GRADIENT, repeats)
    table.row("first gradient of the MLP, import excluded", first, "ms", FIRST_LIMIT_MS)


def against_hand_written(table: Table, repeats: int) -> None:
    transforms = {"grad": sourcead.grad, "value_and_grad": sourcead.value_and_grad}
    cases = [("MLP 20-64-1, batch 256", mlp, 256, RATIO_LIMIT), ("digits 64-72-10, batch 128", digits, 128, None)]
    for title, network, size, limit in cases:
        for dtype in ("float32", "float64"):
            arguments = network.arguments(size, dtype)
            for mode, transform in transforms.items():
                hand = partial(getattr(network, mode), *arguments)
                generated = partial(transform(network.loss).specialize(*arguments).fn, *arguments)
                compare(generated(), hand())
                ours, theirs = interleaved([generated, hand], repeats)
                note = f"{1e6 * ours:.0f} against {1e6 * theirs:.0f} us"
                table.row(f"{title}, {dtype}, {mode}", ours / theirs, "x", limit, note)


def compare(generated: object, expected: object) -> None:
    """Speed of a wrong answer means nothing."""
    if isinstance(expected, tuple):
        assert isinstance(generated, tuple)
        for ours, theirs in zip(generated, expected, strict=True):
            compare(ours, theirs)
        return
    np.testing.assert_allclose(generated, expected, rtol=1e-3, atol=1e-5)  # type: ignore[arg-type]


def dispatch(table: Table, repeats: int) -> None:
    cases = [("one float", square, (1.5,)), ("MLP, batch 1", mlp.loss, mlp.arguments(1, "float64"))]
    for title, loss, arguments in cases:
        derived = sourcead.grad(loss)
        inner = derived.specialize(*arguments).fn
        whole, alone = interleaved([partial(derived, *arguments), partial(inner, *arguments)], repeats)
        note = f"{1e6 * whole:.1f} of which fn {1e6 * alone:.1f} us"
        table.row(f"guard and dispatch, {title}", 1e6 * (whole - alone), "us", None, note)


def square(x: float) -> float:
    return x * x


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    quick = parser.parse_args().quick
    table = Table()
    start_up(table, 5 if quick else 15)
    against_hand_written(table, 15 if quick else 75)
    dispatch(table, 15 if quick else 75)
    return 0 if table.passed else 1


if __name__ == "__main__":
    sys.exit(main())

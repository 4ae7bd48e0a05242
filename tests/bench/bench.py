"""The benchmark: eight workloads, sourcead against hand-written NumPy and against the other libraries that are there.

    make bench                       everything that is installed (some minutes)
    make bench ARGS=--quick          fewer rounds, shorter programs, no second table (under two minutes)
    make bench ARGS='--only ratios --rows W1,W3'
    make bench ARGS=--write          also put the first table into the README, all of them and the picture into docs/

Every loss is plain NumPy (tests/bench/workloads/). Time is CPU time of the process. What is compared takes turns in one
process; a ratio is the median over rounds of the ratio to the readable hand-written pass. Results are kept in
build/bench.json; `--again` prints (and writes) those without measuring.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import compile_time, dispatch, machine, memory, operations, plot, start, tables

ROOT = Path(__file__).resolve().parents[2]
KEPT, README = ROOT / "build" / "bench.json", ROOT / "README.md"
PAGE, PICTURE = ROOT / "docs" / "bench.md", ROOT / "docs" / "bench.png"
BEGIN, END = "<!-- bench: written by `make bench ARGS=--write` -->", "<!-- end of bench -->"
PARTS = ("ratios", "two threads", "start", "dispatch", "memory", "operations", "compiling")
WITH_PRODUCTS = ["W1", "W2", "W4", "W8"]  # where a second thread of BLAS has something to do


def measured(parts: list[str], rows: list[str], rounds: int, *, quick: bool) -> dict[str, Any]:
    """The results of each part, as JSON has them."""
    results: dict[str, Any] = {"machine": machine.described()}
    if "ratios" in parts:
        results["ratios"] = ratios(rows, rounds, threads=1)
    if "two threads" in parts and not quick:
        results["two threads"] = ratios(rows or WITH_PRODUCTS, rounds, threads=2)
    if "start" in parts:
        results["start"] = start.measure(3 if quick else 11)
    if "dispatch" in parts:
        results["dispatch"] = dispatch.measure(15 if quick else 51)
    if "memory" in parts:
        results["memory"] = memory.measure()
    if "operations" in parts:
        results["operations"] = operations.measure()
    if "compiling" in parts:
        results["compiling"] = compile_time.measure(300 if quick else 10_000)
    return json.loads(json.dumps(results))  # type: ignore[no-any-return]


def ratios(rows: list[str], rounds: int, *, threads: int) -> Any:
    """The workloads, all in one process of its own, whose libraries have this many threads."""
    count = str(threads)
    single = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1" if threads == 1 else ""
    env = os.environ | {"OPENBLAS_NUM_THREADS": count, "OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count}
    env |= {"NUMBA_NUM_THREADS": count, "XLA_FLAGS": single, "JAX_PLATFORMS": "cpu", "OMP_WAIT_POLICY": "passive"}
    command = [sys.executable, "-m", "tests.bench.ratios", *rows, "--rounds", str(rounds)]
    print(f"ratios, {threads} thread{'s' * (threads > 1)}:", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def report(results: dict[str, Any]) -> Iterator[str]:
    """The results as paragraphs of Markdown."""
    caption = "Time of value and gradient relative to a readable hand-written NumPy pass"
    if "ratios" in results:
        yield f"{caption} (its time in the second column), one thread:"
        yield tables.ratios(results["ratios"])
    if "two threads" in results:
        yield "The same with two threads (CPU time of both):"
        yield tables.ratios(results["two threads"])
    if "start" in results:
        yield tables.times("once", results["start"])
    if "dispatch" in results:
        yield tables.times("guard and dispatch of a call", results["dispatch"])
    if "memory" in results:
        yield "Peak memory of a call, relative to the readable pass:"
        yield tables.memory(results["memory"])
    if "operations" in results:
        yield "Array operations of a call:"
        yield tables.operations(results["operations"])
    if "compiling" in results:
        yield "Compiling `value_and_grad`, by the length of the program:"
        yield tables.compiling(results["compiling"])
    yield f"Measured on {results['machine']}."


def write(results: dict[str, Any]) -> None:
    """Put the first table between the README's markers, all tables into a page of their own, and draw the picture."""
    first = {name: results[name] for name in ("machine", "ratios") if name in results}
    README.write_text(between_markers(README.read_text(encoding="utf-8"), report(first)), encoding="utf-8")
    title = "# The benchmark\n\n`make bench ARGS=--write` writes this; the [README](../README.md) says how."
    picture = f"![Time by workload and library]({PICTURE.name})"
    PAGE.write_text("\n\n".join([title, picture, *report(results)]) + "\n", encoding="utf-8")
    if "ratios" in results:
        plot.draw(results["ratios"], PICTURE, results["machine"])


def between_markers(text: str, paragraphs: Iterable[str]) -> str:
    """A page with these paragraphs in place of those between its markers.

    Raises:
        ValueError: the page has no markers.
    """
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"there is no place for the results: {BEGIN} ... {END}")
    return "\n\n".join([before + BEGIN, *paragraphs, END]) + after


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter programs, one thread only")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas: " + ", ".join(PARTS))
    parser.add_argument("--rows", default="", help="workloads, with commas: W1,W2.128,...")
    parser.add_argument("--again", action="store_true", help="the results of last time")
    parser.add_argument("--write", action="store_true", help="put the results into the README")
    chosen = parser.parse_args()
    parts = [part.strip() for part in chosen.only.split(",")]
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if not chosen.again:
        rows = [row.strip() for row in chosen.rows.split(",") if row.strip()]
        kept |= (new := measured(parts, rows, 5 if chosen.quick else 25, quick=chosen.quick))
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    print("\n\n".join(report(kept if chosen.again else new)))
    if chosen.write:
        write(kept)


if __name__ == "__main__":
    main()

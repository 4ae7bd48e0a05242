"""Measures the workloads in this process and prints the results as JSON: `python -m tests.bench.ratios W1 W3`."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from typing import Any

from tests.bench import contestants
from tests.bench.harness import interleaved
from tests.bench.workloads import ROWS


def measure(rows: list[str], names: list[str], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """By row and contestant: the ratio to the readable pass, and the CPU seconds of a call."""
    results: dict[str, Any] = {}
    for row in ROWS:
        if rows and not any(row.key == key or row.key.startswith(f"{key}.") for key in rows):
            continue
        wanted = tuple(name for name in contestants.NAMES if name == "readable" or not names or name in names)
        calls = contestants.all_of(row, row.arguments(), wanted)
        measured = interleaved(calls, rounds)
        results[row.key] = {name: vars(m) for name, m in measured.items()}
        shown = "  ".join(f"{name} {m.ratio:.3g}" for name, m in measured.items() if name != "readable")
        print(f"{row.key:<10} {1e6 * measured['readable'].seconds:>9.0f} us  {shown}", file=sys.stderr, flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", help="keys of rows: W1, W2, W2.128, ... (default: all)")
    parser.add_argument("--only", default="", help="these contestants only, with commas")
    parser.add_argument("--rounds", type=int, default=25)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    names = [name.strip() for name in chosen.only.split(",") if name.strip()]
    json.dump(measure(chosen.rows, names, chosen.rounds), sys.stdout)


if __name__ == "__main__":
    main()

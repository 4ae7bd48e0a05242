"""The results as a picture: for each workload, everyone's time on a logarithmic scale; the readable pass is at 1."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from tests.bench.workloads import ROWS

TITLES = {row.key: row.title for row in ROWS}
STYLES = {  # contestant: (words, marker, colour, size)
    "autograd": ("autograd", "v", "#a0a0a0", 40),
    "torch": ("PyTorch eager", "s", "#e08214", 34),
    "torch.compile": ("torch.compile", "D", "#b35806", 30),
    "jax": ("JAX jit", "^", "#2c7fb8", 42),
    "numba": ("Numba by hand", "P", "#35978f", 42),
    "tuned": ("NumPy tuned by hand", "|", "#000000", 130),
    "sourcead": ("sourcead", "o", "#c51b7d", 70),
    "sourcead numba": ("sourcead, Numba", "*", "#c51b7d", 100),
}


def draw(results: Mapping[str, Mapping[str, Mapping[str, float]]], path: Path, note: str) -> None:
    """Write the picture."""
    keys = list(results)[::-1]
    figure = Figure(figsize=(9, 0.42 * len(keys) + 1.9), layout="constrained")
    axes = figure.subplots()
    axes.axvline(1, color="#707070", linewidth=1)
    for name, (words, marker, colour, size) in STYLES.items():
        points = [(results[key][name]["ratio"], k) for k, key in enumerate(keys) if name in results[key]]
        if points:
            across, up = zip(*points, strict=True)
            over = 5 if "sourcead" in name else 3
            edge = {"edgecolors": "white", "linewidths": 0.8} if "sourcead" in name else {}
            axes.scatter(across, up, s=size, c=colour, marker=marker, label=words, zorder=over, **edge)
    axes.set_xscale("log")
    axes.set_yticks(range(len(keys)), [f"{key.partition('.')[0]}  {TITLES[key]}" for key in keys])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.set_xlabel("time of value and gradient; a readable hand-written NumPy pass = 1; less is faster")
    small = textwrap.fill(note, 120)
    axes.annotate(small, (1, 0), (0, -38), ("axes fraction"), "offset points", ha="right", va="top", fontsize=7)
    axes.grid(axis="x", color="#e0e0e0", linewidth=0.6)
    axes.grid(axis="y", color="#f0f0f0", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(left=False)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.legend(loc="outside upper center", ncols=4, frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None}, bbox_inches="tight")

"""The benchmark's own arithmetic and its pages."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench import bench, compile_time, harness, memory, operations, plot, tables

RESULTS = {
    "W1": {"readable": {"ratio": 1.0, "seconds": 1.2e-4}, "sourcead": {"ratio": 0.5, "seconds": 6e-5}},
    "W7.loop": {"readable": {"ratio": 1.0, "seconds": 2e-2}, "numba": {"ratio": 0.00123, "seconds": 2e-5}},
}


def test_ratios_show_two_digits() -> None:
    shown = [tables.ratio(x) for x in (None, 0.00123, 0.0967, 0.5, 0.996, 1.0, 9.876, 163.2)]
    assert shown == ["", ".0012", ".10", ".50", "1.00", "1.00", "9.88", "163"]


def test_times_have_their_unit() -> None:
    assert [tables.time(s) for s in (4.9e-7, 1.2e-4, 0.0123, 2.5)] == ["0.49 us", "120 us", "12.3 ms", "2.50 s"]


def test_the_table_has_the_columns_that_were_measured() -> None:
    head, _, first, second = tables.ratios(RESULTS).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in (head, first, second)]
    assert cells[0] == ["work", "readable", "primal", "tuned", "sourcead", "its text", "Numba by hand"]
    assert cells[1] == ["W1 MLP 256x20-64-1, relu, BCE, f32", "120 us", "", "", ".50", "", ""]
    assert cells[2][-1] == ".0012"


def test_results_go_between_the_markers() -> None:
    page = f"before\n\n{bench.BEGIN}\n\nold\n\n{bench.END}\n\nafter\n"
    written = bench.between_markers(page, ["new", "table"])
    assert written == f"before\n\n{bench.BEGIN}\n\nnew\n\ntable\n\n{bench.END}\n\nafter\n"
    assert bench.between_markers(written, ["new", "table"]) == written
    with pytest.raises(ValueError, match="no place"):
        bench.between_markers("nothing", [])
    assert bench.BEGIN in bench.README.read_text(encoding="utf-8")


def test_the_picture_is_drawn(tmp_path) -> None:
    plot.draw(RESULTS, tmp_path / "bench.png", "a machine, " * 20)
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_sides_are_compared_with_the_first() -> None:
    measured = harness.interleaved({"first": lambda: sum(range(20_000)), "second": lambda: sum(range(60_000))}, 3)
    assert measured["first"].ratio == 1.0
    assert measured["second"].ratio > 0 and measured["second"].seconds > 0


def test_peak_memory_is_counted() -> None:
    assert 8e6 < memory.peak(lambda: np.ones(500_000) + np.ones(500_000).sum()) < 8.1e6


def test_array_operations_are_counted() -> None:
    def call(x, indices):
        y = np.zeros_like(x)  # 1
        y[1:] += 2 * x[1:]  # 2
        np.add.at(y, indices, x[:2])  # 1
        z = np.zeros(3)
        z *= y @ x  # 2
        return np.concatenate([z, y]).sum()  # 2

    assert operations.of(call, (np.ones(4), np.array([0, 2]))) == 8


@pytest.mark.parametrize("make", compile_time.SHAPES.values())
def test_long_programs_have_their_length_and_compile(make) -> None:
    text = make(100)
    assert 95 <= sum(1 for line in text.splitlines() if " = " in line or "for" in line or "if" in line) - 2 <= 106
    assert compile_time.compiled(make(10)) > 0


def test_the_exponent_of_a_linear_time_is_one() -> None:
    assert compile_time.exponent({10: 5.0, 100: 1.0, 1000: 10.0, 10_000: 100.0}) == pytest.approx(1.0)

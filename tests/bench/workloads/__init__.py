"""What is measured: each workload is a plain NumPy loss, example arguments, and two hand-written passes.

`loss` is the only thing that sourcead sees. `readable` is the value and the gradient as a person would write them who
wants to be understood; `tuned` as one would who wants them fast. The gradient is that of the first argument.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row of the tables: a workload at one size."""

    key: str
    title: str
    name: str
    size: dict[str, int] = field(default_factory=dict)
    small: dict[str, int] = field(default_factory=dict)  # for tests

    @property
    def module(self) -> ModuleType:
        return importlib.import_module(f"{__name__}.{self.name}")

    def arguments(self, *, small: bool = False) -> tuple[Any, ...]:
        arguments: tuple[Any, ...] = self.module.arguments(**(self.small if small else self.size))
        return arguments


ROWS = (
    Row("W1", "MLP 256x20-64-1, relu, BCE, f32", "mlp", {}, {"batch": 16}),
    Row("W2.1", "MNIST MLP 784-72-10, batch 1, f32", "mnist", {"batch": 1}, {"batch": 1}),
    Row("W2.128", "MNIST MLP, batch 128, f32", "mnist", {"batch": 128}, {"batch": 8}),
    Row("W2.1024", "MNIST MLP, batch 1024, f32", "mnist", {"batch": 1024}, {"batch": 40, "pixels": 60}),
    Row("W3", "logistic regression, 500x2", "logistic", {}, {"rows": 40}),
    Row("W4", "ten layers of 256, batch 128, f32", "deep", {}, {"batch": 8, "width": 16}),
    Row("W5", "elementwise chain, 1e6", "chain", {}, {"size": 10_000}),
    Row("W6.sine", "scalar loop: sine recurrence, 1000 steps", "sine", {}, {"steps": 30}),
    Row("W6.lorenz", "scalar loop: Lorenz RK4, 100 steps", "lorenz", {}, {"steps": 10}),
    Row("W6.newton", "scalar loop: Newton square roots, 50x20", "newton", {}, {"size": 5, "steps": 6}),
    Row("W7.array", "Rosenbrock, vectorised, 1e6", "rosenbrock", {}, {"size": 10_000}),
    Row("W7.loop", "Rosenbrock, Python loop, 1e4", "rosenbrock_loop", {}, {"size": 100}),
    Row("W8", "LSTM, 50 steps, hidden 32, batch 16", "lstm", {}, {"steps": 5, "rows": 3}),
)

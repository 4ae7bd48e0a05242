"""The golden losses with arguments to check their gradients at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.golden import losses
from tests.kit import rng


@dataclass(frozen=True)
class Case:
    function: Callable[..., Any]
    arguments: tuple[tuple[Any, ...], ...]  # the first are the example that the text is specialised for
    forms: tuple[str, ...] = ("grad", "value_and_grad", "generic")

    @property
    def name(self) -> str:
        return self.function.__name__


def network(rows: int, columns: int, hidden: int, seed: int) -> tuple[Any, ...]:
    """Parameters, inputs and labels of the network with one output."""
    draw = rng(seed)
    params = (
        draw.normal(size=(columns, hidden)),
        draw.normal(size=hidden),
        draw.normal(size=(hidden, 1)),
        draw.normal(size=1),
    )
    return params, draw.normal(size=(rows, columns)), (draw.random((rows, 1)) > 0.5) * 1.0


def _bins(size: int, seed: int) -> tuple[Any, ...]:
    """Numbers, the bins that they fall into, and a square table."""
    draw = rng(seed)
    return draw.normal(size=size), draw.integers(0, 3, size=size), draw.normal(size=(3, 3))


CASES = (
    Case(losses.mlp_loss, (network(8, 4, 5, 0), network(3, 2, 6, 1))),
    Case(losses.domke, ((0.3,), (-1.2,))),
    Case(losses.branches, ((0.7, 4), (0.2, 7), (0.4, 0))),
    Case(losses.rosenbrock, ((rng(2).normal(size=5),), (rng(3).normal(size=2),))),
    Case(losses.smooth, ((rng(4).normal(size=9), 3, 0.1), (rng(5).normal(size=4), 0, 0.3))),
    Case(losses.power, ((1.3, 4), (0.7, 0), (-0.4, 1))),
    Case(losses.pairwise, ((rng(6).normal(size=5), 0.7), (rng(7).normal(size=1), 1.5), (rng(8).normal(size=12), -0.2))),
    Case(losses.binned, (_bins(5, 9), _bins(2, 10)), ("grad", "value_and_grad")),  # what may be no array is not changed
)

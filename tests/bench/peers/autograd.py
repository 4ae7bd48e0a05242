"""autograd, on the losses as they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import autograd.numpy
from autograd import value_and_grad

from tests.bench.peers import with_numpy
from tests.bench.workloads import Row


def made(row: Row, arguments: tuple[Any, ...]) -> Callable[[], Any]:
    return partial(value_and_grad(with_numpy(row.module.loss, autograd.numpy)), *arguments)

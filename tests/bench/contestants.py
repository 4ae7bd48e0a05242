"""Who is measured on a workload: each contestant is a call without arguments that returns value and gradient."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import sourcead
from tests.bench import agreement
from tests.bench.workloads import Row

Call = Callable[[], Any]

OWN = ("readable", "primal", "tuned", "sourcead", "its text", "sourcead numba")
PEERS = {  # name: (the library, what makes a call of it in the library's file)
    "autograd": ("autograd", "made"),
    "torch": ("torch", "made"),
    "torch.compile": ("torch", "compiled"),
    "jax": ("jax", "made"),
    "numba": ("numba", "made"),
}
NAMES = (*OWN, *PEERS)


def made(name: str, row: Row, arguments: tuple[Any, ...]) -> Call | None:
    """A contestant for a workload; None where it is not installed, or has no part in it."""
    module = row.module
    if name in ("readable", "tuned"):
        return partial(getattr(module, name), *arguments)
    if name == "primal":
        return partial(module.loss, *arguments)
    if name == "sourcead":
        return partial(sourcead.value_and_grad(module.loss), *arguments)
    if name == "its text":  # the emitted function, without guard and dispatch
        return partial(sourcead.value_and_grad(module.loss).specialize(*arguments).fn, *arguments)
    if name == "sourcead numba":
        return _by_numba(module.loss, arguments)
    library, maker = PEERS[name]
    if find_spec(library) is None:
        return None
    file = importlib.import_module(f"tests.bench.peers.{library}")
    call: Call | None = getattr(file, maker)(row, arguments)
    return call


def _by_numba(loss: Callable[..., Any], arguments: tuple[Any, ...]) -> Call | None:
    """The Numba form of sourcead's own; None where Numba is missing, or cannot take this loss."""
    if find_spec("numba") is None:
        return None
    derivative = sourcead.value_and_grad(loss, backend="numba")
    if "numba" not in derivative.specialize(*arguments).source:
        return None
    return partial(derivative, *arguments)


def all_of(row: Row, arguments: tuple[Any, ...], names: tuple[str, ...] = NAMES) -> dict[str, Call]:
    """The contestants of a workload that are there, all found to agree. One that fails is left out, and said so."""
    calls: dict[str, Call] = {}
    expected = row.module.readable(*arguments)
    for name in names:
        try:
            call = made(name, row, arguments)
            if call is None:
                continue
            agreement.check(name, call(), expected[0] if name == "primal" else expected)
        except Exception as error:
            if name in ("readable", "primal", "tuned"):
                raise
            first = str(error).strip().splitlines() or [""]
            print(f"{row.key}: {name} is left out: {type(error).__name__}: {first[0]}", file=sys.stderr, flush=True)
            continue
        calls[name] = call
    return calls

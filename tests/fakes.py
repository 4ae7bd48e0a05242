"""A compiler with hand-written output in place of the real one, for tests of what stands around the compiler."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sourcead.cache import CACHE
from sourcead.guard import Assumption
from sourcead.ir import Capture


@dataclass(frozen=True)
class Wanted:
    argnums: tuple[int, ...]
    single: bool
    mode: str
    has_aux: bool


@dataclass(frozen=True)
class Request:
    function: Callable[..., Any]
    argnums: tuple[int, ...]
    scalar_argnums: bool
    mode: str
    has_aux: bool
    kinds: dict[str, Any] | None
    inner: tuple[Wanted, ...] = ()
    emission: Any = None
    sizes: Any = None


@dataclass(frozen=True)
class Derived:
    text: str
    name: str
    captures: tuple[Capture, ...]
    assumptions: tuple[Assumption, ...]
    module_globals: dict[str, Any]
    request: Request
    stored: tuple[Any, ...] = ()
    effects: tuple[Any, ...] = ()


class NeedsValue(Exception):
    def __init__(self, path: tuple[tuple[str, Any], ...]) -> None:
        super().__init__(path)
        self.path = path


Write = Callable[[Request], "tuple[str, tuple[Capture, ...], tuple[Assumption, ...]] | str"]


@dataclass
class Compiler:
    """Counts what it compiles; `write` gives the text: a def named `derived`, with captures and assumptions."""

    write: Write = field(default=lambda request: "def derived(*args): return args")
    requests: list[Request] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.requests)

    def derive(self, request: Request) -> Derived:
        self.requests.append(request)
        written = self.write(request)
        text, captures, assumptions = written if isinstance(written, tuple) else (written, (), ())
        function = getattr(request.function, "__func__", request.function)
        return Derived(text, "derived", captures, assumptions, getattr(function, "__globals__", {}), request)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    """The fake in place of the compiler, with an empty cache."""
    fake = Compiler()
    pipeline: Any = types.ModuleType("sourcead.pipeline")
    pipeline.Request, pipeline.Wanted, pipeline.NeedsValue = Request, Wanted, NeedsValue
    pipeline.derive = fake.derive
    monkeypatch.setitem(sys.modules, "sourcead.pipeline", pipeline)
    before = CACHE.tables.copy()
    CACHE.tables.clear()
    yield fake
    CACHE.tables.clear()
    CACHE.tables.update(before)


__all__ = ["Compiler", "compiler"]

"""Asking the compiler: again with the value of an int where it needs that, its defects turned into `InternalError`."""

from __future__ import annotations

import gc
import importlib
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from sourcead.callee import Argnums, Callee
from sourcead.emission import Emission
from sourcead.errors import InternalError, Place, SourceADError
from sourcead.kinds import Kind
from sourcead.records import dataclass, field
from sourcead.signature import with_known
from sourcead.sizes import Sizes
from sourcead.switches import exactly_without

Made = TypeVar("Made")
Level: TypeAlias = "tuple[tuple[int, ...], bool, str, bool]"  # argnums, whether they are one, mode, has_aux


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for, apart from the function. mode: "grad", "value_and_grad", "jvp" or "vjp"."""

    argnums: Argnums
    mode: str
    has_aux: bool
    emission: Emission = field(default_factory=Emission)


def with_request(
    callee: Callee,
    wanted: tuple[int, ...],
    options: Options,
    kinds: dict[str, Kind] | None,
    values: tuple[Any, ...] | None,
    run: Callable[[Any, Any], Made],
    inner: tuple[Level, ...] = (),
) -> Made:
    """Run the compiler (`run(pipeline, request)`); where it needs the value of an int argument, again with that."""
    with _collecting_later():
        while True:
            try:
                return _converting(callee, wanted, options, kinds, sizes_of(callee, kinds, values), run, inner)
            except _NeedsLeaf as need:
                assert kinds is not None and values is not None
                kinds = _with_leaf(kinds, need.path, dict(zip(callee.names, values, strict=True)))


@contextmanager
def _collecting_later() -> Iterator[None]:
    """No garbage is collected while something compiles: what is made lives that long anyway, and looking through it
    again and again would cost more than the compiler."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _converting(
    callee: Callee,
    wanted: tuple[int, ...],
    options: Options,
    kinds: dict[str, Kind] | None,
    sizes: Sizes,
    run: Callable[[Any, Any], Made],
    inner: tuple[Level, ...],
) -> Made:
    """Run the compiler: the one place where its defects become `InternalError`."""
    try:
        pipeline: Any = importlib.import_module("sourcead.pipeline")
        scalar = not isinstance(options.argnums, tuple)
        levels = tuple(pipeline.Wanted(*level) for level in inner)
        request = pipeline.Request(
            callee.function, wanted, scalar, options.mode, options.has_aux, kinds, levels, options.emission, sizes
        )
        try:
            with exactly_without(options.emission.without):
                return run(pipeline, request)
        except pipeline.NeedsValue as need:
            raise _NeedsLeaf(need.path) from None
    except (SourceADError, _NeedsLeaf):
        raise
    except Exception as error:
        raise InternalError.during(_stage_of(error), error, place_of(callee)) from error


def sizes_of(callee: Callee, kinds: dict[str, Kind] | None, values: tuple[Any, ...] | None) -> Sizes:
    """How large the arguments are, where there are any."""
    sizes = Sizes()
    if kinds is not None and values is not None:
        for name, value in zip(callee.names, values, strict=True):
            sizes.add(kinds[name], value, (("param", name),))
    return sizes


class _NeedsLeaf(Exception):
    """The compiler needs the value of the int at this path."""

    def __init__(self, path: tuple[tuple[str, Any], ...]) -> None:
        super().__init__(path)
        self.path = path


def _with_leaf(kinds: dict[str, Kind], path: tuple[tuple[str, Any], ...], values: dict[str, Any]) -> dict[str, Kind]:
    """The kinds with the leaf at the path replaced by its value."""
    (_, name), *accessors = path
    refined = with_known(kinds[name], values[name], path[:1], tuple(accessors))
    if refined == kinds[name]:
        raise InternalError(f"the compiler asks again for a value that it was given: {name}")
    return {**kinds, name: refined}


def _stage_of(error: BaseException) -> str:
    """The module of the compiler in which an exception was raised: the innermost frame of this package."""
    stage, trace = "derivative", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("sourcead."):
            stage = module.removeprefix("sourcead.")
        trace = trace.tb_next
    return stage


def place_of(callee: Callee) -> Place | None:
    """Where the function begins."""
    code = getattr(callee.function, "__code__", None)
    if not isinstance(code, types.CodeType):
        return None
    line = code.co_firstlineno
    return Place(code.co_filename, line, 0, line, 0, callee.name, "", line)

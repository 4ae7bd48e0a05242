"""The compiler opened up for tests: requests, the IR after every stage, and running it without any text."""

from __future__ import annotations

import builtins
import inspect
import itertools
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sourcead import pipeline
from sourcead.backend.load import load
from sourcead.backend.writer import write
from sourcead.emission import Emission
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.source import read
from sourcead.interpret import interpret
from sourcead.ir import Block, Capture, Function, Op, walk
from sourcead.kinds import Kind
from sourcead.pipeline import NeedsValue, Request
from sourcead.signature import kind_of, with_known
from sourcead.sizes import Sizes

PLAIN = Emission(style="plain", stabilize=False)  # the value to the bit
_numbers = itertools.count()


@dataclass(frozen=True)
class Stages:
    """One compilation: the IR after every stage by name, and the function that would be written."""

    request: Request
    seen: dict[str, Function]
    final: Function
    module_globals: dict[str, Any]

    def run(self, stage: str, *args: Any) -> Any:
        """What the IR after a stage computes."""
        own = {c.name: captured(c, self.module_globals) for c in self.final.captures}
        return interpret(self.seen[stage], *args, captures={**vars(builtins), **own})

    def run_text(self, *args: Any, function: Function | None = None) -> Any:
        """What the text computes."""
        final = function or self.final
        made = load(write(final), final.name, self.final.captures, self.module_globals, f"<test {next(_numbers)}>")
        return made(*args)


def captured(capture: Capture, module_globals: dict[str, Any]) -> Any:
    """The object that a free name of the emitted function stands for."""
    if capture.how == "global":
        return module_globals[capture.name]
    return capture.root.cell_contents if capture.how == "cell" else capture.root


def kinds_of(function: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, Kind]:
    """The kinds of arguments, by parameter."""
    names = list(inspect.signature(function).parameters)
    return {name: kind_of(value, (("param", name),)) for name, value in zip(names, args, strict=True)}


def compiled(
    function: Callable[..., Any],
    *args: Any,
    argnums: tuple[int, ...] = (0,),
    mode: str = "grad",
    generic: bool = False,
    has_aux: bool = False,
    emission: Emission = PLAIN,
    sizes: Sizes | None = None,
) -> Stages:
    """All stages of one function, for arguments of these kinds; with sizes, for the class that they are in."""
    kinds = None if generic else kinds_of(function, args)
    names = list(inspect.signature(function).parameters)
    while True:
        request = Request(function, argnums, len(argnums) == 1, mode, has_aux, kinds, (), emission, sizes or Sizes())
        seen: dict[str, Function] = {}
        source = read(function)
        try:
            final = pipeline.build(request, source, Resolver(generic=generic), seen.__setitem__)
            return Stages(request, seen, final, source.globals)
        except NeedsValue as need:
            assert kinds is not None
            (_, name), *steps = need.path
            value = dict(zip(names, args, strict=True))[name]
            kinds = {**kinds, name: with_known(kinds[name], value, need.path[:1], tuple(steps))}


def primal(function: Callable[..., Any], *args: Any, **options: Any) -> Block:
    """The resolved primal."""
    return compiled(function, *args, **options).seen["resolve"].body


def names_of(block: Block) -> list[str]:
    """The primitives of a block and of the blocks in it, in the order of the text."""
    return [op.name for op in walk(block)]


def ops_named(block: Block, name: str) -> list[Op]:
    """The ops of one primitive, in the order of the text."""
    return [op for op in walk(block) if op.name == name]


def function_of(text: str, **names: Any) -> FunctionType:
    """The last function that a text defines, as a notebook cell would, over these globals."""
    file = f"<cell {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "cell", "__builtins__": builtins, **names}
    exec(compile(text, file, "exec", dont_inherit=True), namespace)
    return [f for f in namespace.values() if isinstance(f, FunctionType) and f.__code__.co_filename == file][-1]

"""Loading: generated text to a callable.

The module's statements run inside an outer function, so that what the emitted function reads at module level
(imports, helpers, builtins) and what it captures are closure cells, while captured globals stay look-ups in the user's
own module.
The text is registered with linecache: tracebacks, pdb and inspect show generated lines.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import linecache
import re
from types import CellType, CodeType, FunctionType
from typing import Any

from sourcead.ir import Capture
from sourcead.records import dataclass, field

_EMITTED = "_emitted_function"
_BINDER = "_bind_captures"
_WORDS = re.compile(r"[^\W\d_]\w*")  # those in comments, too: what nothing reads does no harm


@dataclass(slots=True, eq=False)
class Compiled:
    """Text ready to be bound, any number of times, to captured objects and a user's module."""

    text: str
    name: str
    filename: str
    _codes: dict[tuple[tuple[str, bool], ...], tuple[CodeType, tuple[str, ...]]] = field(
        default_factory=dict, repr=False
    )
    _kernels: dict[str, Any] = field(default_factory=dict, repr=False)  # what Numba has compiled: it captures nothing

    def bind(self, captures: tuple[Capture, ...] = (), module_globals: dict[str, Any] | None = None) -> FunctionType:
        """The function over the user's own cells, objects and module."""
        target = {"__name__": "__main__", "__builtins__": builtins} if module_globals is None else module_globals
        roots = {c.name.split(".")[0]: c for c in captures}
        key = tuple(sorted((name, c.how == "global") for name, c in roots.items()))
        if key not in self._codes:
            self._codes[key] = self._binder(dict(key))
        code, words = self._codes[key]
        namespace: dict[str, Any] = {"__name__": target.get("__name__"), "__builtins__": builtins}
        exec(code, namespace)
        held = [roots[w].root if w in roots else getattr(builtins, w) for w in words]
        made = namespace[_BINDER](*held)
        self._share_kernels(made)
        _rebuild_others(made, roots, target)
        return _rebuilt(made, self.name, roots, target)

    def _share_kernels(self, made: FunctionType) -> None:
        """Take what Numba has compiled already, however often the text is bound."""
        waiting, done = [made], {made}
        while waiting:
            function = waiting.pop()
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
                called = cell.cell_contents
                if hasattr(called, "py_func"):
                    cell.cell_contents = self._kernels.setdefault(name, called)
                elif isinstance(called, FunctionType) and called not in done and called.__globals__ is made.__globals__:
                    done.add(called)
                    waiting.append(called)

    def _binder(self, is_global: dict[str, bool]) -> tuple[CodeType, tuple[str, ...]]:
        """The code that defines the outer function, and the names that it takes: captures, then builtins."""
        tree = ast.parse(self.text, self.filename)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == self.name:
                node.name = _EMITTED
        words = {w for w in set(_WORDS.findall(self.text)) if hasattr(builtins, w) and not keyword.iskeyword(w)}
        names = [name for name, in_module in is_global.items() if not in_module]
        names += sorted(words.difference(is_global))
        arguments = ast.arguments([], [ast.arg(n, lineno=1, col_offset=0) for n in names], None, [], [], None, [])
        frame = ast.parse(f"def {_BINDER}(): return {_EMITTED}")
        binder = frame.body[0]
        assert isinstance(binder, ast.FunctionDef)
        binder.args, binder.body = arguments, [*tree.body, *binder.body]
        return compile(frame, self.filename, "exec", dont_inherit=True), tuple(names)


def compile_text(text: str, name: str, filename: str) -> Compiled:
    """Register the text under its file name, and make it ready to be bound."""
    lines = text.splitlines(keepends=True)
    linecache.cache[filename] = (len(text), None, lines, filename)
    return Compiled(text, name, filename)


def load(
    text: str,
    name: str,
    captures: tuple[Capture, ...] = (),
    module_globals: dict[str, Any] | None = None,
    filename: str = "<sourcead>",
) -> FunctionType:
    """The function `name` of a generated module."""
    return compile_text(text, name, filename).bind(captures, module_globals)


def _rebuild_others(made: FunctionType, roots: dict[str, Capture], target: dict[str, Any]) -> None:
    """Do the same for the functions of the module that it calls, which find one another in the outer function's
    cells."""
    home, waiting, done = made.__globals__, [made], {made}
    while waiting:
        for cell in waiting.pop().__closure__ or ():
            called = cell.cell_contents
            if isinstance(called, FunctionType) and called.__globals__ is home and called not in done:
                done.add(called)
                waiting.append(called)
                cell.cell_contents = _rebuilt(called, called.__name__, roots, target)


def _rebuilt(made: FunctionType, name: str, roots: dict[str, Capture], target: dict[str, Any]) -> FunctionType:
    """The same function, called as the text calls it, over the user's cells and globals."""
    code = made.__code__.replace(co_name=name)
    if hasattr(code, "co_qualname"):
        code = code.replace(co_qualname=name)
    cells = made.__closure__ or ()
    closure = tuple(_cell(roots.get(free), cell) for free, cell in zip(code.co_freevars, cells, strict=True))
    function = FunctionType(code, target, name, made.__defaults__, closure)
    function.__kwdefaults__ = made.__kwdefaults__
    function.__doc__ = made.__doc__
    function.__qualname__ = name
    function.__module__ = target.get("__name__") or "__main__"
    return function


def _cell(capture: Capture | None, made: CellType) -> CellType:
    if capture is None or capture.how != "cell":
        return made
    assert isinstance(capture.root, CellType), f"{capture.name} is captured by cell"
    return capture.root

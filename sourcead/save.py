"""Saving: an emitted function as a module that stands alone, written whole or not at all."""

from __future__ import annotations

import builtins
import inspect
import os
import re
import sys
import threading
import types
from typing import Any

import numpy as np

from sourcead.backend.standalone import assemble, names_bound
from sourcead.cache import Entry
from sourcead.callee import Callee
from sourcead.conditions import ARRAY_TYPES, Names, Node, nodes
from sourcead.errors import ArgumentError, Diagnosis, display_path
from sourcead.guard import AccessPath, path_text, wanted_number
from sourcead.ir import Capture
from sourcead.kinds import Kind, Measured, Sized
from sourcead.runtime.sharing import overlap, places, refuse_shared, sharing

_FREE_IMPORTS = frozenset(sys.stdlib_module_names) | {"numba", "numpy", "scipy"}

_FOUND = '''def _found(x):
    """What was passed, in words."""
    if isinstance(x, np.ndarray):
        return "{} array of shape {}".format(x.dtype, x.shape)
    return type(x).__name__


'''


def save(entry: Entry, callee: Callee, path: str | os.PathLike[str], *, check: bool) -> None:
    """Write the entry's text for this function as a standalone module."""
    imports, constants = _captured(entry, callee)
    helpers = _checks(entry, callee) if check else ""
    if helpers and "np" not in names_bound(entry.text):
        imports.append("import numpy as np")
    call = f"_check_arguments({', '.join(callee.names)})" if helpers else ""
    text = entry.text.replace("@numba.njit(", "@numba.njit(cache=True, ")  # a file's machine code can be kept
    text = assemble(text, entry.name, imports, constants, helpers, call)
    _write(text, os.path.realpath(path))


def _write(text: str, path: str) -> None:
    """Replace the file by one that is complete."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


# Captures -----------------------------------------------------------------------------------------------------------


def _captured(entry: Entry, callee: Callee) -> tuple[list[str], list[str]]:
    """Import statements and constants for the free names of the text; refused where neither will do."""
    environment = callee.environment
    bound = names_bound(entry.text)
    imports: list[str] = []
    constants: list[str] = []
    refused: list[Diagnosis] = []
    for capture in entry.captures_in(environment):
        name = capture.name.partition(".")[0]
        if name in bound:
            continue
        try:
            value = _value(capture, entry.module_in(environment))
        except (NameError, ValueError):
            refused.append(Diagnosis(f"cannot save: {capture.name} has no value now"))
            continue
        literal = _literal(value)
        if vars(builtins).get(name) is value:
            continue
        if isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] in _FREE_IMPORTS:
            imports.append(f"import {value.__name__} as {name}")
        elif literal is not None:
            constants.append(f"{name} = {literal}  # {_origin(capture, callee)}")
        else:
            what = f"{capture.name}, {_article(type(value).__name__)} that {callee.name} captured"
            refused.append(Diagnosis(f"cannot save {what}", help=f"pass it to {callee.name} as an argument"))
    if refused:
        raise ArgumentError(*refused)
    return imports, constants


def _value(capture: Capture, module: dict[str, Any]) -> object:
    """What a capture stands for now."""
    if capture.how == "cell":
        return capture.root.cell_contents
    if capture.how == "object":
        return capture.root
    if capture.name in module:
        return module[capture.name]
    if hasattr(builtins, capture.name):
        return getattr(builtins, capture.name)
    raise NameError(capture.name)


def _literal(value: object) -> str | None:
    """A number (or text, None, a tuple of such) as source; None for anything else."""
    if isinstance(value, np.number | np.bool_):
        if isinstance(value, np.longdouble | np.clongdouble):
            return f"np.{type(value).__name__}({str(value)!r})"
        return f"np.{type(value).__name__}({_literal(value.item())})"
    if value is None or type(value) in (bool, int, str, bytes):
        return repr(value)
    if type(value) is float:
        if value != value:
            return "np.nan"
        return repr(value) if abs(value) != float("inf") else "np.inf" if value > 0 else "-np.inf"
    if type(value) is complex:
        return f"complex({_literal(value.real)}, {_literal(value.imag)})"
    if type(value) is tuple:
        items = [_literal(item) for item in value]
        if None in items:
            return None
        return f"({', '.join(map(str, items))}{',' if len(items) == 1 else ''})"
    return None


def _origin(capture: Capture, callee: Callee) -> str:
    code = getattr(callee.function, "__code__", None)
    where = f", {display_path(code.co_filename)}:{code.co_firstlineno}" if code is not None else ""
    words = {"cell": "captured by", "global": "global of"}.get(capture.how, "captured by")
    return f"{words} {callee.name}{where}"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


# The argument check -------------------------------------------------------------------------------------------------


class _PublicNames(Names):
    """Names that any module can use; a class or function that cannot be imported is known by its own name."""

    def __init__(self) -> None:
        self.helpers: list[str] = []

    def is_type(self, expr: str, kind: type) -> str:
        name = _public(kind)
        return f"type({expr}) is {name}" if name else f"type({expr}).__qualname__ == {kind.__qualname__!r}"

    def is_object(self, expr: str, obj: object) -> str:
        name = _public(obj)
        own = getattr(obj, "__qualname__", None) or getattr(obj, "name", None) or type(obj).__qualname__
        return (
            f"{expr} is {name}"
            if name
            else f'getattr({expr}, "__qualname__", getattr({expr}, "name", None)) == {own!r}'
        )

    def refer(self, obj: object) -> str:
        if obj is ARRAY_TYPES:
            return "(np.ndarray, np.memmap)"
        if isinstance(obj, tuple):
            return f"({', '.join(map(self.refer, obj))})"
        if isinstance(obj, np.dtype):
            return f"np.{obj.type.__name__}"
        return _public(obj) or repr(obj)

    def is_equal(self, expr: str, obj: object) -> str:
        return self.is_object(expr, obj)

    def once(self, expr: str) -> tuple[str, str]:
        return expr, expr

    def predicate(self, kind: Kind) -> str:
        name = f"_item{len(self.helpers)}"
        self.helpers.append("")
        tests = " and ".join(test for node in nodes(kind, "x", "item", self) for _, test in node.tests) or "True"
        self.helpers[int(name[5:])] = f"def {name}(x):\n    return {tests}\n\n\n"
        return name


def _public(obj: Any) -> str | None:
    """The name of a builtin or NumPy object."""
    name = getattr(obj, "__name__", None)
    if not isinstance(name, str):
        return None
    if vars(builtins).get(name) is obj:
        return name
    return f"np.{name}" if getattr(np, name, None) is obj else None


def _checks(entry: Entry, callee: Callee) -> str:
    """The functions that refuse arguments of other kinds than the text was made for; empty if it was made for any."""
    names = _PublicNames()
    lines: list[str] = []
    for assumption in entry.assumptions:
        if isinstance(assumption.fact, Sized):
            continue  # says what is fast: the text is right for every size
        if isinstance(assumption.fact, Measured):
            test = assumption.fact.test(list(map(_expression, assumption.fact.paths)))
            message = wanted_number(assumption.fact)
            lines += [f"    if not ({test}):\n", f"        raise TypeError({message!r})\n"]
            continue
        if assumption.path[0][0] == "param" and len(assumption.path) == 1:
            name = str(assumption.path[0][1])
            for node in nodes(assumption.fact, _safe(name), name, names):
                lines += _check(node)
    shared = _overlaps(entry, callee)
    if not lines and not shared:
        return ""
    header = f"def _check_arguments({', '.join(map(_safe, callee.names))}):\n"
    doc = '    """Refuse arguments of other kinds than this module was made for."""\n'
    doc = doc if lines else '    """Refuse arguments that share memory with what is changed."""\n'
    found = _FOUND if lines else ""
    return found + "".join(names.helpers) + (_SHARING if shared else "") + header + doc + "".join(lines) + shared


_HELPERS = (overlap, sharing, places, refuse_shared)
_SHARING = "".join(
    re.sub(r"\b(overlap|sharing|places|refuse_shared)\(", r"_\1(", re.sub(r"  # noqa.*", "", inspect.getsource(helper)))
    + "\n\n"
    for helper in _HELPERS
)


def _overlaps(entry: Entry, callee: Callee) -> str:
    """The statements that refuse arguments that share memory with what is stored into; empty if nothing is."""
    stored = [s for s in entry.stored if s.path[0][0] == "param"]
    if not stored:
        return ""
    passed = ", ".join(f"*_places({_safe(n)}, {n!r})" for n in callee.names)
    targets = ", ".join(f"({path_text(s.path)!r}, {_expression(s.path)})" for s in stored)
    return f"    _refuse_shared([{passed}], {targets})\n"


def _expression(path: AccessPath) -> str:
    """A path as an expression of the check."""
    (_, root), *accessors = path
    return _safe(root) + "".join(f".{key}" if how == "attr" else f"[{key!r}]" for how, key in accessors)


def _safe(name: str) -> str:
    """A parameter's name in the check, where it hides nothing that the tests read."""
    return f"{name}_" if hasattr(builtins, name) or name == "np" else name


def _check(node: Node) -> list[str]:
    """One test, with its error."""
    tests = [test for _, test in sorted(node.tests, key=lambda item: item[0])]
    condition = " and ".join(tests)
    if len(condition) > 76:
        condition = "\n        " + "\n        and ".join(tests) + "\n    "
    message = f"{node.words} must {node.wanted}, got "
    return [f"    if not ({condition}):\n", f"        raise TypeError({message!r} + _found({node.expr}))\n"]

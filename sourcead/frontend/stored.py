"""Lowered rules, stored as Python stores bytecode: this package's own rules are read and lowered once for each
installation, not by every process that differentiates something.

    sourcead/rules/linalg.py    ->    sourcead/rules/__pycache__/linalg.cpython-311.lowered

A file of lowered rules is good for one text of the rules' file and of the front end (by size and time, as bytecode is),
and for the very bytecode of a rule; any other is not looked at. It is written when the process ends, where Python may
write bytecode; that it cannot be written or read changes nothing but time.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import os
import pickle
import sys
from importlib.util import cache_from_source
from types import CodeType
from typing import Any, TypeAlias

import gast

from sourcead.digests import digest
from sourcead.frontend import WRITTEN
from sourcead.frontend import surface as primitives
from sourcead.frontend.lowering import Surface
from sourcead.frontend.source import SourceText
from sourcead.ir import Primitive
from sourcead.kinds import TOP
from sourcead.version import __version__

Key: TypeAlias = "tuple[str, int, bytes, str]"

_PRIMITIVES = {p.name: p for p in vars(primitives).values() if isinstance(p, Primitive)}
_files: dict[str, dict[Key, bytes]] = {}  # what is stored of each file of rules
_grown: list[tuple[CodeType, Surface]] = []  # what is not stored yet


def stored(code: CodeType) -> Surface | None:
    """The lowered form of a rule, if it is stored."""
    found = _of_file(code.co_filename).get(_key(code))
    if found is None:
        return None
    surface: Surface = _Reader(io.BytesIO(found), code.co_filename).load()
    return surface


def store(code: CodeType, lowered: Surface) -> None:
    """Keep the lowered form of a rule for the processes to come."""
    if not _mark(code.co_filename) or sys.dont_write_bytecode:
        return
    if not _grown:
        atexit.register(write)
    _grown.append((code, lowered))


def write() -> None:
    """Write what is known now; another process that does so at the same time may win."""
    for code, lowered in _grown:
        written = io.BytesIO()
        with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):  # it holds what is of this process
            _Writer(written, code.co_filename).dump(lowered)
            _of_file(code.co_filename)[_key(code)] = written.getvalue()
    for file in dict.fromkeys(code.co_filename for code, _ in _grown):
        target = _target(file)
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            scratch = f"{target}.{os.getpid()}"
            with open(scratch, "wb") as opened:
                pickle.dump((_mark(file), _of_file(file)), opened, protocol=5)
            os.replace(scratch, target)
    _grown.clear()


def _of_file(file: str) -> dict[Key, bytes]:
    """What is stored of a file of rules."""
    if file not in _files:
        _files[file], now = {}, _mark(file)  # asked for before the text is read
        with contextlib.suppress(OSError, ValueError, EOFError, pickle.UnpicklingError, TypeError):
            with open(_target(file), "rb") as opened:
                mark, found = pickle.load(opened)
            if mark == now:
                _files[file] = found
    return _files[file]


def _target(file: str) -> str:
    return cache_from_source(file).removesuffix("pyc") + "lowered"


def _key(code: CodeType) -> Key:
    return code.co_name, code.co_firstlineno, code.co_code, repr((code.co_names, code.co_varnames, code.co_freevars))


@functools.cache
def _mark(file: str) -> str:
    """What a lowered form depends on: the text of the rules' file, and all that lowers; "" where that is unknown."""
    try:
        own = os.stat(file)
    except OSError:
        return ""
    text = f"{__version__} {gast.__file__} {own.st_mtime_ns} {own.st_size}\n{WRITTEN}"
    return digest(text) if WRITTEN else ""


class _Writer(pickle.Pickler):
    """Writes records as calls of their classes; what stands for itself by name, the file's own name as such."""

    def __init__(self, written: io.BytesIO, file: str) -> None:
        super().__init__(written, protocol=5)
        self.file = file

    def persistent_id(self, obj: Any) -> str | None:
        if isinstance(obj, Primitive):
            if _PRIMITIVES.get(obj.name) is not obj:
                raise pickle.PicklingError(f"{obj.name} is told by its identity")
            return obj.name
        if obj is TOP:
            return "TOP"
        if isinstance(obj, SourceText):  # it was needed for lowering only
            return "TEXT"
        return "FILE" if obj == self.file and type(obj) is str else None

    def reducer_override(self, obj: Any) -> Any:
        cls = type(obj)
        if not hasattr(cls, "__record_values__"):
            return NotImplemented
        return cls, cls.__record_values__(obj)


class _Reader(pickle.Unpickler):
    def __init__(self, written: io.BytesIO, file: str) -> None:
        super().__init__(written)
        self.known = {**_PRIMITIVES, "TOP": TOP, "TEXT": None, "FILE": file}

    def persistent_load(self, pid: str) -> Any:
        return self.known[pid]

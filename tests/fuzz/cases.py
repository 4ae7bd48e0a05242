"""Loading and running a generated program: under plain Python, with everything that it changes seen."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import itertools
import linecache
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.fuzz.generator import Case, draws

LARGEST = 1e4
NUMBERS = itertools.count()


class OutOfTime(BaseException):
    """No `except Exception`, neither a program's nor the compiler's, keeps this."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in what takes longer (where the system has alarms)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: Any) -> None:
        raise OutOfTime(f"no end after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Loaded:
    """A program that can be run: each run gets arguments of its own."""

    case: Case
    module: ModuleType

    @property
    def f(self) -> Callable[..., Any]:
        found: Callable[..., Any] = self.module.f
        return found

    def arguments(self) -> tuple[Any, ...]:
        made: tuple[Any, ...] = eval(self.case.arguments, self.module.__dict__)
        return made

    def state(self) -> dict[str, Any]:
        """What the program could change outside its arguments."""
        return {k: v for k, v in vars(self.module).items() if k.isupper()}


@contextmanager
def loaded(case: Case, folder: Path) -> Iterator[Loaded]:
    """The program as a module, from a real file."""
    path = folder / f"fuzz_program_{next(NUMBERS)}.py"
    path.write_text(case.text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        exec(compile(case.text, str(path), "exec"), module.__dict__)
        yield Loaded(case, module)
    finally:
        del sys.modules[path.stem]
        path.unlink()
        linecache.cache.pop(str(path), None)


@contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def printed() -> Iterator[io.StringIO]:
    """What is printed inside."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        yield out


def is_sound(case: Case, folder: Path) -> bool:
    """Whether the program runs under plain Python and gives a moderate number."""
    try:
        with quiet(), printed(), time_limit(5.0), loaded(case, folder) as program:
            value = program.f(*program.arguments())
            return bool(np.ndim(value) == 0 and np.isfinite(value) and abs(value) < LARGEST and _is_float(value))
    except (Exception, OutOfTime):
        return False


def _is_float(value: Any) -> bool:
    return isinstance(value, float | np.floating) or (isinstance(value, np.ndarray) and value.dtype == np.float64)


def draw(seed: int, folder: Path, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Case | None:
    """The program of a seed: the first that runs soundly; None if none of many does."""
    return next((case for case in draws(seed, only, without) if is_sound(case, folder)), None)

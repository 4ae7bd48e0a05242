"""What became of a program: right, wrong, crashed, refused, or one that says nothing about the derivative."""

from __future__ import annotations

import copy
import importlib.util
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import sourcead
from tests.kit import moved
from tests.programs.kit import assert_identical, assert_owned

RIGHT, WRONG, CRASH, REFUSED, SILENT = "right", "wrong", "crash", "refused", "says nothing"
RTOL, ATOL = 2e-4, 2e-6


@dataclass(frozen=True)
class Verdict:
    """One of the words above, and the reason."""

    word: str
    reason: str = ""


def arguments(seed: int) -> tuple[Any, ...]:
    """The arguments of a program: a vector of 4, a float, an int."""
    source = np.random.default_rng(seed)
    return source.uniform(-1.2, 1.2, size=4), float(source.uniform(-1, 1)), int(source.integers(0, 4))


def load(text: str, path: Path) -> Callable[..., Any]:
    """The function f of the program, from a real file."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    f: Callable[..., Any] = module.f
    return f


def differences(f: Callable[..., Any], args: tuple[Any, ...], step: float) -> list[float]:
    """Central differences with respect to every entry of x and y."""
    found: list[float] = []
    for argnum, indices in ((0, [(k,) for k in range(len(args[0]))]), (1, [()])):
        for index in indices:
            ends = []
            for sign in (1, -1):
                changed = [*copy.deepcopy(args)]
                changed[argnum] = moved(changed[argnum], 0, index, sign * step)
                ends.append(float(f(*changed)))
            found.append((ends[0] - ends[1]) / (2 * step))
    return found


@contextmanager
def time_limit(seconds: float = 10.0) -> Iterator[None]:
    """Raise TimeoutError in what takes longer (where the system has alarms)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: Any) -> None:
        raise TimeoutError(f"no end after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def judge(f: Callable[..., Any], args: tuple[Any, ...], *, generic: bool = False) -> Verdict:
    """Differentiate the program and compare value, gradient, arguments and ownership."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with time_limit():
                value = f(*copy.deepcopy(args))
                coarse, fine = differences(f, args, 1e-4), differences(f, args, 3e-5)
        except Exception as error:  # the program itself is at fault
            return Verdict(SILENT, type(error).__name__)
        if not np.all(np.isfinite([value, *coarse, *fine])) or np.max(np.abs([value, *fine])) > 1e6:
            return Verdict(SILENT, "not finite")
        if not np.allclose(coarse, fine, rtol=1e-4, atol=1e-5):
            return Verdict(SILENT, "a kink")
        return _verdict(f, args, value, fine, generic)


def _verdict(f: Callable[..., Any], args: tuple[Any, ...], value: Any, expected: list[float], generic: bool) -> Verdict:
    derivative: Any = sourcead.value_and_grad(f, (0, 1))
    given = copy.deepcopy(args)
    try:
        with time_limit():
            derivative = derivative._generic_bound().fn if generic else derivative
            found, gradient = derivative(*given)
            kept = copy.deepcopy(gradient)
            again = derivative(*given)
    except sourcead.InternalError as error:
        return Verdict(CRASH, f"InternalError {error.diagnoses[0].message}: {error.diagnoses[0].notes}")
    except sourcead.SourceADError as error:
        located = error.diagnoses[0].at is not None
        return Verdict(REFUSED if located else CRASH, error.diagnoses[0].message)
    except Exception as error:
        return Verdict(CRASH, f"{type(error).__name__}: {error}")
    try:
        assert_identical(found, value, "value")
        assert_identical(given, args, "arguments")
        assert_owned(gradient, given)
        assert_identical(again, (value, kept), "the second call")
        assert isinstance(gradient[0], np.ndarray) and gradient[0].shape == (4,), "structure"
        assert np.shape(gradient[1]) == (), "structure"
        actual = [*gradient[0], gradient[1]]
        np.testing.assert_allclose(actual, expected, rtol=RTOL, atol=ATOL, err_msg="gradient")
    except AssertionError as error:
        return Verdict(WRONG, " ".join(str(error).split())[:300])
    return Verdict(RIGHT)

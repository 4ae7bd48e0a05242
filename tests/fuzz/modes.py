"""The other modes on random programs: tangents, pullbacks and second derivatives agree with the gradient.

    python -m tests.fuzz.modes --count 200 --mode forward         # forward, pullback, or a second order (see MODES)
    python -m tests.fuzz.modes --mode forward --show 17           # one program, its source and its verdict
    python -m tests.fuzz.modes --mode forward --shrink 17         # the smallest program that fails alike

<gradient, t> is the tangent for t; a pullback of 1 is the gradient; Hessian times vector is one vector, however it is
computed: forward over reverse, or reverse over a function that calls `grad` or `jvp`.
"""

from __future__ import annotations

import argparse
import copy
import functools
import inspect
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import sourcead
from sourcead.derivative import Derivative, Options
from sourcead.emission import Emission
from tests.fuzz.cases import Loaded, OutOfTime, draw, loaded, printed, quiet, time_limit
from tests.fuzz.generator import Case
from tests.fuzz.judge import CRASH, OK, REFUSED, SECONDS, SKIPPED, WRONG, Unsteady, Verdict, assert_alike, slope
from tests.fuzz.survey import Finding, grouped, summary
from tests.kit import is_leaf, leaves, random_like, tree_map
from tests.programs.kit import assert_identical, assert_owned

RTOL, ATOL = 1e-8, 1e-9  # between derivatives
LOOSE_RTOL, LOOSE_ATOL = 5e-5, 5e-6  # between a derivative and differences of gradients

PLAIN = Emission(style="plain", stabilize=False)  # the value to the bit


class NotFinite(Exception):
    """There is no derivative here."""


@dataclass(frozen=True)
class Run:
    """What one call gave, changed and printed."""

    result: Any
    given: tuple[Any, ...]
    state: dict[str, Any]
    said: str


def run(case: Case, folder: Path, call: Callable[[Loaded, tuple[Any, ...]], Any]) -> Run:
    """Call something with the arguments of the program, in a module of its own."""
    with loaded(case, folder) as program, time_limit(SECONDS), printed() as said:
        given = program.arguments()
        result = call(program, given)
        return Run(result, given, copy.deepcopy(program.state()), said.getvalue())


def plain(case: Case, folder: Path) -> Run:
    return run(case, folder, lambda program, given: program.f(*given))


def gradients(case: Case, folder: Path) -> Any:
    """The reference for all modes."""
    return run(case, folder, lambda p, given: sourcead.value_and_grad(p.f, case.argnums)(*given)[1]).result


def called(derivative: Derivative, given: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """Call a forward derivative, whose tangents come behind the arguments."""
    made = derivative.specialize(*given).fn
    callee = derivative._callee
    names = [name for name in inspect.signature(made).parameters if name not in callee.names]
    assert len(names) == len(tangents), f"parameters for tangents: {names}"
    return callee.spread(functools.partial(made, **dict(zip(names, tangents, strict=True))), callee.bind(*given))


def directions(arguments: tuple[Any, ...], argnums: tuple[int, ...], seed: int = 1) -> tuple[Any, ...]:
    """A random tangent for each differentiated argument."""
    return tuple(random_like(arguments[k], seed + k) for k in argnums)


def inner(a: Any, b: Any) -> float:
    """The inner product of two trees of numbers."""
    return float(sum(np.sum(np.multiply(x, y)) for x, y in zip(leaves(a), leaves(b), strict=True)))


def close(actual: Any, expected: Any, scale: float, what: str, rtol: float = RTOL, atol: float = ATOL) -> None:
    assert isinstance(actual, float | np.floating | np.ndarray), f"{what}: {type(actual).__name__}"
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol * max(1.0, scale), err_msg=what)


def size(tree: Any) -> float:
    """The greatest entry."""
    found = max((float(np.max(np.abs(x), initial=0.0)) for x in leaves(tree)), default=0.0)
    if not np.isfinite(found):
        raise NotFinite
    return found


def same_call(found: Run, value: Any, expected: Run) -> None:
    """Value, arguments, globals and print are those of one call of f."""
    assert_identical(value, expected.result, "value")
    assert_alike(found.given, expected.given, "arguments after the call")
    assert_alike(found.state, expected.state, "globals after the call")
    assert found.said == expected.said, "what is printed"


# -- the modes ----------------------------------------------------------------------------------------------------


def forward(case: Case, folder: Path) -> None:
    """The tangent is <gradient, t>; the tangents that are given stay as they are."""
    expected, gradient = plain(case, folder), gradients(case, folder)

    def call(program: Loaded, given: tuple[Any, ...]) -> Any:
        tangents = directions(given, case.argnums)
        kept = copy.deepcopy(tangents)
        value, tangent = called(Derivative(program.f, Options(case.argnums, "jvp", False, PLAIN)), given, tangents)
        assert_identical(tangents, kept, "the tangents given")
        assert_owned(tangent, (given, tangents, value))
        return value, tangent, tangents

    found = run(case, folder, call)
    value, tangent, tangents = found.result
    same_call(found, value, expected)
    shape = value.shape if isinstance(value, np.ndarray) else None
    assert shape == (tangent.shape if isinstance(tangent, np.ndarray) else None), "the tangent's type"
    close(tangent, inner(gradient, tangents), size(gradient), "tangent")


def pullback(case: Case, folder: Path) -> None:
    """The pullback of 1 is the gradient: each time, without effects, whatever became of arguments and value."""
    expected, gradient = plain(case, folder), gradients(case, folder)
    scale = size(gradient)

    def call(program: Loaded, given: tuple[Any, ...]) -> Any:
        derivative = Derivative(program.f, Options(case.argnums, "vjp", False, PLAIN))
        value, back = derivative.specialize(*given)(*given)
        return copy.deepcopy(value), value, back

    found = run(case, folder, call)
    kept, value, back = found.result
    same_call(found, kept, expected)
    with printed() as said:
        for what in ("pullback", "second call", "after the arguments changed"):
            given = back(1.0)
            given = given if len(case.argnums) > 1 else (given,) if not isinstance(given, tuple) else given
            compare(given, gradient, scale, what)
            assert_owned(given, (found.given, value))
            scramble(given)
            if what != "pullback":
                scramble(found.given)
                scramble(value)
        compare(tree_map(lambda x: x / 2, wrapped(back(2.0), case)), gradient, scale, "another cotangent")
    assert said.getvalue() == "", "the pullback prints"


def wrapped(given: Any, case: Case) -> Any:
    return given if len(case.argnums) > 1 or isinstance(given, tuple) else (given,)


def compare(actual: Any, expected: Any, scale: float, what: str, rtol: float = RTOL, atol: float = ATOL) -> None:
    """Trees agree, leaf by leaf."""
    found, wanted = leaves(actual), leaves(expected)
    assert len(found) == len(wanted), f"{what}: structure {actual!r}"
    for a, e in zip(found, wanted, strict=True):
        assert np.shape(a) == np.shape(e), f"{what}: shape"
        close(a, e, scale, what, rtol, atol)


def scramble(tree: Any) -> None:
    """Overwrite everything in place."""
    if isinstance(tree, np.ndarray) and is_leaf(tree) and tree.flags.writeable:
        tree[...] = np.nan
    elif isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            scramble(tree[key])
            if isinstance(tree[key], float):
                tree[key] = np.nan
    elif isinstance(tree, tuple):
        for item in tree:
            scramble(item)
    elif hasattr(type(tree), "__dataclass_fields__"):
        for name in type(tree).__dataclass_fields__:
            scramble(getattr(tree, name))
            if isinstance(getattr(tree, name), float):
                setattr(tree, name, np.nan)


def forward_over_reverse(case: Case, folder: Path) -> None:
    """The tangent of the gradient, against differences of gradients."""
    hessian_vector = by_tangent(case, folder)
    scale = size(hessian_vector.result)
    same_call(hessian_vector, None, replace(plain(case, folder), result=None))
    if case.stateful:
        return
    with loaded(case, folder) as program, time_limit(SECONDS), printed():
        start = program.arguments()
        u, w = (directions(start, case.argnums, seed) for seed in (1, 50))
        gradient = sourcead.grad(program.f, case.argnums)

        def at(step: float) -> float:
            return inner(gradient(*shifted(program.arguments(), case.argnums, u, step)), w)

        expected = slope(at, at(0.0))
    close(inner(hessian_vector.result, w), expected, scale, "jvp of grad", LOOSE_RTOL, LOOSE_ATOL)


def shifted(arguments: tuple[Any, ...], argnums: tuple[int, ...], u: tuple[Any, ...], step: float) -> tuple[Any, ...]:
    """The arguments, so much in the direction of u."""
    made = list(arguments)
    for k, direction in zip(argnums, u, strict=True):
        made[k] = moved_along(made[k], direction, step)
    return tuple(made)


def moved_along(tree: Any, u: Any, step: float) -> Any:
    if is_leaf(tree):
        return tree + step * u
    if isinstance(tree, dict):
        return {k: moved_along(v, u[k], step) for k, v in tree.items()}
    if hasattr(type(tree), "__dataclass_fields__"):
        names = type(tree).__dataclass_fields__
        return replace(tree, **{n: moved_along(getattr(tree, n), getattr(u, n), step) for n in names})
    if isinstance(tree, list | tuple):
        return type(tree)(moved_along(a, b, step) for a, b in zip(tree, u, strict=True))
    return tree


def by_tangent(case: Case, folder: Path) -> Run:
    """Hessian times vector: jvp of grad."""

    def call(program: Loaded, given: tuple[Any, ...]) -> Any:
        gradient = Derivative(program.f, Options(case.argnums, "grad", False, PLAIN))
        tangents = directions(given, case.argnums)
        return called(Derivative(gradient, Options(case.argnums, "jvp", False, PLAIN)), given, tangents)[1]

    return run(case, folder, call)


def reverse_over_reverse(case: Case, folder: Path) -> None:
    """The gradient of x -> <grad f(x), u>, written as a function that calls `grad`."""
    over_function(case, folder, "g_ = sourcead.grad(f, {argnums})({names})\n    return {inner}")


def reverse_over_forward(case: Case, folder: Path) -> None:
    """The gradient of x -> jvp of f at x, written as a function that calls `jvp`."""
    over_function(case, folder, "return jvp(f, ({names},), ({tangents},))[1]")


def over_function(case: Case, folder: Path, body: str) -> None:
    """The gradient of a function that calls a derivative of f, against the tangent of the gradient."""
    arguments = run(case, folder, lambda program, given: None).given
    names = run(case, folder, lambda program, given: list(inspect.signature(program.f).parameters)).result
    names = names[: len(arguments)]
    terms = [t for n, k in enumerate(case.argnums) for t in products(arguments[k], f"g_[{n}]", f"us_[{n}]")]
    us = {k: f"us_[{n}]" for n, k in enumerate(case.argnums)}
    text = body.format(
        argnums=case.argnums,
        names=", ".join(names),
        inner=" + ".join(terms),
        tangents=", ".join(us.get(k, "None") for k in range(len(names))),
    )
    header = f"\n\nimport sourcead\nfrom sourcead import jvp\n\n\ndef over_(us_, {', '.join(names)}):\n    {text}\n"
    larger = replace(case, text=case.text + header)
    argnums = tuple(k + 1 for k in case.argnums)
    u = directions(arguments, case.argnums)
    expected = by_tangent(case, folder)
    found = run(larger, folder, lambda program, given: sourcead.grad(program.module.over_, argnums)(u, *given))
    same_call(found, None, replace(plain(case, folder), result=None))
    compare(found.result, expected.result, size(expected.result), "Hessian times vector")


def products(tree: Any, a: str, b: str) -> Iterator[str]:
    """The terms of an inner product, as text."""
    if isinstance(tree, np.ndarray) and is_leaf(tree):
        yield f"({a} * {b}).sum()"
    elif is_leaf(tree):
        yield f"{a} * {b}"
    elif isinstance(tree, dict | list | tuple):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from products(tree[key], f"{a}[{key!r}]", f"{b}[{key!r}]")
    elif hasattr(type(tree), "__dataclass_fields__"):
        for name in type(tree).__dataclass_fields__:
            yield from products(getattr(tree, name), f"{a}.{name}", f"{b}.{name}")


MODES: dict[str, Callable[[Case, Path], None]] = {
    "forward": forward,
    "pullback": pullback,
    "forward_over_reverse": forward_over_reverse,
    "reverse_over_reverse": reverse_over_reverse,
    "reverse_over_forward": reverse_over_forward,
}


# -- judging ------------------------------------------------------------------------------------------------------


def judge(mode: str, case: Case, folder: Path) -> Verdict:
    """Try one mode on one program."""
    with quiet():
        try:
            MODES[mode](case, folder)
        except AssertionError as error:
            return Verdict(WRONG, " ".join(str(error).split())[:300])
        except (Unsteady, NotFinite):
            return Verdict(SKIPPED)
        except sourcead.InternalError as error:
            diagnosis = error.diagnoses[0]
            return Verdict(CRASH, f"InternalError {diagnosis.message}: {diagnosis.notes}")
        except sourcead.SourceADError as error:
            return Verdict(REFUSED if error.diagnoses[0].at is not None else CRASH, error.diagnoses[0].message)
        except OutOfTime as error:
            return Verdict(CRASH, str(error))
        except Exception as error:
            return Verdict(CRASH, f"{type(error).__name__}: {error}")
    return Verdict(OK)


def examine(mode: str, seed: int, folder: Path) -> Finding:
    """Draw the program of a seed and judge it."""
    case = draw(seed, folder)
    if case is None:
        return Finding(seed, Verdict(SKIPPED, "no sound program"))
    verdict = judge(mode, case, folder)
    return Finding(seed, verdict, None, case.used, grouped(verdict.reason, case.text))


@contextmanager
def _judged(mode: str) -> Iterator[None]:
    """The shrinker asks for the verdicts of a mode."""
    from tests.fuzz import shrink

    before = shrink.judge
    shrink.judge = lambda case, folder, *, generic=False: judge(mode, case, folder)
    try:
        yield
    finally:
        shrink.judge = before


def main(argv: list[str]) -> int:
    from tests.fuzz.shrink import shrink

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.modes")
    parser.add_argument("--mode", choices=list(MODES), default="forward")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--show", type=int, metavar="SEED")
    parser.add_argument("--shrink", type=int, metavar="SEED")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen = options.show if options.show is not None else options.shrink
        if chosen is not None:
            case = draw(chosen, folder)
            assert case is not None
            if options.shrink is not None:
                with _judged(options.mode):
                    case, _ = shrink(case, folder, seconds=90.0, refusals=True)
            print(case.text, f"\n# {case.arguments}, argnums {case.argnums}", sep="")
            print("#", judge(options.mode, case, folder))
            return 0
        start = time.monotonic()
        findings = []
        for seed in range(options.seed, options.seed + options.count):
            findings.append(examine(options.mode, seed, folder))
            if findings[-1].failed:
                print(f"seed {seed}: {findings[-1].verdict}", file=sys.stderr, flush=True)
            if time.monotonic() - start > options.seconds:
                break
        print(summary(findings, time.monotonic() - start))
    return int(any(finding.failed for finding in findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`sourcead check`: the derivatives of a function against central differences; exit 1 where one is wrong.

Forward and reverse mode are checked, and against one another by the dot-product test.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable
from typing import Any

import sourcead
from sourcead.callee import callee_of
from sourcead.checking import names_of
from sourcead.cli.target import UsageError, evaluate_arguments, load
from sourcead.holding import holding


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("check", help="compare derivatives with central differences", description=__doc__)
    parser.add_argument("target", metavar="FILE:FUNC", help="the function; also MODULE:FUNC, and Class.method for FUNC")
    parser.add_argument(
        "--args", metavar="EXPR", required=True, help="the arguments to check at, evaluated in the module"
    )
    parser.add_argument("--order", metavar="N", type=int, default=1, help="check up to this derivative (default: 1)")
    parser.add_argument(
        "--mode", choices=("fwd", "rev"), action="append", help="check this mode only (default: both)"
    )
    parser.add_argument("--rtol", metavar="X", type=float, help="how far one may lie off, relative to the largest")
    parser.add_argument("--atol", metavar="X", type=float, help="how far one may lie off in any case")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check, and say so."""
    if options.order < 1:
        raise UsageError(f"--order is 1, 2, ..., not {options.order}")
    target = load(options.target)
    args, kwargs = evaluate_arguments(options.args, target)
    function, values = _by_position(target.function, args, kwargs)
    modes = tuple(options.mode or ("fwd", "rev"))
    sourcead.check_grads(function, values, options.order, modes, rtol=options.rtol, atol=options.atol)
    words = {("fwd",): "forward mode agrees", ("rev",): "reverse mode agrees"}
    agree = words.get(modes, "forward and reverse mode agree")
    print(f"{options.target}: {agree} with central differences, up to order {options.order}")
    return 0


def _by_position(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A call with as few keywords as there can be; what can only be named is held."""
    if not kwargs:
        return function, args
    bound = inspect.signature(function).bind(*args, **kwargs)
    names = names_of(callee_of(function), len(bound.args))
    return holding(function, bound.args, range(len(bound.args)), names, bound.kwargs), bound.args

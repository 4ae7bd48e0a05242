"""`sourcead doctor`: everything that would be refused, all at once, with remedies; exit 1 where there is something."""

from __future__ import annotations

import argparse

import sourcead
from sourcead.cli.target import Target, UsageError, evaluate_arguments, load, load_module


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("doctor", help="list everything that would be refused", description=__doc__)
    parser.add_argument(
        "target", metavar="FILE[:FUNC]", help="a file, or one function of it; also MODULE[:FUNC], and a class for FUNC"
    )
    parser.add_argument("--args", metavar="EXPR", help="example arguments of FUNC, evaluated in the module")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report."""
    target = load(options.target) if ":" in options.target else load_module(options.target)
    if options.args is None:
        report = sourcead.doctor(target.function if isinstance(target, Target) else target)
    elif not isinstance(target, Target) or isinstance(target.function, type):
        raise UsageError("--args needs a function: FILE:FUNC")
    else:
        args, kwargs = evaluate_arguments(options.args, target)
        report = sourcead.doctor(target.function, *args, **kwargs)
    print(report)
    return 0 if report.ok else 1

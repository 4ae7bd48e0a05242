"""`sourcead show`: the source of the gradient, or the way to it."""

from __future__ import annotations

import argparse
import difflib
import sys

from sourcead.cli.derive import code, stages
from sourcead.cli.target import add_target_arguments
from sourcead.cli.terminal import paint


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("show", help="print the gradient's source", description=__doc__)
    add_target_arguments(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--ir", action="store_true", help="the intermediate form that the source is written from")
    what.add_argument("--passes", action="store_true", help="what every pass changes in the intermediate form")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what was asked for."""
    if options.passes:
        sys.stdout.write(paint(diffs(stages(options)), "diff", sys.stdout))
    elif options.ir:
        sys.stdout.write(paint(_line_ended(stages(options)[-1][1]), "python", sys.stdout))
    else:
        sys.stdout.write(paint(_line_ended(code(options).source), "python", sys.stdout))
    return 0


def diffs(stages: list[tuple[str, str]]) -> str:
    """Each stage as a unified diff of the text before it; the first from nothing, an idle one as one line."""
    out, before, before_name = [], "", "nothing"
    for name, text in stages:
        changes = list(difflib.unified_diff(_lines(before), _lines(text), before_name, name, lineterm=""))
        out += changes or [f"=== {name}: no change"]
        before, before_name = text, name
    return "\n".join(out) + "\n"


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").split("\n") if text else []


def _line_ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"

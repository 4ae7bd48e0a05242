"""`sourcead compile`: write the gradient as a module that imports NumPy and the standard library only."""

from __future__ import annotations

import argparse
from pathlib import Path

from sourcead.cli.derive import code
from sourcead.cli.target import UsageError, add_target_arguments


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("compile", help="write the gradient as a standalone module", description=__doc__)
    add_target_arguments(parser)
    parser.add_argument("-o", "--output", metavar="OUT.py", type=Path, required=True, help="the file to write")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the module."""
    if not options.output.parent.is_dir():
        raise UsageError(f"no such folder: {options.output.parent}")
    code(options).save(options.output)
    return 0

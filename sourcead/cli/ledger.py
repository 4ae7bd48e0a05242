"""`sourcead ledger`: what the forward sweep keeps for the backward sweep: which value, who reads it, bytes, and why."""

from __future__ import annotations

import argparse
import json

from sourcead.cli.derive import asked
from sourcead.cli.target import UsageError, add_target_arguments


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("ledger", help="list what the gradient keeps, in bytes", description=__doc__)
    add_target_arguments(parser)
    parser.add_argument("--json", action="store_true", help="the same as JSON, the generated source with it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the ledger."""
    derived, example = asked(options)
    if example is None:
        raise UsageError("a ledger needs sizes: give example arguments with --args")
    args, kwargs = example
    ledger = derived.ledger(*args, **kwargs)
    print(json.dumps({**ledger.as_dict(), "source": ledger.source}, indent=2) if options.json else ledger)
    return 0

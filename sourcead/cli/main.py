"""The command `sourcead`. Exit codes: 0 done, 1 the code was refused or a check failed (why: on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

import sourcead
from sourcead.cli import check, compile, doctor, ledger, show
from sourcead.cli.target import UsageError
from sourcead.errors import ArgumentValueError, SourceADError


def parser() -> argparse.ArgumentParser:
    """The command line with all its commands."""
    top = argparse.ArgumentParser(prog="sourcead", description="Write the gradient of a function as Python source.")
    top.add_argument("--version", action="version", version=f"sourcead {sourcead.__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (show, compile, check, doctor, ledger):
        command.add_parser(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = parser().parse_args(argv)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        if error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        print(f"sourcead: {error}", file=sys.stderr)
        return 2
    except ArgumentValueError as error:
        print(f"sourcead: --wrt: {error}", file=sys.stderr)
        return 2
    except SourceADError as error:
        print("".join(traceback.format_exception_only(type(error), error)), end="", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())

"""Runs the command line inside the test's own process."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from sourcead.cli.main import main

MODEL = '''import numpy as np


def loss(W, b):
    return np.sum(W * W * b)


def refused(x):
    yield x
'''


@dataclass(frozen=True)
class Finished:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def command(*argv: str) -> Finished:
    """Run `sourcead` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(argv)
        except SystemExit as exit:
            code = int(exit.code or 0)
    return Finished(code, out.getvalue(), err.getvalue())

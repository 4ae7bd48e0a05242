"""What tests of refusals are made of: programs as notebook cells, and the text of the refusal that a call ends in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import UnsupportedError
from tests.compiling import function_of

NAMES: dict[str, Any] = {"np": np, "math": math, "sourcead": sourcead}


def program(text: str, **names: Any) -> Callable[..., Any]:
    """The function that a notebook cell defines."""
    return function_of(text.strip("\n") + "\n", **NAMES, **names)


def refusal(error: type[Exception], call: Callable[[], Any]) -> str:
    """The text of the refusal, of exactly this class; the file is called model.py, whichever it is."""
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    return re.sub(r"--> \S[^:]*(?= [^:]*)?:(?=\d)", "--> model.py:", str(caught.value))


def refused(text: str, *args: Any, error: type[Exception] = UnsupportedError, **names: Any) -> str:
    """The refusal of a program, called; its generic form must not end in a defect either."""
    f = program(text, **names)
    try:
        sourcead.grad(f).source  # noqa: B018 -- compiling is what is tested
    except sourcead.SourceADError as other:
        assert not isinstance(other, sourcead.InternalError), str(other)
    return refusal(error, lambda: sourcead.grad(f)(*args))

"""Finding what the command line names, and reading --wrt and --args."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from sourcead.cli.target import UsageError, evaluate_arguments, load, parse_argnums

TEXT = '''
import numpy
from cli_neighbour import SIZE

def loss(W, b, *, rate=1.0):
    return rate * (W * b).sum()

class Net:
    def loss(self, x):
        return x * x

ones = numpy.ones(SIZE)
'''


@pytest.fixture
def model(model: Path) -> Path:
    model.with_name("cli_neighbour.py").write_text("SIZE = 3\n")
    model.write_text(TEXT)
    return model


def test_a_file_is_imported_under_its_stem_with_its_folder_on_the_path(model: Path) -> None:
    target = load(f"{model}:loss")
    assert target.function.__name__ == "loss"
    assert target.module.__name__ == "cli_model"
    assert sys.modules["cli_model"] is target.module
    assert load(f"{model}:loss").module is target.module


def test_a_method_by_its_class(model: Path) -> None:
    assert load(f"{model}:Net.loss").function.__qualname__ == "Net.loss"


def test_a_module_by_name(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent)
    assert load("cli_model:loss").function.__module__ == "cli_model"
    assert load("numpy.linalg:norm").function is np.linalg.norm


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("loss", "expected FILE:FUNC or MODULE:FUNC"),
        ("nowhere.py:loss", "no such file: nowhere.py"),
        ("cli_nowhere:loss", "no module named cli_nowhere"),
        ("{model}:lost", "has no 'lost'; it has loss"),
        ("{model}:ones", "ones of .* is no function but ndarray"),
    ],
)
def test_what_cannot_be_found_is_said(model: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        load(text.format(model=model))


def test_a_file_cannot_take_the_name_of_a_loaded_module(model: Path) -> None:
    impostor = model.with_name("numpy.py")
    impostor.write_text(TEXT)
    with pytest.raises(UsageError, match="a module named numpy is already loaded"):
        load(f"{impostor}:loss")
    assert sys.modules["numpy"] is np


def test_a_file_that_raises_leaves_no_half_module(model: Path) -> None:
    broken = model.with_name("cli_broken.py")
    broken.write_text("1 / 0\n")
    with pytest.raises(UsageError, match="cannot be imported") as caught:
        load(f"{broken}:loss")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert "cli_broken" not in sys.modules


@pytest.mark.parametrize(
    ("text", "argnums"),
    [(None, 0), ("W", "W"), ("W,b", ("W", "b")), ("b, rate", ("b", "rate")), ("1", 1), ("0,b", (0, "b"))],
)
def test_wrt(text: str | None, argnums: object) -> None:
    assert parse_argnums(text) == argnums


def test_args_are_evaluated_in_the_module_as_in_a_call(model: Path) -> None:
    target = load(f"{model}:loss")
    args, kwargs = evaluate_arguments("ones, np.zeros(2), rate=0.5  # comment", target)
    assert args[0] is target.module.ones
    assert args[1].shape == (2,)
    assert kwargs == {"rate": 0.5}


@pytest.mark.parametrize("text", ["ones, ones, ", "*[ones, ones], **{}", "b=ones, W=ones"])
def test_args_may_be_written_as_python_allows(model: Path, text: str) -> None:
    args, kwargs = evaluate_arguments(text, load(f"{model}:loss"))
    assert len(args) + len(kwargs) == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [("one", "NameError"), ("1,,", "SyntaxError"), ("1/0", "ZeroDivisionError"), ("1", "missing a required argument")],
)
def test_args_that_cannot_be_evaluated_are_wrong_usage(model: Path, text: str, error: str) -> None:
    with pytest.raises(UsageError, match=error):
        evaluate_arguments(text, load(f"{model}:loss"))

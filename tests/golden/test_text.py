"""The generated sources as a reader finds them, byte for byte; each text is run against central differences.

`make golden` writes the expected files anew: its diff is what a change of the compiler does to what people read.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import pipeline
from sourcead.emission import Emission
from sourcead.switches import off
from tests.compiling import kinds_of
from tests.golden import hand, losses
from tests.golden.cases import CASES, Case
from tests.kit import assert_trees_close, central_differences

HERE = Path(__file__).resolve().parent
EXPECTED = HERE / "expected"
ROOT = HERE.parent.parent
PLAIN = Emission(style="plain")  # the textbook's text
TEXTS = [(case, form) for case in CASES for form in case.forms]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # paths in the texts are relative to here


def text_of(case: Case, form: str) -> str:
    """The generated source."""
    kinds = None if form == "generic" else kinds_of(case.function, case.arguments[0])
    mode = "grad" if form == "generic" else form
    return pipeline.derive(pipeline.Request(case.function, (0,), True, mode, False, kinds, (), PLAIN)).text


def check(file: Path, text: str, config: pytest.Config) -> None:
    """The text is the expected one, which is written first where that is asked for; of the whole optimiser alone."""
    if off():
        return
    if config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def defined(text: str, name: str, **namespace: Any) -> Any:
    """What a text defines under a name, with nothing else in reach but what is given."""
    exec(compile(text, f"<{name}>", "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize(("case", "form"), TEXTS, ids=[f"{case.name}-{form}" for case, form in TEXTS])
def test_source(case: Case, form: str, pytestconfig: pytest.Config) -> None:
    text = text_of(case, form)
    made = defined(text, f"{case.name}_{'grad' if form == 'generic' else form}")
    for args in case.arguments:
        found = made(*args)
        if form == "value_and_grad":
            value, found = found
            near = 1e-13 if ", stably: " in text else 0
            np.testing.assert_allclose(value, case.function(*args), rtol=near)
        assert_trees_close(found, central_differences(case.function, args), what=case.name)
    check(EXPECTED / f"{case.name}_{form}.py", text, pytestconfig)


@pytest.mark.parametrize("case", [c for c in CASES if c.name in ("domke", "branches")], ids=lambda case: case.name)
def test_stages(case: Case, pytestconfig: pytest.Config) -> None:
    kinds = kinds_of(case.function, case.arguments[0])
    stages = pipeline.trace(pipeline.Request(case.function, (0,), True, "grad", False, kinds, (), PLAIN))
    text, previous = "", ""
    for name, shown in stages:
        text += f"-- {name}\n{shown if shown != previous else '(unchanged)' + chr(10)}\n"
        previous = shown
    check(EXPECTED / f"{case.name}_stages.txt", text, pytestconfig)


def test_every_expected_file_is_checked() -> None:
    names = {f"{case.name}_{form}.py" for case, form in TEXTS}
    assert {p.name for p in EXPECTED.iterdir() if p.is_file()} == names | {"domke_stages.txt", "branches_stages.txt"}


def array_operations(text: str, name: str) -> list[str]:
    """Every operation on an array in a function of a text: operators, comparisons and calls; `n` alone is a number."""
    tree = ast.parse(text)
    (function,) = [f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == name]
    found = []
    for node in ast.walk(function):
        operation = isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare | ast.Call | ast.AugAssign)
        if operation and not _of_numbers(node):
            found.append(ast.unparse(node))
    return found


def _of_numbers(node: ast.AST) -> bool:
    """Whether an expression is made of literals and sizes alone."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr == "size"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "max":
        return all(map(_of_numbers, node.args))
    if isinstance(node, ast.UnaryOp):
        reduced = isinstance(node.operand, ast.Call) and ast.unparse(node.operand.func) in ("np.mean", "np.sum")
        return reduced or _of_numbers(node.operand)
    return isinstance(node, ast.BinOp) and _of_numbers(node.left) and _of_numbers(node.right)


@pytest.mark.optimised
def test_the_network_takes_no_more_operations_than_by_hand() -> None:
    case = CASES[0]
    by_hand = array_operations(Path(hand.__file__).read_text(encoding="utf-8"), "mlp_loss_value_and_grad")
    text = text_of(case, "value_and_grad")
    ours = array_operations(text, "mlp_loss_value_and_grad")
    assert len(ours) <= len(by_hand), "\n".join(["ours:", *ours, "by hand:", *by_hand])


def test_the_hand_written_pass_is_right() -> None:
    args = CASES[0].arguments[1]
    _, gradient = hand.mlp_loss_value_and_grad(*args)
    assert_trees_close(gradient, central_differences(losses.mlp_loss, args))
    assert_trees_close(gradient, sourcead.grad(losses.mlp_loss)(*args))

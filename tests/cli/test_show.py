"""`sourcead show`: source, intermediate form, passes, colour."""

from __future__ import annotations

import io
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from sourcead.cli.show import diffs
from sourcead.cli.terminal import paint
from tests.cli.command import MODEL, command


def generated(text: str, name: str):
    """Run printed source on its own, and take a function out of it."""
    namespace: dict = {}
    exec(text, namespace)
    return namespace[name]


def test_generic_source_is_the_default(model: Path) -> None:
    plain, generic = command("show", f"{model}:loss"), command("show", f"{model}:loss", "--generic")
    assert plain.code == 0
    assert plain.out == generic.out
    W, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_allclose(generated(plain.out, "loss_grad")(W, b), 2 * W * b)


def test_args_specialise_and_wrt_chooses(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--args", "np.ones(3), np.ones(3)", "--wrt", "W,b")
    W, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    dW, db = generated(shown.out, "loss_grad")(W, b)
    np.testing.assert_allclose(dW, 2 * W * b)
    np.testing.assert_allclose(db, W * W)


def test_value_and_grad(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--mode", "value_and_grad", "--args", "np.ones(3), np.ones(3)")
    value, _ = generated(shown.out, "loss_value_and_grad")(np.array([2.0]), np.array([3.0]))
    assert value == 12


def test_the_intermediate_form_has_one_op_a_line(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--args", "np.ones(3), np.ones(3)", "--ir")
    assert shown.code == 0
    header, *ops, result = shown.out.rstrip().splitlines()
    assert header.startswith("def loss_grad(W: float64[") and header.endswith("):")
    assert result.startswith("    return ")
    assert ops and all(re.fullmatch(r"    \S.*: \S+ = [\w.]+\(.*\)(  # adjoint)?", op) for op in ops), shown.out
    assert any(op.endswith("# adjoint") for op in ops)


def test_every_pass_is_a_diff(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--args", "np.ones(3), np.ones(3)", "--passes")
    assert shown.code == 0
    assert shown.out.startswith("--- nothing\n+++ ")
    assert shown.out.count("\n+++ ") + shown.out.count("\n=== ") >= 3


def test_diffs_of_stages() -> None:
    text = diffs([("lower", "a\nb\n"), ("cse", "a\nb\n"), ("dce", "a\n")])
    assert text.splitlines() == [
        "--- nothing", "+++ lower", "@@ -0,0 +1,2 @@", "+a", "+b",
        "=== cse: no change",
        "--- cse", "+++ dce", "@@ -1,2 +1 @@", " a", "-b",
    ]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("language", "text"), [("python", "\nx = 1\n"), ("diff", "--- a\n+++ b\n+x\n")])
def test_colour_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, language, text: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert paint(text, language, io.StringIO()) == text
    assert "\x1b[" in paint(text, language, Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint(text, language, Terminal()) == text


def test_the_module_s_own_text_is_not_touched(model: Path) -> None:
    command("show", f"{model}:loss")
    assert model.read_text(encoding="utf-8") == MODEL
    assert runpy.run_path(str(model))["loss"](np.ones(2), np.ones(2)) == 2


def test_forward_mode(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--mode", "forward", "--args", "np.ones(3), np.ones(3)", "--wrt", "W,b")
    W, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    value, tangent = generated(shown.out, "loss_jvp")(W, b, b, W)
    np.testing.assert_allclose([value, tangent], [np.sum(W * W * b), np.sum(2 * W * b * b + W**3)])


def test_the_pullback(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--mode", "vjp", "--args", "np.ones(3), np.ones(3)")
    W, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    value, pullback = generated(shown.out, "loss_vjp")(W, b)
    np.testing.assert_allclose(value, np.sum(W * W * b))
    np.testing.assert_allclose(pullback(2.0), 4 * W * b)


def test_the_tangent_of_the_gradient(model: Path) -> None:
    shown = command("show", f"{model}:loss", "--mode", "hvp", "--args", "np.ones(3), np.ones(3)")
    W, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    gradient, product = generated(shown.out, "loss_grad_jvp")(W, b, W)
    np.testing.assert_allclose(gradient, 2 * W * b)
    np.testing.assert_allclose(product, 2 * W * b)

"""The specialised text of each primitive's derivative as a reader finds it: no helper, no cast, no ceremony."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest

import sourcead
from tests.conformance.programs import program, weights
from tests.conformance.survey import asked_in_vain, derivative_of, helpers_called, unexplained
from tests.conformance.table import Row, of_every_expression
from tests.conformance.test_primitives import ROWS, arguments, name

TEXTS = {
    ("x**2", "real 3"): "w * 2 * x",
    ("x * x", "real 3"): "w * 2 * x",
    ("x**0.5", "positive 3"): "w * 0.5 * x ** -0.5",
    ("2 / x", "real 3"): "-(2 / x * w / x)",
    ("np.exp(x)", "real 3"): "np.exp(x) * w",
    ("np.log(x)", "positive 3"): "w / x",
    ("np.sqrt(x)", "positive 3"): "w / (2 * np.sqrt(x))",
    ("np.tanh(x)", "real 3 float32"): "w * (1 - np.tanh(x) ** 2)",
    ("np.maximum(x, 0)", "real 3"): "w * (x > 0)",
    ("np.clip(x, -1.0, 1.0)", "real 3"): "w * ((x >= -1.0) & (x <= 1.0))",
    ("np.pi * np.sin(x)", "real 3"): "w * np.pi * np.cos(x)",
    ("np.where(x > 0, x, 0.0)", "real 3"): "np.where(x > 0, w, 0)",
    ("np.mean(x)", "real 3,2"): "np.full_like(x, w / max(x.size, 1))",
    ("np.mean(x, axis=0)", "real 3,2"): "np.full_like(x, w / x.shape[0])",
    ("np.sum(x, axis=1)", "real 3,2"): "np.full_like(x, np.expand_dims(w, 1))",
    ("x - np.mean(x)", "real 3"): "w - w.sum() / x.size",
    ("x.T", "real 3,2"): "w.T.copy()",
    ("np.swapaxes(x, 0, 1)", "real 3,2"): "np.swapaxes(w, 0, 1).copy()",
    ("np.concatenate((x, x))", "real 3"): "w[:stop] + w[stop:]",
    ("np.stack((x, x), axis=1)", "real 3"): "w[:, 0] + w[:, 1]",
    ("np.array([x, x])", "real 3"): "w[0] + w[1]",
    ("np.eye(2) @ x", "real 2,3"): "np.eye(2).T @ w",
    ("x @ np.eye(2).T", "real 3,2"): "w @ np.eye(2)",
    ("max(x, 0.0)", "real float"): "w * (x > 0.0)",
    ("math.sin(math.pi * x)", "real float"): "w * math.cos(t) * math.pi",
    ("x - 1", "real 3"): "w.copy()",
}

@pytest.mark.parametrize(("expression", "spec"), [pytest.param(*key, id=" at ".join(key)) for key in TEXTS])
@pytest.mark.optimised
def test_a_text(expression: str, spec: str) -> None:
    args = arguments((spec,))
    result = program(expression, 1, None)(*args, None)
    function = program(expression, 1, np.ndim(result) > 0)
    text = sourcead.grad(function, style="plain").specialize(*args, weights(result)).source
    (line,) = re.findall(r"^    dx = (.*?)(?:  +# .*)?$", text, re.M) or re.findall(r"return (.*)$", text, re.M)
    assert line == TEXTS[expression, spec]


def every_other(rows: list[Row]) -> list[Row]:
    """Half of the rows, all of them where SOURCEAD_FUZZ is set; `tests.conformance.survey` takes all."""
    return rows if os.environ.get("SOURCEAD_FUZZ") else rows[::2]


@pytest.mark.parametrize("row", every_other(of_every_expression(ROWS, 1)), ids=name)
@pytest.mark.optimised
def test_no_helper_is_called_where_the_kinds_are_known(row: Row) -> None:
    function = derivative_of(row)
    assert unexplained(row[0], helpers_called(function)) == []
    assert asked_in_vain(function) == []

"""The specialised text of each primitive's derivative as a reader finds it: no helper, no cast, no ceremony."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import sourcead
from tests.conformance.programs import derivative, program, weights
from tests.conformance.table import Row, of_every_expression
from tests.conformance.test_primitives import ROWS, arguments, name
from tests.kit import leaves

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
NEEDING_HELPERS = re.compile(
    r"min\(x\[0, 0\], x\[1, 1\], 0\.0\)|"
    r"bincount|cumprod|prod\(.*axis=\(|fsum|x\.dot\(y\)|np\.dot\(x, y\)|np\.i0|accumulate|gamma"
    r"|linalg\.det|linalg\.svd\(.*(\[0\]|\[2\]|U|Vh)$"
    r"|(median|quantile|percentile)\(.*(axis=\(|\[)"
    r"|np\.unstack|multiply\.reduceat|(split|tile)\(x, np\.array"
)


@pytest.mark.parametrize(("expression", "spec"), [pytest.param(*key, id=" at ".join(key)) for key in TEXTS])
@pytest.mark.optimised
def test_a_text(expression: str, spec: str) -> None:
    args = arguments((spec,))
    result = program(expression, 1, None)(*args, None)
    function = program(expression, 1, np.ndim(result) > 0)
    text = sourcead.grad(function, style="plain").specialize(*args, weights(result)).source
    (line,) = re.findall(r"^    dx = (.*?)(?:  +# .*)?$", text, re.M) or re.findall(r"return (.*)$", text, re.M)
    assert line == TEXTS[expression, spec]


ORDINARY = {"float", "3", "3,2", "2", "1", "3,1", "1,2", "1,3", "2,3,2"}  # forms whose kinds differ


@pytest.mark.parametrize(
    "row",
    of_every_expression(
        r for r in ROWS if not NEEDING_HELPERS.search(r[0]) and all(s.split(" ", 1)[1] in ORDINARY for s in r[1])
    ),
    ids=name,
)
def test_no_helper_is_called_where_the_kinds_are_known(row: Row) -> None:
    expression, specs = row
    args = arguments(specs)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = program(expression, len(args), None)(*args, None)
    text = f"np.sum({expression})" if np.ndim(result) > 0 else expression
    function = program(text, len(args), None, bool(np.iscomplexobj(result)))
    argnums = tuple(k for k, x in enumerate(args) if leaves(x))
    text = derivative(function, argnums).specialize(*args, None).source
    assert re.findall(r"^def (\w+)", text, re.M) == ["f_value_and_grad"]

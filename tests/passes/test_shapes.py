"""Latest shapes: zeros_like and its like read the latest version of an array, so that no old one is kept alive."""

from __future__ import annotations

from typing import Any

import numpy as np

import sourcead
from sourcead.ir import Value
from tests.compiling import ops_named
from tests.kit import central_differences
from tests.small import gradient, stages

VECTOR = np.array([0.5, 1.5, -0.7, 1.1])


def read_by(name: str, text: str, *args: object) -> tuple[Value, list[Value]]:
    """What the one op of a name reads in the end, and the versions of y in order."""
    body = stages(text, *args).final.body
    (found,) = ops_named(body, name)
    versions = [o for op in ops_named(body, "operator.mul")[:1] + ops_named(body, "store") for o in op.outs]
    atom = found.args[0]
    assert isinstance(atom, Value)
    return atom, versions


def test_zeros_like_reads_the_latest_version() -> None:
    text = "def f(x):\n    y = x * x\n    y[0] = 3.0\n    y[1] = 2.0\n    return y[2]"
    atom, versions = read_by("np.zeros_like", text, VECTOR)
    assert atom is versions[2], "the version after both of the user's stores"
    assert "copy" not in gradient(text, VECTOR)


def test_after_a_loop_it_reads_what_the_loop_hands_on() -> None:
    text = "def f(x):\n    y = x * x\n    for i in range(2):\n        y[i] = 3.0\n    return y[2]"
    found = stages(text, VECTOR)
    (zeros,) = ops_named(found.final.body, "np.zeros_like")
    loop = ops_named(found.final.body, "for")[0]
    assert zeros.args[0] in loop.outs
    assert "copy" not in gradient(text, VECTOR)


def test_another_array_is_no_version() -> None:
    found = stages("def f(x):\n    y = x * x\n    z = y * 2.0\n    z[0] = 1.0\n    return z[2] + y[1]", VECTOR)
    zeros = ops_named(found.final.body, "np.zeros_like")
    assert [getattr(z.args[0], "hint", "") for z in zeros] == ["z"]


def test_a_view_read_for_its_shape_alone_is_not_copied_before_it_is_overwritten() -> None:
    def f(u: Any, w: Any) -> Any:
        v = u.copy()
        v[1:-1][::2] = v[:-2][::2] + w[1:-1:2]
        return np.sum(v * v)

    text = sourcead.grad(f).specialize(np.ones(7), np.ones(7)).source
    assert ".shape[0] != 1" not in text and text.count(".copy()") == 2  # v and a part of its cotangent
    u, w = np.linspace(0.5, 1, 7), np.linspace(1, 2, 7)
    np.testing.assert_allclose(sourcead.grad(f)(u, w), central_differences(f, (u, w), 0), rtol=1e-6)

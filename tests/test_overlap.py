"""Arguments that share memory with what the function stores into: found at the call, both named (contract 2.9)."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import ArgumentValueError
from tests.kit import assert_trees_close, central_differences

STATE = np.zeros(3)


@dataclass
class Model:
    W: Any
    h: Any = 0.0


def into_argument(x: Any, y: Any) -> Any:
    y[0] = x[1] * 2
    return (x * y).sum()


def into_item(p: Any, x: Any) -> Any:
    p["a"][0] = x[1]
    return (p["a"] * p["b"] * x).sum()


def into_list(xs: Any, ys: Any) -> Any:
    xs[0] = ys[1] * 2
    return xs[0] * ys[0] + xs[1]


def into_attribute(m: Any, other: Any) -> Any:
    m.h = other.W.sum()
    return m.h * other.W[0] + (m.W * m.W).sum()


def into_global(x: Any) -> Any:
    STATE[0] = x[0] * 2
    return (STATE * x).sum()


def reads_only(x: Any, y: Any) -> Any:
    return (x * y).sum()


class Layer:
    def __init__(self) -> None:
        self.W = np.ones(3)
        self.seen = np.zeros(3)

    def loss(self, x: Any) -> Any:
        self.seen[0] = x[1]
        return (self.W * x * self.seen).sum()


def array() -> Any:
    return np.array([0.5, 1.5, -0.7])


def refusal(f: Any, *args: Any, argnums: Any = 0) -> str:
    with pytest.raises(ArgumentValueError) as caught:
        sourcead.grad(f, argnums)(*args)
    return str(caught.value)


def test_one_array_as_two_arguments() -> None:
    x = array()
    kept = x.copy()
    words = refusal(into_argument, x, x, argnums=(0, 1))
    assert words.startswith("`x` shares its memory with `y`, which into_argument changes at line ")
    assert "y[0] = x[1] * 2" in words and "pass a copy of `x`" in words
    np.testing.assert_array_equal(x, kept)  # refused before anything is changed


def test_both_are_named_whichever_is_changed_and_however_it_is_called() -> None:
    x = array()
    derivative = sourcead.grad(into_argument)
    derivative(array(), array())
    specialised = derivative.specialize(array(), array())
    for call in (lambda: derivative(x, x), lambda: derivative(x=x, y=x), lambda: specialised(x, x)):
        with pytest.raises(ArgumentValueError, match="`x` shares its memory with `y`"):
            call()


def test_views_overlap_only_where_they_have_an_item_in_common() -> None:
    base = np.linspace(0.5, 2.0, 6)
    assert "`x` shares its memory with `y`" in refusal(into_argument, base[:3], base[2:5])
    assert "`x` shares its memory with `y`" in refusal(into_argument, base[::2], base[2:5])
    expected = central_differences(into_argument, (base[::2].copy(), base[1::2].copy()))
    assert_trees_close(sourcead.grad(into_argument)(base[::2], base[1::2]), expected)


def test_what_stores_nothing_takes_what_shares() -> None:
    x = array()
    gradient = sourcead.grad(reads_only, (0, 1))(x, x)
    assert_trees_close(gradient, (x, x))
    assert not np.shares_memory(*gradient)


def test_items_of_containers() -> None:
    a, x = array(), array() + 1
    p = {"a": a, "b": a}
    assert "`p['b']` shares its memory with `p['a']`" in refusal(into_item, p, x, argnums=1)
    p = {"a": a, "b": x}
    assert "`x` shares its memory with `p['a']`" in refusal(into_item, p, a, argnums=1)
    args = ({"a": array(), "b": x}, x)  # these share, but nothing stores into them
    assert_trees_close(sourcead.grad(into_item, 1)(*args), central_differences(into_item, args, 1))


def test_a_list_passed_twice() -> None:
    xs = [1.5, 2.0]
    assert "`ys` shares its memory with `xs`" in refusal(into_list, xs, xs)
    assert xs == [1.5, 2.0]
    assert_trees_close(sourcead.grad(into_list, (0, 1))([1.5, 2.0], [0.5, 3.0]), ([0.0, 1.0], [6.0, 1.0]))


def test_an_object_passed_twice() -> None:
    m = Model(array())
    assert "`other` shares its memory with `m`" in refusal(into_attribute, m, m)
    one, two = Model(array()), Model(array())
    two.W = one.W  # shared, but nothing stores into it
    expected = central_differences(into_attribute, (Model(array()), Model(array())))
    assert_trees_close(sourcead.grad(into_attribute)(one, two), expected)


def test_a_global_that_is_passed_as_an_argument() -> None:
    assert "`x` shares its memory with `STATE`" in refusal(into_global, STATE)
    sourcead.grad(into_global)(array())


def test_an_attribute_that_is_passed_as_an_argument() -> None:
    layer = Layer()
    words = refusal(layer.loss, layer.seen)
    assert "`x` shares its memory with `self.seen`" in words
    sourcead.grad(layer.loss)(layer.W)


def test_captured_things_that_begin_to_share_are_refused() -> None:
    layer = Layer()
    derivative = sourcead.grad(layer.loss)
    x = array()
    assert_trees_close(derivative(x), central_differences(layer.loss, (x,)))
    layer.W = layer.seen
    with pytest.raises(ArgumentValueError, match=r"`self\.W` shares its memory with `self\.seen`"):
        derivative(x)


def saved(derivative: Any, path: Path, **options: Any) -> Any:
    """What a saved module defines under the name of its function."""
    derivative.save(path, **options)
    spec = importlib.util.spec_from_file_location("saved", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(v for k, v in vars(module).items() if k.endswith("_grad"))


@pytest.mark.parametrize(
    ("f", "args"), [(into_argument, (array(), array())), (into_item, ({"a": array(), "b": array()}, array()))]
)
def test_a_saved_module_refuses_them_too(f: Any, args: Any, tmp_path: Path) -> None:
    specialised = sourcead.grad(f, 1 if f is into_item else 0).specialize(*args)
    call = saved(specialised, tmp_path / "saved.py")
    call(*args)
    same = array()
    shared = (same, same) if f is into_argument else ({"a": same, "b": array()}, same)
    with pytest.raises(ValueError, match=r"x shares its memory with (y|p\['a'\]), which is changed"):
        call(*shared)
    saved(specialised, tmp_path / "unchecked.py", check=False)(*shared)
    assert "sourcead" not in (tmp_path / "saved.py").read_text(encoding="utf-8").replace("sourcead ", "")


def test_a_saved_module_that_stores_nothing_pays_nothing(tmp_path: Path) -> None:
    saved(sourcead.grad(reads_only).specialize(array(), array()), tmp_path / "saved.py")
    assert "_places" not in (tmp_path / "saved.py").read_text(encoding="utf-8")

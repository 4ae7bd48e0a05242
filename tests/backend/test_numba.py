"""The Numba backend against the NumPy one: values, gradients, dtypes and exceptions; and what it refuses."""

from __future__ import annotations

import importlib.util
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sourcead import SourceADError, UnsupportedError, grad, hessian, jacobian, value_and_grad
from sourcead.backend.numba.helpers import helper_text

pytest.importorskip("numba")
RNG = np.random.default_rng(3)


def leaves(tree: Any) -> list[Any]:
    """The leaves of a tree, in order."""
    if isinstance(tree, dict):
        tree = tuple(tree.values())
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, tuple | list) else [tree]


def assert_agrees(derivative: Any, other: Any, *args: Any) -> None:
    """Both give the same, with the same dtypes, or raise the same."""
    try:
        expected = leaves(other(*args))
    except Exception as error:
        with pytest.raises(type(error)):
            derivative(*args)
        return
    found = leaves(derivative(*args))
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        narrow = getattr(b, "dtype", None) == np.float32
        assert np.shape(a) == np.shape(b)
        assert isinstance(a, np.ndarray) == isinstance(b, np.ndarray)
        if not (isinstance(a, float) and isinstance(b, float)):
            assert type(a) is type(b) and getattr(a, "dtype", None) == getattr(b, "dtype", None)
        np.testing.assert_allclose(a, b, rtol=2e-5 if narrow else 1e-10, atol=1e-6 if narrow else 1e-13)


def scalars(x: float, y: float, n: int, xs: np.ndarray) -> Any:
    for i in range(n):
        if x > 2.0:
            x = x * 0.5 - float(xs[i])
        elif x < 0.1:
            x = x + 1.0
        else:
            x = math.sin(x) * y + 1.0 / y
        if x > 50.0:
            break
    k = 0
    while x < 3.0:
        x = x * x + y * y + 0.5
        k = k + 1
    return x / (k + 1) + math.log(y) + math.sqrt(x) ** 2


@pytest.fixture(scope="module")
def both() -> tuple[Any, Any]:
    return value_and_grad(scalars, (0, 1), backend="numba"), value_and_grad(scalars, (0, 1))


@pytest.mark.parametrize(
    ("x", "y", "n"),
    [(1.3, 1.1, 6), (1.3, 1.1, 0), (1.3, 1.1, -3), (80.0, 2.0, 3), (0.0, 0.7, 6), (1e200, 2.0, 1), (0.5, 0.0, 2),
     (0.5, 0.0, 0), (3.5, -1.0, 0), (0.1, 1.1, 9), (math.nan, 1.0, 2), (math.inf, 1.0, 2)],
)  # fmt: skip
@pytest.mark.optimised
def test_scalar_loops_and_their_exceptions(both: tuple[Any, Any], x: float, y: float, n: int) -> None:
    with np.errstate(all="ignore"):
        assert_agrees(*both, x, y, n, np.linspace(0.0, 1.0, 6))


def stencil(x: np.ndarray, k: int) -> Any:
    y = np.zeros_like(x)
    for i in range(1, len(x)):
        y[i] = y[i - 1] * 0.5 + x[i] * x[i - 1]
    return np.sum(y * y) + x[k] * 3


@pytest.mark.optimised
def test_arrays_stored_into_and_indices() -> None:
    numba, numpy = value_and_grad(stencil, backend="numba"), value_and_grad(stencil)
    x = RNG.normal(size=6)
    for k in (0, 5, -6, 6, -7):
        assert_agrees(numba, numpy, x, k)
    assert_agrees(numba, numpy, np.empty(0), 0)
    assert_agrees(numba, numpy, x.astype(np.float32), 2)


def rosenbrock(x: np.ndarray) -> Any:
    t = x[1:] - x[:-1] ** 2
    return np.sum(100.0 * t * t + (1.0 - x[:-1]) ** 2)


@pytest.mark.optimised
def test_elementwise_chains_are_one_loop() -> None:
    numba, numpy = value_and_grad(rosenbrock, backend="numba"), value_and_grad(rosenbrock)
    x = RNG.normal(size=9)
    for size in (9, 2, 0):
        assert_agrees(numba, numpy, x[:size])
    assert_agrees(numba, numpy, x.astype(np.float32))
    source = numba.specialize(x).source
    assert "dx[i + 1] = " in source and "boundscheck" not in source


def turns_with_lists(xs: np.ndarray, n: int, zs: np.ndarray) -> Any:
    total = 0.0
    for i in range(1, len(zs) - 1):
        total += zs[i - 1] * zs[i + 1]
    for i, x in enumerate(xs):
        y = x
        for _ in range(n):
            y = y * 0.5 + x if y > 1.0 else np.sin(y) + y
        while y > 0.1:
            y = y * 0.6 - 0.01 * y * y / (y + 1.0)
        for _ in range(i):
            y = y * x + np.cos(y)
        total += y
    return total


@pytest.mark.optimised
def test_arrays_that_a_turn_fills_are_made_once_and_first_additions_are_assigned() -> None:
    numba, numpy = (value_and_grad(turns_with_lists, (0, 2), backend=name) for name in ("numba", "numpy"))
    for size in (0, 1, 2, 3, 7):
        assert_agrees(numba, numpy, RNG.uniform(0.1, 1.2, size), size - 1, RNG.normal(size=size))
    source = numba.specialize(np.ones(3), 2, np.ones(3)).source
    before, _, loop = source.partition("for i, x in enumerate(xs):")
    assert "dzs[:2] = 0.0" in before and "dzs[i + 1] = zs[i - 1]" in before
    assert "ys = np.empty(len(range(n)))" in before and "ys2 = np.empty(16)" in before
    assert loop.count(" = np.empty(") == 1 and "boundscheck" not in source


def first_turn(xs: np.ndarray, scale: np.float32) -> Any:
    first, total = True, xs[0] * 0.0
    for x in xs:
        if first:
            kept, first = x * scale, False
        else:
            kept = x
        total = total + kept * kept
    return total + 1.0


@pytest.mark.optimised
def test_what_only_some_paths_give_is_a_number_on_all() -> None:
    numba, numpy = value_and_grad(first_turn, (0, 1), backend="numba"), value_and_grad(first_turn, (0, 1))
    assert_agrees(numba, numpy, RNG.normal(size=4).astype(np.float32), np.float32(2.0))


def overlapping(x: np.ndarray) -> Any:
    u = x * 4
    u[::-1] += u
    u[1:] -= u[:-1]
    u += u
    return np.sum(u * u)


def test_what_overlaps_is_read_before_it_changes() -> None:
    assert_agrees(value_and_grad(overlapping, backend="numba"), value_and_grad(overlapping), RNG.normal(size=5))


def meeting(x: np.ndarray, y: np.ndarray) -> Any:
    t = x * y + x
    return np.sum(t * t)


def test_arrays_that_need_not_be_of_one_size_meet_as_in_numpy() -> None:
    numba, numpy = value_and_grad(meeting, (0, 1), backend="numba"), value_and_grad(meeting, (0, 1))
    assert_agrees(numba, numpy, np.ones(3), np.ones(3))
    assert_agrees(numba, numpy, np.ones(3), np.ones(2))


def broadcast(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> Any:
    t = a * b + np.exp(c)
    u = np.maximum(t, 0.0) - np.tanh(t) / (2.0 + c * c)
    u *= u > 0.1
    s = u.sum(axis=1, keepdims=True)
    return np.sum(u / (1.0 + s * s)) + np.sum(u.sum(axis=0) * np.sin(b))


@pytest.mark.parametrize("dtype", [np.float64])
@pytest.mark.optimised
def test_arrays_of_several_shapes_meet_in_loops(dtype: Any) -> None:
    numba, numpy = value_and_grad(broadcast, (0, 1, 2), backend="numba"), value_and_grad(broadcast, (0, 1, 2))
    for a, b, c in (((4, 3), 3, 4), ((7, 5), 5, 7), ((0, 3), 3, 0), ((4, 0), 0, 4), ((4, 3), 4, 4), ((4, 3), 3, 5)):
        assert_agrees(numba, numpy, *(RNG.normal(size=s).astype(dtype) for s in (a, b, (c, 1))))
    source = numba.specialize(np.ones((2, 3)), np.ones(3), np.ones((2, 1))).source
    assert "for j in range(" in source and "check_sizes(" in source and "boundscheck" not in source


def subscripts(x: np.ndarray, i: np.ndarray, j: np.ndarray, mask: np.ndarray) -> Any:
    a, v, w = x[i, j], x * 1.0, x[0] * 2
    b, c, e = x[i], x[:, j], x[:, 1][mask] * 3
    np.add.at(v, (i, j), a)
    np.add.at(w, j, 2.0)
    return np.sum(a * a * a) + np.sum(b * b) + np.sum(c * c) + np.sum(e * e) + np.sum(v * v) + np.sum(w * w)


def test_several_places_at_once() -> None:
    numba, numpy = value_and_grad(subscripts, backend="numba"), value_and_grad(subscripts)
    x = RNG.normal(size=(4, 5))
    some, none = [True, False, True, True], [False] * 4
    cases = (([0, 1, 1], [2, 3, 3], some), ([0, -1, 1], [-2, 3, -5], some), ([0, 4], [0, 1], some),
             ([0, 1], [0, -6], some), ([0, 1], [0, 1, 2], some), ([0, 1], [0, 1], [True] * 5),
             ([0, 1], [0, 1], [True] * 3), ([], [], none))  # fmt: skip
    for i, j, mask in cases:
        assert_agrees(numba, numpy, x, np.array(i, np.int64), np.array(j, np.int64), np.array(mask, bool))


def labels(params: Any, X: np.ndarray, y: np.ndarray) -> Any:
    W, b, V = params
    z = np.tanh(X @ W + b) @ V
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y])


def test_one_row_is_a_vector() -> None:
    pytest.importorskip("scipy")
    numba, numpy = value_and_grad(labels, backend="numba"), value_and_grad(labels)
    W, b, V = (RNG.normal(size=s).astype(np.float32) for s in ((6, 4), 4, (4, 3)))
    X = RNG.normal(size=(1, 6)).astype(np.float32)
    for y in (2, -3, 3):
        assert_agrees(numba, numpy, (W, b, V), X, np.array([y]))
    assert_agrees(numba, numpy, (W, b[:2], V), X, np.array([0]))


def deep(layers: Any, x: np.ndarray) -> Any:
    for w, b in layers:
        x = np.maximum(0.0, x @ w + b)
    return np.mean(x**2)


@pytest.mark.optimised
def test_one_blas_multiplies_what_a_wrapper_loops_over() -> None:
    """NumPy's and the one of SciPy that Numba calls would wait for one another's threads."""
    layers = [(RNG.normal(size=(4, 4)), RNG.normal(size=4)) for _ in range(3)]
    numba, numpy = value_and_grad(deep, backend="numba"), value_and_grad(deep)
    x = RNG.normal(size=(5, 4))
    assert_agrees(numba, numpy, layers, x)
    kernels, wrapper = numba.specialize(layers, x).source.split("\ndef deep_value_and_grad(")
    products = [sum(" @ " in line.partition("#")[0] for line in part.splitlines()) for part in (kernels, wrapper)]
    assert products == [0, 3] and ".dot(" not in kernels


def layers_of(layers: Any, x: np.ndarray) -> Any:
    a = x
    for w, b in layers:
        a = np.maximum(0, a * w + b)
    return np.mean(a * a)


@pytest.mark.optimised
def test_loops_over_containers_stay_in_the_wrapper() -> None:
    numba, numpy = value_and_grad(layers_of, backend="numba"), value_and_grad(layers_of)
    layers = [(RNG.normal(size=4), RNG.normal(size=4)) for _ in range(3)]
    for some in (layers, layers[:2], [], [*layers, (np.ones(3), np.ones(3))]):
        assert_agrees(numba, numpy, some, RNG.uniform(1.0, 2.0, size=4))
    source = numba.specialize(layers, np.ones(4)).source
    assert "for w, b in layers:\n" in source and source.count("@numba.njit") - source.count("\ndef check_sizes") == 3


EDGES = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-310, -1e-310, 5e-324, 2.3e-308, 1e-20, 709.7, 709.79, -745.2, -744.44,
         -708.5, 1.0, 1e308, -1.0, -0.999999, 1e15, 2.0**60, -40.0, 37.0, 0.5, 1 - 1e-16, 1 + 3e-16]  # fmt: skip


def test_formulas_are_accurate_everywhere() -> None:
    import numba

    words = ("exp", "expm1", "log", "log1p", "tanh")
    names: dict[str, Any] = {"np": np, "numba": numba}
    exec("\n".join(helper_text(name) for name in ("power_of_two", "exp_parts", *(f"fast_{w}" for w in words))), names)
    exec(helper_text("sines") + "\n" + helper_text("cosines"), names)
    lines = "\n".join(f"        y[{k}, i] = fast_{w}(x[i])" for k, w in enumerate(words))
    text = f"@numba.njit\ndef every(x):\n    y = np.empty(({len(words)}, len(x)))\n    for i in range(len(x)):\n{lines}"
    exec(text + "\n    return y", names)
    for x in (np.array(EDGES), RNG.uniform(-3.0, 3.0, 2000), RNG.uniform(-700.0, 700.0, 2000)):
        with np.errstate(all="ignore"):
            for word, found in zip(words, names["every"](x), strict=True):
                np.testing.assert_allclose(found, getattr(np, word)(x), rtol=6e-16, err_msg=word)
            np.testing.assert_allclose(names["sines"](x), np.sin(x), rtol=6e-16)
            np.testing.assert_allclose(names["cosines"](x), np.cos(x), rtol=6e-16)


def lists_of_numbers(a: list[float], b: list[float], ks: list[int], x: float) -> Any:
    parts, more = [], []
    for k in ks:
        parts.append(x * (k * k))
        more.append(x + k)
    both = parts + more
    large = x > 1.0
    if large:
        y = both[0] * x
    c = a + b
    return c[0] * c[-1] * len(c) + sum((x, both[-1], 2.0)) + (y if large else 0.0)


def test_lists_of_numbers_are_lists() -> None:
    numba, numpy = (value_and_grad(lists_of_numbers, 3, backend=name) for name in ("numba", "numpy"))
    for a, b, ks, x in (([1.5, 2.5, 0.5], [0.3, 0.4], [1, -2, 3], 1.3), ([1.5], [0.3], [2], 0.3)):
        assert_agrees(numba, numpy, a, b, ks, x)
    with pytest.raises(OverflowError, match="32 bits"):
        numba([1.5], [0.3], [2**40], 1.3)


def test_jacobians_and_second_derivatives() -> None:
    x = RNG.normal(size=4)
    for driver in (jacobian, hessian):
        np.testing.assert_allclose(driver(rosenbrock, backend="numba")(x), driver(rosenbrock)(x), rtol=1e-10)


def test_a_saved_module_stands_alone_and_keeps_what_is_compiled(tmp_path: Path) -> None:
    path = tmp_path / "saved_rosenbrock.py"
    x = RNG.normal(size=9)
    value_and_grad(rosenbrock, backend="numba").specialize(x).save(path)
    text = path.read_text()
    code = re.sub(r'""".*?"""', "", text, flags=re.S)
    assert "import numba\n" in text and "cache=True" in text and "sourcead" not in code
    spec = importlib.util.spec_from_file_location("saved_rosenbrock", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert_agrees(module.rosenbrock_value_and_grad, value_and_grad(rosenbrock), x)
    with pytest.raises(TypeError):
        module.rosenbrock_value_and_grad(3.0)


def test_without_numba_there_is_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "numba" else found(name, *a))
    with pytest.raises(ImportError, match=r"pip install sourcead\[numba\]") as caught:
        grad(lambda x: x * 2.0, backend="numba")(1.0)
    assert isinstance(caught.value, SourceADError)


def network(params: dict[str, Any], X: np.ndarray, y: np.ndarray) -> Any:
    a = np.maximum(0, X @ params["W1"] + params["b1"])
    z = a @ params["W2"] + 0.1 * params["b2"]
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(np.sum(log_p * y, axis=1)) + 0.5 * np.sum(params["W1"] ** 2)


@pytest.mark.parametrize("dtype", [np.float32])
def test_a_network_over_a_tree(dtype: Any) -> None:
    pytest.importorskip("scipy")
    params = {"W1": RNG.normal(size=(4, 5)), "b1": np.zeros(5), "W2": RNG.normal(size=(5, 3)), "b2": np.ones(3)}
    params = {name: value.astype(dtype) for name, value in params.items()}
    X, y = RNG.normal(size=(7, 4)).astype(dtype), np.eye(3, dtype=dtype)[[0, 1, 2, 0, 1, 2, 0]]
    assert_agrees(value_and_grad(network, backend="numba"), value_and_grad(network), params, X, y)


# Refusals -----------------------------------------------------------------------------------------------------------


def prints(x: float) -> float:
    print(x)
    return x * x


def draws(x: float) -> float:
    return x * np.random.random()


def stores(x: np.ndarray) -> Any:
    x[0] = 1.0
    return np.sum(x * x)


def grows(x: float, n: int) -> float:
    k = 1
    for _ in range(n):
        k = k * 3
    return x * k


def fibonacci(x: float, n: int) -> float:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return x * a


def unbound(x: float, n: int) -> float:
    for _ in range(n):
        y = x * 2.0
    return y


def equal_lists(a: list[float], b: list[float]) -> float:
    return a[0] * 3.0 if a == b else a[1] * b[1]


def changing(x: float, n: int) -> float:
    c = [0] * n
    for i in range(n):
        c[i] = x * i
    s = 0.0
    for v in c:
        s += v * v
    return s


@pytest.mark.parametrize(
    ("f", "args", "line"),
    [(equal_lists, ([1.0, 2.0], [1.0, 2.0]), "a == b"), (changing, (1.5, 2), "c[i] = x * i"),
     (prints, (1.0,), "print(x)"), (draws, (1.0,), "np.random.random"), (stores, (np.ones(2),), "x[0] = 1.0"),
     (grows, (1.0, 2), "k * 3"), (fibonacci, (1.0, 2), "a + b"), (unbound, (1.0, 2), "for _ in range(n)")],
)  # fmt: skip
@pytest.mark.optimised
def test_what_numba_cannot_take_is_refused_with_its_line(f: Any, args: tuple[Any, ...], line: str) -> None:
    with pytest.raises(UnsupportedError, match="Numba") as caught:
        value_and_grad(f, backend="numba")(*args)
    assert line in str(caught.value)


def test_the_generic_source_needs_kinds() -> None:
    with pytest.raises(SourceADError, match="example arguments"):
        _ = grad(stencil, backend="numba").source

"""`jacrev`, `jacfwd`, `hessian`: against closed forms and one another, trees as in JAX, effects, being functions."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from sourcead import ArgumentError, Jacobian, UnsupportedError, cache, grad, hessian, jacfwd, jacobian, jacrev, jvp, vjp

X = np.array([0.5, -1.0, 2.0])
A = np.arange(6.0).reshape(2, 3)
BOTH = pytest.mark.parametrize("driver", [jacrev, jacfwd])


def linear(A: Any, x: Any) -> Any:
    return A @ x


def total(x: Any) -> Any:
    return np.sum(x**3)


@dataclasses.dataclass
class Layer:
    W: Any
    name: str


@BOTH
def test_result_shape_plus_argument_shape(driver: Any) -> None:
    np.testing.assert_allclose(driver(linear, 1)(A, X), A)
    dA, dx = driver(linear, ("A", 1))(A, X)
    np.testing.assert_allclose(dA, np.einsum("ij,k->ijk", np.eye(2), X))
    np.testing.assert_allclose(dx, A)
    assert isinstance(driver(linear, (1,))(A, X), tuple)
    assert driver(lambda W: W @ W)(np.ones((2, 2))).shape == (2, 2, 2, 2)


def test_names() -> None:
    assert jacobian is jacrev


@BOTH
def test_scalars(driver: Any) -> None:
    assert driver(lambda x: x**3)(2.0) == 12.0
    assert type(driver(lambda x: x**3)(2.0)) is float
    assert driver(lambda x: x**3)(2) == 12.0
    np.testing.assert_array_equal(driver(total)(X), 3 * X**2)
    np.testing.assert_array_equal(driver(lambda t: np.array([t, t * t]))(3.0), [1.0, 6.0])
    found = driver(lambda x: x * x)(np.array(3.0))
    assert isinstance(found, np.ndarray) and found.shape == () and found == 6.0
    found = driver(lambda x: x * x)(np.float32(3.0))
    assert isinstance(found, np.float32) and found == 6.0


@BOTH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_the_argument_s(driver: Any, dtype: Any) -> None:
    found = driver(lambda x: np.outer(x, x))(X.astype(dtype))
    assert found.dtype == dtype and found.shape == (3, 3, 3)
    assert driver(lambda t, x: t * x)(dtype(2.0), X).dtype == dtype


@BOTH
def test_trees_of_results_hold_trees_of_arguments(driver: Any) -> None:
    def f(p: Any, y: Any) -> Any:
        return {"a": p["layer"].W * y, "b": [np.sum(p["layer"].W) * p["s"], None, "text"], "m": p["layer"].W > 0}

    p = {"layer": Layer(X, "first"), "s": 2.0, "idx": np.arange(2)}
    found = driver(f, (0, 1))(p, 3.0)
    (da_dp, da_dy), ((db_dp, db_dy), none, text) = found["a"], found["b"]
    assert (none, text, found["m"]) == (None, None, None)
    np.testing.assert_allclose(da_dp["layer"].W, 3 * np.eye(3))
    assert da_dp["layer"].name is None and da_dp["idx"] is None
    np.testing.assert_array_equal(da_dp["s"], np.zeros(3))
    np.testing.assert_allclose(da_dy, X)
    np.testing.assert_allclose(db_dp["layer"].W, np.full(3, 2.0))
    assert (db_dp["s"], db_dy) == (np.sum(X), 0.0)
    assert driver(f)(p, 3.0)["a"]["s"].shape == (3,)


@BOTH
def test_nothing_to_differentiate(driver: Any) -> None:
    assert driver(lambda x: x * x)(np.zeros((0, 2))).shape == (0, 2, 0, 2)
    assert driver(lambda x: np.sum(x))(np.zeros(0)).shape == (0,)
    assert driver(lambda x: np.zeros((0, 2)) * x[0])(X).shape == (0, 2, 3)
    assert driver(lambda x: None)(X) is None
    assert driver(lambda x: x.shape)(X)[0].shape == (3,)
    assert driver(lambda x: [])(X) == []


@BOTH
def test_keywords_defaults_and_collected_arguments(driver: Any) -> None:
    def f(x: Any, *ys: Any, k: Any = 2.0, **others: Any) -> Any:
        return x * k * ys[0] * others["z"]

    assert driver(f)(3.0, 5.0, k=4.0, z=1.0) == 20.0
    assert driver(f, "k")(3.0, 5.0, z=1.0) == 15.0
    assert driver(f, "ys")(3.0, 5.0, z=1.0) == (6.0,)


@BOTH
def test_a_gradient_has_a_jacobian(driver: Any) -> None:
    np.testing.assert_allclose(driver(grad(total))(X), np.diag(6 * X))


def test_the_result_is_the_caller_s_own() -> None:
    x = X.copy()
    first = jacrev(lambda x: x)(x)
    first[:] = 7.0
    np.testing.assert_array_equal(jacrev(lambda x: x)(x), np.eye(3))


# -- hessian -----------------------------------------------------------------------------------------------------------


def test_a_matrix_of_second_derivatives() -> None:
    def rosenbrock(x: Any) -> Any:
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    found = hessian(rosenbrock)(X)
    a, b, _ = X
    expected = np.zeros((3, 3))
    expected[0, 0], expected[0, 1] = 1200 * a**2 - 400 * b + 2, -400 * a
    expected[1, 1], expected[1, 2] = 202 + 1200 * b**2 - 400 * X[2], -400 * b
    expected[2, 2] = 200
    np.testing.assert_allclose(found, np.triu(expected) + np.triu(expected, 1).T)
    assert hessian(lambda x: x**3)(2.0) == 12.0


def test_a_hessian_of_several_arguments_is_a_tuple_of_tuples() -> None:
    (aa, ab), (ba, bb) = hessian(lambda x, y: np.sum(x) ** 2 * y, (0, 1))(X, 2.0)
    np.testing.assert_allclose(aa, np.full((3, 3), 4.0))
    np.testing.assert_allclose(ab, np.full(3, 2 * np.sum(X)))
    np.testing.assert_allclose(ba, ab)
    assert bb == 0.0


def test_a_hessian_of_a_tree() -> None:
    found = hessian(lambda p: np.sum(p["w"] ** 2) * p["b"])({"w": X, "b": 3.0})
    np.testing.assert_allclose(found["w"]["w"], 6 * np.eye(3))
    np.testing.assert_allclose(found["w"]["b"], 2 * X)
    np.testing.assert_allclose(found["b"]["w"], 2 * X)
    assert found["b"]["b"] == 0.0


OUTER = pytest.mark.parametrize("outer", [jacrev, jacfwd])


@BOTH
@OUTER
def test_a_jacobian_of_a_jacobian(outer: Any, driver: Any) -> None:
    np.testing.assert_allclose(outer(driver(total))(X), np.diag(6 * X))
    mixed = outer(driver(lambda x, y: np.sum(x) * y**2, 0), 1)(X, 3.0)
    np.testing.assert_allclose(mixed, np.full(3, 6.0))
    assert outer(driver(cube))(2.0) == 12.0


@OUTER
def test_second_derivatives_of_what_is_no_number(outer: Any) -> None:
    expected = np.zeros((3, 3, 3))
    expected[[0, 1, 2], [0, 1, 2], [0, 1, 2]] = 6 * X
    for _ in range(2):
        np.testing.assert_allclose(outer(jacrev(cube))(X), expected)
    np.testing.assert_allclose(hessian(cube)(X), expected)
    found = hessian(lambda p, n: {"a": p["x"] * p["s"], "b": (np.sum(p["x"]) ** 2, "text")})({"x": X, "s": 2.0}, 3)
    np.testing.assert_allclose(found["a"]["x"]["s"], np.eye(3))
    np.testing.assert_allclose(found["a"]["s"]["x"], np.eye(3))
    np.testing.assert_allclose(found["b"][0]["x"]["x"], np.full((3, 3), 2.0))
    assert found["b"][0]["s"]["s"] == 0.0 and found["b"][1] is None
    (xx, xy), (yx, yy) = hessian(lambda x, y: x**2 * y, (0, 1))(X, 5.0)
    np.testing.assert_allclose(xx, outer(jacrev(lambda x: x**2 * 5.0))(X))
    np.testing.assert_allclose([xy, yx], [np.diag(2 * X)] * 2)
    np.testing.assert_array_equal(yy, np.zeros(3))
    assert hessian(lambda x: x * x)(np.zeros(0)).shape == (0, 0, 0)
    assert hessian(lambda x: np.zeros(0) * x[0])(X).shape == (0, 3, 3)


def test_a_third_jacobian() -> None:
    with pytest.raises(ArgumentError, match=r"hessian of cube.* is not differentiated"):
        jacfwd(hessian(cube))
    assert jacfwd(grad(grad(cube)))(2.0) == 6.0
    assert hessian(grad(grad(cube)))(2.0) == 0.0


# -- effects -----------------------------------------------------------------------------------------------------------


class Counter:
    n = 0


def test_jacrev_has_the_effects_of_one_call(capsys: pytest.CaptureFixture[str]) -> None:
    counter = Counter()

    def f(x: Any) -> Any:
        print("once")
        counter.n += 1
        return x * x

    np.testing.assert_allclose(jacrev(f)(X), np.diag(2 * X))
    assert (counter.n, capsys.readouterr().out) == (1, "once\n")


def prints(x: Any) -> Any:
    print("hello")
    return np.sum(x * x)


def draws(x: Any) -> Any:
    return np.sum(x * x) * float(np.random.normal())


def stores(x: Any) -> Any:
    x[0] = 2.0
    return np.sum(x * x)


BUFFER = np.zeros(3)


def stores_outside(x: Any) -> Any:
    BUFFER[0] = x[0]
    return np.sum(x * x)


def appends(x: Any, seen: Any) -> Any:
    seen.append(1.0)
    return np.sum(x * x)


def inner(x: Any) -> Any:
    y = x * x
    print("deep")
    return y


def calls(x: Any) -> Any:
    return np.sum(inner(x))


@pytest.mark.parametrize("driver", [jacfwd, hessian])
@pytest.mark.parametrize(
    ("f", "args", "words", "line"),
    [
        (prints, (), "calls `print`", 'print("hello")'),
        (draws, (), "calls `np.random.*normal`", "np.random.normal()"),
        (stores, (), "changes `x`", "x[0] = 2.0"),
        (stores_outside, (), "changes `BUFFER`", "BUFFER[0] = x[0]"),
        (appends, ([],), "changes `seen`", "seen.append(1.0)"),
        (calls, (), "calls `print`", 'print("deep")'),
    ],
)
def test_what_runs_several_times_may_only_compute(driver: Any, f: Any, args: Any, words: str, line: str) -> None:
    text = f"{driver.__name__} evaluates {f.__name__} several times, and it {words}"
    with pytest.raises(UnsupportedError, match=text) as e:
        driver(f)(X.copy(), *args)
    assert f"| {'    '}" in str(e.value) and line in str(e.value)


@BOTH
def test_what_computes_in_memory_of_its_own_is_no_effect(driver: Any) -> None:
    class Layer:
        def __init__(self, w: Any) -> None:
            self.w, self.calls = w, 0

        def __call__(self, x: Any) -> Any:
            self.calls += 1
            return self.w * x

    def f(x: Any) -> Any:
        layer = Layer(x)
        out = np.zeros(3)
        seen = []
        with np.errstate(all="ignore"):
            for i in range(3):
                out[i] = layer(x)[i]
                seen.append(out[i])
        if not out[0] < 100:
            raise ValueError(f"{out[0]} is too large")
        assert layer.calls == 3
        return out + seen[0]

    np.testing.assert_allclose(driver(f)(X), np.diag(2 * X) + np.outer(np.ones(3), [2 * X[0], 0, 0]))


# -- refused -----------------------------------------------------------------------------------------------------------


@BOTH
def test_complex_numbers_are_refused(driver: Any) -> None:
    with pytest.raises(ArgumentError, match="is for real numbers: x is complex128"):
        driver(lambda x: x * x)(X + 1j)


def test_complex_results_of_real_arguments() -> None:
    with pytest.raises(ArgumentError, match=r"is for real numbers: <lambda>\(\.\.\.\) is complex128"):
        jacrev(lambda x: x * 1j)(X)
    np.testing.assert_allclose(jacfwd(lambda x: x * 1j)(X), 1j * np.eye(3))


@BOTH
def test_wrong_arguments(driver: Any) -> None:
    with pytest.raises(TypeError, match="cannot differentiate linear with respect to A: it is an int64 array"):
        driver(linear)(np.arange(6).reshape(2, 3), X)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        driver(linear)(A)
    with pytest.raises(ValueError, match="out of range"):
        driver(linear, 2)
    with pytest.raises(TypeError, match="a function is needed"):
        driver(3)


# -- being functions ---------------------------------------------------------------------------------------------------


def test_it_looks_like_the_function() -> None:
    assert repr(jacfwd(linear, ("A", 1))) == "<sourcead jacfwd of linear, argnums=('A', 1)>"
    assert repr(hessian(total)) == "<sourcead hessian of total, argnums=0>"
    assert isinstance(hessian(total), Jacobian)
    made: Any = jacrev(linear)
    assert (made.__name__, made.__wrapped__) == ("linear", linear)


def test_the_source_is_what_is_called() -> None:
    assert "def linear_jvp(A, x, A_dot):" in jacfwd(linear).specialize(A, X).source
    assert "def linear_bwd(" in jacrev(linear).specialize(A, X).source
    assert "def total_grad_jvp(x, x_dot):" in hessian(total).specialize(X).source
    assert jacfwd(linear).trace(((A, X), {}))[0][0] == "resolve"


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_pickling_and_copying(make: Any) -> None:
    np.testing.assert_allclose(make(jacrev(linear, 1))(A, X), A)
    np.testing.assert_allclose(make(hessian(total))(X), np.diag(6 * X))
    np.testing.assert_allclose(make(jacrev(jacfwd(total)))(X), np.diag(6 * X))
    np.testing.assert_allclose(make(grad(grad(cube)))(2.0), 12.0)


def cube(x: Any) -> Any:
    return x**3


def test_methods() -> None:
    class Model:
        scale = 2.0

        @jacobian
        def forward(self, x: Any) -> Any:
            return self.scale * x

        @hessian
        def energy(self, x: Any) -> Any:
            return self.scale * np.sum(x**3)

        @jacobian
        @staticmethod
        def fixed(x: Any) -> Any:
            return x * x

    np.testing.assert_allclose(Model().forward(X), 2 * np.eye(3))
    np.testing.assert_allclose(Model().energy(X), np.diag(12 * X))
    np.testing.assert_allclose(jacfwd(Model().forward.__wrapped__)(X), 2 * np.eye(3))
    np.testing.assert_allclose(Model.fixed(X), np.diag(2 * X))
    np.testing.assert_allclose(Model().fixed(X), np.diag(2 * X))


def test_a_call_inside_a_function_and_a_derivative_of_one_are_refused() -> None:
    inner = jacrev(linear, 1)
    with pytest.raises(UnsupportedError, match=r"jacrev of linear.* is called inside the function"):
        grad(lambda x: np.sum(inner(A, x)))(X)
    for call in (lambda: grad(inner), lambda: jvp(inner, (A, X), (None, X)), lambda: vjp(inner, A, X)):
        with pytest.raises(ArgumentError, match=r"jacrev of linear.* is not differentiated"):
            call()


def test_calling_again_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> None:
        for size in (3, 5):
            for driver in (jacrev, jacfwd):
                driver(lambda x: x * x)(np.ones(size))
            hessian(lambda x: np.sum(x**3))(np.ones(size))

    run()
    put = cache.Table.put
    monkeypatch.setattr(cache.Table, "put", lambda t, e: put(t, e) if e in t.entries else pytest.fail("compiled"))
    run()

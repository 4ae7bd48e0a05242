"""Effects: one call of a derivative has exactly those of one call of the function (contract 2.1), and what it gives is
the caller's own (contract 2.4)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest

import sourcead
from tests.kit import assert_trees_close, central_differences
from tests.programs.kit import arrays, assert_identical

VECTOR = np.array([0.5, 1.5, -0.7])


class Counter:
    def __init__(self) -> None:
        self.calls = 0
        self.last: Any = None


@dataclass
class Inner:
    h: Any


@dataclass
class State:
    W: Any
    steps: Any = 0
    inner: Any = field(default_factory=lambda: Inner(1.0))


class Pair(NamedTuple):
    a: Any
    b: Any


COUNTER = Counter()
LOG: list[Any] = []
SEEN: dict[str, Any] = {"count": 0}
BUFFER = np.zeros(3)
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _reset() -> None:
    COUNTER.__init__()  # type: ignore[misc]
    LOG.clear()
    SEEN.clear()
    SEEN["count"] = 0
    BUFFER[:] = 0.0
    RNG.bit_generator.state = np.random.default_rng(0).bit_generator.state


def world() -> Any:
    """Everything outside the arguments that the functions here may change."""
    return copy.deepcopy([vars(COUNTER), LOG, SEEN, BUFFER, RNG.bit_generator.state])


# -- what f does to the world -----------------------------------------------------------------------------------------


def counts(x: Any) -> Any:
    COUNTER.calls += 1
    return (x * x).sum()


def counts_in_a_loop(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0:
            COUNTER.calls += 1
            continue
        s += x[i] ** 3
    return s + COUNTER.calls * x[0]


def counts_every_turn(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        COUNTER.calls += 1
        s += x[i] ** 3
    return s + COUNTER.calls * x[0]


def keeps_one_of_a_loop(x: Any) -> Any:
    for i in range(3):
        if x[i] > 0:
            COUNTER.calls = x[i] * 2
    return COUNTER.calls * x[0]


def keeps_what_is_active(x: Any) -> Any:
    COUNTER.last = x[0] * x[1]
    return COUNTER.last * x[2]


def logs(x: Any) -> Any:
    LOG.append("called")
    LOG.append(len(x))
    return np.sum(x * x) * len(LOG)


def counts_in_a_dict(x: Any) -> Any:
    SEEN["count"] += 1
    SEEN["shape"] = x.shape[0]
    return np.sum(x**3)


def fills_a_buffer(x: Any) -> Any:
    BUFFER[:] = x * 2
    BUFFER[0] += x[1] * x[2]
    return (BUFFER * x).sum()


def draws(x: Any) -> Any:
    noise = RNG.normal(size=3)
    keep = RNG.random(3) > 0.3
    return np.sum((x + noise) ** 2 * keep)


def draws_in_a_loop(x: Any) -> Any:
    s = 0.0
    for _ in range(4):
        s += np.sum(x * RNG.normal(size=3)) ** 2
    return s


def counts_on_one_side(x: Any) -> Any:
    if x[0] > 9:
        COUNTER.calls += 1
        y = x * 2
    else:
        COUNTER.calls += 10
        y = x * 3
    return (y * y).sum()


@pytest.mark.parametrize("driver", [sourcead.grad, sourcead.value_and_grad])
@pytest.mark.parametrize(
    "f",
    [
        counts,
        counts_in_a_loop,
        counts_every_turn,
        keeps_one_of_a_loop,
        keeps_what_is_active,
        logs,
        counts_in_a_dict,
        fills_a_buffer,
        draws,
        draws_in_a_loop,
        counts_on_one_side,
    ],
)
def test_the_world_after_one_call(f: Callable[..., Any], driver: Any) -> None:
    derivative = driver(f)
    derivative.specialize(VECTOR)  # compiling has no effect
    before = world()
    expected_value = f(VECTOR)
    expected = world()
    assert repr(before) != repr(expected)
    for _ in range(2):  # the first call and one that finds its code ready
        restore(before)
        found = derivative(VECTOR)
        assert_identical(world(), expected, "the world")
        if driver is sourcead.value_and_grad:
            assert_identical(found[0], expected_value, "value")


def restore(state: Any) -> None:
    """The world as it was."""
    attributes, log, seen, buffer, rng = copy.deepcopy(state)
    vars(COUNTER).clear()
    vars(COUNTER).update(attributes)
    LOG[:] = log
    SEEN.clear()
    SEEN.update(seen)
    BUFFER[:] = buffer
    RNG.bit_generator.state = rng


@pytest.mark.parametrize(
    "f",
    [
        counts,
        counts_in_a_loop,
        counts_every_turn,
        keeps_one_of_a_loop,
        keeps_what_is_active,
        logs,
        fills_a_buffer,
        draws,
        draws_in_a_loop,
    ],
)
def test_the_gradient_of_what_changes_the_world(f: Callable[..., Any]) -> None:
    before = world()

    def again(x: Any) -> Any:
        restore(before)
        return f(x)

    expected = central_differences(again, (VECTOR,))
    restore(before)
    assert_trees_close(sourcead.grad(f)(VECTOR), expected)


def test_prints_once_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x: Any) -> Any:
        print("begin", len(x))
        s = 0.0
        for i in range(2):
            print(f"turn {i}: {x[i]:.1f}")
            s += x[i] * x[i]
        print("end")
        return s

    f(VECTOR)
    expected = capsys.readouterr().out
    for driver in (sourcead.grad, sourcead.value_and_grad):
        driver(f)(VECTOR)
        assert capsys.readouterr().out == expected


def test_a_generator_that_is_an_argument() -> None:
    def f(x: Any, rng: Any) -> Any:
        return np.sum((x * rng.normal(size=3)) ** 2) + rng.random()

    one, two = np.random.default_rng(3), np.random.default_rng(3)
    value = f(VECTOR, one)
    found, gradient = sourcead.value_and_grad(f)(VECTOR, two)
    assert found == value
    assert one.bit_generator.state == two.bit_generator.state
    noise = np.random.default_rng(3).normal(size=3)
    np.testing.assert_allclose(gradient, 2 * VECTOR * noise**2)


# -- what f does to its arguments -------------------------------------------------------------------------------------


def into_an_array(x: Any, y: Any) -> Any:
    y[0] = x[1] * 2
    y[1:] *= x[1:]
    return (x * y).sum()


def into_the_differentiated(x: Any, y: Any) -> Any:
    x *= y
    x[0] = x[1] * y[2]
    return (x * x).sum()


def into_a_view(x: Any, y: Any) -> Any:
    tail = y[1:]
    tail += x[:2]
    return (y * x).sum()


def into_a_list(x: Any, xs: Any) -> Any:
    xs.append(x[0] * 2)
    xs[0] = x[1] * xs[1]
    return xs[0] * xs[-1]


def pops(x: Any, xs: Any) -> Any:
    last = xs.pop()
    return last * x[0] * xs[0]


def into_a_dict(x: Any, d: Any) -> Any:
    d["n"] = d["n"] + 1
    d["w"][0] = x[0] * x[1]
    d["new"] = x * 2
    return (d["w"] * d["new"]).sum()


def into_a_dataclass(x: Any, state: Any) -> Any:
    state.steps += 1
    state.inner.h = x[0] * 2
    state.W[1] = x[2]
    return (state.W * x).sum() * state.inner.h


def into_a_named_tuple(x: Any, pair: Any) -> Any:
    pair.a[0] = x[1]
    pair.b["k"] = x[0] * 3
    return (pair.a * x).sum() * pair.b["k"]


def in_a_loop(x: Any, y: Any) -> Any:
    for i in range(len(y)):
        y[i] = y[i - 1] * x[i]
        if y[i] > 9:
            break
    return y.sum()


def on_a_path(x: Any, y: Any) -> Any:
    if x[0] > 0:
        y[0] = x[0] ** 2
        return y @ x
    y[:] = 0.0
    return x @ x


def in_a_callee(x: Any, y: Any) -> Any:
    fill(y, x)
    return y @ x


def fill(out: Any, values: Any) -> None:
    out[...] = values * values


MUTATIONS: list[tuple[Callable[..., Any], Callable[[], Any]]] = [
    (into_an_array, lambda: np.ones(3)),
    (into_the_differentiated, lambda: np.array([1.0, 2.0, 3.0])),
    (into_a_view, lambda: np.ones(3)),
    (into_a_list, lambda: [1.5, 2.5]),
    (pops, lambda: [1.5, 2.5]),
    (into_a_dict, lambda: {"n": 0, "w": np.ones(3)}),
    (into_a_dataclass, lambda: State(np.ones(3))),
    (into_a_named_tuple, lambda: Pair(np.ones(3), {"k": 1.0})),
    (in_a_loop, lambda: np.ones(3)),
    (on_a_path, lambda: np.ones(3)),
    (in_a_callee, lambda: np.ones(3)),
]


@pytest.mark.parametrize("driver", [sourcead.grad, sourcead.value_and_grad])
@pytest.mark.parametrize(("f", "make"), MUTATIONS)
def test_arguments_are_left_as_the_function_leaves_them(f: Any, make: Any, driver: Any) -> None:
    left = [VECTOR.copy(), make()]
    value = f(*left)
    derivative = driver(f)
    for _ in range(2):
        given = [VECTOR.copy(), make()]
        objects = ids(given)
        found = derivative(*given)
        assert_identical(given, left, "the arguments")
        assert ids(given)[: len(objects)] == objects
        if driver is sourcead.value_and_grad:
            assert_identical(found[0], value, "value")
            found = found[1]
        assert_trees_close(found, central_differences(f, (VECTOR, make())))
        assert_own(found, given)


def ids(tree: Any) -> list[int]:
    """The identity of every array: f changes objects in place, and so does the derivative."""
    return [id(leaf) for leaf in arrays(tree) if isinstance(leaf, np.ndarray)]


def assert_own(gradient: Any, others: Any) -> None:
    leaves = [leaf for leaf in arrays(gradient) if isinstance(leaf, np.ndarray)]
    for k, leaf in enumerate(leaves):
        assert leaf.flags.writeable
        for other in [*leaves[k + 1 :], *(o for o in arrays(others) if isinstance(o, np.ndarray))]:
            assert not np.shares_memory(leaf, other)


# -- whose memory the results are -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: (x + y).sum(),
        lambda x, y: x @ y,
        lambda x, y: x.sum() + y.sum(),
        lambda x, y: (2 * x)[1:].sum() + (x * y)[0],
        lambda x, y: np.sum(x.reshape(3, 1) * y) + x[0],
    ],
)
def test_gradients_share_no_memory(f: Any) -> None:
    x, y = VECTOR.copy(), VECTOR + 1
    gradients = sourcead.grad(f, (0, 1))(x, y)
    assert_own(gradients, [x, y])
    first, second = copy.deepcopy(gradients)
    gradients[0][...] = 7.0  # writing into one changes nothing else
    np.testing.assert_array_equal(gradients[1], second)
    np.testing.assert_array_equal(sourcead.grad(f, (0, 1))(x, y)[0], first)


def test_a_gradient_shares_nothing_with_what_f_left_behind() -> None:
    gradient = sourcead.grad(fills_a_buffer)(VECTOR.copy())
    assert not np.shares_memory(gradient, BUFFER)
    d = {"n": 0, "w": np.ones(3)}
    gradient = sourcead.grad(into_a_dict)(VECTOR.copy(), d)
    assert_own(gradient, d)


def test_two_leaves_of_a_tree_share_nothing() -> None:
    p = {"a": VECTOR.copy(), "b": [VECTOR.copy(), VECTOR + 1]}
    gradient = sourcead.grad(lambda p: (p["a"] + p["b"][0] + p["b"][1]).sum())(p)
    assert_own(gradient, p)


def test_aux_aliases_what_the_function_s_own_aliases() -> None:
    def f(x: Any, state: Any) -> Any:
        y = x * 2
        return (y * x).sum(), (state, y, y[1:], y, x)

    x, state = VECTOR.copy(), {"k": np.ones(2)}
    (value, aux), gradient = sourcead.value_and_grad(f, has_aux=True)(x, state)
    expected, own = f(x, state)
    assert value == expected
    assert_identical(list(aux), list(own), "aux")
    kept, y, tail, again, entry = aux
    assert kept is state and entry is x and y is again
    assert np.shares_memory(y, tail)
    assert_own(gradient, [x, y])
    np.testing.assert_allclose(gradient, 4 * x)


def test_aux_of_what_is_changed_is_what_was_changed() -> None:
    def f(x: Any, y: Any) -> Any:
        before = y.copy()
        y[0] = x[0] * 2
        return (y * x).sum(), (y, before)

    x, y = VECTOR.copy(), np.ones(3)
    gradient, (changed, before) = sourcead.grad(f, has_aux=True)(x, y)
    assert changed is y and y[0] == 2 * x[0]
    np.testing.assert_array_equal(before, np.ones(3))
    np.testing.assert_allclose(gradient, [4 * x[0], 1.0, 1.0])


def test_the_value_may_be_the_argument_itself() -> None:
    x = np.array(1.5)
    value, gradient = sourcead.value_and_grad(lambda x: x)(x)
    assert value is x
    assert not np.shares_memory(gradient, x)


def test_what_raises_has_done_what_the_function_had_done() -> None:
    def f(x: Any) -> Any:
        COUNTER.calls += 1
        LOG.append("before")
        if x[0] > 0:
            raise ValueError("positive")
        LOG.append("after")
        return x.sum()

    with pytest.raises(ValueError, match="positive"):
        sourcead.grad(f)(VECTOR)
    assert COUNTER.calls == 1 and LOG == ["before"]


def into_nested_containers(x: Any, p: Any) -> Any:
    p["w"][0] = x[0]
    p["inner"]["k"] = x[1] * 2
    p["inner"]["items"].append(x[2])
    p["w"][1:] *= x[1:]
    p["inner"]["state"].h = x[0] * p["inner"]["k"]
    p["inner"]["new"] = 1.0
    return (p["w"] * x).sum() * p["inner"]["state"].h * p["inner"]["items"][-1]


def test_nested_containers_are_changed_themselves() -> None:
    def make() -> Any:
        return {"w": np.ones(3), "inner": {"k": 0.0, "items": [0.5, np.ones(2)], "state": Inner(0.0)}}

    left, given = make(), make()
    into_nested_containers(VECTOR, left)
    inner, items, state = given["inner"], given["inner"]["items"], given["inner"]["state"]
    gradient = sourcead.grad(into_nested_containers)(VECTOR, given)
    assert_identical(given, left, "what is left")
    assert given["inner"] is inner and inner["items"] is items and inner["state"] is state
    assert_trees_close(gradient, central_differences(into_nested_containers, (VECTOR, make())))


def test_stores_into_what_a_closure_holds() -> None:
    class Counter:
        n = 0

    buffer, counter = np.zeros(3), Counter()

    def f(x: Any) -> Any:
        buffer[0] = np.sum(x)
        counter.n += 1
        return buffer[0] * 2.0

    for turn in (1, 2):
        np.testing.assert_array_equal(sourcead.grad(f)(np.ones(3) * turn), np.full(3, 2.0))
        assert (buffer[0], counter.n) == (3.0 * turn, turn)
    with pytest.raises(ValueError, match="shares its memory with"):
        sourcead.grad(f)(buffer)

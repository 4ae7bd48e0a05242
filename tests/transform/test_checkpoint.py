"""`checkpoint(f)`: what f computes inside is not kept but computed again; the derivatives are those of f."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import checkpoint
from sourcead.ir import walk
from tests.compiling import compiled
from tests.kit import assert_trees_close, central_differences

X = np.array([0.3, -0.4, 0.8])
W = np.array([[0.5, -0.2, 0.1], [0.3, 0.4, -0.6], [-0.1, 0.2, 0.7]])
SCALE = np.array([1.0, 2.0, 3.0])
SEEN: list[float] = []


def block(x, W):
    a = np.tanh(x @ W)
    b = np.sin(a) * a
    return np.tanh(b @ W)


def branchy(x, n):
    if n > 2:
        return np.sin(x)
    y = np.exp(-x) if x.sum() > 0 else x**2
    for _ in range(n):
        if y.sum() > 10:
            break
        y = y * np.cos(y) + x
    return y


def chain(x, W):
    h = checkpoint(block)(x, W)
    return np.sum(checkpoint(block)(h, W) ** 2)


def loop(x, W):
    h = x
    for _ in range(4):
        h = checkpoint(block)(h, W)
    return np.sum(h**2)


def returns_and_branches(x, n):
    return np.sum(checkpoint(branchy)(x, n) ** 2)


def zero_trip(x, n):
    h = x
    for _ in range(n):
        h = checkpoint(np.sin)(h) * checkpoint(branchy)(h, 1)
    return np.sum(h)


def until_small(x, W):
    h, count = x, 0
    while np.sum(h * h) > 1e-3 and count < 6:
        h = checkpoint(block)(h, W)
        count += 1
    return np.sum(h) + count


def one_in_each_branch(x):
    h = x
    for i in range(4):
        if i % 2 == 0:
            h = h + 1.0
            h = checkpoint(np.sin)(h) * x
        else:
            h = checkpoint(branchy)(h, 1) + x
    return np.sum(h)


def closures(x, W):
    scale = np.sum(x) * 0.1

    def inner(h):
        return np.tanh(h @ W) * scale

    return np.sum(checkpoint(inner)(checkpoint(inner)(x)))


def rebound(x):
    factor = x * 1.0

    def inner(h):
        return np.sin(h) * factor

    y = checkpoint(inner)(x)
    factor = factor * 2
    z = checkpoint(inner)(x)
    factor[0] = 1.0
    return np.sum(y * z * checkpoint(inner)(x))


def nested(x, W):
    def outer(x):
        y = checkpoint(block)(x, W)
        return np.exp(-(checkpoint(block)(y, W) ** 2)) * y

    return np.sum(checkpoint(outer)(checkpoint(outer)(x)))


def gradient_of_a_closure(x):
    total = np.sum(x)

    def inner(h):
        return np.tanh(h) * total

    def outer(x):
        return sourcead.grad(lambda z: np.sum(checkpoint(inner)(z) ** 2))(x)

    return np.sum(checkpoint(outer)(x))


def mutually_recursive(x, n):
    def even(x, n):
        return x if n <= 0 else checkpoint(odd)(np.sin(x), n - 1)

    def odd(x, n):
        return x if n <= 0 else checkpoint(even)(x * x, n - 1) * x

    return np.sum(checkpoint(even)(x, n))


def recursive(x, n):
    def again(x, n):
        if n == 0:
            return x
        return np.sin(checkpoint(again)(x * 1.5, n - 1))

    return np.sum(checkpoint(again)(x, n))


def overwritten(x, W):
    a = x * 1.0
    y = checkpoint(block)(a, W)
    a[0] = 5.0
    a[1:] *= 2
    return np.sum(y) + np.sum(a)


def overwritten_under_a_view(x, W):
    a = np.concatenate([x, x])
    y = checkpoint(block)(a[1:4], W)
    a[2] = 7.0 * y[0]
    return np.sum(y * a[:3])


def overwritten_in_a_loop(x, W):
    h, s = np.zeros(3), 0.0
    for i in range(3):
        s = s + np.sum(checkpoint(block)(h + x, W))
        h[i] = s
        s = s + np.sum(checkpoint(block)(h, W))
    return s


def argument_overwritten(x, W):
    y = checkpoint(block)(x, W)
    x[0] = 3.0
    return np.sum(y * checkpoint(block)(x, W))


def result_overwritten(x):
    y = checkpoint(branchy)(x, 1)
    y[0] = y[1] * y[2]
    return np.sum(checkpoint(branchy)(y, 1) * y)


def aliasing_results(x):
    y, z = checkpoint(lambda a: (a, a[1:]))(x * 1.0)
    return np.sum(y * y) * np.sum(z)


def stores_inside(x, W):
    def f(x):
        y = np.zeros(3)
        for i in range(3):
            y[i] = np.sum(np.sin(x[i]) * W[i])
        y[0] *= y[1]
        return y

    return np.sum(checkpoint(f)(checkpoint(f)(x)))


def global_overwritten(x):
    y = checkpoint(lambda a: np.sin(SCALE * a))(x)
    SCALE[1] = 9.0
    z = checkpoint(lambda a: np.sin(SCALE * a))(x)
    SCALE[1] = 2.0
    return np.sum(y * z)


def step_of_dict(p, x):
    h = np.tanh(x @ p["W"] + p["b"])
    return {"h": h * h, "s": np.sum(h)}, h


def trees(p, x):
    d, h = checkpoint(step_of_dict)(p, x)
    d2, _ = checkpoint(step_of_dict)(p, d["h"])
    return np.sum(d2["h"]) * d["s"] + np.sum(h)


def dict_changed(p):
    y = checkpoint(lambda p: np.sin(p["a"]) * p["b"])(p)
    p["a"] = y * 2
    return np.sum(y * p["a"])


Pair = namedtuple("Pair", "a b")


def tuples(q):
    q = checkpoint(lambda q: Pair(q.a * q.b, np.sin(q.b)))(q)
    return np.sum(checkpoint(lambda q: q.a * q.b)(q))


@dataclasses.dataclass
class Layer:
    W: Any
    b: Any

    def apply(self, x):
        return np.tanh(x @ self.W + self.b)


def dataclass_methods(layer, x):
    return np.sum(checkpoint(layer.apply)(checkpoint(layer.apply)(x)) ** 2)


def lists(xs):
    def f(xs):
        out = []
        for a in xs:
            out.append(np.sin(a) * a)
        return out

    return sum(np.sum(y * y) for y in checkpoint(f)(checkpoint(f)(xs)))


def scalars(x):
    def f(a, b):
        return a * np.exp(b) / b

    return checkpoint(f)(x, x * x) * checkpoint(f)(2.0, x)


def keywords(x):
    def f(a, *, b=2.0, c):
        return a * b + np.sin(c)

    return np.sum(checkpoint(f)(x, c=x * x) * checkpoint(f)(x, b=x, c=3.0))


def statics(x):
    def f(a, axis, name="sin"):
        return np.sum(np.sin(a) if name == "sin" else np.cos(a), axis=axis)

    m = np.outer(x, x)
    return np.sum(checkpoint(f)(m, 0) * checkpoint(f)(m, 1, name="cos"))


def partials(x):
    return np.sum(checkpoint(functools.partial(block, W=W))(x))


def functions(x):
    def twice(f, a):
        return f(a) * a

    return np.sum(checkpoint(twice)(np.sin, x) * checkpoint(twice)(lambda t: t * t, x))


def derivative_inside(x, W):
    def energy(x):
        return np.sum(checkpoint(block)(x, W) ** 2)

    return np.sum(sourcead.grad(energy)(x) ** 2) + np.sum(checkpoint(sourcead.grad(energy))(x))


def complex_inside(x):
    return np.sum(np.abs(checkpoint(lambda a: np.fft.fft(a) * (1 + 2j))(x)) ** 3)


PROGRAMS: list[tuple[Any, tuple[Any, ...]]] = [
    (chain, (X, W)),
    (loop, (X, W)),
    (returns_and_branches, (X, 2)),
    (returns_and_branches, (X, 3)),
    (zero_trip, (X, 0)),
    (zero_trip, (X, 3)),
    (until_small, (X, W)),
    (one_in_each_branch, (X,)),
    (closures, (X, W)),
    (rebound, (X,)),
    (nested, (X, W)),
    (gradient_of_a_closure, (X,)),
    (recursive, (X, 4)),
    (mutually_recursive, (X, 4)),
    (overwritten, (X, W)),
    (overwritten_under_a_view, (X, W)),
    (overwritten_in_a_loop, (X, W)),
    (argument_overwritten, (X, W)),
    (result_overwritten, (X,)),
    (aliasing_results, (X,)),
    (stores_inside, (X, W)),
    (global_overwritten, (X,)),
    (trees, ({"W": W, "b": X}, np.outer(X, X))),
    (dict_changed, ({"a": X, "b": X * 2},)),
    (tuples, (Pair(X, X * 2),)),
    (dataclass_methods, (Layer(W, X), X)),
    (lists, ([X, X * 2],)),
    (scalars, (0.7,)),
    (keywords, (X,)),
    (statics, (X,)),
    (partials, (X,)),
    (functions, (X,)),
    (derivative_inside, (X, W)),
    (complex_inside, (X,)),
    (chain, (np.zeros((0, 3)), W)),
]


def expected(f: Any, args: tuple[Any, ...]) -> Any:
    return central_differences(lambda *a: f(*copy.deepcopy(a)), args, 0)


def plain(f: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the marker away."""
    monkeypatch.setitem(f.__globals__, "checkpoint", lambda g: g)


@pytest.mark.parametrize(("f", "args"), PROGRAMS)
def test_values_and_gradients(f: Any, args: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    value, gradient = sourcead.value_and_grad(f)(*copy.deepcopy(args))
    assert_trees_close(gradient, expected(f, args), 1e-5, 1e-7)
    assert value == f(*copy.deepcopy(args))
    with monkeypatch.context() as patch:
        plain(f, patch)
        assert_trees_close(gradient, sourcead.grad(f)(*copy.deepcopy(args)), 1e-12, 1e-14)


@pytest.mark.parametrize(
    ("f", "args"), [p for p in PROGRAMS if p[0] in (loop, nested, recursive, overwritten_in_a_loop, trees, lists)]
)
def test_every_stage(f: Any, args: tuple[Any, ...]) -> None:
    """The interpreter agrees after each pass."""
    found = compiled(f, *copy.deepcopy(args))
    for stage in found.seen:
        if stage in ("adjoint", "common subexpressions", "items in place"):
            assert_trees_close(found.run(stage, *copy.deepcopy(args)), expected(f, args), 1e-5, 1e-7)


@pytest.mark.parametrize(("f", "args"), PROGRAMS)
def test_pullbacks_own_what_they_read(f: Any, args: tuple[Any, ...]) -> None:
    given = copy.deepcopy(args)
    _, back = sourcead.vjp(f, *given)
    back(1.0)
    for array in (a for a in given if isinstance(a, np.ndarray)):
        array[...] = 99.0
    before, SCALE[...] = SCALE.copy(), 55.0
    try:
        gradient = back(1.0)[0]
    finally:
        SCALE[...] = before
    assert_trees_close(gradient, expected(f, args), 1e-5, 1e-7)


@pytest.mark.parametrize(("f", "args"), [p for p in PROGRAMS if isinstance(p[1][0], np.ndarray) and p[1][0].size])
def test_forward_mode_and_second_derivatives(f: Any, args: tuple[Any, ...]) -> None:
    direction = np.array([0.5, -1.0, 2.0])
    zeros = tuple(None if isinstance(a, int) else np.zeros_like(a) for a in args[1:])
    _, tangent = sourcead.jvp(f, copy.deepcopy(args), (direction, *zeros))
    np.testing.assert_allclose(tangent, np.sum(expected(f, args) * direction), rtol=1e-5)
    x, *rest = args

    def moved(step: float) -> Any:
        return sourcead.grad(f)(x + step * direction, *copy.deepcopy(rest))

    product = sourcead.hvp(lambda x: f(x, *rest), (x.copy(),), (direction,)) if f is not argument_overwritten else None
    along = sourcead.grad(lambda x, *r: np.sum(sourcead.grad(f)(x, *r) * direction))
    differences = (moved(1e-5) - moved(-1e-5)) / 2e-5
    if product is not None:
        np.testing.assert_allclose(product, differences, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(along(x.copy(), *copy.deepcopy(rest)), differences, rtol=1e-4, atol=1e-5)


def test_a_tangent_is_differentiated_again() -> None:
    v = np.array([0.5, -1.0, 2.0])
    again = sourcead.grad(lambda x: sourcead.jvp(lambda x: chain(x, W), (x,), (v,))[1])(X)
    np.testing.assert_allclose(again, sourcead.hvp(lambda x: chain(x, W), (X,), (v,)), rtol=1e-12)


@pytest.mark.parametrize("f", [chain, loop, closures, nested, overwritten_in_a_loop])
def test_generic_source_and_saved_modules(f: Any, tmp_path: Path) -> None:
    path = tmp_path / "saved.py"
    for derivative in (sourcead.grad(f), sourcead.grad(f).specialize(X, W)):
        derivative.save(path)
        module: dict[str, Any] = {}
        exec(compile(path.read_text(), str(path), "exec"), module)
        np.testing.assert_allclose(module[f"{f.__name__}_grad"](X.copy(), W), expected(f, (X, W)), rtol=1e-5, atol=1e-8)


def test_single_precision() -> None:
    x, w = X.astype(np.float32), W.astype(np.float32)
    dx, dw = sourcead.grad(loop, (0, 1))(x, w)
    assert dx.dtype == dw.dtype == np.float32
    np.testing.assert_allclose(dx, expected(loop, (X, W)), rtol=1e-4, atol=1e-6)


# -- what is kept ----------------------------------------------------------------------------------------------------


def text(f: Any, *args: Any, argnums: Any = 0) -> str:
    return sourcead.grad(f, argnums).specialize(*args).source


def body(source: str, name: str) -> str:
    """The text of one function behind its docstring."""
    return source.split(f"def {name}(")[1].split("\n\n\n")[0].split('"""')[-1]


def test_a_chain_keeps_what_goes_from_one_to_the_next() -> None:
    source = text(chain, X, W, argnums=(0, 1))
    assert source.count("recomputed: checkpoint(block)\n") == 2
    main = body(source, "chain_grad")
    assert "tanh" not in main and "sin" not in main
    assert "h = block(x, W)" in main and "block_bwd(h, W, " in main and "block_bwd(x, W, dh)" in main
    assert "a = np.tanh(x @ W)" in body(source, "block_bwd").split("# backward")[0]


def test_a_loop_keeps_the_carried_inputs_alone() -> None:
    final = compiled(loop, X, W).final
    loops = [op for op in walk(final.body) if op.name == "for" and not op.backward]
    (stack,) = (o for op in loops for o in op.outs[op.attr("carried") :])
    assert stack.hint == "hs"
    assert text(loop, X, W).count(".append(") == 1


@pytest.mark.optimised
def test_a_pullback_keeps_the_arguments_alone() -> None:
    def loss(x, W):
        return np.sum(checkpoint(lambda x: np.sin(np.tanh(x)) * x)(x @ W))

    back = sourcead.vjp(loss, X, W)[1]
    kept = back._pull.args[0]
    assert len(kept) == 3 and {np.shape(k) for k in kept} == {(3,), (3, 3)}  # x, W and their product


def test_the_second_derivative_computes_again_too() -> None:
    second = sourcead.grad(lambda x: np.sum(sourcead.grad(loop)(x, W) ** 2)).specialize(X).source
    main = second.rpartition("\ndef ")[2]
    assert "tanh" not in main and main.count("recomputed: checkpoint(block)") == 3


@pytest.mark.optimised
def test_nothing_is_computed_that_the_gradient_does_not_read() -> None:
    lines = text(lambda x: np.sum(checkpoint(np.sin)(x)), X).splitlines()
    code = "\n".join(line.partition("#")[0] for line in lines)
    assert "np.sin" not in code and "np.cos(x)" in code


# -- what would not be the same the second time ----------------------------------------------------------------------


def prints(x):
    print("here")  # refused
    return x * x


def draws(x):
    return x * np.random.normal(size=3)  # refused


def draws_from(x, source):
    return x * source.normal(size=3)  # refused


def appends(x):
    SEEN.append(1.0)  # refused
    return x * x


def stores_into_a_global(x):
    SCALE[0] = 2.0  # refused
    return x * x


def stores_into_its_argument(x):
    x[0] = 2.0  # refused
    return x * x


def calls_one_that_prints(x):
    return prints(x) * 2


def has_one_inside(x):
    return checkpoint(prints)(x)


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, x):
        self.count += 1  # refused
        return x * x


@pytest.mark.parametrize("mode", ["grad", "jvp", "vjp"])
@pytest.mark.parametrize(
    "f",
    [prints, draws, functools.partial(draws_from, source=np.random.default_rng(0)), appends, stores_into_a_global,
     stores_into_its_argument, calls_one_that_prints, has_one_inside, Counter()],
)  # fmt: skip
def test_effects_and_draws_are_refused_with_the_line(f: Any, mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    def loss(x):
        return np.sum(checkpoint(f)(x))

    with pytest.raises(sourcead.UnsupportedError, match="# refused"):
        if mode == "grad":
            sourcead.grad(loss)(X)
        elif mode == "jvp":
            sourcead.jvp(loss, (X,), (X,))
        else:
            sourcead.vjp(loss, X)
    assert capsys.readouterr().out == "" and SEEN == [] and SCALE[0] == 1.0


def outer_list(x):
    ys: list[float] = []

    def f(a):
        ys.append(np.sum(a))  # refused
        return a * a

    return np.sum(checkpoint(f)(x)) + ys[0]


def outer_variable(x):
    count = 0

    def f(a):
        nonlocal count
        count += 1  # refused
        return a * a

    return np.sum(checkpoint(f)(x)) * count


def handed_dict(x):
    def f(d):
        d["x"] = d["x"] * 2  # refused
        return d["x"]

    return np.sum(checkpoint(f)({"x": x}))


@pytest.mark.parametrize("f", [outer_list, outer_variable, handed_dict])
def test_stores_that_outlive_the_call_are_refused(f: Any) -> None:
    with pytest.raises(sourcead.UnsupportedError, match="# refused"):
        sourcead.grad(f)(X)


def test_doctor_lists_them() -> None:
    assert "`checkpoint(prints)` is computed twice" in str(sourcead.doctor(has_one_inside))
    assert "nothing is refused" in str(sourcead.doctor(recursive))


class Box:
    def __init__(self) -> None:
        self.W, self.rate = np.array([1.0, 2.0, 3.0]), 2.0

    def apply(self, x):
        return np.sin(self.W * x) * self.rate


BOX = Box()


def attribute_changed(x):
    y = checkpoint(BOX.apply)(x)
    kept = BOX.W
    BOX.W = kept * 2
    BOX.rate = BOX.rate + 1
    z = checkpoint(BOX.apply)(x)
    BOX.W, BOX.rate = kept, 2.0
    return np.sum(y * z)


def attribute_stored_into(x):
    y = checkpoint(BOX.apply)(x)
    BOX.W[0] = 5.0
    z = checkpoint(BOX.apply)(x)
    BOX.W[0] = 1.0
    return np.sum(y * z)


@pytest.mark.parametrize("f", [attribute_changed, attribute_stored_into])
def test_attributes_are_read_once(f: Any) -> None:
    np.testing.assert_allclose(sourcead.grad(f)(X), expected(f, (X,)), rtol=1e-5)
    _, back = sourcead.vjp(f, X)
    BOX.W[...] = 77.0
    np.testing.assert_allclose(back(1.0)[0], (BOX.W.__setitem__(..., [1.0, 2.0, 3.0]), expected(f, (X,)))[1], rtol=1e-5)


# -- masks and poles -------------------------------------------------------------------------------------------------


def test_a_branch_not_taken_contributes_nothing() -> None:
    x = np.array([-1.0, 0.0, 2.0])

    def log_where(x):
        return np.sum(np.where(x > 0, checkpoint(lambda a: np.log(a) * a)(x), 0.0))

    def root_of_maximum(x):
        return np.sum(checkpoint(lambda m: np.sqrt(m) * 2)(np.maximum(x, 0.0)))

    with np.errstate(all="ignore"):
        np.testing.assert_allclose(sourcead.grad(log_where)(x), [0.0, 0.0, np.log(2.0) + 1])
        np.testing.assert_allclose(sourcead.grad(root_of_maximum)(x), [0.0, 0.0, 1 / np.sqrt(2.0)])


# -- the marker itself -----------------------------------------------------------------------------------------------


@checkpoint
def marked(x, power=2):
    """A sum of powers."""
    return np.sum(np.sin(x) ** power)


class Model:
    scale = np.array([1.0, 2.0, 3.0])

    @checkpoint
    def method(self, x):
        return np.sin(self.scale * x)

    @classmethod
    @checkpoint
    def of_class(cls, x):
        return np.sin(cls.scale * x)

    @staticmethod
    @checkpoint
    def static(x):
        return np.sin(x) * x


def test_called_plainly_it_is_the_function() -> None:
    assert marked(X) == np.sum(np.sin(X) ** 2) and marked.__name__ == "marked" and marked.__doc__ == "A sum of powers."
    model = Model()
    np.testing.assert_array_equal(model.method(X), np.sin(Model.scale * X))
    with pytest.raises(TypeError, match="a function is needed"):
        checkpoint(3)  # type: ignore[type-var]


def test_the_whole_function_may_be_marked() -> None:
    source = sourcead.grad(marked, "x").specialize(X).source
    assert "def marked_grad(x, power=2):" in source
    np.testing.assert_allclose(sourcead.grad(marked)(X), np.sin(2 * X))
    assert sourcead.grad(checkpoint(np.sin))(0.5) == np.cos(0.5)
    np.testing.assert_allclose(sourcead.grad(checkpoint(functools.partial(marked, power=3)))(X),
                               3 * np.sin(X) ** 2 * np.cos(X))  # fmt: skip
    assert sourcead.jacobian(Model().method)(X).shape == (3, 3)


@pytest.mark.parametrize("f", [Model().method, Model.of_class, Model.static])
def test_methods(f: Any) -> None:
    def loss(x):
        return np.sum(f(f(x)))

    np.testing.assert_allclose(sourcead.grad(loss)(X), expected(loss, (X,)), rtol=1e-6)
    assert "recomputed: checkpoint(" in text(loss, X)


def test_several_of_one_class_are_told_apart() -> None:
    boxes = [Box() for _ in range(12)]
    for k, box in enumerate(boxes):
        box.W = box.W * (k + 1) / 20

    def loss(x):
        for box in boxes:
            x = checkpoint(box.apply)(x)
        return np.sum(x)

    np.testing.assert_allclose(sourcead.grad(loss)(X), expected(loss, (X,)), rtol=1e-4)

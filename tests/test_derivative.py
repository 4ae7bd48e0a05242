"""Dispatch, caching and binding of derivatives, with a compiler that counts instead of compiling."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
import threading
import time
from typing import Any

import numpy as np
import pytest

from sourcead import ArgumentError, Derivative, InternalError, UnsupportedError, cache, grad, value_and_grad
from sourcead.cache import CACHE
from sourcead.compiling import Options
from sourcead.errors import SourceUnavailableError
from sourcead.guard import Assumption
from sourcead.ir import Capture
from sourcead.kinds import Known, Scalar, Tree
from tests.fakes import Compiler, NeedsValue, Request, Wanted, compiler

__all__ = ["compiler"]


def loss(w: Any, x: Any, rate: float = 0.1) -> Any:
    """The loss."""
    return w * x * rate


def echo(request: Request) -> str:
    """Text that returns its own arguments, with the parameters of the function."""
    signature = inspect.signature(request.function)
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    names = ", ".join(signature.parameters)
    return (
        f"def derived{signature.replace(parameters=bare, return_annotation=signature.empty)}:\n    return ({names},)\n"
    )


@pytest.fixture(autouse=True)
def _echo(compiler: Compiler) -> None:
    compiler.write = echo


def test_calls_bind_as_in_python(compiler: Compiler) -> None:
    derivative = grad(loss)
    assert derivative(1.0, 2.0) == (1.0, 2.0, 0.1)
    assert derivative(1.0, x=2.0) == (1.0, 2.0, 0.1)
    assert derivative(rate=3.0, w=1.0, x=2.0) == (1.0, 2.0, 3.0)
    assert derivative(1.0, 2.0, 3.0) == (1.0, 2.0, 3.0)
    assert compiler.count == 1
    assert compiler.requests[0].kinds == {"w": Scalar("pyfloat"), "x": Scalar("pyfloat"), "rate": Scalar("pyfloat")}


def test_every_kind_of_parameter(compiler: Compiler) -> None:
    def f(a: Any, /, b: Any, *rest: Any, k: Any = 5, **others: Any) -> Any: ...

    assert grad(f)(1.0, 2.0, 3.0, k=4, z=6) == (1.0, 2.0, (3.0,), 4, {"z": 6})
    assert grad(f)(1.0, 2.0) == (1.0, 2.0, (), 5, {})
    assert compiler.count == 2


def test_mutable_defaults_are_the_function_s_own(compiler: Compiler) -> None:
    marker: list[float] = []

    def f(x: Any, seen: Any = marker) -> Any: ...

    compiler.write = lambda request: "def derived(x, seen): return seen"
    assert grad(f)(1.0) is marker


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        ((1.0,), {}, r"loss\(\) missing 1 required positional argument: 'x'"),
        ((1.0, 2.0, 3.0, 4.0), {}, r"loss\(\) takes from 2 to 3 positional arguments but 4 were given"),
        ((1.0, 2.0), {"y": 1}, r"loss\(\) got an unexpected keyword argument 'y'"),
        ((1.0, 2.0), {"w": 1}, r"loss\(\) got multiple values for argument 'w'"),
    ],
)
def test_wrong_calls_raise_what_the_function_raises(args: Any, kwargs: Any, words: str, compiler: Compiler) -> None:
    with pytest.raises(TypeError, match=words):
        loss(*args, **kwargs)
    with pytest.raises(TypeError, match=words):
        grad(loss)(*args, **kwargs)
    assert compiler.count == 0


def test_sizes_make_no_new_code_but_size_one_and_dtype_do(compiler: Compiler) -> None:
    derivative = grad(loss)
    for size in (3, 5, 0, 3):
        derivative(np.zeros((size, 2)), 1.0)
    assert compiler.count == 1
    derivative(np.zeros((1, 2)), 1.0)
    assert compiler.count == 2
    derivative(np.zeros((3, 2), np.float32), 1.0)
    derivative(np.zeros(3), 1.0)
    derivative(np.zeros((3, 2)), 1)
    assert compiler.count == 5
    derivative(np.zeros((9, 2)), 1.0)
    derivative(np.zeros((1, 2)), 1.0)
    assert compiler.count == 5


def test_other_derivatives_of_the_same_function_share_code(compiler: Compiler) -> None:
    grad(loss)(1.0, 2.0)
    grad(loss)(3.0, 2.0)
    assert compiler.count == 1
    value_and_grad(loss)(1.0, 2.0)
    grad(loss, 1)(1.0, 2.0)
    grad(loss, (0,))(1.0, 2.0)
    grad(loss, has_aux=True)(1.0, 2.0)
    assert compiler.count == 5
    assert [(r.argnums, r.scalar_argnums, r.mode, r.has_aux) for r in compiler.requests] == [
        ((0,), True, "grad", False),
        ((0,), True, "value_and_grad", False),
        ((1,), True, "grad", False),
        ((0,), False, "grad", False),
        ((0,), True, "grad", True),
    ]


def test_closures_in_a_loop_compile_once(compiler: Compiler) -> None:
    def write(request: Request) -> Any:
        (cell,) = getattr(request.function, "__closure__")  # noqa: B009
        fact = Assumption((("cell", ("scale", cell)),), Scalar(f"py{type(cell.cell_contents).__name__}"))
        return "def derived(w): return w * scale", (Capture("scale", "cell", cell),), (fact,)

    compiler.write = write

    def make(scale: Any) -> Any:
        return lambda w: w * w * scale

    derivatives = [grad(make(float(k))) for k in range(5)]
    assert [d(2.0) for d in derivatives] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert compiler.count == 1
    assert grad(make(3))(2.0) == 6
    assert compiler.count == 2
    assert derivatives[4](2.0) == 8.0


def test_defaults_of_lambdas_in_a_loop_are_their_own(compiler: Compiler) -> None:
    derivatives = [grad(lambda w, k=k: w * k) for k in range(3)]
    assert [d(2.0) for d in derivatives] == [(2.0, 0), (2.0, 1), (2.0, 2)]
    assert compiler.count == 1
    assert "k=2" in derivatives[2].specialize(2.0).source
    assert compiler.count == 2


def test_the_cache_keeps_no_closure_alive(compiler: Compiler) -> None:
    class Big:
        alive = 0

        def __init__(self) -> None:
            Big.alive += 1

        def __del__(self) -> None:
            Big.alive -= 1

    def write(request: Request) -> Any:
        (cell,) = getattr(request.function, "__closure__")  # noqa: B009
        return "def derived(w): return w", (Capture("big", "cell", cell),), ()

    compiler.write = write

    def use() -> None:
        big = Big()
        assert grad(lambda w: (w, big))(1.0) == 1.0

    use()
    compiler.requests.clear()
    import gc

    gc.collect()
    assert Big.alive == 0
    assert len(CACHE.tables) == 1


RATE: Any = 0.5


def test_globals_are_read_live_and_guarded(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = Assumption((("global", "RATE"),), Scalar("pyfloat"))
    compiler.write = lambda request: ("def derived(w): return w * RATE", (Capture("RATE", "global"),), (fact,))
    derivative = grad(lambda w: w * RATE)
    assert derivative(2.0) == 1.0
    monkeypatch.setitem(globals(), "RATE", 0.25)
    assert derivative(2.0) == 0.5
    assert compiler.count == 1
    fact = Assumption((("global", "RATE"),), Scalar("pyint"))
    monkeypatch.setitem(globals(), "RATE", 3)
    assert derivative(2.0) == 6
    assert compiler.count == 2


class Model:
    def __init__(self, rate: float) -> None:
        self.rate = rate

    def loss(self, w: Any) -> Any:
        return w * self.rate

    def __call__(self, w: Any) -> Any:
        return w * self.rate

    @grad
    def gradient(self, w: Any, v: Any = 2.0) -> Any: ...

    @grad
    @grad
    def curvature(self, w: Any, v: Any = 2.0) -> Any: ...

    @grad
    @grad
    @classmethod
    def made_twice(cls, w: Any) -> Any: ...

    @grad(argnums="w")
    @staticmethod
    def fixed(v: Any, w: Any) -> Any: ...

    @grad
    @classmethod
    def made(cls, w: Any) -> Any: ...


@pytest.mark.parametrize("pick", [lambda m: m.loss, lambda m: m])
def test_methods_and_callable_objects_share_code(pick: Any, compiler: Compiler) -> None:
    def write(request: Request) -> Any:
        owner = getattr(request.function, "__self__", request.function)
        fact = Assumption((("object", owner), ("attr", "rate")), Scalar("pyfloat"))
        return "def derived(w): return w * self.rate", (Capture("self", "object", owner),), (fact,)

    compiler.write = write
    assert [grad(pick(Model(rate)))(2.0) for rate in (1.0, 2.0, 3.0)] == [2.0, 4.0, 6.0]
    assert compiler.count == 1


def test_a_decorated_method_counts_arguments_without_self(compiler: Compiler) -> None:
    assert Model(1.0).gradient(3.0) == (3.0, 2.0)
    assert compiler.requests[0].argnums == (0,)
    assert isinstance(Model.gradient, Derivative)
    assert Model.fixed(1.0, 2.0) == Model(1.0).fixed(1.0, 2.0) == (1.0, 2.0)
    assert compiler.requests[1].argnums == (1,)
    assert Model.made(1.0) == Model(1.0).made(1.0) == (1.0,)
    assert inspect.ismethod(compiler.requests[2].function)
    assert compiler.count == 3


def test_partials_take_what_is_left(compiler: Compiler) -> None:
    compiler.write = lambda request: "def derived(w, *, x=2.0, rate=0.1): return w, x, rate"
    assert grad(functools.partial(loss, x=5.0))(1.0) == (1.0, 5.0, 0.1)
    assert grad(functools.partial(loss, x=5.0), "rate")(1.0, rate=2.0) == (1.0, 5.0, 2.0)


def test_an_int_whose_value_is_needed(compiler: Compiler) -> None:
    def write(request: Request) -> str:
        assert request.kinds is not None
        for path in ((("param", "axis"),), (("param", "cfg"), ("item", 1))):
            kind = request.kinds[str(path[0][1])]
            kind = kind.items[1] if len(path) == 2 and isinstance(kind, Tree) else kind
            if not isinstance(kind, Known):
                raise NeedsValue(path)
        return "def derived(w, axis, cfg): return axis, cfg"

    compiler.write = write
    derivative = grad(lambda w, axis, cfg: w)
    assert derivative(1.0, 0, [3, 4]) == (0, [3, 4])
    assert compiler.count == 3
    derivative(1.0, 0, [9, 4])
    assert compiler.count == 3
    derivative(1.0, 1, [3, 4])
    derivative(1.0, 1, [3, 5])
    assert compiler.count == 9


def test_asking_twice_for_a_value_is_a_defect(compiler: Compiler) -> None:
    def write(request: Request) -> str:
        raise NeedsValue((("param", "n"),))

    compiler.write = write
    with pytest.raises(InternalError, match="asks again"):
        grad(lambda w, n: w)(1.0, 2)


def test_threads_compile_each_signature_once(compiler: Compiler) -> None:
    def write(request: Request) -> str:
        time.sleep(0.02)
        return "def derived(w): return w"

    compiler.write = write
    derivative, barrier, results = grad(lambda w: w), threading.Barrier(8), []

    def run(k: int) -> None:
        barrier.wait()
        results.append(derivative(float(k)) if k % 2 else derivative(np.full(3, float(k)))[0])

    threads = [threading.Thread(target=run, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == list(range(8))
    assert compiler.count == 2


def test_the_cache_is_bounded(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_ENTRIES", 3)
    derivative = grad(loss)
    for rank in range(1, 6):
        derivative(np.zeros((2,) * rank), 1.0)
    (table,) = CACHE.tables.values()
    assert len(table.entries) == 3
    grad(loss)(np.zeros((2,) * 5), 1.0)
    assert compiler.count == 5
    grad(loss)(np.zeros(2), 1.0)
    assert compiler.count == 6
    monkeypatch.setattr(cache, "MAX_TABLES", 2)
    for argnums in (0, 1, (0, 1)):
        grad(loss, argnums)(1.0, 1.0)
    assert len(CACHE.tables) == 2


def test_defects_become_internal_errors(compiler: Compiler) -> None:
    def write(request: Request) -> str:
        raise KeyError("lost")

    compiler.write = write
    with pytest.raises(InternalError, match="KeyError: 'lost'") as caught:
        grad(loss)(1.0, 2.0)
    assert "test_derivative.py" in str(caught.value) and isinstance(caught.value.__cause__, KeyError)


def test_text_that_does_not_compile_is_a_defect(compiler: Compiler) -> None:
    compiler.write = lambda request: "def derived(w, x=1, rate): return w"
    with pytest.raises(InternalError, match="SyntaxError"):
        grad(loss)(1.0, 2.0)


def test_refusals_and_the_function_s_own_errors_pass(compiler: Compiler) -> None:
    def write(request: Request) -> str:
        raise UnsupportedError("no yield")

    compiler.write = write
    with pytest.raises(UnsupportedError, match="no yield"):
        grad(loss)(1.0, 2.0)
    compiler.write = lambda request: "def derived(w, x, rate): raise OverflowError('own')"
    with pytest.raises(OverflowError, match="own"):
        grad(loss)(1.0, 2.0)


@pytest.mark.parametrize("value", [np.arange(3), np.zeros(3, bool), True, "a", None])
def test_arguments_that_cannot_be_differentiated(value: Any, compiler: Compiler) -> None:
    with pytest.raises(TypeError, match="cannot differentiate loss with respect to w"):
        grad(loss)(value, 1.0)
    assert compiler.count == 0
    grad(loss, 1)(value, 1.0)
    assert compiler.count == 1


@pytest.mark.parametrize(
    ("argnums", "error", "words"),
    [
        (3, ValueError, "argnums=3 is out of range: loss has 3 positional parameters"),
        (-4, ValueError, "out of range"),
        ("z", ValueError, "loss has no parameter 'z'; its parameters: w, x, rate"),
        ((0, "w"), ValueError, "twice"),
        ((0, -3), ValueError, "twice"),
        ((), ValueError, "empty"),
        (True, TypeError, "argnums is an int"),
        (0.5, TypeError, "argnums is an int"),
        ([0, 1], TypeError, "write a tuple"),
        (None, TypeError, "argnums is an int"),
    ],
)
def test_wrong_argnums(argnums: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        grad(loss, argnums)


def test_argnums_that_are_right(compiler: Compiler) -> None:
    for argnums in (-1, "rate", ("rate",), (2, 0)):
        grad(loss, argnums)(1.0, 2.0)
    assert [r.argnums for r in compiler.requests] == [(2,), (2,), (2, 0)]

    def f(*xs: Any, k: Any = 1.0) -> Any: ...

    with pytest.raises(ValueError, match=r"collected by \*xs"):
        grad(f)
    assert grad(f, "xs")(1.0, 2.0) == ((1.0, 2.0), 1.0)


@pytest.mark.parametrize("wrong", [3, None, "loss", np.zeros(3)])
def test_what_is_no_function(wrong: Any) -> None:
    with pytest.raises(TypeError, match="a function is needed"):
        grad(wrong)


def test_what_has_no_source() -> None:
    with pytest.raises(SourceUnavailableError, match="neither Python source nor a derivative rule"):
        grad(dict.fromkeys)


def test_levels_are_what_is_asked_for_in_order(compiler: Compiler) -> None:
    outer = grad(value_and_grad(loss, (0, 1)), "x")
    assert outer(1.0, 2.0) == (1.0, 2.0, 0.1)
    (request,) = compiler.requests
    assert (request.mode, request.argnums, request.scalar_argnums) == ("grad", (1,), True)
    assert request.inner == (Wanted((0, 1), False, "value_and_grad", False),)
    assert repr(outer) == "<sourcead grad of value_and_grad of loss, argnums='x'>"
    grad(grad(loss, (0, 1)), "x")(1.0, 2.0)
    grad(grad(loss, (0, 1)), "x")(3.0, 2.0)
    assert compiler.count == 2


def test_levels_on_a_method(compiler: Compiler) -> None:
    assert Model(1.0).curvature(3.0) == (3.0, 2.0)
    (request,) = compiler.requests
    assert request.argnums == (0,) and request.inner == (Wanted((0,), True, "grad", False),)
    assert isinstance(Model.curvature, Derivative)
    assert Model.made_twice(1.0) == Model(1.0).made_twice(1.0) == (1.0,)


def test_levels_are_pickled_and_copied(compiler: Compiler) -> None:
    makers: list[Any] = [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))]
    for make in makers:
        assert make(grad(grad(loss), 1))(1.0, 2.0) == (1.0, 2.0, 0.1)
        assert make(decorated_twice) is decorated_twice
    assert compiler.count == 1
    assert [r.inner for r in compiler.requests] == [(Wanted((0,), True, "grad", False),)]


def test_a_forward_derivative_is_not_called_without_tangents(compiler: Compiler) -> None:
    forward = Derivative(loss, Options(0, "jvp", False))
    for call in (forward, forward.specialize(1.0, 2.0)):
        with pytest.raises(ArgumentError, match=r"takes tangents too(.|\n)*sourcead.jvp"):
            call(1.0, 2.0)


def test_it_looks_like_the_function() -> None:
    derivative = grad(loss)
    assert (derivative.__name__, derivative.__doc__, derivative.__module__) == ("loss", "The loss.", __name__)
    assert derivative.__wrapped__ is loss
    assert inspect.signature(derivative) == inspect.signature(loss)
    assert "grad of loss" in repr(derivative)


@grad(argnums=(0, 1))
def decorated(w: Any, x: Any) -> Any:
    return w * x


@grad
@grad
def decorated_twice(w: Any, x: Any) -> Any:
    return w * x


def test_decorator_forms(compiler: Compiler) -> None:
    assert decorated(1.0, 2.0) == (1.0, 2.0)
    assert value_and_grad(has_aux=True)(loss)(1.0, 2.0) == (1.0, 2.0, 0.1)
    assert [(r.argnums, r.has_aux) for r in compiler.requests] == [((0, 1), False), ((0,), True)]


def test_pickling_and_copying(compiler: Compiler) -> None:
    makers: list[Any] = [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))]
    for make in makers:
        again = make(grad(loss, (1, 0)))
        assert again(1.0, 2.0) == (1.0, 2.0, 0.1)
        assert make(decorated) is decorated
        assert make(grad(Model(2.0).loss))(1.0) == (1.0,)
    assert {r.argnums for r in compiler.requests} == {(1, 0), (0,)}
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(grad(lambda w: w))


def test_source_is_generic_and_made_once(compiler: Compiler) -> None:
    derivative = grad(loss)
    assert derivative.source == derivative.source == echo(compiler.requests[0])
    assert [r.kinds for r in compiler.requests] == [None]


def test_source_follows_what_it_relies_on(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = Assumption((("global", "RATE"),), Known(RATE))
    compiler.write = lambda request: ("def derived(w): return w", (), (fact,))
    derivative = grad(lambda w: w * RATE)
    assert derivative.source == derivative.source
    monkeypatch.setitem(globals(), "RATE", None)
    assert derivative.source
    assert compiler.count == 2


def test_specialize(compiler: Compiler) -> None:
    special = grad(loss).specialize(np.zeros((2, 3)), x=1.0)
    assert special.source == echo(compiler.requests[0])
    assert special(np.ones((5, 3)), 2.0)[1:] == (2.0, 0.1)
    assert special.fn("anything", 2.0, 3.0) == ("anything", 2.0, 3.0)
    with pytest.raises(
        ArgumentError, match=r"w must be a float64 array of 2 axes, got a float32 array of shape \(2, 3\)"
    ):
        special(np.zeros((2, 3), np.float32), 1.0)
    with pytest.raises(TypeError, match=r"loss\(\) missing 1 required positional argument: 'x'"):
        special(1.0)
    assert compiler.count == 1

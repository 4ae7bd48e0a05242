"""The text of whole functions: layout, comments, stores, helpers; and what the text computes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import numpy as np
import pytest

from sourcead.backend.writer import write
from sourcead.ir import Capture, Function, Param, Primitive, Source
from sourcead.kinds import Array, Dim, List
from tests.backend.kit import (
    ALL,
    AT,
    BOOL,
    FLOAT,
    INT,
    MATRIX,
    RANGE,
    TOP,
    VECTOR,
    Hole,
    Make,
    Span,
    Value,
    body_of,
    function,
    run,
)

MLP = {
    6: "W1, b1, W2, b2 = params",
    7: "z1 = X @ W1 + b1",
    8: "a1 = np.maximum(0, z1)",
    9: "z2 = a1 @ W2 + b2",
    10: "return np.sum(z2 * z2)",
}


def mlp() -> Function:
    m = Make(MLP)
    params, X = Value("params", TOP), Value("X", MATRIX)
    W1, b1, W2, b2 = m("unpack", params, outs=[Value(h, MATRIX) for h in ("W1", "b1", "W2", "b2")], line=6)
    z1 = m("binary +", m("binary @", X, W1, line=7), b1, hint="z1", line=7)
    a1 = m("call np.maximum", 0, z1, hint="a1", line=8)
    z2 = m("binary +", m("binary @", a1, W2, line=9), b2, hint="z2", line=9)
    value = m("call np.sum", m("binary *", z2, z2, line=10), hint="value", line=10, kind=FLOAT)
    m.backward = True
    dz2 = m("binary *", 2, z2, hint="dz2", line=10)
    dW2 = m("binary @", m("attribute T", a1, line=9), dz2, hint="dW2", line=9)
    db2 = m("method sum", dz2, hint="db2", line=9, axis=0)
    da1 = m("binary @", dz2, m("attribute T", W2, line=9), hint="da1", line=9)
    dz1 = m("binary *", da1, m("compare >", z1, 0, line=8), hint="dz1", line=8, inplace=True)
    dW1 = m("binary @", m("attribute T", X, line=7), dz1, hint="dW1", line=7)
    db1 = m("method sum", dz1, hint="db1", line=7, axis=0)
    return function(m, {"params": params, "X": X}, m("tuple", value, m("tuple", dW1, db1, dW2, db2)), doc="Gradient.")


def test_straight_line_reads_like_the_textbook() -> None:
    assert (
        write(mlp())
        == '''import numpy as np


def loss_grad(params, X):
    """Gradient."""
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = np.maximum(0, z1)
    z2 = a1 @ W2 + b2
    value = np.sum(z2 * z2)

    # backward
    dz2 = 2 * z2                        # line 10: return np.sum(z2 * z2)
    dW2 = a1.T @ dz2                    # line 9: z2 = a1 @ W2 + b2
    db2 = dz2.sum(axis=0)
    dz1 = dz2 @ W2.T
    dz1 *= z1 > 0                       # line 8: a1 = np.maximum(0, z1)
    dW1 = X.T @ dz1                     # line 7: z1 = X @ W1 + b1
    db1 = dz1.sum(axis=0)
    return value, (dW1, db1, dW2, db2)
'''
    )


def test_straight_line_computes_the_gradient() -> None:
    rng = np.random.default_rng(0)
    W1, b1, W2, b2 = (rng.normal(size=s) for s in ((3, 4), (4,), (4, 2), (2,)))
    X = rng.normal(size=(5, 3))
    value, (dW1, *_) = run(mlp())((W1, b1, W2, b2), X)

    def loss(W: np.ndarray) -> float:
        return float(np.sum((np.maximum(0, X @ W + b1) @ W2 + b2) ** 2))

    step = np.zeros_like(W1)
    step[1, 2] = 1e-6
    assert value == pytest.approx(loss(W1))
    assert dW1[1, 2] == pytest.approx((loss(W1 + step) - loss(W1 - step)) / 2e-6, rel=1e-6)


def branches() -> Function:
    m = Make({26: "if x > 0.5:", 27: "x = np.sin(x) * 1.5", 28: "s = s + x", 30: "x = x * x + 0.3"})
    x, n = Value("x", FLOAT), Value("n", INT)
    b, xp = m.inner(), Value("x", FLOAT)
    turn, i = Value("", INT), Value("i", INT)
    c = b("compare >", xp, 0.5, kind=BOOL, line=26)
    then, other = b.inner(), b.inner()
    x1 = then("binary *", then("call np.sin", xp, line=27, kind=FLOAT), 1.5, hint="x", line=27, kind=FLOAT)
    x2 = other("binary +", other("binary *", xp, xp, line=30, kind=FLOAT), 0.3, hint="x", line=30, kind=FLOAT)
    (x3,) = b.choose(c, then.block((), [x1]), other.block((), [x2]), [Value("x", FLOAT)])
    xs = Value("xs")
    m.loop((RANGE,), (0, n, 1), (x,), b.block((turn, i, xp), [x3, xp]), [Value("x", FLOAT), xs])
    m.backward = True
    b, turn, i, dx = m.inner(), Value("", INT), Value("i", INT), Value("dx", FLOAT)
    xb = b("getitem", xs, turn, hint="x", kind=FLOAT, path=AT)
    c = b("compare >", xb, 0.5, kind=BOOL, line=26)
    then, other = b.inner(), b.inner()
    grown = then("binary +", dx, 1.0, hint="dx", kind=FLOAT, line=28)
    scaled = then("binary *", grown, 1.5, line=27, kind=FLOAT)
    d1 = then("binary *", scaled, then("call np.cos", xb, line=27, kind=FLOAT), hint="dx", line=27, kind=FLOAT)
    d2 = other("binary *", other("binary *", dx, 2, line=30), xb, hint="dx", line=30, kind=FLOAT)
    (d3,) = b.choose(c, then.block((), [d1]), other.block((), [d2]), [Value("dx", FLOAT)])
    out = Value("dx", FLOAT)
    m.loop((RANGE,), (0, n, 1), (0.0,), b.block((turn, i, dx), [d3]), [out], reverse=True)
    return function(m, {"x": x, "n": n}, out)


def test_loop_with_branches_and_a_stack() -> None:
    assert (
        body_of(branches())
        == """    xs = []
    for i in range(n):
        xs.append(x)
        if x > 0.5:
            x = np.sin(x) * 1.5
        else:
            x = x * x + 0.3

    # backward
    dx = 0.0
    for i in reversed(range(n)):
        x = xs[i]
        if x > 0.5:
            dx = (dx + 1.0) * 1.5 * np.cos(x)   # lines 27-28
        else:
            dx = dx * 2 * x                     # line 30: x = x * x + 0.3
    return dx
"""
    )


def test_zero_turns() -> None:
    assert run(branches())(0.7, 0) == 0.0


def test_stores_of_every_form() -> None:
    m = Make()
    u, n, rate, index = Value("u"), Value("n", INT), Value("rate", FLOAT), Value("index", Array("int64", (Dim("k"),)))
    own = m("method copy", u, hint="u")
    b, p = m.inner(), Value("u")
    middle = ((Span(1, -1),),)
    old = b("getitem", p, path=middle)
    left, right = b("getitem", p, path=((Span(None, -2),),)), b("getitem", p, path=((Span(2, None),),))
    twice = b("binary *", 2, b("getitem", p, path=middle))
    flow = b("binary +", b("binary -", left, twice), right)
    new = b("binary +", old, b("binary *", rate, flow), own_form="augmented +")
    p2 = b("store", p, new, path=middle, hint="u")
    (u1,) = m.loop((RANGE,), (0, n, 1), (own,), b.block((Value(""), Value(""), p), [p2]), [Value("u")])
    u2 = m("add_at", u1, index, 2.0, path=AT, gather=True, hint="u")
    u3 = m("store", u2, m("binary *", u2, 3.0, own_form="augmented *"), path=ALL, hint="u")
    u4 = m("store", u3, 0, 7.0, path=AT, hint="u")
    kept = m("getitem", u4, 0, path=AT, kind=FLOAT)
    u5 = m("store", u4, 0, 0.0, path=AT, hint="u")
    made = function(m, {"u": u, "n": n, "rate": rate, "index": index}, m("tuple", u5, kept))
    assert (
        body_of(made)
        == """    u = u.copy()
    for _ in range(n):
        u[1:-1] += rate * (u[:-2] - 2 * u[1:-1] + u[2:])
    np.add.at(u, index, 2.0)
    u *= 3.0
    u[0] = 7.0
    t = u[0]
    u[0] = 0.0
    return u, t
"""
    )
    given = np.arange(4.0)
    result, before = run(made)(given, 1, 0.1, np.array([1, 1]))
    assert result.tolist() == [0.0, 15.0, 6.0, 9.0] and before == 7.0
    assert given.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_iterables_are_rebuilt() -> None:
    m, xs, pairs = Make(), Value("xs", List(FLOAT, Dim("n"))), Value("pairs", TOP)
    b, turn, i, x, pair, acc = (m.inner(), *(Value(h, INT) for h in ("", "i", "x", "", "acc")))
    p, q = b("unpack", pair, outs=[Value("p", FLOAT), Value("q", FLOAT)])
    left = b("binary *", b("binary *", x, p, kind=FLOAT), i, kind=FLOAT)
    new = b("binary +", left, b("binary +", q, acc, kind=FLOAT), hint="acc", kind=FLOAT)
    sources = (Source("count"), Source("rows"), Source("rows"))
    text = ("enumerate", True, ("zip", ("rows",), ("rows",)))
    block = b.block((turn, i, x, pair, acc), [new, b("binary *", turn, 2, kind=INT)])
    out, saved = m.loop(sources, (1, xs, pairs), (0.0,), block, [Value("acc", FLOAT), Value("accs")], text=text)
    b, turn, x, a = m.inner(), Value("", INT), Value("x", FLOAT), Value("a", FLOAT)
    new = b("binary +", a, b("binary *", turn, x, kind=FLOAT), hint="a", kind=FLOAT)
    block = b.block((turn, x, a), [new])
    (last,) = m.loop((Source("rows"),), (xs,), (out,), block, [Value("a")], text=("rows",), reverse=True)
    made = function(m, {"xs": xs, "pairs": pairs}, m("tuple", last, saved))
    text_of = write(made)
    assert "for i, (x, (p, q)) in enumerate(zip(xs, pairs), 1):" in text_of
    assert "for j, x in reversed(list(enumerate(xs))):" in text_of
    assert run(made)([1.0, 2.0], [(3, 4), (5, 6)]) == (35.0, [0, 2])


def test_effects_keep_their_order() -> None:
    m, x = Make(), Value("x", FLOAT)
    f, g = (m("capture", kind=TOP, hint=h, name=h) for h in "fg")
    a = m("call", f, x, kind=FLOAT)
    b = m("call", g, x, kind=FLOAT)
    c = m("call", f, b, a, kind=FLOAT, keywords=("k",))
    m("call print", m("format", a, parts=("{a}=", (0, -1, ".2f"))), outs=[])
    m("assert", m("compare >", x, 0, kind=BOOL), "it's low", outs=[])
    d = m("call", g, c, kind=FLOAT)
    captures = (Capture("f", "global"), Capture("g", "global"))
    made = function(m, {"x": x}, m("binary -", d, c, kind=FLOAT), captures=captures)
    assert (
        body_of(made)
        == """    t = f(x)
    t2 = f(g(x), k=t)
    print("{{a}}={:.2f}".format(t))
    assert x > 0, "it's low"
    return g(t2) - t2
"""
    )
    log: list[str] = []

    def call_f(v: float, k: float = 0.0) -> float:
        log.append("f")
        return v + k

    def call_g(v: float) -> float:
        log.append("g")
        return 2 * v

    assert run(made, captures, {"f": call_f, "g": call_g})(1.0) == 3.0
    assert log == ["f", "g", "f", "g"]


def _double(x: float, power: int = 1) -> float:
    """Twice x."""
    return _one(x) * 2**power


def _one(x: float) -> float:
    """x itself, as NumPy sees it."""
    return float(np.asarray(x))


def test_helpers_are_emitted_once_with_what_they_call() -> None:
    m, x = Make(), Value("x", FLOAT)
    double = Primitive("double", "helper _double", target=_double)
    once = m("helper _double", x, kind=FLOAT, power=3)
    m.builder.ops[-1] = m.builder.ops[-1].__class__(double, (x,), (once,), (("power", 3),))
    made = function(m, {"x": x}, once)
    text = write(made)
    assert text.startswith("import numpy as np\n\n\ndef _one(x: float) -> float:")
    assert text.count("def _double") == 1
    assert text.endswith("def loss_grad(x):\n    return _double(x, power=3)\n")
    assert run(made)(2.0) == 16.0
    assert "twice" in write(made, helpers=lambda name: f"def {name}(x, power):\n    return 'twice'")


def test_notes_and_lines_of_other_files() -> None:
    m, x = Make({9: "y = x * x"}, backward=True), Value("x", FLOAT)
    dx = m("binary *", x, 2.0, hint="dx", kind=FLOAT, line=9, note="kept " * 20)
    dy = m("binary *", dx, dx, hint="dy", kind=FLOAT, note="stably")
    made = function(m, {"x": x}, m("tuple", dx, dy))
    moved = Function(made.name, made.params, made.body)
    assert write(moved).splitlines()[1:4] == [
        f"    # {'kept ' * 20}",
        "    dx = x * 2.0                        # model.py:9: y = x * x",
        "    dy = dx * dx                        # stably",
    ]


def test_long_sums_are_cut_and_wrapped() -> None:
    count = 600
    values = [Value(f"x{k}", FLOAT) for k in range(count)]
    m, total = Make(), values[0]
    for value in values[1:]:
        total = m("binary +", total, value, kind=FLOAT, line=3)
    made = function(m, {f"x{k}": v for k, v in enumerate(values)}, total)
    assert max(map(len, write(made).splitlines())) <= 88
    assert run(made)(*range(count)) == sum(range(count))


def test_literals() -> None:
    m, x = Make(), Value("x", FLOAT)
    square = m("unary -", m("binary **", x, 2, kind=FLOAT), hint="a", kind=FLOAT)
    inverse = m("binary **", m("unary -", x, kind=FLOAT), -2, hint="b", kind=FLOAT)
    constant = m("binary **", -2.0, 2, hint="c", kind=FLOAT)
    endless = m("binary *", float("-inf"), x, hint="d", kind=FLOAT)
    negated = m("unary not", m("compare <", x, -0.0, kind=BOOL), hint="e", kind=BOOL)
    others = (np.float32(0.5), "it's", 2j, complex(-1, 2), None, (1, -2), np.dtype("float32"), float)
    made = function(m, {"x": x}, m("tuple", square, inverse, constant, endless, negated, *others))
    assert (
        body_of(made)
        == """    a = -x ** 2
    b = (-x) ** -2
    c = (-2.0) ** 2
    d = -np.inf * x
    e = not (x < -0.0)
    return (a, b, c, d, e, np.float32(0.5), "it's", 2j, complex(-1.0, 2.0),
        None, (1, -2), np.float32, float)
"""
    )
    assert run(made)(3.0) == (-9.0, 1 / 9, 4.0, -np.inf, True, *others[:-2], np.float32, float)


def test_signature() -> None:
    m = Make()
    words = ("a", "b", "rest", "c", "more")
    kinds = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
    params = tuple(Param(w, k, "2.0" if w == "c" else None) for w, k in zip(words, kinds, strict=True))
    values = tuple(Value(w, VECTOR) for w in words)
    made = Function("f", params, m.block(values, [values[3]]))
    assert write(made) == "def f(a, /, b, *rest, c=2.0, **more):\n    return c\n"


def test_same_bytes_under_every_hash_seed() -> None:
    program = "from tests.backend.test_writer import *; import sys; sys.stdout.write(write(branches()) + write(mlp()))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    }
    assert texts == {write(branches()) + write(mlp())}


def test_every_text_parses() -> None:
    for made in (mlp(), branches()):
        assert isinstance(ast.parse(write(made)).body[-1], ast.FunctionDef)


def test_unused_hole_stays_out_of_text() -> None:
    m, a, i = Make(), Value("a", MATRIX), Value("i", INT)
    row = m("getitem", a, i, path=((Hole(0), Span(None, None, -1), None, Ellipsis),), hint="row")
    made = function(m, {"a": a, "i": i}, row)
    assert body_of(made) == "    row = a[i, ::-1, None, ...]\n    return row\n"

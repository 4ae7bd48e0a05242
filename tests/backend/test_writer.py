"""The text of whole functions: layout, control flow, comments; and what the text computes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import numpy as np
import pytest

from sourcead.backend.writer import write
from sourcead.ir import BREAK, CONTINUE, NEXT, RETURN, UNDEFINED, Capture, Function, Param, Primitive, Source
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


def test_swap_is_one_assignment() -> None:
    m, n = Make(), Value("n", INT)
    b, a, c = m.inner(), Value("a", INT), Value("b", INT)
    total = b("binary +", a, c, hint="b", kind=INT)
    outs = m.loop(
        (RANGE,), (0, n, 1), (0, 1), b.block((Value(""), Value(""), a, c), [c, total]), [Value("a"), Value("b")]
    )
    made = function(m, {"n": n}, outs[0])
    assert body_of(made) == "    a = 0\n    b = 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n"
    assert run(made)(10) == 55


def test_shifted_variables_are_assigned_in_an_order_that_serves() -> None:
    m, n = Make(), Value("n", INT)
    b, a, c, d = m.inner(), Value("a", INT), Value("b", INT), Value("c", INT)
    i = Value("i", INT)
    outs = [Value("a"), Value("b"), Value("c")]
    m.loop((RANGE,), (0, n, 1), (0, 1, 2), b.block((Value(""), i, a, c, d), [c, d, i]), outs)
    made = function(m, {"n": n}, m("tuple", *outs))
    assert "a = b\n        b = c\n        c = i\n" in write(made)
    assert run(made)(5) == (2, 3, 4)


def breaks(stacked: bool) -> Function:
    m, n, flag = Make(), Value("n", INT), Value("flag", INT)
    b, i, s = m.inner(), Value("i", INT), Value("s", INT)
    then = b.inner()
    s1 = then("binary +", s, i, hint="s", kind=INT, own_form="augmented +")
    large = then("compare >", s1, 10, kind=BOOL)
    (inner,) = then.choose(large, m.inner().block((), [BREAK]), m.inner().block((), [NEXT]), [Value("")])
    deep = b("compare >", i, flag, kind=BOOL)
    first = [Value(""), Value("s", INT)]
    code, s2 = b.choose(deep, then.block((), [inner, s1]), m.inner().block((), [NEXT, s]), first)
    goes_on = b("compare ==", code, NEXT, kind=BOOL)
    rest = b.inner()
    s3 = rest("binary *", s2, 2, hint="s", kind=INT, own_form="augmented *")
    second = [Value(""), Value("s", INT)]
    code, s4 = b.choose(goes_on, rest.block((), [NEXT, s3]), m.inner().block((), [code, s2]), second, form="resume")
    ended, out, saved, turns = Value(""), Value("s", INT), Value("saved"), Value("", INT)
    stacks, outs = ([s], [saved]) if stacked else ([], [])
    block = b.block((Value(""), i, s), [code, s4, *stacks])
    m.loop((RANGE,), (0, n, 1), (1,), block, [ended, out, *outs, turns], exits=True, counted=True)
    stopped = m("compare ==", ended, BREAK, kind=BOOL)
    return function(m, {"n": n, "flag": flag}, m("tuple", out, turns, stopped))


def test_break_inside_nested_branches() -> None:
    made = breaks(stacked=True)
    assert (
        body_of(made)
        == """    saved = []
    s = 1
    stop = 0
    for i in range(n):
        saved.append(s)
        if i > flag:
            s += i
            if s > 10:
                stop = 1
                break
        s *= 2
    return s, len(saved), stop == 1
"""
    )
    assert run(made)(10, 1) == (15, 4, True)
    assert run(made)(2, 5) == (4, 2, False)


def test_turns_are_counted_where_there_is_no_stack() -> None:
    assert run(breaks(stacked=False))(10, 1) == (15, 4, True)
    assert run(breaks(stacked=False))(0, 1) == (1, 0, False)


def test_computed_exit_code_is_tested() -> None:
    m, n = Make(), Value("n", INT)
    b, i, s = m.inner(), Value("i", INT), Value("s", INT)
    code = b("call min", i, 1, kind=INT)
    more = b("binary +", s, i, hint="s", kind=INT)
    ended, out = Value(""), Value("s", INT)
    m.loop((RANGE,), (0, n, 1), (7,), b.block((Value(""), i, s), [code, more]), [ended, out], exits=True)
    assert run(function(m, {"n": n}, m("tuple", out, ended)))(9) == (8, 1)


def test_continue_goes_on_with_the_next_turn() -> None:
    m, xs = Make(), Value("xs")
    b, x, s = m.inner(), Value("x", FLOAT), Value("s", FLOAT)
    negative = b("compare <", x, 0, kind=BOOL)
    other = b.inner()
    s1 = other("binary +", s, x, hint="s", kind=FLOAT)
    big = other("compare >", s1, 9, kind=BOOL)
    (code,) = other.choose(big, m.inner().block((), [BREAK]), m.inner().block((), [NEXT]), [Value("")])
    first = [Value(""), Value("s", FLOAT)]
    code, s2 = b.choose(negative, m.inner().block((), [CONTINUE, s]), other.block((), [code, s1]), first)
    outs = [Value(""), Value("s", FLOAT)]
    block = b.block((Value(""), x, s), [code, s2])
    m.loop((Source("rows"),), (xs,), (0.0,), block, outs, exits=True, text=("rows",))
    made = function(m, {"xs": xs}, outs[1])
    assert (
        body_of(made)
        == """    s = 0.0
    for x in xs:
        if x < 0:
            continue
        s = s + x
        if s > 9:
            break
    return s
"""
    )
    assert run(made)([1.0, -5.0, 9.0, 100.0]) == 10.0


def test_return_inside_a_loop() -> None:
    m, xs = Make(), Value("xs")
    b, x, r = m.inner(), Value("x", FLOAT), Value("")
    hit = b("compare >", x, 2, kind=BOOL)
    then = b.inner()
    found = then("binary *", x, 10, kind=FLOAT)
    code, r2 = b.choose(hit, then.block((), [RETURN, found]), m.inner().block((), [NEXT, r]), [Value(""), Value("")])
    ended, out = Value(""), Value("", FLOAT)
    block = b.block((Value(""), x, r), [code, r2])
    m.loop((Source("rows"),), (xs,), (UNDEFINED,), block, [ended, out], exits=True, text=("rows",))
    returned = m("compare ==", ended, RETURN, kind=BOOL)
    (result,) = m.choose(returned, m.inner().block((), [out]), m.inner().block((), [-1.0]), [Value("")])
    made = function(m, {"xs": xs}, result)
    assert run(made)([1.0, 3.0, 4.0]) == 30.0
    assert run(made)([]) == -1.0
    assert "    if stop == 2:\n        return t\n    return -1.0\n" in write(made)


def test_while_counts_its_turns() -> None:
    m, x = Make(), Value("x", FLOAT)
    test, xt = m.inner(), Value("x", FLOAT)
    goes_on = test("compare >", test("call abs", xt, kind=FLOAT), 1e-3, kind=BOOL)
    b, turn, xp = m.inner(), Value("", INT), Value("x", FLOAT)
    x1 = b("binary /", xp, b("binary +", turn, 2, kind=INT), hint="x", kind=FLOAT)
    outs = [Value("x", FLOAT), Value("xs"), Value("", INT)]
    blocks = (test.block((xt,), [goes_on]), b.block((turn, xp), [x1, xp]))
    m("while", x, outs=outs, blocks=blocks, carried=1, counted=True)
    made = function(m, {"x": x}, m("tuple", *outs))
    assert "while abs(x) > 0.001:\n        xs.append(x)\n" in write(made)
    assert run(made)(3.0)[1:] == ([3.0, 1.5, 0.5, 0.125, 0.025, 0.025 / 6], 6)


def test_elif_and_a_branch_that_only_does_something_otherwise() -> None:
    m, x = Make(), Value("x", FLOAT)
    then, other = m.inner(), m.inner()
    a = then("call np.sin", x, hint="y", kind=FLOAT)
    inner = other.inner()
    c = inner("call np.cos", x, hint="y", kind=FLOAT)
    low = other("compare <", x, -1, kind=BOOL)
    (y1,) = other.choose(low, inner.block((), [c]), m.inner().block((), [0.5]), [Value("y")])
    high = m("compare >", x, 1, kind=BOOL)
    y2, _ = m.choose(high, then.block((), [a, a]), other.block((), [y1, UNDEFINED]), [Value("y"), Value("only")])
    last = m.inner()
    grown = last("binary +", y2, 1, hint="y", kind=FLOAT)
    far = m("compare >", x, 7, kind=BOOL)
    (y3,) = m.choose(far, m.inner().block((), [y2]), last.block((), [grown]), [Value("y")])
    made = function(m, {"x": x}, y3)
    assert (
        body_of(made)
        == """    if x > 1:
        y = np.sin(x)
    elif x < -1:
        y = np.cos(x)
    else:
        y = 0.5
    if not (x > 7):
        y = y + 1
    return y
"""
    )
    assert run(made)(0.0) == 1.5
    assert run(made)(8.0) == np.sin(8.0)


def test_conditional_expressions() -> None:
    m, a, b = Make(), Value("a", FLOAT), Value("b", FLOAT)
    first = m("compare >", a, b, kind=BOOL)
    inner = m.inner()
    second = inner("compare >", b, 0, kind=BOOL)
    (both,) = m.choose(first, inner.block((), [second]), m.inner().block((), [first]), [Value("", BOOL)], "and")
    inner = m.inner()
    third = inner("compare <", a, -5, kind=BOOL)
    (any_of,) = m.choose(both, m.inner().block((), [both]), inner.block((), [third]), [Value("", BOOL)], "or")
    inner = m.inner()
    twice = inner("binary *", b, 2, kind=FLOAT)
    (y,) = m.choose(any_of, m.inner().block((), [a]), inner.block((), [twice]), [Value("y", FLOAT)], "ternary")
    made = function(m, {"a": a, "b": b}, m("binary +", y, 1.0, kind=FLOAT))
    assert body_of(made) == "    y = a if a > b and b > 0 or a < -5 else b * 2\n    return y + 1.0\n"
    assert [run(made)(*v) for v in ((2.0, 1.0), (1.0, 2.0), (-6.0, 2.0))] == [3.0, 5.0, -5.0]


def test_early_return_needs_no_else() -> None:
    m, x = Make(), Value("x", FLOAT)
    then, other = m.inner(), m.inner()
    a = then("call np.sin", x, kind=FLOAT)
    y = other("binary *", x, 2, hint="y", kind=FLOAT)
    c = other("binary *", y, 2, kind=FLOAT)
    high = m("compare >", x, 1, kind=BOOL)
    (result,) = m.choose(high, then.block((), [a]), other.block((), [c]), [Value("")])
    made = function(m, {"x": x}, result)
    assert body_of(made) == "    if x > 1:\n        return np.sin(x)\n    y = x * 2\n    return y * 2\n"


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
    for made in (mlp(), branches(), breaks(True)):
        assert isinstance(ast.parse(write(made)).body[-1], ast.FunctionDef)


def test_branch_only_name_raises_as_in_python() -> None:
    m, x = Make(), Value("x", FLOAT)
    then = m.inner()
    y = then("binary *", x, 2, hint="y", kind=FLOAT)
    high = m("compare >", x, 1, kind=BOOL)
    (joined,) = m.choose(high, then.block((), [y]), m.inner().block((), [UNDEFINED]), [Value("y", FLOAT)])
    made = function(m, {"x": x}, m("binary +", joined, 1, kind=FLOAT))
    assert body_of(made) == "    if x > 1:\n        y = x * 2\n    return y + 1\n"
    with pytest.raises(UnboundLocalError):
        run(made)(0.0)


def test_unused_hole_stays_out_of_text() -> None:
    m, a, i = Make(), Value("a", MATRIX), Value("i", INT)
    row = m("getitem", a, i, path=((Hole(0), Span(None, None, -1), None, Ellipsis),), hint="row")
    made = function(m, {"a": a, "i": i}, row)
    assert body_of(made) == "    row = a[i, ::-1, None, ...]\n    return row\n"

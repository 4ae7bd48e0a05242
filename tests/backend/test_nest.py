"""Nesting: what folds into the expression that reads it, and what must not."""

from __future__ import annotations

import numpy as np

from sourcead.ir import Primitive, Source
from tests.backend.kit import AT, FLOAT, INT, MATRIX, RANGE, TOP, Make, Value, body_of, function, run


def test_what_the_user_named_stays_a_statement() -> None:
    m, x = Make(), Value("x", FLOAT)
    y = m("binary *", x, 2, hint="y", kind=FLOAT)
    made = function(m, {"x": x}, m("binary +", m("binary *", y, 3, kind=FLOAT), 1, kind=FLOAT))
    assert body_of(made) == "    y = x * 2\n    return y * 3 + 1\n"


def test_a_read_stays_before_the_store_that_changes_it() -> None:
    m, x = Make(), Value("x")
    a = m("method copy", x, hint="a")
    total = m("method sum", a, kind=FLOAT)
    b = m("store", a, 0, 5.0, path=AT, hint="a")
    made = function(m, {"x": x}, m("tuple", b, m("binary *", total, 2, kind=FLOAT)))
    assert body_of(made) == "    a = x.copy()\n    t = a.sum()\n    a[0] = 5.0\n    return a, t * 2\n"
    assert run(made)(np.ones(2))[1] == 4.0


def test_a_read_through_a_view_stays_before_the_store() -> None:
    m, x = Make(), Value("x")
    a = m("method copy", x, hint="a")
    view = m("getitem", a, 0, path=AT, hint="view")
    total = m("method sum", view, kind=FLOAT)
    b = m("store", a, 0, 5.0, path=AT, hint="a")
    made = function(m, {"x": x}, m("binary +", total, m("method sum", b, kind=FLOAT), kind=FLOAT))
    assert run(made)(np.ones((1, 2))) == 2.0 + 10.0


def test_an_expression_stays_before_its_variable_changes() -> None:
    m, x = Make(), Value("x", FLOAT)
    old = m("binary *", x, 10, kind=FLOAT)
    new = m("binary +", x, 1, hint="x", kind=FLOAT)
    made = function(m, {"x": x}, m("binary -", old, m("binary *", new, new, kind=FLOAT), kind=FLOAT))
    assert body_of(made) == "    t = x * 10\n    x = x + 1\n    return t - x * x\n"


def test_nothing_costly_moves_into_a_loop() -> None:
    m, a, n = Make(), Value("a", MATRIX), Value("n", INT)
    dear = m("call np.sin", a, kind=MATRIX)
    turned = m("attribute T", a, kind=MATRIX)
    b, s = m.inner(), Value("s", MATRIX)
    new = b("binary +", b("binary *", s, dear, kind=MATRIX), turned, hint="s", kind=MATRIX)
    (out,) = m.loop((RANGE,), (0, n, 1), (a,), b.block((Value(""), Value(""), s), [new]), [Value("s", MATRIX)])
    text = body_of(function(m, {"a": a, "n": n}, out))
    assert "t = np.sin(a)\n" in text
    assert "s = s * t + a.T\n" in text


def test_cheap_values_are_repeated() -> None:
    m, x, i = Make(), Value("x"), Value("i", INT)
    after = m("binary +", i, 1, kind=INT)
    item = m("getitem", x, after, path=AT, kind=FLOAT)
    size = m("attribute size", x, kind=INT)
    r = m("binary -", item, m("binary *", item, item, kind=FLOAT), hint="r", kind=FLOAT)
    made = function(m, {"x": x, "i": i}, m("binary /", m("binary /", r, size, kind=FLOAT), size, kind=FLOAT))
    assert body_of(made) == "    r = x[i + 1] - x[i + 1] * x[i + 1]\n    return r / x.size / x.size\n"


def test_a_tiny_adjoint_folds_into_a_short_line_only() -> None:
    m, x, w, z = Make(backward=True), Value("x", MATRIX), Value("w", MATRIX), Value("z", MATRIX)
    da = m("binary @", x, m("attribute T", w), hint="da", kind=MATRIX)
    dz = m("binary *", da, m("compare >", z, 0, kind=MATRIX), hint="dz", kind=MATRIX)
    made = function(m, {"x": x, "w": w, "z": z}, dz)
    assert body_of(made) == "    dz = (x @ w.T) * (z > 0)\n    return dz\n"


def test_draws_are_neither_dropped_nor_swapped() -> None:
    draw = Primitive("draw", "call draw", effects=frozenset({"draws"}))
    m, x = Make(), Value("x", FLOAT)
    m("call draw", x, kind=FLOAT)
    first, second = m("call draw", x, kind=FLOAT), m("call draw", x, kind=FLOAT)
    ops = m.builder.ops
    ops[:] = [type(op)(draw, op.args, op.outs) for op in ops]
    made = function(m, {"x": x}, m("binary -", second, first, kind=FLOAT))
    assert body_of(made) == "    draw(x)\n    t = draw(x)\n    return draw(x) - t\n"


def test_a_raising_op_stays_in_front_of_a_break() -> None:
    check = Primitive("check", "call int", effects=frozenset({"raises"}))
    m, xs = Make(), Value("xs", TOP)
    b, x, s = m.inner(), Value("x", TOP), Value("s", INT)
    number = b("call int", x, kind=INT)
    b.builder.ops[-1] = type(b.builder.ops[-1])(check, (x,), (number,))
    stop = b("compare >", s, 5, kind=INT)
    other = b.inner()
    more = other("binary +", s, number, hint="s", kind=INT)
    code, s2 = b.choose(stop, m.inner().block((), [1, s]), other.block((), [0, more]), [Value(""), Value("s", INT)])
    outs = [Value(""), Value("s", INT)]
    block = b.block((Value(""), x, s), [code, s2])
    m.loop((Source("rows"),), (xs,), (0,), block, outs, exits=True, text=("rows",))
    text = body_of(function(m, {"xs": xs}, outs[1]))
    assert "t = int(x)\n        if s > 5:\n            break\n        s = s + t\n" in text


def test_a_line_ends_before_the_page_does() -> None:
    m, x = Make(backward=True), Value("x_with_a_rather_long_name", FLOAT)
    total = m("call np.sin", x, kind=FLOAT)
    for _ in range(5):
        total = m("binary *", total, m("call np.sin", x, kind=FLOAT), kind=FLOAT)
    text = body_of(function(m, {"x_with_a_rather_long_name": x}, total))
    assert max(map(len, text.splitlines())) <= 88
    assert text.count("np.sin") == 6 and text.startswith("    t = ")

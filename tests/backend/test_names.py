"""Names: sharing, collisions, numbering."""

from __future__ import annotations

import numpy as np

from sourcead.backend.writer import write
from sourcead.ir import Capture
from tests.backend.kit import AT, BOOL, FLOAT, INT, RANGE, TOP, Make, Value, body_of, function, run


def test_modules_and_builtins_give_way_to_the_users_names() -> None:
    m, array, d, t = Make(), Value("np"), Value("d"), Value("t")
    u = m("binary *", m("call np.sin", array), d)
    w = m("binary +", u, t)
    v = m("binary *", u, w, hint="dx")
    q = m("binary *", v, m("binary +", w, w), hint="lambda")
    s = m("call sum", q, hint="sum", kind=FLOAT)
    z = m("call math.exp", s, hint="math", kind=FLOAT)
    m.backward = True
    adjoint = m("binary *", v, z, hint="dx")
    made = function(m, {"np": array, "d": d, "t": t}, m("tuple", m("binary +", adjoint, v), q, s, z))
    assert (
        write(made)
        == """import math as math_
import numpy as np_


def loss_grad(np, d, t):
    t2 = np_.sin(np) * d
    t3 = t2 + t
    dx = t2 * t3
    lambda_ = dx * (t3 + t3)
    sum_ = sum(lambda_)
    math = math_.exp(sum_)

    # backward
    d_x = dx * math
    return d_x + dx, lambda_, sum_, math
"""
    )
    assert run(made)(np.array([0.5]), 2.0, 1.0)[2] == np.sin(0.5) * 2 * (np.sin(0.5) * 2 + 1) * 2 * (
        np.sin(0.5) * 2 + 1
    )


def test_a_parameter_named_like_a_builtin() -> None:
    m, array = Make(), Value("len")
    made = function(m, {"len": array}, m("call len", array, kind=INT))
    assert write(made) == "import builtins\n\n\ndef loss_grad(len):\n    return builtins.len(len)\n"
    assert run(made)([1, 2]) == 2


def test_a_captured_name_is_never_assigned() -> None:
    m, x = Make(), Value("x", FLOAT)
    rate = m("capture", kind=FLOAT, name="rate")
    own = m("binary *", x, rate, hint="rate", kind=FLOAT)
    made = function(m, {"x": x}, m("binary +", own, rate, kind=FLOAT), captures=(Capture("rate", "global"),))
    assert body_of(made) == "    rate2 = x * rate\n    return rate2 + rate\n"
    assert run(made, made.captures, {"rate": 3.0})(2.0) == 9.0


def test_a_captured_np_is_the_users() -> None:
    m, x = Make(), Value("x", FLOAT)
    own = m("capture", kind=FLOAT, name="np")
    made = function(m, {"x": x}, m("call np.add", x, own, kind=FLOAT), captures=(Capture("np", "global"),))
    assert "return np_.add(x, np)" in write(made)
    assert run(made, made.captures, {"np": 3.0})(2.0) == 5.0


def test_versions_share_a_name_unless_both_are_still_read() -> None:
    m, x = Make(), Value("x", FLOAT)
    second = m("binary *", x, 2, hint="x", kind=FLOAT)
    third = m("binary *", second, 2, hint="x", kind=FLOAT)
    made = function(m, {"x": x}, m("tuple", third, second))
    assert body_of(made) == "    x = x * 2\n    x2 = x * 2\n    return x2, x\n"
    assert run(made)(1.0) == (4.0, 2.0)


def test_exclusive_branches_do_not_interfere() -> None:
    m, x = Make(), Value("x", FLOAT)
    then, other = m.inner(), m.inner()
    a = then("binary *", x, 2, hint="y", kind=FLOAT)
    b = then("binary *", a, a, hint="z", kind=FLOAT)
    c = other("binary *", x, 3, hint="y", kind=FLOAT)
    d = other("binary +", c, c, hint="z", kind=FLOAT)
    (z,) = m.choose(m("compare >", x, 0, kind=BOOL), then.block((), [b]), other.block((), [d]), [Value("z", FLOAT)])
    made = function(m, {"x": x}, m("binary -", z, x, kind=FLOAT))
    assert "y2" not in write(made) and "z2" not in write(made)
    assert [run(made)(v) for v in (1.0, -1.0)] == [3.0, -5.0]


def test_a_value_read_in_the_next_turn_keeps_its_name() -> None:
    m, n = Make(), Value("n", INT)
    b, i, x, old = m.inner(), Value("i", INT), Value("x", FLOAT), Value("old", FLOAT)
    new = b("binary +", b("binary *", x, old, kind=FLOAT), i, hint="x", kind=FLOAT)
    block = b.block((Value(""), i, x, old), [new, x])
    outs = m.loop((RANGE,), (0, n, 1), (2.0, 3.0), block, [Value("x", FLOAT), Value("old", FLOAT)])
    made = function(m, {"n": n}, m("tuple", *outs))
    x_now, x_old = 2.0, 3.0
    for k in range(4):
        x_now, x_old = x_now * x_old + k, x_now
    assert run(made)(4) == (x_now, x_old)


def test_unnamed_index_takes_the_next_letter() -> None:
    m, n = Make(), Value("n", INT)
    outer, inner = m.inner(), m.inner()
    i, j, s, t = Value("", INT), Value("", INT), Value("s", INT), Value("s", INT)
    more = inner("binary +", t, inner("binary *", i, j, kind=INT), hint="s", kind=INT)
    out1, out2 = [Value("s", INT)], [Value("s", INT)]
    outer.loop((RANGE,), (0, n, 1), (s,), inner.block((Value(""), j, t), [more]), out1)
    m.loop((RANGE,), (0, n, 1), (0,), outer.block((Value(""), i, s), out1), out2)
    made = function(m, {"n": n}, out2[0])
    assert "for i in range(n):\n        for j in range(n):\n            s = s + i * j\n" in write(made)
    assert run(made)(4) == 36


def test_the_stores_of_two_arrays_stay_apart() -> None:
    m, x, n = Make(), Value("x"), Value("n", INT)
    a, c = m("method copy", x, hint="a"), m("method copy", x, hint="a")
    b, i, p, q = m.inner(), Value("i", INT), Value("a"), Value("a")
    p2 = b("store", p, i, 1.0, path=AT, hint="a")
    q2 = b("store", q, i, b("getitem", p2, i, path=AT, kind=FLOAT), path=AT, hint="a")
    outs = m.loop((RANGE,), (0, n, 1), (a, c), b.block((Value(""), i, p, q), [p2, q2]), [Value("a"), Value("a")])
    made = function(m, {"x": x, "n": n}, m("tuple", *outs))
    given = np.zeros(3)
    first, second = run(made)(given, 2)
    assert first.tolist() == second.tolist() == [1.0, 1.0, 0.0] and given.tolist() == [0.0] * 3


def test_keyword_hint_from_a_stack() -> None:
    m, x = Make(), Value("x", TOP)
    made = function(m, {"x": x}, m("call np.sin", x, hint="as"))
    assert body_of(made) == "    as_ = np.sin(x)\n    return as_\n"

"""Control flow in text: moves between turns, exits, counters, branches, conditional expressions."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.backend.writer import write
from sourcead.ir import BREAK, CONTINUE, NEXT, RETURN, UNDEFINED, Function, Source
from tests.backend.kit import (
    BOOL,
    FLOAT,
    INT,
    RANGE,
    Make,
    Value,
    body_of,
    function,
    run,
)


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

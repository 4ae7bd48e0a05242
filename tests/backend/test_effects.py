"""Effects: what is written into objects and arrays of the caller's, in order, and what is read before or after it."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sourcead.interpret import interpret
from sourcead.ir import Capture, Const, Function, Source
from sourcead.kinds import Opaque
from sourcead.passes import PASSES
from sourcead.passes.copies import insert_copies
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.effects import mark_effects
from sourcead.verify import verify
from tests.backend.kit import ALL, AT, BOOL, FLOAT, INT, RANGE, TOP, VECTOR, Make, Value, body_of, function, run

OBJECT = Opaque(SimpleNamespace)


def passed(made: Function) -> Function:
    """After all passes."""
    for _, run_pass in PASSES:
        verify(made)
        made = run_pass(made)
    verify(made)
    return made


def test_attributes_and_keys_are_written() -> None:
    m, obj, x, i = Make(), Value("obj", OBJECT), Value("x", FLOAT), Value("i", INT)
    m("setattr", obj, x, outs=(), name="rate")
    table = m("getattr", obj, name="table", kind=TOP)
    m("setkey", table, x, "a", outs=(), path=AT)
    m("setkey", table, 1.0, i, outs=(), path=AT)
    m("setkey", table, 2.0, outs=(), path=(("rows",), (0,)))
    made = passed(function(m, {"obj": obj, "x": x, "i": i}, x))
    assert body_of(made) == (
        '    obj.rate = x\n    table = obj.table\n    table["a"] = x\n    table[i] = 1.0\n'
        '    table["rows"][0] = 2.0\n    return x\n'
    )
    for call in (run(made), lambda *args: interpret(made, *args)):
        given = SimpleNamespace(rate=0, table={"rows": [0, 0]})
        assert call(given, 3.0, 7) == 3.0
        assert given.rate == 3.0 and given.table == {"rows": [2.0, 0], "a": 3.0, 7: 1.0}


def test_what_is_read_of_an_object_is_read_before_it_is_written() -> None:
    m, obj, x = Make(), Value("obj", OBJECT), Value("x", FLOAT)
    before = m("getattr", obj, name="rate", kind=FLOAT)
    m("setattr", obj, x, outs=(), name="rate")
    after = m("getattr", obj, name="rate", kind=FLOAT)
    m("setattr", obj, 5.0, outs=(), name="rate")
    made = passed(function(m, {"obj": obj, "x": x}, m("binary -", m("binary *", before, 10, kind=FLOAT), after)))
    given = SimpleNamespace(rate=2.0)
    assert run(made)(given, 3.0) == 17.0 and given.rate == 5.0


def test_an_array_that_an_object_holds_changes_in_place_for_good() -> None:
    m, obj, x = Make(), Value("obj", OBJECT), Value("x", VECTOR)
    y = m("method copy", x, hint="y")
    m("setattr", obj, y, outs=(), name="state")
    z = m("store", y, 0, 7.0, path=AT, hint="y")
    again = m("binary *", y, 2.0, back=True)  # the backward sweep reads the old version
    made = passed(function(m, {"obj": obj, "x": x}, m("tuple", again, m("method sum", z, kind=FLOAT))))
    given = SimpleNamespace()
    found, total = run(made)(given, np.ones(3))
    assert found.tolist() == [2.0, 2.0, 2.0] and total == 9.0 and given.state.tolist() == [7.0, 1.0, 1.0]


def test_a_loop_that_writes_stays() -> None:
    m, obj, n = Make(), Value("obj", OBJECT), Value("n", INT)
    b, item = m.inner(), Value("i", INT)
    b("setattr", obj, item, outs=(), name="last")
    m.loop((RANGE,), (0, n, 1), (), b.block((Value(""), item), []), [])
    made = passed(function(m, {"obj": obj, "n": n}, Const(None)))
    given = SimpleNamespace(last=None)
    run(made)(given, 4)
    assert given.last == 3 and "for i in range(n):\n        obj.last = i\n" in body_of(made)


@pytest.mark.parametrize("view", [True, False])
def test_a_read_of_an_argument_stays_before_a_store_into_what_may_be_the_same(view: bool) -> None:
    m, x = Make(), Value("x")
    held = m("capture", hint="held", kind=VECTOR, name="held")
    part = m("getitem", x, 0, path=AT, kind=VECTOR) if view else x
    total = m("method sum", part, kind=FLOAT)
    m("store", held, 0, 5.0, path=AT)
    made = mark_effects(eliminate_dead_code(function(m, {"x": x}, m("binary *", total, 2, kind=FLOAT))))
    shared = np.ones((2, 2))
    result = run(made, (Capture("held", "global"),), {"held": shared})(shared)
    assert result == (4.0 if view else 8.0) and shared[0].tolist() == [5.0, 5.0]


def test_a_captured_array_changes_in_place_without_becoming_a_local_name() -> None:
    m, x = Make(), Value("x")
    held = m("capture", hint="held", kind=VECTOR, name="held")
    m("store", held, m("binary +", held, x), path=ALL)
    made = passed(function(m, {"x": x}, Const(None)))
    held_array = np.ones(2)
    run(made, (Capture("held", "global"),), {"held": held_array})(np.ones(2))
    assert held_array.tolist() == [2.0, 2.0]


def test_arrays_in_a_tuple_are_read_before_the_store_into_one_of_them() -> None:
    m, x = Make(), Value("x")
    pair = m("tuple", x, x, kind=TOP, hint="pair")
    first = m("getitem", pair, path=((0,),), hint="")
    total = m("method sum", first, kind=FLOAT)
    m("store", x, 0, 5.0, path=AT)
    made = mark_effects(eliminate_dead_code(function(m, {"x": x}, m("binary *", total, 2, kind=FLOAT))))
    assert run(made)(np.ones(2)) == 4.0


def test_an_old_version_in_a_tuple_is_saved_with_it() -> None:
    m, x = Make(), Value("x")
    pair = m("tuple", x, x, kind=TOP, hint="pair")
    m("store", x, 0, 5.0, path=AT)
    first = m("getitem", pair, path=((0,),), back=True)
    made = eliminate_dead_code(function(m, {"x": x}, m("method sum", first, kind=FLOAT, back=True)))
    assert run(insert_copies(made))(np.ones(2)) == 2.0


def branched(m: Make, c: Value, x: Value, exported: bool) -> tuple[Value, ...]:
    """`if c: part = x[:1]`, then a store into x, and a read of part behind it."""
    then, other = m.inner(), m.inner()
    part = then("getitem", x, 0, path=AT)
    out = Value("part", VECTOR)
    m.choose(c, then.block((), [part]), other.block((), [Const(None) if exported else x]), [out])
    return (out,)


@pytest.mark.parametrize("exported", [True, False])
@pytest.mark.parametrize("taken", [True, False])
def test_what_a_branch_may_leave_unbound_is_saved_within_it(exported: bool, taken: bool) -> None:
    m, x, c = Make(), Value("x"), Value("c", BOOL)
    (part,) = branched(m, c, x, exported)
    m("store", x, 0, 5.0, path=AT)
    then, other, total = m.inner(), m.inner(), Value("total", FLOAT)
    summed = then("method sum", part, kind=FLOAT)
    m.choose(c, then.block((), [summed]), other.block((), [0.0]), [total])
    made = passed(function(m, {"x": x, "c": c}, total))
    assert made is not None
    given = np.ones((2, 2))
    assert run(made)(given, taken) == (2.0 if taken else 0.0) and given[0].tolist() == [5.0, 5.0]


def test_a_branch_that_stores_leaves_the_other_side_the_object() -> None:
    for taken in (True, False):
        m, x, c = Make(), Value("x"), Value("c", BOOL)
        old = m("method sum", x, kind=FLOAT)
        then, other, y = m.inner(), m.inner(), Value("x", VECTOR)
        stored = then("store", x, 0, 5.0, path=AT, hint="x")
        m.choose(c, then.block((), [stored]), other.block((), [x]), [y])
        m("store", y, 1, 6.0, path=AT, hint="x")
        again = m("binary *", x, 2.0, back=True)
        made = passed(function(m, {"x": x, "c": c}, m("tuple", old, again)))
        given = np.ones(2)
        total, read = run(made)(given, taken)
        assert total == 2.0 and read.tolist() == [2.0, 2.0] and given.tolist() == ([5.0, 6.0] if taken else [1.0, 6.0])


def kept_versions(rows: int) -> tuple[Function, Any]:
    """A loop that stores into x and keeps x as it is before and after, read afterwards."""
    m, x, n = Make(), Value("x"), Value("n", INT)
    b, i, state = m.inner(), Value("i", INT), Value("x")
    new = b("store", state, i, 5.0, path=AT, hint="x")
    stacks = [Value("before", TOP), Value("after", TOP)]
    (_, *found) = m.loop((Source("range"),), (0, n, 1), (x,), b.block((Value(""), i, state), [new, state, new]),
                         [Value("x"), *stacks])  # fmt: skip
    made = function(m, {"x": x, "n": n}, m("tuple", *found, kind=TOP))
    return made, copy.deepcopy(np.arange(float(rows)))


def test_what_a_loop_keeps_each_turn_is_a_copy() -> None:
    made, start = kept_versions(3)
    before, after = run(passed(made))(start, 2)
    assert [b.tolist() for b in before] == [[0.0, 1.0, 2.0], [5.0, 1.0, 2.0]]
    assert [a.tolist() for a in after] == [[5.0, 1.0, 2.0], [5.0, 5.0, 2.0]]
    assert start.tolist() == [5.0, 5.0, 2.0]

"""Lists in the passes: the list and its items are different memory; what a change of either may destroy."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

from sourcead.backend.writer import write
from sourcead.interpret import interpret
from sourcead.ir import Atom, Const, Function, Hole, Op, Value
from sourcead.kinds import ANY, Array, Dim, Known, List, Scalar, Tree, grown, join
from sourcead.passes.aliasing import Aliases
from sourcead.passes.conflicts import first_conflict
from sourcead.passes.copies import insert_copies
from sourcead.passes.cse import eliminate_common_subexpressions
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.items import change_items_in_place
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import primitive_of
from sourcead.verify import verify
from tests.small import function_of_ops, op

VECTOR = Array("float64", (Dim("n"),))
FLOAT, INT = Scalar("pyfloat"), Scalar("pyint")
PLUS = primitive_of(operator.add)


def names_of(function: Function) -> list[str]:
    return [o.name for o in function.body.ops]


def popped(xs: Atom, backward: bool = False) -> Op:
    assert isinstance(xs, Value)
    outs = (Value("", lists.item_of(xs.kind)), Value(xs.hint, List(lists.item_of(xs.kind), ANY)))
    return Op(lists.POP, (xs,), outs, (), (), None, "", backward)


def made(*args: Atom, backward: bool = False, hint: str = "xs") -> Op:
    return op(structural.LIST, *args, backward=backward, hint=hint)


@pytest.mark.parametrize(
    ("a", "b", "joined"),
    [
        (Tree(list, (), ()), List(FLOAT, ANY), List(FLOAT, ANY)),
        (Tree(list, (), ()), Tree(list, (0,), (VECTOR,)), List(VECTOR, ANY)),
        (Tree(list, (0,), (INT,)), Tree(list, (0, 1), (FLOAT, FLOAT)), List(Scalar("real"), ANY)),
        (Tree(list, (0,), (Known(2),)), List(FLOAT, ANY), List(Scalar("real"), ANY)),
        (Tree(list, (0,), (INT,)), Tree(list, (0,), (FLOAT,)), Tree(list, (0,), (Scalar("real"),))),
        (List(List(FLOAT, ANY), ANY), Tree(list, (0,), (Tree(list, (), ()),)), List(List(FLOAT, ANY), ANY)),
    ],
)
def test_lists_join_to_a_list(a: Any, b: Any, joined: Any) -> None:
    assert join(a, b) == join(b, a) == joined


def test_a_list_and_a_tuple_do_not_join() -> None:
    assert join(List(FLOAT, ANY), Tree(tuple, (0,), (FLOAT,))) == join(FLOAT, List(FLOAT, ANY)) != List(FLOAT, ANY)


def test_the_kind_of_a_list_that_got_an_item() -> None:
    assert grown(Tree(list, (), ()), VECTOR) == List(VECTOR, ANY)
    assert grown(Tree(list, (0,), (INT,)), FLOAT) == List(Scalar("real"), ANY)


def test_a_change_of_a_list_leaves_its_items_alone() -> None:
    x = Value("x", VECTOR)
    item = op(primitive_of(np.exp), x, backward=False, hint="a")
    first = made(item.outs[0])
    longer = op(lists.APPEND, first.outs[0], item.outs[0], backward=False, hint="xs")
    total = op(primitive_of(np.sum), item.outs[0], backward=False)
    pair = op(structural.TUPLE, longer.outs[0], total.outs[0])
    function = function_of_ops((x,), (item, first, longer, total, pair), pair.outs[0])
    verify(function)
    aliases = Aliases.of(function)
    assert first_conflict(function, aliases, all_owned=True) is None
    assert aliases.share(item.outs[0], longer.outs[0]) and aliases.own(longer.outs[0])
    assert aliases.shell(longer.outs[0]) == aliases.shell(first.outs[0])


def test_a_store_into_an_item_is_seen_through_the_list() -> None:
    x = Value("x", VECTOR)
    item = op(primitive_of(np.exp), x, backward=False, hint="a")
    held = made(item.outs[0])
    store = op(structural.STORE, item.outs[0], Const(1.0), backward=False, hint="a", path=((0,),))
    pair = op(structural.TUPLE, held.outs[0], store.outs[0])
    function = function_of_ops((x,), (item, held, store, pair), pair.outs[0])
    conflict = first_conflict(function, Aliases.of(function))
    assert conflict is not None and held.outs[0] in conflict.others


def test_a_copy_is_a_list_of_its_own_with_the_same_items() -> None:
    x = Value("x", VECTOR)
    item = op(primitive_of(np.exp), x, backward=False)
    held = made(item.outs[0])
    copy = op(lists.COPY, held.outs[0], backward=False)
    aliases = Aliases.of(function_of_ops((x,), (item, held, copy), copy.outs[0]))
    assert not aliases.shell(copy.outs[0]) & aliases.shell(held.outs[0])
    assert aliases.contents(copy.outs[0]) == aliases.contents(held.outs[0]) == {item.outs[0]}


def test_a_parameter_s_items_are_no_memory_of_the_function_s() -> None:
    xs = Value("xs", List(VECTOR, Dim("k")))
    item = op(structural.GETITEM, xs, backward=False, path=((0,),))
    aliases = Aliases.of(function_of_ops((xs,), (item,), item.outs[0]))
    assert not aliases.own(item.outs[0]) and not aliases.own(xs)
    assert not aliases.of_atom(item.outs[0]) & aliases.shell(xs)


def test_the_backward_sweep_copies_what_it_changes_and_reads_again() -> None:
    x = Value("x", FLOAT)
    g = op(structural.LIST, x, x, hint="dys")
    longer = op(lists.EXTEND, g.outs[0], g.outs[0], hint="dys")
    pop = popped(longer.outs[0], backward=True)
    pair = op(structural.TUPLE, pop.outs[0], pop.outs[1], longer.outs[0])
    function = insert_copies(function_of_ops((x,), (g, longer, pop, pair), pair.outs[0]))
    verify(function)
    assert names_of(function) == ["list", "list.extend", "list.copy", "list.pop", "tuple"]
    assert interpret(function, 2.0) == (2.0, [2.0] * 3, [2.0] * 4)


def test_the_user_s_own_list_is_never_the_copy() -> None:
    x = Value("x", FLOAT)
    first = made(x)
    longer = op(lists.APPEND, first.outs[0], x, backward=False, hint="xs")
    read = op(structural.GETITEM, first.outs[0], path=((0,),))
    pair = op(structural.TUPLE, longer.outs[0], read.outs[0])
    function = insert_copies(function_of_ops((x,), (first, longer, read, pair), pair.outs[0]))
    verify(function)
    assert names_of(function) == ["list", "list.copy", "list.append", "getitem", "tuple"]
    assert function.body.ops[2].args[0] is first.outs[0] and function.body.ops[3].args[0] is not first.outs[0]
    text = write(function)
    assert "xs.append(x)" in text and "= xs.copy()" in text


def test_lists_are_never_merged() -> None:
    x = Value("x", FLOAT)
    xs = Value("xs", List(FLOAT, Dim("k")))
    ops = [op(lists.COPY, xs), op(lists.COPY, xs), op(lists.ZEROS, xs), op(lists.ZEROS, xs), op(PLUS, xs, xs)]
    ops += [op(PLUS, xs, xs), op(structural.GETITEM, xs, path=((0,),)), op(structural.GETITEM, xs, path=((0,),))]
    last = op(structural.TUPLE, *(o.outs[0] for o in ops))
    function = eliminate_common_subexpressions(function_of_ops((x, xs), (*ops, last), last.outs[0]))
    assert len(function.body.ops) == len(ops)  # one of the two reads is gone


def test_a_pop_of_the_user_s_stays_for_what_it_may_raise() -> None:
    x = Value("x", FLOAT)
    first = made(x)
    ops = (first, popped(first.outs[0]), popped(first.outs[0], backward=True))
    function = eliminate_dead_code(function_of_ops((x,), ops, x))
    assert names_of(function) == ["list", "list.pop"] and not function.body.ops[1].backward


def stored(base: Value, item: Value, new: Value) -> Op:
    return Op(structural.STORE, (base, Const(0), new), (Value(base.hint, base.kind),), (("path", ((Hole(0),),)),),
              (), None, "", True)  # fmt: skip


@pytest.mark.parametrize(("own", "live"), [(True, False), (True, True), (False, False)])
def test_an_item_changes_in_place_where_it_is_memory_of_its_own(own: bool, live: bool) -> None:
    xs, g = Value("xs", List(VECTOR, Dim("k"))), Value("g", VECTOR)
    whole = op(lists.ZEROS if own else lists.COPY, xs, hint="dxs")
    path = (("path", ((Hole(0),),)),)
    old = Op(structural.GETITEM, (whole.outs[0], Const(0)), (Value("", VECTOR),), path, (), None, "", True)
    other = Op(structural.GETITEM, (whole.outs[0], Const(0)), (Value("v", VECTOR),), path, (), None, "", True)
    new = op(PLUS, old.outs[0], g)
    store = stored(whole.outs[0], old.outs[0], new.outs[0])
    result = op(structural.TUPLE, store.outs[0], *(other.outs if live else ()))
    function = function_of_ops((xs, g), (whole, other, old, new, store, result), result.outs[0])
    function = eliminate_dead_code(change_items_in_place(eliminate_dead_code(function)))
    text = write(function)
    assert ("dxs[0] += g" in text) is (own and not live)
    assert ("dxs[0] = dxs[0] + g" in text) is not (own and not live)
    given = ([np.ones(2), np.ones(3)], np.ones(2))
    expected = interpret(function, *given)
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    found = namespace["f"](*given)
    for a, b in zip(expected[0], found[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert all((x == 1).all() for x in given[0]), "the list's own items are unchanged"


@pytest.mark.parametrize(
    ("primitive", "args", "expected"),
    [
        (lists.APPEND, ([1.0], 2.0), [1.0, 2.0]),
        (lists.EXTEND, ([1.0], (2.0, 3.0)), [1.0, 2.0, 3.0]),
        (lists.INSERT, ([1.0], -5, 2.0), [2.0, 1.0]),
        (lists.POP, ([1.0, 2.0],), (2.0, [1.0])),
        (lists.POP, ([1.0, 2.0], 0), (1.0, [2.0])),
        (lists.REVERSE, ([1.0, 2.0],), [2.0, 1.0]),
        (lists.CLEAR, ([1.0, 2.0],), []),
        (lists.COPY, ([1.0],), [1.0]),
        (lists.SUM, ([1.0, [2.0]], [3.0, [4.0]], [1.0, [1.0]]), [5.0, [7.0]]),
        (lists.ZEROS, ([1.0, [2.0]],), [0.0, [0.0]]),
    ],
)
def test_what_the_primitives_mean(primitive: Any, args: Any, expected: Any) -> None:
    before = [list(a) if isinstance(a, list) else a for a in args]
    assert primitive.run(*args) == expected
    assert list(args) == before, "the meaning is functional"

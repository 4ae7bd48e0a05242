"""Guards hold for what they were made from, and for nothing else."""

from __future__ import annotations

import dataclasses
import math
from collections import OrderedDict, namedtuple
from types import CellType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sourcead.guard import Assumption, Environment, Guard, Own, explain, path_text, read_path
from sourcead.kinds import TOP, Array, Dim, Kind, Known, List, Opaque, Scalar
from sourcead.signature import kind_of


@dataclasses.dataclass
class Layer:
    W: Any
    act: Any = None


Pair = namedtuple("Pair", "a b")
PATH = (("param", "x"),)


def guard_of(kind: Kind) -> Any:
    return Guard([Assumption(PATH, kind)], ["x"]).bind(Environment())


class Method:
    def run(self) -> None: ...


METHOD = Method()
VALUES: list[Any] = [
    0.5,
    float("nan"),
    3,
    1 + 2j,
    True,
    False,
    None,
    "sum",
    "mean",
    b"x",
    ...,
    np.float32(1),
    np.float64(1),
    np.int64(3),
    np.longlong(3),
    np.bool_(True),
    np.complex128(1),
    np.array(1.0),
    np.array(1),
    np.zeros(3),
    np.zeros(1),
    np.zeros(0),
    np.zeros(3, np.float32),
    np.zeros(3, int),
    np.zeros((3, 4)),
    np.zeros((1, 4)),
    np.zeros((3, 1)),
    np.zeros((1, 1)),
    np.zeros((2, 3, 4)),
    np.zeros((2, 1, 4)),
    (),
    [],
    {},
    (1.0,),
    (1.0, 2),
    [1.0, 2.0],
    [1, 2],
    [1.0, 2],
    [np.zeros(3)],
    [np.zeros((3, 1))],
    [np.zeros(1)],
    [np.zeros(3), 1.0],
    [(np.zeros((2, 3)), np.zeros(3))],
    [[1.0], [2.0, 3.0]],
    [None],
    ["a", "b"],
    {"W": 1.0},
    {"W": 1.0, "b": 2.0},
    {"b": 2.0, "W": 1.0},
    {1: 1.0},
    {"W": {"b": np.zeros(2)}},
    Pair(1.0, 2),
    Pair(1.0, 2.0),
    Layer(1.0),
    Layer(np.zeros(2)),
    Layer(1.0, np.tanh),
    np.tanh,
    np.sum,
    math.exp,
    len,
    METHOD.run,
    "abc".upper,
    Method,
    METHOD,
    np,
    math,
    range(3),
    np.dtype("f4"),
    np.dtype("f8"),
    OrderedDict(a=1.0),
    {1.0},
    object(),
    SimpleNamespace(a=1),
]


@pytest.mark.parametrize("k", range(len(VALUES)))
def test_a_guard_takes_exactly_the_values_of_its_kind(k: int) -> None:
    guard = guard_of(kind_of(VALUES[k], PATH))
    for value in VALUES:
        expected = kind_of(value, PATH) == kind_of(VALUES[k], PATH)
        if isinstance(value, type(METHOD.run)) and isinstance(VALUES[k], type(METHOD.run)):
            expected = value == VALUES[k]
        assert guard(value) is expected, (VALUES[k], value)


@pytest.mark.parametrize("k", range(len(VALUES)))
def test_explanations_agree_with_guards(k: int) -> None:
    fact = kind_of(VALUES[k], PATH)
    guard = guard_of(fact)
    for value in VALUES:
        message = explain(Assumption(PATH, fact), value)
        assert (message is None) is guard(value)
        assert message is None or (message.startswith("x") and " must " in message and ", got " in message)


def test_other_subclasses_and_dtypes_do_not_pass() -> None:
    guard = guard_of(kind_of(np.zeros((3, 4)), PATH))
    assert guard(np.zeros((5, 6)))
    assert guard(np.zeros((4, 3)).T)
    for odd in (
        np.ma.zeros((3, 4)),
        np.zeros((3, 4)).view(np.recarray),
        np.zeros((3, 4), ">f8"),
        np.zeros((3, 4), object),
    ):
        assert guard(odd) is False


def test_memmap_passes_as_an_array(tmp_path: Any) -> None:
    mapped = np.memmap(tmp_path / "a", np.float64, "w+", shape=(3, 4))
    assert guard_of(kind_of(np.zeros((3, 4)), PATH))(mapped)
    assert guard_of(kind_of(mapped, PATH))(np.zeros((3, 4)))


class Unequal:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("never asked")

    def __bool__(self) -> bool:
        raise RuntimeError("never asked")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("made_from", VALUES[:60])
def test_odd_objects_give_false(made_from: Any) -> None:
    assert guard_of(kind_of(made_from, PATH))(Unequal()) is False


def test_lists_are_symbolic_in_length_and_empty_ones_are_apart() -> None:
    guard = guard_of(kind_of([(np.zeros((2, 3)), 1.0)], PATH))
    assert guard([(np.zeros((5, 4)), 2.0)] * 7)
    assert not guard([])
    assert not guard([(np.zeros((5, 1)), 2.0)])
    assert not guard([(np.zeros((5, 4)), 2.0), (np.zeros((5, 4)), 2)])
    assert guard_of(kind_of([], PATH))([])


def test_keys_differ_by_type_and_order() -> None:
    assert not guard_of(kind_of({1: 1.0}, PATH))({True: 1.0})
    assert not guard_of(kind_of({"a": 1.0, "b": 1.0}, PATH))({"b": 1.0, "a": 1.0})


def test_a_list_whose_length_is_known_to_be_one() -> None:
    assert guard_of(List(Scalar("pyfloat"), Dim("n", True)))([1.0])
    assert not guard_of(List(Scalar("pyfloat"), Dim("n", True)))([1.0, 2.0])
    assert not guard_of(List(TOP, Dim("n", False)))([1.0])


def test_unknown_parts_are_not_tested() -> None:
    guard = guard_of(Array(None, (Dim("n"), Dim("m", True))))
    assert guard(np.zeros((1, 1))) and guard(np.zeros((7, 1), int))
    assert not guard(np.zeros((7, 2)))
    assert guard_of(TOP)(object())
    assert guard_of(Scalar("real"))(1) and guard_of(Scalar("real"))(1.0) and not guard_of(Scalar("real"))(True)
    assert guard_of(Scalar(None))(np.float16(1)) and not guard_of(Scalar(None))("1")


def test_known_numbers() -> None:
    assert guard_of(Known(3))(3) and not guard_of(Known(3))(4) and not guard_of(Known(1))(True)
    assert guard_of(Known(float("nan")))(float("nan")) and not guard_of(Known(0.0))(-0.0)


def test_globals_cells_and_objects_are_read_live() -> None:
    module: dict[str, Any] = {"rate": 0.1}
    cell, holder = CellType(np.zeros(3)), SimpleNamespace(scale=2.0, layers=[np.zeros((2, 2))])
    facts = [
        Assumption((("global", "rate"),), Scalar("pyfloat")),
        Assumption((("global", "len"),), Known(len)),
        Assumption((("builtin", "abs"),), Known(abs)),
        Assumption((("cell", ("w", cell)),), Array("float64", (Dim("w", False),))),
        Assumption((("object", holder), ("attr", "scale")), Scalar("pyfloat")),
        Assumption((("object", holder), ("attr", "layers"), ("item", 0)), Array("float64", (Dim(1), Dim(2)))),
    ]
    guard = Guard(facts, []).bind(Environment(module))
    assert guard()
    changes: list[tuple[Any, Any]] = [
        (lambda: module.update(rate=1), lambda: module.update(rate=0.1)),
        (lambda: module.pop("rate"), lambda: module.update(rate=0.1)),
        (lambda: module.update(len=abs), lambda: module.pop("len")),
        (lambda: setattr(cell, "cell_contents", 1.0), lambda: setattr(cell, "cell_contents", np.ones(9))),
        (lambda: delattr(cell, "cell_contents"), lambda: setattr(cell, "cell_contents", np.ones(2))),
        (lambda: setattr(holder, "scale", None), lambda: setattr(holder, "scale", 1.0)),
        (lambda: delattr(holder, "scale"), lambda: setattr(holder, "scale", 1.0)),
        (lambda: holder.layers.clear(), lambda: holder.layers.append(np.ones((3, 3)))),
    ]
    for change, undo in changes:
        change()
        assert guard() is False
        undo()
        assert guard() is True


def test_binding_to_another_function_of_the_same_code() -> None:
    cells = [CellType(1.0), CellType(2)]
    owners = [SimpleNamespace(a=1.0), SimpleNamespace(a=None)]
    first, second = (Environment({}, {"w": cell}, (owner,)) for cell, owner in zip(cells, owners, strict=True))
    facts = [
        Assumption(first.portable_path((("cell", ("w", cells[0])),)), Scalar("pyfloat")),
        Assumption(first.portable_path((("object", owners[0]), ("attr", "a"))), Scalar("pyfloat")),
    ]
    guard = Guard(facts, [])
    assert guard.bind(first)() is True
    assert guard.bind(second)() is False
    cells[1].cell_contents, owners[1].a = 0.5, 0.5
    assert guard.bind(second)() is True


class Owner:
    def helper(self) -> None: ...

    def other(self) -> None: ...


def test_methods_of_the_bound_object_are_known_by_their_function() -> None:
    first, second = Owner(), Owner()
    facts = [
        Assumption((("object", first), ("attr", "helper")), Known(first.helper)),
        Assumption((("object", first), ("attr", "__class__")), Known(Owner)),
    ]
    environment, elsewhere = Environment(objects=(first,)), Environment(objects=(second,))
    portable = [part for fact in facts for part in environment.portable_facts(fact)]
    assert all(first is not part.path[0][1] and part.fact != Known(first) for part in portable)
    guard = Guard(portable, [])
    assert guard.bind(environment)() and guard.bind(elsewhere)()
    second.helper = first.helper  # type: ignore[method-assign]
    assert not guard.bind(elsewhere)()
    second.helper = second.other  # type: ignore[method-assign]
    assert not guard.bind(elsewhere)()
    assert guard.bind(environment)()


def test_paths() -> None:
    holder = SimpleNamespace(a={"k": 5})
    values = {"p": [holder]}
    assert read_path((("param", "p"), ("item", 0), ("attr", "a"), ("item", "k")), values, Environment()) == 5
    assert path_text((("param", "p"), ("item", 0), ("attr", "a"), ("item", "k"))) == "p[0].a['k']"
    assert path_text((("object", Own(0)), ("attr", "W"))) == "self.W"
    assert path_text((("cell", ("w", CellType(1))),)) == "w"


@pytest.mark.parametrize(
    ("made_from", "given", "words"),
    [
        (
            np.zeros((2, 3)),
            np.zeros((2, 3), np.float32),
            "x must be a float64 array of 2 axes, got a float32 array of shape (2, 3)",
        ),
        (
            np.zeros((2, 3)),
            np.zeros((1, 3)),
            "x must have a size other than 1 on axes 0, 1, got a float64 array of shape (1, 3)",
        ),
        (np.zeros((2, 3)), 1.0, "x must be a float64 array of 2 axes, got a float"),
        ("sum", "mean", "x must be 'sum', got 'mean'"),
        ((1.0, {"W": 2.0}), (1.0, {"W": 2}), "x[1]['W'] must be a float, got 2"),
        ((1.0, 2.0), (1.0,), "x must be a tuple of 2, got a tuple of 1"),
        (Layer(1.0, np.tanh), Layer(1.0, np.sin), "x.act must be tanh, got sin"),
        (None, 0.5, "x must be None, got a float"),
        (
            [np.zeros(2)],
            [1.0],
            "x must be a list, not empty, with every item a float64 array of 1 axis, got a list of 1",
        ),
    ],
)
def test_words(made_from: Any, given: Any, words: str) -> None:
    assert explain(Assumption(PATH, kind_of(made_from, PATH)), given) == words


def test_every_argument_is_looked_at_before_what_is_inside_it() -> None:
    facts = [
        Assumption((("param", "x"),), kind_of((np.zeros(3), np.zeros(3)), PATH)),
        Assumption((("param", "y"),), Opaque(range)),
    ]
    text = Guard(facts, ["x", "y"]).text
    assert text.index("type(a1) is range") < text.index("a0[0]") < text.index("a0[1]")


def test_a_shape_is_asked_for_once() -> None:
    facts = [Assumption((("param", "x"),), kind_of((np.zeros((3, 1)), np.zeros((1, 2, 1))), PATH))]
    guard = Guard(facts, ["x"])
    assert guard.text.count(".shape") == 2 and ".ndim" not in guard.text
    holds = guard.bind(Environment())
    assert holds((np.zeros((5, 1)), np.ones((1, 7, 1))))
    for wrong in ((np.zeros(3), np.ones((1, 2, 1))), (np.zeros((3, 2)), np.ones((1, 2, 1))), (np.zeros((3, 1)), 1.0)):
        assert not holds(wrong)

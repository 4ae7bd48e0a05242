"""Constants are equal when type and bits are; blocks are walked in the order of the text."""

from __future__ import annotations

import pytest

from sourcead.ir import Const, Source, sub_blocks, walk
from tests.backend.kit import Make

NAN = float("nan")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1),
        (0.0, 0.0),
        (-0.0, -0.0),
        (NAN, NAN),
        (NAN, float("nan")),
        (True, True),
        ("a", "a"),
        (None, None),
        ((1, (2.0, "x")), (1, (2.0, "x"))),
        (1j, 1j),
        ((NAN,), (NAN,)),
    ],
)
def test_equal_constants(a: object, b: object) -> None:
    assert Const(a) == Const(b)
    assert hash(Const(a)) == hash(Const(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (1, True),
        (0, False),
        (0.0, -0.0),
        (0, 0.0),
        (1.0, 1 + 0j),
        (complex(0.0, 0.0), complex(0.0, -0.0)),
        ((1,), (1.0,)),
        ((0.0,), (-0.0,)),
        ((1,), (1, 1)),
        ("1", 1),
        (None, False),
        ([1], [1]),  # what cannot be hashed is known by identity
    ],
)
def test_different_constants(a: object, b: object) -> None:
    assert Const(a) != Const(b)
    assert len({Const(a), Const(b)}) == 2


def test_constants_that_cannot_be_hashed() -> None:
    items = [1]
    assert Const(items) == Const(items)
    assert Const(1) != 1


def test_attributes_of_ops() -> None:
    make = Make()
    make("method sum", 1.0, axis=0)
    (op,) = make.builder.ops
    changed = op.with_attrs(keepdims=True, axis=1)
    assert op.attr("axis") == 0 and op.attr("keepdims") is None and op.attr("keepdims", False) is False
    assert changed.attrs == (("axis", 1), ("keepdims", True))
    assert changed.outs is op.outs


def test_walking_goes_outside_in() -> None:
    make = Make()
    inner, innermost = make.inner(), make.inner()
    innermost("call third", 1.0)
    inner("call second", 1.0)
    inner.choose(True, innermost.block(), make.inner().block(), ())
    make("call first", 1.0)
    make.loop((Source("range"),), (0, 3, 1), (), inner.block(), ())
    make("call fourth", 1.0)
    body = make.block()
    assert [op.name for op in walk(body)] == ["call first", "for", "call second", "if", "call third", "call fourth"]
    assert len(list(sub_blocks(body))) == 4
    assert next(sub_blocks(body)) is body


def test_sources_take_their_arguments() -> None:
    assert [Source(form).arity for form in ("range", "rows", "count")] == [3, 1, 1]

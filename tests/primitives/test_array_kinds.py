"""The kind functions of reductions, products, shaping, joining, selection and creation, against NumPy's own results."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

from sourcead import rules
from sourcead.kinds import TOP, Array, Dim, Kind, Known, Opaque, Scalar
from sourcead.primitives import contractions, creation, extracting, joining, norms, reductions, selection, shaping
from sourcead.primitives.registry import (
    NotCovered,
    all_primitives,
    attribute_entry,
    entry_of,
    method_entry,
)
from sourcead.rules.registry import adjoint_rule
from tests.abstraction import abstract, check_kind, fits, infer, listed

DTYPES = [bool, np.int8, np.int64, np.uint8, np.float16, np.float32, np.float64]
AXES: list[tuple[tuple[int, ...], Any]] = [
    ((), None),
    ((4,), None),
    ((4,), -1),
    ((3, 4), 0),
    ((3, 1), 1),
    ((2, 3, 4), (0, -1)),
    ((2, 3, 4), (0, 1, 2)),
]
REDUCTIONS = [np.sum, np.prod, np.mean, np.max, np.min, np.any, np.all, np.count_nonzero]


@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(("shape", "axis"), AXES)
def test_reductions(f: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> None:
    if shape or not keepdims:
        check_kind(f, np.ones(shape), axis=axis, keepdims=keepdims)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
def test_dtypes_of_reductions(f: Any, dtype: Any) -> None:
    check_kind(f, np.ones(3, dtype))
    check_kind(f, np.ones((3, 2), dtype), axis=0)
    check_kind(f, dtype(1))


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.prod])
@pytest.mark.parametrize("x", [True, 2, 2.5, [1.0, 2.0], [1, 2], [[1.0], [2.0]], (np.float32(1), 2.0)], ids=repr)
def test_reductions_of_python_values(f: Any, x: Any) -> None:
    check_kind(f, x)


def test_a_reduction_of_anything_is_a_scalar() -> None:
    for f in (np.sum, np.mean, np.max):
        entry = entry_of(f)
        assert entry is not None and entry.primitive.infer is not None
        assert entry.primitive.infer(TOP) == Scalar(None)
        assert entry.primitive.infer(TOP, axis=0) == TOP
        assert entry.primitive.infer(Scalar("real")) in (Scalar(None), Scalar("float64"))


@pytest.mark.parametrize("f", [np.cumsum, np.cumprod])
def test_running_totals(f: Any) -> None:
    check_kind(f, np.ones((2, 3)))
    check_kind(f, np.ones((2, 3), np.int8), axis=1)
    check_kind(f, 2.0)


@pytest.mark.parametrize("f", [np.argmax, np.argmin])
def test_positions_of_extremes(f: Any) -> None:
    check_kind(f, np.ones((2, 3)))
    check_kind(f, np.ones((2, 3)), axis=0)
    check_kind(f, np.ones((2, 3)), axis=0, keepdims=True)


PAIRS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((3,), (3,)),
    ((2, 3), (3, 4)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((1, 3), (3, 1)),
    ((5, 2, 3), (3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((3,), (5, 3, 4)),
]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_products(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    for left in (np.float32, np.float64, np.int64):
        check_kind(np.dot, np.ones(a, left), np.ones(b, np.float32))
        check_kind(operator.matmul, np.ones(a, left), np.ones(b, np.float32))
        check_kind(np.matmul, np.ones(a, left), np.ones(b, np.float32))
        check_kind(np.outer, np.ones(a, left), np.ones(b, np.float32))


def test_products_with_numbers() -> None:
    check_kind(operator.matmul, np.ones((1, 5, 2, 3)), np.ones((6, 1, 3, 4)))
    check_kind(np.dot, 2.0, np.ones(3, np.float32))
    check_kind(np.dot, np.ones((2, 3)), np.float32(2))
    check_kind(np.dot, 2.0, 3.0)
    check_kind(np.outer, np.ones(3, np.float32), 2.0)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.complex64])
def test_norms(dtype: Any, keepdims: bool) -> None:
    check_kind(np.linalg.norm, np.ones(3, dtype), keepdims=keepdims)
    for order in (1, 2, np.inf):
        check_kind(np.linalg.norm, np.ones((2, 3), dtype), ord=order, axis=1, keepdims=keepdims)
    check_kind(np.linalg.norm, np.ones((2, 3), dtype), ord="fro", keepdims=keepdims)


@pytest.mark.parametrize(
    ("x", "order", "axis"),
    [((2, 3), 3, None), ((2, 3), 0, (0, 1)), ((2, 2, 3), 2, None), ((3,), "fro", None), ((2, 3), "nuc", 1)],
)
def test_other_norms_are_refused(x: tuple[int, ...], order: Any, axis: Any) -> None:
    with pytest.raises(NotCovered, match=r"norm"):
        infer(np.linalg.norm, np.ones(x), ord=order, axis=axis)


def test_the_norm_of_something_unknown() -> None:
    assert norms.norm.infer is not None
    assert norms.norm.infer(TOP) == norms.norm.infer(TOP, ord=2) == Scalar(None)
    assert norms.norm.infer(TOP, ord=2, axis=0) == TOP


SHAPED: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    (np.transpose, (np.ones((2, 3, 1)),), {}),
    (np.transpose, (np.ones((2, 3, 1)),), {"axes": (1, -1, 0)}),
    (np.transpose, (2.0,), {}),
    (np.transpose, (np.float32(2),), {}),
    (np.swapaxes, (np.ones((2, 3, 1)),), {"axis1": 0, "axis2": -1}),
    (np.moveaxis, (np.ones((2, 3, 1)),), {"source": 0, "destination": -1}),
    (np.moveaxis, (np.ones((2, 3, 1, 4)),), {"source": (0, 3), "destination": (2, 0)}),
    (np.reshape, (np.ones((2, 3)), (3, 2)), {}),
    (np.reshape, (np.ones((2, 3)), (3, -1)), {}),
    (np.reshape, (np.ones((2, 3, 4)), (2, -1)), {}),
    (np.reshape, (np.ones((2, 3)), -1), {}),
    (np.reshape, (np.ones((2, 3)), 6), {}),
    (np.reshape, (np.ones(1, np.float32), ()), {}),
    (np.reshape, (np.float64(1), ()), {}),
    (np.reshape, (2.0, (1, 1)), {}),
    (np.ravel, (np.ones((2, 3)),), {}),
    (np.ravel, (np.ones((1, 3)),), {}),
    (np.ravel, (2.0,), {}),
    (np.squeeze, (np.ones(1),), {"axis": 0}),
    (np.squeeze, (np.ones((1, 3, 1)),), {"axis": (0, -1)}),
    (np.expand_dims, (np.ones((2, 3)),), {"axis": (0, -1)}),
    (np.expand_dims, (2.0,), {"axis": 0}),
    (np.broadcast_to, (np.ones(3, np.float32), (2, 3)), {}),
    (np.broadcast_to, (2, ()), {}),
    (np.shape, (np.ones((2, 1)),), {}),
    (np.ndim, (np.ones((2, 1)),), {}),
    (np.ndim, (2.0,), {}),
    (np.size, (np.ones((2, 3)),), {}),
    (np.size, (np.ones((2, 3)),), {"axis": 1}),
    (np.size, (2.0,), {}),
    (np.concatenate, ([np.ones((2, 3)), np.ones((1, 3))],), {}),
    (np.concatenate, ((np.ones((2, 3), np.float32), np.ones((2, 1), np.float32)),), {"axis": -1}),
    (np.concatenate, ((np.ones((2, 3)), np.ones(1)),), {"axis": None}),
    (np.concatenate, ([np.ones(1), np.ones(1)],), {}),
    (np.concatenate, (np.ones((2, 3, 4)),), {"axis": 1}),
    (np.stack, ([np.ones(3), np.ones(3, int)],), {"axis": -1}),
    (np.stack, ([1.0, 2.0],), {}),
    (np.stack, (np.ones((2, 3)),), {"axis": 1}),
    (np.vstack, ([np.ones(3), np.ones((2, 3))],), {}),
    (np.vstack, ([1.0, 2],), {}),
    (np.hstack, ([np.ones(3), np.ones(2)],), {}),
    (np.hstack, ([np.ones((2, 3)), np.ones((2, 1))],), {}),
    (np.hstack, ([1.0, np.ones(2)],), {}),
    (np.column_stack, ([np.ones(3), np.ones((3, 2))],), {}),
    (np.where, (np.ones((2, 1), bool), np.ones(3, np.float32), 1.0), {}),
    (np.where, (True, 1.0, 2), {}),
    (np.where, (np.ones(2, bool), np.float32(1), 2), {}),
    (np.where, (np.ones((2, 3)),), {}),
    (np.nonzero, (np.ones((2, 3)),), {}),
    (np.argsort, (np.ones((2, 3)),), {}),
    (np.argsort, (np.ones((2, 3)),), {"axis": None}),
    (np.clip, (np.ones((2, 3), np.float32), 0, 2.5), {}),
    (np.clip, (np.ones(3, int), None, 2.5), {}),
    (np.clip, (2.0, 0, None), {}),
    (np.clip, (np.ones(3, np.float32), np.ones((2, 1)), None), {}),
    (np.zeros, (3,), {}),
    (np.zeros, ((2, 1),), {"dtype": np.float32}),
    (np.ones, ((),), {"dtype": "int32"}),
    (np.empty, ([2, 3],), {"dtype": bool}),
    (np.full, ((2, 3), 1), {}),
    (np.full, (2, np.float32(1)), {}),
    (np.full, (2, 1), {"dtype": float}),
    (np.eye, (3,), {}),
    (np.eye, (3, 2), {"k": 1, "dtype": int}),
    (np.identity, (1,), {}),
    (np.arange, (5,), {}),
    (np.arange, (2, 7, 2), {}),
    (np.arange, (5.0,), {}),
    (np.arange, (0, 1, 0.25), {"dtype": np.float32}),
    (np.linspace, (0, 1), {}),
    (np.linspace, (np.float32(0), np.float32(1), 7), {}),
    (np.zeros_like, (np.ones((2, 1), np.float32),), {}),
    (np.ones_like, (2.0,), {}),
    (np.empty_like, (np.ones(2),), {"dtype": int}),
    (np.full_like, (np.ones(2, np.float32), 3.0), {}),
    (np.array, ([1.0, 2],), {}),
    (np.array, ([np.float32(1), 2.0],), {}),
    (np.array, ([[1, 2], [3, 4]],), {"dtype": float}),
    (np.array, ([],), {}),
    (np.array, (3.0,), {}),
    (np.asarray, (np.ones(3, np.float32),), {}),
    (np.asarray, (np.ones(3, np.float32),), {"dtype": np.dtype("float64")}),
    (np.copy, (np.ones((2, 3)),), {}),
    (shaping.flat_copy, (np.ones((2, 3)),), {}),
    (shaping.dtype_attribute, (np.ones(2, np.float32),), {}),
    (creation.astype, (np.ones(2), np.float32), {}),
    (extracting.item, (np.ones(1, np.float32),), {}),
    (extracting.item, (np.ones(1, int),), {}),
]


@pytest.mark.parametrize(("target", "args", "static"), SHAPED, ids=lambda part: getattr(part, "__name__", ""))
def test_shapes(target: Any, args: tuple[Any, ...], static: dict[str, Any]) -> None:
    if target is creation.astype:
        args, static = args[:1], {"dtype": args[1]}
    if target is np.empty:
        fits(infer(target, *args, **static), target(*args, **static))
        return
    check_kind(target, *args, **static)


def test_a_squeeze_of_unknown_sizes_has_no_rank() -> None:
    check_kind(np.squeeze, np.ones((1, 3)), known=False)
    check_kind(np.squeeze, np.ones((1, 1)))


def test_what_is_known_of_unknown_values() -> None:
    for primitive in (
        shaping.transpose,
        shaping.squeeze,
        joining.concatenate,
        creation.array,
        selection.nonzero,
        contractions.dot,
    ):
        assert primitive.infer is not None
        assert primitive.infer(*(TOP, TOP)[: 2 if primitive is contractions.dot else 1]) == TOP
    assert shaping.shape.infer is not None and shaping.ndim.infer is not None and shaping.dtype.infer is not None
    assert shaping.shape.infer(TOP) == Opaque(tuple)
    assert shaping.ndim.infer(TOP) == Scalar("pyint")
    assert shaping.dtype.infer(TOP) == Opaque(np.dtype)
    assert shaping.dtype.infer(abstract(np.ones(2, np.float32))) == Known(np.dtype("float32"))


def test_lists_of_unknown_length() -> None:
    rows = [np.ones((4, 3)) for _ in range(5)]
    kind = listed(abstract(rows[0]), 5)
    for target in (np.concatenate, np.stack, np.vstack, np.hstack, np.array, np.sum):
        entry = entry_of(target)
        assert entry is not None and entry.primitive.infer is not None
        fits(entry.primitive.infer(kind), target(rows))


def test_sizes_read_from_one_array_shape_another() -> None:
    n, m = Dim("n"), Dim("m", False)
    x = Array("float64", (n, m))
    assert creation.zeros.infer is not None and shaping.shape.infer is not None
    assert shaping.reshape.infer is not None and shaping.ravel.infer is not None
    assert creation.zeros.infer(shaping.shape.infer(x)) == x
    assert creation.zeros.infer(Scalar("pyint", n)) == Array("float64", (n,))
    flat = shaping.ravel.infer(x)
    assert flat == Array("float64", (Dim(("product", n, m), False),))
    whole: Kind = Scalar("pyint", n)
    assert shaping.reshape.infer(flat, abstract_shape(whole, Scalar("pyint", Dim(-1, False)))) == x
    assert shaping.reshape.infer(x, abstract_shape(Known(-1), Scalar("pyint", m))) == x


def abstract_shape(*items: Kind) -> Kind:
    from sourcead.kinds import Tree

    return Tree(tuple, tuple(range(len(items))), items)


def test_how_calls_are_read() -> None:
    attributes = ("T", "shape", "ndim", "size", "dtype")
    assert [entry.form for name in attributes if (entry := attribute_entry(name))] == [
        f"attribute {n}" for n in attributes
    ]
    reshape, transpose, at = method_entry("reshape"), method_entry("transpose"), entry_of(np.matmul)
    assert reshape is not None and reshape.adapt is not None and transpose is not None and transpose.adapt is not None
    assert reshape.adapt(("x", 2, 3), {}) == (("x", (2, 3)), {})
    assert reshape.adapt(("x", -1), {}) == (("x", -1), {})
    assert transpose.adapt(("x", 1, 0), {}) == (("x", (1, 0)), {})
    assert transpose.adapt(("x",), {}) == (("x",), {})
    assert at is not None and at.form == "call np.matmul" and at.primitive is contractions.matmul
    functions = ["sum", "mean", "max", "min", "prod", "dot", "ravel", "squeeze", "clip", "copy", "argmax", "cumsum"]
    for method in [*functions, "flatten", "astype", "item", "any", "all"]:
        entry = method_entry(method)
        assert entry is not None and entry.form == f"method {method}"


def test_results_are_views_only_where_numpy_makes_views() -> None:
    x = np.ones((2, 1, 3))
    calls: list[tuple[Any, tuple[Any, ...]]] = [
        (np.transpose, ()),
        (np.swapaxes, (0, 1)),
        (np.moveaxis, (0, 1)),
        (np.squeeze, ()),
        (np.expand_dims, (0,)),
        (np.broadcast_to, ((4, 2, 1, 3),)),
        (np.reshape, ((6,),)),
        (np.ravel, ()),
        (np.asarray, ()),
        (np.array, ()),
        (np.copy, ()),
        (shaping.flat_copy, ()),
        (np.cumsum, ()),
        (np.clip, (0, 2)),
    ]
    for target, rest in calls:
        entry = entry_of(target)
        assert entry is not None
        shared = np.shares_memory(x, target(x, *rest))
        assert entry.primitive.result in (("view", "maybe") if shared else ("fresh",)), target


def test_every_differentiable_primitive_has_a_rule() -> None:
    rules.load()
    mine = [
        p
        for table in (reductions, contractions, norms, shaping, joining, selection, creation)
        for p in vars(table).values()
        if p in all_primitives()
    ]
    assert len(mine) > 50
    assert [p.name for p in mine if p.differentiable and adjoint_rule(p.target) is None] == []

"""The test kit: central differences of any function of numbers, arrays and trees of them, and comparison with them.

    check_gradient(loss, gradient, (params, X, y))             # gradient(*args), or gradient already computed
    check_vjp(f, cotangents, args, argnums=(0, 1))             # cotangents(g, *args): one cotangent per argnum

A leaf is a float, an int (moved as a float) or a float array; lists, tuples, dicts, namedtuples and dataclasses hold
leaves; whatever else stands in a tree has the derivative None. Everything is computed in float64.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

RTOL, ATOL = 1e-6, 1e-8


def rng(seed: int = 0) -> np.random.Generator:
    """Numbers for a test, the same at every run."""
    return np.random.default_rng(seed)


def is_leaf(x: Any) -> bool:
    """Whether x is a number or array that can be moved."""
    if isinstance(x, np.ndarray | np.generic):
        return bool(np.issubdtype(x.dtype, np.inexact))
    return isinstance(x, int | float | complex) and not isinstance(x, bool)


def tree_map(f: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """f of the leaves of trees of one structure; None where the first tree has no leaf."""
    if is_leaf(tree):
        return f(tree, *others)
    if isinstance(tree, dict):
        return {k: tree_map(f, v, *(o[k] for o in others)) for k, v in tree.items()}
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        names = [field.name for field in dataclasses.fields(tree)]
        return type(tree)(**{n: tree_map(f, getattr(tree, n), *(getattr(o, n) for o in others)) for n in names})
    if isinstance(tree, list | tuple):
        items = [tree_map(f, item, *(o[k] for o in others)) for k, item in enumerate(tree)]
        return items if isinstance(tree, list) else type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return None


def leaves(tree: Any) -> list[Any]:
    """The leaves of a tree, in order."""
    found: list[Any] = []
    tree_map(found.append, tree)
    return found


def contract(cotangent: Any, value: Any) -> float:
    """The inner product of two trees of one structure, of complex numbers that of their parts."""
    products: list[float] = []

    def product(v: Any, c: Any) -> None:
        if np.iscomplexobj(v) or np.iscomplexobj(c):
            products.append(float(np.sum(np.multiply(np.conj(c), v, dtype=np.complex128)).real))
        else:
            products.append(float(np.sum(np.multiply(c, v, dtype=np.float64))))

    tree_map(product, value, cotangent)
    return float(np.sum(products))


def random_like(value: Any, seed: int = 1) -> Any:
    """A random cotangent of the structure, shapes and dtypes of value."""
    source = rng(seed)

    def draw(x: Any) -> Any:
        drawn = source.normal(size=np.shape(x))
        if np.iscomplexobj(x):
            drawn = drawn + 1j * source.normal(size=np.shape(x))
            return drawn.astype(x.dtype)[()] if isinstance(x, np.ndarray | np.generic) else complex(drawn)
        return drawn.astype(x.dtype)[()] if isinstance(x, np.ndarray | np.generic) else float(drawn)

    return tree_map(draw, value)


def in_float64(tree: Any) -> Any:
    """The tree with copies of its leaves in float64, its other items untouched."""
    return _replaced(tree, lambda x: np.array(x, _wide(x))[()] if isinstance(x, np.ndarray | np.generic) else x)


def _wide(x: Any) -> Any:
    return np.complex128 if np.iscomplexobj(x) else np.float64


def _replaced(tree: Any, f: Callable[[Any], Any]) -> Any:
    """tree_map that keeps what is no leaf."""
    if is_leaf(tree):
        return f(tree)
    if isinstance(tree, dict):
        return {k: _replaced(v, f) for k, v in tree.items()}
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return dataclasses.replace(
            tree, **{e.name: _replaced(getattr(tree, e.name), f) for e in dataclasses.fields(tree)}
        )
    if isinstance(tree, list):
        return [_replaced(item, f) for item in tree]
    if isinstance(tree, tuple):
        items = [_replaced(item, f) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return tree


def moved(tree: Any, leaf: int, index: tuple[int, ...], step: complex) -> Any:
    """A copy of the tree with one entry of one leaf moved by step (an int becomes a float)."""
    count = -1

    def move(x: Any) -> Any:
        nonlocal count
        count += 1
        if not isinstance(x, np.ndarray):
            return x + step if count == leaf else x
        x = x.copy()
        if count == leaf:
            x[index] += step
        return x

    return _replaced(tree, move)


def central_differences(f: Callable[..., Any], args: Sequence[Any], argnum: int = 0, cotangent: Any = 1.0) -> Any:
    """The derivative of <cotangent, f(*args)> with respect to one argument, of the argument's structure, in float64.

    Two central differences, extrapolated: the error is of fourth order in the step. That of a complex number has the
    derivatives with respect to its two parts as parts.
    """
    args = [in_float64(a) for a in args]

    def moved_value(leaf: int, index: tuple[int, ...], step: complex) -> float:
        changed = moved(args[argnum], leaf, index, step)
        rest = [in_float64(a) for a in args]
        return contract(cotangent, f(*rest[:argnum], changed, *rest[argnum + 1 :]))

    def entry(leaf: int, index: tuple[int, ...], x: Any) -> Any:
        if isinstance(x, complex):
            return along(leaf, index, x, 1.0) + 1j * along(leaf, index, x, 1j)
        return along(leaf, index, float(x), 1.0)

    def along(leaf: int, index: tuple[int, ...], x: complex, way: complex) -> float:
        size = 1e-3 * max(1.0, abs(x)) if abs(x) > 1e-2 or x == 0 else 1e-1 * abs(x)
        return slope(leaf, index, size, way)

    def slope(leaf: int, index: tuple[int, ...], step: float, way: complex) -> float:
        def value(leaf: int, index: tuple[int, ...], step: float) -> float:
            return moved_value(leaf, index, step if way == 1.0 else step * way)

        near = (value(leaf, index, step / 2) - value(leaf, index, -step / 2)) / step
        far = (value(leaf, index, step) - value(leaf, index, -step)) / (2 * step)
        finer = (value(leaf, index, step / 4) - value(leaf, index, -step / 4)) / (step / 2)
        second, third = (4 * near - far) / 3, (4 * finer - near) / 3
        return (16 * third - second) / 15

    count = -1

    def differentiate(x: Any) -> Any:
        nonlocal count
        count += 1
        if np.ndim(x) == 0:
            return entry(count, (), np.asarray(x).item())
        result = np.zeros(np.shape(x), _wide(x))
        for index in np.ndindex(*np.shape(x)):
            result[index] = entry(count, index, x[index].item())
        return result

    return tree_map(differentiate, args[argnum])


def assert_trees_close(actual: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL, what: str = "") -> None:
    """Equal structure, shapes and (within tolerance) values; the worst entry is named."""
    if expected is None:
        assert actual is None, f"{what}: {actual!r} where None is expected"
        return
    if isinstance(expected, dict):
        assert isinstance(actual, dict) and list(actual) == list(expected), f"{what}: keys differ: {actual!r}"
        for key in expected:
            assert_trees_close(actual[key], expected[key], rtol, atol, f"{what}[{key!r}]")
        return
    if dataclasses.is_dataclass(expected):
        assert type(actual) is type(expected), f"{what}: {type(actual)} where {type(expected)} is expected"
        for field in dataclasses.fields(expected):
            assert_trees_close(
                getattr(actual, field.name), getattr(expected, field.name), rtol, atol, f"{what}.{field.name}"
            )
        return
    if isinstance(expected, list | tuple):
        assert type(actual) is type(expected), f"{what}: {type(actual)} where {type(expected)} is expected"
        assert len(actual) == len(expected), f"{what}: {len(actual)} items where {len(expected)} are expected"
        for k, (a, e) in enumerate(zip(actual, expected, strict=True)):
            assert_trees_close(a, e, rtol, atol, f"{what}[{k}]")
        return
    assert np.shape(actual) == np.shape(expected), (
        f"{what}: shape {np.shape(actual)} where {np.shape(expected)} is expected"
    )
    np.testing.assert_allclose(np.asarray(actual, _wide(expected)), expected, rtol=rtol, atol=atol, err_msg=what)


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum g over the axes along which x was broadcast."""
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), np.shape(x)))
    lead = g.ndim - np.ndim(x)
    ones = tuple(lead + k for k, n in enumerate(np.shape(x)) if n == 1)
    return g.sum(axis=(*range(lead), *ones), keepdims=True).reshape(np.shape(x))[()]


def check_vjp(
    f: Callable[..., Any],
    cotangents: Callable[..., Any],
    args: Sequence[Any],
    argnums: Sequence[int] = (0,),
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Compare `cotangents(g, *args)`, a tuple with one cotangent for each of argnums, with central differences."""
    g = random_like(f(*args))
    found = cotangents(g, *args)
    assert len(found) == len(argnums), f"{len(found)} cotangents for {len(argnums)} arguments"
    for cotangent, argnum in zip(found, argnums, strict=True):
        expected = central_differences(f, args, argnum, in_float64(g))
        assert_trees_close(cotangent, expected, rtol, atol, f"argument {argnum}")


def check_gradient(
    f: Callable[..., Any],
    gradient: Any,
    args: Sequence[Any],
    argnums: int | tuple[int, ...] = 0,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Compare a gradient of a scalar function (or a callable that computes it) with central differences."""
    found = gradient(*args) if callable(gradient) else gradient
    if isinstance(argnums, int):
        assert_trees_close(found, central_differences(f, args, argnums), rtol, atol, f"argument {argnums}")
        return
    assert isinstance(found, tuple) and len(found) == len(argnums), f"{found!r} for arguments {argnums}"
    for part, argnum in zip(found, argnums, strict=True):
        assert_trees_close(part, central_differences(f, args, argnum), rtol, atol, f"argument {argnum}")


def assert_same_leaves(gradient: Any, argument: Any) -> None:
    """Every leaf of the gradient has the shape and dtype of the argument's (of an int: a float)."""
    for g, x in zip(leaves(gradient), leaves(argument), strict=True):
        assert np.shape(g) == np.shape(x), f"shape {np.shape(g)} of the gradient of shape {np.shape(x)}"
        if isinstance(x, np.ndarray | np.generic):
            assert g.dtype == x.dtype, f"dtype {g.dtype} of the gradient of {x.dtype}"

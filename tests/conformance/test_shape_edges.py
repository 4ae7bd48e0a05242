"""Edge cases of the shape family, with the values worked out by hand; what is refused; the text of the main ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import SourceADError


def gradient(f: Callable[..., Any], *args: Any) -> Any:
    """The gradient with respect to the first argument."""
    return sourcead.grad(f)(*args)


def test_ties_of_sort_go_by_position() -> None:
    x = np.array([2.0, 1.0, 2.0, 1.0])
    weights = np.array([1.0, 10.0, 100.0, 1000.0])
    assert gradient(lambda x: np.sum(np.sort(x) * weights), x).tolist() == [100.0, 1.0, 1000.0, 10.0]
    assert gradient(lambda x: np.sum(np.sort(x, kind="heapsort") * weights), x).tolist() == [100.0, 1.0, 1000.0, 10.0]


def test_equal_values_count_once_in_unique() -> None:
    x = np.array([3.0, 1.0, 3.0])
    assert gradient(lambda x: np.sum(np.unique(x) ** 2), x).tolist() == [6.0, 2.0, 0.0]


def test_what_is_taken_twice_counts_twice() -> None:
    x = np.array([1.0, 2.0, 3.0])
    assert gradient(lambda x: np.sum(np.take(x, [0, 0, -3, 2])), x).tolist() == [3.0, 0.0, 1.0]
    assert gradient(lambda x: np.sum(np.take(x, [5, -7], mode="clip")), x).tolist() == [1.0, 0.0, 1.0]
    assert gradient(lambda x: np.sum(np.take(x, [5, -7], mode="wrap")), x).tolist() == [0.0, 0.0, 2.0]
    assert gradient(lambda x: np.sum(np.take_along_axis(x, np.array([1, 1]), 0)), x).tolist() == [0.0, 2.0, 0.0]


def test_borders_count_where_they_come_from() -> None:
    x = np.array([1.0, 2.0, 3.0])
    assert gradient(lambda x: np.sum(np.pad(x, 2, mode="edge")), x).tolist() == [3.0, 1.0, 3.0]
    assert gradient(lambda x: np.sum(np.pad(x, 1, mode="reflect")), x).tolist() == [1.0, 3.0, 1.0]
    assert gradient(lambda x: np.sum(np.pad(x, (2, 1), mode="wrap")), x).tolist() == [2.0, 2.0, 2.0]
    assert gradient(lambda x: np.sum(np.pad(x, 1, constant_values=9.0)), x).tolist() == [1.0, 1.0, 1.0]


def test_branches_of_select_that_are_not_taken_give_exact_zeros() -> None:
    x = np.array([0.0, 4.0])
    found = gradient(lambda x: np.sum(np.select([x > 0], [np.sqrt(x)], 2.0 * x)), x)
    assert found.tolist() == [2.0, 0.25]


def test_the_first_condition_that_holds_is_the_one() -> None:
    x = np.array([-1.0, 1.0, 3.0])
    found = gradient(lambda x: np.sum(np.select([x > 2, x > 0], [5 * x, 7 * x], 11 * x)), x)
    assert found.tolist() == [11.0, 7.0, 5.0]


def test_empty_arrays() -> None:
    x = np.zeros((0, 3))
    for f in (np.sort, np.flip, np.ravel, np.unique, lambda x: np.repeat(x, 2, axis=0), lambda x: np.append(x, x)):
        assert gradient(lambda x, f=f: np.sum(f(x)), x).shape == (0, 3)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("np.pad(x, 1, mode='mean')", "mode='mean'"),
        ("np.ravel(x, order='K')", "order='K'"),
        ("np.unique(x, return_index=True)[0]", "more than the values"),
        ("np.insert(x, np.array([True, False, True]), 1.0)", "mask"),
        ("np.random.normal(x, 1.0)", "np.random.normal"),
        ("np.trim_zeros(x)", "np.trim_zeros"),
        ("x.view()", ".view"),
        ("np.linspace(0.0, x, 3, retstep=True)[0]", "retstep"),
    ],
)
def test_what_is_not_covered_is_refused(expression: str, words: str, tmp_path: Any) -> None:
    path = tmp_path / "refused.py"
    path.write_text(f"import numpy as np\ndef f(x):\n    return np.sum({expression})\n")
    namespace: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    with pytest.raises(SourceADError) as caught:
        gradient(namespace["f"], np.array([1.0, 2.0, 3.0]))
    assert words in str(caught.value) and "refused.py:3" in str(caught.value)


def test_a_store_through_a_piece_is_refused() -> None:
    def f(x: Any) -> Any:
        a = x.copy()
        pieces = np.split(a, 2)
        pieces[0][...] = 1.0
        return np.sum(a * a)

    with pytest.raises(SourceADError, match="view"):
        gradient(f, np.ones(4))


def test_an_array_is_not_read_through_its_pieces_after_a_store() -> None:
    def f(x: Any) -> Any:
        a = x.copy()
        first, second = np.split(a, 2)
        a[0] = 3.0
        return np.sum(first * second)

    with pytest.raises(SourceADError, match="memory"):
        gradient(f, np.ones(4))


@pytest.mark.parametrize("view", [np.flip, np.flipud, np.fliplr, np.rot90, lambda a: np.rollaxis(a, 1), lambda a: a.mT])
def test_stores_through_turned_views(view: Callable[..., Any]) -> None:
    def f(x: Any) -> Any:
        a = x.copy()
        b = view(a)
        b[0] = 2.0 * b[1]
        return np.sum(a * np.array([[1.0, 10.0], [100.0, 1000.0]]))

    weights = np.array([[1.0, 10.0], [100.0, 1000.0]])
    expected = weights.copy()
    seen = view(expected)
    seen[1] += 2.0 * seen[0]
    seen[0] = 0.0
    assert gradient(f, np.ones((2, 2))).tolist() == expected.tolist()


def text(f: Callable[..., Any], *args: Any) -> str:
    """The text of the gradient behind its docstring."""
    return str(sourcead.grad(f, tuple(range(len(args))), style="plain").specialize(*args).source.split('"""')[-1])


@pytest.mark.optimised
def test_the_text_is_what_a_person_writes() -> None:
    x, a = np.ones(3), np.ones((3, 3))
    assert "np.diagonal(2 * np.diag(x))" in text(lambda x: np.sum(np.diag(x) ** 2), x)
    assert "np.tril(2 * np.tril(x))" in text(lambda x: np.sum(np.tril(x) ** 2), a)
    assert "np.roll(2 * np.roll(x, 1), -1)" in text(lambda x: np.sum(np.roll(x, 1) ** 2), x)
    assert 'dx[np.argsort(x, kind="stable")] = 2 * np.sort(x)' in text(lambda x: np.sum(np.sort(x) ** 2), x)
    assert "np.add.at(dx, t, 2 * np.take(x, t))" in text(lambda x: np.sum(np.take(x, [0, 2, 0]) ** 2), x)

    def pieces(x: Any) -> Any:
        p, q, r = np.split(x, 3)
        return np.sum(p * q + np.sin(r))

    assert "dx = np.concatenate((q, p, np.cos(r)))" in text(pieces, np.ones(6))


def test_the_one_item_of_a_number_of_numpy() -> None:
    assert sourcead.grad(lambda x: x[()] ** 2)(np.float64(3.0)) == 6.0

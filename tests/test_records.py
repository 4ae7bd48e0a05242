"""The compiler's own data classes mean what those of the standard library mean."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, ClassVar

import pytest

from sourcead import records

MADE = {}
for module in (dataclasses, records):

    @module.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: float = 0.5
        seen: object = module.field(default=None, compare=False, repr=False)
        words: ClassVar[str] = "a point"

        @property
        def total(self) -> float:
            return self.x + self.y

    @module.dataclass(slots=True)
    class Heap:
        items: list[int] = module.field(default_factory=list)
        whole: int = 0

        def __post_init__(self) -> None:
            self.whole = sum(self.items)

    @module.dataclass(frozen=True, slots=True, eq=False)
    class Base:
        name: str

    @module.dataclass(frozen=True, slots=True, eq=False)
    class Extended(Base):
        more: int = 3

    @module.dataclass
    class Bare:
        x: int

    MADE[module] = (Point, Heap, Base, Extended, Bare)

PointRecord = MADE[records][0]
PointRecord.__qualname__ = "PointRecord"  # pickled by this name


def facts(module: Any) -> list[Any]:
    """What can be seen of the classes of one module."""
    point, heap, base, extended, bare = MADE[module]
    p, q, r = point(1), point(1, seen=3), point(x=1, y=2)
    return [
        (p == q, p == r, p != r, p == (1, 0.5), hash(p) == hash(q), p.total, p.words, p.seen, q.seen),
        (point.__match_args__, point.__slots__, hasattr(p, "__dict__")),
        (heap([1, 2]).whole, heap().items, heap().items is heap().items, heap([1]) == heap([1]), heap.__hash__),
        (repr(heap([1])), repr(bare(2)), bare(2) == bare(2), bare.__hash__),
        (extended("n").more, extended("n") == extended("n"), isinstance(extended("n"), base), len({extended("n")})),
        (extended.__slots__, repr(extended("n", 4)), module.replace(extended("n"), name="m").name),
        (dataclasses.replace(p, y=3.0).y, module.replace(heap([1]), items=[5]).whole, copy.copy(p) == p),
        (copy.deepcopy(heap([1, 2])).items,),
    ]


def test_as_in_the_standard_library() -> None:
    for _ in range(50):  # what classes of many instances do, too
        assert facts(records) == facts(dataclasses)


@pytest.mark.parametrize(
    "wrong", [((), {}), ((1, 2, 3, 4), {}), ((1,), {"x": 2}), ((1,), {"z": 2}), ((), {"y": 1, "z": 2})]
)
def test_wrong_arguments(wrong: tuple[Any, dict[str, Any]]) -> None:
    args, kwargs = wrong
    for point in (MADE[dataclasses][0], MADE[records][0]):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            point(*args, **kwargs)


def test_pickling() -> None:
    p = PointRecord(3, 4.0)
    assert pickle.loads(pickle.dumps(p)) == p

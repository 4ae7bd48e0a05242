"""Programs with named tuples, dataclasses, dicts and copies of them."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any, NamedTuple

import numpy as np

from tests.programs.kit import Table, array

programs = Table("records")


@dataclasses.dataclass
class Point:
    a: Any
    b: Any = 2.0
    tags: Any = dataclasses.field(default_factory=list)

    def size(self) -> Any:
        return self.a**2 + self.b


class State(NamedTuple):
    pos: Any
    vel: Any = 0.5


class Layer:
    def __init__(self, w: Any) -> None:
        self.w = w
        self.parts = [w * 2, 1.0]


@programs(array(3), 1.3, argnums=(0, 1), again=[(array(5), 0.4)])
def replaced_fields(x: Any, y: Any) -> Any:
    p = Point(x.sum(), y)
    q = dataclasses.replace(p, a=p.a * 3)
    p.a = 0.0
    q.tags.append(y)  # the list is that of p, too
    return q.size() * p.size() + p.tags[0]


@programs(array(3), 1.3, argnums=(0, 1))
def dataclass_as_dict_and_tuple(x: Any, y: Any) -> Any:
    p = Point(x * 2, y, [x, (y, "a")])
    d = dataclasses.asdict(p)
    d["a"][0] = y
    d["tags"][0][1] = 7.0
    whole = dataclasses.astuple(p)
    return (d["a"] * whole[0]).sum() + d["tags"][0] @ x + p.a.sum() * whole[2][1][0]


@programs(Point(0.7, 1.3, "p"), again=[(Point(2.0, -0.4, "p"),)])
def argument_replaced(p: Any) -> Any:
    q = dataclasses.replace(p, b=p.a * p.b)
    return q.size() * p.size()


@programs(array(3), 1.3, argnums=(0, 1))
def named_tuple_methods(x: Any, y: Any) -> Any:
    s = State(x, y)
    t = s._replace(vel=y * 2)
    d = t._asdict()
    u = State._make([x * 2, y])
    return d["pos"].sum() * t.vel + (u.pos * s.pos).sum() * s.vel


@programs(State(array(3), 0.3), again=[(State(array(6), 2.0),)])
def named_tuple_argument_in_a_loop(s: Any) -> Any:
    for _ in range(3):
        s = s._replace(pos=s.pos + 0.1 * s.vel, vel=s.vel * np.cos(s.pos[0]))
    return s.pos @ s.pos * s.vel


@programs(array(3), 1.3, argnums=(0, 1))
def methods_of_dicts(x: Any, y: Any) -> Any:
    d = {"a": x.sum(), "b": y}
    e = d.copy()
    a = d.pop("a")
    e.update(b=a * y, c=x[0])
    e.update({"d": y}, f=1.0)
    e.setdefault("b", 9.0)
    e.setdefault("z", x[1])
    _, last = e.popitem()
    d |= {"q": y * y}
    g = d | e
    h = dict.fromkeys(("r", "s"), y)
    return a * e["b"] * e["c"] * last + g["q"] * g["a"] + d.pop("nope", y) * h["s"] + len(d) + e["d"]


@programs({"w": array(3), "b": 0.5}, 1.3)
def argument_dict_changed(params: Any, y: Any) -> Any:
    params.setdefault("c", 2.0)
    b = params.pop("b")
    params.update(w=params["w"] * b * y)
    return (params["w"] ** 2).sum() * params["c"]


@programs(array(3), 1.3, argnums=(0, 1), again=[(array(4), 0.2)])
def keys_written_as_text(x: Any, y: Any) -> Any:
    d = {}
    for i in range(3):
        d[f"w{i:02d}"] = x[i] * y
    total = 0.0
    for i in range(3):
        total = total * d[f"w{i:02d}"] + d["w00"]
    return total


@programs(array(3), 1.3, argnums=(0, 1))
def deep_copy_keeps_sharing(x: Any, y: Any) -> Any:
    a = x * 2
    whole = {"a": a, "both": [a, [a, y]], "layer": Layer(a)}
    other = copy.deepcopy(whole)
    other["a"][0] = 7 * y
    other["layer"].w *= y
    other["layer"].parts.append(y)
    both = other["both"][1][0].sum() * whole["both"][0].sum() + other["layer"].w @ x
    return both + len(whole["layer"].parts) * other["layer"].parts[2]


@programs(array(3), 1.3, argnums=(0, 1))
def shallow_copies(x: Any, y: Any) -> Any:
    a = x * 2
    items, layer = [a, [a, y]], Layer(x)
    more, second = copy.copy(items), copy.copy(layer)
    more[1][1] = y * y
    more[0] = x
    second.w = x * y
    second.parts[1] = y
    b = copy.copy(a)
    b[1] = 0
    return items[1][1] * items[0].sum() + b.sum() + layer.w @ second.w * layer.parts[1]


@programs([array(3), array(3, seed=1)], 1.3, again=[([array(4)], 0.5)])
def deep_copy_of_an_argument(params: Any, y: Any) -> Any:
    same = copy.deepcopy(y)
    scale = copy.deepcopy(params[0])
    scale[0] = same
    return scale @ params[0] * y

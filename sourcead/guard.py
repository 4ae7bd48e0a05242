"""Guards: the facts that compiled code relies on, as one generated expression that says whether they hold for a call.

A guard takes the values of the parameters in order. What it reads of the function's surroundings (globals, closure
cells, the object that a method is bound to) it reads at each call, from the `Environment` that it is bound to.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from types import CellType, MethodType
from typing import Any, TypeAlias

from sourcead.conditions import DEEP, TYPE, Names, Node, describe_value, nodes
from sourcead.kinds import Fact, Kind, Known, Measured
from sourcead.records import dataclass, field

AccessPath: TypeAlias = tuple[tuple[str, Any], ...]
EACH = "*"  # the key of ("item", EACH): any item of a list whose items are of one kind

_ODD = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One fact that compiling relied on.

    path: (root, *accessors). root: ("param", name); ("global", name) of the function's module; ("builtin", name);
        ("cell", (name, the cell)); ("object", the object itself). accessor: ("item", key) or ("attr", name).
    """

    path: AccessPath
    fact: Fact


@dataclass(frozen=True, slots=True)
class Own:
    """Stands for one of the function's own cells (by name) or of the objects it is bound to (by position)."""

    key: str | int


class _Holder:
    """Stands, in the fact about what a method is bound to, for the object that the method was looked up on."""

    def __repr__(self) -> str:
        return "HOLDER"


HOLDER = _Holder()


def facts_of_method(path: AccessPath, method: MethodType) -> list[Assumption]:
    """That a method looked up on an object is this function, bound to the object: the same for all of its class."""
    parts = {"__func__": Known(method.__func__), "__self__": Known(HOLDER)}
    return [Assumption((*path, ("attr", name)), part) for name, part in parts.items()]


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """What a function's free names stand for: its module's names, its closure cells, the objects it is bound to."""

    module: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, CellType] = field(default_factory=dict)
    objects: tuple[object, ...] = ()

    def portable(self, obj: object) -> object:
        """An object, or the place that it has in this environment, so that it can be found again in another one."""
        if isinstance(obj, CellType):
            return next((Own(name) for name, cell in self.cells.items() if cell is obj), obj)
        return next((Own(k) for k, mine in enumerate(self.objects) if mine is obj), obj)

    def resolve(self, obj: Any) -> Any:
        """The reverse of `portable`."""
        if not isinstance(obj, Own):
            return obj
        return self.cells[obj.key] if isinstance(obj.key, str) else self.objects[obj.key]

    def portable_facts(self, assumption: Assumption) -> list[Assumption]:
        """An assumption as ones that are good for other functions of the same code, too, and hold no object of this."""
        path, fact = self.portable_path(assumption.path), assumption.fact
        if not isinstance(fact, Known):
            return [Assumption(path, fact)]
        if isinstance(fact.value, MethodType) and isinstance(own := self.portable(fact.value.__self__), Own):
            parts = {"__func__": Known(fact.value.__func__), "__self__": Known(own)}
            return [Assumption((*path, ("attr", name)), part) for name, part in parts.items()]
        return [Assumption(path, Known(self.portable(fact.value)))]

    def resolve_fact(self, fact: Fact) -> Fact:
        """A fact about one of the function's own objects, as one about the object itself."""
        return Known(self.resolve(fact.value)) if isinstance(fact, Known) else fact

    def portable_path(self, path: AccessPath) -> AccessPath:
        """A path that is good for other functions of the same code, too."""
        (how, root), *accessors = path
        if how == "cell":
            root = (root[0], self.portable(root[1]))
        elif how == "object":
            root = self.portable(root)
        return ((how, root), *accessors)


def path_text(path: AccessPath) -> str:
    """A path as a person writes it: `params[0].W`."""
    (how, root), *accessors = path
    text = str(root[0] if how == "cell" else root)
    if how == "object":
        text = "self" if isinstance(root, Own) else getattr(root, "__name__", type(root).__name__)
    for kind, key in accessors:
        text += f".{key}" if kind == "attr" else "[*]" if key is EACH else f"[{key!r}]"
    return text


def read_path(path: AccessPath, values: dict[str, Any], environment: Environment) -> Any:
    """What is at the path now; an exception where there is nothing."""
    (how, root), *accessors = path
    if how == "param":
        value = values[root]
    elif how == "global":
        value = environment.module[root] if root in environment.module else vars(builtins)[root]
    elif how == "builtin":
        value = vars(builtins)[root]
    else:
        value = environment.resolve(root[1]).cell_contents if how == "cell" else environment.resolve(root)
    for kind, key in accessors:
        value = getattr(value, key) if kind == "attr" else value[key]
    return value


@dataclass(slots=True)
class _GuardNames(Names):
    """Names in a guard: every object is a constant of the guard, what is tested several times is assigned once."""

    constants: dict[str, Any] = field(default_factory=dict)
    helpers: list[str] = field(default_factory=list)
    locals: int = 0

    def refer(self, obj: object) -> str:
        for name, known in self.constants.items():
            if known is obj:
                return name
        name = f"_k{len(self.constants)}"
        self.constants[name] = obj
        return name

    def is_type(self, expr: str, kind: type) -> str:
        return f"type({expr}) is {kind.__name__ if vars(builtins).get(kind.__name__) is kind else self.refer(kind)}"

    def is_object(self, expr: str, obj: object) -> str:
        return f"{expr} is {self.refer(obj)}"

    def is_equal(self, expr: str, obj: object) -> str:
        first, later = self.once(expr)
        return f"{self.is_type(first, type(obj))} and {later} == {self.refer(obj)}"

    def has_dtype(self, expr: str, dtype: object) -> str:
        name = self.refer(dtype)
        return f"({expr}.dtype is {name} or {expr}.dtype == {name})"  # most often it is that very object

    def has_rank(self, expr: str, rank: int, sized: bool) -> tuple[str, str]:
        if rank < 2 or not sized:
            return Names.has_rank(self, expr, rank, sized)
        first, later = self.once(f"{expr}.shape")  # a tuple, made anew each time
        return f"len({first}) == {rank}", later

    def once(self, expr: str) -> tuple[str, str]:
        if expr.isidentifier():
            return expr, expr
        name = f"t{self.locals}"
        self.locals += 1
        return f"({name} := {expr})", name

    def predicate(self, kind: Kind) -> str:
        name = f"_item{len(self.helpers)}"
        self.helpers.append("")
        text = f"    def {name}(a):\n        return {_conjunction(nodes(kind, 'a', 'item', self))}\n"
        self.helpers[int(name[5:])] = text
        return name


def _measured(fact: Measured, expressions: Sequence[str]) -> Node:
    """The test of a number that arguments decide, behind that of their kinds."""
    return Node(fact.number(expressions), "", "", 99, ((DEEP, fact.test(expressions)),))


def explain_number(fact: Measured, found: Sequence[object]) -> str | None:
    """In words, how a number differs from the fact, given what is at its paths; None where it does not."""
    names = [f"_{k}" for k in range(len(found))]
    try:
        number = eval(fact.number(names), dict(zip(names, found, strict=True)))
    except _ODD as error:
        return f"{wanted_number(fact)}: {error}"
    return None if eval(f"{number} {fact.holds}") else f"{wanted_number(fact)}, got {number}"


def wanted_number(fact: Measured) -> str:
    """The fact in words."""
    words = {"== 1": "be 1", "!= 1": "not be 1", ">= 0": "not be negative"}[fact.holds]
    return f"{fact.number(list(map(path_text, fact.paths)))} must {words}"


def _conjunction(found: Sequence[Node]) -> str:
    """All tests, outer values before inner ones, types before dtypes before sizes; each distinct test once."""
    ranked = sorted(
        ((node.depth, phase, test) for node in found for phase, test in node.tests), key=lambda item: item[:2]
    )
    return " and ".join(dict.fromkeys(test for _, _, test in ranked)) or "True"


class Guard:
    """The guard of one compiled text; `bind` makes it a function for one of the closures or objects of that code."""

    def __init__(self, assumptions: Sequence[Assumption], parameters: Sequence[str]) -> None:
        names = _GuardNames()
        slots = {name: f"a{k}" for k, name in enumerate(parameters)}
        self._anchors: list[object] = []
        found: list[Node] = []
        for assumption in sorted(assumptions, key=lambda a: a.path[0][0] != "param"):
            expr = self._expression(assumption.path, slots)
            depth = len(assumption.path) - 1 + (0 if assumption.path[0][0] == "param" else 100)
            words, fact = path_text(assumption.path), assumption.fact
            if isinstance(fact, Known) and isinstance(fact.value, Own):
                test = f"{expr} is {self._anchor(fact.value)}"
                found.append(Node(expr, words, "be the object itself", depth, ((TYPE, test),)))
            elif fact == Known(HOLDER):
                test = f"{expr} is {self._expression(assumption.path[:-2], slots)}"
                found.append(Node(expr, words, "be the object itself", depth, ((TYPE, test),)))
            elif isinstance(fact, Measured):
                found.append(_measured(fact, [self._expression(path, slots) for path in fact.paths]))
            else:
                found += nodes(fact, expr, words, names, depth)
        condition = _conjunction(found)
        self._constants = names.constants
        self.text = (
            f"def bind({', '.join(['_g', '_b', '_odd', '_o', *names.constants])}):\n"
            + "".join(f"    _o{k} = _o[{k}]\n" for k in range(len(self._anchors)))
            + "".join(names.helpers)
            + f"    def guard({', '.join(slots.values())}):\n"
            f"        try:\n            return {condition}\n        except _odd:\n            return False\n"
            "    return guard\n"
        )
        namespace: dict[str, Any] = {}
        exec(compile(self.text, "<sourcead guard>", "exec"), namespace)
        self._bind = namespace["bind"]

    def _expression(self, path: AccessPath, slots: dict[str, str]) -> str:
        """The path as an expression of the guard."""
        (how, root), *accessors = path
        if how == "param":
            text = slots[root]
        elif how == "global":
            text = f"_g.get({root!r}, _b[{root!r}])" if root in vars(builtins) else f"_g[{root!r}]"
        elif how == "builtin":
            text = f"_b[{root!r}]"
        else:
            text = f"{self._anchor(root[1])}.cell_contents" if how == "cell" else self._anchor(root)
        for kind, key in accessors:
            text += f".{key}" if kind == "attr" else f"[{key!r}]"
        return text

    def _anchor(self, anchor: object) -> str:
        """The name of a cell or object that each use of the guard binds anew."""
        for k, known in enumerate(self._anchors):
            if known is anchor or (isinstance(known, Own) and known == anchor):
                return f"_o{k}"
        self._anchors.append(anchor)
        return f"_o{len(self._anchors) - 1}"

    def bind(self, environment: Environment) -> Callable[..., bool]:
        """The guard as a function of the parameters' values, in order."""
        anchors = list(map(environment.resolve, self._anchors))
        bound: Callable[..., bool] = self._bind(
            environment.module, vars(builtins), _ODD, anchors, *self._constants.values()
        )
        return bound


def explain(assumption: Assumption, actual: object) -> str | None:
    """In words, how what is found at the path differs from the fact; None where it does not."""
    names = _PlainNames()
    assert not isinstance(assumption.fact, Measured)  # of several values
    for node in nodes(assumption.fact, "x", path_text(assumption.path), names):
        namespace = {**names.constants, "x": actual}
        exec("".join(names.helpers), namespace)
        try:
            holds = eval(" and ".join(test for _, test in node.tests) or "True", namespace)
        except _ODD:
            holds = False
        if not holds:
            return f"{node.words} must {node.wanted}, got {_found(node, namespace)}"
    return None


def _found(node: Node, namespace: dict[str, Any]) -> str:
    try:
        return describe_value(eval(node.expr, namespace))
    except _ODD:
        return "none"


class _PlainNames(_GuardNames):
    """Names where every test stands by itself: nothing is assigned, helpers are functions of the module."""

    def has_rank(self, expr: str, rank: int, sized: bool) -> tuple[str, str]:
        return Names.has_rank(self, expr, rank, sized)

    def once(self, expr: str) -> tuple[str, str]:
        return expr, expr

    def predicate(self, kind: Kind) -> str:
        name = f"_item{len(self.helpers)}"
        self.helpers.append("")
        text = f"def {name}(a):\n    return {_conjunction(nodes(kind, 'a', 'item', self))}\n"
        self.helpers[int(name[5:])] = text
        return name

"""The state of resolving: the IR under construction, what is known of each value, and what compiling has relied on."""

from __future__ import annotations

import dataclasses
import keyword
import types
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NoReturn

from sourcead.errors import Diagnosis, Place, SourceADError, UnsupportedError
from sourcead.frontend import integers
from sourcead.frontend.abstract import (
    Abstract,
    AccessPath,
    Aggregate,
    Bound,
    Closure,
    Iteration,
    Method,
    Poison,
    Ref,
    Region,
    Stale,
    Static,
    is_unbound,
)
from sourcead.frontend.memory import Memory, immutable, stale_diagnosis
from sourcead.guard import facts_of_method
from sourcead.ir import Atom, Block, Builder, Capture, Const, Op, Primitive, Value
from sourcead.kinds import TOP, Array, Dim, Fact, Kind, Known, List, Opaque, Scalar, Tree, const_kind, is_complex
from sourcead.measures import Bounds, Polynomial
from sourcead.primitives import structural
from sourcead.primitives.registry import NotCovered, is_matrix
from sourcead.records import dataclass, field, replace
from sourcead.signature import is_static, kind_of

if TYPE_CHECKING:
    from sourcead.frontend.collecting import Collector

MAX_DEPTH = 40


class UnboundRead(UnsupportedError):
    """A variable is read that is not bound on every path; within a first look at a loop, a path not taken yet."""


class UnknownResult(UnboundRead):
    """A recursive call whose result's kind is being found out: a first look at the function goes another path."""


class Undecided(Exception):
    """A branch of a helper does not fold: the helper is emitted and called instead."""


class NeedsValue(Exception):
    """Resolving needs the value of an int argument: an axis, a rank, a position in a tuple."""

    def __init__(self, path: AccessPath, at: Place | None) -> None:
        super().__init__(path)
        self.path = path
        self.at = at


@dataclass(slots=True, eq=False)
class Frame:
    """One call being inlined: where its free names are looked up."""

    code: object
    globals: dict[str, Any]
    cells: dict[str, Any]
    root: bool
    name: str
    enclosing: Frame | None = None  # of a nested function: the call that defined it
    defs: dict[str, Any] = field(default_factory=dict)  # the nested functions that it defined, by name
    key: Hashable = None  # what is the same for all calls of one function
    captured: list[Abstract] = field(default_factory=list)
    values: list[Abstract] = field(default_factory=list)  # the arguments
    outline: Hashable = None  # what the arguments are, but for values known now
    statics: list[Any] = field(default_factory=list)  # those
    procedure: Any = None  # the procedure whose body this is; none where the call is inlined
    body: Block | None = None  # what is being resolved
    unrolled: int = 0  # calls within this one that only values known now tell apart
    receiver: Abstract | None = None  # the first argument: of a method, the object


def kind_of_atom(atom: Atom) -> Kind:
    """The kind of a value or literal by itself."""
    return atom.kind if isinstance(atom, Value) else const_kind(atom.value)


@dataclass(slots=True, eq=False)
class Resolver:
    """Turns surface functions into resolved ops, appended to `builder`."""

    generic: bool = False
    builder: Builder = field(default_factory=Builder)
    known: dict[Value, Any] = field(default_factory=dict)
    parts: dict[Value, Aggregate] = field(default_factory=dict)
    params: dict[str, Value] = field(default_factory=dict)
    origins: dict[Value, AccessPath] = field(default_factory=dict)
    objects: dict[Value, int] = field(default_factory=dict)  # captured ints, whose value may be asked for
    assumptions: dict[Hashable, tuple[AccessPath, Fact]] = field(default_factory=dict)
    looked_at: dict[Hashable, Kind] = field(default_factory=dict)  # the kinds of captured objects, by path
    captures: dict[str, Capture] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    at: Place | None = None
    home: Place | None = None  # of the function: where a refusal stands that has no other place
    override: Place | None = None  # rules: ops stand where the primal op stands
    backward: bool = False
    note: str = ""  # what is said of the ops that a rule emits
    again: bool = True  # whether the derivative that is made is itself differentiated
    kinks: list[str] = field(default_factory=list)  # the primitives that were differentiated, in order
    reversed: set[str] = field(default_factory=set)  # the primitives whose adjoint was asked for
    first_look: int = 0  # > 0 while a loop is looked at before the kinds of what it carries are known
    unseen: UnboundRead | None = None  # a path that such a look could not follow
    depth: int = 0  # branches inside one another
    inlined: int = 0  # calls so far
    unrolling: int = 0  # turns of loops that are being unrolled because they cannot be loops
    decided_only: int = 0  # > 0 while a helper is tried: branches must fold
    sharing: set[Hashable] = field(default_factory=set)  # functions whose result may be memory that they are handed
    complexes: bool = False  # whether any value of the program may be a complex number
    procedures: list[Any] = field(default_factory=list)  # the functions that are invoked, not inlined
    memory: Memory = field(default_factory=Memory)
    is_one: Callable[[Dim], bool | None] = lambda dim: dim.one  # whether a size is 1
    is_positive: Callable[[Dim], bool] = lambda dim: False  # whether a number that arguments decide is not negative
    bounds: Bounds = field(default_factory=dict)  # between which numbers the indices of loops are
    masks: dict[Value, Hashable] = field(default_factory=dict)  # by how they are computed
    counted: dict[Value, Polynomial] = field(default_factory=dict)  # the ints that are counted with
    stabilize: bool = False  # what is differentiated inside the function is differentiated stably
    nested: Any = None  # what makes derivatives that are called inside a function
    collector: Collector | None = None  # goes on behind refusals, to find them all

    # -- emitting --------------------------------------------------------------------------------------------

    def take_unseen(self, instead: UnboundRead | None) -> UnboundRead | None:
        """The path that a look could not follow, put back to another one."""
        found, self.unseen = self.unseen, instead
        return found

    def emit(
        self,
        primitive: Primitive,
        args: tuple[Atom, ...],
        *,
        hint: str = "",
        form: str = "",
        kind: Kind | None = None,
        **attrs: Any,
    ) -> Value:
        """Append an op with one result whose kind the primitive infers."""
        if kind is None:
            kind = self.infer(primitive, args, attrs)
            if primitive is structural.GETITEM and isinstance(kind, Array):
                kind = structural.counted_by(kind, integers.masks(self, args[1:]))
        out = Value(hint, kind)
        self.append(Op(primitive, args, (out,), tuple(sorted(attrs.items())), (), self.place, form, self.backward))
        return out

    def append(self, op: Op) -> None:
        """Append an op as it is."""
        if not self.complexes:
            self.complexes = op.primitive.complexes or any(is_complex(kind_of_atom(a)) for a in (*op.args, *op.outs))
        self.builder.add(replace(op, note=self.note) if self.note and not op.note else op)
        if op.primitive.elementwise:
            integers.note(self, op)
        if not self.backward and not op.blocks:
            self.memory.note(op)

    @property
    def place(self) -> Place | None:
        """The place that emitted ops carry."""
        return self.override or self.at

    def infer(self, primitive: Primitive, args: tuple[Atom, ...], attrs: dict[str, Any]) -> Kind:
        """The kind of a primitive's result."""
        if primitive.infer is None:
            return TOP
        kinds = integers.named(self, args) if primitive in integers.MEASURED else list(map(self.kind, args))
        try:
            kind = primitive.infer(*kinds, **attrs)
            return integers.settled(self, primitive, kinds, kind) if isinstance(kind, Array) else kind
        except NotCovered as error:
            self.refuse(str(error))
        except (TypeError, ValueError, IndexError, KeyError, AttributeError, StopIteration, RuntimeError) as error:
            self.refuse(
                f"this use of `{primitive.form.split()[-1]}` does not fit: {error}", "call it as NumPy documents it"
            )

    def refuse(
        self, message: str, help: str = "", *notes: str, error: type[SourceADError] = UnsupportedError
    ) -> NoReturn:
        """Raise a refusal at the current place."""
        raise error(Diagnosis(message, self.place or self.home, tuple(notes), help))

    # -- facts -----------------------------------------------------------------------------------------------

    def kind(self, item: Abstract) -> Kind:
        """The kind of an abstract value."""
        if isinstance(item, Value):
            if not self.backward and isinstance(item.kind, (Tree, List)):
                held = self.held(item)
                return item.kind if held is item else self.kind(held)
            return item.kind
        if isinstance(item, Const):
            return const_kind(item.value)
        if is_view_of_dict(item):
            return self.kind(self.seen(item))
        if isinstance(item, Ref):
            return self.kind(self.content(item))
        if isinstance(item, Aggregate):
            return Tree(item.type, item.keys, tuple(map(self.kind, item.items)))
        if isinstance(item, Static):
            return Known(item.obj)
        return TOP

    def static(self, item: Abstract) -> tuple[bool, Any]:
        """Whether the Python value of this is known now, and the value."""
        if isinstance(item, Const):
            return not is_unbound(item), item.value
        if not isinstance(item, Value):
            if isinstance(item, Ref):
                item = self.content(item)
            elif is_view_of_dict(item):
                item = self.seen(item)
            if isinstance(item, Const):
                return not is_unbound(item), item.value
        if isinstance(item, Static):
            return True, item.obj
        if isinstance(item, Aggregate):
            found = [self.static(i) for i in item.items]
            if all(ok for ok, _ in found) and item.type in (tuple, list, set):
                return True, item.type(v for _, v in found)
            return False, None
        if isinstance(item, Value):
            if item in self.known:
                return True, self.known[item]
            if isinstance(item.kind, Known):
                return True, item.kind.value
            if isinstance(item.kind, Scalar) and item.kind.size is not None and item.kind.dtype == "pyint":
                size = item.kind.size
                if isinstance(size.key, int) and size.one is not None:
                    return True, size.key
            if item in self.parts:
                return self.static(self.parts[item])
        return False, None

    def need_static(self, item: Abstract, what: str) -> Any:
        """The Python value of this; refused, or asked for, where it is not known."""
        found, value = self.static(item)
        if found:
            return value
        if isinstance(item, Value) and item in self.objects:
            self.assume(self.origins[item], Known(self.objects[item]))
            return self.objects[item]
        is_int = isinstance(item, Value) and isinstance(item.kind, Scalar) and item.kind.dtype == "pyint"
        if isinstance(item, Value) and is_int and item in self.origins and not self.generic:
            raise NeedsValue(self.origins[item], self.place)
        self.refuse(
            f"{what} must be known when the gradient is generated", "write it as a literal, or give example arguments"
        )

    def truth(self, item: Abstract) -> bool | None:
        """The truth value, where it is known."""
        if isinstance(item, Ref):
            item = self.content(item)
        elif is_view_of_dict(item):
            item = self.seen(item)
        found, value = self.static(item)
        if found and is_known_by_type(item):
            return None if hasattr(value, "__bool__") or hasattr(value, "__len__") else True
        if found:
            try:
                return bool(value)
            except (ValueError, TypeError):
                return None
        if isinstance(item, Aggregate):
            cls = own_class(self, item)
            if cls is None:
                return bool(item.items)
            asked = any(isinstance(getattr(cls, name, None), types.FunctionType) for name in ("__bool__", "__len__"))
            return None if asked else not issubclass(cls, tuple) or bool(item.items)
        if isinstance(item, Closure | Method | Bound):
            return True
        return None

    def parts_of(self, item: Abstract) -> Aggregate | None:
        """The items of a container of static structure; those of a parameter are read where they are first needed."""
        if isinstance(item, Ref):
            item = self.content(item)
        elif is_view_of_dict(item):
            item = self.seen(item)
        elif isinstance(item, Value) and isinstance(item.kind, Tree) and not self.backward:
            item = self.held(item)
        if isinstance(item, Aggregate):
            return item
        if isinstance(item, Value) and item in self.parts:
            return self.parts[item]
        return None

    def seen(self, item: Abstract) -> Aggregate:
        """What a view of a dict shows now."""
        from sourcead.frontend.dictionaries import seen

        assert isinstance(item, Iteration)
        return seen(self, item)

    # -- from abstract to IR ---------------------------------------------------------------------------------

    def atom(self, item: Abstract) -> Atom:
        """The IR atom that stands for an abstract value as it is now, making containers and captures as needed."""
        if isinstance(item, Value):
            return item if self.backward and not self.memory.is_of_rule(item) else self.now(item)
        if is_view_of_dict(item):
            return self.atom(self.seen(item))
        if isinstance(item, Ref):
            return self.atom(self.content(item))
        if isinstance(item, Const):
            if is_unbound(item):
                self.refuse(
                    "a variable is read here that is not bound on every path",
                    "bind it before the branch or loop",
                    error=UnboundRead,
                )
            return item
        if isinstance(item, Aggregate):
            return self.container(item)
        if isinstance(item, Static):
            return self.named(item)
        if isinstance(item, Poison):
            self.refuse(item.reason, "give it one meaning on every path, or memory of its own (a copy)")
        if isinstance(item, Iteration) and item.form == "rows":
            return self.atom(item.parts[0])
        words = {Iteration: "an iterator", Closure: "a function defined here"}.get(type(item), "a bound method")
        self.refuse(f"{words} is used as a value", "call it, or loop over it, where it stands")

    # -- memory ----------------------------------------------------------------------------------------------

    def content(self, ref: Ref) -> Abstract:
        """What a reference refers to, as it is now."""
        content = self.memory.content(ref.region)
        if content is None:
            self.refuse_unknown(ref.region)
        if isinstance(content, Stale):
            raise UnsupportedError(stale_diagnosis(content, self.place))
        return content

    def refuse_unknown(self, region: Region) -> NoReturn:
        """Refuse to read a container that was made on one of the paths that lead here."""
        name = f"`{region.hint}`" if region.hint else "a container"
        self.refuse(f"what {name} holds here depends on the path that leads here", "make it before the branch or loop")

    def is_stale(self, item: Abstract) -> Stale | None:
        """Whether what something holds may have been changed through another name."""
        region = item.region if isinstance(item, Ref) else None
        if isinstance(item, Value):
            region = self.memory.regions.get(item)
        content = None if region is None else self.memory.content(region)
        return content if isinstance(content, Stale) else None

    def held(self, value: Value) -> Abstract:
        """The content of a container that is a value: the value itself where nothing was stored into it."""
        region = self.memory.regions.get(value)
        content = None if region is None else self.memory.current(region)
        if isinstance(content, Stale):
            raise UnsupportedError(stale_diagnosis(content, self.place))
        return value if content is None else content

    def now(self, value: Value) -> Atom:
        """The current version of a value: a view is derived again where a store has changed what it is a view of."""
        memory = self.memory
        region = memory.regions.get(value)
        if region is None:
            return value
        content = memory.current(region)
        if isinstance(content, Stale):
            raise UnsupportedError(stale_diagnosis(content, self.place))
        view = memory.views.get(value)
        if view is None:
            return value if content is None or content is value else self.atom(content)
        base, op, version = view
        if content is version:
            return value
        again = memory.state.derived.get(value)
        if again is not None and again[0] is content:
            return again[1]
        out = Value(value.hint, value.kind)
        memory.regions[out] = region
        memory.views[out] = (base, op, content)
        self.append(replace(op, args=(self.now(base), *op.args[1:]), outs=(out,)))
        memory.state.derived[value] = (content, out)
        return out

    def hold(self, item: Abstract) -> Abstract:
        """A list or dict that was just made is one that may be changed: a reference to it."""
        if self.backward or not isinstance(item, Aggregate) or item.type not in (list, dict):
            return item
        region = self.memory.make("")
        self.memory.set(region, item)
        return Ref(region)

    def escape(self, item: Abstract, atom: Atom) -> None:
        """A container was handed to others as an IR value: what changes it from here on is done to that, too."""
        if isinstance(item, Ref) and isinstance(atom, Value) and item.region.origin == "local":
            item.region.origin, item.region.birth = "captured", atom
            item.region.path = (("object", item.region),)

    def first_content(self, region: Region) -> Abstract:
        """What a region held before any store: where it is part of something else, that is read here again."""
        op = region.op
        if op is None:
            first = self.memory.first.get(region, region.birth)
            if first is None or isinstance(first, Stale):
                self.refuse_unknown(region)
            return first
        args = op.args
        if args and isinstance(args[0], Value) and self.memory.region(args[0]).op is not None:
            args = (self.atom(self.first_content(self.memory.region(args[0]))), *args[1:])
        assert region.birth is not None
        out = Value(region.birth.hint, region.birth.kind)
        self.memory.regions[out] = region
        if op.primitive is structural.UNPACK:
            path = ((op.outs.index(region.birth),),)
            op = replace(op, primitive=structural.GETITEM, attrs=(("path", path),))
        self.builder.add(replace(op, args=args, outs=(out,)))
        return out

    def container(self, item: Aggregate) -> Atom:
        """The IR value of a container."""
        if item.value is not None:
            return item.value
        if item.type is set:
            self.refuse("a set is used as a value", "use a tuple or a list: a set has no order of its items")
        if item.type not in (tuple, list, dict, set) and not makes_itself(item.type):
            self.refuse(
                f"an object of class {item.type.__name__} that is made here is used as a value",
                "use its attributes and methods",
            )
        args = tuple(map(self.atom, item.items))
        kind = Tree(item.type, item.keys, tuple(map(self.kind, item.items)))
        if item.type is dict:
            value = self.emit(structural.DICT, args, kind=kind, keys=item.keys)
        elif item.type in (tuple, list):
            value = self.emit(structural.TUPLE if item.type is tuple else structural.LIST, args, kind=kind)
        else:
            value = self.emit(
                structural.CALL, (self.named(Static(item.type, None)), *args), kind=kind, keywords=item.keys, makes=True
            )
        self.parts[value] = item
        return value

    def named(self, item: Static) -> Atom:
        """The IR value of a Python object: a literal, or a name under which generated text can reach it."""
        obj = item.obj
        if obj is None or isinstance(obj, str | bool | int | float | bytes) or obj is Ellipsis:
            return Const(obj)
        path = item.path
        if path is None or isinstance(obj, types.ModuleType):
            return self.object_capture(obj)
        (root, where), *rest = path
        if rest and in_library(path) and all(step == "attr" for step, _ in rest):  # np.errstate
            module = {"numpy": "np"}.get(where.__name__, where.__name__)
            return self.emit(structural.CONSTANT, (), kind=TOP, name=".".join([module, *(n for _, n in rest)]))
        value = self.root_value(root, where)
        for step, name in rest:
            if step == "attr":
                value = self.emit(structural.GETATTR, (value,), name=name, kind=TOP)
            else:
                value = self.emit(structural.GETITEM, (value,), path=((name,),), kind=TOP)
        return self.of_kind(value, Opaque(type(obj), obj)) if is_matrix(type(obj)) else value

    def of_kind(self, value: Value, kind: Kind) -> Value:
        """The value of the op just emitted, of which more is known."""
        last = self.builder.ops[-1] if self.builder.ops else None
        if last is None or last.outs != (value,):
            return value
        typed = Value(value.hint, kind)
        self.builder.ops[-1] = replace(last, outs=(typed,))
        return typed

    def root_value(self, root: str, where: Any) -> Value:
        """The value of the first step of an access path."""
        if root == "param":
            return self.params[where]
        if root == "global":
            return self.capture(where, "global", None)
        if root == "cell":
            return self.capture(where[0], "cell", where[1])
        if root == "builtin":
            return self.emit(structural.CAPTURE, (), kind=TOP, name=where)
        return self.object_capture(where)  # root == "object"

    def object_capture(self, obj: Any) -> Value:
        """A free name for an object itself: a module, a bound method's self, a function of another module."""
        name = getattr(obj, "__name__", None) or ("self" if not isinstance(obj, dict) else "globals_")
        if isinstance(obj, types.CellType):
            name = "cell"
        if isinstance(obj, types.ModuleType):
            name = {"numpy": "np"}.get(obj.__name__, obj.__name__)
            if "." in name:
                name = name.replace(".", "_")
        name = name.strip("<>")
        return self.capture(f"{name}_" if keyword.iskeyword(name) else name, "object", obj)

    def capture(self, name: str, how: str, root: Any, kind: Kind = TOP) -> Value:
        """Emit the read of a free name, made unique among those in use."""
        module = self.frames[0].globals if self.frames else {}
        known = self.captures.get(name)
        if how == "global" and known is not None and known.how == "object" and known.root is module.get(name):
            # the same object, known by identity
            return self.emit(structural.CAPTURE, (), kind=kind, name=name, in_module=True)
        unique, n = name, 2
        while (how != "global" and (module.get(unique, root) is not root or unique in self.params)) or (
            unique in self.captures and not same_capture(self.captures[unique], how, root, name, unique)
        ):
            unique, n = f"{name}_{n}", n + 1
        self.captures.setdefault(unique, Capture(unique, how, root))
        return self.emit(structural.CAPTURE, (), kind=kind, name=unique, in_module=how == "global")

    def assume(self, path: AccessPath, fact: Fact) -> None:
        """Record a fact about the surroundings of the function that compiling relies on; what this package's own rules
        find in modules is none."""
        how, root = path[0]
        own = self.frames and str(self.frames[-1].globals.get("__name__", "")).startswith("sourcead.")
        if not (own and how == "object" and isinstance(root, types.ModuleType)):
            self.assumptions[path_key(path)] = (path, fact)

    def writes(self, path: AccessPath) -> None:
        """The caller's memory at this path is stored into, here for the first time or again."""
        self.memory.written.setdefault(path_key(path), (path, self.place))

    # -- captured Python objects -----------------------------------------------------------------------------

    def from_object(self, obj: Any, path: AccessPath, read: Callable[[Kind], Value]) -> Abstract:
        """What a captured object is to the compiler: numbers and arrays are read at each call, code is known by
        identity."""
        if obj is None or isinstance(obj, bool | str | bytes) or obj is Ellipsis:
            self.assume(path, Known(obj))
            return Const(obj)
        if is_code(obj):
            self.assume(path, Known(obj))
            return Static(obj, path)
        key = path_key(path)
        if key not in self.looked_at:  # a large container is walked through once
            self.looked_at[key] = kind_of(obj, path)
        kind = self.looked_at[key]
        if isinstance(kind, Opaque):
            self.assume(path, kind)
            return Static(obj, path)
        if isinstance(kind, Known):
            self.assume(path, kind)
            return Static(obj, path)
        self.complexes = self.complexes or bool(is_complex(kind))
        if self.generic and not in_library(path):
            kind = TOP
        elif not in_library(path):
            self.assume(path, kind)
        value = read(kind)
        if in_library(path):
            self.known[value] = obj
        else:
            self.origins[value] = path
            if not immutable(kind):
                self.memory.captured(value, obj, self.builder.ops[-1], path)
            if isinstance(obj, int):
                self.objects[value] = obj
        return value

    def attribute_of(self, holder: Static, name: str) -> Abstract:
        """An attribute of a captured object, looked at now and read at each call."""
        try:
            obj = getattr(holder.obj, name)
        except AttributeError:
            self.refuse(f"{type(holder.obj).__name__} has no attribute `{name}`")
        path: AccessPath = (*(holder.path or (("object", holder.obj),)), ("attr", name))
        if isinstance(obj, types.MethodType) and obj.__self__ is not holder.obj:  # of another object, or of the class
            self.assume(path, Known(obj))
            return Static(obj, (("object", obj),))
        if isinstance(obj, types.MethodType):
            for assumption in facts_of_method(path, obj):
                self.assume(assumption.path, assumption.fact)
            return Static(obj, path)
        if isinstance(holder.obj, types.ModuleType) and in_library(path):  # np.pi, math.inf
            module = {"numpy": "np"}.get(holder.obj.__name__, holder.obj.__name__)
            word = f"{module}.{name}"
            return self.from_object(obj, path, lambda kind: self.emit(structural.CONSTANT, (), kind=kind, name=word))
        return self.from_object(
            obj, path, lambda kind: self.emit(structural.GETATTR, (self.named(holder),), kind=kind, name=name)
        )


def is_known_by_type(item: Abstract) -> bool:
    """Whether this is an object of the surroundings of which only the class is relied on: another call has another."""
    return isinstance(item, Static) and not is_code(item.obj) and not is_static(item.obj)


def own_class(resolver: Resolver, item: Abstract) -> type | None:
    """The class of an object that is none of Python's own containers; None for everything else."""
    parts, kind = resolver.parts_of(item), resolver.kind(item)
    cls = parts.type if parts is not None else kind.type if isinstance(kind, Tree) else None
    return None if cls in (tuple, list, dict, set, None) else cls


def makes_itself(cls: type) -> bool:
    """Whether calling a class with its fields gives the object back: named tuples and plain dataclasses."""
    plain = dataclasses.is_dataclass(cls) and not hasattr(cls, "__post_init__")
    return issubclass(cls, tuple) or (plain and all(f.init for f in dataclasses.fields(cls)))  # type: ignore[arg-type]


def path_key(path: AccessPath) -> Hashable:
    """An access path as a key."""
    (root, where), *steps = path
    return (root, where if root in ("param", "global", "builtin") else id_of(where), *steps)


def is_view_of_dict(item: Abstract) -> bool:
    """Whether this is `d.keys()`, `d.values()` or `d.items()`."""
    return isinstance(item, Iteration) and item.form in ("keys", "values", "items")


def id_of(where: Any) -> Hashable:
    """A key for the root of a path that is a cell (with its name) or an object."""
    return (where[0], id(where[1])) if isinstance(where, tuple) and len(where) == 2 else id(where)


def same_capture(old: Capture, how: str, root: Any, name: str, unique: str) -> bool:
    """Whether a free name in use means the same thing."""
    return old.how == how and (old.root is root) and (how != "global" or name == unique)


def is_code(obj: Any) -> bool:
    """Whether an object is code: a function, method, class or module, known by identity."""
    return isinstance(obj, types.ModuleType | type) or callable(obj)


def in_library(path: AccessPath) -> bool:
    """Whether a path starts at a module of a library: np.pi and math.e never change."""
    root, where = path[0]
    return (
        root == "object"
        and isinstance(where, types.ModuleType)
        and where.__name__.split(".")[0] in ("numpy", "math", "scipy")
    )

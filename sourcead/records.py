"""Data classes that cost next to nothing to define: `dataclass`, `field` and `replace` as in the standard library's
`dataclasses`, for what the compiler itself is made of.

    @dataclass(frozen=True, slots=True)             the class, with slots; what compares, hashes and shows it is shared
    class Hole:                              ->     by all classes, and its `__init__` is compiled when it is first
        index: int                                  wanted often

The standard library writes and compiles up to six methods for each class when it is defined, and asks `inspect` for its
signature: over half of the time that importing this package took. `frozen` is kept by the type checker, which sees the
standard decorator here; at run time it says that equal ones hash alike, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
else:
    _MISSING = object()
    _OFTEN = 30  # instances after which a class gets an `__init__` of its own
    T = TypeVar("T")

    class _Field:
        """What `field` says of an attribute. name: given when the class is made."""

        __slots__ = ("compare", "default", "factory", "name", "repr")
        init, _field_type = True, None  # what `dataclasses.replace` asks for

        def __init__(self, default: Any, factory: Any, compare: bool, repr: bool) -> None:
            self.name, self.default, self.factory, self.compare, self.repr = "", default, factory, compare, repr

        @property
        def is_optional(self) -> bool:
            return self.default is not _MISSING or self.factory is not _MISSING

        def otherwise(self) -> Any:
            """What the attribute is where it is not given."""
            return self.default if self.factory is _MISSING else self.factory()

    def field(
        *, default: Any = _MISSING, default_factory: Any = _MISSING, compare: bool = True, repr: bool = True
    ) -> Any:
        """An attribute that is more than a name and a default."""
        return _Field(default, default_factory, compare, repr)

    def dataclass(bare: Any = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True) -> Any:
        """The decorator, with the meaning that it has in `dataclasses`."""

        def remade(cls: type[T]) -> type[T]:
            own = vars(cls)
            fields = dict(getattr(cls, "__dataclass_fields__", {}))  # those of the class that it extends
            for name, annotation in own.get("__annotations__", {}).items():
                if not annotation.startswith("ClassVar"):
                    given = own.get(name, _MISSING)
                    fields[name] = given if isinstance(given, _Field) else _Field(given, _MISSING, True, True)
                    fields[name].name = name
            space = {
                "__dataclass_fields__": fields,
                "__match_args__": tuple(fields),
                "__init__": _init(fields),
                "__repr__": _repr,
                "__record_values__": _together(list(fields)),
            }
            if eq:
                compared = [f.name for f in fields.values() if f.compare]
                space |= {"__record_key__": _together(compared), "__eq__": _eq}
                space["__hash__"] = _hash if frozen else None
            space |= {name: value for name, value in own.items() if name not in fields}
            if not slots:
                for name, value in space.items():
                    if name not in own:
                        setattr(cls, name, value)
                return cls
            of_bases = {name for base in cls.__mro__[1:] for name in getattr(base, "__slots__", ())}
            space["__slots__"] = tuple(name for name in fields if name not in of_bases)
            space.pop("__dict__", None)
            space.pop("__weakref__", None)
            made = type(cls)(cls.__name__, cls.__bases__, space)
            made.__qualname__ = cls.__qualname__
            return made

        return remade if bare is None else remade(bare)

    def replace(obj: T, /, **changes: Any) -> T:
        """The same with some attributes changed."""
        cls = type(obj)
        return cls(**dict(zip(cls.__match_args__, cls.__record_values__(obj), strict=True)) | changes)

    def _together(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
        """A function from an object to the tuple of these attributes."""
        if len(names) > 1:
            return staticmethod(attrgetter(*names))
        if not names:
            return staticmethod(lambda obj: ())
        (name,) = names
        return staticmethod(lambda obj: (getattr(obj, name),))

    def _eq(self: Any, other: object) -> Any:
        cls = self.__class__
        if other.__class__ is not cls:
            return NotImplemented
        return self is other or cls.__record_key__(self) == cls.__record_key__(other)

    def _hash(self: Any) -> int:
        return hash(self.__record_key__(self))

    def _repr(self: Any) -> str:
        shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in self.__dataclass_fields__.values() if f.repr)
        return f"{type(self).__qualname__}({shown})"

    def _init(fields: dict[str, _Field]) -> Callable[..., None]:
        """The `__init__` of a class of which there are few instances yet."""
        count = 0

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            nonlocal count
            count += 1
            given = dict(zip(fields, args, strict=False)) | kwargs
            twice = len(given) < len(args) + len(kwargs)
            if len(given) < len(fields):
                given = {n: f.otherwise() for n, f in fields.items() if n not in given and f.is_optional} | given
            if count > _OFTEN or twice or given.keys() != fields.keys():
                cls = next(c for c in type(self).__mro__ if vars(c).get("__init__") is __init__)
                cls.__init__ = _compiled(cls)
                cls.__init__(self, *args, **kwargs)  # which says what is wrong, as any function does
                return
            for name, value in given.items():
                setattr(self, name, value)
            if hasattr(self, "__post_init__"):
                self.__post_init__()

        return __init__

    def _compiled(cls: Any) -> Callable[..., None]:
        """An `__init__` as one would write it."""
        head, body, space = ["self"], [], {"_MISSING": _MISSING}
        for f in cls.__dataclass_fields__.values():
            value = f.name
            if f.factory is not _MISSING:
                space[f"_make_{f.name}"] = f.factory
                value = f"_make_{f.name}() if {f.name} is _MISSING else {f.name}"
                head.append(f"{f.name}=_MISSING")
            elif f.default is not _MISSING:
                space[f"_default_{f.name}"] = f.default
                head.append(f"{f.name}=_default_{f.name}")
            else:
                head.append(f.name)
            body.append(f" self.{f.name} = {value}")
        if hasattr(cls, "__post_init__"):
            body.append(" self.__post_init__()")
        exec(f"def __init__({', '.join(head)}):\n" + "\n".join(body or [" pass"]), space)
        made: Any = space["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

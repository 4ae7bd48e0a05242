"""Data classes that cost next to nothing to define: `dataclass`, `field` and `replace` as in the standard library's
`dataclasses`, for what the compiler itself is made of.

    @dataclass(frozen=True, slots=True)             the class, with slots; what compares, hashes and shows it is shared
    class Hole:                              ->     by all classes, and its `__init__` is made of bytecode that is
        index: int                                  there already

The standard library writes and compiles up to six methods for each class when it is defined, and asks `inspect` for its
signature: over half of the time that importing this package took. `frozen` is kept by the type checker, which sees the
standard decorator here; at run time it says that equal ones hash alike, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
else:
    from sourcead.setters import SETTERS

    _MISSING = object()
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
                "__init__": _init(cls, fields),
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
        names, values = cls.__match_args__, list(cls.__record_values__(obj))
        for name, value in changes.items():
            values[names.index(name)] = value
        return cls(*values)

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

    def _init(cls: type, fields: dict[str, _Field]) -> Callable[..., None]:
        """The `__init__` of a class."""
        made = [(f.name, f.factory) for f in fields.values() if f.factory is not _MISSING]
        plain, is_finished = _setter(f"{cls.__qualname__}.__init__", fields), not hasattr(cls, "__post_init__")
        if not made and is_finished:
            return plain
        first = len(fields) - len(made)
        all_last = is_finished and [name for name, _ in made] == list(fields)[first:]
        factories = [factory for _, factory in made]

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            if all_last and not kwargs and len(args) == first:  # as most are made
                plain(self, *args, *[factory() for factory in factories])
                return
            plain(self, *args, **kwargs)
            for name, make in made:
                if getattr(self, name) is _MISSING:
                    setattr(self, name, make())
            if not is_finished:
                self.__post_init__()

        return __init__

    def _setter(name: str, fields: dict[str, _Field]) -> Callable[..., None]:
        """A function that sets these attributes; one that a factory makes is `_MISSING` where it is not given."""
        names = tuple(fields)
        if len(names) >= len(SETTERS):
            return _of_many(name, fields)
        code = SETTERS[len(names)].__code__
        code = code.replace(co_name="__init__", co_names=names, co_varnames=("self", *names))
        setter = FunctionType(code, {}, "__init__", tuple(f.default for f in fields.values() if f.is_optional))
        setter.__qualname__ = name
        return setter

    def _of_many(name: str, fields: dict[str, _Field]) -> Callable[..., None]:
        """The same for more attributes than there are such functions for."""

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            given = dict(zip(fields, args, strict=False)) | kwargs
            fits = len(given) == len(args) + len(kwargs) and given.keys() <= fields.keys()
            if not fits or any(n not in given and not f.is_optional for n, f in fields.items()):
                raise TypeError(f"{name}() got the wrong arguments: it takes {', '.join(fields)}")
            for n, f in fields.items():
                setattr(self, n, given.get(n, f.default))

        return __init__

"""The kinds of example arguments: what compiling may know of a call from the values that it was made with."""

from __future__ import annotations

import dataclasses
import enum
import functools
import inspect
import types
from collections.abc import Hashable
from typing import Any, TypeAlias

import numpy as np

from sourcead.conditions import ARRAY_TYPES, describe_value
from sourcead.errors import ArgumentError, Diagnosis
from sourcead.guard import EACH, AccessPath, path_text
from sourcead.kinds import ONE, Array, Dim, Kind, Known, List, Opaque, Scalar, Tree, may_carry_derivative

_Items: TypeAlias = list[tuple[tuple[str, Any], Any]]

_PYTHON_NUMBERS = {int: "pyint", float: "pyfloat", complex: "pycomplex"}
_BY_IDENTITY = (
    type,
    types.ModuleType,
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    functools.partial,
    enum.Enum,
    np.ufunc,
    np.dtype,
    type(np.sum),
)


def kind_of(obj: object, path: AccessPath, parents: tuple[object, ...] = ()) -> Kind:
    """The kind of the object that is found at `path`; refused where no code can be right for it."""
    if type(obj) in _PYTHON_NUMBERS:
        return Scalar(_PYTHON_NUMBERS[type(obj)])
    if obj is None or obj is Ellipsis or isinstance(obj, bool) or type(obj) in (str, bytes) or is_static(obj):
        return Known(obj)
    if isinstance(obj, np.ndarray):
        return _array_kind(obj, path)
    if isinstance(obj, np.number | np.bool_):
        return Scalar(obj.dtype.name)
    if type(obj).__module__.partition(".")[0] == "pandas":
        raise _refused(path, f"is a pandas {type(obj).__name__}", f"pass {path_text(path)}.to_numpy()")
    items = items_of(obj, path)
    if items is None:
        return Opaque(type(obj), obj)
    if any(parent is obj for parent in parents):
        raise _refused(path, "contains itself")
    return _container_kind(obj, items, path, (*parents, obj))


def is_static(obj: object) -> bool:
    """Whether compiling may rely on the identity of this object: functions, classes, modules, dtypes, enum members."""
    if isinstance(obj, _BY_IDENTITY):
        return True
    return callable(obj) and inspect.getattr_static(obj, "__wrapped__", None) is not None


def _array_kind(array: np.ndarray[Any, Any], path: AccessPath) -> Array:
    if type(array) not in ARRAY_TYPES:
        words = f"is {_article(type(array).__name__)}, a subclass of ndarray"
        raise _refused(path, words, f"pass np.asarray({path_text(path)})")
    if array.dtype.kind not in "biufc":
        raise _refused(
            path, f"is an array of dtype {array.dtype}", "arrays hold floats, complex numbers, integers or bools"
        )
    if not array.dtype.isnative:
        native = array.dtype.newbyteorder("=").name
        remedy = f"pass {path_text(path)}.astype(np.{native})"
        raise _refused(path, f"is an array in foreign byte order ({array.dtype.str})", remedy)
    keys = (_key(path, f"{path_text(path)}.shape[{axis}]") for axis in range(array.ndim))
    dims = (ONE if size == 1 else Dim(key, False) for size, key in zip(array.shape, keys, strict=True))
    return Array(array.dtype.name, tuple(dims))


def _key(path: AccessPath, text: str) -> Hashable:
    """The name of a size; None inside a list of symbolic length, where every item has sizes of its own. An argument, a
    global and an object may be called the same."""
    if any(key is EACH for _, key in path):
        return None
    how, root = path[0]
    if how == "param":
        return text
    return how, root if isinstance(root, str) else id(root[-1] if isinstance(root, tuple) else root), text


def items_of(obj: Any, path: AccessPath) -> _Items | None:
    """The accessors and items of a container; None for anything else."""
    if type(obj) in (tuple, list):
        return [(("item", position), item) for position, item in enumerate(obj)]
    if type(obj) is dict:
        if not all(type(key) in (str, int, bool, float, tuple, bytes, type(None)) for key in obj):
            raise _refused(path, "has keys other than strings and numbers")
        return [(("item", key), item) for key, item in obj.items()]
    fields = getattr(type(obj), "_fields", None)
    if isinstance(obj, tuple) and isinstance(fields, tuple):
        return [(("attr", name), item) for name, item in zip(fields, obj, strict=True)]
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        names = [field.name for field in dataclasses.fields(obj)]
        return [(("attr", name), getattr(obj, name)) for name in names] if all(hasattr(obj, n) for n in names) else None
    return None


def _container_kind(obj: object, items: _Items, path: AccessPath, parents: tuple[object, ...]) -> Kind:
    if type(obj) is list and items:
        each = (*path, ("item", EACH))
        first = kind_of(items[0][1], each, parents)
        if not _has_objects(first) and all(kind_of(item, each, parents) == first for _, item in items[1:]):
            return List(first, Dim(_key(path, f"len({path_text(path)})")))
    kinds = tuple(kind_of(item, (*path, accessor), parents) for accessor, item in items)
    return Tree(type(obj), tuple(key for (_, key), _ in items), kinds)


def _has_objects(kind: Kind) -> bool:
    """Whether there are objects in a value, which are looked at one by one."""
    if isinstance(kind, Tree):
        return any(map(_has_objects, kind.items))
    return isinstance(kind, Opaque | Known)


def with_known(kind: Kind, obj: Any, path: AccessPath, accessors: AccessPath) -> Kind:
    """The kind of `obj` (at `path`), with the leaf that `accessors` lead to replaced by its value."""
    if not accessors:
        return Known(obj)
    items = items_of(obj, path) or []
    if isinstance(kind, List):
        kind = Tree(list, tuple(range(len(items))), tuple(kind_of(item, (*path, accessor)) for accessor, item in items))
    if not isinstance(kind, Tree):
        raise LookupError(path_text((*path, *accessors)))
    (_, key), *rest = accessors
    position = kind.keys.index(key) if key in kind.keys else int(key)
    accessor, item = items[position]
    inner = with_known(kind.items[position], item, (*path, accessor), tuple(rest))
    return Tree(kind.type, kind.keys, (*kind.items[:position], inner, *kind.items[position + 1 :]))


def check_differentiable(kind: Kind, value: object, name: str, function: str) -> None:
    """Refuse an argument that no derivative can be taken with respect to."""
    if may_carry_derivative(kind) or isinstance(kind, Tree | List):
        return
    message = f"cannot differentiate {function} with respect to {name}: it is {describe_value(value)}"
    note = "what is differentiated is a float, an int, a float array, or a tuple, list, dict or dataclass of them"
    numeric = isinstance(kind, Array) or isinstance(value, np.generic)
    remedy = f"pass {name}.astype(float)" if numeric else "choose other arguments with argnums"
    raise ArgumentError(Diagnosis(message, None, (note,), remedy))


def _refused(path: AccessPath, why: str, remedy: str = "") -> ArgumentError:
    return ArgumentError(Diagnosis(f"{path_text(path)} {why}", None, (), remedy))


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiouAEIO' else 'a'} {word}"

"""Cotangents of containers: lists, tuples, dicts, namedtuples and dataclass instances, nested in any way. None stands
for the cotangent of what carries no derivative, and for a zero."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def items_of(x):
    """The items of a container by key, or None for a leaf."""
    if isinstance(x, dict):
        return dict(x)
    if isinstance(x, (list, tuple)):
        return dict(enumerate(x))
    if hasattr(type(x), "__dataclass_fields__"):
        fields = type(x).__dataclass_fields__
        return {name: getattr(x, name) for name, f in fields.items() if f._field_type.name == "_FIELD"}
    return None


def rebuild(x, items):
    """A container like x with these items by key. A dataclass instance is made without running its initialiser."""
    if isinstance(x, dict):
        return items
    if isinstance(x, list):
        return list(items.values())
    if hasattr(type(x), "_fields"):
        return type(x)._make(items.values())
    if isinstance(x, tuple):
        return tuple(items.values())
    new = object.__new__(type(x))
    for name, item in items.items():
        object.__setattr__(new, name, item)
    return new


def zeros(x):
    """Zeros like x: the same tree, shapes and dtypes; None for what carries no derivative."""
    items = items_of(x)
    if items is not None:
        return rebuild(x, {key: zeros(item) for key, item in items.items()})
    if isinstance(x, (np.ndarray, np.generic)):
        whole = np.zeros(x.shape, x.dtype) if np.issubdtype(x.dtype, np.inexact) else None
        return whole[()] if whole is not None and isinstance(x, np.generic) else whole
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return 0.0
    return 0j if isinstance(x, complex) else None


def add(a, b):
    """The sum of two cotangents of one value: item by item where it is a container, whose rows an array may hold."""
    if a is None or b is None:
        return b if a is None else a
    items, others = items_of(a), items_of(b)
    if items is None and others is None:
        return a + b
    if items is None:
        return add(b, a)
    if others is None:
        others = dict(zip(items, b, strict=True))
    return rebuild(a, {key: add(item, others[key]) for key, item in items.items()})


def match(g, x):
    """g as the gradient with respect to the argument x: a copy of its own, in x's tree, shapes and dtypes."""
    items = items_of(x)
    if items is not None:
        given = dict.fromkeys(items) if g is None else dict(enumerate(g)) if isinstance(g, np.ndarray) else items_of(g)
        if given.keys() != items.keys():
            raise TypeError("a list or tuple was joined or repeated: give example arguments to differentiate that")
        return rebuild(x, {key: match(given[key], item) for key, item in items.items()})
    if g is None:
        return zeros(x)
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if isinstance(x, (np.ndarray, np.generic)):
        if not np.issubdtype(x.dtype, np.inexact):
            return None
        own = np.array(np.broadcast_to(g, x.shape), x.dtype)
        return own if isinstance(x, np.ndarray) else own[()]
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return float(g)
    return complex(g) if isinstance(x, complex) else None


def unpack_adjoint(x, *gs):
    """The cotangent of x from those of its items in order."""
    if type(x) is tuple:
        return gs
    if type(x) is list:
        return list(gs)
    items = items_of(x)
    if items is not None:
        return rebuild(x, dict(zip(items, gs, strict=True)))
    parts = [zeros(item) if g is None else g for g, item in zip(gs, x, strict=True)]
    return np.stack(parts).astype(x.dtype) if parts else np.zeros(x.shape, x.dtype)


def rows_adjoint(gs, x):
    """The cotangent of x from the list of those of its items: of a list a list, of an array an array."""
    return unpack_adjoint(x, *gs)


def item_adjoint(x, key, g):
    """The cotangent of x from that of x[key]: zero elsewhere; what key names twice adds up."""
    whole = zeros(x)
    if g is None or whole is None:
        return whole
    if isinstance(x, (dict, list)):
        whole[key] = g
        return whole
    if isinstance(x, tuple):
        items = list(whole)
        items[key] = g
        return rebuild(x, dict(enumerate(items)))
    np.add.at(whole, key, g)
    return whole


def rows(x):
    """x, if going through it twice in the same order is sure to be possible."""
    if isinstance(x, dict) or not hasattr(x, "__getitem__"):
        raise TypeError(
            f"a loop over a {type(x).__name__} cannot be gone through backwards: loop over a list or an array"
        )
    return x


def seed(value):
    """The adjoint of a result, 1.0; the gradient needs a scalar result."""
    if np.ndim(value) != 0:
        raise TypeError(f"the gradient needs a scalar result, not one of shape {np.shape(value)}; see `jacobian`")
    if np.iscomplexobj(value):
        raise TypeError("the gradient needs a real result, not a complex number: take its abs, real or imag part")
    return 1.0


def place(i, n):
    """The position that an index of `insert` or `pop` means in a list of n items."""
    return max(i + n, 0) if i < 0 else min(i, n)


def repeat_adjoint(g, xs):
    """The cotangent of xs in xs * n: the sum over the copies."""
    whole = zeros(xs)
    for k in range(0, len(g), max(len(xs), 1)):
        whole = add(whole, g[k : k + len(xs)])
    return whole

import numpy as np


def augmented(old, new):
    """What `old op= e` leaves, new being `old op e`: an array keeps its shape and dtype."""
    if not isinstance(old, np.ndarray):
        return new
    new = np.asarray(new).astype(old.dtype, casting="same_kind", copy=False)
    if new.shape != old.shape:
        raise ValueError(f"non-broadcastable output operand with shape {old.shape}")
    return new


def seed(value):
    """The adjoint of a result, 1.0; the gradient needs a scalar result."""
    if np.ndim(value) != 0:
        raise TypeError(f"the gradient needs a scalar result, not one of shape {np.shape(value)}; see `jacobian`")
    if np.iscomplexobj(value):
        raise TypeError("the gradient needs a real result, not a complex number: take its abs, real or imag part")
    return 1.0


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


def cast(g, x):
    """g in the dtype of x; a Python number where x is one, so that it widens nothing."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if type(x) in (int, float, complex):
        return np.asarray(g).item()
    if isinstance(x, (np.generic, np.ndarray)) and np.issubdtype(x.dtype, np.inexact):
        return np.asarray(g, x.dtype)[()]
    return g


def unbroadcast(g, x):
    """Sum g over the axes along which x was broadcast; the result has the shape and dtype of x."""
    shape = np.shape(x)
    if np.shape(g) == shape:
        return cast(g, x)
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
    lead = np.ndim(g) - len(shape)
    ones = tuple(lead + k for k, n in enumerate(shape) if n == 1 and np.shape(g)[lead + k] != 1)
    return cast(np.reshape(np.sum(g, axis=tuple(range(lead)) + ones), shape), x)


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


def rosenbrock_grad(x):
    """Gradient of rosenbrock (tests/golden/losses.py:34) with respect to x.

    For arguments of any kind.
    Generated by sourcead 0.4.0 from primal 359281f4eb2b; do not edit.
    """
    total = 0.0
    totals = []
    for i in range(len(x) - 1):
        totals.append(total)
        total = augmented(total, total + (100.0 * (x[i + 1] - x[i] ** 2) ** 2
            + (1 - x[i]) ** 2))

    # backward
    dtotal = seed(total)
    dx = zeros(x)
    for i in reversed(range(len(x) - 1)):
        total = totals[i]
        t = i + 1                       # line 37
        t2 = x[t]
        t3 = x[i]
        t4 = t3 ** 2
        t5 = t2 - t4
        t6 = 100.0 * t5 ** 2
        t7 = 1 - t3
        t8 = t7 ** 2
        t9 = unbroadcast(dtotal, t6 + t8)
        t10 = i
        t11 = item_adjoint(x, t10, -(unbroadcast(t9, t8) * 2 * t7))
        t12 = 200.0 * unbroadcast(t9, t6) * t5
        t13 = unbroadcast(t12, t2)
        t14 = unbroadcast(-t12, t4)
        dx = add(add(add(dx, t11), item_adjoint(x, t10, t14 * 2 * t3)),
            item_adjoint(x, t, t13))
        dtotal = unbroadcast(dtotal, total)
    return match(dx, x)

import numpy as np


def restore(y, axis, keepdims):
    """The result of a reduction with the reduced axes put back, of size 1, as far as broadcasting needs them."""
    if axis is None or keepdims or axis == 0 or np.ndim(y) == 0:  # leading axes come back by themselves
        return y
    return np.expand_dims(y, axis)


def unreduce(g, x, axis, keepdims):
    """Repeat the cotangent of a reduction of x along the axes that were reduced."""
    if np.ndim(x) == 0:
        return g
    return np.broadcast_to(restore(g, axis, keepdims), np.shape(x))


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


def matmul_left(g, a, b):
    """The cotangent of a in a @ b."""
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return g @ b.T
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g * b
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        return b @ g
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return np.outer(g, b)
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    if np.ndim(a) == 1:
        return unbroadcast(np.sum(b * np.expand_dims(g, -2), axis=-1), a)
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def matmul_right(g, a, b):
    """The cotangent of b in a @ b."""
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return a.T @ g
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g * a
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        return np.outer(a, g)
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return a.T @ g
    if np.ndim(b) == 1:
        return unbroadcast(np.expand_dims(g, -1) * a, b)
    if np.ndim(a) == 1:
        return unbroadcast(np.expand_dims(a, -1) * np.expand_dims(g, -2), b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


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


def mlp_loss_grad(params, X, y):
    """Gradient of mlp_loss (tests/golden/losses.py:5) with respect to params.

    For arguments of any kind.
    At kinks: maximum: 0 where it ties with a constant, half each where both are
    differentiated.
    Generated by sourcead 0.4.0 from primal 8f7b37d541dc; do not edit.
    """
    W1, b1, W2, b2 = params
    t = X @ W1
    z1 = t + b1
    a1 = np.maximum(0, z1)
    t2 = a1 @ W2
    z2 = t2 + b2
    t3 = y + 0
    # lines 10-11 together, stably: binary cross-entropy of sigmoid(z2)
    e = np.exp(-np.abs(z2))
    t4 = np.maximum(z2, 0) - t3 * z2 + np.log1p(e)

    # backward
    t5 = unreduce(1.0, t4, None, False)             # line 11
    dz2 = unbroadcast(t5 / np.size(t4) * (np.where(z2 >= 0, 1, e) / (1 + e) - t3), z2)
    t6 = unbroadcast(dz2, t2)                       # line 9: z2 = a1 @ W2 + b2
    db2 = unbroadcast(dz2, b2)
    da1 = matmul_left(t6, a1, W2)
    dW2 = matmul_right(t6, a1, W2)
    dz1 = da1 * (z1 > 0)                            # line 8: a1 = np.maximum(0, z1)
    dW1 = matmul_right(unbroadcast(dz1, t), X, W1)  # line 7: z1 = X @ W1 + b1
    dparams = unpack_adjoint(params, dW1, unbroadcast(dz1, b1), dW2, db2)  # line 6
    return match(dparams, params)

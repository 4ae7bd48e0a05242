"""Adjoints of contractions: the same contraction, with the cotangent in the place of a factor.

Which index goes where follows from subscripts, axes and ranks alone: `adjoint_subscripts`, `subscript_ranks`,
`left_axes` and `right_axes` are called when the text is generated, where these are known.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import count, unbroadcast


def inner_left(g, a, b):
    """The cotangent of a in np.inner(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * b, a)
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    if np.ndim(b) == 2:
        return g @ b
    return np.tensordot(g, b, np.ndim(b) - 1)


def inner_right(g, a, b):
    """The cotangent of b in np.inner(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * a, b)
    if np.ndim(a) == 1:
        return np.expand_dims(g, -1) * a
    if np.ndim(a) == 2:
        return g.T @ a if np.ndim(b) == 2 else np.tensordot(g, a, ((0,), (0,)))
    rows = count(a, tuple(range(np.ndim(a) - 1)))
    flat = np.reshape(a, (rows, np.shape(a)[-1]))
    return np.reshape(np.reshape(g, (rows, -1)).T @ flat, np.shape(b))


def vdot_other(g, a, b):
    """The cotangent of a in np.vdot(a, b), and of b in np.vdot(b, a)."""
    if np.ndim(a) <= 1 and np.ndim(a) == np.ndim(b):
        return g * b
    return g * np.reshape(b, np.shape(a))


def vecdot_left(g, a, b, axis):
    """The cotangent of a in np.vecdot(a, b), of b in np.vecdot(b, a)."""
    if axis == -1:
        return unbroadcast(np.expand_dims(g, -1) * b, a)
    moved = np.expand_dims(g, -1) * np.moveaxis(b, axis, -1)
    return np.moveaxis(unbroadcast(moved, np.moveaxis(a, axis, -1)), -1, axis)


def matvec_left(g, a, b):
    """The cotangent of a in np.matvec(a, b)."""
    return unbroadcast(np.expand_dims(g, -1) * np.expand_dims(b, -2), a)


def matvec_right(g, a, b):
    """The cotangent of b in np.matvec(a, b)."""
    return unbroadcast(np.matvec(np.swapaxes(a, -1, -2), g), b)


def vecmat_left(g, a, b):
    """The cotangent of a in np.vecmat(a, b)."""
    return unbroadcast(np.matvec(b, g), a)


def vecmat_right(g, a, b):
    """The cotangent of b in np.vecmat(a, b)."""
    return unbroadcast(np.expand_dims(a, -1) * np.expand_dims(g, -2), b)


# np.tensordot ---------------------------------------------------------------------------------------------------------


def tensordot_left(g, a, b, axes):
    """The cotangent of a in np.tensordot(a, b, axes)."""
    pairs, order = left_axes(axes, np.ndim(a), np.ndim(b))
    if order is None:
        return np.tensordot(g, b, pairs)
    return np.transpose(np.tensordot(g, b, pairs), order)


def tensordot_right(g, a, b, axes):
    """The cotangent of b in np.tensordot(a, b, axes)."""
    pairs, order = right_axes(axes, np.ndim(a), np.ndim(b))
    if order is None:
        return np.tensordot(a, g, pairs)
    return np.transpose(np.tensordot(a, g, pairs), order)


def contracted(axes, left, right):
    """The axes that np.tensordot contracts, and those that it leaves, of each of two arrays of these ranks."""
    if isinstance(axes, (tuple, list)):
        ours, theirs = axes
        ours = ours if isinstance(ours, (tuple, list)) else (ours,)
        theirs = theirs if isinstance(theirs, (tuple, list)) else (theirs,)
    else:
        ours, theirs = range(left - axes, left), range(axes)
    ours, theirs = tuple(k % left for k in ours), tuple(k % right for k in theirs)
    free = tuple(k for k in range(left) if k not in ours)
    return ours, theirs, free, tuple(k for k in range(right) if k not in theirs)


def left_axes(axes, left, right):
    """How to contract g with b for the cotangent of a, and the order of axes that brings it into a's (None: as is)."""
    ours, theirs, free, others = contracted(axes, left, right)
    pairs = (tuple(range(len(free), len(free) + len(others))), others)
    found = (*free, *(ours[theirs.index(k)] for k in sorted(theirs)))
    order = tuple(found.index(k) for k in range(left))
    return pairs, None if order == tuple(range(left)) else order


def right_axes(axes, left, right):
    """How to contract a with g for the cotangent of b, and the order of axes that brings it into b's (None: as is)."""
    ours, theirs, free, others = contracted(axes, left, right)
    pairs = (free, tuple(range(len(free))))
    found = (*(theirs[ours.index(k)] for k in sorted(ours)), *others)
    order = tuple(found.index(k) for k in range(right))
    return pairs, None if order == tuple(range(right)) else order


# np.einsum ------------------------------------------------------------------------------------------------------------


def einsum_adjoint(g, operands, k, subscripts, optimize):
    """The cotangent of one operand of np.einsum: the contraction of g with the others."""
    x = operands[k]
    others = ()
    for j, other in enumerate(operands):
        if j != k:
            others += (other,)
    ranks = ()
    if needs_ranks(subscripts):
        for other in operands:
            ranks += (np.ndim(other),)
    text, alone, repeated = adjoint_subscripts(subscripts, k, ranks)
    if alone:
        others += (np.ones_like(x),)
    for axis in repeated:
        others += (np.eye(np.shape(x)[axis]),)
    return unbroadcast(np.einsum(text, g, *others, optimize=optimize), x)


def needs_ranks(subscripts):
    """Whether an ellipsis stands behind a letter, so that the ranks say what it is."""
    return "..." in subscripts.replace(" ", "").replace(",...", "").replace("->...", "").removeprefix("...")


def adjoint_subscripts(subscripts, k, ranks):
    """The subscripts for the cotangent of the operand at k; whether ones in its shape are a further factor, since an
    index is its alone; and the axes at which an index stands again: further factors are identities of their sizes."""
    *terms, result = explicit_subscripts(subscripts, ranks)
    free = [c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in "".join(terms)]
    target, again, identities = [], [], []
    own = ["...", *terms[k][3:]] if terms[k].startswith("...") else list(terms[k])
    for place, c in enumerate(own):
        if c in target:
            again.append(place - len(own))
            target.append(free.pop(0))
            identities.append(c + target[-1])
        else:
            target.append(c)
    given = [result, *terms[:k], *terms[k + 1 :], *identities]
    alone = any(c not in "".join(given) for c in target)
    if alone:
        given.insert(len(terms), "".join(target))
    spread = "..." if "..." in "".join(given) and target[:1] != ["..."] else ""
    return ",".join(given) + "->" + spread + "".join(target), alone, tuple(again)


def explicit_subscripts(subscripts, ranks):
    """The subscripts of the operands and of the result; given the ranks, each ellipsis as letters."""
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        result = "".join(sorted(c for c in letters if letters.count(c) == 1))
        result = "..." + result if "..." in left else result
    if ranks:
        free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" if c not in subscripts]
        sizes = [rank - len(t.replace("...", "")) for t, rank in zip(terms, ranks) if "..." in t]  # noqa: B905 -- alike
        spread = "".join(free[: max(sizes)])
        wide = [spread[len(spread) + len(t.replace("...", "")) - rank :] for t, rank in zip(terms, ranks)]  # noqa: B905
        terms = [t.replace("...", w) for t, w in zip(terms, wide)]  # noqa: B905 -- of the same length
        result = result.replace("...", spread)
    return (*terms, result)

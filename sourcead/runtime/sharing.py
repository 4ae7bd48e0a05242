"""Arguments that share memory: what is stored into through one of them would change the other, unseen."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=arg-type
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def places(x, name, around=()):
    """Every array, container and object in an argument, each with the name of its place."""
    if isinstance(x, np.ndarray):
        return [(name, x)]
    if id(x) in around or isinstance(x, type) or callable(x):
        return []
    if isinstance(x, dict):
        items = [(f"{name}[{key!r}]", item) for key, item in x.items()]
    elif isinstance(x, tuple) and hasattr(x, "_fields"):
        items = [(f"{name}.{key}", item) for key, item in zip(x._fields, x)]  # noqa: B905 -- of the same length
    elif isinstance(x, (list, tuple)):
        items = [(f"{name}[{key}]", item) for key, item in enumerate(x)]
    elif hasattr(x, "__dict__"):
        items = [(f"{name}.{key}", item) for key, item in vars(x).items()]
    else:
        return []
    found = [] if isinstance(x, tuple) else [(name, x)]
    for inner, item in items:
        found += places(item, inner, (*around, id(x)))
    return found


def sharing(stored, found):
    """The names of the places that share memory with what is stored into."""
    if not isinstance(stored, np.ndarray):
        return [name for name, x in found if x is stored]
    return [name for name, x in found if isinstance(x, np.ndarray) and overlap(stored, x)]


def overlap(a, b):
    """Whether two arrays have an item in common."""
    if not np.may_share_memory(a, b):
        return False
    try:
        return np.shares_memory(a, b, max_work=10_000)
    except Exception:  # too hard to tell: np.exceptions.TooHardError, whose place depends on the version
        return True


def refuse_shared(found, *targets):
    """Refuse arguments that share memory with one that is changed: (its name, itself)."""
    for own, stored in targets:
        names = sharing(stored, found)
        if len(names) > 1:
            other = [name for name in names if name != own][-1]
            raise ValueError(f"{other} shares its memory with {own}, which is changed")

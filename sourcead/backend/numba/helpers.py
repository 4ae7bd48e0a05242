"""Functions that a kernel calls, each a text of its own that is emitted beside it.

Python's own numbers raise where NumPy's give inf or nan, and Numba's do not: where the primal computes with Python's,
these raise as Python does.
"""

from __future__ import annotations

from sourcead.backend.numba import vectors

_DECORATOR = '@numba.njit(error_model="numpy")\n'
_CHECK = '@numba.njit(boundscheck=True)\n'
_EXTREMES = (("maxima", "max", "maximum", ">"), ("minima", "min", "minimum", "<"))
_PLACES = {  # what is changed: parameters, subscript, whether sizes fit, item of v
    "gathered": ("index", "a[index]", "index[k]", "len(v) != len(index)", "v[k]"),
    "columns": ("index", "a[:, index]", ":, index[k]", "v.shape != (len(a), len(index))", "v[:, k]"),
    "picked": ("rows, columns", "a[rows, columns]", "rows[k], columns[k]", "len(v) != len(rows)", "v[k]"),
}


_ALIKE = """    if len(rows) != len(columns):
        raise IndexError("shape mismatch: indexing arrays could not be broadcast together")
"""


def _change(verb: str, place: str, number: bool) -> str:
    """The text of a helper that changes what several subscripts name: an index may repeat."""
    given, what, where, misfit, item = _PLACES[place]
    sign, index = ("=" if verb == "set" else "+="), given.partition(",")[0]
    head = f"def {verb}_{place}{'_number' if number else ''}(a, {given}, v):"
    doc = f'    """{what} {sign} v for {"a number" if number else "an array"} v."""'
    sizes = "" if number else f'    if {misfit}:\n        raise ValueError("the value does not fit the subscript")\n'
    loop = f"    for k in range(len({index})):\n        a[{where}] {sign} {'v' if number else item}"
    return f"{head}\n{doc}\n{_ALIKE if place == 'picked' else ''}{sizes}{loop}\n    return a"


_CHANGES = {
    f"{verb}_{place}{'_number' if number else ''}": _change(verb, place, number)
    for verb in ("add", "set") for place in _PLACES for number in (False, True)
}  # fmt: skip

TEXTS = {
    "check_small": '''def check_small(n):
    """Refuse an int with which the arithmetic might go beyond 64 bits."""
    if n < -0x80000000 or n > 0x7FFFFFFF:
        raise OverflowError("an int argument beyond 32 bits, with which Numba cannot compute")''',
    "check_all_small": '''def check_all_small(xs):
    """Refuse ints with which the arithmetic might go beyond 64 bits."""
    for n in xs:
        if n < -0x80000000 or n > 0x7FFFFFFF:
            raise OverflowError("an int argument beyond 32 bits, with which Numba cannot compute")''',
    "check_sizes": '''def check_sizes(n, m):
    """Refuse arrays of which one has n items along an axis, the other m, neither being 1."""
    if n != m:
        raise ValueError("operands could not be broadcast together")''',
    "with_room": '''def with_room(xs, n):
    """xs, or a longer copy of it where it has no item n."""
    if n < len(xs):
        return xs
    longer = np.empty(2 * len(xs), xs.dtype)
    longer[:n] = xs
    return longer''',
    "divided": '''def divided(a, b):
    """a / b, which raises as Python's numbers do."""
    if b == 0:
        raise ZeroDivisionError("division by zero")
    return a / b''',
    "floor_divided": '''def floor_divided(a, b):
    """a // b, which raises as Python's numbers do."""
    if b == 0:
        raise ZeroDivisionError("integer division or modulo by zero")
    return a // b''',
    "remainder": '''def remainder(a, b):
    """a % b, which raises as Python's numbers do."""
    if b == 0:
        raise ZeroDivisionError("integer modulo by zero")
    return a % b''',
    "powered": '''def powered(a, b):
    """a ** b, which raises as Python's numbers do."""
    if a == 0 and b < 0:
        raise ZeroDivisionError("0.0 cannot be raised to a negative power")
    y = a ** b
    if np.isinf(y) and np.isfinite(a) and np.isfinite(b):
        raise OverflowError(34, "Numerical result out of range")
    if np.isnan(y) and not np.isnan(a) and not np.isnan(b):
        raise ValueError("a negative number to a fractional power is complex")
    return y''',
    "square": '''def square(x):
    """x ** 2, which raises as Python's numbers do."""
    y = x * x
    if np.isinf(y) and np.isfinite(x):
        raise OverflowError(34, "Numerical result out of range")
    return y''',
    "cube": '''def cube(x):
    """x ** 3, which raises as Python's numbers do."""
    y = x * x * x
    if np.isinf(y) and np.isfinite(x):
        raise OverflowError(34, "Numerical result out of range")
    return y''',
    "in_domain": '''def in_domain(y, x):
    """y = f(x) for a function of `math`, which raises outside its domain."""
    if (np.isnan(y) and not np.isnan(x)) or (np.isinf(y) and np.isfinite(x)):
        raise ValueError("math domain error")
    return y''',
    "in_range": '''def in_range(y, x):
    """y = f(x) for a function of `math`, which raises where it overflows."""
    if np.isinf(y) and np.isfinite(x):
        raise OverflowError("math range error")
    return y''',
    "total": '''def total(x):
    """The sum of an array of one axis, by halves: as accurate as NumPy's."""
    n = len(x)
    if n <= 512:
        a = b = c = d = x.dtype.type(0)
        for i in range(0, n - 3, 4):
            a += x[i]
            b += x[i + 1]
            c += x[i + 2]
            d += x[i + 3]
        for i in range(n - n % 4, n):
            a += x[i]
        return (a + b) + (c + d)
    half = n // 2
    return total(x[:half]) + total(x[half:])''',
    "row_sums": '''def row_sums(x):
    """x.sum(axis=1)"""
    sums = np.zeros(x.shape[0], x.dtype)
    for i in range(x.shape[0]):
        s = x.dtype.type(0)
        for j in range(x.shape[1]):
            s += x[i, j]
        sums[i] = s
    return sums''',
    "column_sums": '''def column_sums(x):
    """x.sum(axis=0)"""
    sums = np.zeros(x.shape[1], x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            sums[j] += x[i, j]
    return sums''',
    **{f"row_{name}": f'''def row_{name}(x):
    """x.{word}(axis=1)"""
    if x.shape[1] == 0 and x.shape[0] > 0:
        raise ValueError("zero-size array to reduction operation {ufunc} which has no identity")
    found = np.empty(x.shape[0], x.dtype)
    for i in range(x.shape[0]):
        best = x[i, 0]
        for j in range(1, x.shape[1]):
            if x[i, j] {sign} best or np.isnan(x[i, j]):
                best = x[i, j]
        found[i] = best
    return found''' for name, word, ufunc, sign in _EXTREMES},
    **{f"column_{name}": f'''def column_{name}(x):
    """x.{word}(axis=0)"""
    if x.shape[0] == 0 and x.shape[1] > 0:
        raise ValueError("zero-size array to reduction operation {ufunc} which has no identity")
    found = np.empty(x.shape[1], x.dtype)
    for j in range(x.shape[1]):
        found[j] = x[0, j]
    for i in range(1, x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] {sign} found[j] or np.isnan(x[i, j]):
                found[j] = x[i, j]
    return found''' for name, word, ufunc, sign in _EXTREMES},
    "largest": '''def largest(x):
    """x.max(initial=-np.inf) for an array of one axis."""
    best = x.dtype.type(-np.inf)
    for i in range(len(x)):
        if x[i] > best or np.isnan(x[i]):
            best = x[i]
    return best''',
    **{f"{line}_maxima_or_least": f'''def {line}_maxima_or_least(x):
    """x.max(axis={axis}, initial=-np.inf)"""
    found = np.full(x.shape[{1 - axis}], -np.inf, x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > found[{index}] or np.isnan(x[i, j]):
                found[{index}] = x[i, j]
    return found''' for line, axis, index in (("row", 1, "i"), ("column", 0, "j"))},
    "gathered": '''def gathered(a, index):
    """a[index]"""
    return a[index]''',
    "picked": '''def picked(a, rows, columns):
    """a[rows, columns]"""
''' + _ALIKE + '''    found = np.empty(len(rows), a.dtype)
    for k in range(len(rows)):
        found[k] = a[rows[k], columns[k]]
    return found''',
    "where_true": '''def where_true(a, mask):
    """a[mask]"""
    if len(mask) != len(a):
        raise IndexError("boolean index did not match indexed array along axis 0")
    found = np.empty(np.sum(mask), a.dtype)
    k = 0
    for i in range(len(a)):
        if mask[i]:
            found[k] = a[i]
            k += 1
    return found''',
    "add_where_true": '''def add_where_true(a, mask, v):
    """a[mask] += v for an array v."""
    if len(mask) != len(a):
        raise IndexError("boolean index did not match indexed array along axis 0")
    if len(v) != np.sum(mask) and len(v) != 1:
        raise ValueError("could not broadcast input array to the items of a mask")
    k = 0
    for i in range(len(a)):
        if mask[i]:
            a[i] += v[k % len(v)]
            k += 1
    return a''',
    "add_where_true_number": '''def add_where_true_number(a, mask, v):
    """a[mask] += v for a number v."""
    if len(mask) != len(a):
        raise IndexError("boolean index did not match indexed array along axis 0")
    for i in range(len(a)):
        if mask[i]:
            a[i] += v
    return a''',
    **_CHANGES,
    **vectors.TEXTS,
}
_CHECKED = frozenset({"gathered", "picked", "where_true", "add_where_true", "add_where_true_number", *_CHANGES})


def helper_text(name: str) -> str:
    """The text of a helper, with its decorator; "" for what is none."""
    return (_CHECK if name in _CHECKED else _DECORATOR) + TEXTS[name] if name in TEXTS else ""

"""What keeps the backward part from raising on Python's numbers, and adjoints of sums and extremes of items.

Python raises at a pole and where `**` overflows, NumPy gives inf or nan: the backward part takes NumPy's meaning.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import cast, unbroadcast
from sourcead.runtime.joined import contained_like
from sourcead.runtime.reductions import extreme_adjoint, products_of_others
from sourcead.runtime.trees import unpack_adjoint


def python_number(x):
    """Whether x is one of Python's own numbers, which raise where NumPy's do not."""
    return isinstance(x, (int, float, complex)) and not isinstance(x, np.generic)


def quotient(g, x):
    """g / x, with NumPy's meaning where x is 0."""
    if isinstance(g, np.ndarray) or isinstance(x, np.ndarray):
        return g / x
    if python_number(g) and python_number(x):
        return np.divide(g, x)
    return g / x


def dividend_cotangent(g, a, b):
    """The cotangent of a in a / b; where a and b are Python's numbers and b is 0, a / b has raised."""
    if python_number(a):
        return g / b
    return quotient(g, b)


def power(a, b):
    """a ** b, with NumPy's meaning where a is 0 or the result overflows."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return a**b
    if python_number(a) and python_number(b):
        return np.float_power(a, b)
    return a**b


def log_of_base(a):
    """log(a) for the cotangent of an exponent: 0 where the base a is 0; of a Python number a Python one."""
    if isinstance(a, complex) and python_number(a):
        return complex(np.log(a + (a == 0)))
    if python_number(a):
        return float(np.log(a + (a == 0)))
    return np.log(a + (a == 0))


def real_sign(x):
    """The sign of x, which is real: so is all in a program without functions of complex numbers."""
    if np.iscomplexobj(x):
        import sys

        kind = getattr(sys.modules.get("sourcead.errors"), "UnsupportedError", NotImplementedError)
        raise kind("abs of a complex number: specialise the derivative with example arguments")
    return np.sign(x)


def shared_among(g, y, xs):
    """The cotangent of xs from that of its extreme y: the tied items share it equally."""
    if isinstance(xs, np.ndarray):
        return extreme_adjoint(g, y, xs, None, False)
    return shared_among_items(g, y, xs)


def shared_among_items(g, y, xs):
    """The cotangent of a list or tuple from that of its extreme y: the tied items share it equally."""
    tied = 0
    for x in xs:
        tied = tied + (x == y)
    parts = ()
    for x in xs:
        parts += (np.divide(g * (x == y), tied),)
    return parts if isinstance(xs, tuple) else list(parts)


def shared_tangent(t, y, xs):
    """The tangent of the extreme y of items: the mean of those of the tied."""
    tied = np.asarray(xs) == y
    return np.sum(np.where(tied, t, 0)) / np.sum(tied)


def spread(g, xs):
    """The cotangent of xs in sum(xs): g for every item."""
    if isinstance(xs, np.ndarray):
        return np.full_like(xs, g)
    return spread_over_items(g, xs)


def spread_over_items(g, xs):
    """The cotangent of a list or tuple from that of its sum: for each item g in memory of its own."""
    return unpack_adjoint(xs, *[unbroadcast(np.array(g)[()], x) for x in xs])


def total_of_items(gs, x):
    """The cotangent of x, from which each item of gs is made by broadcasting, as that of x."""
    total = 0.0
    for g in gs:
        total = total + unbroadcast(g, x)
    return cast(total, x)


def products_with_others(g, xs):
    """The cotangent of xs from that of their product: for each item g times the product of the others."""
    if isinstance(xs, np.ndarray):
        return g * products_of_others(xs, 0)
    return products_with_other_items(g, xs)


def products_with_other_items(g, xs):
    """The cotangent of a list or tuple from that of its product: for each item g times the others."""
    before, after, parts = (), (), ()
    running = g
    for x in xs:
        before += (running,)
        running = running * x
    running = 1
    for x in xs[::-1]:
        after = (running, *after)
        running = running * x
    for i, x in enumerate(xs):
        parts += (unbroadcast(before[i] * after[i], x),)
    return contained_like(xs, parts)


def digamma(x):
    """The derivative of log(gamma(x)): reflection for x <= 0, recurrence up to 10, then the asymptotic series."""
    if x <= 0:
        return digamma(1 - x) - np.pi / np.tan(np.pi * x)
    total = 0.0
    while x < 10:
        total -= 1 / x
        x += 1
    u = 1 / (x * x)
    series = u * (1 / 12 - u * (1 / 120 - u * (1 / 252 - u * (1 / 240 - u / 132))))
    return total + np.log(x) - 0.5 / x - series


def trigamma(x):
    """The second derivative of log(gamma(x)): reflection for x <= 0, recurrence up to 10, then the series."""
    if x <= 0:
        return (np.pi / np.sin(np.pi * x)) ** 2 - trigamma(1 - x)
    total = 0.0
    while x < 10:
        total += 1 / (x * x)
        x += 1
    u = 1 / (x * x)
    series = u * (1 / 6 - u * (1 / 30 - u * (1 / 42 - u * (1 / 30 - u * (5 / 66)))))
    return total + 1 / x + u / 2 + series / x

"""Functions: helpers of the module, recursion, functions as values, decorators, partial, every form of parameter."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT, Variable

SMOOTH = """
def smooth(a, b=0.5):
    c = np.tanh(a * b)
    return c + 0.25 * a
"""

EARLY = """
def early(a, b):
    if a > b:
        return a * b
    for k in range(3):
        a = a * 0.5 + b
        if a > 0.9:
            return a
    return a - b
"""

FILLED = """
def filled(v, s, *, k=1):
    out = np.zeros(len(v))
    for i in range(len(v)):
        out[i] = v[i] * s
        if i >= k:
            out[i] += out[i - k]
    return out
"""

EVEN_STEP = """
def even_step(a, k):
    return a if k == 0 else odd_step(np.sin(a), k - 1)
"""

ODD_STEP = """
def odd_step(a, k):
    return a if k == 0 else even_step(a * 1.3, k - 1)
"""

HALVES = """
def halves(v):
    if len(v) == 1:
        return v[0]
    m = len(v) // 2
    return halves(v[:m]) * halves(v[m:]) + 0.1
"""

TWICE = """
def twice(fn, a):
    return fn(fn(a))
"""

AFFINE = """
def affine(a, b):
    def apply(v):
        return a * v + b

    return apply
"""

WEIGHTED = """
def weighted(**parts):
    return sum(parts.values()) + parts['a'] * 2
"""

SCALED_BY = """
def scaled_by(s):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            return fn(*args, **kwargs) * s

        return inner

    return wrap
"""

BENT = """
@scaled_by(0.5)
def bent(a, b=1.0):
    return np.sin(a) * b
"""

DOUBLED = """
def doubled(fn):
    @functools.wraps(fn)
    def wrapper(v):
        return 2 * fn(v)

    return wrapper
"""

SQUARES = """
@doubled
def squares(v):
    return (v * v).sum()
"""

WEIGHT = """
@functools.lru_cache
def weight(k):
    return 0.5 ** k
"""

BLEND = """
def blend(a, b, c=0.5):
    return a * c + b * (1 - c)
"""

RECORD = """
def record(log, value):
    if value is None:
        return
    log.append(value)
"""

POWER = """
def power(a, k):
    if k == 0:
        return 1.0
    return a * power(a, k - 1)
"""

HORNER = """
def horner(v, s, k=0):
    if k == len(v) - 1:
        return v[k]
    return v[k] + s * horner(v, s, k + 1)
"""

TOTAL_OF = """
def total_of(*terms, scale=1.0):
    result = 0.0
    for term in terms:
        result += term * scale
    return result
"""

INNER_MIX = """
def inner_mix(a, b=0.5, *, c=1.0):
    return a * b + c * a
"""

PASSED_ON = """
def passed_on(*args, **kwargs):
    return inner_mix(*args, **kwargs) * 2
"""


@feature(STATEMENT, 0.5)
def helper(g: Generator) -> None:
    name = g.define("smooth", SMOOTH)
    g.assign(FLOAT, f"{name}({g.float_(1)}{g.pick('', f', {g.leaf()}', f', b={g.leaf()}')})")


@feature(STATEMENT, 0.5)
def helper_returns_early(g: Generator) -> None:
    name = g.define(
        "early",
        EARLY,
    )
    g.assign(FLOAT, f"{name}({g.float_(1)}, {g.leaf()})")


@feature(STATEMENT, 0.4)
def helper_with_stores(g: Generator) -> None:
    name = g.define(
        "filled",
        FILLED,
    )
    g.assign(ARRAY, f"{name}({g.array()}, {g.leaf()}{g.pick('', ', k=2')})", VECTOR)


@feature(STATEMENT, 0.3)
def active_default(g: Generator) -> None:
    """A default that is an active value of the enclosing call."""
    name = g.unique("scaled")
    g.emit(f"def {name}(v, factor={g.leaf()}):", "    return v * factor")
    g.assign(FLOAT, f"{name}({g.leaf()}) + {name}({g.leaf()}, {g.leaf()})")


@feature(STATEMENT, 0.4)
def recursion(g: Generator) -> None:
    if g.chance(0.5):
        g.assign(FLOAT, f"{g.define('power', POWER)}({g.leaf()}, {g.pick('2', '3', g.int_())})")
    else:
        g.assign(FLOAT, f"{g.define('horner', HORNER)}({g.some_array()}, {g.leaf()})")


@feature(STATEMENT, 0.2)
def mutual_recursion(g: Generator) -> None:
    g.define("even_step", EVEN_STEP)
    g.define("odd_step", ODD_STEP)
    g.assign(FLOAT, f"even_step({g.float_(1)}, {g.pick('3', g.int_())})")


@feature(STATEMENT, 0.2)
def tree_recursion(g: Generator) -> None:
    name = g.define(
        "halves",
        HALVES,
    )
    g.assign(FLOAT, f"{name}({g.some_array()})")


@feature(STATEMENT, 0.4)
def function_as_argument(g: Generator) -> None:
    name = g.define("twice", TWICE)
    fn = g.pick("np.sin", "math.tanh", f"lambda q1: q1 * {g.leaf()} + 0.1", f"lambda q1: q1 ** 2 * {g.leaf()}")
    g.assign(FLOAT, f"{name}({fn}, {g.float_(1)})")


@feature(STATEMENT, 0.3)
def returned_function(g: Generator) -> None:
    name = g.define("affine", AFFINE)
    fn = g.unique("line")
    g.emit(f"{fn} = {name}({g.leaf()}, {g.leaf()})")
    g.assign(FLOAT, f"{fn}({g.float_(1)}) * {fn}({g.leaf()})")


@feature(STATEMENT, 0.4)
def star_parameters(g: Generator) -> None:
    if g.chance(0.5):
        name = g.define(
            "total_of",
            TOTAL_OF,
        )
        g.assign(FLOAT, f"{name}({g.leaf()}, {g.float_(1)}{g.pick('', f', {g.leaf()}', f', scale={g.leaf()}')})")
    else:
        g.define("inner_mix", INNER_MIX)
        name = g.define("passed_on", PASSED_ON)
        g.assign(
            FLOAT, f"{name}({g.leaf()}{g.pick('', f', {g.leaf()}', f', c={g.leaf()}', f', {g.leaf()}, c={g.leaf()}')})"
        )


@feature(STATEMENT, 0.3)
def keyword_dict(g: Generator) -> None:
    name = g.define("weighted", WEIGHTED)
    g.assign(FLOAT, f"{name}(a={g.leaf()}, b={g.float_(1)})")


@feature(STATEMENT, 0.4)
def decorated(g: Generator) -> None:
    g.import_("import functools")
    g.define(
        "scaled_by",
        SCALED_BY,
    )
    name = g.define("bent", BENT)
    g.assign(FLOAT, f"{name}({g.float_(1)}{g.pick('', f', {g.leaf()}', f', b={g.leaf()}')})")


@feature(STATEMENT, 0.3)
def counted_by_decorator(g: Generator) -> None:
    g.import_("import functools")
    g.define(
        "doubled",
        DOUBLED,
    )
    name = g.define("squares", SQUARES)
    g.assign(FLOAT, f"{name}({g.array()}) * {g.leaf()}")


@feature(STATEMENT, 0.2)
def cached(g: Generator) -> None:
    g.import_("import functools")
    name = g.define("weight", WEIGHT)
    g.assign(FLOAT, f"{name}({g.pick('2', g.int_())}) * {g.leaf()}")


@feature(STATEMENT, 0.3)
def partial(g: Generator) -> None:
    g.import_("from functools import partial")
    g.define("blend", BLEND)
    fn = g.unique("mixed")
    g.emit(f"{fn} = partial(blend, {g.pick(g.leaf(), f'b={g.leaf()}', f'{g.leaf()}, c={g.leaf()}')})")
    g.assign(FLOAT, f"{fn}({g.float_(1)})")


@feature(STATEMENT, 0.3)
def lambdas_in_dict(g: Generator) -> None:
    d = g.unique("acts")
    g.emit(f"{d} = {{'tanh': np.tanh, 'cube': lambda q1: q1 ** 3, 'scale': lambda q1: q1 * {g.leaf()}}}")
    key = g.pick("'tanh'", "'cube'", "'scale'")
    g.assign(FLOAT, f"{d}[{key}]({g.float_(1)})")


@feature(STATEMENT, 0.3)
def lambdas_in_list(g: Generator) -> None:
    fs, a = g.unique("steps"), g.name(FLOAT)
    g.emit(
        f"{fs} = [np.sin, lambda q1: q1 * {g.leaf()}, lambda q1: q1 + {g.leaf()}]",
        f"{a} = {g.float_(1)}",
        f"for step1 in {fs}:",
        f"    {a} = step1({a})",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def nested_def(g: Generator) -> None:
    """A nested function of random statements; it sees the names around it."""
    if g.depth:
        raise Inapplicable
    fn = g.unique("local")
    with g.function(f"def {fn}(p1):", ("p1", Variable(FLOAT))):
        g.emit(f"q1 = p1 * {g.leaf()}")
        g.bind("q1", FLOAT)
        if g.chance(0.5):
            g.emit(f"if q1 > {g.leaf()}:", f"    return {g.float_(1)}")
        g.emit(f"return {g.float_(2)}")
    g.assign(FLOAT, f"{fn}({g.float_(1)}) + {fn}({g.leaf()})")


@feature(STATEMENT, 0.2)
def import_inside(g: Generator) -> None:
    line, call = g.random.choice([("import math as m1", "m1.sin"), ("from math import sin as s1", "s1")])
    g.emit(line)
    g.assign(FLOAT, f"{call}({g.leaf()})")


@feature(STATEMENT, 0.3)
def no_return_value(g: Generator) -> None:
    name = g.define("record", RECORD)
    log = g.unique("log")
    g.emit(f"{log} = []", f"{name}({log}, {g.float_(1)})", f"{name}({log}, None)", f"{name}({log}, {g.leaf()})")
    g.assign(FLOAT, f"sum({log})")

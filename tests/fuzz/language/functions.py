"""Functions: helpers of the module, recursion, functions as values, decorators, partial, every form of parameter."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, Inapplicable, feature
from tests.fuzz.generator import VECTOR, Generator
from tests.fuzz.scope import ARRAY, FLOAT


@feature(STATEMENT, 0.5)
def helper(g: Generator) -> None:
    name = g.define("smooth", "def smooth(a, b=0.5):\n    c = np.tanh(a * b)\n    return c + 0.25 * a")
    g.assign(FLOAT, f"{name}({g.float_(1)}{g.pick('', f', {g.leaf()}', f', b={g.leaf()}')})")


@feature(STATEMENT, 0.5)
def helper_returns_early(g: Generator) -> None:
    name = g.define("early", "def early(a, b):\n    if a > b:\n        return a * b\n    for k in range(3):\n        a = a * 0.5 + b\n        if a > 0.9:\n            return a\n    return a - b")
    g.assign(FLOAT, f"{name}({g.float_(1)}, {g.leaf()})")


@feature(STATEMENT, 0.4)
def helper_with_stores(g: Generator) -> None:
    name = g.define("filled", "def filled(v, s, *, k=1):\n    out = np.zeros(len(v))\n    for i in range(len(v)):\n        out[i] = v[i] * s\n        if i >= k:\n            out[i] += out[i - k]\n    return out")
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
        name = g.define("power", "def power(a, k):\n    if k == 0:\n        return 1.0\n    return a * power(a, k - 1)")
    else:
        name = g.define("horner", "def horner(v, s, k=0):\n    if k == len(v) - 1:\n        return v[k]\n    return v[k] + s * horner(v, s, k + 1)")
    if name == "power":
        g.assign(FLOAT, f"{name}({g.leaf()}, {g.pick('2', '3', g.int_())})")
    else:
        g.assign(FLOAT, f"{name}({g.some_array()}, {g.leaf()})")


@feature(STATEMENT, 0.2)
def mutual_recursion(g: Generator) -> None:
    g.define("even_step", "def even_step(a, k):\n    return a if k == 0 else odd_step(np.sin(a), k - 1)")
    g.define("odd_step", "def odd_step(a, k):\n    return a if k == 0 else even_step(a * 1.3, k - 1)")
    g.assign(FLOAT, f"even_step({g.float_(1)}, {g.pick('3', g.int_())})")


@feature(STATEMENT, 0.2)
def tree_recursion(g: Generator) -> None:
    name = g.define("halves", "def halves(v):\n    if len(v) == 1:\n        return v[0]\n    m = len(v) // 2\n    return halves(v[:m]) * halves(v[m:]) + 0.1")
    g.assign(FLOAT, f"{name}({g.some_array()})")


@feature(STATEMENT, 0.4)
def function_as_argument(g: Generator) -> None:
    name = g.define("twice", "def twice(fn, a):\n    return fn(fn(a))")
    fn = g.pick("np.sin", "math.tanh", f"lambda q1: q1 * {g.leaf()} + 0.1", f"lambda q1: q1 ** 2 * {g.leaf()}")
    g.assign(FLOAT, f"{name}({fn}, {g.float_(1)})")


@feature(STATEMENT, 0.3)
def returned_function(g: Generator) -> None:
    name = g.define("affine", "def affine(a, b):\n    def apply(v):\n        return a * v + b\n\n    return apply")
    fn = g.unique("line")
    g.emit(f"{fn} = {name}({g.leaf()}, {g.leaf()})")
    g.assign(FLOAT, f"{fn}({g.float_(1)}) * {fn}({g.leaf()})")


@feature(STATEMENT, 0.4)
def star_parameters(g: Generator) -> None:
    if g.chance(0.5):
        name = g.define("total_of", "def total_of(*terms, scale=1.0):\n    result = 0.0\n    for term in terms:\n        result += term * scale\n    return result")
        g.assign(FLOAT, f"{name}({g.leaf()}, {g.float_(1)}{g.pick('', f', {g.leaf()}', f', scale={g.leaf()}')})")
    else:
        g.define("inner_mix", "def inner_mix(a, b=0.5, *, c=1.0):\n    return a * b + c * a")
        name = g.define("passed_on", "def passed_on(*args, **kwargs):\n    return inner_mix(*args, **kwargs) * 2")
        g.assign(FLOAT, f"{name}({g.leaf()}{g.pick('', f', {g.leaf()}', f', c={g.leaf()}', f', {g.leaf()}, c={g.leaf()}')})")


@feature(STATEMENT, 0.3)
def keyword_dict(g: Generator) -> None:
    name = g.define("weighted", "def weighted(**parts):\n    return sum(parts.values()) + parts['a'] * 2")
    g.assign(FLOAT, f"{name}(a={g.leaf()}, b={g.float_(1)})")


@feature(STATEMENT, 0.4)
def decorated(g: Generator) -> None:
    g.import_("import functools")
    g.define("scaled_by", "def scaled_by(s):\n    def wrap(fn):\n        @functools.wraps(fn)\n        def inner(*args, **kwargs):\n            return fn(*args, **kwargs) * s\n\n        return inner\n\n    return wrap")
    name = g.define("bent", "@scaled_by(0.5)\ndef bent(a, b=1.0):\n    return np.sin(a) * b")
    g.assign(FLOAT, f"{name}({g.float_(1)}{g.pick('', f', {g.leaf()}', f', b={g.leaf()}')})")


@feature(STATEMENT, 0.3)
def counted_by_decorator(g: Generator) -> None:
    g.import_("import functools")
    g.define("doubled", "def doubled(fn):\n    @functools.wraps(fn)\n    def wrapper(v):\n        return 2 * fn(v)\n\n    return wrapper")
    name = g.define("squares", "@doubled\ndef squares(v):\n    return (v * v).sum()")
    g.assign(FLOAT, f"{name}({g.array()}) * {g.leaf()}")


@feature(STATEMENT, 0.2)
def cached(g: Generator) -> None:
    g.import_("import functools")
    name = g.define("weight", "@functools.lru_cache\ndef weight(k):\n    return 0.5 ** k")
    g.assign(FLOAT, f"{name}({g.pick('2', g.int_())}) * {g.leaf()}")


@feature(STATEMENT, 0.3)
def partial(g: Generator) -> None:
    g.import_("from functools import partial")
    g.define("blend", "def blend(a, b, c=0.5):\n    return a * c + b * (1 - c)")
    fn = g.unique("mixed")
    g.emit(f"{fn} = partial(blend, {g.pick(g.leaf(), f'b={g.leaf()}', f'{g.leaf()}, c={g.leaf()}')})")
    bound_b = "b=" in g.lines[-1]
    g.assign(FLOAT, f"{fn}({g.float_(1)})" if bound_b or True else "")


@feature(STATEMENT, 0.3)
def lambdas_in_dict(g: Generator) -> None:
    d = g.unique("acts")
    g.emit(f"{d} = {{'tanh': np.tanh, 'cube': lambda q1: q1 ** 3, 'scale': lambda q1: q1 * {g.leaf()}}}")
    key = g.pick("'tanh'", "'cube'", "'scale'")
    g.assign(FLOAT, f"{d}[{key}]({g.float_(1)})")


@feature(STATEMENT, 0.3)
def lambdas_in_list(g: Generator) -> None:
    fs, a = g.unique("steps"), g.name(FLOAT)
    g.emit(f"{fs} = [np.sin, lambda q1: q1 * {g.leaf()}, lambda q1: q1 + {g.leaf()}]", f"{a} = {g.float_(1)}", f"for step1 in {fs}:", f"    {a} = step1({a})")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def nested_def(g: Generator) -> None:
    """A nested function of random statements; it sees the names around it."""
    if g.depth:
        raise Inapplicable
    from tests.fuzz.scope import Variable

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
    g.emit(g.pick("import math as m1", "from math import sin as s1").replace("from math import sin as s1", "import math as m1"))
    g.assign(FLOAT, f"m1.sin({g.leaf()})")


@feature(STATEMENT, 0.3)
def no_return_value(g: Generator) -> None:
    name = g.define("record", "def record(log, value):\n    if value is None:\n        return\n    log.append(value)")
    log = g.unique("log")
    g.emit(f"{log} = []", f"{name}({log}, {g.float_(1)})", f"{name}({log}, None)", f"{name}({log}, {g.leaf()})")
    g.assign(FLOAT, f"sum({log})")

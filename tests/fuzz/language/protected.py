"""try and with around code that runs normally."""

from __future__ import annotations

from tests.fuzz.features import STATEMENT, feature
from tests.fuzz.generator import Generator
from tests.fuzz.scope import FLOAT

GUARDED = """
def guarded(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return 0.0
    finally:
        pass
"""

SCOPE = """
class Scope:
    def __init__(self, rate):
        self.rate = rate
        self.open = False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *error):
        self.open = False
        return False
"""


@feature(STATEMENT, 0.4)
def try_(g: Generator) -> None:
    a = g.name(FLOAT)
    g.emit(
        "try:",
        f"    {a} = {g.float_(1)}",
        f"except {g.pick('ValueError', '(ZeroDivisionError, KeyError)', 'Exception as error')}:",
        f"    {a} = {g.leaf()}",
    )
    if g.chance(0.3):
        g.emit("else:", f"    {a} = {a} * {g.leaf()}")
    if g.chance(0.4):
        g.emit("finally:", g.pick("    pass", f"    {a}_ = 1"))
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.2)
def try_finally(g: Generator) -> None:
    a = g.name(FLOAT)
    g.emit("try:", f"    {a} = {g.float_(1)}", "finally:", f"    end_ = {g.number()}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.2)
def try_return(g: Generator) -> None:
    name = g.define(
        "guarded",
        GUARDED,
    )
    g.assign(FLOAT, f"{name}({g.leaf()}, 2 + {g.leaf()} ** 2)")


@feature(STATEMENT, 0.2)
def try_lookup(g: Generator) -> None:
    """Inactive code of which the handler may run before anything active was computed in its body."""
    name, a = g.unique("opts"), g.name(FLOAT)
    key = g.pick("'a'", "'b'")
    g.emit(
        f"{name} = {{'a': 2.0}}",
        "try:",
        f"    factor = {name}[{key}]",
        "except KeyError:",
        "    factor = 0.5",
        f"{a} = factor * {g.leaf()}",
    )
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.3)
def errstate(g: Generator) -> None:
    a = g.name(FLOAT)
    g.emit(f"with np.errstate({g.pick('all', 'divide', 'over')}='ignore'):", f"    {a} = {g.float_(1)}")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.2)
def context_manager(g: Generator) -> None:
    cls = g.define(
        "Scope",
        SCOPE,
    )
    a = g.name(FLOAT)
    g.emit(f"with {cls}({g.pick('0.5', g.leaf())}) as scope1:", f"    {a} = {g.float_(1)} * scope1.rate")
    g.bind(a, FLOAT)


@feature(STATEMENT, 0.2)
def null_context(g: Generator) -> None:
    g.import_("import contextlib")
    a = g.name(FLOAT)
    g.emit(f"with {g.pick('contextlib.nullcontext()', 'contextlib.suppress(KeyError)')}:", f"    {a} = {g.float_(1)}")
    g.bind(a, FLOAT)

"""The surface primitives: what Python's syntax says, before anything is known about what it means.

`lower` makes them, `resolve` replaces every one of them; none is left in resolved IR.
"""

from __future__ import annotations

from sourcead.ir import Primitive


def _surface(name: str) -> Primitive:
    return Primitive(f"py.{name}", f"py.{name}", effects=frozenset({"io"}))


NAME = _surface("name")  # attr name: a free name: closure cell, global or builtin; attr builtin: certainly that;
# late: a nested function, looked up when it is called
IMPORT = _surface("import")  # attrs module, word (of `from module import word`), level, whole
LITERAL = _surface("literal")  # args: (Const,): a name bound to a literal
BINARY = _surface("binary")  # attr operator: "+", "@", "<", "is", "not in", ...; attr augmented: `x op= y`;
# attr stored: `c[i] op= y` (args then end with the container c)
UNARY = _surface("unary")  # attr operator: "-", "+", "~", "not"
# `stars` of CALL, TUPLE and LIST: the positions of the items that stand behind a `*`
CALL = _surface("call")  # args: callee, positional, keywords; attrs keywords (None: behind `**`), stars, lazy
# (an argument is the list of what the program makes one by one)
GETATTR = _surface("getattr")  # attr name
GETITEM = _surface("getitem")  # args: container, *dynamic; attr path
SETITEM = _surface("setitem")  # args: container, *dynamic, value; attr path; no result
SETATTR = _surface("setattr")  # args: object, value; attr name; no result
UNBOUND_NAME = _surface("unbound")  # attr name: a local name that is not bound where it is read
CELL = _surface("cell")  # args: what a variable that functions share holds first; the result is its cell
OUTSIDE = _surface("outside")  # attr how: the variables of the enclosing scope, "global" or "nonlocal"
UNPACK = _surface("unpack")  # attr star: position of the starred target or None; one out a target
TUPLE = _surface("tuple")
LIST = _surface("list")
DICT = _surface(
    "dict"
)  # attr keys: literals, Hole (the next arg is the key), Ellipsis (the next arg stands behind `**`)
MATCH = _surface("match")  # a question of a pattern; args: subject[, class]; attrs question, wanted
ENTER = _surface("enter")  # args: what was called to make the manager (or itself), the manager
LEAVE = _surface("leave")  # args: the manager
TRY = _surface("try")  # begins the body of a `try`
CAUGHT = _surface(
    "caught"
)  # args: the types of the handlers; attr falls: which can run to their end; outs: code, error
FINALLY = _surface("finally")
END = _surface("end")  # of `finally`
LOST = _surface("lost")  # attr name: what it stands for after an exception depends on where that came
LAMBDA = _surface("lambda")  # attr function: Surface of a nested def or lambda; args: captured values, defaults
FORMAT = _surface("format")  # attr parts
ASSERT = _surface("assert")
RAISE = _surface("raise")
REFUSED = _surface("refused")  # args: what the refused text reads; one out a name that it binds (see `collecting`)
IF = _surface("if")  # as in resolved IR
FOR = _surface("for")  # args: (iterable, *inits); body params (item, *carried); attr exits, names
WHILE = _surface("while")  # args: inits; blocks (test, body); params carried; attr exits, names

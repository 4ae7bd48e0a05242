"""Whether a piece of text is the text of a code object: compile it alone, in a scope like its own, and compare.

This tells apart lambdas that share a line, and finds out that a file has changed since it was imported.
"""

from __future__ import annotations
import __future__

import ast
import copy
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, TypeAlias

from sourcead.records import dataclass

Definition: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"

_FUTURE_FLAGS = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """The code object whose text is sought, and what is known of where it came from."""

    code: CodeType
    qualname: str
    lines: list[str]
    globals: dict[str, Any]

    @property
    def name(self) -> str:
        """The name under which messages speak of it."""
        return short_name(self.qualname)


def short_name(qualname: str) -> str:
    """The name under which messages speak of a function: `loss`, `Model.loss`, `<lambda>`."""
    return qualname.rpartition("<locals>.")[2]


def matching(nodes: list[Definition], sought: Sought) -> list[tuple[Definition, CodeType]]:
    """Those of `nodes` that compile to the sought code, each with what it compiles to."""
    for imported in _imported_names(sought):
        compiled = [(node, code) for node in nodes for code in _compiled(node, sought, imported)]
        same = [(node, code) for node, code in compiled if _fingerprint(code) == _fingerprint(sought.code)]
        same = same or [(node, code) for node, code in compiled if _same_but_for_asserts(node, code, sought)]
        if same:
            return same
    return []


def _imported_names(sought: Sought) -> Iterator[Iterable[str]]:
    """Guesses at the names that the module's own text imports, best first: Python compiles `name.method()` in another
    way where `name` is one of them."""
    names = sorted(name for name in _names(sought.code) if name.isidentifier())
    guess = [name for name in names if _looks_imported(sought.globals.get(name), sought.globals)]
    yield guess
    if guess:
        yield ()
    try:
        tree = ast.parse("".join(sought.lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    aliases: list[ast.alias] = []
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            aliases += node.names
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            stack += ast.iter_child_nodes(node)
    yield sorted({(alias.asname or alias.name).partition(".")[0] for alias in aliases} - {"*"})


def _looks_imported(value: object, module_globals: dict[str, Any]) -> bool:
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        return value.__module__ != module_globals.get("__name__")
    return isinstance(value, ModuleType)


def _compiled(node: Definition, sought: Sought, imported: Iterable[str]) -> list[CodeType]:
    """What `node` compiles to in a scope that has the free names of the sought code (one code object, or none)."""
    code = sought.code
    statement = _without_defaults(node) if isinstance(node, ast.Lambda) else node
    tree = _in_scope(statement, code, sought.qualname)
    if imported:
        tree.body[:0] = ast.parse(f"import {', '.join(imported)}").body
    module = compile(tree, code.co_filename, "exec", code.co_flags & _FUTURE_FLAGS, dont_inherit=True)
    name, line = "<lambda>" if isinstance(node, ast.Lambda) else node.name, code.co_firstlineno
    return [found for found in _nested(module) if found.co_name == name and found.co_firstlineno == line][:1]


def _without_defaults(node: ast.Lambda) -> ast.stmt:
    """The lambda as a statement, without the defaults: they run outside, and may hold lambdas of their own."""
    args = copy.copy(node.args)
    args.defaults, args.kw_defaults = [], [None] * len(args.kwonlyargs)
    return ast.copy_location(ast.Expr(ast.copy_location(ast.Lambda(args, node.body), node)), node)


def _in_scope(statement: ast.stmt, code: CodeType, qualname: str) -> ast.Module:
    """The statement inside functions and a class such that names mean what they meant: free, global or mangled."""
    parts = qualname.split(".")[:-1]
    functions = [i for i, part in enumerate(parts[:-1]) if parts[i + 1] == "<locals>"]
    classes = [i for i, part in enumerate(parts) if part.isidentifier() and i not in functions]
    free = [name for name in code.co_freevars if not (classes and name == "__class__")]
    layers = [f"def _({', '.join(free)}): pass"]
    if classes:
        inside_method = bool(functions) and functions[-1] > classes[-1]
        layers.insert(0 if inside_method else 1, f"class {parts[classes[-1]]}: pass")
    bound = getattr(statement, "name", "")
    for text in reversed(layers):
        wrapper = ast.parse(text).body[0]
        assert isinstance(wrapper, ast.FunctionDef | ast.ClassDef)
        wrapper.body = [statement]
        if isinstance(wrapper, ast.FunctionDef) and bound and bound not in free:  # its own name is a global in it
            wrapper.body.insert(0, ast.Global([bound], lineno=1, col_offset=0))
        statement, bound = wrapper, wrapper.name
    return ast.Module([statement], [])


def _same_but_for_asserts(node: Definition, compiled: CodeType, sought: Sought) -> bool:
    """Whether the sought code can be the text's after pytest rewrote its asserts (it marks its names with "@")."""
    code = sought.code
    if not any("@py" in name for name in _names(code)) or _parameters(compiled) != _parameters(code):
        return False
    bare = _compiled(_WithoutAsserts().visit(copy.deepcopy(node)), sought, ())
    return bool(bare) and (
        _names(bare[0]) <= _names(code)
        and {name for name in code.co_varnames if "@" not in name} <= set(compiled.co_varnames)
        and _plain_constants(bare[0]) <= _plain_constants(code) | {"None"}
    )


class _WithoutAsserts(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)


def _nested(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _nested(const)


def _names(code: CodeType) -> set[str]:
    """All names that a code object mentions, at any depth."""
    codes = (code, *_nested(code))
    return {name for each in codes for name in (*each.co_names, *each.co_varnames, *each.co_freevars)}


def _fingerprint(code: CodeType) -> tuple[Any, ...]:
    """All that decides what a code object does: wherever it stands, and whatever the interpreter made of it since."""
    consts = tuple(_fingerprint(c) if isinstance(c, CodeType) else _spelling(c) for c in code.co_consts)
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return (*_parameters(code), code.co_code, names, consts)


def _parameters(code: CodeType) -> tuple[Any, ...]:
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_varnames[:count]


def _spelling(const: object) -> str:
    """A constant's type and value as text: 1, 1.0 and True differ, so do 0.0 and -0.0, and nan equals itself. The
    qualified names of inner functions and classes, constants too, are told without what is around them."""
    if isinstance(const, str):
        return repr(const.rpartition("<locals>.")[2])
    return repr(sorted(map(repr, const))) if isinstance(const, frozenset) else repr(const)


def _plain_constants(code: CodeType) -> set[str]:
    return {_spelling(const) for const in code.co_consts if not isinstance(const, CodeType)}

"""Standalone modules: emitted source together with what it captured, as one text that needs NumPy and Python alone."""

from __future__ import annotations

import ast


def names_bound(text: str) -> frozenset[str]:
    """The names that a module's text binds at its top level."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {inner.id for target in node.targets for inner in ast.walk(target) if isinstance(inner, ast.Name)}
    return frozenset(found)


def assemble(text: str, name: str, imports: list[str], constants: list[str], helpers: str, first_line: str) -> str:
    """The text with more imports, constants after the imports, helper functions before the function called `name`, and
    `first_line` as the first statement of that function."""
    tree = ast.parse(text)
    lines = text.splitlines()
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    insertions: list[tuple[int, list[str]]] = []
    if first_line:
        documented = ast.get_docstring(function, clean=False) is not None
        body = function.body[1:] if documented else function.body
        indent = " " * function.body[0].col_offset
        after = function.body[0].end_lineno if documented or not body else body[0].lineno - 1
        insertions.append((after or function.lineno, [indent + first_line]))
    if helpers:
        start = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1
        insertions.append((start, [*helpers.rstrip("\n").splitlines(), "", ""]))
    if imports or constants:
        last = max((n.end_lineno or 0 for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)), default=0)
        insertions.append((last, [*imports, *([""] if constants else []), *constants]))
    for after, added in sorted(insertions, key=lambda item: item[0], reverse=True):
        lines[after:after] = added
    whole = "\n".join(lines) + "\n"
    compile(whole, f"<{name}>", "exec")
    return whole

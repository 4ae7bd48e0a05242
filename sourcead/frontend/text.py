"""From a code object to its text: the block of the file that it was compiled from, parsed, and checked to be the same.

A def is found by its first line and its indentation, so that a long module is never parsed as a whole; a lambda by its
line, and by its code and columns where several share a line.
"""

from __future__ import annotations

import ast
import linecache
import os
import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any

from sourcead.errors import Diagnosis, Place, SourceUnavailableError, UnsupportedError, display_path
from sourcead.frontend.samecode import Definition, Sought, matching
from sourcead.frontend.spines import MAX_DEPTH, TooDeep, to_gast
from sourcead.records import dataclass

_CACHED_CODES, _CACHED_FILES = 512, 4
_FEW = 1000  # lines above a function that Python's parser passes sooner than its nodes are moved
_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The text of one def or lambda. `lines` are the file's lines that it covers, by number; `node` is shared: never
    change it. Decorators are no part of it."""

    node: Any
    text: str
    lines: Mapping[int, str]
    first_line: int


_texts: OrderedDict[int, tuple[CodeType, Text]] = OrderedDict()
_lambdas: OrderedDict[str, tuple[list[str], dict[int, list[ast.Lambda]]]] = OrderedDict()
_lock = threading.Lock()


def text_of(code: CodeType, qualname: str, module_globals: dict[str, Any]) -> Text:
    """The text of a code object, found once: what was found to be its text stays so, whatever happens to the file."""
    known = _texts.get(id(code))
    if known is not None:
        return known[1]
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the text deserves was said when it was first compiled
        sought = Sought(code, qualname, _file_lines(code, module_globals), module_globals)
        if not sought.lines:
            raise _no_text(sought)
        node, tree = _find_lambda(sought) if code.co_name == "<lambda>" else _find_def(sought)
        found = _text(node, tree, sought.lines)
        _remember(_texts, id(code), (code, found), _CACHED_CODES)  # the code object held keeps its id from new use
    return found


def _remember(cache: OrderedDict[Any, Any], key: Any, value: Any, limit: int) -> None:
    cache[key] = value
    while len(cache) > limit:
        cache.popitem(last=False)


def place_in(lines: Mapping[int, str], file: str, function: str, node: Any, statement: Any) -> Place:
    """The place of a node (of its statement, if it has none of its own). Parsers count columns in UTF-8 bytes."""
    where = node if getattr(node, "lineno", None) is not None else statement
    line, column = where.lineno, _column(lines, where.lineno, where.col_offset)
    end_line, end_column = where.end_lineno, _column(lines, where.end_lineno, where.end_col_offset)
    return Place(file, line, column, end_line, end_column, function, _first_line(lines, statement), statement.lineno)


def _first_line(lines: Mapping[int, str], statement: Any) -> str:
    """The text of a statement, as far as it stands on its first line."""
    global _last  # most often it is asked for again and again
    known = _last
    if known[0] is statement and known[1] is lines:
        return known[2]
    text = lines.get(statement.lineno, "")
    start = _column(lines, statement.lineno, statement.col_offset)
    if statement.end_lineno == statement.lineno:
        first = text[start : _column(lines, statement.lineno, statement.end_col_offset)]
    else:
        first = _without_comment(text[start:])
    _last = (statement, lines, first)
    return first


_last: tuple[Any, Mapping[int, str], str] = (None, {}, "")


def _column(lines: Mapping[int, str], line: int, offset: int) -> int:
    text = lines.get(line, "")
    return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))


_UP_TO_COMMENT = re.compile(r""" (?: [^#"'] | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' )* """, re.VERBOSE)


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line.rstrip()
    match = _UP_TO_COMMENT.match(line)
    end = match.end() if match else len(line)
    return (line[:end] if line[end : end + 1] == "#" else line).rstrip()  # else: a string that goes on below


def _file_lines(code: CodeType, module_globals: dict[str, Any]) -> list[str]:
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, module_globals)
    interactive = getattr(linecache, "_getlines_from_code", None)  # the prompt of newer Pythons keeps its text by code
    if not lines and interactive is not None:
        lines = list(interactive(code))
        if lines:
            linecache.cache.setdefault(code.co_filename, (sum(map(len, lines)), None, lines, code.co_filename))
    return lines


def _text(node: Definition, tree: Any, lines: list[str]) -> Text:
    covered = _covered(node, lines)
    if isinstance(node, ast.Lambda):
        start = _column(covered, node.lineno, node.col_offset)
        last = max(covered)
        whole = {**covered, last: covered[last][: _column(covered, last, node.end_col_offset or 0)]}
        whole[node.lineno] = whole[node.lineno][start:]
        text = "\n".join(whole.values())
    else:
        margin = covered[node.lineno][: _indentation(covered[node.lineno])]
        text = "".join(f"{line.removeprefix(margin)}\n" for line in covered.values())
    if not isinstance(node, ast.Lambda):
        tree.decorator_list = []
    return Text(tree, text, covered, node.lineno)


def _covered(node: Definition, lines: list[str]) -> dict[int, str]:
    last = node.end_lineno or node.lineno
    return {number: lines[number - 1].rstrip("\r\n") for number in range(node.lineno, last + 1)}


def _find_def(sought: Sought) -> tuple[Definition, Any]:
    start = sought.code.co_firstlineno
    first = sought.lines[start - 1] if start <= len(sought.lines) else ""
    if not first.lstrip().startswith(("def", "async", "@")):
        raise _changed(sought)
    for end in _block_ends(sought.lines, start, max(_code_lines(sought.code))):
        module = _parse(sought, start, end)
        if module is None:
            continue
        node = module.body[0].body[0] if isinstance(module.body[0], ast.If) else module.body[0]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == sought.code.co_name:
            tree = _converted(node, sought)
            if is_own(sought.code, sought.globals) or matching([node], sought):
                return node, tree
        break
    raise _changed(sought)


def _find_lambda(sought: Sought) -> tuple[Definition, Any]:
    last = min(max(_code_lines(sought.code)), len(sought.lines))
    found: tuple[Definition, Any] | None = None
    for end in range(last, min(len(sought.lines), last + 8) + 1):
        tree = _parse(sought, sought.code.co_firstlineno, end)
        if tree is not None:  # the lambda's line is the beginning of something that parses: most often its statement
            found = _choose(_lambdas_by_line(tree), sought)
            break
    found = found or _choose(_lambdas_of_file(sought), sought)
    if found is None:
        raise _changed(sought)
    return found


def _choose(by_line: dict[int, list[ast.Lambda]], sought: Sought) -> tuple[Definition, Any] | None:
    """The lambda whose code this is: of several with the same code the one that stands where this one stood; where
    positions do not tell (Python 3.10), they compute the same from the same names, and the first stands for all."""
    candidates = sorted(by_line.get(sought.code.co_firstlineno, ()), key=lambda node: node.col_offset)
    trees = {node: _converted(node, sought) for node in candidates}
    same = matching(list[Definition](candidates), sought)
    here = [node for node, code in same if code.co_linetable == sought.code.co_linetable] or [node for node, _ in same]
    return (here[0], trees[here[0]]) if here else None  # type: ignore[index]


def _lambdas_of_file(sought: Sought) -> dict[int, list[ast.Lambda]]:
    """The lambdas of the whole file, by line; the last few files are remembered."""
    known = _lambdas.get(sought.code.co_filename)
    if known is not None and known[0] is sought.lines:
        return known[1]
    tree = _parse(sought, 1, len(sought.lines))
    by_line = _lambdas_by_line(tree) if tree is not None else {}
    _remember(_lambdas, sought.code.co_filename, (sought.lines, by_line), _CACHED_FILES)
    return by_line


def _lambdas_by_line(tree: ast.Module) -> dict[int, list[ast.Lambda]]:
    by_line: dict[int, list[ast.Lambda]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            by_line.setdefault(node.lineno, []).append(node)
    return by_line


def _code_lines(code: CodeType) -> Iterator[int]:
    """The numbers of all lines that have code."""
    yield code.co_firstlineno
    for _, _, line in code.co_lines():
        if line is not None:
            yield line
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _code_lines(const)


def _block_ends(lines: list[str], start: int, least: int) -> Iterator[int]:
    """Last lines, in order, that the block starting at line `start` may have: before each line that is indented no
    deeper. Such a line may also be the inside of a string or a parenthesis; then the text so far does not parse."""
    depth = _indentation(lines[start - 1])
    for number in range(least + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() and not line.lstrip().startswith("#") and _indentation(line) <= depth:
            yield number - 1
    yield len(lines)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t\f"))


def _parse(sought: Sought, start: int, end: int) -> ast.Module | None:
    """Lines `start` to `end` of the file as a module, with the file's own line and column numbers; None: no Python."""
    lines = sought.lines[start - 1 : end]
    inner = bool(lines) and _indentation(lines[0]) > 0
    above = start - 1 - inner
    empty = above if 0 < above < _FEW else 0
    try:
        tree = ast.parse("\n" * empty + "".join(["if 1:\n", *lines] if inner else lines))
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError):  # how Python's own parser says it
        raise UnsupportedError(_too_deep(sought, None)) from None
    _shift_lines(tree, above - empty)
    return tree


def _shift_lines(tree: ast.Module, by: int) -> None:
    stack: list[Any] = [tree] if by else []
    while stack:
        node = stack.pop()
        if "lineno" in node.__dict__:
            node.lineno += by
            node.end_lineno += by
        stack += _children(node)


def _converted(node: Definition, sought: Sought) -> Any:
    """The gast tree of a definition, which is not too deep."""
    try:
        return to_gast(node)
    except TooDeep as error:
        covered = _covered(node, sought.lines)
        place = place_in(covered, sought.code.co_filename, sought.name, error.statement, error.statement)
    raise UnsupportedError(_too_deep(sought, place))


def is_own(code: CodeType, module_globals: dict[str, Any]) -> bool:
    """Whether this is a function of this package, whose files stay as they are: a rule."""
    return str(module_globals.get("__name__")).startswith("sourcead.") and code.co_filename.startswith(_HOME)


def _children(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for value in node.__dict__.values():
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += (item for item in value if isinstance(item, ast.AST))
    return found


def _too_deep(sought: Sought, place: Place | None) -> Diagnosis:
    return Diagnosis(
        f"the text of {sought.name} is nested too deep",
        place,
        (f"blocks and expressions inside one another may be {MAX_DEPTH} deep together",),
        "name parts of a long expression, or write a chain of `elif` as a loop",
    )


def _no_text(sought: Sought) -> SourceUnavailableError:
    return SourceUnavailableError(
        Diagnosis(
            f"the source of {sought.name} is not available",
            notes=(f"its code says that it comes from {display_path(sought.code.co_filename)}, which cannot be read",),
            help="define it in a file, in a notebook cell or at the interactive prompt; "
            "text that is run with exec() must be put into linecache first",
        )
    )


def _changed(sought: Sought) -> SourceUnavailableError:
    where = f"line {sought.code.co_firstlineno} of {display_path(sought.code.co_filename)}"
    return SourceUnavailableError(
        Diagnosis(
            f"the text of {sought.name} is not the code that runs",
            notes=(f"the code came from {where}: the file has changed since, or an import hook rewrote the code",),
            help="import it again: restart Python, or use importlib.reload",
        )
    )

"""Makes a failing program small: `python -m tests.fuzz.shrink SEED [generic]` prints the smallest that fails alike.

--only and --without choose features as in the survey, whose seeds these are.
"""

from __future__ import annotations

import argparse
import ast
import copy
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.fuzz.cases import draw, is_sound
from tests.fuzz.generator import Case
from tests.fuzz.judge import CRASH, REFUSED, SKIPPED, WRONG, Verdict, judge

BODIES = ("body", "orelse", "finalbody", "handlers")
PARTS = ast.BinOp | ast.Call | ast.IfExp | ast.UnaryOp | ast.Subscript | ast.Compare | ast.BoolOp | ast.Attribute


def candidates(tree: ast.Module) -> Iterator[ast.Module]:
    """Every tree with one statement less, one block replaced by its body, or one expression by a part of it."""
    count = sum(1 for _ in ast.walk(tree))
    for position in range(count):
        for edit in range(1000):
            made = copy.deepcopy(tree)
            node = list(ast.walk(made))[position]
            edits = list(_edits(node))
            if edit >= len(edits):
                break
            edits[edit]()
            yield ast.fix_missing_locations(made)


def _edits(node: Any) -> Iterator[Any]:
    for field in BODIES:
        statements = getattr(node, field, None)
        if not isinstance(statements, list):
            continue
        for k, statement in enumerate(statements):
            rest = [*statements[:k], *statements[k + 1 :]]
            if rest or field != "body":
                yield lambda f=field, r=rest: setattr(node, f, r)
            for inner in BODIES[:3]:
                within = getattr(statement, inner, None)
                if within and not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    new = [*statements[:k], *within, *statements[k + 1 :]]
                    yield lambda f=field, r=new: setattr(node, f, r)
    for field, child in ast.iter_fields(node):
        if isinstance(child, PARTS):
            for part in ast.iter_child_nodes(child):
                if isinstance(part, ast.expr) and not isinstance(part, ast.Slice):
                    yield lambda f=field, p=part: setattr(node, f, p)
        elif isinstance(child, list) and field in ("args", "elts", "values", "decorator_list", "bases"):
            for k, item in enumerate(child):
                if field != "args" or not isinstance(node, ast.arguments):
                    yield lambda f=field, k=k: getattr(node, f).__delitem__(k)
                if not isinstance(item, PARTS):
                    continue
                for part in ast.iter_child_nodes(item):
                    if isinstance(part, ast.expr):
                        yield lambda f=field, k=k, p=part: getattr(node, f).__setitem__(k, p)


def kind(verdict: Verdict) -> str:
    """The failure without its numbers and names."""
    reason = re.sub(r"-?\b\d[-\d.e+]*", "0", verdict.reason)
    if verdict.word == WRONG:
        return WRONG + re.sub(r"0.*|\[.*", "", reason)[:20]
    return f"{verdict.word} " + re.sub(r"['`][^'`]*['`]|<\w+>|fuzz_program_\w+", "_", reason)[:90]


def shrink(
    case: Case, folder: Path, *, generic: bool = False, seconds: float = 120.0, refusals: bool = False
) -> tuple[Case, Verdict]:
    """The smallest program found that fails (or, where asked for, is refused) in the same way."""
    end = time.monotonic() + seconds
    case = replace(case, text=ast.unparse(ast.parse(case.text)))
    first = verdict = judge(case, folder, generic=generic)
    improved = verdict.word in (WRONG, CRASH, *([REFUSED] if refusals else []))
    while improved and time.monotonic() < end:
        improved = False
        for candidate in candidates(ast.parse(case.text)):
            if time.monotonic() > end:
                break
            try:
                made = replace(case, text=ast.unparse(candidate))
            except (AttributeError, ValueError):  # no program
                continue
            found = _verdict(made, folder, generic) if len(made.text) < len(case.text) else Verdict(SKIPPED)
            if kind(found) == kind(first):
                case, verdict, improved = made, found, True
                break
    return case, verdict


def _verdict(case: Case, folder: Path, generic: bool) -> Verdict:
    return judge(case, folder, generic=generic) if is_sound(case, folder) else Verdict(SKIPPED)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.shrink")
    parser.add_argument("seed", type=int)
    parser.add_argument("kind", nargs="?", choices=("generic",))
    parser.add_argument("--only", default="")
    parser.add_argument("--without", default="")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--refusals", action="store_true", help="shrink a refused program too")
    options = parser.parse_args(argv)
    only, without = (tuple(filter(None, text.split(","))) for text in (options.only, options.without))
    with tempfile.TemporaryDirectory() as name:
        case = draw(options.seed, Path(name), only, without)
        if case is None:
            print("no sound program")
            return 1
        small, verdict = shrink(
            case, Path(name), generic=options.kind == "generic", seconds=options.seconds, refusals=options.refusals
        )
    print(small.text, f"\n# {verdict.word}: {verdict.reason}", f"\n# arguments: {small.arguments}", sep="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Makes a failing program small: `python -m tests.fuzz.shrink SEED [generic]` prints the smallest that fails alike."""

from __future__ import annotations

import ast
import copy
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.generator import program
from tests.fuzz.judge import Verdict, arguments, judge, load


def candidates(tree: ast.Module) -> Iterator[ast.Module]:
    """Every tree with one statement less, one block replaced by its body, or one expression by a part of it."""
    count = sum(1 for _ in ast.walk(tree))
    for position in range(count):
        for edit in range(12):
            made = copy.deepcopy(tree)
            node = list(ast.walk(made))[position]
            if not _edit(node, edit):
                break
            yield ast.fix_missing_locations(made)


def _edit(node: Any, number: int) -> bool:
    """Do the edit of this number at a node; False where there are no more."""
    return number < len(edits := list(_edits(node))) and (edits[number]() or True)


def _edits(node: Any) -> Iterator[Any]:
    for field in ("body", "orelse"):
        statements = getattr(node, field, None)
        if not isinstance(statements, list):
            continue
        for k, statement in enumerate(statements):
            rest = [*statements[:k], *statements[k + 1 :]]
            if rest or field == "orelse":
                yield lambda f=field, r=rest: setattr(node, f, r)
            for inner in ("body", "orelse"):
                if isinstance(statement, ast.If | ast.For | ast.While) and getattr(statement, inner):
                    new = [*statements[:k], *getattr(statement, inner), *statements[k + 1 :]]
                    yield lambda f=field, r=new: setattr(node, f, r)
    for field, child in ast.iter_fields(node):
        if isinstance(child, ast.BinOp | ast.Call | ast.IfExp | ast.UnaryOp | ast.Subscript | ast.Compare | ast.BoolOp):
            for part in ast.iter_child_nodes(child):
                if isinstance(part, ast.expr) and not isinstance(part, ast.Slice):
                    yield lambda f=field, p=part: setattr(node, f, p)
        elif isinstance(child, list) and field in ("args", "elts", "values"):
            for k, item in enumerate(child):
                for part in ast.iter_child_nodes(item):
                    if isinstance(part, ast.expr) and isinstance(item, ast.BinOp | ast.Call | ast.IfExp):
                        yield lambda f=field, k=k, p=part: getattr(node, f).__setitem__(k, p)


def kind(verdict: Verdict) -> str:
    """The failure without its numbers and names."""
    reason = re.sub(r"[-\d.e]+", "0", verdict.reason)
    return verdict.word + ("" if verdict.word == "wrong" else " " + re.sub(r"'\w+'|<\w+>", "_", reason)[:90])


def shrink(text: str, seed: int, folder: Path, *, generic: bool = False, limit: int = 1500) -> tuple[str, Verdict]:
    """The smallest program found that fails in the same way."""
    number = 0

    def failure(source: str) -> Verdict:
        nonlocal number
        number += 1
        try:
            f = load(source, folder / f"candidate_{number}.py")
        except Exception:
            return Verdict("says nothing")
        return judge(f, arguments(seed), generic=generic)

    first = verdict = failure(text)
    improved = verdict.word in ("wrong", "crash")
    while improved and number < limit:
        improved = False
        for candidate in candidates(ast.parse(text)):
            shorter = ast.unparse(candidate)
            if len(shorter) >= len(text):
                continue
            found = failure(shorter)
            if kind(found) == kind(first):
                text, verdict, improved = shorter, found, True
                break
            if number >= limit:
                break
    return text, verdict


if __name__ == "__main__":
    seed = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        small, verdict = shrink(ast.unparse(ast.parse(program(seed))), seed, Path(name), generic="generic" in sys.argv)
    print(verdict, arguments(seed), small, sep="\n")

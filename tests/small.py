"""Tiny programs for tests of a stage: the gradient's text, its numbers checked, and the IR on both sides of a pass."""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.backend.writer import write
from sourcead.ir import Atom, Block, Function, Op, Param, Primitive, Value
from sourcead.kinds import const_kind
from sourcead.verify import verify
from tests.compiling import Stages, compiled, function_of
from tests.kit import assert_trees_close, central_differences

NAMES: dict[str, Any] = {"np": np, "math": math}


def program(text: str, **names: Any) -> Callable[..., Any]:
    """The function that a text defines."""
    return function_of(text.strip("\n") + "\n", **NAMES, **names)


def stages(text: str, *args: Any, argnums: tuple[int, ...] = (0,), **names: Any) -> Stages:
    """All stages of a program's gradient, whose numbers are those of central differences."""
    function = program(text, **names)
    found = compiled(function, *args, argnums=argnums)
    expected = tuple(central_differences(function, args, k) for k in argnums)
    given = copy.deepcopy(args)
    assert_trees_close(found.run_text(*given), expected if len(argnums) > 1 else expected[0])
    assert repr(given) == repr(args), "an argument was changed"
    return found


def gradient(text: str, *args: Any, argnums: tuple[int, ...] = (0,), **names: Any) -> str:
    """The statements of the gradient, in their final text, its numbers checked."""
    return statements(stages(text, *args, argnums=argnums, **names).final)


def statements(function: Function) -> str:
    """The statements of a written function without its docstring; helpers of the module are left out."""
    tree = ast.parse(write(function))
    (found,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function.name)
    body = found.body[1:] if isinstance(found.body[0], ast.Expr) else found.body
    return "\n".join(map(ast.unparse, body))


def around(found: Stages, stage: str) -> tuple[Block, Block]:
    """The IR before and after a stage."""
    names = list(found.seen)
    position = names.index(stage)
    return found.seen[names[position - 1]].body, found.seen[stage].body


def made_by(run: Callable[[Function], Function], function: Function) -> Block:
    """The body that a pass makes of a function by hand, sound before and after."""
    verify(function)
    made = run(function)
    verify(made)
    return made.body


def op(primitive: Primitive, *args: Atom, backward: bool = True, form: str = "", hint: str = "", **attrs: Any) -> Op:
    """An op of one result, with the kind that the primitive infers."""
    assert primitive.infer is not None
    kinds = [a.kind if isinstance(a, Value) else const_kind(a.value) for a in args]
    kind = primitive.infer(*kinds, **attrs)
    return Op(primitive, args, (Value(hint, kind),), tuple(sorted(attrs.items())), (), None, form, backward)


def function_of_ops(params: tuple[Value, ...], ops: tuple[Op, ...], result: Atom) -> Function:
    """A function made by hand."""
    return Function("f", tuple(Param(p.hint) for p in params), Block(params, ops, (result,)))

"""Shadowed names: a global of the user's module that a parameter hides, and an inlined function reads.

    X = ...                                     def loss(X):
    def helper(v): return v * X         ->          ... globals()["X"] ...
    def loss(X): ... helper(...)
"""

from __future__ import annotations

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Block, Function, Op, walk
from sourcead.primitives import structural
from sourcead.records import replace


def read_past_parameters(function: Function) -> Function:
    """Mark the reads of globals that a parameter's name hides.

    Raises:
        UnsupportedError: what is hidden is a variable of an enclosing function, which has no other name.
    """
    names = {param.name for param in function.params}

    def marked(op: Op) -> Op:
        if op.primitive is structural.CAPTURE and op.attr("name").partition(".")[0] in names:
            if not op.attr("in_module", False):
                name = op.attr("name")
                message = f"`{name}` of an enclosing function is read where `{name}` is a parameter of {function.name}"
                raise UnsupportedError(Diagnosis(message, op.at, (), "rename one of them"))
            return op.with_attrs(shadowed=True)
        return replace(op, blocks=tuple(map(block, op.blocks))) if op.blocks else op

    def block(inner: Block) -> Block:
        return replace(inner, ops=tuple(map(marked, inner.ops)))

    hidden = any(op.primitive is structural.CAPTURE for op in walk(function.body))
    return replace(function, body=block(function.body)) if hidden else function

"""What leaves a function through a global or an outer variable is not differentiated."""

from __future__ import annotations

from sourcead.frontend.resolver import Resolver
from sourcead.ir import Block, Value, walk


def check_leaving(resolver: Resolver, body: Block, varied: set[Value]) -> None:
    """Refuse what is differentiated leaving through a global or an outer variable."""
    for op in walk(body):
        if op.attr("leaves", False) and op.args[1] in varied:
            resolver.at = op.at
            resolver.refuse(
                "a value that is differentiated is stored into a variable outside the function",
                "return the value, and let the caller assign it",
            )

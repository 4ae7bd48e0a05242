"""What generated code raises where a program goes on after an exception that its derivative does not follow."""

from __future__ import annotations


def unfollowed(where: str) -> Exception:
    """The error of a handler that is entered after values that are differentiated were computed."""
    import sys

    kind: type[Exception] = getattr(sys.modules.get("sourcead.errors"), "UnsupportedError", NotImplementedError)
    return kind(f"an exception was caught at {where}, after values that are differentiated had been computed")

"""Resolving `import` inside a function: the module is imported now, as it would be at the first call."""

from __future__ import annotations

import importlib
import sys

from sourcead.frontend.abstract import Abstract, Static
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import attribute_of
from sourcead.ir import Op


def imported(resolver: Resolver, op: Op) -> Abstract:
    """What a name of an import statement stands for."""
    module, word, level = op.attr("module"), op.attr("word"), op.attr("level")
    package = resolver.frames[-1].globals.get("__package__") or ""
    name = "." * level + module
    try:
        found = importlib.import_module(name, package or None)
        if not op.attr("whole"):
            found = sys.modules[module.partition(".")[0]]
        if word and not hasattr(found, word):  # a module of a package, which the import statement imports
            return _module(importlib.import_module(f"{found.__name__}.{word}"))
    except (ImportError, TypeError, ValueError) as error:
        resolver.refuse(f"this import fails: {error}", "make it work where the gradient is generated")
    return attribute_of(resolver, _module(found), word) if word else _module(found)


def _module(module: object) -> Static:
    return Static(module, (("object", module),))

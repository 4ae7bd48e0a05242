"""What random programs are made of: one file a subject, each row a writer of one feature."""

from __future__ import annotations

from tests.fuzz.language import (  # noqa: F401  (importing them fills the table)
    aliases,
    arithmetic,
    assignments,
    branches,
    closures,
    dictionaries,
    effects,
    functions,
    inplace,
    iteration,
    lists,
    loops,
    objects,
    parameters,
    patterns,
    protected,
    stores,
    trees,
)

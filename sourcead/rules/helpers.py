"""Marks every function of the run time as a helper that rules may call."""

from __future__ import annotations

from sourcead import runtime
from sourcead.rules.registry import helper

for name in runtime.__all__:
    helper(getattr(runtime, name))

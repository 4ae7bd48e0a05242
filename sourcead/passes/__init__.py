"""The passes that make a derivative lean, in the order in which they run.

Those that `sourcead.switches` names can be turned off; the others make the text right.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir import Function
from sourcead.passes.copies import insert_copies
from sourcead.passes.cse import eliminate_common_subexpressions
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.effects import mark_effects
from sourcead.passes.invariants import hoist_invariants
from sourcead.passes.items import change_items_in_place
from sourcead.passes.ranges import run_over_own_ranges
from sourcead.passes.results import own_results
from sourcead.passes.reuse import reuse_products
from sourcead.passes.shapes import read_latest_shapes
from sourcead.passes.simplify import simplify
from sourcead.passes.sweeps import fuse_sweeps
from sourcead.passes.updates import join_updates

Pass = Callable[[Function], Function]

PASSES: tuple[tuple[str, Pass], ...] = (
    ("dead code", eliminate_dead_code),
    ("own ranges", run_over_own_ranges),
    ("invariants", hoist_invariants),
    ("simplify", simplify),
    ("common subexpressions", eliminate_common_subexpressions),
    ("updates", join_updates),
    ("simplify again", simplify),
    ("dead code again", eliminate_dead_code),
    ("one sweep", fuse_sweeps),
    ("effects", mark_effects),
    ("reuse of products", reuse_products),
    ("latest shapes", read_latest_shapes),
    ("copies before stores", insert_copies),
    ("own results", own_results),
    ("items in place", change_items_in_place),
)

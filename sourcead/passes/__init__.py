"""The passes that make a derivative lean, in the order in which they run.

Those that `sourcead.switches` names can be turned off; the others make the text right.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir import Function
from sourcead.passes.assigning import assign_first_contributions
from sourcead.passes.chunks import run_in_chunks, run_in_chunks_of_functions
from sourcead.passes.clearings import leave_out_clearings
from sourcead.passes.copies import insert_copies
from sourcead.passes.cse import eliminate_common_subexpressions
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.effects import mark_effects
from sourcead.passes.expert_choices import choose_by_maximum
from sourcead.passes.expert_literals import count_in_floats_of_arrays
from sourcead.passes.expert_methods import call_methods, make_zeros, multiply_by_methods
from sourcead.passes.expert_picks import subtract_picks
from sourcead.passes.expert_powers import multiply_out
from sourcead.passes.expert_products import call_dot
from sourcead.passes.expert_sums import sum_by_products
from sourcead.passes.factoring import factor_out
from sourcead.passes.floats import count_in_floats
from sourcead.passes.invariants import hoist_arithmetic, hoist_invariants
from sourcead.passes.items import change_items_in_place
from sourcead.passes.last_turns import leave_out_last
from sourcead.passes.measuring import measure_what_stays
from sourcead.passes.parts import assign_parts
from sourcead.passes.ranges import run_over_own_ranges
from sourcead.passes.results import own_results
from sourcead.passes.reuse import reuse_products
from sourcead.passes.shadowing import read_past_parameters
from sourcead.passes.shapes import read_latest_shapes
from sourcead.passes.signing import sink_signs
from sourcead.passes.simplify import simplify
from sourcead.passes.sweeps import fuse_sweeps
from sourcead.passes.updates import join_updates
from sourcead.sizes import Sizes

Pass = Callable[[Function], Function]

PASSES: tuple[tuple[str, Pass], ...] = (
    ("shadowed names", read_past_parameters),
    ("dead code", eliminate_dead_code),
    ("own ranges", run_over_own_ranges),
    ("invariants", hoist_invariants),
    ("simplify", simplify),
    ("common subexpressions", eliminate_common_subexpressions),
    ("updates", join_updates),
    ("common factors", factor_out),
    ("simplify again", simplify),
    ("signs", sink_signs),
    ("dead code again", eliminate_dead_code),
    ("clearings", leave_out_clearings),
    ("one sweep", fuse_sweeps),
    ("first contributions", assign_first_contributions),
    ("separate parts", assign_parts),
    ("last turn", leave_out_last),
    ("invariants again", hoist_arithmetic),
    ("effects", mark_effects),
    ("shapes of what stays", measure_what_stays),
    ("reuse of products", reuse_products),
    ("latest shapes", read_latest_shapes),
    ("copies before stores", insert_copies),
    ("own results", own_results),
    ("items in place", change_items_in_place),
)

SizedPass = Callable[[Function, Sizes], Function]

EXPERT: tuple[tuple[str, SizedPass], ...] = (  # style "fast": behind what makes code lean
    ("picks", subtract_picks),
    ("choices by maximum", choose_by_maximum),
    ("methods", call_methods),
    ("powers by products", multiply_out),
    ("products by np.dot", call_dot),
    ("sums by products", sum_by_products),
    ("common subexpressions again", lambda function, _: eliminate_common_subexpressions(function)),
    ("items as floats", count_in_floats),
    ("methods again", make_zeros),
)
EXPERT_LAST: tuple[tuple[str, SizedPass], ...] = (  # behind what decides about memory
    ("chunks", run_in_chunks),
    ("literals", count_in_floats_of_arrays),
    ("methods again", multiply_by_methods),
)


def passes_of(sizes: Sizes | None, *, compiled: bool = False) -> list[tuple[str, Pass]]:
    """All passes; with sizes, those of style "fast" too: of them only chunks where the text is to be compiled."""
    if compiled and sizes is not None:
        return [*PASSES, ("chunks", _with_sizes(run_in_chunks_of_functions, sizes))]
    names = [name for name, _ in PASSES]
    lean = names.index("effects") + 1
    if sizes is None:
        return list(PASSES)
    expert, last = ([(name, _with_sizes(run, sizes)) for name, run in some] for some in (EXPERT, EXPERT_LAST))
    return [*PASSES[:lean], *expert, *PASSES[lean:], *last]


def _with_sizes(run: SizedPass, sizes: Sizes) -> Pass:
    return lambda function: run(function, sizes)

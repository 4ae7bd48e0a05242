"""Augmented assignments to what is of unknown kind: a number is bound anew, an array changes in place."""

from __future__ import annotations

from sourcead.frontend.abstract import Abstract, Region
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Value
from sourcead.kinds import TOP, Kind
from sourcead.primitives.registry import declare
from sourcead.runtime import assigning


@declare(assigning.augmented, name="helper augmented", form="helper augmented", effects="raises")
def AUGMENTED(old: Kind, new: Kind) -> Kind:
    return TOP


@declare(assigning.rebound, name="helper rebound", form="helper rebound", effects="raises")
def REBOUND(old: Kind, new: Kind) -> Kind:
    return TOP


def assigned(resolver: Resolver, left: Abstract, new: Abstract) -> Abstract:
    """What `left op= e` leaves, new being `left op e`. Nothing else may know the memory of an array that it changes;
    what is not this function's own may only be a number, which is asked when the program runs."""
    old, own = resolver.atom(left), True
    if isinstance(left, Value):
        region = resolver.memory.region(left)
        own = all(r.origin == "local" for r in (region, *region.tokens) if isinstance(r, Region))
        if not own and not resolver.generic:
            resolver.refuse(
                f"`{left.hint or 'this'}` is changed here, and may be a number or an array of the caller's",
                "give it one meaning, or work on a copy",
            )
        if own:
            resolver.memory.lost(region, left.hint, resolver.place)
    return resolver.emit(AUGMENTED if own else REBOUND, (old, resolver.atom(new)))

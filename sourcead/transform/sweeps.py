"""The start of a reverse sweep: what it has to know of the body that it goes through backwards."""

from __future__ import annotations

from sourcead.frontend.resolver import Resolver
from sourcead.ir import Block, Builder, Value, walk
from sourcead.transform.adjoint import Reverse
from sourcead.transform.binding import Bindings
from sourcead.transform.cotangents import Cotangents
from sourcead.transform.masking import Masks
from sourcead.transform.pairs import Pairs
from sourcead.transform.state import stored_into, writes_to_objects


def start(resolver: Resolver, body: Block, varied: set[Value], pairs: Pairs) -> Reverse:
    """A reverse sweep over a body, its ops to be collected in a builder of its own."""
    distinct = frozenset(o for op in walk(body) if op.name in ("np.arange", "np.argsort") for o in op.outs)
    cotangents = Cotangents(resolver, {}, Bindings.of(body), distinct)
    reverse = Reverse(resolver, varied, cotangents, Masks.of(resolver, body, varied), pairs=pairs)
    reverse.producers = {o: op for op in walk(body) for o in op.outs}
    reverse.changing, reverse.writes = stored_into(body), writes_to_objects(body)
    resolver.builder, resolver.backward = Builder(), True
    return reverse

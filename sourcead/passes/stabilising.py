"""The table of what is computed stably: how it may be written, what it is, and what is said of it.

A `Rule` says what a term is. One with `words` computes it so; one that is `kept` leaves the value as it is written and
gives it the derivative of what it is; one with neither is a fact that other rules build on. The first that fits counts.
What a pattern cannot say stands in `recognising`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sourcead.ir import Const, Primitive, Value
from sourcead.kinds import Top
from sourcead.passes.patterns import (
    NEG,
    POW,
    Any,
    Found,
    Item,
    Node,
    Number,
    Pattern,
    Term,
    Terms,
    filled,
    function,
    matches,
)
from sourcead.passes.recognising import FACTS
from sourcead.passes.remarks import described, noted
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.stable import (
    LOG_SIGMOID,
    SIGMOID,
    SOFTPLUS,
    WITH_ABSOLUTE_SLOPE,
    WITH_NORM_SLOPE,
    WITH_SIGMOID_SLOPE,
)
from sourcead.records import dataclass, replace

exp, log, log1p, expm1 = function(np.exp), function(np.log), function(np.log1p), function(np.expm1)
sqrt, square, absolute, tanh = function(np.sqrt), function(np.square), function(np.absolute), function(np.tanh)
logaddexp, total = function(np.logaddexp), function(np.sum)
sigmoid, log_sigmoid, softplus = function(SIGMOID), function(LOG_SIGMOID), function(SOFTPLUS)
with_sigmoid_slope, with_norm_slope = function(WITH_SIGMOID_SLOPE), function(WITH_NORM_SLOPE)
with_absolute_slope = function(WITH_ABSOLUTE_SLOPE)
a, b, u, x, z, value = map(Any, ("a", "b", "u", "x", "z", "value"))


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One line of the table. kept: what takes the place of the value, which is called `value`; `is_` may then be None.
    where: what must hold beside the pattern."""

    written: Pattern
    is_: Pattern | None
    words: str = ""
    kept: Pattern | None = None
    where: Callable[[Found, Terms], bool] | None = None


def _of_known_kind(found: Found, terms: Terms) -> bool:
    item = found.items["x"]
    return isinstance(item, Value) and not isinstance(item.kind, Top)


def _unbounded(found: Found, terms: Terms) -> bool:
    """Whether z is no -abs(x), whose exponential cannot overflow."""
    term = terms.of(found.items["z"])
    inner = terms.of(term.args[0]) if term is not None and term.head is NEG else None
    return inner is None or inner.head is not primitive_of(np.absolute)


def _roots(inner: Pattern) -> tuple[Node, ...]:
    return sqrt(inner), Node(POW, (inner, Number(0.5)))


_SQUARES = (x * x, Node(POW, (x, Number(2))), square(x))
_HALVES = (z / 2, 0.5 * z)

RULES = (
    Rule(1 / (1 + exp(u)), sigmoid(-u), "slope of sigmoid({z})", with_sigmoid_slope(value, -u)),
    Rule(Node(POW, (1 + exp(u), Number(-1))), sigmoid(-u), "slope of sigmoid({z})", with_sigmoid_slope(value, -u)),
    Rule(exp(z) / (1 + exp(z)), sigmoid(z), "sigmoid({z})"),
    *(Rule(0.5 * (1 + tanh(half)), sigmoid(z)) for half in _HALVES),
    *(Rule((1 + tanh(half)) / 2, sigmoid(z)) for half in _HALVES),
    *(Rule(0.5 + 0.5 * tanh(half), sigmoid(z)) for half in _HALVES),
    Rule(1 - sigmoid(z), sigmoid(-z)),
    Rule(log(sigmoid(z)), log_sigmoid(z), "log of sigmoid({z})"),
    Rule(log1p(-sigmoid(z)), log_sigmoid(-z), "log of 1 - sigmoid({z})"),
    Rule(log(1 + exp(z)), softplus(z), "log(1 + exp({z}))", where=_unbounded),
    Rule(log1p(exp(z)), softplus(z), "log(1 + exp({z}))", where=_unbounded),
    Rule(log(exp(a) + exp(b)), logaddexp(a, b), "log(exp({a}) + exp({b}))"),
    Rule(exp(x) - 1, expm1(x), "exp({x}) - 1"),
    Rule(1 - exp(x), -expm1(x), "1 - exp({x})"),
    Rule(log(1 + x), log1p(x), "log(1 + {x})"),
    *(
        Rule(root, absolute(x), "square root of the square of {x}", where=_of_known_kind)
        for squared in _SQUARES
        for root in _roots(squared)
    ),
    *(
        Rule(root, None, "slope 0 where {x} is 0", with_absolute_slope(value, x))
        for squared in _SQUARES
        for root in _roots(squared)
    ),
    *(
        Rule(root, None, "slope 0 where {x} is 0", with_norm_slope(value, x, reduction="r"))
        for squared in _SQUARES
        for root in _roots(total(squared, reduction="r"))
    ),
)


_BY_HEAD: dict[Primitive, list[Rule]] = {}
for _rule in RULES:
    if isinstance(_rule.written, Node):
        _BY_HEAD.setdefault(_rule.written.head, []).append(_rule)


def found_in(term: Term, terms: Terms) -> Term:
    """What a term is, by the first rule that fits, until none does."""
    while term.kept is None:
        rules = _BY_HEAD.get(term.head, ())
        made = next((made for rule in rules if (made := _applied(rule, term, terms)) is not None), None)
        made = made or next((made for fact in FACTS if (made := fact(term, terms)) is not None), None)
        if made is None or made is term:
            return term
        term = made
    return term


def _applied(rule: Rule, term: Term, terms: Terms) -> Term | None:
    """What a rule makes of a term."""
    found = next(matches(rule.written, term, terms, Found()), None)
    if found is None or (rule.where is not None and not rule.where(found, terms)):
        return None
    is_ = term if rule.is_ is None else filled(rule.is_, terms, found)
    assert isinstance(is_, Term)
    words = rule.words.format_map({name: described(item, terms) for name, item in _named(found, terms).items()})
    if rule.kept is None:
        return noted(is_, words, found.places, terms)
    kept = filled(rule.kept, terms, found.with_item("value", Const(None)))
    assert isinstance(kept, Term)
    return replace(is_, kept=noted(kept, words, found.places, terms), places=found.places)


def _named(found: Found, terms: Terms) -> dict[str, Item]:
    """What was found, and as z the argument of a sigmoid."""
    if "u" in found.items:
        return {**found.items, "z": terms.negated(found.items["u"])}
    return found.items

"""The table of what is computed stably: how it may be written, what it is, and what is said of it.

A `Rule` says what a term is. One with `words` computes it so; one that is `kept` leaves the value as it is written and
gives it the derivative of what it is; one with neither is a fact that other rules build on. The first that fits counts.
What a pattern cannot say stands in functions behind the table.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sourcead.errors import Place
from sourcead.ir import Atom, Attrs, Const, Hole, Span, Value
from sourcead.kinds import Top, dtype_of, rank
from sourcead.passes.patterns import (
    ADD,
    DIV,
    MUL,
    NEG,
    POW,
    SUB,
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
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.stable import (
    CROSS_ENTROPY,
    LOG_SIGMOID,
    LOG_SOFTMAX,
    LOG_SUM_EXP,
    SIGMOID,
    SOFTMAX,
    SOFTPLUS,
    WITH_ABSOLUTE_SLOPE,
    WITH_NORM_SLOPE,
    WITH_SIGMOID_SLOPE,
)

exp, log, log1p, expm1 = function(np.exp), function(np.log), function(np.log1p), function(np.expm1)
sqrt, square, absolute, tanh = function(np.sqrt), function(np.square), function(np.absolute), function(np.tanh)
logaddexp, total, greatest = function(np.logaddexp), function(np.sum), function(np.max)
sigmoid, log_sigmoid, softplus = function(SIGMOID), function(LOG_SIGMOID), function(SOFTPLUS)
cross_entropy = function(CROSS_ENTROPY)
with_sigmoid_slope, with_norm_slope = function(WITH_SIGMOID_SLOPE), function(WITH_NORM_SLOPE)
with_absolute_slope = function(WITH_ABSOLUTE_SLOPE)
a, b, u, v, x, y, z, value = map(Any, ("a", "b", "u", "v", "x", "y", "z", "value"))


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


def found_in(term: Term, terms: Terms) -> Term:
    """What a term is, by the first rule that fits, until none does."""
    while term.kept is None:
        made = next((made for rule in _of_head(term) if (made := _applied(rule, term, terms)) is not None), None)
        made = made or next((made for fact in FACTS if (made := fact(term, terms)) is not None), None)
        if made is None or made is term:
            return term
        term = made
    return term


def _of_head(term: Term) -> Iterator[Rule]:
    return (rule for rule in RULES if isinstance(rule.written, Node) and rule.written.head is term.head)


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


def noted(term: Term, words: str, places: tuple[Place, ...], terms: Terms) -> Term:
    """A term that is computed so, with what is said of it. The sign in front of it is no part of that."""
    if not words:
        return replace(term, places=places)
    if term.head is NEG:
        (inner,) = term.args
        assert isinstance(inner, Term)
        return replace(term, args=(noted(inner, words, places, terms),), places=places, stable=True)
    if term.head is LOG_SIGMOID and isinstance(term.args[0], Term):  # of a -z that is not there
        inner = replace(term, head=SOFTPLUS, args=(terms.negated(term.args[0]),))
        return noted(Term(NEG, (inner,)), words, places, terms)
    return replace(term, words=words, places=places, stable=True)


def described(item: Item, terms: Terms) -> str:
    """An item in a comment."""
    if isinstance(item, Const):
        return repr(item.value)
    if isinstance(item, Value) and item.hint:
        return item.hint
    term = terms.of(item)
    if term is not None and term.head is NEG:
        return f"-{described(term.args[0], terms)}"
    if term is not None and term.head is structural.GETITEM and all(isinstance(i, Hole) for i in term.attr("path")[0]):
        return f"{described(term.args[0], terms)}[{', '.join(described(i, terms) for i in term.args[1:])}]"
    return "..."


# -- facts that no pattern says ----------------------------------------------------------------------------------------

_SUM, _MAX, _MEAN, _LOG = (primitive_of(f) for f in (np.sum, np.max, np.mean, np.log))
_SQUEEZE = primitive_of(np.squeeze)
_PICKS = (structural.GETITEM, primitive_of(np.take), primitive_of(np.take_along_axis))
_OF_VECTORS = (primitive_of(operator.matmul), primitive_of(np.dot), primitive_of(np.inner), primitive_of(np.vdot))
_COLUMN = ((Span(), None),)


def _rank(item: Item) -> int | None:
    """The rank of an item; that of an elementwise term of one operand is that of the operand."""
    while isinstance(item, Term):
        if len(item.args) != 1 or not item.head.elementwise:
            return None
        item = item.args[0]
    return rank(atom_kind(item))


def _expit(term: Term, terms: Terms) -> Term | None:
    """scipy.special.expit(z) is sigmoid(z)."""
    return replace(term, head=SIGMOID) if term.head.name == "scipy.special.expit" and not term.attrs else None


def _squared_norm(term: Term, terms: Terms) -> Term | None:
    """x @ x is sum(x * x)."""
    if term.head not in _OF_VECTORS or term.attrs or len(term.args) != 2 or not terms.same(*term.args):
        return None
    return Term(_SUM, (Term(MUL, term.args),), (), "", term.places) if _rank(term.args[0]) == 1 else None


def _kept_axis(term: Term, terms: Terms) -> Term | None:
    """s[:, None] is s with keepdims=True."""
    inner = terms.of(term.args[0]) if term.args else None
    if (
        inner is None
        or len(inner.args) != 1
        or inner.head not in (_SUM, _MAX, _SQUEEZE)
        or inner.attr("keepdims", False)
    ):
        return None
    axis = inner.attr("axis")
    whole = terms.of(inner.args[0]) if inner.head is _SQUEEZE else inner
    if whole is None or (inner.head is _SQUEEZE and whole.head is not LOG_SUM_EXP):
        return None
    column = term.head is structural.GETITEM and term.attr("path") == _COLUMN
    expanded = term.head is primitive_of(np.expand_dims) and isinstance(axis, int) and term.attr("axis") == axis
    if not expanded and not (column and (axis == 1 or (axis == -1 and _rank(whole.args[0]) == 2))):
        return None
    places = (*inner.places, *term.places)
    if whole is not inner:
        return Term(LOG_SUM_EXP, whole.args, _along(axis), "", places)
    return Term(inner.head, inner.args, (("axis", axis), ("keepdims", True)), "", places)


def _axis(reduced: Term, whole: Item) -> tuple[int | tuple[int, ...] | None] | None:
    """The axis of a reduction that broadcasts against the whole; None where it does not."""
    axis = reduced.attr("axis")
    back = axis is None or reduced.attr("keepdims", False) or axis == 0 or (axis == -1 and _rank(whole) == 1)
    return (axis,) if back else None


def unshifted(item: Item, axis: object, terms: Terms) -> Item | None:
    """x, where the item is x less its maximum along the axis or as a whole."""
    term = terms.of(item)
    if term is None or term.head is not SUB:
        return None
    top = terms.of(term.args[1])
    if top is not None and top.head.name == "stop_gradient":
        top = terms.of(top.args[0])
    if top is None or top.head is not _MAX or len(top.args) != 1 or not terms.same(top.args[0], term.args[0]):
        return None
    return term.args[0] if top.attr("axis") in (None, axis) and _axis(top, term.args[0]) is not None else None


def _along(axis: object) -> Attrs:
    return () if axis is None else (("axis", axis),)


def _softmax(term: Term, terms: Terms) -> Term | None:
    """exp(x) / sum(exp(x)) is softmax(x); that of x less its maximum is so computed already."""
    if term.head is not DIV:
        return None
    found = next(matches(exp(x) / total(exp(x), reduction="r"), term, terms, Found()), None)
    if found is None:
        return None
    reduced, item = terms.of(term.args[1]), found.items["x"]
    assert reduced is not None
    axis = _axis(reduced, item)
    if axis is None:
        return None
    whole = unshifted(item, axis[0], terms)
    if whole is not None:
        return Term(SOFTMAX, (whole,), _along(axis[0]), "", found.places)
    made = Term(SOFTMAX, (item,), _along(axis[0]))
    return noted(made, f"softmax of {described(item, terms)}", found.places, terms)


def _log_of_sum(term: Term, terms: Terms) -> Term | None:
    """log(sum(exp(x))), unless x is shifted already."""
    found = next(matches(log(total(exp(x), reduction="r")), term, terms, Found()), None)
    if found is None:
        return None
    item, attrs = found.items["x"], found.attrs["r"]
    if unshifted(item, dict(attrs).get("axis"), terms) is not None:
        return None
    words, axis = f"log of the sum of exp({described(item, terms)})", dict(attrs).get("axis")
    whole = noted(Term(LOG_SUM_EXP, (item,), _along(axis)), words, found.places, terms)
    keeps = dict(attrs).get("keepdims", False)
    if axis is None:
        return None if keeps else whole
    return whole if keeps else Term(_SQUEEZE, (whole,), _along(axis), "", found.places, stable=True)


def _log_softmax(term: Term, terms: Terms) -> Term | None:
    """x - log(sum(exp(x))) and log(softmax(x))."""
    inner = terms.of(term.args[-1]) if term.args else None
    if inner is None:
        return None
    places = tuple(dict.fromkeys((*term.places, *inner.places)))
    if term.head is SUB and inner.head is _SQUEEZE:  # of one axis: a number, or leading axes
        whole = terms.of(inner.args[0])
        spreads = inner.attr("axis") == 0 or _rank(term.args[0]) == 1
        inner = whole if whole is not None and spreads else inner
    if (term.head is SUB and inner.head is LOG_SUM_EXP and terms.same(inner.args[0], term.args[0])) or (
        term.head is _LOG and not term.attrs and inner.head is SOFTMAX
    ):
        made = replace(inner, head=LOG_SOFTMAX)
    else:
        return None
    return noted(made, f"log of softmax of {described(made.args[0], terms)}", places, terms)


def _picked_sigmoid(term: Term, terms: Terms) -> Term | None:
    """sigmoid(z)[i] is sigmoid(z[i])."""
    inner = terms.of(term.args[0]) if term.args else None
    if term.head not in _PICKS or inner is None or inner.head is not SIGMOID:
        return None
    item, places = inner.args[0], (*term.places, *inner.places)
    negated = isinstance(item, Term) and item.head is NEG
    source = terms.negated(item) if negated else item
    picked: Item = replace(term, args=(source, *term.args[1:]), picked_of=term.args[0])
    return Term(SIGMOID, (Term(NEG, (picked,)) if negated else picked,), (), "", places)


def _log_of_picked(term: Term, terms: Terms) -> Term | None:
    """log(softmax(x)[i]) is (log of softmax of x)[i]; not where a loop picks one after the other."""
    picked = terms.of(term.args[0]) if term.args else None
    if term.head is not _LOG or term.attrs or picked is None or picked.head not in _PICKS:
        return None
    inner = terms.of(picked.args[0])
    if inner is None or inner.head is not SOFTMAX or not terms.is_here(picked.args[0]):
        return None
    places = tuple(dict.fromkeys((*term.places, *picked.places, *inner.places)))
    words = f"log of softmax of {described(inner.args[0], terms)}"
    whole = noted(replace(inner, head=LOG_SOFTMAX), words, places, terms)
    return replace(picked, args=(whole, *picked.args[1:]), stable=True, picked_of=picked.args[0])


def _cross_entropy(term: Term, terms: Terms) -> Term | None:
    """y * log(sigmoid(z)) + (1 - y) * log(1 - sigmoid(z)), under any signs, is -cross_entropy(z, y)."""
    if term.head not in (ADD, SUB):
        return None
    (first, left), (second, right) = map(terms.signed, term.args)
    if first != (second if term.head is ADD else -second):
        return None
    for one, other in ((left, right), (right, left)):
        for found in matches(y * log_sigmoid(z), one, terms, Found()):
            for both in matches((1 - y) * log_sigmoid(v), other, terms, found):
                if not terms.same(terms.negated(both.items["z"]), both.items["v"]):
                    continue
                label = both.items["y"]
                if not isinstance(label, Term) and _may_be_truth(label):  # which 1 - y makes a number
                    both = both.with_item("y", Term(ADD, (label, Const(0))))
                made = filled(cross_entropy(z, y), terms, both)
                assert isinstance(made, Term)
                words = f"binary cross-entropy of sigmoid({described(both.items['z'], terms)})"
                whole = noted(made, words, both.on(term.places).places, terms)
                return whole if first < 0 else Term(NEG, (whole,), places=whole.places, stable=True)
    return None


def _may_be_truth(label: Atom) -> bool:
    kind = atom_kind(label)
    return isinstance(kind, Top) or dtype_of(kind) in ("bool", "pybool")


def _sign(term: Term, terms: Terms) -> Term | None:
    """Signs that a rule has made meet those of the user's: exact, whatever is rounded."""

    def made_negative(item: Item) -> Term | None:
        inner = terms.of(item)
        return inner if inner is not None and inner.head is NEG and inner.stable else None

    negative = [made_negative(item) for item in term.args]
    if not any(negative):
        return None
    first = negative[0].args[0] if negative[0] is not None else None
    if term.head is NEG and first is not None:
        return terms.of(first)
    if term.head in (_MEAN, _SUM) and first is not None and len(term.args) == 1:
        return Term(NEG, (replace(term, args=(first,), stable=True),), places=term.places, stable=True)
    if term.head in (ADD, SUB) and negative[1] is not None:
        opposite, symbol = (SUB, "-") if term.head is ADD else (ADD, "+")
        form = f"augmented {symbol}" if term.form.startswith("augmented") else ""
        return replace(term, head=opposite, args=(term.args[0], negative[1].args[0]), form=form, stable=True)
    if term.head is ADD and first is not None:
        return replace(term, head=SUB, args=(term.args[1], first), form="", stable=True)
    if term.head in (MUL, DIV):
        sign, core = terms.signed(term)
        assert isinstance(core, Term)
        core = replace(core, form="", stable=True)
        return core if sign > 0 else Term(NEG, (core,), places=term.places, stable=True)
    return None


FACTS: tuple[Callable[[Term, Terms], Term | None], ...] = (
    _expit,
    _squared_norm,
    _kept_axis,
    _softmax,
    _log_of_sum,
    _log_softmax,
    _picked_sigmoid,
    _log_of_picked,
    _cross_entropy,
    _sign,
)

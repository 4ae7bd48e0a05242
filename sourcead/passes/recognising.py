"""What a value is where no pattern says it: axes, signs, and look-ups between the parts of an expression.

Each of `FACTS` is asked of a term and gives what it is, or None. They stand beside the table in `stabilising`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np

from sourcead.ir import Atom, Attrs, Const, Span
from sourcead.kinds import Top, dtype_of, rank
from sourcead.passes.patterns import (
    ADD,
    DIV,
    MUL,
    NEG,
    SUB,
    Any,
    Found,
    Item,
    Term,
    Terms,
    filled,
    function,
    matches,
)
from sourcead.passes.remarks import described, noted
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.stable import (
    CROSS_ENTROPY,
    KNOWN_LOG_SOFTMAX,
    KNOWN_LOG_SUM_EXP,
    KNOWN_REDUCED_LOG_SUM_EXP,
    KNOWN_SOFTMAX,
    LOG_SIGMOID,
    LOG_SOFTMAX,
    LOG_SUM_EXP,
    SIGMOID,
    SOFTMAX,
)
from sourcead.records import replace

exp, log, total = function(np.exp), function(np.log), function(np.sum)
log_sigmoid, cross_entropy = function(LOG_SIGMOID), function(CROSS_ENTROPY)
v, x, y, z = map(Any, "vxyz")
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
        known = Term(KNOWN_SOFTMAX, (Const(None), whole), _along(axis[0]))
        return Term(SOFTMAX, (whole,), _along(axis[0]), "", found.places, kept=known)
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


def _shifted_by_hand(term: Term, terms: Terms) -> Term | None:
    """m + log(sum(exp(x - m))) and (x - m) - log(sum(exp(x - m))), with m the maximum of x: stable as they stand. Their
    derivative need not go through m."""
    pairs = ((term.args, term.args[::-1]) if term.head is ADD else (term.args,)) if term.head in (ADD, SUB) else ()
    for left, right in pairs:
        found = next(matches(log(total(exp(x), reduction="r")), right, terms, Found()), None)
        logarithm = terms.of(right)
        if found is None or logarithm is None:
            continue
        low, of_all = terms.of(found.items["x"]), logarithm.args[0]
        reduced = terms.of(of_all)
        axis = None if reduced is None else _axis(reduced, found.items["x"])
        if low is None or reduced is None or axis is None:
            continue
        whole = unshifted(low, axis[0], terms)
        fits = terms.same(left, low if term.head is SUB else low.args[1])
        kept_axis = axis[0] is None or reduced.attr("keepdims", False)
        if whole is None or not fits or (term.head is ADD and not kept_axis):
            continue
        is_, known = (LOG_SUM_EXP, KNOWN_LOG_SUM_EXP) if term.head is ADD else (LOG_SOFTMAX, KNOWN_LOG_SOFTMAX)
        kept = Term(known, (Const(None), whole, reduced.args[0], of_all), _along(axis[0]))
        return Term(is_, (whole,), _along(axis[0]), "", found.on(term.places).places, kept=kept)
    return None


def _shifted_and_reduced(term: Term, terms: Terms) -> Term | None:
    """m + log(sum(exp(x - m), axis)) where the axis is not kept: m is the maximum of x along it, or that with the axis
    kept and dropped again, `m[:, 0]`."""
    for left, right in (term.args, term.args[::-1]) if term.head is ADD else ():
        found = next(matches(log(total(exp(x), reduction="r")), right, terms, Found()), None)
        logarithm, top = terms.of(right), terms.of(left)
        if found is None or logarithm is None or top is None:
            continue
        of_all, axis = logarithm.args[0], dict(found.attrs["r"]).get("axis")
        reduced, whole = terms.of(of_all), unshifted(found.items["x"], axis, terms)
        if reduced is None or whole is None or type(axis) is not int or reduced.attr("keepdims", False):
            continue
        if _dropped_axis(top, axis, terms, whole):
            kept = Term(KNOWN_REDUCED_LOG_SUM_EXP, (Const(None), whole, reduced.args[0], of_all), _along(axis))
            places = found.on(term.places).places
            whole_term = Term(LOG_SUM_EXP, (whole,), _along(axis))
            return Term(_SQUEEZE, (whole_term,), _along(axis), "", places, kept=kept)
    return None


def _dropped_axis(top: Term, axis: int, terms: Terms, whole: Item) -> bool:
    """Whether a term is the maximum of the whole along an axis which is not kept."""
    column = top.head is structural.GETITEM and top.attr("path") == ((Span(), 0),) and len(top.args) == 1
    dropped = column and (axis == 1 or (axis == -1 and _rank(whole) == 2))
    dropped = dropped or (top.head is _SQUEEZE and top.attr("axis") == axis)
    found = terms.of(top.args[0]) if dropped else top
    if found is None or found.head is not _MAX or len(found.args) != 1 or found.attr("axis") != axis:
        return False
    return bool(found.attr("keepdims", False)) is dropped and terms.same(found.args[0], whole)


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
        made = Term(LOG_SOFTMAX, inner.args, inner.attrs)
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
    whole = noted(Term(LOG_SOFTMAX, inner.args, inner.attrs), words, places, terms)
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
    _shifted_by_hand,
    _shifted_and_reduced,
    _log_softmax,
    _picked_sigmoid,
    _log_of_picked,
    _cross_entropy,
    _sign,
)

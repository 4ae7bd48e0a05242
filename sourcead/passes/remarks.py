"""What is said of a term that is computed stably, in words that name the user's values."""

from __future__ import annotations

from sourcead.errors import Place
from sourcead.ir import Const, Hole, Value
from sourcead.passes.patterns import NEG, Item, Term, Terms
from sourcead.primitives import structural
from sourcead.primitives.stable import LOG_SIGMOID, SOFTPLUS
from sourcead.records import replace


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

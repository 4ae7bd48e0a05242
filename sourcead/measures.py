"""Sizes as expressions of what the arguments are: `len(range(x.shape[0])[2:n])` of `x[2:n]`.

Integers that a program counts with are polynomials over what nothing more is known of: `2 * n - 1`. Such a number may
be negative; where it is the size of an array, it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

from sourcead.ir import Span
from sourcead.kinds import Dim, Kind, Known, Scalar, dim_of

Root: TypeAlias = Callable[[Hashable], "str | None"]
Monomial: TypeAlias = "frozenset[tuple[Hashable, int]]"  # factors and how often each stands in it
Polynomial: TypeAlias = "dict[Monomial, int]"
Bounds: TypeAlias = "dict[Hashable, tuple[Polynomial, Polynomial]]"  # of the key of a number: least and largest

INTEGER = "int"  # the word of the key of a polynomial
_ONE: Monomial = frozenset()


def measure(dim: Dim, root: Root) -> str | None:
    """A size as an expression; None where it is none of what `root` knows."""
    if dim.one:
        return "1"
    return None if dim.key is None else _text(dim.key, root)


def _text(key: Any, root: Root) -> str | None:
    if isinstance(key, int):
        return str(key) if key >= 0 else f"({key})"
    found = root(key)
    if found is not None or not isinstance(key, tuple) or not key:
        return found
    word, *parts = key
    if word == "slice":
        return _sliced(parts[0], parts[1], root)
    if word == INTEGER:
        return _polynomial(dict(parts[0]), root)
    texts = [measure(p, root) if isinstance(p, Dim) else str(p) if type(p) is int else None for p in parts]
    return None if None in texts else _joined(word, texts)  # type: ignore[arg-type]


def _joined(word: object, texts: Sequence[str]) -> str | None:
    if word in ("sum", "product"):
        return f"({(' + ' if word == 'sum' else ' * ').join(texts)})"
    if word in ("floor", "modulo"):
        return f"({texts[0]} {'//' if word == 'floor' else '%'} {texts[1]})"
    if word == "less":
        return f"max({' - '.join(texts)}, 0)"
    if word == "least":
        return f"min({', '.join(texts)})"
    if word == "half":
        return f"({texts[0]} // 2 + 1)"
    if word != "broadcast":
        return None
    whole = texts[-1]
    for text in reversed(texts[:-1]):
        whole = f"({text} if {text} != 1 else {whole})"
    return whole


def _sliced(whole: Dim, span: Any, root: Root) -> str | None:
    parts = (span.start, span.stop, span.step) if isinstance(span, Span) else span
    texts = [measure(whole, root), *(_bound(part, root) for part in parts)]
    if None in texts:
        return None
    size, start, stop, step = texts
    return f"len(range({size})[{start}:{stop}{f':{step}' if step else ''}])"


def _bound(part: object, root: Root) -> str | None:
    """An end of a slice, or its step; empty where it is left out."""
    if part is None or (isinstance(part, Known) and part.value is None):
        return ""
    if type(part) is int or (isinstance(part, Known) and type(part.value) is int):
        return str(part if type(part) is int else part.value)  # type: ignore[union-attr]
    if isinstance(part, Scalar) and part.size is not None:
        return measure(part.size, root)
    return "" if getattr(part, "type", None) is type(None) else None


def _polynomial(terms: Polynomial, root: Root) -> str | None:
    """What is added, and behind it what is taken away."""
    texts: list[tuple[bool, str]] = []
    for monomial, number in terms.items():
        factors: list[str] = []
        for key, times in monomial:
            text = _text(key, root)
            if text is None:
                return None
            factors += [text] * times
        amount = [] if abs(number) == 1 and factors else [str(abs(number))]
        texts.append((number < 0, " * ".join([*amount, *sorted(factors)])))
    first, *others = sorted(texts)
    return f"({'-' * first[0]}{first[1]}{''.join((' - ' if minus else ' + ') + text for minus, text in others)})"


# Polynomials ----------------------------------------------------------------------------------------------------------


def polynomial(kind: Kind) -> Polynomial | None:
    """An int as a polynomial; None where nothing is known of it."""
    if isinstance(kind, Known) and type(kind.value) is int:
        return {_ONE: kind.value} if kind.value else {}
    if not isinstance(kind, Scalar) or kind.size is None or kind.size.key is None:
        return None
    return _of_dim(kind.size)


def _of_dim(dim: Dim) -> Polynomial:
    if dim.one:
        return {_ONE: 1}
    key: Any = dim.key
    if isinstance(key, int):
        return {_ONE: key} if key else {}
    word, *parts = key if isinstance(key, tuple) and key else ("",)
    if word == INTEGER:
        return dict(parts[0])
    if word == "sum":
        whole: Polynomial = {}
        for part in parts:
            whole = plus(whole, _of_dim(part))
        return whole
    if word == "product":
        whole = {_ONE: 1}
        for part in parts:
            whole = times(whole, _of_dim(part))
        return whole
    return {frozenset({(key, 1)}): 1}


def plus(a: Polynomial, b: Polynomial, sign: int = 1) -> Polynomial:
    """a + b, or a - b."""
    found = dict(a)
    for monomial, number in b.items():
        found[monomial] = found.get(monomial, 0) + sign * number
    return {m: n for m, n in found.items() if n}


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """a * b."""
    found: Polynomial = {}
    for one, first in a.items():
        for other, second in b.items():
            powers = dict(one)
            for key, times in other:
                powers[key] = powers.get(key, 0) + times
            found = plus(found, {frozenset(powers.items()): first * second})
    return found


def integer(terms: Polynomial) -> Scalar:
    """The kind of an int that is this polynomial."""
    if not terms or set(terms) == {_ONE}:
        return Scalar("pyint", dim_of(terms.get(_ONE, 0)))
    if len(terms) == 1:
        ((monomial, number),) = terms.items()
        factors = list(monomial)
        if number == 1 and len(factors) == 1 and factors[0][1] == 1:
            return Scalar("pyint", Dim(factors[0][0]))
    return Scalar("pyint", Dim((INTEGER, frozenset(terms.items()))))


def is_positive(terms: Polynomial, bounds: Bounds, ask: Callable[[Dim], bool] = lambda dim: False) -> bool:
    """Whether a polynomial is certainly not negative: sizes are not, and indices of loops are between their bounds.
    What then is left is asked of the arguments."""
    for key in reversed(bounds):  # those of inner loops first: their bounds are made of outer ones
        factor, rest = _split(terms, key)
        if factor is None:
            return False
        if factor and all(n > 0 for n in factor.values()) and _of_sizes(factor, bounds):
            terms = plus(rest, times(factor, bounds[key][0]))
        elif factor and all(n < 0 for n in factor.values()) and _of_sizes(factor, bounds):
            terms = plus(rest, times(factor, bounds[key][1]))
        elif factor:
            return False
    if all(n > 0 for n in terms.values()) and _of_sizes(terms, bounds):
        return True
    number = integer(terms).size
    return number is not None and ask(number)


def _split(terms: Polynomial, key: Hashable) -> tuple[Polynomial | None, Polynomial]:
    """a and b of a * key + b; no a where it is there to a higher power."""
    factor: Polynomial = {}
    rest: Polynomial = {}
    for monomial, number in terms.items():
        power = dict(monomial).get(key, 0)
        if power > 1:
            return None, {}
        if power:
            factor[monomial - {(key, 1)}] = number
        else:
            rest[monomial] = number
    return factor, rest


def _of_sizes(terms: Polynomial, bounds: Bounds) -> bool:
    """Whether everything in a polynomial is a size, or an index that is not negative."""
    keys = {key for monomial in terms for key, _ in monomial}
    return all(_is_size(key, bounds) for key in keys)


def _is_size(key: Any, bounds: Bounds) -> bool:
    if not isinstance(key, tuple) or not key:
        return True
    if key in bounds:
        return all(n > 0 for n in bounds[key][0].values()) and _of_sizes(bounds[key][0], bounds)
    if key[0] in ("floor", "modulo"):
        parts = [_of_dim(part) for part in key[1:]]
        return all(part and all(n > 0 for n in part.values()) and _of_sizes(part, bounds) for part in parts)
    return bool(key[0] != "at")

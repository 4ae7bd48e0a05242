"""Python's ints have no end, those of a kernel have 63 bits: the bound of every int, a refusal where it is too large.

    bits(a + b) = max(bits(a), bits(b)) + 1       bits(a * b) = bits(a) + bits(b)       bits(a % b) = bits(b)

What a loop carries grows by what a turn adds to it, times the number of turns; what it multiplies has no bound. Sizes,
and int arguments, have 31 bits; the wrapper refuses a larger argument.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcead.backend.numba.rewriting import is_const, kind_of, refuse
from sourcead.errors import Place, UnsupportedError
from sourcead.ir import Atom, Block, Const, Function, Op, Primitive, Value
from sourcead.kinds import Scalar
from sourcead.records import dataclass, field, replace

WIDTH = 63
SIZE = 31
TURNS = 31
ENDLESS = 1000


_CHECK = Primitive("check_small", "helper check_small", effects=frozenset({"raises"}))


@dataclass(frozen=True, slots=True)
class _Bound:
    """The bits of an int; `grown`: it is what a loop carries, plus at most so many bits."""

    bits: int
    grown: bool = False


@dataclass(slots=True, eq=False)
class _Bounds:
    bounds: dict[Value, _Bound] = field(default_factory=dict)
    totals: dict[Value, _Bound] = field(default_factory=dict)  # of what a loop hands on to its next turn
    checked: bool = True
    size: int = SIZE  # bits of an int argument
    endless: Place | None = None  # where something has no bound

    def of(self, atom: Atom) -> _Bound:
        if isinstance(atom, Const):
            return _Bound(int(atom.value).bit_length() if isinstance(atom.value, int) else 0)
        return self.bounds.get(atom, _Bound(self.size))


def with_bounded_integers(function: Function) -> Function:
    """The function, which refuses int arguments that are too large where larger ones could lead beyond 64 bits.

    Raises:
        UnsupportedError: ints may be larger than Numba's whatever the arguments, with the line.
    """
    try:
        _block(function.body, _Bounds(size=WIDTH))
        return function
    except UnsupportedError:
        _block(function.body, _Bounds())
    params = tuple(p for p in function.body.params if isinstance(p.kind, Scalar) and p.kind.dtype == "pyint")
    checks = tuple(Op(_CHECK, (p,), (), (), (), function.at) for p in params)
    return replace(function, body=replace(function.body, ops=(*checks, *function.body.ops)))


def _is_int(atom: Atom) -> bool:
    kind = kind_of(atom)
    return isinstance(kind, Scalar) and kind.dtype in ("pyint", "pybool")


def _block(block: Block, bounds: _Bounds) -> None:
    for op in block.ops:
        if op.name in ("for", "while"):
            _loop(op, bounds)
        elif op.name == "if":
            for inner in op.blocks:
                _block(inner, bounds)
            for k, out in enumerate(op.outs):
                bounds.bounds[out] = _either([bounds.of(b.results[k]) for b in op.blocks])
        elif len(op.outs) == 1 and _is_int(op.outs[0]) and all(map(_is_int, op.args)):
            _step(op, bounds)


def _step(op: Op, bounds: _Bounds) -> None:
    rule = _RULES.get(op.name)
    if rule is None:
        return
    if op.outs[0] in bounds.totals:
        bounds.bounds[op.outs[0]] = bounds.totals[op.outs[0]]
        return
    found = rule([bounds.of(a) for a in op.args], op)
    if found.bits >= ENDLESS and bounds.endless is None:
        bounds.endless = op.at
    if bounds.checked and found.bits > WIDTH:
        refuse("a Python int that may exceed 64 bits", op.at)
    bounds.bounds[op.outs[0]] = found


def _either(found: list[_Bound]) -> _Bound:
    return _Bound(max(b.bits for b in found), any(b.grown for b in found))


def _loop(op: Op, bounds: _Bounds) -> None:
    carried, exits, body = int(op.attr("carried", 0)), int(op.attr("exits", False)), op.blocks[-1]
    taken = sum(s.arity for s in op.attr("sources", ()))
    inits, params = op.args[taken : taken + carried], body.params[len(body.params) - carried :]
    for param in body.params[: len(body.params) - carried]:  # the turn, and items: below the end of a range
        bounds.bounds[param] = _either([_Bound(0), *(bounds.of(a) for a in op.args[:taken] if _is_int(a))])
    ints = [k for k in range(carried) if _is_int(params[k])]
    checked, bounds.checked = bounds.checked, False
    for k in ints:
        bounds.bounds[params[k]] = _Bound(0, True)
    _block(body, bounds)
    results = {k: bounds.of(body.results[exits + k]) for k in ints}
    growth = max((b.bits for b in results.values() if b.grown), default=0)
    bounds.checked = checked
    for k in ints:
        fixed = body.results[exits + k] is params[k]
        start, end = bounds.of(inits[k]), results[k]
        bits = start.bits if fixed else max(start.bits, (TURNS + growth if end.grown else end.bits)) + 1
        total = bounds.bounds[params[k]] = bounds.bounds[op.outs[exits + k]] = _Bound(bits, start.grown)
        handed = body.results[exits + k]
        if end.grown and isinstance(handed, Value):
            bounds.totals[handed] = total
        if checked and bits > WIDTH:
            refuse("a Python int that a loop may grow beyond 64 bits", bounds.endless or op.at)
    if op.name == "while":
        for k in ints:
            bounds.bounds[op.blocks[0].params[k]] = bounds.bounds[params[k]]
        _block(op.blocks[0], bounds)
    _block(body, bounds)


def _sum(given: list[_Bound], op: Op) -> _Bound:
    if is_const(op.args[1], 1):
        return given[0] if given[0].bits else replace(given[0], bits=1)  # only the largest of all ints has no next
    if len(given) == 2 and given[0].grown and given[1].grown:
        return _Bound(ENDLESS, True)
    if any(b.grown and b.bits == 0 for b in given):
        return _Bound(max(b.bits for b in given), True)
    return _Bound(max(b.bits for b in given) + 1, any(b.grown for b in given))


def _product(given: list[_Bound], op: Op) -> _Bound:
    if any(b.grown for b in given):
        return _Bound(ENDLESS, True)
    return _Bound(sum(b.bits for b in given))


def _power(given: list[_Bound], op: Op) -> _Bound:
    exponent = op.args[1]
    if given[0].grown or not isinstance(exponent, Const):
        return _Bound(ENDLESS, True)
    return _Bound(given[0].bits * max(1, int(exponent.value)))


def _same(given: list[_Bound], op: Op) -> _Bound:
    return _either(given)


def _divisor(given: list[_Bound], op: Op) -> _Bound:
    return given[1]


_RULES: dict[str, Callable[[list[_Bound], Op], _Bound]] = {
    "operator.add": _sum, "operator.sub": _sum, "operator.mul": _product, "binary +": _sum, "binary -": _sum,
    "binary *": _product, "operator.pow": _power, "operator.floordiv": _same, "floor_divided": _same,
    "operator.mod": _divisor, "remainder": _divisor, "operator.neg": _same, "operator.pos": _same, "abs": _same,
    "max": _same, "min": _same, "int": _same, "literal": _same, "operator.and_": _same, "operator.or_": _same,
    "operator.xor": _same, "operator.rshift": _same, "operator.invert": _same,
}  # fmt: skip

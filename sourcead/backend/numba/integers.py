"""Python's ints have no end, those of a kernel have 63 bits: the bound of every int, a refusal where it is too large.

    bits(a + b) = max(bits(a), bits(b)) + 1       bits(a * b) = bits(a) + bits(b)       bits(a % b) = bits(b)

What a loop carries grows by what a turn adds to it, times the number of turns; what it multiplies has no bound. Sizes,
and int arguments, have 31 bits; the wrapper refuses a larger argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sourcead.backend.numba.rewriting import is_const, kind_of, refuse
from sourcead.errors import Place, UnsupportedError
from sourcead.ir import Atom, Block, Const, Function, Op, Primitive, Source, Value, sub_blocks, walk
from sourcead.kinds import Array, List, Scalar, Tree
from sourcead.records import dataclass, field, replace

WIDTH = 63
SIZE = 31
TURNS = 31
ENDLESS = 1000


_SIZES = frozenset({"len", "np.size", "np.ndim", "attribute size", "range_length"})
_OTHERS = {"pybool": 1, "bool": 1, "pyfloat": 0, "float64": 0, "float32": 0, "real": 0, "real64": 0}
_FLOATS = frozenset({"pyfloat", "float64", "float32", "real", "real64"})
_SHAPES = frozenset({"np.shape", "attribute shape"})
_EMPTY = frozenset({"np.empty", "np.zeros", "np.empty_like", "np.zeros_like"})
_KEEP = frozenset({"store", "with_room", "getitem", "np.copy", "method copy", "np.ravel", "list", "tuple"})
_CHECK = Primitive("check_small", "helper check_small", effects=frozenset({"raises"}))
_CHECK_ITEMS = Primitive("check_all_small", "helper check_all_small", effects=frozenset({"raises"}))


@dataclass(frozen=True, slots=True)
class _Bound:
    """The bits of an int; `grown`: it is what a loop carries, plus at most so many bits."""

    bits: int
    grown: bool = False


@dataclass(slots=True, eq=False)
class _Bounds:
    bounds: dict[Value, _Bound] = field(default_factory=dict)
    totals: dict[Value, _Bound] = field(default_factory=dict)  # of what a loop hands on to its next turn
    shapes: set[Atom] = field(default_factory=set)
    checked: bool = True
    endless: Place | None = None  # where something has no bound

    def of(self, atom: Atom) -> _Bound:
        if isinstance(atom, Const):
            return _Bound(int(atom.value).bit_length() if isinstance(atom.value, int) else 0)
        if isinstance(atom.kind, Scalar) and atom.kind.dtype in _OTHERS:
            return _Bound(_OTHERS[atom.kind.dtype])
        return self.bounds.get(atom, _Bound(WIDTH))

    def of_size(self, op: Op) -> bool:
        """Whether an op gives a size of an array, or several."""
        return op.name in _SIZES or (op.name in ("getitem", "unpack") and op.args[0] in self.shapes)


def with_bounded_integers(function: Function) -> Function:
    """The function, which refuses int arguments that are too large where larger ones could lead beyond 64 bits.

    Raises:
        UnsupportedError: ints may be larger than Numba's whatever the arguments, with the line.
    """
    ints = [p for p in function.body.params if isinstance(p.kind, Scalar) and p.kind.dtype == "pyint"]
    read = set(_read_as_ints(function.body))
    lists = [p for p in function.body.params if p in read]
    try:
        _block(function.body, _Bounds(dict.fromkeys(ints, _Bound(WIDTH))))
        return function
    except UnsupportedError:
        _block(function.body, _Bounds(dict.fromkeys([*ints, *lists], _Bound(SIZE))))
    checks = [Op(_CHECK, (p,), (), (), (), function.at) for p in ints]
    checks += [Op(_CHECK_ITEMS, (p,), (), (), (), function.at) for p in lists]
    return replace(function, body=replace(function.body, ops=(*checks, *function.body.ops)))


def _read_as_ints(body: Block) -> Iterator[Atom]:
    """The arrays that stand for lists of Python's ints: their items are such."""
    for op in walk(body):
        if op.name == "getitem" and _is_int(op.outs[0]):
            yield op.args[0]
        elif op.name == "for":
            yield from (given[0] for source, item, given in _sources(op) if source.form == "rows" and _is_int(item))


def _is_int_array(atom: Atom) -> bool:
    """Whether a value is a list of Python's ints, which may be an array; or a list of such."""
    kind = kind_of(atom)
    while isinstance(kind, List):
        kind = kind.item
    if isinstance(kind, Tree):
        return bool(kind.items) and all(isinstance(k, Scalar) and k.dtype == "pyint" for k in kind.items)
    is_list = isinstance(kind, Scalar) and kind.dtype == "pyint" and isinstance(kind_of(atom), List)
    return is_list or (isinstance(kind, Array) and kind.dtype == "int64")


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
        elif op.outs and _is_int_array(op.outs[0]):
            bounds.bounds[op.outs[0]] = _of_items(op, bounds)
        else:
            _step(op, bounds)


def _of_items(op: Op, bounds: _Bounds) -> _Bound:
    """The bound of the items of an array that an op makes."""
    if op.name in _SHAPES:
        return _Bound(SIZE)
    if op.name in _EMPTY:
        return _Bound(0)
    if op.name not in _KEEP:
        return _Bound(WIDTH)
    ends = {"store": (op.args[0], op.args[-1]), "list": op.args, "tuple": op.args}
    held = ends.get(op.name, op.args[:1])
    return _either([bounds.of(a) for a in held if _is_int(a) or _is_int_array(a)] or [_Bound(WIDTH)])


def _step(op: Op, bounds: _Bounds) -> None:
    if op.name in _SHAPES:
        bounds.shapes.update(op.outs)
    ints = [out for out in op.outs if _is_int(out)]
    if bounds.of_size(op):
        bounds.bounds.update(dict.fromkeys(ints, _Bound(SIZE)))
        return
    if op.name in ("getitem", "unpack") and ints and op.args[0] in bounds.bounds:
        bounds.bounds.update(dict.fromkeys(ints, bounds.of(op.args[0])))
        return
    rule = _RULES.get(op.name)
    if rule is None or len(ints) != 1:
        return
    if not all(map(_is_int, op.args)):
        if op.name != "int" and any(getattr(kind_of(a), "dtype", None) in _FLOATS for a in op.args):
            bounds.bounds[ints[0]] = _Bound(0)  # a float, whatever its kind
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
    _items(op, bounds)
    arrays = [k for k in range(carried) if _is_int_array(params[k])]
    read = _is_read(body)
    for k in arrays:
        bounds.bounds[params[k]] = _Bound(WIDTH) if read else bounds.of(inits[k])
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
    for k in (*(exits + k for k in arrays), *range(exits + carried, len(body.results))):
        bounds.bounds[op.outs[k]] = bounds.of(body.results[k])
    if op.attr("counted", False):
        bounds.bounds[op.outs[-1]] = _Bound(SIZE)


def _items(op: Op, bounds: _Bounds) -> None:
    """The bounds of the turn and of the items: below the end of a range, or those of an array."""
    bounds.bounds[op.blocks[-1].params[0]] = _Bound(SIZE)
    for source, item, given in _sources(op):
        if source.form == "rows":
            bounds.bounds[item] = bounds.of(given[0])
        elif source.form == "range":
            bounds.bounds[item] = _either([bounds.of(a) for a in given])
        else:
            bounds.bounds[item] = _either([bounds.of(given[0]), _Bound(SIZE)])


def _sources(op: Op) -> Iterator[tuple[Source, Value, list[Atom]]]:
    """What a loop runs over: each source with its item and its arguments."""
    args = list(op.args)
    for source, item in zip(op.attr("sources", ()), op.blocks[-1].params[1:], strict=False):
        yield source, item, [args.pop(0) for _ in range(source.arity)]


def _is_read(body: Block) -> bool:
    """Whether a turn reads ints of an array that it has changed, or will."""
    defined = {v for b in sub_blocks(body) for v in (*b.params, *(out for op in b.ops for out in op.outs))}
    reading = (op for op in walk(body) if op.name in ("getitem", "for"))
    return any(a in defined and _is_int_array(a) for op in reading for a in op.args)


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

"""How an op reads the numbers of a group: what decides whether Python floats may stand for them."""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import BOOL, FLOAT, INT, Kind, Scalar, dtype_of, is_empty
from sourcead.passes.float_ranges import Ranges
from sourcead.passes.float_values import is_number, is_vector, leaf_dtype, names_one_item
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import lists, structural
from sourcead.primitives.floats import OF_FLOATS, ROUNDED
from sourcead.records import dataclass, field

# As floats; as such where they are there; each as its group is; as NumPy's.
FLOATS, EITHER, SAME, NUMPY = "floats", "either", "same", "numpy"
ZEROS = (np.zeros_like, np.empty_like)
_ARITHMETIC = tuple(f"binary {symbol}" for symbol in ("+", "-", "*", "/", "**"))
_CHOICES = ("call abs", "call max", "call min")
_ARRAYS = (np.array, np.asarray)
_HANDING = ("if", "tuple", "invoke")
_TESTS = ("if", "while", "assert", "operator.not_")


@dataclass(slots=True, eq=False)
class Manners:
    """What is known when an op is reached. parent: the members of groups; numpy: numbers that NumPy makes; given: those
    that are floats where what holds them is made a list; held: members that keep their group from being floats; apart:
    what shall be no member."""

    exact: set[Value]
    ranges: Ranges
    readers: dict[Atom, list[Op | None]]
    mixed: set[Atom]  # Python's floats by their kind, which become NumPy's
    apart: set[Value]
    parent: dict[Value, Value] = field(default_factory=dict)
    numpy: set[Value] = field(default_factory=set)
    given: set[Value] = field(default_factory=set)
    held: dict[Value, None] = field(default_factory=dict)

    def is_number(self, atom: Atom) -> TypeGuard[Value]:
        """Whether a value is a number that NumPy makes, or a list of such: perhaps one that is held for Python's."""
        return is_number(atom) or atom in self.mixed

    def how(self, op: Op, depth: int) -> str:
        """How an op reads numbers."""
        primitive, (first, *_) = op.primitive, (*op.args, Const(None))
        if primitive in (structural.GETITEM, structural.STORE, structural.ADD_AT):
            return self._at_place(op)
        if primitive is structural.UNPACK:
            given = is_vector(first) and op.attr("star") is None and not self.apart.intersection(op.outs)
            if given and first not in self.parent:
                self.given.update(op.outs)
            return FLOATS if given and first not in self.parent else NUMPY
        if primitive.target in ZEROS and is_vector(first) and is_vector(op.outs[0]) and not op.keywords:
            return NUMPY if first in self.parent or op.outs[0] in self.apart else FLOATS
        grown = primitive is lists.APPEND and self.is_number(op.outs[0])
        if grown and (first in self.parent or is_empty(atom_kind(first))):
            return FLOATS if self._is_plain(op.args[1]) else NUMPY
        if primitive is structural.LIST and self._is_for_array(op.outs[0]):
            return EITHER
        if primitive.target is len:
            return SAME
        if op.primitive.effects or not op.args:
            return EITHER if op.name == "assert" or (op.form or primitive.form).startswith("call math.") else NUMPY
        return self._of_numbers(op, depth)

    def _at_place(self, op: Op) -> str:
        """An item that is read or stored. A list names no bad index as an array does."""
        base, last = op.args[0], op.args[-1]
        if base not in self.parent:
            taken = dtype_of(atom_kind(base)) in ("float32", "float64") and isinstance(atom_kind(last), Scalar)
            return EITHER if taken or op.primitive is structural.GETITEM else NUMPY
        stored = op.primitive is not structural.GETITEM
        if not names_one_item(op) or (stored and not self._is_plain(last)):
            return NUMPY
        if not is_vector(base):
            return FLOATS
        indices = op.args[1 : len(op.args) - stored]
        return FLOATS if op.backward and self.ranges.are_in_range(indices, base) else NUMPY

    def _is_plain(self, atom: Atom) -> bool:
        """Whether what is stored is a float, or becomes one."""
        return atom_kind(atom) == FLOAT or atom in self.parent or atom in self.numpy

    def _is_for_array(self, display: Value) -> bool:
        """Whether a list of numbers is made for an array alone."""
        readers = self.readers.get(display, [None])
        return all(r is not None and r.primitive.target in _ARRAYS and not r.keywords for r in readers)

    def _of_numbers(self, op: Op, depth: int) -> str:
        """Arithmetic, a choice among numbers, a comparison, or a function of NumPy's."""
        form, (out, *more) = op.form or op.primitive.form, op.outs
        numbers = [a for a in op.args if self.is_number(a) or a in self.parent]
        if op.primitive.target is np.float64 and depth and self._are_floats(op) and self._is_float(op.args[0]):
            return FLOATS  # it is there for NumPy's meaning of a quotient or power
        if op.primitive.target in OF_FLOATS and self._are_floats(op):
            far = depth == 0 and any(a in self.numpy for a in op.args)
            return SAME if far or (out in self.exact and op.primitive.target in ROUNDED) else FLOATS
        if not numbers:
            return SAME
        whole = any(not isinstance(atom_kind(a), Scalar) for a in numbers)
        if more or form.startswith(("method", "attribute")) or (whole and op.primitive.target not in _ARRAYS):
            return NUMPY
        infer = op.primitive.infer
        if infer is None or not all(isinstance(a, Const | Value) for a in op.args):
            return NUMPY
        made = infer(*(self._kind(a) for a in op.args), **op.keywords)
        if form.startswith("compare"):
            return self._comparison(op, depth) if made == BOOL else NUMPY
        if form.startswith("call np.") or form in ("call float", "call int", "call bool", "unary not"):
            return EITHER if made == out.kind else NUMPY
        if form not in (*_ARITHMETIC, *_CHOICES, "unary -", "unary +") and not form.startswith("augmented"):
            return NUMPY
        if made != FLOAT or not self.is_number(out):
            return SAME if made == out.kind else NUMPY
        if depth == 0 and any(a in self.numpy for a in op.args):
            return SAME if self._is_certain(op) and form not in _CHOICES else NUMPY
        if not self._raises_alike(op, form):
            self.held.update((a, None) for a in numbers if isinstance(a, Value) and a in self.parent)
            return NUMPY
        return FLOATS

    def _is_float(self, atom: Atom) -> bool:
        """Whether a value is a float, of Python's or NumPy's."""
        return isinstance(atom, Value) and (atom.kind == FLOAT or self.is_number(atom))

    def is_handed_on(self, value: Value) -> bool:
        """Whether a value is only put into containers, given to calls, or returned."""
        readers = self.readers.get(value, [])
        handed = [r is None or (r.name in _HANDING and value not in r.args[: r.name == "if"]) for r in readers]
        return all(handed)

    def _is_certain(self, op: Op) -> bool:
        """Whether an operand is NumPy's for certain, and with it the result."""
        return any(a in self.numpy and leaf_dtype(atom_kind(a)) == "float64" for a in op.args)

    def _are_floats(self, op: Op) -> bool:
        """Whether a function of NumPy's is given floats, or what becomes some, and gives one."""
        kinds = list(map(atom_kind, op.args))
        known = all(self.is_number(a) or k in (FLOAT, INT) for a, k in zip(op.args, kinds, strict=True))
        return known and not op.keywords and self.is_number(op.outs[0]) and isinstance(op.outs[0].kind, Scalar)

    def _kind(self, atom: Atom) -> Kind:
        if self.is_number(atom) and isinstance(atom.kind, Scalar):
            return FLOAT
        return BOOL if atom in self.parent and leaf_dtype(atom_kind(atom)) in ("bool", None) else atom_kind(atom)

    def _comparison(self, op: Op, depth: int) -> str:
        """A comparison: of what is a condition it does not matter whose bool it is; one that is counted with is a
        float's, where it is in a loop."""
        (out,) = op.outs
        if self._is_condition(out):
            return EITHER
        readers = self.readers.get(out, [])
        return FLOATS if depth and all(r is not None and self._counts(r) for r in readers) else NUMPY

    def _is_condition(self, value: Value) -> bool:
        """Whether a value is read for its truth alone."""
        for op in self.readers.get(value, []):
            if op is None or (op.name in ("for", "while") and any(value in b.results for b in op.blocks[-1:])):
                return False
            blocks = op.blocks if op.name == "if" else ()
            results = {out for b in blocks for out, r in zip(op.outs, b.results, strict=True) if r is value}
            tests = 0 if op.name == "while" else 1 if op.name in _TESTS else -1
            if tests < 0 or value in op.args[tests:] or not all(map(self._is_condition, results)):
                return False
        return True

    def _counts(self, op: Op) -> bool:
        """Whether an op counts with a truth value."""
        return op.primitive.form in ("binary *", "binary +", "binary -") and self.is_number(op.outs[0])

    @staticmethod
    def _raises_alike(op: Op, form: str) -> bool:
        """Whether a quotient or power has NumPy's meaning for certain: of Python's numbers it may raise."""
        if form not in ("binary /", "binary **", "augmented /", "augmented **") or op.backward:
            return True
        divisor = op.args[1]
        if form.endswith("/") and isinstance(divisor, Const) and divisor.value:
            return True
        return any(leaf_dtype(atom_kind(a)) == "float64" for a in op.args)

"""Complex numbers in the reverse sweep. The cotangent of a complex z is dL/dRe(z) + 1j * dL/dIm(z), as PyTorch has it:

    y = f(x), f holomorphic     dx = g * conj(f'(x)) = conj(rule(conj(g), y, x))
    y = f(x), x real            dx = the real part of that

So one rule serves real and complex numbers: what it gives is conjugated here, and where the kinds are real there is
nothing to conjugate. A conjugate moves inwards: conj(conj(g) * b) reads g * conj(b).
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead import runtime
from sourcead.errors import MissingRuleError
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import is_complex
from sourcead.primitives.registry import attribute_entry, primitive_of
from sourcead.records import dataclass
from sourcead.rules.conjugation import conjugates_itself, is_holomorphic

_OF_EVERY = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.matmul, np.add,
             np.multiply, np.divide, np.dot, np.outer)  # fmt: skip
_OF_FIRST = (np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.reshape, np.broadcast_to, np.sum)


@dataclass(frozen=True, slots=True)
class Conjugation:
    """What stands around the rule of one op."""

    resolver: Resolver
    needed: bool
    start: int  # the rule's own ops begin here

    @classmethod
    def of(cls, resolver: Resolver, op: Op, transposed: bool = True) -> Conjugation:
        """Whether the rule of an op is that of a holomorphic function of complex numbers, and stands for its transpose;
        refused where it is neither that nor one that knows of them."""
        start = len(resolver.builder.ops)
        found = [is_complex(resolver.kind(a)) for a in (*op.args, *op.outs)]
        if True not in found and (None not in found or not resolver.complexes):
            return cls(resolver, False, start)
        target = op.primitive.target
        if is_holomorphic(target):
            return cls(resolver, transposed, start)
        if not conjugates_itself(target) and not _is_linear(resolver, op) and (True in found or op.primitive.linear):
            resolver.refuse(
                f"no derivative rule for {op.primitive.name} of complex numbers",
                "write it with functions that have one: real, imag, abs, angle, conj, exp, and arithmetic",
                error=MissingRuleError,
            )
        return cls(resolver, False, start)

    def inwards(self, g: Abstract) -> Abstract:
        """The cotangent that the rule is given."""
        return self._of(g) if self.needed else g

    def outwards(self, result: Abstract) -> Abstract:
        """The cotangents that the rule means."""
        return self._of(result) if self.needed else result

    def _of(self, item: Abstract) -> Abstract:
        if isinstance(item, Aggregate):
            return Aggregate(item.type, item.keys, tuple(map(self._of, item.items)))
        if not isinstance(item, Value | Const) or item == Const(None):
            return item
        made = {out: op for op in self.resolver.builder.ops[self.start :] for out in op.outs}
        return self._conjugate(item, made)

    def _conjugate(self, x: Atom, made: dict[Value, Op]) -> Atom:
        resolver, found = self.resolver, is_complex(self.resolver.kind(x))
        if found is False:
            return x
        if isinstance(x, Const):
            return Const(x.value.conjugate() if x.value.real else -x.value)
        op = made.get(x)
        if op is not None and _is_conjugate(op):
            return op.args[0]
        if op is not None and op.primitive.target in _OF_EVERY:
            return self._again(op, tuple(self._conjugate(a, made) for a in op.args))
        if op is not None and op.primitive.target in _OF_FIRST:
            return self._again(op, (self._conjugate(op.args[0], made), *op.args[1:]))
        if found:
            return resolver.emit(primitive_of(np.conj), (x,))
        helped = emit_helper(resolver, runtime.conjugated, [x], {})
        assert isinstance(helped, Value)
        return helped

    def _again(self, op: Op, args: tuple[Atom, ...]) -> Value:
        return self.resolver.emit(op.primitive, args, form=op.form, **dict(op.attrs))


def _is_conjugate(op: Op) -> bool:
    return op.primitive.target in (np.conj, runtime.conjugated)


def _is_linear(resolver: Resolver, op: Op) -> bool:
    """Whether an op is linear with real coefficients: its rule is the transpose, whatever the numbers."""
    if len(op.primitive.linear) != 1:
        return False
    return not any(is_complex(resolver.kind(a)) for k, a in enumerate(op.args) if k not in op.primitive.linear[0])


def real_part(resolver: Resolver, atom: Atom) -> Atom:
    """The real part of a complex cotangent."""
    if isinstance(atom, Const):
        return Const(atom.value.real)
    entry = attribute_entry("real")
    assert entry is not None
    return resolver.emit(entry.primitive, (atom,), form=entry.form)


def real_where_real(resolver: Resolver, atom: Atom, x: Value) -> Atom:
    """A contribution that may be complex to a value that may be real."""
    have, want = is_complex(resolver.kind(atom)), is_complex(x.kind)
    if not resolver.complexes or want or have is False or (have and want is False):
        return atom
    made = next((op for op in reversed(resolver.builder.ops) if atom in op.outs), None)
    if made is not None and made.primitive.target in (runtime.unbroadcast, runtime.cast):
        return atom
    helped = emit_helper(resolver, runtime.real_like, [atom, x], {})
    assert isinstance(helped, Value)
    return helped


def real_dtype(dtype: str) -> str:
    """The dtype of the parts of complex numbers of a dtype."""
    return "pyfloat" if dtype == "pycomplex" else str(np.zeros(0, dtype).real.dtype.name)


__all__ = ["Conjugation", "real_dtype", "real_part", "real_where_real"]

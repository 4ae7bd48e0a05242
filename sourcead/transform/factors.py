"""The order of factors: what an adjoint rule writes as  t * 2 * x  reads  2 * x * t  where t is a tangent.

Factors are multiplied with each other only where that is exact but for rounding: not those of integer arrays.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Collection

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import Kind, const_kind, dtype_of, is_float_dtype
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace


def tangent_last(ops: list[Op], start: int, t: Atom, results: Collection[object], floats: Collection[Atom]) -> None:
    """Reorder the products with t in the ops from a position on; of the results every value stays. `floats` are no
    integers, whatever is known of them."""
    product = primitive_of(operator.mul)
    made = ops[start:]
    reads = Counter(a for op in made for a in op.args if isinstance(a, Value))
    by_first = {op.args[0]: op for op in made if op.primitive is product}
    chains: dict[Op, list[Op]] = {}
    for op in [op for op in made if op.primitive is product and op.args[0] is t]:
        chain = [op]
        while _is_exact(chain[-1].args[1], floats) and (last := chain[-1].outs[0]) not in results and reads[last] == 1:
            if last not in by_first or not _is_exact(by_first[last].args[1], floats):
                break
            chain.append(by_first[last])
        chains[chain[-1]] = chain
    removed = {op for chain in chains.values() for op in chain[:-1]}
    kept = [op for op in made if op not in removed]
    ops[start:] = [new for op in kept for new in (_reordered(chains[op]) if op in chains else [op])]


def _reordered(chain: list[Op]) -> list[Op]:
    """The products of t with some factors as that of the factors with t."""
    t, partial = chain[0].args
    made: list[Op] = []
    for op in chain[1:]:
        infer = op.primitive.infer
        assert infer is not None
        args = (partial, op.args[1])
        partial = Value("", infer(*map(_kind, args)))
        made.append(replace(op, args=args, outs=(partial,)))
    return [*made, replace(chain[-1], args=(partial, t))]


def _kind(x: Atom) -> Kind:
    return x.kind if isinstance(x, Value) else const_kind(x.value)


def _is_exact(x: Atom, floats: Collection[Atom]) -> bool:
    """Whether a factor is a float, or a Python int."""
    if isinstance(x, Const) or x in floats:
        return True
    dtype = dtype_of(x.kind)
    return dtype in ("pyint", "real") or (dtype is not None and is_float_dtype(dtype))

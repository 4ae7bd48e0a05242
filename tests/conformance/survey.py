"""What specialised derivatives ask at run time: helpers that they call, and sizes that their kinds already answer.

    python -m tests.conformance.survey [PATTERN]        # every row of the table: counts by helper, with an example each

A helper that is an algorithm of its own stays a function: a person would write one, too. One that looks at kinds may be
called only where a kind is not known before the program runs.
"""

from __future__ import annotations

import inspect
import re
import sys
import warnings
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from sourcead.ir import Function, Op, Value, walk
from sourcead.kinds import Array, dims_of, same_size
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.sizes import Sizes
from tests.compiling import compiled, kinds_of
from tests.conformance.programs import program, weights
from tests.conformance.table import Row, rows
from tests.conformance.test_primitives import arguments
from tests.kit import leaves

ALGORITHMS = {  # helpers that are called by name, and why
    "bessel_ratio": "a continued fraction and a series",
    "cofactors": "by the singular values, for singular matrices too",
    "cumprod_along_first": "a loop from the end, exact where factors are 0",
    "digamma": "a series behind a recurrence",
    "gathered_at_records": "a loop over the records of a running extreme",
    "held_entries": "which entry of an eigenvector is real, told with tolerances",
    "nested_adjoint": "blocks nested deeper than two, level by level",
    "nesting": "how deep blocks are nested",
    "of_unit_vectors": "real or complex eigenvectors have other directions",
    "one_each": "one residual a column, or none where the rank is lower",
    "part_adjoint": "a loop over the quantiles that are asked for",
    "products_before": "a loop over the factors before each one in its group",
    "quantiles_adjoint": "a loop over the quantiles that are asked for",
    "square_alone": "singular vectors of which there are as many as singular values",
}
OPEN = (  # what no kind can say before the program runs, and why
    (r"eig\(|eigvals\(|sqrtm\(", "the values decide whether the result is complex"),
    (r"np\.unstack", "a tuple of a length that is not known"),
    (r"np\.split\(x, np\.array", "lengths that an array holds"),
    (r"np\.tile\(x, np\.array", "a rank that an array's length decides"),
    (r"np\.block\(\[\[\[", "blocks nested deeper than two"),
    (r"distance\.euclidean", "float32: SciPy's releases differ in the dtype"),
)
ASKING = {  # helpers that look at kinds at run time
    "cast", "conjugated", "extreme_adjoint", "filled", "item_adjoint", "match", "real_like", "real_sign", "seed",
    "tile_adjoint", "unbroadcast", "unreduce",
}  # fmt: skip


def derivative_of(row: Row) -> Function:
    """The gradient of a row's weighted sum, with respect to all of its arguments, as it is written."""
    expression, specs = row
    args = arguments(specs)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = program(expression, len(args), None)(*args, None)
    function = program(expression, len(args), np.ndim(result) > 0, bool(np.iscomplexobj(result)))
    argnums = tuple(k for k, x in enumerate(args) if leaves(x))
    given, sizes = (*args, weights(result)), Sizes()
    for name, kind in kinds_of(function, given).items():
        sizes.add(kind, given[list(inspect.signature(function).parameters).index(name)], (("param", name),))
    return compiled(function, *given, argnums=argnums, sizes=sizes).final


def helpers_called(function: Function) -> list[str]:
    """The helpers that the derivative itself calls."""
    forms = (op.form or op.primitive.form for op in walk(function.body))
    return list(dict.fromkeys(form.partition(" ")[2] for form in forms if form.startswith("helper ")))


def unexplained(expression: str, called: list[str]) -> list[str]:
    """The helpers that are no algorithm, and have no reason to be called here."""
    is_open = any(re.search(pattern, expression) for pattern, _ in OPEN)
    return [name for name in called if name not in ALGORITHMS and not (is_open and name in ASKING)]


def asked_in_vain(function: Function) -> list[str]:
    """The ops of the backward sweep whose result the kinds already give."""
    makers = {o: op for op in walk(function.body) for o in op.outs}
    return [op.name for op in walk(function.body) if op.backward and _in_vain(op, makers)]


def _in_vain(op: Op, makers: dict[Value, Op]) -> bool:
    target = op.primitive.target
    if target in (np.reshape, np.ravel, np.broadcast_to):
        have, want = atom_kind(op.args[0]), op.outs[0].kind
        same = isinstance(have, Array) and isinstance(want, Array) and len(have.dims) == len(want.dims)
        return same and all(map(same_size, have.dims, want.dims))  # type: ignore[union-attr]
    if target is np.shape:
        return dims_of(atom_kind(op.args[0])) == ()
    if op.primitive.form == "compare !=" and isinstance(op.args[0], Value):  # `x.shape[0] != 1`
        asked: Any = makers.get(op.args[0])
        if asked is not None and asked.primitive is structural.GETITEM and asked.backward:
            shape = makers.get(asked.args[0])
            size = getattr(asked.outs[0].kind, "size", None)
            of_shape = shape is not None and shape.primitive.target is np.shape
            return of_shape and size is not None and size.one is not None
    return False


def _found(row: Row) -> tuple[Row, list[str], list[str]]:
    function = derivative_of(row)
    return row, helpers_called(function), asked_in_vain(function)


def main(argv: list[str]) -> int:
    """Survey the whole table; 1 where something has no reason."""
    todo = [row for row in dict.fromkeys(rows()) if not argv or re.search(argv[0], row[0])]
    by_helper: dict[str, list[Row]] = defaultdict(list)
    bad: list[tuple[Row, list[str]]] = []
    with ProcessPoolExecutor() as pool:
        for row, called, vain in pool.map(_found, todo, chunksize=40):
            for name in called:
                by_helper[name].append(row)
            if found := [*unexplained(row[0], called), *vain]:
                bad.append((row, found))
    calling = {row for found in by_helper.values() for row in found}
    print(f"{len(calling)} of {len(todo)} derivatives call a helper")
    for name, found in sorted(by_helper.items(), key=lambda item: (-len(item[1]), item[0])):
        reason = ALGORITHMS.get(name, "where a kind is not known")
        print(f"{len(found):6}  {name:24} {found[0][0][:40]:42} {reason}")
    for row, names in bad:
        print(f"without reason: {', '.join(names)} in {row[0]} at {', '.join(row[1])}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

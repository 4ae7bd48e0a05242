"""Whether arrays may share memory: what is read while the other changes is copied before."""

from __future__ import annotations

from sourcead.backend.numba.rewriting import Rewriter, kind_of
from sourcead.ir import Atom
from sourcead.kinds import Array

_ALLOCATORS = frozenset({"np.zeros_like", "np.zeros", "np.empty", "np.empty_like", "np.ones", "np.copy"})
_SAME_MEMORY = frozenset({"np.ravel", "np.reshape", "np.asarray", "np.transpose", "np.broadcast_to", "np.expand_dims",
                          "tuple", "list", "literal", "astype"})  # fmt: skip


def may_share(value: Atom, base: Atom, rewriter: Rewriter) -> bool:
    """Whether an array may share memory with another one, which changes."""
    maker = rewriter.makers.get(value)
    if not isinstance(kind_of(value), Array):
        return False
    if maker is not None and maker.name == "operator.neg":  # it is taken away, and need not be made
        return may_share(maker.args[0], base, rewriter)
    if maker is None or maker.primitive.result != "fresh" or maker.name in _SAME_MEMORY:
        return True
    if rewriter.reads[value] == 1:
        return False
    root: Atom = base
    while root in rewriter.makers:
        made = rewriter.makers[root]
        if made.name not in ("store", "add_at", "getitem") and not made.attr("inplace"):
            break
        root = made.args[0]
    return root is value or root not in rewriter.makers or rewriter.makers[root].name not in _ALLOCATORS

"""Why a value is kept: what made it is dear, cannot be done twice, or is overwritten before it is read again."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.backend.formulas import Around, Formulas
from sourcead.backend.phrases import Folded
from sourcead.backend.tree import Append, Branch, Let, Loop, Move, Statement, base_of, form_of, read
from sourcead.ir import Atom, Op, Value
from sourcead.kinds import Array, List

STATE = "state at the start of a turn"
STACK_OF_STACKS = "what the inner loop keeps"
OWN_LIST = "the function's own list"
GROWN = "what an argument has got"
DONE_ONCE = "drawn, read or printed once"
SHAPE = "for its shape alone"
VIEW = "a view of what nothing else reads"
OVERWRITTEN = "overwritten later by a store"
OWNED = "the pullback owns what it reads"
AT_HAND = "made once, outside loops"
FOLLOWS = "made in a turn of what a store overwrites"
MASK = "a mask, smaller than what it is made of"
INNER = "what a loop or branch within the turn gives"
LAST = "state after the last turn"
_PRODUCTS = ("matmul", "np.dot", "np.matmul", "np.outer", "np.inner", "np.vdot", "np.einsum", "np.tensordot", "np.kron")
_REDUCTIONS = ("sum", "mean", "prod", "max", "min", "var", "std", "norm", "median", "average")
_TRANSCENDENTAL = (
    "exp", "log", "tanh", "sin", "cos", "tan", "sinh", "cosh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh",
    "arccosh", "arctanh", "log1p", "log2", "log10", "expm1", "exp2", "logaddexp", "logaddexp2", "power", "pow",
    "float_power", "sqrt", "cbrt", "hypot", "erf", "expit",
)  # fmt: skip


def dear(ops: Iterable[Op]) -> str:
    """In words, the dearest of some ops; "" where none is."""
    words = {rank: word for rank, word in sorted(filter(None, map(_rank, ops)), reverse=True)}
    return words[min(words)] if words else ""


def _rank(op: Op) -> tuple[int, str] | None:
    """How little one wants to do an op again: 0 says never."""
    last = op.name.rpartition(".")[2]
    effects = op.primitive.effects
    if effects & {"draws", "io"}:
        return 0, DONE_ONCE
    if op.name == "invoke":
        return 1, "dear: a call"
    if op.name in _PRODUCTS:
        return 2, "dear: a matrix product"
    if op.name.startswith(("np.linalg.", "np.fft.")) and last != "norm":
        return 2, f"dear: {last}"
    if op.primitive.elementwise and last in _TRANSCENDENTAL:
        return 3, f"dear: {last}"
    if last in ("concatenate", "stack"):
        return 3, f"dear: {last}"
    if last in _REDUCTIONS and not op.primitive.elementwise:
        return 4, "dear: a reduction"
    return None


class Reasons:
    """The reasons within one function."""

    def __init__(self, formulas: Formulas, folded: Folded, statements: Iterable[Statement]) -> None:
        self.formulas, self.folded = formulas, folded
        bases = (base_of(s) for s in statements if isinstance(s, Let) and not form_of(s.op).startswith("grow "))
        self.stored = {formulas.made.of(b) for b in bases if isinstance(b, Value)}

    def of(self, variable: Value, statements: Iterable[Statement], owned: bool) -> str:
        """Why a variable is kept that these statements bind. owned: whether what is kept is copied for that."""
        grows = self.formulas.appends.get(variable, ())
        if grows:
            return self._of_item(*grows[0])
        if any(isinstance(p, Loop) for v in self.formulas.members.get(variable, ()) for p in self.formulas.paths[v]):
            return LAST
        made = [s for s in statements if not isinstance(s, Move)]
        ops = [op for s in made for op in self.ops(s)]
        own = [s.op for s in made if isinstance(s, Let)]
        if own and own[-1].name in ("copy.deepcopy", "ndarray.copy", "np.copy"):
            hint = own[-1].outs[0].hint
            if hint.endswith("_prev"):
                return OVERWRITTEN
            if owned:
                return OWNED
        return dear(ops) or AT_HAND

    def _of_item(self, statement: Append | Let, item: Atom, path: Around) -> str:
        """Why a list is kept: for what it is made of."""
        if isinstance(statement, Let):
            members = self.formulas.members.get(self.formulas.made.of(statement.args[0]), ())  # type: ignore[arg-type]
            return GROWN if any(member in self.formulas.params for member in members) else OWN_LIST
        if not isinstance(item, Value):
            return STATE
        maker = self.folded.get(item) or self.formulas.makers.get(item)
        if isinstance(item.kind, List):
            return STACK_OF_STACKS
        if not isinstance(maker, Let | Branch):
            first = next(iter(self.formulas.members.get(self.formulas.made.of(item), ())), item)
            loops = [p for p in path if isinstance(p, Loop)]
            return INNER if loops and loops[-1] in self.formulas.paths.get(first, ()) else STATE
        word = dear(self.ops(maker))
        if word:
            return word
        if isinstance(item.kind, Array) and item.kind.dtype == "bool":
            return MASK
        touched = {self.formulas.made.of(v) for op in self.ops(maker) for v in op.args if isinstance(v, Value)}
        return OVERWRITTEN if touched & self.stored or maker.op.name in ("ndarray.copy", "copy.deepcopy") else FOLLOWS

    def ops(self, statement: Statement) -> list[Op]:
        """The ops that a statement writes: its own, and those of the expressions in it."""
        own = getattr(statement, "op", None)
        ops = [own] if isinstance(own, Op) and isinstance(statement, Let | Branch) else []
        inner = list(read(statement))
        if isinstance(statement, Branch):
            inner += [v for arm in (statement.then, statement.other) for s in arm for v in read(s)]
        for value in inner:
            if (made_by := self.folded.get(value)) is not None and made_by is not statement:
                ops += self.ops(made_by)
        return ops

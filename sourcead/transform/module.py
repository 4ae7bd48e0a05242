"""The functions of a module beside the derivative itself: primals that are invoked, and the two sweeps of their pairs.

The passes see a pair as one function; wherever the module is looked at, it is split in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sourcead.errors import UnsupportedError
from sourcead.frontend.procedure import Procedure
from sourcead.ir import Function, walk
from sourcead.records import dataclass, field, replace
from sourcead.transform.checkpoints import Again, refused_repetitions
from sourcead.transform.memory import check_calls
from sourcead.transform.pairs import Pair
from sourcead.transform.splitting import split
from sourcead.transform.tangent_regions import Jvp


@dataclass(slots=True)
class Module:
    """What a derivative may invoke."""

    primals: dict[str, Function] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    jvps: list[Jvp] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)

    @classmethod
    def of(cls, procedures: Iterable[Procedure]) -> Module:
        """The primals of procedures."""
        return cls({p.name: p.function() for p in procedures})

    def check(self, primal: Function, procedures: Iterable[Procedure]) -> None:
        """Refuse calls that change what is handed in, and effects of what is computed again."""
        for function in self.primals.values():
            check_calls(function)
        for refusal in refused_repetitions(primal, procedures):
            raise UnsupportedError(refusal)

    def run(self, name: str, run_pass: Callable[[Function], Function]) -> None:
        """Run a pass on every function; the result of a primal is what the user's function returns."""
        if name != "own results":
            self.primals = {key: run_pass(function) for key, function in self.primals.items()}
        for pair in self.pairs:
            assert pair.joint is not None
            pair.joint = run_pass(pair.joint)
        derivatives: list[Jvp | Again] = [*self.jvps, *self.again]
        for made in derivatives:
            assert made.function is not None
            made.function = run_pass(made.function)

    def attached(self, function: Function) -> Function:
        """The function with all that it invokes, directly or not."""
        if not self.primals and not self.pairs:
            return function
        halves: dict[str, list[Function]] = {key: [] for key in self.primals}
        for pair in self.pairs:
            if pair.joint is None:  # it is yet to be reversed
                continue
            halves.setdefault(pair.procedure.name, []).extend(split(pair))
        derivatives: list[Jvp | Again] = [*self.again, *self.jvps]
        for made in derivatives:
            if made.function is not None:  # another is yet to be made
                halves.setdefault(made.procedure.name, []).append(made.function)
        table = {f.name: f for key, primal in self.primals.items() for f in (primal, *halves.pop(key))}
        table.update({f.name: f for half in halves.values() for f in half})
        reached: set[str] = set()
        waiting = [function]
        while waiting:
            called = {op.attr("callee") for op in walk(waiting.pop().body)} - {None}
            waiting += [table[name] for name in called - reached if name in table]  # the others are yet to be made
            reached |= called
        return replace(function, further=tuple(f for name, f in table.items() if name in reached))

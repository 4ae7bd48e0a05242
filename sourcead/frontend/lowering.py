"""The state of lowering one function: the block being built, the values that names stand for, and where we are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import gast

from sourcead.errors import Diagnosis, Place, UnsupportedError
from sourcead.frontend.source import SourceText
from sourcead.ir import CONTINUE, NEXT, RETURN, UNDEFINED, Atom, Block, Builder, Const, Op, Primitive, Value
from sourcead.records import dataclass, field

if TYPE_CHECKING:
    from sourcead.frontend.collecting import Collector

RESULT = "return"  # the variable that holds the function's result; a keyword, so no user's name
MAX_BRANCHES = 80  # inside one another: Python reads text of up to 100 levels, and the compiler recurses over them
TOO_DEEP = (
    f"over {MAX_BRANCHES} branches lie inside one another here",
    "write the chain as a loop over a table, or split the function",
    "what follows an `if` that returns lies inside its other branch; each `and` or `or` is a branch",
)
UNBOUND = Const(UNDEFINED)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A lowered function before anything is known of its meaning.

    The block's params are the captured variables of the enclosing function, then the parameters. `kinds` are the
    parameter kinds of `inspect`; `defaulted` names the parameters whose defaults a `LAMBDA` op hands over as values.
    """

    name: str
    captured: tuple[str, ...]
    params: tuple[str, ...]
    kinds: tuple[str, ...]
    defaulted: tuple[str, ...]
    body: Block
    source: SourceText | None
    at: Place | None


@dataclass(slots=True)
class Scope:
    """What lowering knows at one point of one function."""

    source: SourceText
    function: str
    local_names: frozenset[str]
    env: dict[str, Atom] = field(default_factory=dict)
    builder: Builder = field(default_factory=Builder)
    statement: Any = None
    body: tuple[Any, ...] = ()
    loops: list[Any] = field(default_factory=list)
    late: frozenset[str] = frozenset()  # functions of an enclosing one that are looked up when they are called
    handling: list[Atom] = field(default_factory=list)  # the exceptions being handled, for `raise` without one
    returned: set[Atom] = field(default_factory=set)  # exit codes of loops in which a break is over with the loop
    depth: int = 0  # branches inside one another
    collector: Collector | None = None  # goes on behind refusals, to find them all

    def place(self, node: gast.AST) -> Place:
        """Where a node stands."""
        return self.source.place(node, self.statement if self.statement is not None else node)

    def emit(
        self,
        primitive: Primitive,
        args: tuple[Atom, ...],
        node: gast.AST,
        *,
        hint: str = "",
        outs: int = 1,
        blocks: tuple[Block, ...] = (),
        form: str = "",
        **attrs: Any,
    ) -> Value:
        """Append an op with fresh results, and give the first."""
        values = tuple(Value(hint) for _ in range(max(outs, 0)))
        self.builder.add(Op(primitive, args, values, tuple(sorted(attrs.items())), blocks, self.place(node), form))
        return values[0] if values else Value("")

    def refuse(self, node: gast.AST, message: str, help: str = "", *notes: str) -> NoReturn:
        """Raise the refusal of a construct."""
        raise UnsupportedError(Diagnosis(message, self.place(node), tuple(notes), help))


def hint_of(name: str) -> str:
    """What values of a variable are called: nothing for the function's result; our own end in a space."""
    return "" if name == RESULT else name.rstrip()


def branch(
    scope: Scope,
    cond: Atom,
    primitive: Primitive,
    node: gast.AST,
    then: Callable[[], Atom],
    other: Callable[[], Atom],
    form: str = "",
) -> Atom:
    """Lower two alternatives and join what they bind. Each callable lowers into a block of its own and gives an exit
    code (or, for an expression, its value); the joined one is returned, as a constant where both agree."""
    if scope.depth >= MAX_BRANCHES:
        scope.refuse(node, *TOO_DEEP)
    scope.depth += 1
    outer_env, outer_builder = scope.env, scope.builder
    sides: list[tuple[Builder, dict[str, Atom], Atom]] = []
    for lower in (then, other):
        scope.env, scope.builder = dict(outer_env), Builder()
        code = lower()
        sides.append((scope.builder, scope.env, code))
    scope.env, scope.builder = outer_env, outer_builder
    scope.depth -= 1
    (b1, env1, code1), (b2, env2, code2) = sides
    names = [n for n in dict.fromkeys([*env1, *env2]) if env1.get(n, UNBOUND) != env2.get(n, UNBOUND)]
    results1 = [env1.get(n, UNBOUND) for n in names]
    results2 = [env2.get(n, UNBOUND) for n in names]
    same_code = code1 == code2
    outs = [Value(hint_of(n)) for n in names]
    code_out = Value("")
    if not same_code:
        results1, results2, outs = [code1, *results1], [code2, *results2], [code_out, *outs]
    blocks = (b1.block((), tuple(results1)), b2.block((), tuple(results2)))
    scope.builder.add(Op(primitive, (cond,), tuple(outs), (("coded", not same_code),), blocks, scope.place(node), form))
    for name in names:
        scope.env[name] = outs[names.index(name) + (0 if same_code else 1)]
    for name in env1:
        if name not in names:
            scope.env[name] = env1[name]
    return code1 if same_code else code_out


__all__ = ["CONTINUE", "NEXT", "RESULT", "RETURN", "UNBOUND", "Scope", "Surface", "branch", "hint_of"]

"""Short words for building IR by hand."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from sourcead.backend.load import load
from sourcead.backend.writer import write
from sourcead.errors import Place
from sourcead.ir import Atom, Block, Builder, Capture, Const, Function, Hole, Op, Param, Primitive, Source, Span, Value
from sourcead.kinds import TOP, Array, Dim, Kind, Scalar
from sourcead.primitives import structural

N, M = Dim("n"), Dim("m")
VECTOR = Array("float64", (N,))
MATRIX = Array("float64", (N, M))
FLOAT, INT, BOOL = Scalar("pyfloat"), Scalar("pyint"), Scalar("pybool")
ALL = ((Ellipsis,),)
AT = ((Hole(0),),)
RANGE = Source("range")

_STRUCTURAL = {p.form: p for p in vars(structural).values() if isinstance(p, Primitive)}
_EFFECTS = {"call print": frozenset({"io"})}


def place(line: int, statement: str, file: str = "model.py") -> Place:
    return Place(file, line, 4, line, 40, "loss", statement, line)


def atom(value: Any) -> Atom:
    return value if isinstance(value, Value | Const) else Const(value)


class Make:
    """A block under construction. Lines of the user's text are given as {number: text}."""

    def __init__(self, lines: dict[int, str] | None = None, backward: bool = False) -> None:
        self.builder, self.lines, self.backward = Builder(), lines or {}, backward

    def inner(self) -> Make:
        return Make(self.lines, self.backward)

    def __call__(
        self,
        form: str,
        *args: Any,
        hint: str = "",
        kind: Kind = VECTOR,
        line: int = 0,
        outs: Any = None,
        note: str = "",
        blocks: tuple[Block, ...] = (),
        back: bool | None = None,
        own_form: str = "",
        **attrs: Any,
    ) -> Any:
        primitive = _STRUCTURAL.get(form) or Primitive(form, form, effects=_EFFECTS.get(form, frozenset()))
        results = (Value(hint, kind),) if outs is None else tuple(outs)
        at = place(line, self.lines.get(line, "?")) if line else None
        backward = self.backward if back is None else back
        self.builder.add(
            Op(
                primitive,
                tuple(map(atom, args)),
                results,
                tuple(sorted(attrs.items())),
                blocks,
                at,
                own_form,
                backward,
                note,
            )
        )
        return results[0] if outs is None else results

    def block(self, params: Any = (), results: Any = ()) -> Block:
        return self.builder.block(tuple(params), tuple(map(atom, results)))

    def loop(
        self, sources: tuple[Source, ...], args: Any, inits: Any, body: Block, outs: Any, text: Any = None, **attrs: Any
    ) -> tuple[Value, ...]:
        return tuple(
            self(
                "for",
                *args,
                *inits,
                outs=outs,
                blocks=(body,),
                sources=sources,
                carried=len(inits),
                text=text or ("range",),
                **attrs,
            )
        )

    def choose(self, condition: Any, then: Block, other: Block, outs: Any, form: str = "") -> tuple[Value, ...]:
        return tuple(self("if", condition, outs=outs, blocks=(then, other), own_form=form))


def function(make: Make, params: dict[str, Value], result: Any, name: str = "loss_grad", **rest: Any) -> Function:
    return Function(
        name, tuple(map(Param, params)), make.block(params.values(), [result]), at=place(1, "def loss"), **rest
    )


def body_of(made: Function) -> str:
    """The text of the function without imports and header."""
    text = write(made)
    return text[text.index("def ") :].split(":\n", 1)[1]


def run(made: Function, captures: tuple[Capture, ...] = (), names: dict[str, Any] | None = None) -> Callable[..., Any]:
    """The function that the text defines."""
    return load(
        write(made),
        made.name,
        captures,
        {"__name__": "user", "__builtins__": builtins, **(names or {})},
        f"<{made.name}>",
    )


__all__ = [
    "ALL",
    "AT",
    "BOOL",
    "FLOAT",
    "INT",
    "MATRIX",
    "RANGE",
    "TOP",
    "VECTOR",
    "Const",
    "Hole",
    "Make",
    "Span",
    "Value",
    "body_of",
    "function",
    "place",
    "run",
]

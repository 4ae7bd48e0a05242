"""The text form of the IR, one op a line, for reading and for the diffs between passes."""

from __future__ import annotations

from sourcead.ir import Atom, Block, Const, Function, Op, Value
from sourcead.kinds import Array, Dim, Kind, Known, List, Opaque, Scalar, Top, Tree


def dump(function: Function) -> str:
    """A function as text, those that it invokes above it."""
    return "\n".join(_function(f) for f in (*function.further, function))


def _function(function: Function) -> str:
    names = _Names()
    params = ", ".join(f"{names.of(v)}: {kind_text(v.kind)}" for v in function.body.params)
    lines = [f"def {function.name}({params}):"]
    _block(function.body, names, lines, 1, "return")
    return "\n".join(lines) + "\n"


class _Names:
    """A distinct name for each value: its hint, and a number where the hint is taken."""

    def __init__(self) -> None:
        self.names: dict[Value, str] = {}
        self.used: dict[str, int] = {}

    def of(self, value: Value) -> str:
        """The name of a value."""
        if value not in self.names:
            hint = value.hint or "_"
            count = self.used[hint] = self.used.get(hint, 0) + 1
            self.names[value] = hint if count == 1 else f"{hint}.{count}"
        return self.names[value]

    def atom(self, atom: Atom) -> str:
        """An atom as text."""
        return repr(atom) if isinstance(atom, Const) else self.of(atom)


def _block(block: Block, names: _Names, lines: list[str], depth: int, end: str) -> None:
    indent = "    " * depth
    for op in block.ops:
        _op(op, names, lines, depth)
    if block.results or not block.ops:
        lines.append(f"{indent}{end} {', '.join(map(names.atom, block.results))}".rstrip())


def _op(op: Op, names: _Names, lines: list[str], depth: int) -> None:
    indent = "    " * depth
    args = [names.atom(a) for a in op.args]
    hidden = ("carried", "exits", "counted", "sources", "text", "callee", "part", "fresh", "procedure", "repeated")
    attrs = [f"{k}={v!r}" for k, v in op.attrs if k not in hidden]
    word = f"{op.name} {op.attr('callee')}" if op.name == "invoke" else op.name
    call = f"{word}({', '.join(args + attrs)})"
    outs = ", ".join(f"{names.of(o)}: {kind_text(o.kind)}" for o in op.outs)
    mark = "  # adjoint" if op.backward else ""
    lines.append(f"{indent}{outs + ' = ' if outs else ''}{call}{':' if op.blocks else ''}{mark}")
    for position, block in enumerate(op.blocks):
        label = {"if": ("then", "else"), "while": ("test", "do")}.get(op.name, ("do",))[position]
        params = ", ".join(f"{names.of(p)}: {kind_text(p.kind)}" for p in block.params)
        lines.append(f"{indent}  {label}({params}):")
        _block(block, names, lines, depth + 1, "yield")


def kind_text(kind: Kind) -> str:
    """A kind as text: `float64[n, 1]`, `float`, `(float64[n], float)`."""
    if isinstance(kind, Top):
        return "?"
    if isinstance(kind, Scalar):
        return {"pyfloat": "float", "pyint": "int", "pybool": "bool"}.get(kind.dtype or "", kind.dtype or "number")
    if isinstance(kind, Array):
        return f"{kind.dtype or '?'}[{', '.join(map(_dim_text, kind.dims))}]"
    if isinstance(kind, List):
        return f"list[{kind_text(kind.item)}]"
    if isinstance(kind, Tree):
        return f"{kind.type.__name__}({', '.join(map(kind_text, kind.items))})"
    if isinstance(kind, Known):
        return f"known {getattr(kind.value, '__name__', kind.value)!r}"
    return kind.type.__name__ if isinstance(kind, Opaque) else "?"


def _dim_text(dim: Dim) -> str:
    if isinstance(dim.key, int):
        return str(dim.key)
    return "1" if dim.one else "n" if dim.one is False else "?"

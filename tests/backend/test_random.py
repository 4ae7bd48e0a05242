"""Random programs: the text computes what the interpreter does, effects in the same order."""

from __future__ import annotations

import builtins
import random

import pytest

from sourcead.backend.load import load
from sourcead.backend.writer import write
from sourcead.interpret import interpret
from sourcead.ir import BREAK, CONTINUE, NEXT, RETURN, Block, Capture, Const, Function, Op, Param, Primitive, Value
from sourcead.kinds import Dim, List, Scalar
from sourcead.primitives import structural
from tests.backend.kit import AT, BOOL, INT, RANGE

LST = List(INT, Dim("n"))
P = {}


def prim(form, run, effects=()):
    if form not in P:
        P[form] = Primitive(form, form, None, run, frozenset(effects))
    return P[form]


ADD = prim("binary +", lambda a, b: a + b)
SUB = prim("binary -", lambda a, b: a - b)
MUL = prim("binary *", lambda a, b: a * b)
MOD = prim("binary %", lambda a, b: a % b)
LT = prim("compare <", lambda a, b: a < b)
EQ = prim("compare ==", lambda a, b: a == b)
log = []
DRAW = prim("call draw", lambda x: (log.append(x), x + 1)[1], ("draws",))
HINTS = ["", "", "", "a", "b", "c", "x"]


class Generator:
    """Grows one program: scalars, one array that is stored into, branches, loops with early exits and stacks."""

    def __init__(self, r):
        self.r = r
        self.budget = r.randint(5, 45)
        self.stacks = []

    def atom(self, env):
        r = self.r
        if r.random() < 0.12 or not env:
            return Const(r.randint(-3, 5))
        return r.choice(env[-6:] if r.random() < 0.6 else env)

    def op(self, ops, env, back):
        r = self.r
        k = r.random()
        h = r.choice(HINTS)
        if back and r.random() < 0.5:
            h = "d" + (h or "z")
        if k < 0.1:
            o = Value(h, INT)
            ops.append(Op(DRAW, (self.atom(env),), (o,), backward=back))
            env.append(o)
            return
        p = r.choice([ADD, SUB, MUL])
        a, b = self.atom(env), self.atom(env)
        if p is MUL:
            o = Value("", INT)
            ops.append(Op(MUL, (a, b), (o,), backward=back))
            o2 = Value(h, INT)
            ops.append(Op(MOD, (o, Const(97)), (o2,), backward=back))
            env.append(o2)
            return
        o = Value(h, INT)
        form = "augmented +" if p is ADD and r.random() < 0.3 else ""
        ops.append(Op(p, (a, b), (o,), form=form, backward=back))
        env.append(o)

    def store(self, ops, arrs, env, back):
        # arrs: list holding the current version (one only)
        r = self.r
        A = arrs[-1]
        i = Const(r.randint(0, 2))
        if r.random() < 0.5:
            o = Value(r.choice(["", "a"]), INT)
            ops.append(Op(structural.GETITEM, (A, i), (o,), (("path", AT),), backward=back))
            env.append(o)
        else:
            N = Value(A.hint, LST)
            ops.append(Op(structural.STORE, (A, i, self.atom(env)), (N,), (("path", AT),), backward=back))
            arrs[-1] = N

    def cond(self, ops, env):
        c = Value("", BOOL)
        ops.append(Op(LT, (self.atom(env), self.atom(env)), (c,)))
        return c

    def block(self, ops, env, arrs, depth, back):
        n = self.r.randint(1, 5)
        for _ in range(n):
            if self.budget <= 0:
                break
            self.budget -= 1
            k = self.r.random()
            if k < 0.55 or depth > 2:
                self.op(ops, env, back)
            elif k < 0.65:
                self.store(ops, arrs, env, back)
            elif k < 0.82:
                self.if_(ops, env, arrs, depth, back)
            else:
                self.loop(ops, env, arrs, depth, back)

    def if_(self, ops, env, arrs, depth, back):
        r = self.r
        c = self.cond(ops, env)
        m = r.randint(0, 2)
        hs = [r.choice(HINTS) for _ in range(m)]
        if r.random() < 0.3:
            bl = []
            for _ in range(2):
                o, e = [], list(env)
                for _ in range(r.randint(0, 2)):
                    x = Value("", INT)
                    o.append(Op(ADD, (self.atom(e), self.atom(e)), (x,), backward=back))
                    e.append(x)
                bl.append(Block((), tuple(o), (self.atom(e),)))
            out = Value(r.choice(HINTS), INT)
            ops.append(Op(structural.IF, (c,), (out,), (), tuple(bl), form="ternary", backward=back))
            env.append(out)
            return
        A0 = arrs[-1]
        bl = []
        for _ in range(2):
            o, e, aa = [], list(env), [A0]
            if r.random() < 0.8:
                self.block(o, e, aa, depth + 1, back)
            bl.append(Block((), tuple(o), (aa[-1], *[self.atom(e) for _ in hs])))
        outs = [Value(A0.hint, LST), *[Value(h, INT) for h in hs]]
        ops.append(Op(structural.IF, (c,), tuple(outs), (), tuple(bl), backward=back))
        arrs[-1] = outs[0]
        env.extend(outs[1:])

    def tail(self, ops, env, arrs, depth, m, back):
        """ops ending in results (code, arr, *m)"""
        r = self.r
        self.block(ops, env, arrs, depth + 1, back)
        k = r.random()
        if depth < 3 and k < 0.55:
            c = self.cond(ops, env)
            bl = []
            for _ in range(2):
                o, e, aa = [], list(env), [arrs[-1]]
                res = self.tail(o, e, aa, depth + 1, m, back)
                bl.append(Block((), tuple(o), res))
            outs = (Value("", INT), Value(arrs[-1].hint, LST), *[Value(r.choice(HINTS), INT) for _ in range(m)])
            ops.append(Op(structural.IF, (c,), outs, (), tuple(bl), backward=back))
            if r.random() < 0.5:
                return outs
            g = Value("", BOOL)
            ops.append(Op(EQ, (outs[0], Const(NEXT)), (g,), backward=back))
            o, e, aa = [], list(env) + list(outs[2:]), [outs[1]]
            res = self.tail(o, e, aa, depth + 1, m, back)
            outs2 = (Value("", INT), Value(arrs[-1].hint, LST), *[Value(r.choice(HINTS), INT) for _ in range(m)])
            ops.append(
                Op(
                    structural.IF,
                    (g,),
                    outs2,
                    (),
                    (Block((), tuple(o), res), Block((), (), outs)),
                    form="resume",
                    backward=back,
                )
            )
            return outs2
        code = r.choice([NEXT, NEXT, NEXT, BREAK, CONTINUE, RETURN])
        return (Const(code), arrs[-1], *[self.atom(env) for _ in range(m)])

    def loop(self, ops, env, arrs, depth, back):
        r = self.r
        m = r.randint(0, 3)
        hs = [r.choice(HINTS) for _ in range(m)]
        inits = [arrs[-1], *[self.atom(env) for _ in hs]]
        exits = r.random() < 0.5
        counted = exits and r.random() < 0.5
        nst = r.randint(0, 2)
        params = [Value(arrs[-1].hint, LST), *[Value(h, INT) for h in hs]]
        w = r.random() < 0.25
        turn = Value("", INT)
        item = Value(r.choice(["", "i", "a"]), INT)
        o, e, aa = [], list(env) + params[1:], [params[0]]
        if not w:
            e.append(item)
        if r.random() < 0.4:
            e.append(turn)
        if exits:
            res = self.tail(o, e, aa, depth + 1, m, back)
        else:
            self.block(o, e, aa, depth + 1, back)
            res = (aa[-1], *[self.atom(e) for _ in range(m)])
        defs = [v for op in o for v in op.outs if isinstance(v.kind, Scalar)]
        cand = params[1:] + ([] if w else [item]) + defs
        st = [r.choice(cand) if cand else Const(1) for _ in range(nst)]
        outs = ([Value("", INT)] if exits else []) + [Value(arrs[-1].hint, LST)] + [Value(h, INT) for h in hs]
        sts = [Value(f"s{k}") for k in range(nst)]
        at = [("exits", exits), ("carried", m + 1), ("counted", counted)]
        tv = [Value("", INT)] if counted else []
        if w:
            # a guard counter
            _cp, tp = Value("k", INT), [Value(p.hint, p.kind) for p in params]
            body_ops = list(o)
            nx = Value("k", INT)
            bp = Value("k", INT)
            Value("k", INT)
            body_ops.insert(0, Op(ADD, (bp, Const(1)), (nx,), backward=back))
            tb = []
            c = Value("", BOOL)
            tpk = Value("k", INT)
            tb.append(Op(LT, (tpk, Const(r.randint(0, 4))), (c,), backward=back))
            if r.random() < 0.3:
                d = Value("", INT)
                tb.insert(0, Op(DRAW, (tpk,), (d,), backward=back))
            body = Block((turn, *params, bp), tuple(body_ops), (*res, nx, *st))
            ko = Value("k", INT)
            at[1] = ("carried", m + 2)
            ops.append(
                Op(
                    structural.WHILE,
                    (*inits, Const(0)),
                    (*outs, ko, *sts, *tv),
                    tuple(sorted(at)),
                    (Block((*tp, tpk), tuple(tb), (c,)), body),
                    backward=back,
                )
            )
            env.append(ko)
        else:
            body = Block((turn, item, *params), tuple(o), (*res, *st))
            rev = r.random() < 0.3
            src = (
                (Const(0), Const(r.randint(0, 4)), Const(1))
                if rev or r.random() < 0.6
                else (Const(1), Const(6), Const(r.choice([1, 2])))
            )
            ops.append(
                Op(
                    structural.FOR,
                    (*src, *inits),
                    (*outs, *sts, *tv),
                    tuple(sorted([*at, ("reverse", rev), ("text", ("range",)), ("sources", (RANGE,))])),
                    (body,),
                    backward=back,
                )
            )
        arrs[-1] = outs[1 if exits else 0]
        env.extend(outs[2 if exits else 1 :])
        if exits and r.random() < 0.6:
            env.append(outs[0])
        self.stacks += sts
        env.extend(tv)


def program(seed):
    """The same program for the same seed."""
    r = random.Random(seed)
    g = Generator(r)
    x, y, L = Value("x", INT), Value("b", INT), Value("arr", LST)
    ops = []
    A = Value("arr", LST)
    ops.append(Op(prim("method copy", lambda a: a.copy()), (L,), (A,)))
    env = [x, y]
    arrs = [A]
    g.block(ops, env, arrs, 0, False)
    g.block(ops, env, arrs, 0, False)
    g.block(ops, env, arrs, 0, True)
    ids = set(id(v) for op in ops for v in op.outs)
    res = Value("")
    ops.append(Op(structural.TUPLE, (arrs[-1], *[v for v in g.stacks if id(v) in ids], *[s for s in env[-6:]]), (res,)))
    return Function("f", (Param("x"), Param("b"), Param("arr")), Block((x, y, L), tuple(ops), (res,)))


@pytest.mark.parametrize("start", range(0, 100, 20))
def test_text_and_interpreter_agree(start: int) -> None:
    for seed in range(start, start + 20):
        made = program(seed)
        text = write(made)
        run = load(
            text, "f", (Capture("draw", "object", DRAW.run),), {"__name__": "u", "__builtins__": builtins}, "<f>"
        )
        for x, b, items in ((1, 2, [1, 2, 3]), (5, -3, [0, 7, 2])):
            log.clear()
            expected = interpret(made, x, b, list(items)), list(log)
            log.clear()
            assert (run(x, b, list(items)), log) == expected, f"seed {seed}:\n{text}"

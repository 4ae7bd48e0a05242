"""What sets so many attributes, from as many arguments in order. `records` gives each class the one of its length, with
names and defaults of the class's own: so no `__init__` is compiled when a program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if not TYPE_CHECKING:

    def _0(self):
        pass

    def _1(self, a):
        self.a = a

    def _2(self, a, b):
        self.a, self.b = a, b

    def _3(self, a, b, c):
        self.a, self.b, self.c = a, b, c

    def _4(self, a, b, c, d):
        self.a, self.b, self.c, self.d = a, b, c, d

    def _5(self, a, b, c, d, e):
        self.a, self.b, self.c, self.d, self.e = a, b, c, d, e

    def _6(self, a, b, c, d, e, f):
        self.a, self.b, self.c, self.d, self.e, self.f = a, b, c, d, e, f

    def _7(self, a, b, c, d, e, f, g):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g = a, b, c, d, e, f, g

    def _8(self, a, b, c, d, e, f, g, h):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h

    def _9(self, a, b, c, d, e, f, g, h, j):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j = j

    def _10(self, a, b, c, d, e, f, g, h, j, k):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k = j, k

    def _11(self, a, b, c, d, e, f, g, h, j, k, m):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k, self.m = j, k, m

    def _12(self, a, b, c, d, e, f, g, h, j, k, m, n):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k, self.m, self.n = j, k, m, n

    def _13(self, a, b, c, d, e, f, g, h, j, k, m, n, p):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k, self.m, self.n, self.p = j, k, m, n, p

    def _14(self, a, b, c, d, e, f, g, h, j, k, m, n, p, q):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k, self.m, self.n, self.p, self.q = j, k, m, n, p, q

    def _15(self, a, b, c, d, e, f, g, h, j, k, m, n, p, q, r):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k, self.m, self.n, self.p, self.q, self.r = j, k, m, n, p, q, r

    def _16(self, a, b, c, d, e, f, g, h, j, k, m, n, p, q, r, s):
        self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h = a, b, c, d, e, f, g, h
        self.j, self.k, self.m, self.n, self.p, self.q, self.r, self.s = j, k, m, n, p, q, r, s

    SETTERS = (_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16)

"""Elementary functions as formulas that the compiler vectorises: in a loop they take a half to a fifth of the time of
the C library's, and are accurate to two units in the last place. Helpers of float64; those of float32 are cast.

    exp(x) = 2**n (1 + p(r)),  x = n log 2 + r            log(x) = n log 2 + 2 artanh(s),  x = 2**n (1 + s) / (1 - s)
    sin(x), cos(x) = +-sin(r), +-cos(r),  x = n pi/2 + r

A number is rounded to a whole one by adding 1.5 * 2**52: its last bits are that int then.
"""

from __future__ import annotations

from math import factorial

FUNCTIONS = {f"np.{word}": f"fast_{word}" for word in ("exp", "expm1", "log", "log1p", "tanh")}
OF_ARRAYS = {"np.sin": "sines", "np.cos": "cosines"}  # large arguments are left to the C library


def _polynomial(variable: str, coefficients: list[str], indent: str = "    ") -> str:
    """The lines that compute p, the first coefficient being that of the highest power."""
    lines = [f"p = {coefficients[0]}", *(f"p = p * {variable} + {c}" for c in coefficients[1:])]
    return "\n".join(indent + line for line in lines).replace("+ -", "- ")


_EXP = _polynomial("r", [f"1 / {factorial(k)}" for k in range(13, 2, -1)] + ["0.5"])
_LOG = _polynomial("z", [f"2 / {k}" for k in range(23, 1, -2)])
_SIN = _polynomial("z", [f"{'-' if k % 4 == 3 else ''}1 / {factorial(k)}" for k in range(15, 2, -2)], "        ")
_COS = _polynomial("z", [f"{'-' if k % 4 == 2 else ''}1 / {factorial(k)}" for k in range(16, 2, -2)], "        ")


def _of_turns(name: str, function: str, quarter: int) -> str:
    return f'''def {name}(x):
    """np.{function}(x)"""
    flat = np.ravel(x)
    found = np.empty_like(flat)
    largest = 0.0
    for i in range(len(flat)):
        largest = max(largest, abs(flat[i]))
    if not largest < 1e5:
        for i in range(len(flat)):
            found[i] = np.{function}(flat[i])
        return found.reshape(x.shape)
    for i in range(len(flat)):
        k = flat[i] * 0.6366197723675814 + 6755399441055744.0
        n = k - 6755399441055744.0
        r = ((flat[i] - n * 1.5707963267341256) - n * 6.077100506303966e-11) - n * 2.0222662487959506e-21
        turns = np.float64(k).view(np.int64){f" + {quarter}" if quarter else ""}
        z = r * r
{_SIN}
        s = (1 + p * z) * r
{_COS}
        c = 1 + (p * z - 0.5) * z
        y = c if turns & 1 else s
        found[i] = -y if turns & 2 else y
    return found.reshape(x.shape)'''


TEXTS = {
    "power_of_two": '''def power_of_two(n):
    """2.0**n for a whole number n."""
    return np.int64((np.float64(n + 6755399441055744.0).view(np.int64) + 1023) << 52).view(np.float64)''',
    "exp_parts": f'''def exp_parts(x):
    """n and exp(r) - 1, where x = n log(2) + r."""
    n = (x * 1.4426950408889634 + 6755399441055744.0) - 6755399441055744.0
    r = (x - n * 0.6931471803691238) - n * 1.9082149292705877e-10
{_EXP}
    return n, (1 + p * r) * r''',
    "fast_exp": '''def fast_exp(x):
    """exp(x), which the compiler can vectorise."""
    x = -746.0 if x < -746.0 else x
    x = 710.0 if x > 710.0 else x
    n, p = exp_parts(x)
    half = np.floor(0.5 * n)
    return (1 + p) * power_of_two(half) * power_of_two(n - half)''',
    "fast_expm1": '''def fast_expm1(x):
    """expm1(x), which the compiler can vectorise."""
    y = -40.0 if x < -40.0 else x
    y = 710.0 if y > 710.0 else y
    n, p = exp_parts(y)
    half = np.floor(0.5 * n)
    a, b = power_of_two(half), power_of_two(n - half)
    return np.copysign((p * a + (a - 1 / b)) * b, x)''',
    "fast_tanh": '''def fast_tanh(x):
    """tanh(x), which the compiler can vectorise."""
    t = 2 * np.abs(x)
    t = 44.0 if t > 44.0 else t
    n, p = exp_parts(t)
    e = power_of_two(n) * p + (power_of_two(n) - 1)
    return np.copysign(e / (e + 2), x)''',
    "fast_log": f'''def fast_log(x):
    """log(x), which the compiler can vectorise."""
    small = x < 2.2250738585072014e-308
    bits = np.float64(x * 18014398509481984.0 if small else x).view(np.int64) + 0x95F619980C433
    n = np.int64((bits >> 52) | 0x4330000000000000).view(np.float64) - 4503599627371519.0
    n = n - 54 if small else n
    m = np.int64((bits & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD).view(np.float64)
    s = (m - 1) / (m + 1)
    z = s * s
{_LOG}
    y = n * 0.6931471803691238 + (2 * s + (s * z * p + n * 1.9082149292705877e-10))
    y = x if x == np.inf else y
    y = -np.inf if x == 0 else y
    return y if x >= 0 else np.nan''',
    "fast_log1p": '''def fast_log1p(x):
    """log1p(x), which the compiler can vectorise."""
    u = 1 + x
    y = fast_log(u) + (x - (u - 1)) / u
    y = u if u == np.inf else y
    y = -np.inf if u == 0 else y
    return np.copysign(y, x)''',
    "sines": _of_turns("sines", "sin", 0),
    "cosines": _of_turns("cosines", "cos", 1),
}

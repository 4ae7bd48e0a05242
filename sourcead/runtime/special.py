"""Derivatives of special functions, as accurate as the functions themselves."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def sinc_slope(x):
    """The derivative of sinc(x) = sin(pi x) / (pi x): its series near 0, where the quotient would lose everything."""
    near = np.abs(x) < 0.2
    u = np.where(near, np.pi * x, 0) ** 2
    series = 1 - u / 28 * (1 - u / 54 * (1 - u / 88 * (1 - u / 130 * (1 - u / 180))))
    far = np.where(near, 1, x)
    quotient = (np.cos(np.pi * far) - np.sinc(far)) / far
    return np.where(near, np.pi**2 * x * (u / 10 * series - 1) / 3, quotient)


def bessel_ratio(x):
    """I1(x) / I0(x): the continued fraction of the ratios of neighbours; far from 0 the series in 1 / x."""
    far = np.abs(x) > 30
    near = np.where(far, 0, x)
    ratio = 0.0 * near
    for n in np.arange(40, 0, -1).tolist():
        ratio = near / (2 * n + near * ratio)
    u = 1 / np.where(far, np.abs(x), 30)
    tail = 11.466461181640625 + u * (46.478515625 + u * (211.2761497497559 + u * (1064.67822265625 + u * 5892.045709)))
    tail = 0.1953125 + u * (0.40625 + u * (1.0478515625 + u * (3.21875 + u * tail)))
    series = 1 - u * (0.5 + u * (0.125 + u * (0.125 + u * tail)))
    return np.where(far, np.sign(x) * series, ratio)

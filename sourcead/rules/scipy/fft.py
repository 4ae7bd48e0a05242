"""Rules of the discrete Fourier transforms of SciPy: those of NumPy's, which are the same functions."""

from __future__ import annotations

import numpy as np
import scipy.fft

import sourcead.rules.fft  # noqa: F401  # which has the rules
from sourcead.primitives.scipy.fft import ALONG_MANY, ALONG_ONE
from sourcead.rules.registry import adjoint, adjoint_rule, takes_containers

for _name in (*ALONG_ONE, *ALONG_MANY):
    _own = getattr(np.fft, _name)
    _rule = adjoint_rule(_own)
    assert _rule is not None
    adjoint(getattr(scipy.fft, _name), containers=takes_containers(_own))(_rule)

"""sourcead: from a Python/NumPy function to the Python/NumPy source of its derivative."""

from __future__ import annotations

import sourcead.backend.load  # the whole compiler is loaded here, so that the first gradient pays for compiling alone
import sourcead.pipeline  # noqa: F401
from sourcead.api import grad, value_and_grad
from sourcead.checking import check_grads
from sourcead.derivative import Derivative
from sourcead.drivers import Pullback, hvp, jvp, vjp
from sourcead.errors import (
    ArgumentError,
    ArgumentValueError,
    CheckError,
    InternalError,
    MissingRuleError,
    SourceADError,
    SourceUnavailableError,
    UnsupportedError,
)
from sourcead.jacobians import Jacobian, hessian, jacfwd, jacobian, jacrev
from sourcead.ledger import Ledger
from sourcead.primitives.markers import checkpoint, stop_gradient
from sourcead.report import Report, doctor
from sourcead.rules.declaring import adjoint, nondifferentiable, tangent
from sourcead.specialization import Specialization
from sourcead.version import __version__

__all__ = [
    "ArgumentError",
    "ArgumentValueError",
    "CheckError",
    "Derivative",
    "InternalError",
    "Jacobian",
    "Ledger",
    "MissingRuleError",
    "Pullback",
    "Report",
    "SourceADError",
    "SourceUnavailableError",
    "Specialization",
    "UnsupportedError",
    "__version__",
    "adjoint",
    "check_grads",
    "checkpoint",
    "doctor",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "nondifferentiable",
    "stop_gradient",
    "tangent",
    "value_and_grad",
    "vjp",
]

"""sourcead: from a Python/NumPy function to the Python/NumPy source of its derivative."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import sourcead.backend.load  # all that every gradient needs is loaded here: the first one pays for compiling alone
import sourcead.frontend.comprehensions
import sourcead.frontend.resolve
import sourcead.frontend.statements
import sourcead.pipeline
import sourcead.transform.regions  # noqa: F401
from sourcead.api import grad, value_and_grad
from sourcead.derivative import Derivative
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
from sourcead.primitives.markers import checkpoint, stop_gradient
from sourcead.rules import FIRST, load_files
from sourcead.rules.declaring import adjoint, nondifferentiable, tangent
from sourcead.specialization import Specialization
from sourcead.version import __version__

if TYPE_CHECKING:
    from sourcead.checking import check_grads
    from sourcead.drivers import Pullback, hvp, jvp, vjp
    from sourcead.jacobians import Jacobian, hessian, jacfwd, jacobian, jacrev
    from sourcead.ledger import Ledger
    from sourcead.report import Report, doctor

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

load_files(FIRST)
_LATER = {  # what is loaded when it is first asked for, by module
    "checking": ("check_grads",),
    "drivers": ("Pullback", "hvp", "jvp", "vjp"),
    "jacobians": ("Jacobian", "hessian", "jacfwd", "jacobian", "jacrev"),
    "ledger": ("Ledger",),
    "report": ("Report", "doctor"),
}


def __getattr__(name: str) -> Any:
    for module, names in _LATER.items():
        if name in names:
            found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

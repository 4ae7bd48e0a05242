"""Prints the generated sources of the golden losses and of the digits loss: `python -m tests.emitting`."""

from __future__ import annotations

import json
import sys
from unittest.mock import MagicMock

import numpy as np

import sourcead

UNUSED = ("matplotlib", "matplotlib.figure", "sklearn", "sklearn.datasets", "sklearn.model_selection", "tqdm")


def texts() -> dict[str, str]:
    """Every source, by loss and form. The example is loaded without the libraries that only its training needs."""
    sys.modules.update((name, MagicMock()) for name in UNUSED)
    from examples import digits_mlp
    from tests.golden.cases import CASES

    params = digits_mlp.initial_params(np.random.default_rng(0))
    examples = [(c.function, c.arguments[0], "generic" in c.forms) for c in CASES]
    examples.append((digits_mlp.loss, (params, np.ones((3, 64)), np.array([1, 7, 7])), True))
    found = {}
    for function, args, generic in examples:
        for transform in (sourcead.grad, sourcead.value_and_grad):
            found[f"{function.__name__} {transform.__name__}"] = transform(function).specialize(*args).source
        if generic:
            found[f"{function.__name__} generic"] = sourcead.grad(function).source
    return found


if __name__ == "__main__":
    json.dump(texts(), sys.stdout)

"""A program that prints the generated sources of the golden losses and of the digits example: `python -m tests.emitting`."""

from __future__ import annotations

import json
import sys
from unittest.mock import MagicMock

for name in ("matplotlib", "matplotlib.figure", "sklearn", "sklearn.datasets", "sklearn.model_selection", "tqdm"):
    sys.modules[name] = MagicMock()  # what the example trains and draws with; its loss needs none of it

import numpy as np

import sourcead
from examples import digits_mlp
from tests.golden.cases import CASES


def texts() -> dict[str, str]:
    """Every source, by loss and form."""
    params = digits_mlp.initial_params(np.random.default_rng(0))
    examples = [(c.function, c.arguments[0]) for c in CASES]
    examples.append((digits_mlp.loss, (params, np.ones((3, 64)), np.array([1, 7, 7]))))
    found = {}
    for function, args in examples:
        for transform in (sourcead.grad, sourcead.value_and_grad):
            found[f"{function.__name__} {transform.__name__}"] = transform(function).specialize(*args).source
        try:
            found[f"{function.__name__} generic"] = sourcead.grad(function).source
        except sourcead.SourceADError as error:
            found[f"{function.__name__} generic"] = str(error)
    return found


if __name__ == "__main__":
    json.dump(texts(), sys.stdout)

"""Each optimisation can be turned off by its name: the derivative is the same, the text is not."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import sourcead
from sourcead.passes import PASSES
from sourcead.switches import OPTIMISATIONS, is_on, off, without

REQUIRED = {"shadowed names", "effects", "copies before stores", "own results"}  # without them the text would be wrong


def loss(x: np.ndarray) -> float:
    return np.sum(x**2)


def test_every_pass_is_an_optimisation_or_required() -> None:
    names = {name.removesuffix(" again") for name, _ in PASSES}
    assert names - set(OPTIMISATIONS) == REQUIRED


@pytest.mark.optimised
def test_what_is_off_is_part_of_the_derivative() -> None:
    gradient = sourcead.grad(loss)
    x = np.array([1.0, -2.0])
    lean = gradient.specialize(x).source
    with without("simplify"):
        assert not is_on("simplify") and is_on("dead code")
        plain = sourcead.grad(loss)
        assert gradient.specialize(x).source == lean
    assert is_on("simplify")
    assert plain.specialize(x).source != lean
    np.testing.assert_array_equal(plain(x), gradient(x))


def test_all() -> None:
    with without("all"):
        assert off() == frozenset(OPTIMISATIONS)
        np.testing.assert_array_equal(sourcead.grad(loss)(np.array([1.0, -2.0])), [2.0, -4.0])


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no optimisation is called 'speed'; there are dead code, "), without("speed"):
        pass


def test_the_environment_is_read() -> None:
    code = "from sourcead.switches import off; print(sorted(off()))"
    environment = os.environ | {"SOURCEAD_WITHOUT": "simplify, updates"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "['simplify', 'updates']"

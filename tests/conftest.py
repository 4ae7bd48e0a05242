"""Options of the whole suite."""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterator

import numpy as np
import pytest

from sourcead.ir import Function
from sourcead.switches import off


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected generated sources anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What says how the optimiser's text looks is not asked where SOURCEAD_WITHOUT turns optimisations off."""
    if off():
        reason = "says what the optimiser writes, part of which is off"
        for item in items:
            if item.get_closest_marker("optimised"):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """What was collected stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def draws_of_its_own(request: pytest.FixtureRequest) -> None:
    """The draws of a test depend on its name alone, not on which tests ran before it in this process."""
    generator = getattr(request.module, "RNG", None)
    if isinstance(generator, np.random.Generator):
        seed = zlib.crc32(request.node.name.encode())
        generator.bit_generator.state = np.random.default_rng(seed).bit_generator.state


@pytest.fixture(autouse=True, scope="session")
def every_stage_is_verified() -> Iterator[None]:
    """In tests the verifier looks at the IR after every stage of every compilation."""
    from sourcead import pipeline
    from sourcead.verify import verify

    def check(stage: str, function: Function) -> None:
        verify(function)

    pipeline.OBSERVERS.append(check)
    yield
    pipeline.OBSERVERS.remove(check)

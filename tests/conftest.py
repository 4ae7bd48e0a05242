"""Options of the whole suite."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sourcead.ir import Function


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected generated sources anew")


def pytest_collection_finish() -> None:
    """What was collected stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


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

"""Whatever the tests of publishing put into a public folder is valid."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.validating import validated


@pytest.fixture(autouse=True)
def _everything_published_is_valid() -> Iterator[None]:
    with validated():
        yield

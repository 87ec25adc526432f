from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey_app.comments.method import use_weights


@pytest.fixture
def shipped_weights_afterwards() -> Iterator[None]:
    """For tests that judge by other weights."""
    yield
    use_weights(None)

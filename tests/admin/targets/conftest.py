"""Anyborough in November 2026, and the administrator who sets its targets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import PersonsClient
from tests.factories import make_cast


@pytest.fixture
def admin(app: object, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_cast()
    return sign_in("administrator")

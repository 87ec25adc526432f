"""Expected values that stand beside the project in ../shared; tests that need them say so when they are missing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def oracle(name: str) -> list[dict[str, str]]:
    """The rows of one file of ../shared/oracles/stats."""
    file = SHARED / "oracles" / "stats" / name
    if not file.exists():
        pytest.skip("../shared is not beside the project")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))

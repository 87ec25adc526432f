"""When all browser tests and pictures take place."""

from __future__ import annotations

from datetime import UTC, date, datetime

TODAY = date(2026, 5, 1)
MOMENT = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)

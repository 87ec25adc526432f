"""How long a receiver asks us to wait, as it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from survey_app.api.webhooks.schedule import LONGEST_ASKED_FOR, asked_for

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 3600 ", timedelta(hours=1)),
        ("Tue, 10 Mar 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("Tuesday, 10-Mar-26 12:30:00 GMT", timedelta(minutes=30)),
        ("Tue Mar 10 12:30:00 2026", timedelta(minutes=30)),
        ("Tue, 10 Mar 2026 14:30:00 +0200", timedelta(minutes=30)),
    ],
)
def test_it_is_read_as_seconds_and_as_any_of_the_three_forms_of_dates(said: str, wait: timedelta) -> None:
    assert asked_for(said, AT) == wait


@pytest.mark.parametrize("said", ["864000", "9" * 5000, "Tue, 10 Mar 2126 12:00:00 GMT"])
def test_whoever_asks_for_days_gets_as_much_as_we_ever_wait_ourselves(said: str) -> None:
    assert asked_for(said, AT) == LONGEST_ASKED_FOR


@pytest.mark.parametrize(
    "said",
    [
        "",
        "0",
        "-5",
        "1.5",
        "soon",
        "²",
        "Tue, 10 Mar 2026 11:59:59 GMT",
        "Tue, 40 Mar 2026 12:00:00 GMT",
        "Tue, 10 Mar 99999 12:00:00 GMT",
        "Tue, 10 Mar 2026 12:00:00 +99999999999999",
        "120, 240",
    ],
)
def test_what_is_over_or_cannot_be_read_asks_for_nothing(said: str) -> None:
    assert asked_for(said, AT) is None

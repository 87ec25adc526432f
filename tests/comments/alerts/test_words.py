"""How spans of time are said, and what a letter does and does not hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.comments.alerts.letters import alert_letter, time_words
from survey_app.comments.alerts.timing import duration_words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-1, "0 minutes"),
        (0.9, "0 minutes"),
        (1, "1 minute"),
        (119.9, "119 minutes"),
        (120, "2 hours"),
        (179, "2 hours"),
        (1439, "23 hours"),
        (1440, "1 day"),
        (4000, "2 days"),
    ],
)
def test_a_span_is_said_in_its_largest_unit_and_never_longer_than_it_was(minutes: float, words: str) -> None:
    assert duration_words(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "a minute"), (30, "30 minutes"), (60, "an hour"), (480, "8 hours"), (1440, "a day")]
)
def test_how_long_there_is_is_said_exactly(minutes: int, words: str) -> None:
    assert time_words(minutes) == words


@pytest.mark.parametrize(("channel", "about"), [("Phone", "Housing (Phone), 10 March"), ("", "Housing, 10 March")])
def test_a_letter_says_what_it_is_about_and_how_long_there_is(channel: str, about: str) -> None:
    facts = {"service": "Housing", "channel": channel, "day": date(2026, 3, 10), "minutes": 30, "page": "https://x/A"}
    first, again = (alert_letter("Self-harm", **facts, is_reminder=each) for each in (False, True))  # type: ignore[arg-type]
    assert (first.subject, again.subject) == ("Alert: Self-harm", "Not acknowledged: Self-harm")
    for letter in (first, again):
        assert about in letter.text
        assert "30 minutes" in letter.text
        assert "https://x/A" in letter.text

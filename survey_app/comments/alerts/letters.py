"""What is written by e-mail about an alert: that there is one, and where. Never a word of what was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import in_words


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def alert_letter(
    kind: str, *, service: str, channel: str, day: date, minutes: int, page: str, is_reminder: bool
) -> Letter:
    """To the inbox of a kind. Mailboxes are read by more people than the page."""
    within = time_words(minutes)
    if is_reminder:
        subject, first = f"Not acknowledged: {kind}", f"Nobody has acknowledged this alert within {within}."
    else:
        subject, first = f"Alert: {kind}", f"Somebody has to look at what a resident wrote, within {within}."
    about = f"{kind}, about {service}{f' ({channel})' if channel else ''}, {in_words(day)}."
    return Letter(
        subject,
        f"{first}\n\n{about}\n\n{page}\n\n"
        "What was written stands there and not in this e-mail. Sign in, read it, and acknowledge it so that nobody "
        "is told again. A machine looks for phrases and may be wrong: the page asks you whether it was.\n",
    )


def test_letter(kind: str, *, council: str, page: str) -> Letter:
    """To try whether an inbox is read."""
    return Letter(
        f"Test: {kind}",
        f"This is a test of {council}. Nobody wrote anything.\n\nAlerts of the kind “{kind}” come to this address. If "
        f"nobody looks at it all day, choose another one:\n\n{page}\n",
    )


def time_words(minutes: int) -> str:
    """An hour, 30 minutes, 2 days."""
    for size, unit, one in ((1440, "days", "a day"), (60, "hours", "an hour")):
        if minutes % size == 0:
            return one if minutes == size else f"{minutes // size} {unit}"
    return "a minute" if minutes == 1 else f"{minutes:,} minutes"

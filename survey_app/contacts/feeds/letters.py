"""What the owner of a feed is told, in plain words: what came, what is usual, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.contacts.feeds.sources import FOLDER, Source
from survey_app.contacts.feeds.watch import WEEKS, Finding, Found, Rhythm
from survey_app.kernel.clock import LONDON, london_day
from survey_app.kernel.periods import in_words

_HEADLINES = {
    Finding.LATE: "is late",
    Finding.FEW: "brought far fewer contacts than usual",
    Finding.MANY: "brought far more contacts than usual",
    Finding.REJECTED: "brought many rows that were rejected",
}
_CHECKS = {
    Finding.LATE: (
        "Does the other system run, and did its last export end without an error?",
        "Was there nothing to send? Then send an empty list or a file with the header alone, and this is settled.",
    ),
    Finding.FEW: (
        "Was the export cut short, or did somebody change what it leaves out?",
        "Was a service or a line closed on that day? Then nothing is wrong.",
        "Are references used again? A reference that is here already changes nothing.",
    ),
    Finding.MANY: (
        "Was something sent twice under new references, or were old contacts sent as new ones?",
        "Did a service or a line come in that was not there before? Then nothing is wrong.",
    ),
    Finding.REJECTED: (
        "Did the names of services, the way in which days are written, or the columns change?",
        "The reason of each stands beside its row: in the file of rejected rows, or in the answer of the API.",
    ),
}
_CHECK_KEY = "Has the API key ended, or was it revoked? An administrator sees that under API keys."
_CHECK_FOLDER = "Can the system still write to the drop folder, and does a file of its lie in failed/ there?"


@dataclass(frozen=True)
class Letter:
    """A subject and a text, without address and greeting."""

    subject: str
    text: str


def headline(name: str, finding: Finding) -> str:
    """“Telephone system” is late: what is wrong, in one line."""
    return f"“{name}” {_HEADLINES[finding]}"


def what_came(found: Found, last_at: datetime | None) -> str:
    """What is wrong, in figures."""
    day = f"{found.day:%A} {in_words(found.day)}"
    if found.finding is Finding.LATE:
        since = f"since {_moment(last_at)}" if last_at else "yet"
        return f"Nothing has come {since}. Something was expected on {day}."
    if found.finding is Finding.REJECTED:
        share, usual = found.came / found.read, found.usual or 0.0
        return f"On {day} {found.came:,} of {found.read:,} rows were rejected: {share:.0%}. Usual are {usual:.0%}."
    contacts = "1 contact was" if found.came == 1 else f"{found.came:,} contacts were"
    usual_words = f"{found.usual or 0:,.0f}"
    return f"On {day} {contacts} accepted. Usual on a {found.day:%A} are about {usual_words}."


def what_is_usual(found: Found, rhythm: Rhythm) -> str:
    """How it is known what to expect."""
    if found.finding is not Finding.LATE:
        return f"Usual is what came in the {WEEKS} weeks before, bank holidays left out."
    if rhythm.expected_hours is None:
        return "Usual is something on every working day."
    hours = "every hour" if rhythm.expected_hours == 1 else f"every {rhythm.expected_hours} hours"
    return f"Usual is something {hours} of working days."


def alarm_letter(source: Source, found: Found, rhythm: Rhythm, *, last_at: datetime | None, page: str) -> Letter:
    """Something is wrong since now."""
    checks = list(_CHECKS[found.finding])
    if found.finding is Finding.LATE:
        checks.insert(1, _CHECK_FOLDER if source == FOLDER else _CHECK_KEY)
    lines = [
        f"{headline(source.name, found.finding)}.",
        "",
        what_came(found, last_at),
        what_is_usual(found, rhythm),
        "",
        "What to check:",
        *(f"- {check}" for check in checks),
        "",
        "Residents whose contacts are missing are not asked. You hear of this again when it is over, and not before.",
    ]
    return Letter(f"Contacts: {headline(source.name, found.finding)}", _signed(lines, page))


def well_again_letter(
    source: Source,
    found: Found,
    *,
    began_at: datetime,
    others: Sequence[Finding],
    last_at: datetime | None,
    page: str,
) -> Letter:
    """What was wrong is over; `others` is what still is."""
    lines = [
        f"This is over: {headline(source.name, found.finding)}. It began on {in_words(london_day(began_at))}.",
        "",
        f"Contacts last came {_moment(last_at)}." if last_at else "Nothing has come yet.",
    ]
    if others:
        lines += ["", "Still to be looked at:", *(f"- {headline(source.name, other)}." for other in others)]
        return Letter(f"Contacts: something is better with “{source.name}”", _signed(lines, page))
    return Letter(f"Contacts: all is well again with “{source.name}”", _signed([*lines, "All is well again."], page))


def _signed(lines: Sequence[str], page: str) -> str:
    return "\n".join([*lines, "", f"All feeds and their last weeks: {page}", ""])


def _moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%A} {in_words(local.date())} at {local:%H:%M}"

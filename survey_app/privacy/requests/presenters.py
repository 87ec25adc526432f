"""What the pages of requests show: counts, and nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.kernel.clock import london_day
from survey_app.privacy.models import RequestKind, SubjectRequest
from survey_app.privacy.people.kinds import Kind
from survey_app.privacy.people.operations import what_stays
from survey_app.privacy.people.presenters import counts
from survey_app.privacy.people.queries import Holdings, is_known
from survey_app.privacy.purging.queries import InTheFile

NAMES = {RequestKind.ACCESS: "Access", RequestKind.ERASURE: "Erasure", RequestKind.OBJECTION: "Objection"}
SOON_DAYS = 7


@dataclass(frozen=True)
class RequestRow:
    """One request in a list. `late` says in words how it stands."""

    reference: str
    kind: str
    received_on: date
    due_on: date
    late: tuple[str, str]  # kind of tag, and words
    done_at: datetime | None
    found: str


@dataclass(frozen=True)
class FoundPerson:
    """What is held about whom it is about, by kind."""

    is_known: bool
    rows: Sequence[tuple[Kind, int]]
    stays: Sequence[str]
    warnings: Sequence[str]


def request_row(request: SubjectRequest, now: datetime) -> RequestRow:
    return RequestRow(
        request.reference,
        NAMES[request.kind],
        request.received_on,
        request.due_on,
        _late(request, london_day(now)),
        request.done_at,
        "" if request.found is None else "nothing was held" if request.found == 0 else f"{request.found:,} rows",
    )


def answer(waiting: Sequence[RequestRow]) -> tuple[str, str]:
    """The page's first sentence, and what to do about it."""
    if not waiting:
        return "No request waits.", "When somebody asks, write it down: from that day a month is left."
    late = sum(row.late[0] == "concern" for row in waiting)
    if late:
        return f"{late} {'request is' if late == 1 else 'requests are'} late.", "Answer them first."
    first = f"{len(waiting)} {'request waits' if len(waiting) == 1 else 'requests wait'}."
    return first, f"The first is due on {waiting[0].due_on:%-d %B %Y}."


def stopped_words(contacts: int) -> str:
    """What is told once somebody was stopped. A slip of the pen stops nobody: where nothing was found it says so."""
    if contacts:
        return "They will not be asked again."
    return (
        "No contact of theirs is here yet. Whoever comes under just these words will not be asked: look once more "
        "whether they are spelt right, and stop them by their other address, number or reference too."
    )


def found_person(held: Holdings) -> FoundPerson:
    rows = [(kind, count) for kind, count in counts(held) if count]
    return FoundPerson(is_known(held), rows, what_stays(held), held.subject.warnings)


def _late(request: SubjectRequest, today: date) -> tuple[str, str]:
    if request.done_at is not None:
        return "common", "done"
    days = (request.due_on - today).days
    if days < 0:
        return "concern", f"late by {-days} {'day' if days == -1 else 'days'}"
    left = "due today" if days == 0 else f"{days} {'day' if days == 1 else 'days'} left"
    return ("neutral" if days <= SOON_DAYS else "common"), left


def left_in_file(left: InTheFile) -> str | None:
    """What is still to be done after people were erased; None where nothing is."""
    if not left.erasures:
        return None
    who = "1 person who was" if left.erasures == 1 else f"{left.erasures:,} people who were"
    if left.is_too_large:
        return (
            f"The file of the database may still hold deleted words of {who} erased. It is larger than 1 GB: whoever "
            "runs this site has to run “flask privacy scrub” at a quiet hour, as nobody else writes meanwhile."
        )
    return f"The file of the database may still hold deleted words of {who} erased. The worker makes it anew shortly."

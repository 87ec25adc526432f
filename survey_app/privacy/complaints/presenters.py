"""What the pages about complaints show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.kernel.clock import london_day
from survey_app.kernel.languages import name_in_english
from survey_app.privacy.complaints import queries
from survey_app.privacy.complaints.deadlines import Standing, can_undo, days_left, standing
from survey_app.privacy.complaints.queries import Counts
from survey_app.privacy.models import ComplaintLetter, DataComplaint, LetterState
from survey_app.web.templates import day

A_YEAR = timedelta(days=365)
_STANDINGS = {
    Standing.LATE: ("concern", "Late: not acknowledged"),
    Standing.TO_ACKNOWLEDGE: ("neutral", "To be acknowledged"),
    Standing.TO_ANSWER: ("neutral", "To be answered"),
    Standing.ANSWERED: ("common", "Answered"),
}
_LETTERS = {
    ComplaintLetter.NOTICE: "The letter to your data protection address",
    ComplaintLetter.ACKNOWLEDGEMENT: "The e-mail that we have the complaint",
    ComplaintLetter.ANSWER: "The e-mail with the answer",
}
_STATES = {
    LetterState.WAITING: "waits to be sent; that takes a minute or two",
    LetterState.SENT: "was sent",
    LetterState.FAILED: "could not be sent",
}


@dataclass(frozen=True)
class Row:
    """A complaint in the list."""

    reference: str
    received_on: date
    standing: Standing
    due: str  # "12 days left"; empty where no day is set

    @property
    def mark(self) -> str:
        return _STANDINGS[self.standing][0]

    @property
    def words(self) -> str:
        return _STANDINGS[self.standing][1]


@dataclass(frozen=True)
class OnePage:
    """A complaint by itself, without its words."""

    row: Row
    complaint: DataComplaint
    has_reply_to: bool
    letter: str
    has_failed: bool
    can_undo: bool
    handler: str
    has_words: bool
    language: str


@dataclass(frozen=True)
class YearWords:
    """A year in sentences."""

    received: str
    in_time: str
    answered: str
    findings: Sequence[tuple[str, int]]


def row_of(complaint: DataComplaint, today: date) -> Row:
    stands = standing(
        by=complaint.acknowledge_by,
        is_acknowledged=complaint.acknowledged_at is not None,
        is_answered=complaint.answered_at is not None,
        today=today,
    )
    due = days_left(complaint.acknowledge_by, today) if complaint.acknowledged_at is None else ""
    return Row(complaint.reference, london_day(complaint.received_at), stands, due)


def one_page(complaint: DataComplaint, now: datetime) -> OnePage:
    today = london_day(now)
    done_at = complaint.answered_at or complaint.acknowledged_at
    last = ComplaintLetter.ANSWER if complaint.answered_at else ComplaintLetter.ACKNOWLEDGEMENT
    letter = ""
    if complaint.letter is not None and complaint.letter_state is not None:
        letter = f"{_LETTERS[complaint.letter]} {_STATES[complaint.letter_state]}."
    return OnePage(
        row=row_of(complaint, today),
        complaint=complaint,
        has_reply_to=queries.has_reply_to(complaint),
        letter=letter,
        has_failed=complaint.letter_state is LetterState.FAILED,
        can_undo=done_at is not None and can_undo(done_at, now, is_told=queries.is_told(complaint, last)),
        handler=queries.handler(complaint),
        has_words=complaint.keep_until is None or complaint.keep_until >= today,
        language=name_in_english(complaint.language),
    )


def headline() -> tuple[str, str]:
    """What is to be done, first the bold part."""
    unacknowledged, unanswered, first_by = queries.waiting()
    return headline_of(unacknowledged, unanswered, first_by)


def headline_of(unacknowledged: int, unanswered: int, first_by: date | None) -> tuple[str, str]:
    if unacknowledged and first_by is not None:
        claim = "One complaint has" if unacknowledged == 1 else f"{unacknowledged} complaints have"
        rest = f"The first by {day(first_by)}."
        if unanswered:
            rest += f" {_number(unanswered)} to be answered after that."
        return f"{claim} to be acknowledged.", rest
    if unanswered:
        return f"{_number(unanswered)} to be answered.", "All are acknowledged. Answer without undue delay."
    return "No complaint waits.", "Every complaint about data is acknowledged and answered."


def year_words(counts: Counts) -> YearWords:
    late = counts.acknowledged - counts.in_time
    days = counts.days_to_answer
    middle = days[len(days) // 2] if days else 0
    return YearWords(
        received=f"{counts.received} in the last 12 months",
        in_time=f"{counts.in_time} acknowledged in time"
        + (f", {late} late" if late else "")
        + (f", {counts.received - counts.acknowledged} not yet" if counts.received > counts.acknowledged else ""),
        answered=f"{counts.answered} answered"
        + (f", half of them within {middle} day{'' if middle == 1 else 's'}" if days else ""),
        findings=[(finding.label, number) for finding, number in counts.findings.items() if number],
    )


def _number(number: int) -> str:
    return "One complaint has" if number == 1 else f"{number} complaints have"

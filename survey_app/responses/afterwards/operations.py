"""Writes of what comes after an answer. Its person may write for as long as they may change the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.responses.afterwards.equality import STANDARD_ORDER, answers_kept
from survey_app.responses.afterwards.queries import (
    all_questions_about_you,
    consent_is_over,
    question_about_you,
    questions_about_you,
    support_text_of,
)
from survey_app.responses.models import (
    ContactConsent,
    EqualityAnswer,
    EqualityQuestion,
    ResponseState,
    SupportText,
    SurveyResponse,
)
from survey_app.responses.operations import last_change_at
from survey_app.responses.operations.consenting import details_held, say_consent

LATE = "The time to add to this answer is over."


@dataclass(frozen=True)
class QuestionFacts:
    """What the council sets of one question about the person. Its words are None where they are the standard ones."""

    is_asked: bool
    wording: str | None
    options: Mapping[str, str] | None


def allow_contact(response: SurveyResponse, typed: Mapping[str, str] | None, *, now: datetime) -> None:
    """Its person may be contacted about it: by what they typed ("email" or "phone"), else by what we know of them.

    Either is copied, so that it is kept for as long as this needs it, and no longer. Said again, the last word holds.
    Refused once the time for changes is over, and where there is nothing to reach them by.
    """
    _lock(response, now)
    details = typed or details_held(response)
    if not details:
        raise Refused("There is no address or number to reach them by.")
    say_consent(response, details, now)


def forbid_contact(response: SurveyResponse, *, now: datetime) -> None:
    """Its person is not contacted about it; what they gave to be reached by is deleted. Refused when it is too late."""
    _lock(response, now)
    say_consent(response, None, now)


def forget_consents(now: datetime, worker: str) -> int:
    """Delete what was given to be contacted by and kept long enough; how many. What they said stays."""
    with transaction():
        ended = (
            update(ContactConsent)
            .where(*consent_is_over(now))
            .values(details=None)
            .returning(ContactConsent.id)
            .execution_options(synchronize_session=False)
        )
        return len(db.session.scalars(ended).all())


def tell_about_you(response: SurveyResponse, given: Mapping[str, str], *, now: datetime) -> None:
    """Store what somebody told of themselves, in place of what they told before: option codes by question code.

    What is not asked, no option, or passed over is not stored. Refused once the time for changes is over.
    """
    _lock(response, now)
    db.session.execute(delete(EqualityAnswer).where(EqualityAnswer.response_id == response.id))
    kept = answers_kept(questions_about_you(), given)
    if kept:
        rows = [{"response_id": response.id, "question": code, "option": option} for code, option in kept.items()]
        db.session.execute(insert(EqualityAnswer), rows)


def set_question(code: str, facts: QuestionFacts, *, now: datetime, by: int | None = None) -> bool:
    """Whether and in which words a question about the person is asked from now on; whether that is a change.

    NotFound for what is no standard question.
    """
    _, row = question_about_you(code)
    before = _question_facts(row)
    after = {"is_asked": facts.is_asked, "wording": facts.wording, "options": _dict_or_none(facts.options)}
    if before == after or (row is None and after == _NOTHING_SET):
        return False
    if row is None:
        # its usual place: moving swaps places, so that those of questions without a row stay free
        row = EqualityQuestion(code=code, position=STANDARD_ORDER.index(code))
        db.session.add(row)
    row.is_asked, row.wording, row.options = facts.is_asked, facts.wording, _dict_or_none(facts.options)
    db.session.flush()
    record_change("equality.question", code, at=now, by=by, before=before, after=after)
    return True


def move_question(code: str, *, up: bool, now: datetime, by: int | None = None) -> None:
    """Ask a question one place earlier, or later, among those that are asked. At the end nothing happens."""
    asked = [row for _, row in all_questions_about_you() if row is not None and row.is_asked]
    place = next((place for place, row in enumerate(asked) if row.code == code), None)
    other = -1 if place is None else place + (-1 if up else 1)
    if place is None or not 0 <= other < len(asked):
        return
    asked[place].position, asked[other].position = asked[other].position, asked[place].position
    db.session.flush()
    record_act_by("equality.question moved", code, at=now, by=by, after={"place": other + 1})


def set_support_text(
    service_id: int | None, body: str, exit_url: str, *, now: datetime, by: int | None = None
) -> SupportText:
    """From now on this stands above the survey of a service and of those below it; without a service, of all that
    have none of their own.
    """
    found = support_text_of(service_id)
    before = support_facts(found) if found is not None else None
    if found is None:
        found = SupportText(service_id=service_id)
        db.session.add(found)
    found.body, found.exit_url = body, exit_url
    db.session.flush()
    record_change("support.text", _of(found), at=now, by=by, before=before, after=support_facts(found))
    return found


def remove_support_text(found: SupportText, *, now: datetime, by: int | None = None) -> None:
    """From now on the text of a service above it holds there, or that for all, or none."""
    record_change("support.text", _of(found), at=now, by=by, before=support_facts(found), after=None)
    db.session.delete(found)
    db.session.flush()


def _lock(response: SurveyResponse, now: datetime) -> None:
    db.session.refresh(response, with_for_update={"of": SurveyResponse})
    if response.state is ResponseState.WITHDRAWN or now >= last_change_at(response):
        raise Refused(LATE)


_NOTHING_SET: dict[str, Any] = {"is_asked": False, "wording": None, "options": None}


def _question_facts(row: EqualityQuestion | None) -> dict[str, Any] | None:
    return None if row is None else {"is_asked": row.is_asked, "wording": row.wording, "options": row.options}


def _dict_or_none(options: Mapping[str, str] | None) -> dict[str, Any] | None:
    return dict(options) if options else None


def support_facts(row: SupportText) -> dict[str, Any]:
    return {"body": row.body, "exit_url": row.exit_url}


def _of(row: SupportText) -> str:
    return "all services" if row.service_id is None else f"service {row.service_id}"

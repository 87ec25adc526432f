"""Opening follow-ups, and heeding what their people say. Without a wanted consent there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from survey_app.actions.followups.operations.standing import (
    begin,
    forget_person,
    keep_as_consented,
    lock,
    note_state,
)
from survey_app.actions.followups.owners import owner_of
from survey_app.actions.followups.queries import (
    consent_as_it_stands,
    follow_up_of,
    owners_by_service,
    to_open,
    to_open_for_alert,
    wanted_consents,
)
from survey_app.actions.models import FollowUp, FollowUpSource, FollowUpState, Outcome
from survey_app.audit.operations import record_act
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import london_day
from survey_app.kernel.tokens import new_reference
from survey_app.organisation.queries import council_nation, with_those_above
from survey_app.responses.models import ContactConsent, SurveyResponse
from survey_app.work.jobs import wake

OPEN_BATCH = 100
REFERENCE_LENGTH = 8


def open_follow_ups(now: datetime, worker: str) -> int:
    """Open a follow-up for each low score, and each alert that was real, whose person wants to be contacted; how many.

    A response that somebody is changing at this moment waits for the next turn. What is read after its lock is as its
    person left it, so that nobody is followed up who has just said no.
    """
    with transaction():
        opened = _open(wanted_consents(_free(to_open())), FollowUpSource.LOW_SCORE, now)
        return len(opened) + len(_open(wanted_consents(_free(to_open_for_alert())), FollowUpSource.ALERT, now))


def open_for_alert(response: SurveyResponse, *, now: datetime) -> FollowUp | None:
    """Open a follow-up because of words in a comment, whatever the score; the one that there is comes back.

    None where the person does not want to be contacted, or their answer does not count: call it again when they have
    said that they do.
    """
    return _open_one(response, FollowUpSource.ALERT, now)


def open_for_comment(response: SurveyResponse, *, now: datetime, by: int) -> FollowUp | None:
    """The same because somebody who read a comment wants it followed up; who that was stands in the audit."""
    return _open_one(response, FollowUpSource.COMMENT, now, by=by)


def _open_one(
    response: SurveyResponse, source: FollowUpSource, now: datetime, by: int | None = None
) -> FollowUp | None:
    db.session.flush()
    db.session.refresh(response, with_for_update={"of": SurveyResponse})
    opened = _open(wanted_consents([response.id]), source, now, by=by)
    return opened[0] if opened else follow_up_of(response.id)


def heed_consent(response: SurveyResponse, now: datetime) -> None:
    """Its person said whether they want to be contacted, or took their answer back.

    Taken back, the follow-up is closed and what it knew of them deleted at once. Given anew, it has what they gave
    last, and begins anew where it had ended for want of consent.
    """
    found, consent = follow_up_of(response.id), consent_as_it_stands(response.id)
    if found is None:
        if consent is not None:
            wake("open_follow_ups")
        return
    lock(found)
    if consent is None:
        _end(found, now)
    elif found.state is not FollowUpState.CLOSED:
        found.details = consent.details
        keep_as_consented(found)
    elif found.outcome is Outcome.NOT_WANTED:
        begin(found, london_day(consent.given_at), council_nation())
        found.details = consent.details
        keep_as_consented(found)
        note_state(found, "They want to be contacted after all.", now=now, by=None)
    db.session.flush()


def _free(candidates: Select[int]) -> Sequence[int]:
    """The next of these responses, without those that somebody is changing; the others are ours."""
    ids = db.session.scalars(candidates.limit(OPEN_BATCH)).all()
    return db.session.scalars(
        select(SurveyResponse.id)
        .where(SurveyResponse.id.in_(ids))
        .order_by(SurveyResponse.id)
        .with_for_update(skip_locked=True)
    ).all()


def _open(
    wanted: Sequence[tuple[SurveyResponse, ContactConsent]],
    source: FollowUpSource,
    now: datetime,
    *,
    by: int | None = None,
) -> list[FollowUp]:
    nation, owners, opened = council_nation(), owners_by_service(), []
    above = {service_id: with_those_above(service_id) for service_id in {row.service_id for row, _ in wanted}}
    for response, consent in wanted:
        found = FollowUp(
            reference=new_reference(REFERENCE_LENGTH),
            response_id=response.id,
            service_id=response.service_id,
            source=source,
            owner_id=owner_of(above[response.service_id], owners),
            details=consent.details,
            keep_until=consent.keep_until,
            opened_at=now,
        )
        begin(found, london_day(consent.given_at), nation)
        db.session.add(found)
        actor = ("job", None) if by is None else ("user", str(by))
        record_act(
            "follow-up.opened",
            found.reference,
            at=now,
            actor_kind=actor[0],
            actor_id=actor[1],
            after={"source": source},
        )
        opened.append(found)
    db.session.flush()
    return opened


def _end(found: FollowUp, now: datetime) -> None:
    if found.state is not FollowUpState.CLOSED:
        found.state, found.closed_at, found.outcome = FollowUpState.CLOSED, now, Outcome.NOT_WANTED
        found.remind_on = None
        note_state(found, "They do not want to be contacted any more.", now=now, by=None)
    forget_person(found)

"""Keeping what somebody gave before they finished, and dropping it on time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.tokens import token_digest
from survey_app.responses.models import SurveyDraft
from survey_app.responses.operations.occasions import Occasion, facts_known
from survey_app.responses.queries import answers_kept, draft_of_invitation, draft_of_key
from survey_app.surveys.queries import route_of
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import recount

KEEP_OPEN_DRAFTS = timedelta(days=7)  # without activity; those of an invitation are kept until it closes
_AT_ONCE = 500


def save_draft(
    occasion: Occasion, given: Mapping[str, str], *, started_at: datetime, drops_at: datetime, now: datetime
) -> None:
    """Keep what somebody gave on one page beside what they gave on others; "" is a question passed and left empty.

    There is one draft for an invitation, and one for the submission key of an open link, of which only the digest is
    kept. Two pages sent at the same moment are both kept. `started_at` is when the first page was made.
    """
    draft = _locked(occasion)
    if draft is None:
        try:
            with db.session.begin_nested():
                draft = _new(occasion, given, started_at=started_at, drops_at=drops_at, now=now)
                db.session.add(draft)
            _count_again(draft)
            return
        except IntegrityError:  # another page was sent at the same moment
            draft = _locked(occasion)
            if draft is None:
                raise
    answers = {**answers_kept(draft), **given}
    draft.answers, draft.broke_off_at_id = json.dumps(answers), _first_not_passed(occasion, answers)
    draft.saved_at, draft.drops_at, draft.shown_in = now, drops_at, occasion.answered_in
    db.session.flush()


def forget_draft(draft: SurveyDraft) -> None:
    """Delete a draft: its answers were sent, or its person starts again. Nothing happens when it is gone already."""
    db.session.execute(delete(SurveyDraft).where(SurveyDraft.id == draft.id))
    _count_again(draft)


def drop_drafts(now: datetime, _worker: str) -> int:
    """Drop the answers of drafts whose time is over; how many. Where their people broke off stays. Nothing stays of
    one beside an answer that counts: its person finished."""
    with transaction():
        due = db.session.scalars(
            select(SurveyDraft.id).where(SurveyDraft.drops_at <= now).order_by(SurveyDraft.id).limit(_AT_ONCE)
        ).all()
        over = (SurveyDraft.id.in_(due), SurveyDraft.drops_at <= now)
        answered = select(Invitation.id).where(Invitation.state == InvitationState.ANSWERED)
        quietly = {"synchronize_session": False}
        db.session.execute(
            delete(SurveyDraft).where(*over, SurveyDraft.invitation_id.in_(answered)), execution_options=quietly
        )
        db.session.execute(
            update(SurveyDraft).where(*over).values(answers=None, drops_at=None), execution_options=quietly
        )
    return len(due)


def _count_again(draft: SurveyDraft) -> None:
    """What became of its invitation is not what it was."""
    if draft.invitation_id is not None:
        recount(Subject.INVITATIONS, [(draft.counts_on, draft.service_id)])
        wake("fold_tallies")


def _locked(occasion: Occasion) -> SurveyDraft | None:
    if occasion.invitation is not None:
        return draft_of_invitation(occasion.invitation.id, lock=True)
    return draft_of_key(occasion.submission_key or "", lock=True)


def _new(
    occasion: Occasion, given: Mapping[str, str], *, started_at: datetime, drops_at: datetime, now: datetime
) -> SurveyDraft:
    return SurveyDraft(
        invitation_id=occasion.invitation.id if occasion.invitation else None,
        open_link_id=occasion.link.id if occasion.link else None,
        key=token_digest(occasion.submission_key) if occasion.link and occasion.submission_key else None,
        survey_version_id=occasion.version.id,
        service_id=occasion.facts["service_id"],
        channel=occasion.facts["channel"],
        mode=occasion.mode,
        counts_on=occasion.facts["counts_on"],
        answers=json.dumps(dict(given)),
        shown_in=occasion.answered_in,
        broke_off_at_id=_first_not_passed(occasion, given),
        started_at=started_at,
        saved_at=now,
        drops_at=drops_at,
    )


def _first_not_passed(occasion: Occasion, given: Mapping[str, str]) -> int:
    """The first question on their way that somebody has not passed; the last of it once all were."""
    ids = {item.question_version.question.code: item.question_version_id for item in occasion.version.items}
    ahead = route_of(occasion.version).course(given, facts_known(occasion)).possible
    return ids[next((code for code in ahead if code not in given), ahead[-1])]

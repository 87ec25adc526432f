"""Reading responses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, Text, and_, bindparam, func, select, type_coerce
from sqlalchemy.orm import defer

from survey_app.extensions import cipher, db
from survey_app.invitations.models import Invitation, TokenPurpose
from survey_app.invitations.queries import BY_TOKEN, row_by_token
from survey_app.kernel.tokens import token_digest
from survey_app.responses.models import (
    AnswerText,
    ContactConsent,
    ReplacedAnswer,
    ResponseState,
    SurveyDraft,
    SurveyResponse,
)
from survey_app.responses.suspicion import UNDONE_WITHIN
from survey_app.surveys.models import QuestionVersion, Survey, SurveyVersion
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of


@dataclass(frozen=True)
class Standing:
    """How far an invitation has got: the response that counts, and what is kept of one that is not finished."""

    invitation: Invitation
    response: SurveyResponse | None
    draft: SurveyDraft | None

    @property
    def answered_at(self) -> datetime | None:
        """When the answer that counts was given, or last changed."""
        return (self.response.changed_at or self.response.submitted_at) if self.response else None


_STANDING = (
    BY_TOKEN.add_columns(SurveyResponse, SurveyDraft)
    .outerjoin(
        SurveyResponse,
        and_(SurveyResponse.invitation_id == Invitation.id, SurveyResponse.state == ResponseState.COUNTED),
    )
    .outerjoin(SurveyDraft, SurveyDraft.invitation_id == Invitation.id)
)
_ANSWERED = (
    BY_TOKEN.add_columns(SurveyResponse)
    .outerjoin(
        SurveyResponse,
        and_(SurveyResponse.invitation_id == Invitation.id, SurveyResponse.state != ResponseState.WITHDRAWN),
    )
    .order_by(SurveyResponse.state != ResponseState.COUNTED, SurveyResponse.id)
    .limit(1)
)

_RESPONSES_OF = (
    select(SurveyResponse)
    .where(SurveyResponse.invitation_id == bindparam("invitation_id"))
    .order_by(SurveyResponse.id)
    .execution_options(populate_existing=True)
)


def standing_by_token(token: str) -> Standing | None:
    """In one statement. Nothing of what was answered is read. None when the token opens no answer."""
    found = row_by_token(_STANDING, token, TokenPurpose.ANSWER)
    return None if found is None else Standing(found[0], found[1], found[2])


def answered_by_token(token: str) -> tuple[Invitation, SurveyResponse | None] | None:
    """In one statement: the invitation with the response that counts for it, else the first that is held. None when
    the token opens no answer."""
    found = row_by_token(_ANSWERED, token, TokenPurpose.ANSWER)
    return None if found is None else (found[0], found[1])


def draft_of_invitation(invitation_id: int, *, lock: bool = False) -> SurveyDraft | None:
    return _draft(SurveyDraft.invitation_id == invitation_id, lock=lock)


def draft_of_key(key: str, *, lock: bool = False) -> SurveyDraft | None:
    """The draft of an open link by the key in its address, of which only the digest is stored."""
    return _draft(SurveyDraft.key == token_digest(key), lock=lock)


def answers_kept(draft: SurveyDraft | None) -> dict[str, str]:
    """What somebody gave so far, by question code; nothing once it was dropped."""
    if draft is None or draft.answers is None:
        return {}
    kept: dict[str, str] = json.loads(draft.answers)
    return kept


def drafts_by_survey() -> dict[int, int]:
    """How many have begun a survey and may still go on, by the survey's number in the database."""
    survey = SurveyVersion.survey_id
    counts = (
        select(survey, func.count())
        .join(SurveyDraft, SurveyDraft.survey_version_id == SurveyVersion.id)
        .where(SurveyDraft.answers.is_not(None))
        .group_by(survey)
    )
    return dict(db.session.execute(counts).all())


def answers_by_version(survey: Survey) -> dict[int, int]:
    """How many answers that count each version of a survey had, by its number in the database."""
    rows = db.session.execute(
        select(SurveyResponse.survey_version_id, func.count())
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .where(SurveyVersion.survey_id == survey.id, SurveyResponse.state == ResponseState.COUNTED)
        .group_by(SurveyResponse.survey_version_id)
    )
    return dict(rows.all())


def drafts_to_drop(now: datetime) -> Backlog:
    """Drafts whose time is over and whose answers are still here."""
    return backlog_of(select(SurveyDraft.drops_at).where(SurveyDraft.drops_at <= now))


def replaced_to_drop(now: datetime) -> Backlog:
    """What was kept of answers that were changed, and is needed no more."""
    return backlog_of(select(ReplacedAnswer.last_at).where(ReplacedAnswer.last_at <= now - UNDONE_WITHIN))


def counting() -> list[ColumnElement[bool]]:
    """What makes an answer one that counts: it is not held, not taken back, and no test."""
    return [SurveyResponse.state == ResponseState.COUNTED, SurveyResponse.is_test.is_(False)]


def counted_response(invitation_id: int) -> SurveyResponse | None:
    """The response that counts for an invitation; there is at most one."""
    return db.session.scalar(
        select(SurveyResponse).where(
            SurveyResponse.invitation_id == invitation_id, SurveyResponse.state == ResponseState.COUNTED
        )
    )


def quarantined_response(invitation_id: int) -> SurveyResponse | None:
    """The first response of an invitation that is held for review."""
    return db.session.scalar(
        select(SurveyResponse)
        .where(SurveyResponse.invitation_id == invitation_id, SurveyResponse.state == ResponseState.QUARANTINED)
        .order_by(SurveyResponse.id)
        .limit(1)
    )


def responses_of(invitation_id: int) -> Sequence[SurveyResponse]:
    """What was answered to an invitation, counted, held or taken back, the oldest first; as it stands now."""
    return db.session.scalars(_RESPONSES_OF, {"invitation_id": invitation_id}).all()


def response_by_key(submission_key: str) -> SurveyResponse | None:
    """The response that came from one page."""
    return db.session.scalar(
        select(SurveyResponse)
        .where(SurveyResponse.submission_key == submission_key)
        .execution_options(populate_existing=True)
    )


def replaced_by_change(response: SurveyResponse) -> ReplacedAnswer | None:
    """What an answer said before its newest change, while that is kept."""
    return db.session.scalar(
        select(ReplacedAnswer).where(
            ReplacedAnswer.response_id == response.id, ReplacedAnswer.last_at == response.changed_at
        )
    )


def consent_of(response: SurveyResponse) -> ContactConsent | None:
    """What somebody said about being contacted; their details stay encrypted."""
    return db.session.scalar(
        select(ContactConsent)
        .where(ContactConsent.response_id == response.id)
        .options(defer(ContactConsent.details, raiseload=True))
    )


def comments_of(response_id: int) -> Sequence[QuestionVersion]:
    """The questions under which somebody wrote something that became a comment, or will."""
    return db.session.scalars(
        select(QuestionVersion)
        .join(AnswerText, AnswerText.question_version_id == QuestionVersion.id)
        .where(AnswerText.response_id == response_id, QuestionVersion.text_type.is_not(None))
        .order_by(AnswerText.id)
    ).all()


def _draft(whose: ColumnElement[bool], *, lock: bool) -> SurveyDraft | None:
    """Locked, it is as it stands now, and whoever else saves it waits."""
    draft = select(SurveyDraft).where(whose)
    if lock:
        draft = draft.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(draft)


def waits_for_key(text: AnswerText, now: datetime) -> bool:
    """Whether this process cannot read a text because it was sealed lately under a key that others have already: it
    is left to them, or to this process once it was restarted."""
    try:
        _ = text.raw
    except InvalidToken:
        sealed = db.session.scalar(select(type_coerce(AnswerText.raw, Text)).where(AnswerText.id == text.id))
        return sealed is not None and cipher().waits_for_key(sealed, now)
    return False

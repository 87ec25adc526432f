"""Recording answers. The answer, its facts and its line in the change feed stand or fall together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.invitations.operations import mark_answered
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.organisation.channels import Mode
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import Answer, AnswerText, ChangeKind, ResponseChange, SurveyResponse
from survey_app.responses.queries import counted_response
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import QuestionVersion, SurveyVersion
from survey_app.work.jobs import wake

NOT_ANSWERED = ""  # the value of a question that was shown and left empty


def record_response(
    invitation: Invitation, given: GivenAnswers, *, now: datetime, mode: Mode = Mode.WEB, answered_in: str = "en"
) -> SurveyResponse:
    """Store an invited person's answers once. Sent again, by whichever link, the first stored response is returned."""
    earlier = counted_response(invitation.id)
    if earlier is not None:
        return earlier
    try:
        with db.session.begin_nested():
            response = _store(invitation, given, now=now, mode=mode, answered_in=answered_in)
    except IntegrityError:
        # two submits at the same moment: the database let one in
        stored = counted_response(invitation.id)
        if stored is None:
            raise
        return stored
    mark_answered(invitation, now)
    wake("fold_tallies")
    wake("analyse_comments")
    return response


def _store(
    invitation: Invitation, given: GivenAnswers, *, now: datetime, mode: Mode, answered_in: str
) -> SurveyResponse:
    version = invitation.survey_version
    response = SurveyResponse(
        reference=new_reference(),
        salt=new_salt(),
        invitation_id=invitation.id,
        survey_version_id=version.id,
        mode=mode,
        answered_in=answered_in,
        submitted_at=now,
        service_id=invitation.service_id,
        team_id=invitation.team_id,
        site_id=invitation.site_id,
        channel=invitation.channel,
        adviser_ref=invitation.adviser_ref,
        reason=invitation.reason,
        language=invitation.language,
        customer_group=invitation.customer_group,
        counts_on=invitation.counts_on,
    )
    response.texts = [
        AnswerText(question_version_id=item.question_version_id, raw=text)
        for item in version.items
        if (text := given.texts.get(item.question_version.question.code))
    ]
    db.session.add(response)
    db.session.flush()
    of_response = {"response_id": response.id}
    choices = list(choices_on_path(version, given))
    answers = [
        of_response | {"question_version_id": question.id, "option_id": option.id}
        for question, code in choices
        for option in question.options
        if option.code == code
    ]
    change = of_response | {"kind": ChangeKind.RECORDED, "delta": 1, "changed_at": now}
    if answers:
        db.session.execute(insert(Answer), answers)
    db.session.execute(
        insert(ResponseChange),
        [change | {"question_version_id": question.id, "value": code} for question, code in choices],
    )
    return response


def choices_on_path(version: SurveyVersion, given: GivenAnswers) -> Iterator[tuple[QuestionVersion, str]]:
    """Each choice question that was shown, with the code chosen, or NOT_ANSWERED."""
    for item in version.items:
        question = item.question_version
        if question.kind is not QuestionKind.TEXT:
            yield question, given.choices.get(question.question.code, NOT_ANSWERED)

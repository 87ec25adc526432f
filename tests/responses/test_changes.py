"""What becomes of an answer after it was stored: changed, withdrawn, held, released. The counts follow each time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment, CommentTheme
from survey_app.comments.operations import analyse_comments
from survey_app.contacts.models import AskingRules
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind, MessageState
from survey_app.kernel.errors import Refused
from survey_app.responses.digests import row_digest
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import (
    Answer,
    AnswerText,
    ChangeKind,
    ResponseChange,
    ResponseState,
    SurveyResponse,
)
from survey_app.responses.operations import change_response, invited, quarantine, record_response, release, withdraw
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_answers, make_council, make_invitation, make_service, make_survey, make_user
from tests.threads import all_at_once, overtaken

DAY = date(2026, 3, 10)
LATER = NOON + timedelta(days=1)
SATISFIED = GivenAnswers({"satisfaction": "5", "timeliness": "4"}, {"why": "Quick and polite.", "improve": "Nothing"})


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    """Asha was asked about her call on 10 March; her invitation closes on the 24th."""
    with transaction():
        make_council()
        return make_invitation(make_service(), publish_default_survey(NOON), DAY)


@pytest.fixture
def answered(invitation: Invitation) -> SurveyResponse:
    with transaction():
        response = record_response(invited(invitation), SATISFIED, now=NOON)
    analyse_comments(NOON, "test")
    return response


def lines(*kinds: ChangeKind) -> list[tuple[str, str, int, bool]]:
    """The question, value and delta of each line of the feed of these kinds, and whether it keeps a digest."""
    found = db.session.scalars(select(ResponseChange).where(ResponseChange.kind.in_(kinds)).order_by(ResponseChange.id))
    codes = {question.id: question.question.code for question in _questions()}
    return [(codes[line.question_version_id], line.value, line.delta, bool(line.row_digest)) for line in found]


def _questions() -> list[Any]:
    version = db.session.scalars(select(SurveyResponse)).first()
    assert version is not None
    return [item.question_version for item in version.survey_version.items]


def chosen(response: SurveyResponse) -> dict[str, str]:
    rows = db.session.scalars(select(Answer).where(Answer.response_id == response.id))
    codes = {question.id: question.question.code for question in _questions()}
    return {codes[row.question_version_id]: row.option.code for row in rows if row.option is not None}


def texts(response: SurveyResponse) -> list[str]:
    return list(db.session.scalars(select(AnswerText.raw).where(AnswerText.response_id == response.id)))


def comments() -> list[str]:
    return list(db.session.scalars(select(Comment.redacted_text).order_by(Comment.redacted_text)))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_plain_recorded_answer_costs_one_line_a_question_and_no_digest(answered: SurveyResponse) -> None:
    recorded = db.session.scalars(select(ResponseChange)).all()
    assert len(recorded) == 8  # the choice questions of the default survey
    assert {(line.kind, line.delta, line.row_digest) for line in recorded} == {(ChangeKind.RECORDED, 1, None)}


def test_a_change_moves_what_moved_and_leaves_no_trace_of_the_rest(answered: SurveyResponse) -> None:
    salt = answered.salt or ""
    given = GivenAnswers({"satisfaction": "2", "resolved": "no"}, SATISFIED.texts)
    change_response(answered, given, now=LATER)

    assert chosen(answered) == {"satisfaction": "2", "resolved": "no"}
    assert lines(ChangeKind.CHANGED) == [
        ("satisfaction", "5", -1, True),
        ("satisfaction", "2", 1, False),
        ("timeliness", "4", -1, True),
        ("timeliness", "", 1, False),
        ("resolved", "", -1, True),
        ("resolved", "no", 1, False),
    ]
    first = db.session.scalars(select(ResponseChange).where(ResponseChange.kind == ChangeKind.CHANGED)).first()
    assert first is not None
    assert first.row_digest == row_digest(salt, answered.reference, "satisfaction", "5")
    assert answered.submitted_at == NOON


def test_a_change_to_the_same_answers_writes_nothing(answered: SurveyResponse) -> None:
    change_response(answered, SATISFIED, now=LATER)
    assert lines(ChangeKind.CHANGED) == []
    assert len(comments()) == 2


def test_a_text_that_was_changed_gets_a_new_comment_and_the_others_keep_theirs(answered: SurveyResponse) -> None:
    kept = db.session.scalars(select(Comment.id).where(Comment.redacted_text == "Nothing")).one()
    given = GivenAnswers(SATISFIED.choices, {"why": "In fact nobody rang back.", "improve": "Nothing"})
    with transaction():
        change_response(answered, given, now=LATER)
    assert comments() == ["Nothing"]
    analyse_comments(LATER, "test")
    assert comments() == ["In fact nobody rang back.", "Nothing"]
    assert db.session.scalars(select(Comment.id).where(Comment.redacted_text == "Nothing")).one() == kept


def test_a_text_that_was_taken_out_takes_its_comment_along(answered: SurveyResponse) -> None:
    with transaction():
        change_response(answered, GivenAnswers(SATISFIED.choices), now=LATER)
    analyse_comments(LATER, "test")
    assert (texts(answered), comments(), count(CommentTheme)) == ([], [], 0)


@pytest.mark.parametrize("days", [14, 3])
def test_an_answer_can_be_changed_until_the_days_for_changes_are_over(answered: SurveyResponse, days: int) -> None:
    db.session.add(AskingRules(change_days=days))
    last = answered.submitted_at + timedelta(days=days)
    change_response(answered, GivenAnswers({"satisfaction": "4"}), now=last - timedelta(seconds=1))
    with pytest.raises(Refused, match="time to change this answer is over"):
        change_response(answered, GivenAnswers({"satisfaction": "1"}), now=last)
    assert (chosen(answered), answered.changed_at) == ({"satisfaction": "4"}, last - timedelta(seconds=1))


def test_what_does_not_count_cannot_be_changed(answered: SurveyResponse) -> None:
    quarantine(answered, "scanner", now=NOON)
    with pytest.raises(Refused, match="not counted"):
        change_response(answered, SATISFIED, now=LATER)
    withdraw(answered, now=NOON)
    with pytest.raises(Refused, match="not counted"):
        change_response(answered, SATISFIED, now=LATER)


def test_an_answer_without_an_invitation_can_be_changed_as_long(app: Flask) -> None:
    (open_one,) = make_answers(make_survey(), make_service(), DAY, {"satisfaction": "5"})
    last = NOON + timedelta(days=14)
    change_response(open_one, GivenAnswers(), now=last - timedelta(seconds=1))
    assert chosen(open_one) == {}
    with pytest.raises(Refused, match="time to change"):
        change_response(open_one, GivenAnswers(), now=last)


def test_a_withdrawal_leaves_nothing_that_was_said(answered: SurveyResponse) -> None:
    salt, reference = answered.salt or "", answered.reference
    with transaction():
        withdraw(answered, now=LATER)

    assert (answered.state, answered.salt) == (ResponseState.WITHDRAWN, None)
    assert (chosen(answered), texts(answered), comments(), count(CommentTheme)) == ({}, [], [], 0)
    gone = lines(ChangeKind.WITHDRAWN)
    assert gone[0] == ("satisfaction", "5", -1, True)
    assert [line[2] for line in gone] == [-1] * 8 + [0] * 2  # each of the two texts leaves a line that it was there
    digests = set(db.session.scalars(select(ResponseChange.row_digest).where(ResponseChange.row_digest.is_not(None))))
    assert row_digest(salt, reference, "satisfaction", "5") in digests


def test_who_withdrew_is_sent_nothing_more_and_may_answer_anew_until_it_closes(
    invitation: Invitation, answered: SurveyResponse
) -> None:
    reminder = Message(invitation=invitation, kind=MessageKind.REMINDER, due_at=LATER)
    db.session.add(reminder)
    withdraw(answered, now=LATER)
    db.session.refresh(reminder)
    assert (reminder.state, reminder.last_error) == (MessageState.DROPPED, "withdrawn")
    assert (invitation.state, invitation.answered_at) == (InvitationState.OPEN, None)

    anew = record_response(invited(invitation), GivenAnswers({"satisfaction": "3"}), now=LATER)
    assert anew.id != answered.id
    assert (anew.state, invitation.state) == (ResponseState.COUNTED, InvitationState.ANSWERED)


def test_withdrawn_twice_is_withdrawn_once(answered: SurveyResponse) -> None:
    withdraw(answered, now=LATER)
    withdraw(answered, now=LATER)
    assert len(lines(ChangeKind.WITHDRAWN)) == 10


def test_withdrawing_for_somebody_is_audited_and_a_residents_own_is_not(answered: SurveyResponse) -> None:
    by = make_user("administrator").id
    withdraw(answered, now=LATER)
    assert acts("response.withdrawn") == []
    anew = record_response(invited(answered.invitation), SATISFIED, now=LATER)  # type: ignore[arg-type]
    withdraw(anew, now=LATER, by=by)
    assert acts("response.withdrawn") == [(anew.reference, None, None)]


def acts(action: str) -> list[tuple[str, Any, Any]]:
    found = db.session.scalars(select(AuditLine).where(AuditLine.action == action))
    return [(line.subject, line.before, line.after) for line in found]


def test_a_held_answer_counts_nowhere_and_its_invitation_is_open_again(
    invitation: Invitation, answered: SurveyResponse
) -> None:
    quarantine(answered, "scanner", now=LATER)
    assert (answered.state, answered.quarantine_reason) == (ResponseState.QUARANTINED, "scanner")
    assert [line[2:] for line in lines(ChangeKind.QUARANTINED)] == [(-1, True)] * 8
    assert (invitation.state, invitation.answered_at) == (InvitationState.OPEN, None)
    assert acts("response.quarantined") == [(answered.reference, None, {"reason": "scanner"})]
    assert len(chosen(answered)) == 2
    with pytest.raises(Refused, match="Only an answer that counts"):
        quarantine(answered, "again", now=LATER)


def test_a_reason_is_needed_to_hold_an_answer(answered: SurveyResponse) -> None:
    for reason in (" ", "x" * 61):
        with pytest.raises(Refused, match="60 characters"):
            quarantine(answered, reason, now=LATER)


def test_a_released_answer_counts_again_and_who_released_it_is_known(
    invitation: Invitation, answered: SurveyResponse
) -> None:
    by = make_user("administrator").id
    quarantine(answered, "scanner", now=LATER)
    release(answered, now=LATER, by=by)
    assert (answered.state, answered.quarantine_reason) == (ResponseState.COUNTED, None)
    assert [line[2:] for line in lines(ChangeKind.RELEASED)] == [(1, True)] * 8
    assert (invitation.state, invitation.answered_at) == (InvitationState.ANSWERED, NOON)
    assert acts("response.released") == [(answered.reference, {"reason": "scanner"}, None)]
    with pytest.raises(Refused, match="held for review"):
        release(answered, now=LATER, by=by)


def test_a_persons_answer_counts_after_one_that_is_held_which_cannot_be_released_then(invitation: Invitation) -> None:
    held = record_response(invited(invitation), SATISFIED, now=NOON, quarantine_reason="scanner")
    assert (held.state, held.quarantine_reason) == (ResponseState.QUARANTINED, "scanner")
    assert (invitation.state, count(ResponseChange)) == (InvitationState.OPEN, 0)

    real = record_response(invited(invitation), GivenAnswers({"satisfaction": "2"}), now=LATER)
    assert (real.state, invitation.state) == (ResponseState.COUNTED, InvitationState.ANSWERED)
    with pytest.raises(Refused, match="Another answer"):
        release(held, now=LATER, by=make_user("administrator").id)


def test_a_suspicious_answer_takes_the_place_of_none_and_is_stored_once(invitation: Invitation) -> None:
    held = record_response(invited(invitation), SATISFIED, now=NOON, quarantine_reason="scanner")
    assert record_response(invited(invitation), SATISFIED, now=NOON, quarantine_reason="scanner").id == held.id
    real = record_response(invited(invitation), SATISFIED, now=NOON)
    assert record_response(invited(invitation), SATISFIED, now=LATER, quarantine_reason="scanner").id == real.id
    assert count(SurveyResponse) == 2


def test_a_held_answer_stored_as_such_can_be_released_and_can_be_withdrawn(invitation: Invitation) -> None:
    held = record_response(invited(invitation), SATISFIED, now=NOON, quarantine_reason="scanner")
    release(held, now=LATER, by=make_user("administrator").id)
    assert lines(ChangeKind.RELEASED)[0] == ("satisfaction", "5", 1, True)
    quarantine(held, "scanner", now=LATER)
    withdraw(held, now=LATER)
    assert [line[1:3] for line in lines(ChangeKind.WITHDRAWN)] == [("", 0)] * 10
    assert invitation.state is InvitationState.OPEN


def counted(response_id: int) -> SurveyResponse:
    return db.session.get_one(SurveyResponse, response_id)


def test_a_change_and_a_withdrawal_at_the_same_moment_end_withdrawn(app: Flask, answered: SurveyResponse) -> None:
    number = answered.id
    db.session.rollback()  # reading holds SQLite's lock as well

    def change() -> None:
        with transaction():
            change_response(counted(number), GivenAnswers({"satisfaction": "1"}), now=LATER)

    def take_back() -> None:
        with transaction():
            withdraw(counted(number), now=LATER)

    overtaken(app, change, take_back, after="DELETE FROM answer")
    db.session.expire_all()
    assert counted(number).state is ResponseState.WITHDRAWN
    assert chosen(counted(number)) == {}
    total = select(ResponseChange.question_version_id, func.sum(ResponseChange.delta)).group_by(
        ResponseChange.question_version_id
    )
    assert {moved for _, moved in db.session.execute(total)} == {0}


def test_of_two_answers_released_at_the_same_moment_one_counts(app: Flask, invitation: Invitation) -> None:
    with transaction():
        by = make_user("administrator").id
        first = record_response(invited(invitation), SATISFIED, now=NOON)
        quarantine(first, "scanner", now=NOON)
        second = record_response(invited(invitation), SATISFIED, now=NOON)
        quarantine(second, "scanner", now=NOON)
        numbers = [first.id, second.id]
    refused = []

    def let_count(number: int) -> None:
        try:
            with transaction():
                release(counted(number), now=LATER, by=by)
        except Refused:
            refused.append(number)

    all_at_once(app, *(lambda number=number: let_count(number) for number in numbers))
    db.session.expire_all()
    assert len(refused) == 1
    states = {counted(number).state for number in numbers}
    assert states == {ResponseState.COUNTED, ResponseState.QUARANTINED}
    assert [line[2] for line in lines(ChangeKind.RELEASED)] == [1] * 8

"""Whatever is sent, changed, taken back, held and released, in whatever order: at most one answer of an invitation
counts, the one that its person gave last, and the tallies say the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.errors import Refused
from survey_app.measures.operations import fold
from survey_app.measures.queries.verifying import verify
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations import Outcome, invited, quarantine, release, submit, withdraw
from survey_app.responses.operations.answers import given_in
from survey_app.responses.suspicion import Signs
from tests.factories import NOON, make_invitation, make_service, make_survey, make_user

SOONEST = timedelta(seconds=1)
SENT = st.tuples(
    st.sampled_from(("send", "send", "send too fast", "send as a machine", "enter for somebody")),
    st.sampled_from("54"),  # the rating
    st.sampled_from(("page one", "page two", "page three")),
    st.sampled_from((0.0, 1.0, 6.0, 3_600.0, 8 * 86_400.0)),  # seconds after the act before
)
DONE = st.tuples(
    st.sampled_from(("withdraw", "quarantine", "release", "fold")), st.integers(0, 3), st.just(""), st.just(1.0)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(SENT, DONE), min_size=3, max_size=12))
def test_at_most_one_answer_counts_and_the_tallies_say_the_same(
    app: Flask, steps: list[tuple[str, object, str, float]]
) -> None:
    survey, service, by = make_survey(), make_service(), make_user("administrator").id
    asked, now = make_invitation(service, survey, NOON.date()), NOON
    code = survey.items[0].question_version.question.code
    for act, what, key, seconds in steps:
        now += timedelta(seconds=seconds)
        if isinstance(what, str):
            before = counted(asked)
            given_now = GivenAnswers({code: what})
            outcome = sent(asked, act, given_now, key, now)
            keeps_its_promise(asked, outcome, given_now, before)
        else:
            assert isinstance(what, int)
            done(asked, act, what, now, by)
        is_answered = bool(counted(asked))
        assert asked.state is (InvitationState.ANSWERED if is_answered else InvitationState.OPEN)
        assert verify() == []
    db.session.rollback()


def sent(asked: Invitation, act: str, given_now: GivenAnswers, key: str, now: datetime) -> Outcome:
    took = SOONEST / 3 if act == "send too fast" else timedelta(minutes=1)
    signs = Signs(took, SOONEST, is_trap_filled=act == "send as a machine")
    occasion = invited(asked, submission_key=key, is_staff_entered=act == "enter for somebody")
    return submit(occasion, given_now, signs, now=now).outcome


def keeps_its_promise(
    asked: Invitation, outcome: Outcome, given_now: GivenAnswers, before: list[tuple[int, GivenAnswers]]
) -> None:
    """What the outcome says is what became of the answer that counts."""
    after = counted(asked)
    if outcome is Outcome.COUNTED:
        assert (before, [what for _, what in after]) == ([], [given_now])
    elif outcome is Outcome.CHANGED:
        assert [number for number, _ in after] == [number for number, _ in before]
        assert [what for _, what in after] == [given_now]
    elif outcome is Outcome.HELD:
        assert after in (before, [])  # in quarantine as well, where it came within the same seconds
    else:
        assert after == before


def counted(asked: Invitation) -> list[tuple[int, GivenAnswers]]:
    db.session.flush()
    found = db.session.scalars(
        select(SurveyResponse)
        .where(SurveyResponse.invitation_id == asked.id, SurveyResponse.state == ResponseState.COUNTED)
        .execution_options(populate_existing=True)
    ).all()
    assert len(found) <= 1
    return [(response.id, given_in(response)) for response in found]


def done(asked: Invitation, act: str, which: int, now: datetime, by: int) -> None:
    """An act on one of its answers. What a rule forbids moves nothing."""
    if act == "fold":
        fold(most=3)
        return
    ids = db.session.scalars(select(SurveyResponse.id).where(SurveyResponse.invitation_id == asked.id)).all()
    if not ids:
        return
    response = db.session.get_one(SurveyResponse, ids[which % len(ids)])
    try:
        if act == "withdraw":
            withdraw(response, now=now)
        elif act == "quarantine":
            quarantine(response, "scanner", now=now, by=by)
        else:
            release(response, now=now, by=by)
    except Refused:
        return

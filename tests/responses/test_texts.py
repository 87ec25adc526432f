"""Somebody answers, goes on, corrects themselves or stops by text message: one answer, whatever comes when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy import text as text_of

from survey_app.contacts.models import OptOut, Way
from survey_app.contacts.queries import index_key
from survey_app.extensions import db, transaction
from survey_app.invitations.callbacks.reading import read_text
from survey_app.invitations.models import (
    CALLBACK_ATTEMPTS,
    Callback,
    CallbackKind,
    Invitation,
    InvitationState,
    Message,
    MessageKind,
    MessageState,
    ReceivedText,
    TextOutcome,
)
from survey_app.invitations.operations.callbacks import store_callback
from survey_app.kernel.tokens import keyed_hash
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Mode
from survey_app.organisation.models import Service
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations import change_response, record_response, take_texts, withdraw
from survey_app.responses.operations.answers import given_in
from survey_app.responses.operations.occasions import invited
from survey_app.responses.operations.texts import WITHOUT_SCORE
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.surveys.scales import can_be_answered_by_text
from survey_app.surveys.structure import SurveyStructure
from tests.factories import NOON, make_council, make_invitation, make_service, publish_anew
from tests.threads import all_at_once

ASHA, BRYN = "+447700900123", "+447700900456"
ASKED_AT = NOON + timedelta(days=1)
AT = ASKED_AT + timedelta(hours=1)  # when the texts of a test are dealt with
_numbers = count(1)


@pytest.fixture
def housing(app: Flask) -> Service:
    with transaction():
        make_council()
        return make_service()


@pytest.fixture
def survey(housing: Service) -> SurveyVersion:
    with transaction():
        return publish_default_survey(NOON)


@pytest.fixture
def asha(housing: Service, survey: SurveyVersion) -> Invitation:
    """Asha was asked by text message, the day after she called."""
    return ask(housing, survey, ASHA)


def ask(service: Service, survey: SurveyVersion, number: str, at: datetime = ASKED_AT, **facts: object) -> Invitation:
    with transaction():
        invitation = make_invitation(service, survey, date(2026, 3, 10), **facts)
        detail = invitation.contact.detail
        assert detail is not None
        detail.phone, detail.phone_key = number, keyed_hash(index_key(), number)
        db.session.add(
            Message(
                invitation=invitation,
                kind=MessageKind.INVITATION,
                way=Way.SMS,
                state=MessageState.SENT,
                due_at=at,
                sent_at=at,
            )
        )
    return invitation


def text(
    message: str, *, sender: str = ASHA, minutes: float = 0, provider_id: str | None = None, **told: object
) -> None:
    """A text message arrives that was written so many minutes after the question."""
    written_at = ASKED_AT + timedelta(minutes=minutes)
    told_of = {
        "id": provider_id or f"text-{next(_numbers)}",
        "source_number": sender.removeprefix("+"),  # as GOV.UK Notify writes it
        "destination_number": "447700900000",
        "message": message,
        "date_received": written_at.isoformat().replace("+00:00", "Z"),
        **told,
    }
    with transaction():
        now = max(AT, written_at)
        store_callback(CallbackKind.SMS, read_text(json.dumps(told_of).encode(), now=now), now=now)


def take(now: datetime = AT) -> list[str]:
    """Deal with all that arrived; what became of each message so far, in the order in which they were written."""
    while take_texts(now, "test"):
        pass
    rows = db.session.scalars(select(ReceivedText.outcome).order_by(ReceivedText.received_at, ReceivedText.id))
    return [outcome.value for outcome in rows]


def answers(invitation: Invitation | None = None) -> list[tuple[str, str | None, str]]:
    """State, score and comment of each answer that was not withdrawn."""
    db.session.rollback()
    found = select(SurveyResponse).where(SurveyResponse.state != ResponseState.WITHDRAWN).order_by(SurveyResponse.id)
    if invitation is not None:
        found = found.where(SurveyResponse.invitation_id == invitation.id)
    given = [(response.state.value, given_in(response)) for response in db.session.scalars(found)]
    return [(state, answer.choices.get("satisfaction"), answer.texts.get("why", "")) for state, answer in given]


def stops() -> list[str]:
    db.session.rollback()
    return [row.source for row in db.session.scalars(select(OptOut).order_by(OptOut.id))]


def waiting() -> int:
    return db.session.scalar(select(func.count(Callback.id))) or 0


def test_a_score_with_a_few_words_is_one_answer_that_counts(asha: Invitation) -> None:
    text("5 great")
    assert take() == ["answered"]
    assert answers() == [("counted", "5", "great")]
    assert asha.state is InvitationState.ANSWERED
    response = db.session.scalars(select(SurveyResponse)).one()
    assert (response.mode, response.counts_on) == (Mode.SMS, date(2026, 3, 10))
    assert waiting() == 0, "what was told is deleted once it is dealt with"
    assert verify() == []


def test_words_after_a_bare_score_become_its_comment_in_the_order_in_which_they_were_written(asha: Invitation) -> None:
    text("4", minutes=1)
    text("but it took two weeks", minutes=3)
    assert take() == ["answered", "commented"]
    text("She knew her job", minutes=0.5)  # on its way for longer than the others
    text("She was kind", minutes=4)
    assert take() == ["commented", "answered", "commented", "commented"]
    assert answers() == [("counted", "4", "She knew her job\nbut it took two weeks\nShe was kind")]


def test_a_corrected_score_replaces_the_first_and_an_older_one_that_comes_late_does_not(asha: Invitation) -> None:
    text("1 kind lady", minutes=1)
    take()
    text("sorry I meant 5", minutes=3)
    take()
    assert answers() == [("counted", "5", "kind lady")]
    text("2", minutes=2)
    take()
    assert answers() == [("counted", "5", "kind lady")]
    assert verify() == []


def test_words_without_a_score_are_held_until_the_score_comes(asha: Invitation) -> None:
    text("The lady was kind", minutes=1)
    text("4 or 5", minutes=2)
    assert take() == ["not_understood", "not_understood"]
    assert answers() == [("quarantined", None, "The lady was kind\n4 or 5")]
    held = db.session.scalars(select(SurveyResponse)).one()
    assert held.quarantine_reason == WITHOUT_SCORE
    assert asha.state is InvitationState.OPEN, "the link still opens the questions"
    text("4", minutes=3)
    take()
    assert answers() == [("counted", "4", "The lady was kind\n4 or 5")]
    assert asha.state is InvitationState.ANSWERED


def test_whoever_answered_on_the_page_can_go_on_by_text_message(asha: Invitation) -> None:
    with transaction():
        record_response(
            invited(asha), GivenAnswers({"satisfaction": "4", "timeliness": "2"}, {"why": "Kind."}), now=ASKED_AT
        )
    text("and quick", minutes=5)
    text("5", minutes=6)
    assert take() == ["commented", "answered"]
    response = db.session.scalars(select(SurveyResponse)).one()
    assert given_in(response).choices == {"satisfaction": "5", "timeliness": "2"}
    assert answers() == [("counted", "5", "Kind.\nand quick")]


@pytest.mark.parametrize("message", ["STOP", "stop please", "Stopio"])
def test_a_stop_is_heeded_and_the_invitation_with_it(asha: Invitation, message: str) -> None:
    text(message)
    assert take() == ["stopped"]
    assert stops() == ["sms"]
    assert asha.state is InvitationState.OPTED_OUT
    assert answers() == []


def test_a_score_and_a_stop_in_one_message_are_both_heeded(asha: Invitation) -> None:
    text("5 stop sending")
    assert take() == ["answered"]
    assert (answers(), stops()) == ([("counted", "5", "")], ["sms"])
    assert asha.opted_out_at == AT


def test_a_number_that_nobody_asked_is_counted_and_its_stop_is_heeded_once(asha: Invitation) -> None:
    text("5", sender=BRYN, minutes=1)
    text("STOP", sender=BRYN, minutes=2)
    text("STOP", sender=BRYN, minutes=3)
    text("STOP", sender="NHSNOREPLY", minutes=4)
    assert take() == ["unknown_sender", "stopped", "stopped", "unknown_sender"]
    assert [row.phone_key for row in db.session.scalars(select(OptOut))] == [keyed_hash(index_key(), BRYN)]
    assert (answers(), asha.state) == ([], InvitationState.OPEN)


def test_what_comes_after_the_survey_has_closed_is_too_late_but_a_stop_never_is(asha: Invitation) -> None:
    late = (asha.closes_at - ASKED_AT) / timedelta(minutes=1)
    text("5 great", minutes=late)
    text("STOP", minutes=late + 1)
    assert take(asha.closes_at + timedelta(hours=1)) == ["too_late", "stopped"]
    assert (answers(), stops()) == ([], ["sms"])


def test_what_was_written_in_time_counts_although_it_arrives_late(asha: Invitation) -> None:
    text("3", minutes=(asha.closes_at - ASKED_AT) / timedelta(minutes=1) - 1)
    assert take(asha.closes_at + timedelta(hours=1)) == ["answered"]


def test_an_answer_can_be_changed_for_as_long_as_on_the_page(asha: Invitation) -> None:
    text("2")
    take()
    with transaction():
        changed = db.session.scalars(select(SurveyResponse)).one()
        change_response(changed, GivenAnswers({"satisfaction": "3"}), now=AT)
    over = AT + timedelta(days=14)
    text("5", minutes=(over - ASKED_AT) / timedelta(minutes=1))
    assert take(over) == ["answered", "too_late"]
    assert answers() == [("counted", "3", "")]


def test_a_withdrawn_answer_can_be_given_anew(asha: Invitation) -> None:
    text("1")
    take()
    with transaction():
        withdraw(db.session.scalars(select(SurveyResponse)).one(), now=AT)
    text("4", minutes=1)
    take()
    assert answers() == [("counted", "4", "")]


@pytest.mark.parametrize("told_at", ["", "yesterday", "2026-03-11T12:05:00", "2999-01-01T00:00:00Z"])
def test_a_text_whose_time_cannot_be_trusted_is_heeded_all_the_same(asha: Invitation, told_at: str) -> None:
    text("4 fine", date_received=told_at)
    text("STOP", date_received=told_at)
    assert sorted(take()) == ["answered", "stopped"]
    assert (answers(), stops()) == ([("counted", "4", "fine")], ["sms"])


def test_the_same_text_told_again_and_again_is_dealt_with_once(asha: Invitation) -> None:
    text("5", provider_id="again")
    text("great", minutes=1, provider_id="once")
    take()
    text("5", provider_id="again", destination_number="447700900001")
    text("great", minutes=1, provider_id="once", destination_number="447700900001")
    assert take() == ["answered", "commented"]
    assert (answers(), waiting()) == ([("counted", "5", "great")], 0)


def test_a_number_of_two_people_answers_for_the_one_who_was_asked_last(
    asha: Invitation, housing: Service, survey: SurveyVersion
) -> None:
    sibling = ask(housing, survey, ASHA, ASKED_AT + timedelta(minutes=10))
    text("2", minutes=5)
    text("5", minutes=20)
    take()
    assert (answers(asha), answers(sibling)) == ([("counted", "2", "")], [("counted", "5", "")])


def test_an_answer_to_a_message_whose_worker_died_before_it_could_note_it_is_not_lost(asha: Invitation) -> None:
    with transaction():
        db.session.execute(update(Message).values(state=MessageState.WAITING, sent_at=None, attempts=1))
    text("5", minutes=1)
    assert take() == ["answered"]


def test_the_score_decides_and_not_the_place_on_the_page(housing: Service, survey: SurveyVersion) -> None:
    def worst_first(asked: SurveyStructure) -> SurveyStructure:
        first, *rest = asked.items
        turned = replace(first.question, choices=first.question.choices[::-1])
        return replace(asked, items=(replace(first, question=turned), *rest))

    with transaction():
        turned = publish_anew(survey.survey, worst_first)
    ask(housing, turned, ASHA)
    text("1")
    assert take() == ["answered"]
    answer = db.session.scalars(select(SurveyResponse)).one().answers[0]
    assert answer.option is not None and answer.option.score == 1


def test_a_survey_that_begins_with_another_kind_of_question_takes_words_only(
    housing: Service, survey: SurveyVersion
) -> None:
    def resolved_first(asked: SurveyStructure) -> SurveyStructure:
        return replace(asked, items=tuple(sorted(asked.items, key=lambda item: item.question.asks != "resolved")))

    with transaction():
        other = publish_anew(survey.survey, resolved_first)
    assert not can_be_answered_by_text(other)
    ask(housing, other, ASHA)
    text("5 great")
    assert take() == ["not_understood"]
    assert answers() == [("quarantined", None, "5 great")]


def test_the_default_survey_can_be_answered_by_text(survey: SurveyVersion) -> None:
    assert can_be_answered_by_text(survey)


def test_very_many_words_are_cut_where_those_of_the_page_are(asha: Invitation) -> None:
    text("4 " + "word " * 2_000)
    text("and more", minutes=1)
    take()
    ((_, score, words),) = answers()
    assert (score, len(words)) == ("4", LONGEST_TEXT)


def test_one_that_cannot_be_read_waits_and_holds_up_no_other(asha: Invitation, app: Flask) -> None:
    text("3", minutes=1)
    text("4 fine", minutes=2)
    with transaction():
        first = db.session.scalars(select(Callback.id).order_by(Callback.id)).first()
        db.session.execute(
            update(Callback.__table__).where(Callback.__table__.c.id == first).values(payload=text_of("'no cipher'"))  # type: ignore[arg-type]
        )
    assert take() == ["answered"]
    assert answers() == [("counted", "4", "fine")]
    for days in range(1, CALLBACK_ATTEMPTS + 3):
        take(AT + timedelta(days=days))
    left = db.session.scalars(select(Callback)).one()
    assert (left.attempts, left.last_error) == (CALLBACK_ATTEMPTS, "InvalidToken")


def test_two_workers_at_once_make_one_answer_of_all_parts(asha: Invitation, app: Flask) -> None:
    parts = ["4", "first", "second", "third", "fourth", "5"]
    for minutes, part in enumerate(parts):
        text(part, minutes=minutes)
    db.session.remove()
    works: list[Callable[[], object]] = [lambda name=name: take_texts(AT, name) for name in ("one", "two")]  # type: ignore[misc]
    all_at_once(app, *works)
    take()
    ((state, score, words),) = answers()
    assert (state, score) == ("counted", "5")
    assert sorted(words.split("\n")) == ["first", "fourth", "second", "third"]


PARTS = st.one_of(
    st.sampled_from(["5", "4 fine", "4 or 5", "STOP", "5 stop", "", "\x00", "pump", "3️⃣", "1 more thing", "x" * 6_000]),
    st.text(max_size=40),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PARTS, st.integers(0, 5)), max_size=5))
def test_whatever_is_written_in_whatever_order_makes_one_answer_at_most(
    asha: Invitation, housing: Service, survey: SurveyVersion, parts: list[tuple[str, int]]
) -> None:
    number = f"+4477009{next(_numbers) % 100_000:05}"
    invitation = ask(housing, survey, number)
    before = db.session.scalar(select(func.count(ReceivedText.id))) or 0
    for message, minutes in parts:
        text(message, sender=number, minutes=minutes)
    outcomes = take()
    assert len(outcomes) - before == len(parts)
    assert waiting() == 0
    found = answers(invitation)
    assert len(found) <= 1
    assert TextOutcome.UNKNOWN_SENDER.value not in outcomes

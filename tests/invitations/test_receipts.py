"""What receipts and complaints do, in whatever order and however often they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey_app.contacts.blocking.operations import forget_failures
from survey_app.contacts.blocking.pausing import last_straw
from survey_app.contacts.models import AddressBlock, AddressFailure, BlockReason, OptOut, Way
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind, MessageState, Receipt
from survey_app.invitations.operations import (
    mark_answered,
    mark_open,
    note_receipt,
    note_undeliverable,
    stop_asking,
)
from survey_app.invitations.receipts import Told, delivered_at, is_surer, undelivered
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from survey_app.work.models import Recount, Subject
from tests.factories import NOON, make_council, make_invitation, make_service, make_survey

DAY = NOON.date()
DELIVERED, PERMANENT, TEMPORARY, TECHNICAL = (
    Receipt.DELIVERED,
    Receipt.PERMANENT_FAILURE,
    Receipt.TEMPORARY_FAILURE,
    Receipt.TECHNICAL_FAILURE,
)
TOLD = st.builds(
    Told,
    st.sampled_from(MessageKind),
    st.sampled_from(Receipt),
    st.datetimes(NOON.replace(tzinfo=None), (NOON + timedelta(days=9)).replace(tzinfo=None)).map(
        lambda moment: moment.replace(tzinfo=NOON.tzinfo)
    ),
)


@given(st.lists(TOLD, max_size=6).flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_order_in_which_receipts_come_changes_nothing(orders: tuple[list[Told], list[Told]]) -> None:
    def known_after(told: Sequence[Told]) -> dict[MessageKind, Told]:
        known: dict[MessageKind, Told] = {}
        for one in (*told, *told):
            if is_surer(one, known.get(one.kind)):
                known[one.kind] = one
        return known

    one_way, another = (known_after(order) for order in orders)
    assert one_way == another
    is_delivered = any(one.receipt is DELIVERED for one in orders[0])
    assert (delivered_at(one_way.values()) is not None) == is_delivered
    if is_delivered:
        assert undelivered(one_way.values()) is None


@given(st.lists(st.integers(0, 100), max_size=8))
def test_the_last_straw_is_the_newest_third_failure_within_thirty_days(days: list[int]) -> None:
    moments = [NOON + timedelta(days=day) for day in days]
    straws = [
        latest
        for place, latest in enumerate(sorted(days))
        if sum(latest - 30 <= day for day in sorted(days)[: place + 1]) >= 3
    ]
    assert last_straw(moments) == (NOON + timedelta(days=max(straws)) if straws else None)


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    with transaction():
        make_council()
        return make_survey()


@pytest.fixture
def housing(survey: SurveyVersion) -> Service:
    with transaction():
        return make_service("housing")


def sent(
    service: Service, survey: SurveyVersion, *kinds: MessageKind, key: str = "asha", **facts: object
) -> Invitation:
    """An invitation whose messages went to an address with this key."""
    with transaction():
        invitation = make_invitation(service, survey, DAY, **facts)
        assert invitation.contact.detail is not None
        invitation.contact.detail.email_key = key
        for kind in kinds or (MessageKind.INVITATION,):
            db.session.add(
                Message(invitation=invitation, kind=kind, state=MessageState.SENT, due_at=NOON, sent_at=NOON)
            )
    return invitation


def tell(
    invitation: Invitation, receipt: Receipt, at: datetime = NOON, kind: MessageKind = MessageKind.INVITATION
) -> None:
    with transaction():
        message = db.session.scalars(
            select(Message).where(Message.invitation_id == invitation.id, Message.kind == kind)
        ).one()
        note_receipt(message, receipt, at=at)


def blocks() -> dict[tuple[str, BlockReason], datetime | None]:
    rows = db.session.execute(select(AddressBlock.key, AddressBlock.reason, AddressBlock.until))
    return {(key, reason): until for key, reason, until in rows}


def what_stands(invitation: Invitation, key: str) -> tuple[object, ...]:
    db.session.expire_all()
    message = db.session.scalars(select(Message).where(Message.invitation_id == invitation.id)).first()
    assert message is not None
    return (
        invitation.state,
        invitation.delivered_at,
        invitation.undeliverable_at,
        invitation.undeliverable_reason,
        message.receipt,
        message.receipt_at,
        [reason for blocked, reason in blocks() if blocked == key],
        db.session.scalars(select(AddressFailure.failed_at).where(AddressFailure.key == key)).all(),
    )


@pytest.mark.parametrize(
    "receipts",
    [
        (DELIVERED, TEMPORARY, TEMPORARY, PERMANENT),
        (TEMPORARY, PERMANENT, TECHNICAL),
        (TEMPORARY, TECHNICAL, TECHNICAL),
    ],
    ids=" ".join,
)
def test_in_every_order_the_same_stands_of_invitation_and_address(
    housing: Service, survey: SurveyVersion, receipts: tuple[Receipt, ...]
) -> None:
    told = [(receipt, NOON + timedelta(hours=hour)) for hour, receipt in enumerate(receipts)]
    found = []
    for number, order in enumerate(permutations(told)):
        invitation = sent(housing, survey, key=f"person {number}")
        for receipt, at in order:
            tell(invitation, receipt, at)
        found.append(what_stands(invitation, f"person {number}"))
    assert all(one == found[0] for one in found)
    surest = max(receipts, key=(TECHNICAL, TEMPORARY, PERMANENT, DELIVERED).index)
    assert found[0][4] is surest
    assert found[0][0] is (InvitationState.OPEN if surest is DELIVERED else InvitationState.UNDELIVERABLE)
    assert found[0][6] == ([BlockReason.DOES_NOT_EXIST] if surest is PERMANENT else [])
    assert len(found[0][7]) == (surest is TEMPORARY)  # type: ignore[arg-type]


def test_an_address_that_does_not_exist_is_blocked_for_good(housing: Service, survey: SurveyVersion) -> None:
    invitation = sent(housing, survey)
    with transaction():
        message = db.session.scalars(select(Message)).one()
        note_undeliverable(message, now=NOON)
    assert blocks() == {("asha", BlockReason.DOES_NOT_EXIST): None}
    assert invitation.state is InvitationState.UNDELIVERABLE
    assert (invitation.undeliverable_at, invitation.undeliverable_reason) == (NOON, PERMANENT)


def test_a_number_is_blocked_by_itself_and_the_address_stays(housing: Service, survey: SurveyVersion) -> None:
    invitation = sent(housing, survey)
    with transaction():
        assert invitation.contact.detail is not None
        invitation.contact.detail.phone_key = "her phone"
        db.session.scalars(select(Message)).one().way = Way.SMS
    tell(invitation, PERMANENT)
    assert blocks() == {("her phone", BlockReason.DOES_NOT_EXIST): None}


def test_three_failures_within_thirty_days_pause_an_address_for_thirty_days(
    housing: Service, survey: SurveyVersion
) -> None:
    first, second, third = (sent(housing, survey) for _ in range(3))
    tell(first, TEMPORARY, NOON)
    tell(second, TEMPORARY, NOON + timedelta(days=31))
    tell(third, TEMPORARY, NOON + timedelta(days=32))
    assert blocks() == {}, "the first is too long ago"
    tell(third, TEMPORARY, NOON + timedelta(days=33))
    assert blocks() == {}, "one message fails once"
    latest = NOON + timedelta(days=40)
    fourth = sent(housing, survey)
    tell(fourth, TEMPORARY, latest)
    assert blocks() == {("asha", BlockReason.FAILS_FOR_NOW): latest + timedelta(days=30)}
    tell(second, DELIVERED, latest)
    assert blocks() == {}, "one of the three did arrive"


def test_what_no_longer_counts_is_forgotten_and_blocks_for_good_stay(housing: Service, survey: SurveyVersion) -> None:
    for hour in range(3):
        tell(sent(housing, survey, key="full"), TEMPORARY, NOON + timedelta(hours=hour))
    tell(sent(housing, survey, key="gone"), PERMANENT)
    assert forget_failures(NOON + timedelta(days=59), "test") == 0
    assert forget_failures(NOON + timedelta(days=99), "test") == 4
    assert blocks() == {("gone", BlockReason.DOES_NOT_EXIST): None}


def test_a_reminder_that_fails_says_nothing_of_the_invitation_before_it(
    housing: Service, survey: SurveyVersion
) -> None:
    invitation = sent(housing, survey, *MessageKind)
    tell(invitation, PERMANENT, kind=MessageKind.REMINDER)
    assert invitation.state is InvitationState.OPEN
    tell(invitation, TEMPORARY)
    assert invitation.state is InvitationState.UNDELIVERABLE
    assert invitation.undeliverable_reason is TEMPORARY


def test_a_reminder_that_arrives_reaches_the_person_after_all(housing: Service, survey: SurveyVersion) -> None:
    invitation = sent(housing, survey, *MessageKind)
    tell(invitation, TEMPORARY)
    tell(invitation, DELIVERED, NOON + timedelta(days=4), kind=MessageKind.REMINDER)
    assert (invitation.state, invitation.delivered_at) == (InvitationState.OPEN, NOON + timedelta(days=4))
    assert invitation.undeliverable_at is None


@pytest.mark.parametrize("failure", [PERMANENT, TEMPORARY, TECHNICAL])
@pytest.mark.parametrize("answer_first", [True, False])
def test_an_answer_wins_over_every_receipt(
    housing: Service, survey: SurveyVersion, failure: Receipt, answer_first: bool
) -> None:
    invitation = sent(housing, survey)

    def answer() -> None:
        with transaction():
            mark_answered(invitation, NOON)

    acts = [answer, lambda: tell(invitation, failure)]
    for act in acts if answer_first else reversed(acts):
        act()
    assert invitation.state is InvitationState.ANSWERED
    assert (invitation.undeliverable_at, invitation.undeliverable_reason) == (None, None)


def test_who_asked_us_to_stop_stays_so(housing: Service, survey: SurveyVersion) -> None:
    invitation = sent(housing, survey)
    tell(invitation, TEMPORARY)
    with transaction():
        stop_asking(invitation, source="page", now=NOON)
    assert invitation.state is InvitationState.UNDELIVERABLE
    tell(invitation, DELIVERED)
    assert invitation.state is InvitationState.OPTED_OUT
    with transaction():
        mark_answered(invitation, NOON)
        mark_open(invitation)
    tell(invitation, PERMANENT, NOON + timedelta(days=1))
    assert invitation.state is InvitationState.OPTED_OUT
    assert db.session.scalars(select(OptOut.source)).all() == ["page"]


def test_the_tallies_follow(housing: Service, survey: SurveyVersion) -> None:
    invitation = sent(housing, survey)
    before = len(db.session.scalars(select(Recount.id)).all())
    tell(invitation, TEMPORARY)
    lines = db.session.scalars(select(Recount).order_by(Recount.id)).all()[before:]
    assert [(line.subject, line.day, line.service_id) for line in lines] == [(Subject.INVITATIONS, DAY, housing.id)]

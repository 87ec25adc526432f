"""Messages go out when they may, as many as may, and none is lost or repeated by a server in trouble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.contacts.blocking.operations import block_address
from survey_app.contacts.models import AddressBlock, AskingRules, BlockReason, ContactDetail, SendingWindow, Way
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind, MessageState
from survey_app.invitations.operations import draw_invitations, mark_answered, send_messages, stop_asking
from survey_app.invitations.operations.sending import claim_due
from survey_app.kernel.moments import read_instant
from survey_app.organisation.models import Service
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service
from tests.smtp import SmtpServer, smtp_server
from tests.threads import all_at_once, overtaken

NEXT_DAY = NOON + timedelta(days=1)  # a Wednesday
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    return settings


@pytest.fixture
def housing(app: Flask) -> Service:
    """A council with a survey and a service to ask about."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        return make_service("housing", "Housing options")


def rules(**facts: object) -> None:
    with transaction():
        db.session.add(AskingRules(**facts))


def window(opens: str, closes: str, weekdays: str = "1234567", service: Service | None = None) -> None:
    """A window for e-mail, not open on bank holidays."""
    minutes = [int(hour) * 60 + int(minute) for hour, minute in (text.split(":") for text in (opens, closes))]
    with transaction():
        db.session.add(
            SendingWindow(
                way=Way.EMAIL,
                service_id=service.id if service else None,
                opens_minute=minutes[0],
                closes_minute=minutes[1],
                weekdays=weekdays,
                on_bank_holidays=False,
            )
        )


def ask(service: Service, *names: str, at: datetime = NOON, drawn: datetime = NEXT_DAY) -> None:
    """These people called, and were drawn."""
    with transaction():
        for name in names:
            make_contact(service, email=address(name), occurred_at=at)
    while draw_invitations(drawn, "draw"):
        pass


def people(n: int) -> list[str]:
    return [f"resident{number}" for number in range(n)]


def address(name: str) -> str:
    return f"{name}@example.org"


def send(now: datetime, worker: str = "one") -> None:
    while send_messages(now, worker):
        pass
    db.session.expire_all()


def copies(server: SmtpServer) -> Counter[str]:
    return Counter(str(message["To"]) for message in server.taken)


def states() -> dict[MessageState, int]:
    rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state))
    return dict(rows.all())


def first_messages() -> dict[MessageState, int]:
    rows = db.session.execute(
        select(Message.state, func.count()).where(Message.kind == MessageKind.INVITATION).group_by(Message.state)
    )
    return dict(rows.all())


def the_message() -> Message:
    return db.session.scalars(select(Message).where(Message.kind == MessageKind.INVITATION)).one()


class TestWhen:
    def test_what_became_due_while_no_worker_ran_waits_for_the_next_opening(
        self, housing: Service, server: SmtpServer
    ) -> None:
        window("09:00", "17:00", "12345")
        ask(housing, "asha", at=read_instant("2026-04-01T12:00"), drawn=read_instant("2026-04-01T13:00"))
        send(read_instant("2026-04-03T10:00"))  # Good Friday
        assert server.taken == []
        message = the_message()
        assert message.due_at == read_instant("2026-04-07T09:00")  # the Tuesday after Easter
        assert (message.state, message.attempts, message.claimed_by) == (MessageState.WAITING, 0, None)
        send(read_instant("2026-04-07T09:00"))
        assert copies(server) == {address("asha"): 1}

    def test_a_service_may_have_a_window_of_its_own(self, housing: Service, server: SmtpServer) -> None:
        with transaction():
            waste = make_service("waste", "Waste")
        window("09:00", "17:00")
        window("18:00", "19:00", service=waste)
        ask(housing, "asha")
        ask(waste, "bryn")
        send(read_instant("2026-03-11T12:00"))
        assert copies(server) == {address("asha"): 1}
        send(read_instant("2026-03-11T18:00"))
        assert copies(server) == {address("asha"): 1, address("bryn"): 1}

    def test_the_delay_counts_from_the_contact(self, housing: Service, server: SmtpServer) -> None:
        rules(delay_minutes=90)
        ask(housing, "asha", at=NOON, drawn=NOON + A_MINUTE)
        send(NOON + A_MINUTE)
        assert the_message().due_at == NOON + 90 * A_MINUTE
        send(NOON + 89 * A_MINUTE)
        assert server.taken == []
        send(NOON + 90 * A_MINUTE)
        assert copies(server) == {address("asha"): 1}

    @pytest.mark.parametrize(("days", "is_asked"), [(14, True), (15, False)])
    def test_a_contact_that_is_too_old_at_its_turn_is_dropped_and_the_ledger_says_so(
        self, housing: Service, server: SmtpServer, days: int, is_asked: bool
    ) -> None:
        ask(housing, "asha", drawn=NOON + timedelta(days=10))
        send(NOON + timedelta(days=days))
        message = the_message()
        if is_asked:
            assert copies(server) == {address("asha"): 1}
            return
        assert server.taken == []
        assert (message.state, message.last_error) == (MessageState.DROPPED, "too_old")
        assert message.invitation.state is InvitationState.TOO_OLD

    def test_what_could_only_go_when_it_is_too_old_is_dropped_at_once(
        self, housing: Service, server: SmtpServer
    ) -> None:
        ask(housing, "asha", at=NOON, drawn=NOON + timedelta(days=13))
        window("09:00", "10:00", "1")  # Mondays only, from now on: the last one in time is over
        send(NOON + timedelta(days=13, hours=2))
        assert the_message().invitation.state is InvitationState.TOO_OLD

    def test_nothing_goes_out_after_the_invitation_closed(self, housing: Service, server: SmtpServer) -> None:
        rules(open_days=2)
        ask(housing, "asha", drawn=NEXT_DAY)
        send(NEXT_DAY + timedelta(days=4, hours=1))
        assert server.taken == []
        assert the_message().invitation.state is InvitationState.TOO_OLD


class TestReminders:
    def test_one_reminder_goes_out_in_the_window_and_says_so(self, housing: Service, server: SmtpServer) -> None:
        window("09:00", "17:00", "12345")
        ask(housing, "asha")
        send(read_instant("2026-03-11T13:00"))  # Wednesday; four days later is Sunday
        send(read_instant("2026-03-15T10:00"))
        assert len(server.taken) == 1
        send(read_instant("2026-03-16T09:00"))
        send(read_instant("2026-03-24T09:00"))
        assert [message["Subject"].startswith("Reminder") for message in server.taken] == [False, True]
        assert db.session.scalars(select(Invitation)).one().reminded_at == read_instant("2026-03-16T09:00")

    @pytest.mark.parametrize("what", ["answer", "stop", "undeliverable", "closed", "switched off"])
    def test_there_is_none_after(self, housing: Service, server: SmtpServer, what: str) -> None:
        rules(reminder_after_days=0 if what == "switched off" else 4)
        ask(housing, "asha")
        send(NEXT_DAY)
        with transaction():
            invitation = db.session.scalars(select(Invitation)).one()
            match what:
                case "answer":
                    mark_answered(invitation, NEXT_DAY)
                case "stop":
                    stop_asking(invitation, source="page", now=NEXT_DAY)
                case "undeliverable":
                    invitation.state = InvitationState.UNDELIVERABLE
                case "closed":
                    invitation.closes_at = NEXT_DAY + timedelta(days=3)
        send(NEXT_DAY + timedelta(days=5))
        assert len(server.taken) == 1
        assert states().keys() <= {MessageState.SENT, MessageState.DROPPED}

    def test_a_reminder_goes_even_when_the_contact_itself_would_be_too_old(
        self, housing: Service, server: SmtpServer
    ) -> None:
        ask(housing, "asha", drawn=NOON + timedelta(days=13))
        send(NOON + timedelta(days=13))
        send(NOON + timedelta(days=18))
        assert len(server.taken) == 2


class TestDailyLimits:
    def test_what_is_over_waits_for_tomorrow(self, housing: Service, server: SmtpServer) -> None:
        rules(most_emails_a_day=3)
        ask(housing, *people(5))
        send(NEXT_DAY)
        send(read_instant("2026-03-11T23:59"))
        assert len(server.taken) == 3
        assert first_messages() == {MessageState.SENT: 3, MessageState.WAITING: 2}
        send(read_instant("2026-03-12T00:00"))
        assert copies(server) == {address(name): 1 for name in people(5)}

    def test_what_waits_too_long_is_dropped_honestly(self, housing: Service, server: SmtpServer) -> None:
        rules(most_emails_a_day=1, too_old_days=2)
        ask(housing, *people(3), at=NOON, drawn=NEXT_DAY)
        for days in range(1, 4):
            send(NOON + timedelta(days=days))
        assert first_messages() == {MessageState.SENT: 2, MessageState.DROPPED: 1}

    def test_reminders_count(self, housing: Service, server: SmtpServer) -> None:
        rules(most_emails_a_day=1)
        ask(housing, "asha")
        send(NEXT_DAY)
        ask(housing, "bryn", drawn=NEXT_DAY + timedelta(days=3))
        four_days_later = NEXT_DAY + timedelta(days=4, hours=1)
        send(four_days_later)
        assert len(server.taken) == 2

    def test_two_workers_at_once_keep_to_it(self, app: Flask, housing: Service, server: SmtpServer) -> None:
        rules(most_emails_a_day=30)
        ask(housing, *people(45))
        db.session.commit()
        all_at_once(app, partial(send, NEXT_DAY, "one"), partial(send, NEXT_DAY, "two"))
        send(NEXT_DAY)
        assert (len(server.taken), max(copies(server).values())) == (30, 1)


class TestServersInTrouble:
    def test_one_refused_address_holds_up_nobody(self, housing: Service, server: SmtpServer) -> None:
        server.refusals = {address("resident1"): "550 5.1.1 no such person", address("resident2"): "450 4.2.1 later"}
        ask(housing, *people(5))
        send(NEXT_DAY)
        assert first_messages() == {MessageState.SENT: 3, MessageState.FAILED: 1, MessageState.WAITING: 1}
        errors = db.session.scalars(select(Message.last_error).where(Message.last_error.is_not(None))).all()
        assert sorted(error or "" for error in errors) == ["SMTP 450 4.2.1", "SMTP 550 5.1.1"]
        server.refusals = {}
        send(NEXT_DAY + 3 * A_MINUTE)
        assert copies(server) == {address(name): 1 for name in people(5) if name != "resident1"}

    def test_many_addresses_that_do_not_exist_are_no_trouble_of_the_server(
        self, housing: Service, server: SmtpServer
    ) -> None:
        gone = people(12)[:9]
        server.refusals = {address(name): "550 5.1.1 no such person" for name in gone}
        ask(housing, *people(12))
        send(NEXT_DAY)
        assert first_messages() == {MessageState.SENT: 3, MessageState.FAILED: 9}
        assert set(db.session.scalars(select(AddressBlock.key))) == {address(name) for name in gone}

    def test_an_address_that_is_never_taken_fails_in_the_end(self, housing: Service, server: SmtpServer) -> None:
        server.refusals = {address("asha"): "451 try again"}
        ask(housing, "asha")
        now = NEXT_DAY
        for _ in range(20):
            send(now)
            now = max(now, the_message().due_at)
        assert (the_message().state, the_message().attempts) == (MessageState.FAILED, 8)
        assert the_message().invitation.state is InvitationState.FAILED

    @pytest.mark.parametrize("busy", ["421 too busy", "554 go away"])
    def test_a_server_that_takes_nobody_uses_up_no_attempt(
        self, housing: Service, server: SmtpServer, busy: str
    ) -> None:
        server.busy = busy
        ask(housing, *people(3))
        for minutes in range(20):
            send(NEXT_DAY + minutes * A_MINUTE)
        assert set(db.session.scalars(select(Message.attempts))) == {0}
        server.busy = None
        send(NEXT_DAY + 21 * A_MINUTE)
        assert copies(server) == {address(name): 1 for name in people(3)}

    @pytest.mark.parametrize("refusal", ["554 relaying denied", "450 not now"])
    def test_a_server_that_refuses_everybody_makes_nobody_unreachable(
        self, housing: Service, server: SmtpServer, refusal: str
    ) -> None:
        server.refusal = refusal
        ask(housing, *people(12))
        for minutes in range(10):
            send(NEXT_DAY + minutes * A_MINUTE)
        assert first_messages() == {MessageState.WAITING: 12}
        server.refusal = None
        for minutes in range(10, 70):
            send(NEXT_DAY + minutes * A_MINUTE)
        assert copies(server) == {address(name): 1 for name in people(12)}

    @pytest.mark.parametrize("is_kept", [True, False])
    def test_a_connection_that_breaks_before_the_reply_loses_nobody(
        self, housing: Service, server: SmtpServer, is_kept: bool
    ) -> None:
        server.breaks_at, server.keeps_broken = {2, 5}, is_kept
        ask(housing, *people(8))
        for minutes in range(4):
            send(NEXT_DAY + minutes * A_MINUTE)
        found = copies(server)
        assert set(found) == {address(name) for name in people(8)}
        assert found.total() == 8 + (2 if is_kept else 0)  # the two in flight, when the server had kept them
        assert first_messages() == {MessageState.SENT: 8}

    def test_a_letter_that_always_breaks_the_connection_holds_up_nobody(
        self, housing: Service, server: SmtpServer
    ) -> None:
        server.breaks_at, server.keeps_broken = {1}, False
        ask(housing, *people(3))
        send(NEXT_DAY)
        assert server.taken == []
        send(NEXT_DAY)  # the others go before it
        assert len(server.taken) == 2
        assert first_messages() == {MessageState.SENT: 2, MessageState.WAITING: 1}


class TestBetweenClaimAndSending:
    def test_a_stop_just_before_its_turn_is_heard(self, app: Flask, housing: Service, server: SmtpServer) -> None:
        ask(housing, "asha", "bryn")
        hers = ContactDetail.email_key == address("bryn")
        joined = select(Invitation.id).join(ContactDetail, ContactDetail.contact_id == Invitation.contact_id)
        invitation_id = db.session.scalars(joined.where(hers)).one()
        db.session.commit()

        def stop() -> None:
            with transaction():
                stop_asking(db.session.get_one(Invitation, invitation_id), source="page", now=NEXT_DAY)

        overtaken(app, partial(send, NEXT_DAY), stop, after="JOIN service")
        assert copies(server) == {address("asha"): 1}
        dropped = db.session.scalars(select(Message).where(Message.state == MessageState.DROPPED)).one()
        assert (dropped.last_error, dropped.attempts) == ("opted_out", 0)

    @pytest.mark.parametrize("days, is_sent", [(None, False), (1, False), (-1, True)])
    def test_an_address_that_was_blocked_after_the_draw_gets_nothing(
        self, app: Flask, housing: Service, server: SmtpServer, days: int | None, is_sent: bool
    ) -> None:
        ask(housing, "asha", "bryn")
        until = None if days is None else NEXT_DAY + timedelta(days=days)
        with transaction():
            block_address(address("bryn"), BlockReason.FAILS_FOR_NOW, now=NOON, until=until)
        send(NEXT_DAY)
        assert set(copies(server)) == {address("asha"), address("bryn")} - (set() if is_sent else {address("bryn")})
        fates = db.session.execute(select(Invitation.state, Invitation.sent_at.is_not(None)))
        assert set(fates) == {(InvitationState.OPEN, True)} | (set() if is_sent else {(InvitationState.FAILED, False)})

    def test_workers_that_die_use_up_no_attempt_of_the_messages_they_held(
        self, housing: Service, server: SmtpServer
    ) -> None:
        ask(housing, "asha")
        for minutes in range(0, 60, 6):
            claim_due(Way.EMAIL, "killed", NEXT_DAY + minutes * A_MINUTE)
        server.refusals = {address("asha"): "451 try again"}
        send(NEXT_DAY + 66 * A_MINUTE)
        assert (the_message().state, the_message().attempts) == (MessageState.WAITING, 1)

    def test_two_workers_send_each_message_once(self, app: Flask, housing: Service, server: SmtpServer) -> None:
        ask(housing, *people(60))
        db.session.commit()
        all_at_once(app, partial(send, NEXT_DAY, "one"), partial(send, NEXT_DAY, "two"))
        assert copies(server) == {address(name): 1 for name in people(60)}
        assert first_messages() == {MessageState.SENT: 60}

    def test_what_follows_from_messages_of_a_dead_worker_is_stored_by_the_next(
        self, housing: Service, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask(housing, "asha")

        def die(worker: str, at: datetime) -> None:
            if server.taken:
                raise SystemExit

        with monkeypatch.context() as dying, pytest.raises(SystemExit):
            dying.setattr("survey_app.invitations.operations.sending.conclude", die)
            send(NEXT_DAY)
        db.session.remove()
        assert states() == {MessageState.HANDED_OVER: 1}
        send(NEXT_DAY + 5 * A_MINUTE, "another")
        assert len(server.taken) == 1
        assert states() == {MessageState.SENT: 1, MessageState.WAITING: 1}  # the reminder
        assert db.session.scalars(select(Invitation.sent_at)).one() == NEXT_DAY

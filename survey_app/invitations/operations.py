"""Drawing who is asked, sending, and stopping. Each function is one batch of a job or one act of a person."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from survey_app.contacts.eligibility import ineligible_reason
from survey_app.contacts.models import AskingRules, Contact, ContactDetail
from survey_app.contacts.operations import opt_out
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import asking_rules, ids_with_email, opted_out_among
from survey_app.contacts.sampling import draw_fraction
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageKind,
    MessageState,
    TokenPurpose,
)
from survey_app.invitations.presenters import Tokens, invitation_email
from survey_app.invitations.queries import TEST_TOKEN, asked_since, sample_invitation
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import new_reference, new_salt, new_token, token_digest
from survey_app.messaging.email import Email, EmailTransport, SendError, ServerTrouble, email_transport
from survey_app.organisation.operations import note_tested
from survey_app.organisation.queries import council, the_council
from survey_app.settings import Settings
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import published_version
from survey_app.work.jobs import is_ending, wake
from survey_app.work.models import Subject
from survey_app.work.operations import claim, recount, release

log = logging.getLogger(__name__)

DRAW_BATCH = 500
SEND_BATCH = 20
SEND_LEASE = timedelta(minutes=4)  # longer than the slowest talk with a mail server; so long a dead worker's wait
SEND_UNTIL_SECONDS = 60  # after so long the rest of a batch is given back, well before its lease ends
MOST_ATTEMPTS = 8

ASKED = "asked"


def draw_invitations(now: datetime, worker: str) -> int:
    """Decide for the next contacts who is asked, each with its reason; how many were decided. None during a pause.

    The draw of a contact hangs on its reference alone, so neither the order of a file nor anybody's choice moves it.
    """
    with transaction():
        rules = asking_rules()
        if rules.is_paused:
            return 0
        version = published_version()
        if version is None or council() is None:
            if db.session.scalar(select(Contact.id).where(Contact.draw_outcome.is_(None)).limit(1)) is not None:
                log.warning("nobody is asked: there is no council or no published survey yet; the contacts wait")
            return 0
        contacts = db.session.scalars(
            select(Contact)
            .where(Contact.draw_outcome.is_(None))
            .order_by(Contact.id)
            .limit(DRAW_BATCH)
            # the address itself is not read here: one that cannot be decrypted must not stop the draw
            .options(selectinload(Contact.detail).defer(ContactDetail.email).defer(ContactDetail.phone))
        ).all()
        reachable = ids_with_email(contacts)
        opted_out = opted_out_among(contacts)
        asked = asked_since(now - timedelta(days=rules.cooling_off_days), contacts)
        key: bytes = _settings().index_key
        invited = []
        for contact in contacts:
            person = PersonKeys.of(contact)
            reason = ineligible_reason(
                contact,
                rules,
                has_address=contact.id in reachable,
                opted_out=opted_out.has(person),
                recently_asked=asked.has(person),
                today=london_day(now),
            )
            if reason is None and draw_fraction(key, contact.reference) >= rules.sampling_fraction:
                reason = "not_sampled"
            if reason is None:
                invited.append(invite(contact, version, rules, now))
                asked.add(person)
            contact.draw_outcome, contact.drawn_at = reason or ASKED, now
        _count_again(*invited)
        if contacts:
            wake("send_messages")
        return len(contacts)


def invite(contact: Contact, version: SurveyVersion, rules: AskingRules, now: datetime) -> Invitation:
    """An invitation with the contact's facts frozen, and its first message waiting to be sent."""
    invitation = Invitation(
        reference=new_reference(),
        contact=contact,
        survey_version=version,
        salt=new_salt(),
        drawn_at=now,
        closes_at=day_ends_at(london_day(now) + timedelta(days=rules.open_days)),
        service_id=contact.service_id,
        team_id=contact.team_id,
        site_id=contact.site_id,
        channel=contact.channel,
        adviser_ref=contact.adviser_ref,
        reason=contact.reason,
        language=contact.language,
        customer_group=contact.customer_group,
        counts_on=contact.occurred_on,
    )
    db.session.add_all([invitation, Message(invitation=invitation, kind=MessageKind.INVITATION, due_at=now)])
    return invitation


def send_messages(now: datetime, worker: str) -> int:
    """Send the next messages that are due; how many were dealt with. 0 also when the mail server is in trouble.

    A message is claimed and its tokens are stored before it goes out, and its outcome is stored at once after. If
    this process dies in between, the lease runs out and that one message goes out again: better twice than never,
    and both its links open the same answer. Trouble with the server uses up no attempt: the messages wait.
    """
    settings = _settings()
    with transaction():
        if asking_rules().is_paused:
            return 0
        claimed = claim(
            Message,
            Message.state == MessageState.WAITING,
            Message.due_at <= now,
            worker=worker,
            now=now,
            lease=SEND_LEASE,
            most=SEND_BATCH,
            order_by=Message.due_at,
        )
        waiting = [message.id for message in claimed]
    done, started = 0, monotonic()
    with closing(email_transport(settings.mail_url, settings.instance_path / "outbox")) as transport:
        while waiting and not is_ending() and monotonic() - started < SEND_UNTIL_SECONDS:
            try:
                held_until = now + timedelta(seconds=monotonic() - started) + SEND_LEASE
                _send_one(waiting[0], transport, worker, now, held_until)
            except ServerTrouble as trouble:
                log.warning("mail waits: %s", trouble)
                done = 0
                break
            waiting.pop(0)
            done += 1
    with transaction():
        for message_id in waiting:
            if (message := _held(message_id, worker)) is not None:
                release(message)
                message.attempts -= 1  # not tried
        wake("fold_tallies")
    return done


def send_test_message(recipient: str, *, now: datetime, by: int | None = None) -> None:
    """Send somebody the message that residents will get. Its links open the real pages, which store nothing.

    Commits before it speaks to the mail server, which may take its time. Refused before there is a sender and a
    service; SendError and ServerTrouble when the message was not taken.
    """
    with transaction():
        invitation = sample_invitation(now)
        sender = the_council()
        if invitation is None or not sender.sender_email:
            raise Refused("A test message needs a sender and at least one service. Do those steps first.")
        email = invitation_email(
            invitation,
            MessageKind.INVITATION,
            Tokens(answer=TEST_TOKEN, opt_out=TEST_TOKEN),
            council=sender,
            rules=asking_rules(),
            base_url=_settings().base_url,
            recipient=recipient,
        )
    with closing(email_transport(_settings().mail_url, _settings().instance_path / "outbox")) as transport:
        transport.send(replace(email, subject=f"Test: {email.subject}"))
    with transaction():
        note_tested(now=now, by=by)


def stop_asking(invitation: Invitation, *, source: str, now: datetime) -> None:
    """The person asked us to stop: nothing is sent to them again, for this contact or any other."""
    contact = invitation.contact
    opt_out(
        email_key=contact.detail.email_key if contact.detail else None,
        phone_key=contact.detail.phone_key if contact.detail else None,
        customer_ref=contact.customer_ref,
        source=source,
        now=now,
    )
    db.session.refresh(invitation, with_for_update={"of": Invitation})  # an answer may come at the same moment
    if invitation.opted_out_at is None:
        invitation.opted_out_at = now
    if invitation.state is InvitationState.OPEN:
        invitation.state = InvitationState.OPTED_OUT
    _count_again(invitation)


def mark_answered(invitation: Invitation, now: datetime) -> None:
    """An answer of this invitation was stored. Nothing more is sent about it."""
    invitation.answered_at = now
    invitation.state = InvitationState.ANSWERED
    _count_again(invitation)


def mark_open(invitation: Invitation) -> None:
    """Its answer no longer counts; until it closes another may be given."""
    invitation.answered_at = None
    invitation.state = InvitationState.OPEN if invitation.opted_out_at is None else InvitationState.OPTED_OUT
    _count_again(invitation)


def _count_again(*invitations: Invitation) -> None:
    """What became of them has changed; the tallies follow."""
    recount(Subject.INVITATIONS, ((invitation.counts_on, invitation.service_id) for invitation in invitations))


def call_off_messages(invitation: Invitation, why: str) -> None:
    """Send nothing more about an invitation; a message that is on its way just now still goes out."""
    db.session.execute(
        update(Message)
        .where(Message.invitation_id == invitation.id, Message.state == MessageState.WAITING)
        .values(state=MessageState.DROPPED, last_error=why),
        execution_options={"synchronize_session": False},
    )


def _send_one(message_id: int, transport: EmailTransport, worker: str, now: datetime, held_until: datetime) -> None:
    """Write, send and note one message. Whatever is wrong with it stays with it; ServerTrouble is passed on.

    Its lease begins anew: it may have waited for the others of its batch.
    """
    error: SendError | None = None
    try:
        with transaction():
            message = _held(message_id, worker)
            email = None
            if message is not None:
                message.claimed_until = held_until
                email = _prepare(message, now)
        if email is None:
            return
        transport.send(email)
    except ServerTrouble:
        raise
    except SendError as refusal:
        error = refusal
    except Exception as problem:  # a row that cannot be read, a template that fails: the others must still go out
        log.exception("message %s cannot be made", message_id)
        error = SendError(f"it cannot be made: {type(problem).__name__}", is_permanent=False)
    with transaction():
        message = _held(message_id, worker)
        if message is None:
            return  # the lease ran out on the way, and another worker has it now
        if error is None:
            _note_sent(message, now)
        else:
            _note_failure(message, error, now)


def _held(message_id: int, worker: str) -> Message | None:
    """The message, if this worker still holds it; it and its invitation are locked, for an answer may come just now."""
    return db.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.claimed_by == worker, Message.state == MessageState.WAITING)
        .options(joinedload(Message.invitation, innerjoin=True))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _prepare(message: Message, now: datetime) -> Email | None:
    """The e-mail of a message, its fresh tokens stored; None when it is no longer wanted, and why is noted."""
    invitation = message.invitation
    contact = invitation.contact
    reason = _why_not(invitation, now)
    if reason is None and opted_out_among([contact]).has(PersonKeys.of(contact)):
        reason = InvitationState.OPTED_OUT  # through another message, or between the draw and now
    recipient = contact.detail.email if contact.detail else None
    if reason is not None or recipient is None:
        _drop(message, reason or InvitationState.FAILED)
        return None
    tokens = Tokens(
        answer=_fresh_token(invitation, TokenPurpose.ANSWER, now),
        opt_out=_fresh_token(invitation, TokenPurpose.OPT_OUT, now),
    )
    return invitation_email(
        invitation,
        message.kind,
        tokens,
        council=the_council(),
        rules=asking_rules(),
        base_url=_settings().base_url,
        recipient=recipient,
    )


def _why_not(invitation: Invitation, now: datetime) -> InvitationState | None:
    """Why a message of this invitation is no longer wanted, if it is not."""
    if invitation.state is not InvitationState.OPEN:
        return invitation.state
    return InvitationState.TOO_OLD if invitation.closes_at <= now else None


def _drop(message: Message, reason: InvitationState) -> None:
    release(message, error=reason.value)
    message.state = MessageState.DROPPED
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = reason
        _count_again(message.invitation)


def _note_sent(message: Message, now: datetime) -> None:
    release(message)
    message.state, message.sent_at = MessageState.SENT, now
    invitation = message.invitation
    if message.kind is MessageKind.REMINDER:
        invitation.reminded_at = now
        return
    invitation.sent_at = now
    _count_again(invitation)
    days = asking_rules().reminder_after_days
    due_at = now + timedelta(days=days)
    if days and due_at < invitation.closes_at:
        db.session.add(Message(invitation=invitation, kind=MessageKind.REMINDER, due_at=due_at))


def _note_failure(message: Message, error: SendError, now: datetime) -> None:
    """Try again later, each time twice as late; give up when it cannot help, and say so in the ledger."""
    release(message, error=str(error))
    if not error.is_permanent and message.attempts < MOST_ATTEMPTS:
        message.due_at = now + timedelta(minutes=2**message.attempts)
        return
    message.state = MessageState.FAILED
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = InvitationState.FAILED
        _count_again(message.invitation)


def _fresh_token(invitation: Invitation, purpose: TokenPurpose, now: datetime) -> str:
    token = new_token()
    db.session.add(
        InvitationToken(invitation=invitation, token_sha256=token_digest(token), purpose=purpose, created_at=now)
    )
    return token


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings

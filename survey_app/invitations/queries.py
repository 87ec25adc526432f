"""Reading invitations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, false, func, or_, select, true, union
from sqlalchemy.orm import contains_eager, defer, joinedload, lazyload

from survey_app.contacts.models import Contact, ContactDetail, SendingWindow, Way
from survey_app.contacts.people import People, PersonKeys, Someone
from survey_app.contacts.queries import asking_rules, index_key, opted_out_among
from survey_app.extensions import db
from survey_app.invitations.codes import read_code
from survey_app.invitations.message_texts import ENGLISH, OwnTexts, Slot, Written
from survey_app.invitations.models import (
    CALLBACK_ATTEMPTS,
    Callback,
    CallbackKind,
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageKind,
    MessageState,
    MessageText,
    ReceivedText,
    TextOutcome,
    TokenPurpose,
)
from survey_app.invitations.timing import SendingTimes, Window
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.tokens import keyed_hash, new_reference, token_digest
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import all_services, council_nation
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.queries import newest_published, published_version, recall_items
from survey_app.work.backlog import Backlog, GivenUpRow
from survey_app.work.queries import backlog_of

Columns = TypeVarTuple("Columns")

_KINDS = frozenset(MessageKind)
TEST_TOKEN = "test"  # noqa: S105 - no secret: the links of a test message, which store nothing


# Put together once: a resident's page takes longer to build this than to run it.
BY_TOKEN = (
    select(Invitation)
    .join(InvitationToken)
    .where(
        InvitationToken.token_sha256 == bindparam("stored_form"),
        InvitationToken.purpose.in_(bindparam("purposes", expanding=True)),
        InvitationToken.revoked_at.is_(None),
    )
    .options(
        joinedload(Invitation.survey_version).options(lazyload(SurveyVersion.items), joinedload(SurveyVersion.survey)),
        joinedload(Invitation.service),
    )
)


def invitation_by_token(token: str, *purposes: TokenPurpose) -> Invitation | None:
    """The invitation that a live token of one of these purposes opens. A code may be written in any of its ways."""
    found = row_by_token(BY_TOKEN, token, *purposes)
    return None if found is None else found[0]


def row_by_token(
    statement: Select[Invitation, *Columns], token: str, *purposes: TokenPurpose
) -> Row[Invitation, *Columns] | None:
    """The same with what later packages keep of the invitation: `statement` is BY_TOKEN with their columns added."""
    named = {"stored_form": stored_form(token), "purposes": purposes}
    found = db.session.execute(statement, named).first()
    if found is not None:
        recall_items(found[0].survey_version)
    return found


def is_message(reference: str) -> bool:
    """Whether a message of ours is called so."""
    called = _messages_called(reference)
    return called is not None and db.session.scalar(called.with_only_columns(Message.id)) is not None


def message_by_reference(reference: str) -> Message | None:
    """The message of this name with its invitation, both locked: other news of them may come just now."""
    called = _messages_called(reference)
    if called is None:
        return None
    return db.session.scalar(
        called.options(contains_eager(Message.invitation))
        .with_for_update(of=[Message, Invitation])
        .execution_options(populate_existing=True)
    )


def _messages_called(reference: str) -> Select[Message] | None:
    """The other way round than Message.reference; None when it can be no name of ours."""
    invitation, _, kind = reference.rpartition(".")
    if kind not in set(MessageKind):
        return None
    return (
        select(Message)
        .join(Message.invitation)
        .where(Invitation.reference == invitation, Message.kind == MessageKind(kind))
    )


def stored_form(token: str) -> str:
    """What the database keeps of a token: its digest; of a code, short enough to be tried out, a keyed hash."""
    code = read_code(token)
    return token_digest(token) if code is None else keyed_hash(index_key(), code)


def asked_by_text(phone_key: str, at: datetime) -> Invitation | None:
    """The invitation that a number was last asked by in a text message before then, in whatever state it is.

    A message that a worker held counts: it may have died before it noted that the message went out.
    """
    went_out_at = func.coalesce(Message.sent_at, Message.due_at)
    return db.session.scalar(
        select(Invitation)
        .join(Message, Message.invitation_id == Invitation.id)
        .join(ContactDetail, ContactDetail.contact_id == Invitation.contact_id)
        .where(
            ContactDetail.phone_key == phone_key,
            Message.way == Way.SMS,
            or_(Message.state == MessageState.SENT, Message.attempts > 0, Message.claimed_by.is_not(None)),
            went_out_at <= at,
            Invitation.state != InvitationState.VOID,
        )
        .order_by(went_out_at.desc(), Message.id.desc())
        .limit(1)
    )


def is_text_known(provider_id: str) -> bool:
    """Whether a text message was dealt with before, however often its provider tells of it."""
    return db.session.scalar(select(ReceivedText.id).where(ReceivedText.provider_id == provider_id)) is not None


def texts_received(invitation: Invitation) -> list[tuple[datetime, TextOutcome]]:
    """When each text message about an invitation was written, and what became of it; the oldest first."""
    rows = db.session.execute(
        select(ReceivedText.received_at, ReceivedText.outcome)
        .where(ReceivedText.invitation_id == invitation.id)
        .order_by(ReceivedText.received_at, ReceivedText.id)
    )
    return [(received_at, outcome) for received_at, outcome in rows]


def message_text(survey: Survey, slot: Slot) -> MessageText | None:
    """What the council wrote for this place, ever; None where it has had our text from the start."""
    place = {"survey_id": survey.id, "kind": slot.kind, "way": slot.way, "language": slot.language}
    return db.session.scalar(select(MessageText).filter_by(**place))


def written_in(row: MessageText | None) -> Written | None:
    """What the council wrote and stands there now; None where our text stands there."""
    return None if row is None or row.body is None else Written(row.subject, row.body, row.language)


def message_texts(survey: Survey) -> dict[Slot, MessageText]:
    """All that the council has written for the messages of a survey."""
    rows = db.session.scalars(select(MessageText).where(MessageText.survey_id == survey.id))
    return {Slot(row.kind, row.way, row.language): row for row in rows}


def own_texts() -> OwnTexts:
    """What the council wrote for the messages of all surveys and stands there now."""
    columns = (MessageText.survey_id, MessageText.kind, MessageText.way, MessageText.language)
    rows = db.session.execute(
        select(*columns, MessageText.subject, MessageText.body).where(MessageText.body.is_not(None))
    )
    return OwnTexts(
        {
            (survey_id, Slot(kind, way, language)): Written(subject, body or "", language)
            for survey_id, kind, way, language, subject, body in rows
        }
    )


def sample_invitation(now: datetime, *, survey: Survey | None = None, language: str = ENGLISH) -> Invitation | None:
    """An invitation as a resident would get it today, about the first service, that is stored and counted nowhere.

    Of this survey, or of the one that residents get. None while there is no service or the survey is not published.
    """
    version = newest_published(survey) if survey else published_version()
    return None if version is None else sample_of(version, now, language=language)


def sample_of(version: SurveyVersion, now: datetime, *, language: str = ENGLISH) -> Invitation | None:
    """The same, to this version, which need not be stored. None while there is no service."""
    services = all_services()
    if not services:
        return None
    today = london_day(now)
    return Invitation(
        reference=new_reference(),
        survey_version=version,
        service=services[0],
        channel=Channel.PHONE,
        language=language,
        counts_on=today,
        closes_at=day_ends_at(today + timedelta(days=asking_rules().open_days)),
    )


def sending_windows() -> Sequence[SendingWindow]:
    """The windows that the council has set, those of all services first."""
    return db.session.scalars(select(SendingWindow).order_by(SendingWindow.way, SendingWindow.service_id)).all()


def sending_window_by_id(window_id: int) -> SendingWindow:
    """NotFound when there is none."""
    found = db.session.get(SendingWindow, window_id)
    if found is None:
        raise NotFound("There is no such window.")
    return found


def sending_times() -> SendingTimes:
    """When the council sends, each way and service."""
    windows = {
        (row.way, row.service_id): Window(row.opens_minute, row.closes_minute, row.weekdays, row.on_bank_holidays)
        for row in sending_windows()
    }
    return SendingTimes(windows, council_nation())


def invitations_of(people: People, *conditions: ColumnElement[bool]) -> set[int]:
    """The ids of the invitations of these people that meet all conditions."""
    found: set[int] = set()
    for column, keys in (
        (ContactDetail.email_key, people.email_keys),
        (ContactDetail.phone_key, people.phone_keys),
        (Contact.customer_ref, people.customer_refs),
    ):
        if keys:  # one key at a time, so that its index serves
            found |= set(db.session.scalars(_with_keys(select(Invitation.id)).where(column.in_(keys), *conditions)))
    return found


def invitations_stopped_at(moments: Collection[datetime], among: People | None) -> dict[int, PersonKeys]:
    """Who was asked by the invitations that stops of these moments ended, by invitation id."""
    ended = Invitation.opted_out_at.in_(moments)
    ids = invitations_of(among, ended) if among else None
    keys = select(Invitation.id, ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)
    rows = _with_keys(keys).where(ended if ids is None else Invitation.id.in_(ids))
    return {invitation_id: PersonKeys(*person) for invitation_id, *person in db.session.execute(rows)}


def asked_alike(invitation: Invitation, most: int) -> Sequence[Invitation]:
    """What was sent to the same address or number as this invitation, the newest first, itself always among it.

    Whoever holds the message holds that address, and may see what went there: not what the same person was asked in
    another way. A letter has no address that could be known again, so it shows itself alone. Two ways taken for one
    invitation must both be the same. Contacts about something sensitive are never shown, though nobody should have
    been asked about one.
    """
    sent = Message.sent_at.is_not(None)
    ways = set(db.session.scalars(select(Message.way).where(Message.invitation_id == invitation.id, sent)))
    detail = invitation.contact.detail
    known = {Way.EMAIL: detail.email_key, Way.SMS: detail.phone_key} if detail else {}
    columns = {Way.EMAIL: ContactDetail.email_key, Way.SMS: ContactDetail.phone_key}
    same = [columns[way] == known[way] for way in ways if known.get(way)]
    if not same or len(same) < len(ways):
        return [invitation]
    shown = (Invitation.sent_at.is_not(None), Invitation.state != InvitationState.VOID, Contact.sensitive.is_(False))
    rows = _with_keys(select(Invitation)).where(*same, *shown)
    newest = rows.order_by(Invitation.counts_on.desc(), Invitation.id.desc()).limit(most)
    found = db.session.scalars(newest.options(joinedload(Invitation.service))).all()
    return found if invitation in found else [invitation, *found[: most - 1]]


def messages_sent(invitations: Sequence[Invitation]) -> dict[int, list[Message]]:
    """The messages of these invitations that went out, in that order, by invitation id."""
    found: dict[int, list[Message]] = {}
    ids = [invitation.id for invitation in invitations]
    sent = select(Message).where(Message.invitation_id.in_(ids), Message.sent_at.is_not(None))
    for message in db.session.scalars(sent.order_by(Message.sent_at)):
        found.setdefault(message.invitation_id, []).append(message)
    return found


def details_kept_until(invitation: Invitation, days: int) -> date | None:
    """The last day on which we know how to reach the person, where details are kept for so many days after a contact;
    None when address and number are deleted."""
    contact = invitation.contact
    detail = contact.detail
    if detail is None or not (detail.email or detail.phone):
        return None
    return min(detail.keep_until, contact.occurred_on + timedelta(days=days))


def has_stopped(invitation: Invitation) -> bool:
    """Whether the person who got it is asked no more, however and wherever they said so."""
    contact = invitation.contact
    return invitation.opted_out_at is not None or opted_out_among([contact]).has(PersonKeys.of(contact))


def messages_due(now: datetime) -> Backlog:
    """Messages whose time has come, and those given up whose invitation is still open. Letters wait for staff, who
    print them, and for no worker."""
    is_due = Message.state == MessageState.WAITING, Message.due_at <= now, Message.way != Way.LETTER
    waiting = select(Message.due_at).where(*is_due)
    return backlog_of(waiting, failed=_given_up(now))


def given_up_messages(most: int, now: datetime) -> list[GivenUpRow]:
    """Messages that failed for good and whose invitation is still open, the newest first."""
    newest = _given_up(now).order_by(Message.id.desc()).limit(most)
    service = joinedload(Message.invitation, innerjoin=True).joinedload(Invitation.service, innerjoin=True)
    return [
        GivenUpRow(
            message.reference,
            f"{message.kind.value.capitalize()} about {message.invitation.service.name}",
            message.last_error or "",
            message.attempts,
            message.due_at,
        )
        for message in db.session.scalars(newest.options(service))
    ]


def messages_to_retry(references: Collection[str], most: int, now: datetime) -> list[tuple[Message, bool]]:
    """Given-up messages with these references, or the oldest where there is none; beside each, whether its address is
    still known. They are ours until the transaction ends.
    """
    detail = ContactDetail.email.is_not(None), ContactDetail.phone.is_not(None)
    is_known = case((Message.way == Way.EMAIL, detail[0]), (Message.way == Way.SMS, detail[1]), else_=true())
    rows = (
        _given_up(now)
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .add_columns(func.coalesce(is_known, false()))
        .order_by(Message.id)
        .limit(most)
        .with_for_update(of=(Message, Invitation))
    )
    if references:
        named = [reference.rpartition(".") for reference in references]
        same = [and_(Invitation.reference == ref, Message.kind == kind) for ref, _, kind in named if kind in _KINDS]
        rows = rows.where(or_(false(), *same))
    person = contains_eager(Message.invitation).contains_eager(Invitation.contact).contains_eager(Contact.detail)
    rows = rows.options(person.options(defer(ContactDetail.email), defer(ContactDetail.phone)))  # nothing is decrypted
    found = db.session.execute(rows.execution_options(populate_existing=True))
    return [(message, bool(has_address)) for message, has_address in found]


def _given_up(now: datetime) -> Select[Message]:
    return (
        select(Message)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .where(Message.state == MessageState.FAILED, Invitation.closes_at > now)
    )


def callbacks_waiting(now: datetime, *, kinds: Collection[CallbackKind]) -> Backlog:
    """What a provider told us and nobody has dealt with, and what failed too often."""
    of_kinds = Callback.kind.in_(kinds)
    waiting = select(Callback.received_at).where(of_kinds, Callback.attempts < CALLBACK_ATTEMPTS)
    return backlog_of(waiting, failed=_given_up_callbacks(kinds, now))


def given_up_callbacks(most: int, now: datetime, *, kinds: Collection[CallbackKind]) -> list[GivenUpRow]:
    """Callbacks that failed too often, the newest first. What they say is not read."""
    newest = _given_up_callbacks(kinds, now).order_by(Callback.id.desc()).limit(most).options(defer(Callback.payload))
    return [
        GivenUpRow(
            callback.reference,
            f"{callback.kind.value.capitalize()} of the provider",
            callback.last_error or "",
            callback.attempts,
            callback.received_at,
        )
        for callback in db.session.scalars(newest)
    ]


def callbacks_to_retry(
    kinds: Collection[CallbackKind], references: Collection[str], most: int, now: datetime
) -> Sequence[Callback]:
    """Given-up callbacks with these references, or the oldest where there is none, until the transaction ends ours."""
    rows = _given_up_callbacks(kinds, now).order_by(Callback.id).limit(most).with_for_update()
    if references:
        rows = rows.where(Callback.provider_id.in_([reference.partition(".")[2] for reference in references]))
    return db.session.scalars(rows.options(defer(Callback.payload))).all()


def _given_up_callbacks(kinds: Collection[CallbackKind], now: datetime) -> Select[Callback]:
    is_free = or_(Callback.claimed_by.is_(None), Callback.claimed_until < now)  # nobody is trying it a last time
    return select(Callback).where(Callback.kind.in_(kinds), Callback.attempts >= CALLBACK_ATTEMPTS, is_free)


def _with_keys(rows: Select[*Columns]) -> Select[*Columns]:
    """From invitations to the keys of their people."""
    contacts = rows.select_from(Invitation).join(Contact, Contact.id == Invitation.contact_id)
    return contacts.outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)


def asked_since(since: datetime, contacts: Iterable[Someone]) -> People:
    """Those who made one of these contacts and to whom something went out since then, or waits to, whatever it was
    about. A reminder counts as much as an invitation.
    """
    among = People.of(PersonKeys.of(contact) for contact in contacts)
    theirs = union(  # of each index its part: an "or" over both tables would read them whole
        select(ContactDetail.contact_id).where(ContactDetail.email_key.in_(among.email_keys)),
        select(ContactDetail.contact_id).where(ContactDetail.phone_key.in_(among.phone_keys)),
        select(Contact.id).where(Contact.customer_ref.in_(among.customer_refs)),
    ).subquery()
    rows = db.session.execute(
        select(ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)
        .select_from(theirs)
        .join(Invitation, Invitation.contact_id == theirs.c[0])
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(or_(Invitation.drawn_at >= since, Invitation.sent_at >= since, Invitation.reminded_at >= since))
    )
    return People.of(PersonKeys(*row) for row in rows)

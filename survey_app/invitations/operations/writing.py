"""Writing the messages of a batch: their words, their fresh tokens, and when each of them goes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Text, case, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, defer

from survey_app.contacts.models import AskingRules, Contact, ContactDetail, Way
from survey_app.contacts.people import PersonKeys
from survey_app.extensions import cipher, db
from survey_app.invitations.languages import editions_of
from survey_app.invitations.message_texts import OwnTexts
from survey_app.invitations.models import Invitation, Message, MessageKind, TokenPurpose
from survey_app.invitations.operations.tokens import new_code
from survey_app.invitations.presenters import Tokens, invitation_email, invitation_text
from survey_app.invitations.queries import stored_form
from survey_app.invitations.timing import SendingTimes, goes_at
from survey_app.kernel.tokens import new_token
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, fault
from survey_app.messaging.texts import TextMessage
from survey_app.organisation.models import Council

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """A message as it will go out, and what has to be asked and noted around that."""

    message_id: int
    invitation_id: int
    kind: MessageKind
    service_id: int
    counts_on: date
    closes_at: datetime
    person: PersonKeys
    letter: Email | TextMessage


@dataclass
class Pen:
    """Writes the messages of a batch, and keeps those apart that cannot be written or do not go out now."""

    rules: AskingRules
    times: SendingTimes
    council: Council
    base_url: str
    at: datetime
    texts: OwnTexts
    ready: list[Ready] = field(default_factory=list)
    tokens: list[dict[str, object]] = field(default_factory=list)
    not_now: list[int] = field(default_factory=list)
    unwritable: list[tuple[int, SendError]] = field(default_factory=list)

    def write(self, message: Message, sealed_address: str | None) -> None:
        """One message, with fresh tokens."""
        try:
            if sealed_address is None or turn_of(message, self.rules, self.times, self.at) != self.at:
                self.not_now.append(message.id)
                return
            self.ready.append(self._written(message, cipher().decrypt(sealed_address)))
        except Exception as problem:  # a row that cannot be read, a template that fails: the others must still go out
            log.exception("message %s cannot be made", message.id)
            self.unwritable.append((message.id, fault(problem)))

    def _written(self, message: Message, recipient: str) -> Ready:
        invitation, tokens = message.invitation, Tokens(answer=new_token(), opt_out=new_token(), code=new_code())
        editions = editions_of(invitation, message.kind, message.way, self.texts, self.council.nation)
        letter: Email | TextMessage
        if message.way is Way.EMAIL:
            letter = invitation_email(
                invitation,
                message.kind,
                tokens,
                council=self.council,
                rules=self.rules,
                base_url=self.base_url,
                recipient=recipient,
                editions=editions,
            )
            self._keep(invitation, tokens.opt_out, TokenPurpose.OPT_OUT)
            if tokens.code is not None:
                self._keep(invitation, tokens.code, TokenPurpose.ANSWER)
        else:
            letter = invitation_text(
                invitation,
                message.kind,
                tokens,
                council=self.council,
                base_url=self.base_url,
                recipient=recipient,
                editions=editions,
            )
        self._keep(invitation, tokens.answer, TokenPurpose.ANSWER)
        return Ready(
            message.id,
            invitation.id,
            message.kind,
            invitation.service_id,
            invitation.counts_on,
            invitation.closes_at,
            PersonKeys.of(invitation.contact),
            letter,
        )

    def _keep(self, invitation: Invitation, token: str, purpose: TokenPurpose) -> None:
        self.tokens.append(
            {
                "invitation_id": invitation.id,
                "token_sha256": stored_form(token),
                "purpose": purpose,
                "created_at": self.at,
            }
        )


def with_all_that_is_written(ids: Sequence[int]) -> Sequence[tuple[Message, str | None]]:
    """These messages in the order in which they are due, with what their words need, in one read; and where each goes.

    The address is still sealed: one that cannot be opened must not hold up the others. None: it is not known any more.
    """
    sealed = case((Message.way == Way.EMAIL, _sealed(ContactDetail.email)), else_=_sealed(ContactDetail.phone))
    rows = db.session.execute(
        select(Message, sealed)
        .join(Message.invitation)
        .join(Invitation.contact)
        .join(Invitation.service)
        .outerjoin(Contact.detail)
        .where(Message.id.in_(ids))
        .order_by(Message.due_at, Message.id)
        .options(
            contains_eager(Message.invitation).options(
                contains_eager(Invitation.service),
                contains_eager(Invitation.contact)
                .contains_eager(Contact.detail)
                .options(defer(ContactDetail.email), defer(ContactDetail.phone)),
            )
        )
    )
    return [(message, address) for message, address in rows]


def has_address(message: Message) -> bool:
    """Whether it is known where this message goes."""
    detail = message.invitation.contact.detail
    return detail is not None and (detail.email if message.way is Way.EMAIL else detail.phone) is not None


def address_key(message: Message) -> str | None:
    """The keyed hash of where this message goes; a letter has none."""
    detail = message.invitation.contact.detail
    return None if detail is None else {Way.EMAIL: detail.email_key, Way.SMS: detail.phone_key}.get(message.way)


def _sealed(column: InstrumentedAttribute[str | None]) -> ColumnElement[str | None]:
    return type_coerce(column, Text)


def turn_of(message: Message, rules: AskingRules, times: SendingTimes, at: datetime) -> datetime | None:
    """When it goes out; None when that would be too late. A reminder has no delay, and no contact too old for it."""
    invitation, is_first = message.invitation, message.kind is MessageKind.INVITATION
    contact = invitation.contact
    return goes_at(
        at,
        contact.occurred_at + timedelta(minutes=rules.delay_minutes) if is_first else at,
        occurred_on=contact.occurred_on,
        closes_at=invitation.closes_at,
        too_old_days=rules.too_old_days if is_first else None,
        next_opening=lambda after: times.due_at(after, message.way, invitation.service_id),
    )

"""Invitations with their facts frozen, the messages that carry them, and the tokens in those messages."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.contacts.models import Contact, Way
from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from survey_app.work.models import Leased


class FrozenFacts:
    """What was true of the contact when the person was asked. Never changed afterwards, whatever is reorganised."""

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    channel: Mapped[Channel | None] = mapped_column(text_enum(Channel))
    adviser_ref: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12), default="en")
    customer_group: Mapped[str | None] = mapped_column(String(80))
    counts_on: Mapped[date]  # the London day of the contact


class InvitationState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    OPTED_OUT = "opted_out"
    UNDELIVERABLE = "undeliverable"  # returned for good
    FAILED = "failed"  # sending failed for good on our side
    TOO_OLD = "too_old"  # dropped before it was sent
    VOID = "void"  # wrongly made: a test, staff, the wrong person


class Receipt(StrEnum):
    """What the sender's provider says became of a message. The names are those of GOV.UK Notify."""

    DELIVERED = "delivered"
    PERMANENT_FAILURE = "permanent-failure"  # the address or number does not exist
    TEMPORARY_FAILURE = "temporary-failure"  # mailbox full, phone off
    TECHNICAL_FAILURE = "technical-failure"  # stopped between provider and network


class Invitation(FrozenFacts, Base):
    """One person asked about one contact. It stays open until `closes_at`."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_counts_on_service", "counts_on", "service_id"),)

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    survey_version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"))
    salt: Mapped[str] = mapped_column(String(32))  # of its row digest, when a response rate is checked
    state: Mapped[InvitationState] = mapped_column(text_enum(InvitationState), default=InvitationState.OPEN)
    drawn_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]  # as a receipt says; without one it counts as delivered
    undeliverable_at: Mapped[datetime | None]
    undeliverable_reason: Mapped[Receipt | None] = mapped_column(text_enum(Receipt))

    contact: Mapped[Contact] = relationship()
    survey_version: Mapped[SurveyVersion] = relationship()
    service: Mapped[Service] = relationship()


class TokenPurpose(StrEnum):
    ANSWER = "answer"
    OPT_OUT = "opt_out"


class InvitationToken(Base):
    """The digest of a token that went out in a message. All live tokens of an invitation open the same answer."""

    __tablename__ = "invitation_token"

    id: Mapped[PrimaryKey]
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(text_enum(TokenPurpose))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    invitation: Mapped[Invitation] = relationship()


class MessageKind(StrEnum):
    INVITATION = "invitation"
    REMINDER = "reminder"


class MessageText(Base):
    """What the council wrote itself for the messages of a survey, in one language; without a row it is our text.

    What stood there before the last change is kept beside it, so that one change can be taken back.
    """

    __tablename__ = "message_text"
    __table_args__ = (UniqueConstraint("survey_id", "kind", "way", "language"),)

    id: Mapped[PrimaryKey]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    kind: Mapped[MessageKind] = mapped_column(text_enum(MessageKind))
    way: Mapped[Way] = mapped_column(text_enum(Way))
    language: Mapped[str] = mapped_column(String(12), default="en")
    subject: Mapped[str] = mapped_column(String(200), default="")  # of an e-mail
    body: Mapped[str | None] = mapped_column(Text)  # null: our text again
    earlier_subject: Mapped[str] = mapped_column(String(200), default="")
    earlier_body: Mapped[str | None] = mapped_column(Text)
    edited_at: Mapped[datetime]


class MessageState(StrEnum):
    WAITING = "waiting"
    HANDED_OVER = "handed_over"  # gone out a moment ago; what follows from that is stored with its batch
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # no longer wanted when its turn came; the reason is in last_error


class Message(Leased, Base):
    """One message to be sent. A row of work: claimed under a lease, its outcome written before the lease ends."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("invitation_id", "kind"),
        Index(
            "ix_message_waiting",
            "way",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_message_held",  # the few that workers hold just now
            "way",
            sqlite_where=text("state = 'waiting' AND claimed_by IS NOT NULL"),
            postgresql_where=text("state = 'waiting' AND claimed_by IS NOT NULL"),
        ),
        Index(
            "ix_message_handed_over",
            "claimed_until",
            sqlite_where=text("state = 'handed_over'"),
            postgresql_where=text("state = 'handed_over'"),
        ),
        Index(
            "ix_message_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index("ix_message_sent", "sent_at", "way"),
    )

    id: Mapped[PrimaryKey]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    kind: Mapped[MessageKind] = mapped_column(text_enum(MessageKind))
    way: Mapped[Way] = mapped_column(text_enum(Way), default=Way.EMAIL)
    state: Mapped[MessageState] = mapped_column(text_enum(MessageState), default=MessageState.WAITING)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(254))
    receipt: Mapped[Receipt | None] = mapped_column(text_enum(Receipt))
    receipt_at: Mapped[datetime | None]

    invitation: Mapped[Invitation] = relationship()

    @property
    def reference(self) -> str:
        """What a provider calls it: the same each time it is sent, and found again in what comes back."""
        return f"{self.invitation.reference}.{self.kind.value}"


class CallbackKind(StrEnum):
    RECEIPT = "receipt"
    COMPLAINT = "complaint"
    SMS = "sms"  # somebody wrote to us


CALLBACK_ATTEMPTS = 8  # then it stays with its error, for somebody to look at


class Callback(Leased, Base):
    """What a provider told us, as it came, until a job has dealt with it; then the row is deleted."""

    __tablename__ = "callback"
    __table_args__ = (UniqueConstraint("kind", "provider_id", "digest"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[CallbackKind] = mapped_column(text_enum(CallbackKind))
    provider_id: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))  # of the payload: the same told twice is one row
    payload: Mapped[str] = mapped_column(EncryptedText, deferred=True)  # one that cannot be read stops no other
    received_at: Mapped[datetime]

    @property
    def reference(self) -> str:
        """How staff find it again; it says nothing of what was told."""
        return f"{self.kind.value}.{self.provider_id}"


class TextOutcome(StrEnum):
    """What became of a text message that somebody sent us."""

    ANSWERED = "answered"
    COMMENTED = "commented"  # a further part of an answer
    STOPPED = "stopped"
    NOT_UNDERSTOOD = "not_understood"
    TOO_LATE = "too_late"
    UNKNOWN_SENDER = "unknown_sender"


class ReceivedText(Base):
    """A text message that was dealt with. What it said is kept with the answer alone."""

    __tablename__ = "received_text"

    id: Mapped[PrimaryKey]
    provider_id: Mapped[str] = mapped_column(String(80), unique=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[TextOutcome] = mapped_column(text_enum(TextOutcome))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)

    invitation: Mapped[Invitation | None] = relationship()

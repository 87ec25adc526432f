"""What became of messages that went out: the invitation, the address and the tallies follow."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select

from survey_app.contacts.blocking.operations import block_address, forget_failure, note_failure, unblock_address
from survey_app.contacts.models import STOPPED_BY_COMPLAINT, BlockReason
from survey_app.extensions import db
from survey_app.invitations.callbacks.reading import ToldComplaint, ToldReceipt
from survey_app.invitations.models import (
    Callback,
    CallbackKind,
    Invitation,
    InvitationState,
    Message,
    MessageState,
    Receipt,
)
from survey_app.invitations.operations.callbacks import take_in
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.operations.stopping import stop_asking
from survey_app.invitations.operations.writing import address_key
from survey_app.invitations.queries import message_by_reference
from survey_app.invitations.receipts import Told, delivered_at, is_surer, undelivered
from survey_app.work.jobs import wake


def take_callbacks(now: datetime, worker: str) -> int:
    """A step of a job: take in the next receipts and complaints; how many."""
    return take_in({CallbackKind.RECEIPT: _take_receipt, CallbackKind.COMPLAINT: _take_complaint}, now, worker)


def note_undeliverable(message: Message, *, now: datetime) -> None:
    """The server that we hand messages to says that there is no such address: as a receipt of Notify would.

    Not for a refusal that has to do with us, with what we wrote or with a full mailbox.
    """
    note_receipt(message, Receipt.PERMANENT_FAILURE, at=now)


def note_receipt(message: Message, receipt: Receipt, *, at: datetime) -> None:
    """What became of a message. In whatever order and however often receipts come, the same stands in the end.

    Who has answered or asked us to stop stays so. The caller holds the message and its invitation locked.
    """
    new = Told(message.kind, receipt, at)
    if not is_surer(new, _told(message)):
        return
    message.receipt, message.receipt_at = receipt, at
    db.session.flush()
    _settle_address(message)
    _settle_invitation(message.invitation)


def _take_receipt(callback: Callback, now: datetime) -> None:
    told = ToldReceipt(**json.loads(callback.payload))
    message = message_by_reference(told.reference)
    if message is None:
        return  # deleted since
    at = min(datetime.fromisoformat(told.at), now)
    if message.state is MessageState.WAITING:  # it has gone out, and whoever sent it died or never heard so
        message.state, message.sent_at, message.provider_id = MessageState.HANDED_OVER, at, callback.provider_id
        wake("send_messages")
    note_receipt(message, told.receipt, at=at)


def _take_complaint(callback: Callback, now: datetime) -> None:
    told = ToldComplaint(**json.loads(callback.payload))
    message = message_by_reference(told.reference)
    if message is None:
        return
    if (key := address_key(message)) is not None:
        block_address(key, BlockReason.COMPLAINED, now=now)
    stop_asking(message.invitation, source=STOPPED_BY_COMPLAINT, now=now)
    wake("fold_tallies")


def _settle_address(message: Message) -> None:
    """What the receipt of one message says of the address or number that it went to."""
    if (key := address_key(message)) is None or message.receipt_at is None:
        return
    if message.receipt is Receipt.TEMPORARY_FAILURE:
        note_failure(key, message.reference, failed_at=message.receipt_at)
        return
    forget_failure(key, message.reference)
    if message.receipt is Receipt.PERMANENT_FAILURE:
        block_address(key, BlockReason.DOES_NOT_EXIST, now=message.receipt_at)
    elif message.receipt is Receipt.DELIVERED:
        unblock_address(key, BlockReason.DOES_NOT_EXIST)


def _settle_invitation(invitation: Invitation) -> None:
    """What the receipts of all its messages say of an invitation."""
    messages = db.session.scalars(select(Message).where(Message.invitation_id == invitation.id))
    told = [one for message in messages if (one := _told(message)) is not None]
    invitation.delivered_at = delivered_at(told)
    if invitation.state in {InvitationState.OPEN, InvitationState.UNDELIVERABLE}:
        failure = undelivered(told)
        invitation.undeliverable_at = failure.at if failure else None
        invitation.undeliverable_reason = failure.receipt if failure else None
        invitation.state = _state(invitation)
    count_again(invitation)
    wake("fold_tallies")


def _state(invitation: Invitation) -> InvitationState:
    """Of an invitation that nobody has answered."""
    if invitation.undeliverable_at is not None:
        return InvitationState.UNDELIVERABLE
    return InvitationState.OPEN if invitation.opted_out_at is None else InvitationState.OPTED_OUT


def _told(message: Message) -> Told | None:
    if message.receipt is None or message.receipt_at is None:
        return None
    return Told(message.kind, message.receipt, message.receipt_at)

"""What receipts mean together, in whatever order and however often they come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from survey_app.invitations.models import MessageKind, Receipt

# The surer word wins. A mailbox that was full, or a text that waited, may still have been delivered; what was
# delivered has been, whatever is told later.
_SURENESS = (Receipt.TECHNICAL_FAILURE, Receipt.TEMPORARY_FAILURE, Receipt.PERMANENT_FAILURE, Receipt.DELIVERED)


@dataclass(frozen=True)
class Told:
    """What is known of one message that went out."""

    kind: MessageKind
    receipt: Receipt
    at: datetime


def is_surer(new: Told, old: Told | None) -> bool:
    """Whether what was told now takes the place of what was told of the same message before; of two alike, the first
    in time.
    """
    if old is None:
        return True
    if new.receipt is old.receipt:
        return new.at < old.at
    return _SURENESS.index(new.receipt) > _SURENESS.index(old.receipt)


def delivered_at(told: Collection[Told]) -> datetime | None:
    """When the first message of an invitation reached its person, if one is known to have."""
    return min((one.at for one in told if one.receipt is Receipt.DELIVERED), default=None)


def undelivered(told: Collection[Told]) -> Told | None:
    """Why an invitation reached nobody. A reminder that fails says nothing of the invitation before it."""
    if delivered_at(told) is not None:
        return None
    return next((one for one in told if one.kind is MessageKind.INVITATION), None)

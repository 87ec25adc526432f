"""What a callback of GOV.UK Notify says; only what we need of it is kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from survey_app.invitations.models import Receipt
from survey_app.kernel.characters import fit

LONGEST_ID = 80


@dataclass(frozen=True)
class ToldReceipt:
    """What became of a message that we call `reference`, at a moment."""

    reference: str
    status: str
    at: str

    @property
    def receipt(self) -> Receipt:
        return Receipt(self.status)


@dataclass(frozen=True)
class ToldComplaint:
    """Whoever got the message that we call `reference` marked it as spam."""

    reference: str
    at: str


@dataclass(frozen=True)
class ToldText:
    """Somebody wrote to one of our numbers. Neither number has a form that can be relied on."""

    sender: str
    recipient: str
    message: str
    at: str


Told = ToldReceipt | ToldComplaint | ToldText


@dataclass(frozen=True)
class Call:
    """One callback: what Notify calls the thing, and what it says."""

    provider_id: str
    told: Told

    @property
    def payload(self) -> str:
        return json.dumps(asdict(self.told), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        """Equal for the same thing told twice."""
        return sha256(self.payload.encode()).hexdigest()


def read_receipt(body: bytes) -> Call:
    """ValueError when it is no receipt."""
    fields = _fields(body)
    status = Receipt(_text(fields, "status"))
    at = next((name for name in ("completed_at", "sent_at", "created_at") if fields.get(name)), "completed_at")
    told = ToldReceipt(_reference(fields), status.value, _moment(fields, at))
    return Call(_id(fields, "id"), told)


def read_complaint(body: bytes) -> Call:
    """ValueError when it is no complaint."""
    fields = _fields(body)
    told = ToldComplaint(_reference(fields), _moment(fields, "complaint_date"))
    return Call(_id(fields, "notification_id"), told)


def read_text(body: bytes, *, now: datetime) -> Call:
    """ValueError when it is no text message. No answer is lost for an unreadable date: now is taken."""
    fields = _fields(body)
    try:
        at = _moment(fields, "date_received")
    except ValueError:
        at = now.isoformat()
    recipient = fields.get("destination_number")
    told = ToldText(
        sender=_text(fields, "source_number"),
        recipient=fit(recipient) if isinstance(recipient, str) else "",
        message=_text(fields, "message"),
        at=at,
    )
    return Call(_id(fields, "id"), told)


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(fields, dict):
        raise ValueError("no JSON object")
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"no {name}")
    return fit(value)


def _id(fields: dict[str, Any], name: str) -> str:
    value = _text(fields, name)
    if not 0 < len(value) <= LONGEST_ID:
        raise ValueError(f"no {name}")
    return value


def _reference(fields: dict[str, Any]) -> str:
    """Empty where another program sent the message through the same service without one."""
    return "" if fields.get("reference") is None else _text(fields, "reference")


def _moment(fields: dict[str, Any], name: str) -> str:
    moment = datetime.fromisoformat(_text(fields, name))
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except OverflowError as error:
        raise ValueError(f"{name} lies outside the calendar") from error

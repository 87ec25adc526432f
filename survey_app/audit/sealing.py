"""What the seal of a line is, and what the signature of a head says. The format is fixed: docs/audit.md."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT = 1  # of a sealed line and of a head; another way to write them gets another number
BEGINNING = "0" * 64  # stands for the line before the first


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the audit as it was written, and the place and the seal that it got, once it is sealed."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: str | None
    action: str
    subject: str
    before: Any
    after: Any
    place: int | None
    seal: str | None

    def seal_at(self, place: int, previous: str) -> str:
        """The seal of this line at a place after the line with the seal `previous`."""
        return _digest(
            {
                "format": FORMAT,
                "place": place,
                "previous": previous,
                "id": self.id,
                "at": _moment(self.at),
                "actor_kind": self.actor_kind,
                "actor_id": self.actor_id,
                "action": self.action,
                "subject": self.subject,
                "before": self.before,
                "after": self.after,
            }
        )


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stands: a place, and the seal that stands for the line there and for all before it."""

    place: int
    seal: str


@dataclass(frozen=True, slots=True)
class SignedHead(Head):
    """A head with the time of sealing, signed: whoever can only write in the database cannot make another."""

    sealed_at: datetime
    signature: str

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(base64.b64decode(self.signature, validate=True), _head_document(self, self.sealed_at))
        except (InvalidSignature, ValueError):
            return False
        return True


def sign_head(place: int, seal: str, sealed_at: datetime, signing_key: bytes) -> SignedHead:
    """`signing_key` is the 32 bytes of an Ed25519 private key."""
    document = _head_document(Head(place, seal), sealed_at)
    signature = Ed25519PrivateKey.from_private_bytes(signing_key).sign(document)
    return SignedHead(place, seal, sealed_at, base64.b64encode(signature).decode("ascii"))


def public_key(signing_key: bytes) -> Ed25519PublicKey:
    return Ed25519PrivateKey.from_private_bytes(signing_key).public_key()


def _head_document(head: Head, sealed_at: datetime) -> bytes:
    return _canonical({"format": FORMAT, "audit_head": head.place, "seal": head.seal, "sealed_at": _moment(sealed_at)})


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(document)).hexdigest()


def _canonical(document: dict[str, Any]) -> bytes:
    """JSON with sorted keys and nothing between its signs, in UTF-8. Whatever a column can hold has its one form here,
    also what a forger puts there: a line that cannot be written would stop the chain."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)
    return text.encode("utf-8", "surrogatepass")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

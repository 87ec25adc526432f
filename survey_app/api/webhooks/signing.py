"""Signatures as Standard Webhooks has them (standardwebhooks.com): whoever knows the secret can tell who sent what, and
when."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(reference: str, body: bytes, signing: Sequence[str], *, at: datetime) -> dict[str, str]:
    """The three headers. While a secret is replaced there are two in `signing`, and a signature by each."""
    timestamp = str(int(at.timestamp()))
    signatures = [f"v1,{_signature(secret, reference, timestamp, body)}" for secret in signing]
    return {
        "webhook-id": reference,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, reference: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, f"{reference}.{timestamp}.".encode() + body, "sha256")).decode()

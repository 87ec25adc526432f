"""What people hold in their hands: an authenticator app and a security key, as far as a server can tell."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from passlib.totp import TOTP

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True)
class App:
    """An authenticator app that has scanned or been typed a key."""

    key: str

    @classmethod
    def of_page(cls, page: str) -> App:
        return cls(re.search(r'<code class="secret">([^<]+)</code>', page)[1])

    def code(self, at: datetime) -> str:
        return str(TOTP(key=self.key.replace("-", "").replace(" ", "")).generate(int(at.timestamp())).token)


@dataclass
class SecurityKey:
    """A key that makes one passkey for a site and signs what it is asked."""

    host: str = "localhost"
    origin: str = "http://localhost"
    is_verified: bool = True
    uses: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    user: bytes = b""
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new passkey, without attestation, as most are."""
        self.user = unb64(options["user"]["id"])
        point = self.secret.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._about(ATTESTED) + attested}
        data = self._said("webauthn.create", options)
        return self._answer({"attestationObject": b64(cbor2.dumps(statement)), "clientDataJSON": b64(data)})

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        self.uses += 1
        about, data = self._about(), self._said("webauthn.get", options)
        signature = self.secret.sign(about + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": about, "clientDataJSON": data, "signature": signature, "userHandle": self.user}
        return self._answer({name: b64(part) for name, part in parts.items()})

    def _about(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.is_verified else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.uses)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}


def passkey_form(page: str) -> tuple[str, dict[str, Any]]:
    """Where a page wants the answer of a passkey sent, and what it asks of the browser."""
    action = re.search(r'action="([^"]+)" data-passkey', page)[1]
    options = re.search(r'data-options="([^"]+)"', page)[1]
    return unescape(action), json.loads(unescape(options))


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""Encryption of contact details and raw comments."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

NEW_KEY_KNOWN_WITHIN = timedelta(days=1)  # by every process


class Cipher:
    """Encrypts under the first key and reads under any, so that keys can be rotated while the site runs."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys (32 bytes, URL-safe base64), newest first. ValueError when one is not."""
        self._keys = [Fernet(key) for key in keys]
        self._fernet = MultiFernet(self._keys)
        self._digests = tuple(hashlib.sha256(b"data key " + key.encode()).hexdigest() for key in keys)

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def renewed(self, sealed: str) -> str | None:
        """The same under the first key; None where it is already. InvalidToken when no key fits."""
        token = sealed.encode("ascii")
        if _fits(self._keys[0], token):
            return None
        return self._fernet.rotate(token).decode("ascii")

    def place_of_key(self, sealed: str) -> int | None:
        """Under which of the keys it is, 0 the first; None when none fits."""
        token = sealed.encode("ascii", "replace")
        return next((place for place, key in enumerate(self._keys) if _fits(key, token)), None)

    @property
    def key_digests(self) -> tuple[str, ...]:
        """What tells the keys apart and says nothing of them, newest first."""
        return self._digests

    def decrypt(self, sealed: str) -> str:
        """Raises cryptography.fernet.InvalidToken when no key fits, or what it opens is no text."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode()
        except UnicodeError as error:
            raise InvalidToken from error

    def waits_for_key(self, sealed: str, now: datetime) -> bool:
        """Whether no key of ours opens what was sealed within the last day: another process has a newer key already,
        and ours is restarted soon. What is older and opens with none is lost."""
        if self.place_of_key(sealed) is not None:
            return False
        sealed_at = _sealed_at(sealed)
        return sealed_at is not None and now - sealed_at < NEW_KEY_KNOWN_WITHIN


def _sealed_at(sealed: str) -> datetime | None:
    """When it was sealed: that stands in clear in every Fernet token. None for what is none."""
    try:
        token = base64.urlsafe_b64decode(sealed)
        return datetime.fromtimestamp(int.from_bytes(token[1:9]), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _fits(key: Fernet, token: bytes) -> bool:
    try:
        key.decrypt(token)
    except InvalidToken:
        return False
    return True

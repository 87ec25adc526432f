"""Random tokens and references, their digests, and keyed hashes of contact details."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

# No 0/O, 1/I/L, 5/S, 8/B, 2/Z: what is read aloud or typed from paper arrives as it was sent.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def new_token() -> str:
    """128 random bits for a link. Only its digest is ever stored."""
    return secrets.token_urlsafe(16)


def is_token(text: str) -> bool:
    """Whether `new_token` can have made this."""
    return _TOKEN.fullmatch(text) is not None


def token_digest(token: str) -> str:
    """What the database keeps of a token: its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_reference(length: int = 10) -> str:
    """A random public reference. It says nothing of how many there are or when it was made."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def new_salt() -> str:
    """32 hex digits that make a row digest untestable for anyone without them."""
    return secrets.token_hex(16)


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC-SHA-256 of `text`, in hex: the same person is found again, and nobody can be looked up without the key."""
    return hmac.digest(key, text.encode(), "sha256").hex()

"""Row digests: what lets a frozen figure be checked without telling what anybody said."""

from __future__ import annotations

import hashlib


def row_digest(salt: str, reference: str, question: str, value: str) -> str:
    """SHA-256, in hex, of one answer's row: salt, public reference, question code and value as stored."""
    return hashlib.sha256(f"{salt}\t{reference}\t{question}\t{value}\n".encode()).hexdigest()

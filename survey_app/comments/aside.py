"""Which labelled comments are never learnt from: two in five, for good, so that a council's own weights are measured on
comments that they have never seen."""

from __future__ import annotations

import hashlib

SHARE_ASIDE = 0.4
FEWEST_LABELS = 200  # below it weights of a council's own are worse than those that ship (COMMENTS.md)


def is_aside(reference: str) -> bool:
    """Whether the comment of this reference is set aside. It depends on nothing else, so it never changes."""
    drawn = int.from_bytes(hashlib.sha256(f"aside {reference}".encode()).digest()[:8])
    return drawn < SHARE_ASIDE * 2**64

"""How long a claim may be."""

from __future__ import annotations

MOST_CLAIM_WORDS = 60
LONGEST_CLAIM = 1_000  # characters: sixty words without a space between them are no claim


def words_in(text: str) -> int:
    return len(text.split())


def too_long_a_claim(text: str) -> str | None:
    """Why a claim is too long, as a sentence; None for one that is not."""
    if (words := words_in(text)) > MOST_CLAIM_WORDS:
        return f"The claim has {words} words. Use {MOST_CLAIM_WORDS} or fewer."
    if len(text) > LONGEST_CLAIM:
        return f"The claim has {len(text):,} characters. Use {LONGEST_CLAIM:,} or fewer."
    return None

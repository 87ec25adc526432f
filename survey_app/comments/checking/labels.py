"""The labels that a person can give a comment, in the order and words of every form."""

from __future__ import annotations

CANNOT_TELL = "cannot_tell"
WAITING = "waiting_for_review"
CHOICES = {
    "positive": "Positive",
    "neutral": "Neutral or mixed",
    "negative": "Negative",
    CANNOT_TELL: "I cannot tell",
}
SENTIMENTS = ("negative", "neutral", "positive")
_SHOWN = CHOICES | {
    CANNOT_TELL: "cannot be told",
    WAITING: "waiting for review",
    "not_analysed": "not analysed",
}


def label_words(label: str | None) -> str:
    """A label within a sentence: negative, neutral or mixed, cannot be told."""
    return _SHOWN.get(label or "not_analysed", "not analysed").lower()

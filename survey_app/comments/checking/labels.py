"""The labels of comments: in the words of every page, and those that a person can give, in the order of every form."""

from __future__ import annotations

CANNOT_TELL = "cannot_tell"
WAITING = "waiting_for_review"
NOT_ANALYSED = "not_analysed"
SENTIMENTS = ("negative", "neutral", "positive")
LABELS = {
    "positive": "Positive",
    "neutral": "Mixed or neutral",
    "negative": "Negative",
    CANNOT_TELL: "Cannot be told",
    WAITING: "Waiting for review",
    NOT_ANALYSED: "Not analysed",
}
CHOICES = {each: LABELS[each] for each in reversed(SENTIMENTS)} | {CANNOT_TELL: "I cannot tell"}


def label_words(label: str | None) -> str:
    """A label within a sentence: negative, mixed or neutral, cannot be told."""
    return LABELS.get(label or NOT_ANALYSED, LABELS[NOT_ANALYSED]).lower()

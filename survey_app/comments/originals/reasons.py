"""Why an original may be opened."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What brings a data protection officer to read what was taken out."""

    SUBJECT_ACCESS = "subject_access"
    RISK = "risk"
    CLAIM = "claim"
    CHECK = "check"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Reason.SUBJECT_ACCESS: "Somebody asked what we hold about them",
    Reason.RISK: "Somebody may be in danger",
    Reason.CLAIM: "A complaint, a claim or a court order needs it",
    Reason.CHECK: "To check that enough was taken out, and not too much",
    Reason.OTHER: "Another reason",
}

"""The kinds of lines in the history of a follow-up."""

from __future__ import annotations

from enum import StrEnum


class NoteKind(StrEnum):
    """`label` is how the history calls it. A STATE line holds words of ours alone; the others what somebody typed."""

    TRIED = "tried"
    REACHED = "reached"
    NOTE = "note"
    STATE = "state"

    @property
    def label(self) -> str:
        return {"tried": "Tried, not reached", "reached": "Reached", "note": "Note", "state": "What was done"}[self]


TYPED = (NoteKind.TRIED, NoteKind.REACHED, NoteKind.NOTE)

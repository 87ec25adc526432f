"""Writes about one person: erased, or stopped. They flush and never commit."""

from __future__ import annotations

from survey_app.privacy.people.operations.anonymising import forget_words, make_anonymous
from survey_app.privacy.people.operations.erasing import STEPS, Erased, Step, erase, erase_files, what_stays
from survey_app.privacy.people.operations.scrubbing import scrub

__all__ = [
    "STEPS",
    "Erased",
    "Step",
    "erase",
    "erase_files",
    "forget_words",
    "make_anonymous",
    "scrub",
    "what_stays",
]

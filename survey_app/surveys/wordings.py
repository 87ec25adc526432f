"""When two wordings of a question are one: then what was answered to them is added up, and their trend goes on."""

from __future__ import annotations

from collections.abc import Hashable

from survey_app.surveys.bank import BankQuestion


def as_read(question: BankQuestion, stem: str = "") -> Hashable:
    """All that a person answering sees of a question, under the words above its group, and what their answer is worth:
    two that are equal are one.

    The options' order and pictures are part of it: both move what people choose. A translation is not, nor what only
    staff read, nor what a page says when the question is left out.
    """
    options = tuple(
        (one.code, one.label, one.score, one.is_substantive, one.is_other, one.icon) for one in question.choices
    )
    return question.kind, stem, question.wording, question.hint, options, question.limits


def scale_of(question: BankQuestion) -> frozenset[tuple[str, int | None]]:
    """What its answers are worth, by code. Two scales are never added up, whatever the words say."""
    return frozenset((choice.code, choice.score) for choice in question.choices if choice.is_substantive)

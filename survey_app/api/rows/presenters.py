"""Rows as the API gives them."""

from __future__ import annotations

from typing import Any

from survey_app.api.rows.queries import FoundComment, FoundResponse
from survey_app.surveys.kinds import SEVERAL_OPTIONS

JUDGED = {"positive", "neutral", "negative"}


def response_document(found: FoundResponse) -> dict[str, Any]:
    """One answered survey; of one that counts no longer, that it does not."""
    if not found.counts:
        return {"reference": found.reference, "removed": "yes"}
    answers: dict[str, Any] = {}
    for given in found.answers:
        if given.kind in SEVERAL_OPTIONS:
            answers.setdefault(given.question, []).append(given.option)
        else:
            answers[given.question] = given.number if given.option is None else given.option
    return {
        "reference": found.reference,
        "removed": "no",
        "day": found.day,
        "service": found.service,
        "channel": found.channel,
        "mode": found.mode,
        "language": found.language,
        "customer_kind": found.customer_kind,
        "survey": found.survey,
        "scores": {
            given.question: given.score
            for given in found.answers
            if given.score is not None and given.kind not in SEVERAL_OPTIONS
        },
        "answers": answers,
    }


def comment_document(found: FoundComment) -> dict[str, Any]:
    """One comment, redacted."""
    comment = found.comment
    judge = "machine" if found.label in JUDGED else "nobody"
    themes = sorted((each.theme.code, each.theme.name) for each in comment.themes if each.theme.is_active)
    return {
        "reference": comment.reference,
        "response": found.response,
        "day": found.day,
        "service": found.service,
        "channel": found.channel,
        "question": found.question,
        "asks": comment.text_type,
        "text": comment.redacted_text,
        "language": comment.language or found.answered_in,
        "label": found.label,
        "labelled_by": "person" if comment.person_label is not None else judge,
        "method": comment.method,
        "themes": [{"code": code, "name": name} for code, name in themes],
    }

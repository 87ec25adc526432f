"""GET /api/v1/responses and /api/v1/comments."""

from __future__ import annotations

from functools import partial
from typing import Any

from survey_app.accounts.keys.queries import current_key_scope
from survey_app.api.describing.routes import CommentsAsked, Nothing, ResponsesAsked
from survey_app.api.rows.presenters import comment_document, response_document
from survey_app.api.rows.queries import Wanted, are_too_few, comments_after, response_called, responses_after
from survey_app.api.serving.views import Document, Listing, offers
from survey_app.dashboards.queries import narrowed
from survey_app.kernel.clock import day_starts_at


@offers("responses")
def responses(asked: ResponsesAsked) -> Listing:
    """What did people answer? One object each; of what changed since a day, where that is asked for."""
    since = None if asked.changed_since is None else day_starts_at(asked.changed_since)
    find = partial(responses_after, _wanted(asked), survey=asked.survey, mode=asked.mode, changed_since=since)

    def read(after: int, most: int) -> list[tuple[int, Document]]:
        return [(found.id, response_document(found)) for found in find(after, most)]

    return Listing("responses", read)


@offers("response")
def response(_asked: Nothing, reference: str) -> Document:
    """One answered survey."""
    return response_document(response_called(reference, current_key_scope()))


@offers("comments")
def comments(asked: CommentsAsked) -> Listing:
    """What did people write? Nothing, where fewer than 10 comments fit."""
    wanted: dict[str, Any] = {"label": asked.label, "theme": asked.theme}
    of, is_suppressed = _wanted(asked), False
    is_suppressed = are_too_few(of, **wanted)

    def read(after: int, most: int) -> list[tuple[int, Document]]:
        if is_suppressed:
            return []
        return [(found.id, comment_document(found)) for found in comments_after(of, after, most, **wanted)]

    return Listing("comments", read, {"suppressed": is_suppressed})


def _wanted(asked: ResponsesAsked | CommentsAsked) -> Wanted:
    return Wanted(narrowed(current_key_scope(), asked.service), asked.from_, asked.to, asked.channel)

"""GET /api/v1/responses and /api/v1/comments."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from survey_app.accounts.keys.queries import current_key_scope
from survey_app.api.describing.routes import CommentsAsked, Nothing, ResponsesAsked
from survey_app.api.rows.presenters import comment_document, response_document
from survey_app.api.rows.queries import Wanted, are_too_few, comments_after, response_called, responses_after
from survey_app.api.serving.views import Document, Listing, offers
from survey_app.dashboards.queries import narrowed
from survey_app.exports.responses.queries import Responses
from survey_app.exports.responses.queries import Wanted as FlatWanted
from survey_app.kernel.clock import day_starts_at
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.channels import CustomerKind

# Of the facts of a row, those that the documents have.
GIVEN_OUT = frozenset({"reference", "day", "service", "channel", "mode", "answered_in", "customer_kind", "version"})


@offers("responses")
def responses(asked: ResponsesAsked) -> Listing:
    """What did people answer? One object each; of what changed since a day, where that is asked for."""
    since = None if asked.changed_since is None else day_starts_at(asked.changed_since)
    find = partial(responses_after, _wanted(asked), survey=asked.survey, mode=asked.mode, changed_since=since)

    def read(after: int, most: int) -> list[tuple[int, Document]]:
        return [(found.id, response_document(found)) for found in find(after, most)]

    return Listing("responses", read, laid_flat=lambda: _laid_flat(asked))


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


def _laid_flat(asked: ResponsesAsked) -> Responses:
    """The same as a table: no words, nothing of who answered. It is of now, and whole."""
    if asked.changed_since is not None or asked.cursor is not None:
        raise InvalidInput("A table is of all rows as they are now: leave out changed_since and cursor.")
    given = {"service": asked.service, "survey": asked.survey, "channel": asked.channel, "mode": asked.mode}
    where = {name: [code] for name, code in given.items() if code is not None}
    first, last = asked.from_ or date.min, asked.to or date.max
    wanted = FlatWanted(
        first, last, where | {"customer_kind": [*CustomerKind]}, current_key_scope(), with_texts=False, facts=GIVEN_OUT
    )
    return Responses(wanted)


def _wanted(asked: ResponsesAsked | CommentsAsked) -> Wanted:
    return Wanted(narrowed(current_key_scope(), asked.service), asked.from_, asked.to, asked.channel)

"""Reading the rows behind a pinned figure, redacted."""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from survey_app.actions.models import Heard
from survey_app.comments.models import Comment
from survey_app.comments.picking import is_quotable
from survey_app.evidence.assessors.rows.redaction import kept_back, named_months, outside_may_be_told
from survey_app.evidence.exhibits.queries import exhibits_of_kind
from survey_app.evidence.exhibits.quotes import Quotes
from survey_app.evidence.models import ExhibitKind
from survey_app.extensions import db
from survey_app.measures.drivers import OUTCOME
from survey_app.measures.frozen import figure_of, query_of
from survey_app.measures.models import FrozenPassport
from survey_app.measures.queries import rows_of
from survey_app.measures.queries.frozen_rows import FrozenListing, FrozenRow
from survey_app.measures.queries.standing import read_standing
from survey_app.organisation.scope import EVERYTHING
from survey_app.statistics.suppression import MINIMUM_BASE

UNREADABLE = "unreadable"
WORDS_BESIDE = OUTCOME  # beside a second question the same words would tell that both answers are one person's


@dataclass(frozen=True)
class RedactedRow:
    """One row as somebody outside may see it; what is not shown is None, or nothing."""

    digest: str
    answer: str | None
    month: date | None
    is_outside: bool
    words: Sequence[str] = ()


class RedactedRows:
    """The rows behind a frozen figure of answers, as far as each may be shown; in the order of their digests, which is
    none.

    `printed` are the counts that stand beside them by answer, None for what is hidden; `closed` the months that a chart
    beside them hides. Reads every row of the figure.
    """

    def __init__(
        self, frozen: FrozenPassport, printed: Mapping[str, int | None], closed: Collection[date], *, now: datetime
    ) -> None:
        document: Mapping[str, Any] = json.loads(frozen.document)
        self._query, self._now = query_of(document), now
        figure, self._rows = figure_of(document), FrozenListing(frozen, now=now)
        left, gone = Counter[str](), 0
        for row in self._rows:
            gone += row.kind is None
            if row.kind is not None and row.kind.is_in_base:
                left[row.kind.value] += 1
        self.is_told = outside_may_be_told(figure.outside, printed)
        self.are_kept = len(self._rows) == document["rows"]["count"] and not left - Counter(figure.by_value)
        self.are_listed = self.are_kept and (self.is_told or not gone)
        inside = {answer: printed[answer] for answer in figure.by_value}
        others = kept_back(inside, figure.by_value, left) if self.are_listed else {}
        self._kept_back = {answer: self._drawn(answer, n) for answer, n in others.items()}
        months: defaultdict[str, Counter[date]] = defaultdict(Counter)
        for row in self._rows:
            if row.kind is not None and (answer := self._answer(row)) is not None:
                months[answer][row.kind.month] += 1
        self._months = {answer: named_months(rows, closed) for answer, rows in months.items()}
        self.has_words = self._query.measure == WORDS_BESIDE and self._are_enough_words()

    def __len__(self) -> int:
        return sum(1 for _ in self._listed()) if self.are_listed else 0

    def page(self, *, most: int, skip: int) -> list[RedactedRow]:
        """Some of them."""
        rows = list(islice(self._listed(), skip, skip + most)) if self.are_listed else []
        words = self._words([row.response for row in rows if self._month(row) is not None])
        return [
            RedactedRow(
                digest=row.digest,
                answer=self._answer(row),
                month=(month := self._month(row)),
                is_outside=row.kind is not None and not row.kind.is_in_base,
                words=words.get(row.response, ()) if month is not None else (),
            )
            for row in rows
        ]

    @property
    def are_whole(self) -> bool:
        """Whether the hash over all rows can be had from their digests."""
        return self.are_listed and self.is_told and self._rows.are_whole

    def digests(self) -> Iterator[str]:
        """All of them, each with the line feed that the hash takes in. Only where they are whole."""
        return (f"{row.digest}\n" for row in self._rows)

    def _listed(self) -> Iterator[FrozenRow]:
        """Without those outside the base where their number is not told."""
        return (row for row in self._rows if self.is_told or (row.kind is not None and row.kind.is_in_base))

    def _answer(self, row: FrozenRow) -> str | None:
        if row.kind is None or not row.kind.is_in_base or row.kind.value not in self._kept_back:
            return None
        return None if row.digest in self._kept_back[row.kind.value] else row.kind.value

    def _month(self, row: FrozenRow) -> date | None:
        answer = self._answer(row)
        is_named = answer is not None and row.kind is not None and row.kind.month in self._months[answer]
        return row.kind.month if is_named and row.kind is not None else None

    def _drawn(self, answer: str, n: int) -> frozenset[str]:
        """So many rows of an answer, by lot."""
        rows = (row for row in self._rows if row.kind is not None and row.kind.is_in_base and row.kind.value == answer)
        return frozenset(row.digest for row in heapq.nsmallest(n, rows, key=lambda row: row.lot)) if n else frozenset()

    def _are_enough_words(self) -> bool:
        rows = rows_of(self._query, read_standing(self._now), EVERYTHING, self._now)
        if rows is None:
            return False
        responses = select(rows.subquery().c[0])
        found = select(Comment.id).where(Comment.response_id.in_(responses), Comment.redacted_text != "")
        return len(db.session.scalars(found.limit(MINIMUM_BASE)).all()) == MINIMUM_BASE

    def _words(self, responses: Collection[int]) -> dict[int, list[str]]:
        """What was written with these answers, but for what stands as a quotation elsewhere: there it has its service
        or its theme."""
        if not self.has_words or not responses:
            return {}
        quoted = {
            quote.comment
            for exhibit in exhibits_of_kind(ExhibitKind.QUOTES)
            for quote in Quotes.read(exhibit.query).quotes
        }
        heard = select(Heard.comment_id).where(Heard.comment_id.is_not(None))
        found = (
            select(Comment.id, Comment.response_id, Comment.redacted_text, Comment.flags)
            .where(Comment.response_id.in_(responses), Comment.id.not_in(heard))
            .order_by(Comment.id)
        )
        words: defaultdict[int, list[str]] = defaultdict(list)
        for number, response, text, flags in db.session.execute(found):
            if number not in quoted and is_quotable(text) and UNREADABLE not in flags:
                words[response].append(text)
        return words

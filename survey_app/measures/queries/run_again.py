"""A frozen passport run again: which of its rows came or went since, and why.

Rows are told apart by what is kept of their digests. Whose a row was that went is found in the change feed, which keeps
the digest of every answer that was withdrawn, changed or held; or by trying what its response could have said, which
only we can do who hold the salts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.comments.models import Judging
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.errors import NotFound
from survey_app.measures.address import FigureQuery
from survey_app.measures.definitions import Source
from survey_app.measures.frozen import differences, query_of, scope_of
from survey_app.measures.lineage import EARLIER_WORDING
from survey_app.measures.models import FrozenPassport, FrozenRows
from survey_app.measures.passport import Passport
from survey_app.measures.queries import open_passport, rows_of
from survey_app.measures.queries.passport_rows import STREAMED, Considered, stream
from survey_app.measures.queries.standing import read_standing
from survey_app.measures.queries.subjects import OUTCOMES, SENTIMENTS
from survey_app.measures.rerun import (
    KEPT_BYTES,
    NOUNS,
    Reason,
    Rerun,
    Trace,
    counted_words,
    differing,
    kept_rows,
    moves_of,
)
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.digests import row_digest
from survey_app.responses.models import ChangeKind, ResponseChange, ResponseState, SurveyResponse
from survey_app.surveys.models import Question, QuestionVersion, SurveyItem

COMMITTED_WITHIN = timedelta(minutes=5)  # an answer sent just before a figure was frozen may be stored just after it


def frozen_passport(code: str) -> FrozenPassport:
    """A frozen passport by its short code. NotFound when there is none."""
    frozen = find_frozen_passport(code)
    if frozen is None:
        raise NotFound(f"There is no frozen figure {code}.")
    return frozen


def find_frozen_passport(code: str) -> FrozenPassport | None:
    return db.session.scalar(select(FrozenPassport).where(FrozenPassport.code == code))


def run_again(frozen: FrozenPassport, *, now: datetime) -> Rerun:
    """Count a frozen figure again: the same, or every row that came or went, by reason.

    The rows then, with all that came and went, are the rows now, whatever is found. Reads every row of the figure.
    """
    then: Mapping[str, Any] = json.loads(frozen.document)
    query, services = query_of(then), read_standing(now).services
    codes = scope_of(then)
    scope = EVERYTHING if codes is None else Scope(frozenset(services.ids(codes)))
    again = open_passport(query, scope=scope, now=now)
    today = again.document
    traces = list[Trace]()
    if then["rows"] != today["rows"] and then["rows"]["count"] and frozen.newest_id is not None:
        traces = list(_Search(frozen, again, scope, now).traces())
        traces = [_by_definition(trace, then, today) for trace in traces]
    counts, counts_now = then["counts"], today["counts"]
    return Rerun(
        rows_then=then["rows"]["count"],
        rows_now=today["rows"]["count"],
        then=counted_words(query.definition, counts),
        now=counted_words(query.definition, counts_now),
        noun=NOUNS[query.definition.source],
        is_same=then["rows"] == today["rows"] and counts == counts_now,
        moves=moves_of(traces),
        notes=(*_notes(then, today), *_adopted_since(frozen, query)) if counts != counts_now else (),
        differences=differences(then, today),
    )


def _by_definition(trace: Trace, then: Mapping[str, Any], today: Mapping[str, Any]) -> Trace:
    """Another definition or engine may look at other rows: what nothing else explains, that does."""
    if trace.reason is not Reason.UNEXPLAINED:
        return trace
    for key, reason in (("definition", Reason.DEFINITION), ("engine", Reason.ENGINE)):
        if then.get(key) != today.get(key):
            return Trace(reason, trace.whose, trace.went)
    return trace


def _notes(then: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[str]:
    for key, name in (("definition", "the definition"), ("engine", "the version of our formulas")):
        if then.get(key) != today.get(key):
            yield f"{name} was {then.get(key)}, it is {today.get(key)} now"
    before, after = (document["counts"].get(EARLIER_WORDING, 0) for document in (then, today))
    if before > after:
        yield f"{before - after:,} to an earlier wording stand outside no longer: it was declared comparable"
    held = today["counts"]["quarantined"] - then["counts"]["quarantined"]
    if held:
        yield f"{abs(held):,} {'more' if held > 0 else 'fewer'} of them are held for review"
    if after > before:
        yield f"{after - before:,} stand outside now, for the question has been worded anew"


def _adopted_since(frozen: FrozenPassport, query: FigureQuery) -> Iterator[str]:
    """Which labels of these days were made to count after a figure was frozen."""
    if query.definition.source is not Source.COMMENTS:
        return
    since = (
        select(Judging)
        .where(Judging.adopted_at >= frozen.frozen_at, Judging.first_on <= query.last, Judging.last_on >= query.first)
        .order_by(Judging.adopted_at)
    )
    for judging in db.session.scalars(since):
        days = f"{judging.first_on:%-d %B %Y} to {judging.last_on:%-d %B %Y}"
        yield f"comments of {days} are labelled by another method ({judging.method}) by a decision made since"


@dataclass(frozen=True)
class _Whose:
    """The response or invitation that a row belonged to, and what became of it."""

    id: int
    version: int
    service: int
    state: str


class _Search:
    """For the rows of one passport that came or went."""

    def __init__(self, frozen: FrozenPassport, again: Passport, scope: Scope, now: datetime) -> None:
        self.frozen, self.again, self.query = frozen, again, again.figure.query
        self.source = self.query.definition.source
        self.standing = read_standing(now)
        self.choices = self.standing.choices(self.query.definition, self.query.rules)
        self.since = frozen.frozen_at - COMMITTED_WITHIN
        parts = db.session.scalars(
            select(FrozenRows.digests)
            .where(FrozenRows.passport_id == frozen.id)
            .order_by(FrozenRows.part)
            .execution_options(yield_per=1)
        )
        self.left, came = differing(kept_rows(parts), (digest[:KEPT_BYTES] for digest in again.digests))
        rows = stream(rows_of(self.query, self.standing, scope, now)) if came else ()
        self.came = [row for row in rows if _kept(row.digest) in came]

    def traces(self) -> Iterator[Trace]:
        """One for each row that came or went."""
        changed, released = self._lines(ChangeKind.CHANGED), {number for number, _ in self._lines(ChangeKind.RELEASED)}
        moved_on = changed | {(row.id, row.version) for row in self.came}
        settled = set[tuple[int, int]]()
        for digest, whose in self._whose():
            key = whose.id, whose.version
            reason = self._why_gone(whose, is_changed=key in moved_on) if digest in self.left else None
            if reason is not None:
                self.left.remove(digest)
                settled.add(key)
                yield Trace(reason, key, went=True)
        withdrawn = self._withdrawn_comments() if self.left and self.source is Source.COMMENTS else 0
        for place, digest in enumerate(sorted(self.left)):
            yield Trace(Reason.WITHDRAWN if place < withdrawn else Reason.UNEXPLAINED, digest, went=True)
        for row in self.came:
            key = row.id, row.version
            if key in settled or (key in changed and row.id not in released):
                yield Trace(Reason.CHANGED, key, went=False)
            else:
                yield Trace(self._why_come(row, is_released=row.id in released), key, went=False)

    def _why_gone(self, whose: _Whose, *, is_changed: bool) -> Reason | None:
        match whose.state:
            case ResponseState.WITHDRAWN:
                return Reason.WITHDRAWN
            case ResponseState.QUARANTINED if not self.query.rules.quarantined:
                return Reason.QUARANTINED
            case InvitationState.VOID:
                return Reason.VOID
        if self.again.services is not None and self.standing.services.code(whose.service) not in self.again.services:
            return Reason.MOVED
        return Reason.CHANGED if is_changed or self.source is Source.COMMENTS else None

    def _why_come(self, row: Considered, *, is_released: bool) -> Reason:
        services = self.frozen.services
        if row.id > (self.frozen.newest_id or 0):
            return Reason.ARRIVED
        if is_released:
            return Reason.RELEASED
        if services is not None and self.standing.services.code(row.service) not in services:
            return Reason.MOVED
        return Reason.ARRIVED if row.stored_at >= self.since else Reason.UNEXPLAINED

    def _whose(self) -> Iterator[tuple[bytes, _Whose]]:
        """Rows that figures of these days may have had, wherever they belong now, until none is left to be found."""
        if self.source is Source.ANSWERS:
            lines = select(ResponseChange.row_digest, *_whose(SurveyResponse, ResponseChange.question_version_id))
            lines = lines.join(SurveyResponse).where(ResponseChange.row_digest.is_not(None), *self._of_days())
            for digest, *facts in db.session.execute(lines):
                yield _kept(digest), _Whose(*facts)
        if not self.left:
            return
        for reference, salt, question, *facts in db.session.execute(self._salted(), execution_options=STREAMED):
            whose = _Whose(*facts)
            for value in self._values(whose.version):
                yield _kept(row_digest(salt, reference, question, value)), whose

    def _salted(self) -> Select[Any]:
        """Everybody who could have given a row of these days, whatever the figure filters by."""
        if self.source is Source.INVITATIONS:
            return select(
                Invitation.reference,
                Invitation.salt,
                literal("invitation", String),
                *_whose(Invitation, literal(0, Integer)),
            ).where(Invitation.counts_on.between(self.query.first, self.query.last))
        of_source: ColumnElement[bool] = QuestionVersion.id.in_({version for version, _ in self.choices})
        if self.source is Source.COMMENTS:
            of_source = QuestionVersion.text_type.is_not(None)
        return (
            select(
                SurveyResponse.reference,
                SurveyResponse.salt,
                Question.code,
                *_whose(SurveyResponse, QuestionVersion.id),
            )
            .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
            .join(QuestionVersion, QuestionVersion.id == SurveyItem.question_version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(SurveyResponse.salt.is_not(None), of_source, *self._of_days())
        )

    def _values(self, version: int) -> Iterable[str]:
        if self.source is Source.INVITATIONS:
            return OUTCOMES
        if self.source is Source.COMMENTS:
            return SENTIMENTS
        return ["", *(code for known, code in self.choices if known == version)]

    def _lines(self, kind: ChangeKind) -> set[tuple[int, int]]:
        """The responses and questions that the feed has a line of, of one kind, since the figure was frozen."""
        lines = (
            select(ResponseChange.response_id, ResponseChange.question_version_id)
            .join(SurveyResponse)
            .where(ResponseChange.kind == kind, ResponseChange.changed_at >= self.since, *self._of_days())
        )
        return {(response, version) for response, version in db.session.execute(lines)}

    def _withdrawn_comments(self) -> int:
        """Of a comment that was withdrawn nothing is kept but a line that there was a text."""
        lines = (
            select(func.count())
            .select_from(ResponseChange)
            .join(SurveyResponse)
            .join(QuestionVersion, QuestionVersion.id == ResponseChange.question_version_id)
            .where(
                ResponseChange.kind == ChangeKind.WITHDRAWN,
                ResponseChange.changed_at >= self.since,
                QuestionVersion.text_type.is_not(None),
                *self._of_days(),
            )
        )
        return db.session.scalar(lines) or 0

    def _of_days(self) -> list[ColumnElement[bool]]:
        return [SurveyResponse.counts_on.between(self.query.first, self.query.last)]


def _whose(
    facts: type[SurveyResponse] | type[Invitation], version: ColumnElement[Any] | InstrumentedAttribute[int]
) -> list[Any]:
    return [facts.id, version, facts.service_id, facts.state]


def _kept(digest: str) -> bytes:
    return bytes.fromhex(digest[: 2 * KEPT_BYTES])

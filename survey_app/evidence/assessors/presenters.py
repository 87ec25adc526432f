"""Accesses, threads, the walk and the rows behind a figure, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.accounts.models import User
from survey_app.dashboards.passport_page import answer_rows
from survey_app.evidence.assessors.access import AccessState, access_state, watermark_words
from survey_app.evidence.assessors.queries import CHANGEABLE_FOR, Use
from survey_app.evidence.assessors.small_counts import shown_counts
from survey_app.evidence.exhibits.proofs import Proof, TrendPart
from survey_app.evidence.models import AssessorAccess, ElementComment, Visit, VisitKind
from survey_app.kernel.periods import in_words
from survey_app.measures.definitions import Choice
from survey_app.measures.frozen import figure_of
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.web.templates import day_and_time

STATE_WORDS = {AccessState.OPEN: "Open", AccessState.EXPIRED: "Run out", AccessState.ENDED: "Ended"}


@dataclass(frozen=True)
class AccessRow:
    """One access as a lead sees it. `link` is where its holder chooses a password: only where no e-mail can be sent
    and they have none yet."""

    id: int
    name: str
    email: str
    body: str
    framework: str
    state: AccessState
    until: date
    pages: int
    last_at: datetime | None
    has_password: bool
    link: str | None

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


def access_row(access: AssessorAccess, use: Use, today: date, link: str | None) -> AccessRow:
    return AccessRow(
        id=access.id,
        name=access.user.name or access.user.email,
        email=access.user.email,
        body=access.body,
        framework=access.framework.name,
        state=access_state(access.expires_on, access.ended_at, today),
        until=access.expires_on,
        pages=use.pages,
        last_at=use.last_at,
        has_password=access.user.password is not None,
        link=link,
    )


def watermark(access: AssessorAccess) -> str:
    """What stands on every page that an assessor opens."""
    return watermark_words(access.user.name or access.user.email, access.body, access.expires_on)


def visit_label(visit: Visit) -> str:
    kind = "Full assessment" if visit.kind is VisitKind.FULL else f"{visit.months}-month review"
    return f"{kind}, {in_words(visit.due_on)}"


@dataclass(frozen=True)
class Said:
    """One comment of a thread."""

    id: int
    who: str
    at: datetime
    text: str
    is_assessors: bool
    is_question: bool
    is_settled: bool
    may_change: bool


def thread(comments: Sequence[ElementComment], viewer: User, now: datetime) -> list[Said]:
    """A thread for one viewer. Assessors see no names of staff: the council answers."""
    return [_said(comment, viewer, now) for comment in comments]


def _said(comment: ElementComment, viewer: User, now: datetime) -> Said:
    name = comment.author.name or "The assessor" if comment.is_assessors else "The council"
    return Said(
        id=comment.id,
        who=name,
        at=comment.at,
        text=comment.text,
        is_assessors=comment.is_assessors,
        is_question=comment.is_question,
        is_settled=comment.closed_at is not None,
        may_change=comment.author_id == viewer.id and now - comment.at <= CHANGEABLE_FOR,
    )


@dataclass(frozen=True)
class BehindRow:
    """How often an answer was given; `shown` is empty where that is not told."""

    answer: str
    shown: str
    counts_in: str


@dataclass(frozen=True)
class MonthRow:
    """A month or quarter of a figure; both counts are empty where its base is too small."""

    label: str
    base: str
    numerator: str


@dataclass(frozen=True)
class Behind:
    """What stands behind a figure for somebody outside: its passport, its answers and its months."""

    lines: Sequence[tuple[str, str]]
    answers: Sequence[BehindRow]
    months: Sequence[MonthRow]
    step: str

    @property
    def has_hidden(self) -> bool:
        return any(not row.shown for row in self.answers) or any(not row.base for row in self.months)


def behind(proof: Proof, labels: Mapping[str, str]) -> Behind:
    """The frozen rows of an exhibit by answer and by month, without a small count: what its passport counted, so that
    whoever reads can add it up."""
    document: Mapping[str, Any] = json.loads(proof.document)
    figure = figure_of(document)
    scale = tuple(document["scale"]) if "scale" in document else None

    def weight(code: str) -> int:
        return figure.measure.weight(Choice(code, int(code) if code.isdecimal() else None, scale=scale))

    inside = shown_counts(figure.by_value, weight)
    shown = inside | {code: n if n >= MINIMUM_BASE else None for code, n in figure.outside.items()}
    rows = [row for row in answer_rows(figure, document, labels) if row.answers]
    return Behind(
        lines=[
            ("Passport", proof.code),
            ("Frozen", f"{day_and_time(proof.frozen_at)} (London)"),
            ("What it means", figure.measure.definition),
            ("Period", f"{in_words(figure.query.first)} to {in_words(figure.query.last)}"),
            ("Survey versions", ", ".join(document["versions"]) or "none"),
            ("Rules", f"{document['definition']}, by {document['engine']}"),
            ("Rows", f"{document['rows']['count']:,}"),
            ("Hash of the rows", str(document["rows"]["hash"])),
        ],
        answers=[BehindRow(row.label, _told(shown[row.code]), row.counts_in) for row in rows],
        months=[_month_row(part) for part in proof.trend],
        step="quarter" if any("Q" in part.label for part in proof.trend) else "month",
    )


def _month_row(part: TrendPart) -> MonthRow:
    is_quarter = "Q" in part.label
    is_shown = not part.suppressed and part.base >= MINIMUM_BASE
    return MonthRow(
        label=part.label if is_quarter else part.period.title,
        base=_told(part.base if is_shown else None),
        numerator=_told(part.numerator if is_shown else None),
    )


def _told(n: int | None) -> str:
    return "" if n is None else f"{n:,}"

"""A frozen figure as its page shows it: as it stood, where it is used, and what running it again finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey_app.charts import Link
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.passport_page import (
    METHODS,
    AnswerRow,
    Line,
    answer_rows,
    cite_words,
    filter_words,
    in_fours,
)
from survey_app.kernel.clock import LONDON
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of, query_of, scope_of
from survey_app.measures.rerun import Rerun, counted_words, rerun_sentence
from survey_app.measures.sentences import Headline, for_page

RUN_AT_ONCE = 100_000  # rows: more are counted again only when somebody asks for it


@dataclass(frozen=True)
class RerunBox:
    """What running it again found, said first in one line, then in full."""

    is_same: bool
    title: str
    sentence: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FrozenPage:
    crumbs: Sequence[Link]
    code: str
    headline: Headline
    figure: str
    fraction: tuple[str, str] | None
    interval: str
    method: str
    lines: Sequence[Line]
    hash_groups: str
    answers: Sequence[AnswerRow]
    rerun: RerunBox | None
    rows: int
    live_url: str
    cite: str


def frozen_page(
    document: Mapping[str, Any],
    code: str,
    frozen_at: datetime,
    rerun: Rerun | None,
    *,
    labels: Mapping[str, str],
    services: Mapping[str, str],
    now: datetime,
) -> FrozenPage:
    """`labels` of options and names of `services` are words by code."""
    query, counts = query_of(document), document["counts"]
    figure, problem = _figure(document)
    value = counted_words(query.definition, counts)
    shown = value if figure is None else wording.value_words(figure)
    return FrozenPage(
        crumbs=(Link("Overview", addresses.OVERVIEW), Link("Frozen figure", "")),
        code=code,
        headline=Headline(f"{query.definition.label} {shown}, {_period(query).title}.", _found(rerun)),
        figure=shown,
        fraction=None if figure is None else wording.fraction_words(figure),
        interval="" if figure is None else wording.interval_words(figure),
        method=METHODS.get(query.definition.unit, ""),
        lines=[
            Line("What it means", query.definition.definition),
            Line("Period", f"{_period(query).title}, by the day of the contact (London time)."),
            Line("Filters", filter_words(query, services, _scope_names(document, services))),
            _base(figure) or Line("Left out", f"What follows from the answers, because {problem}."),
            Line("Survey versions", ", ".join(document["versions"]) or "none"),
            Line("Rules", f"{document['definition']}, by {document['engine']}."),
            Line("Frozen", f"{_when(frozen_at)} (London). Answers received later do not change this passport."),
        ],
        hash_groups=in_fours(str(document["rows"]["hash"])),
        answers=[] if figure is None else answer_rows(figure, document, labels),
        rerun=None if rerun is None else _box(rerun, document, now),
        rows=document["rows"]["count"],
        live_url=f"/figures/{to_id(query)}",
        cite="" if figure is None else f"{cite_words(figure)} Passport {code}.",
    )


def _figure(document: Mapping[str, Any]) -> tuple[Figure | None, str]:
    """What follows from the frozen counts by the rules of today; where they are others, why nothing does."""
    try:
        return figure_of(document), ""
    except InvalidInput as problem:
        return None, problem.message


def _found(rerun: Rerun | None) -> str:
    if rerun is None:
        return "As it was frozen; run it again to see whether it still holds."
    if rerun.is_same:
        return "Run again just now: the same figure, from the same rows."
    return f"Run again just now: it is {rerun.now} now." if rerun.then != rerun.now else "Run again: other rows."


def _scope_names(document: Mapping[str, Any], services: Mapping[str, str]) -> list[str] | None:
    codes = scope_of(document)
    return None if codes is None else [services.get(code, code) for code in codes]


def _base(figure: Figure | None) -> Line | None:
    if figure is None:
        return None
    return Line("Base", f"{figure.base:,}. Outside it: {wording.outside_words(figure.outside)}.")


def _box(rerun: Rerun, document: Mapping[str, Any], now: datetime) -> RerunBox:
    rows = f"{rerun.rows_now:,}, as stored" if rerun.rows_now == rerun.rows_then else f"{rerun.rows_now:,} now"
    figure = f"{rerun.now}, as stored" if rerun.now == rerun.then else f"{rerun.now}; it was {rerun.then}"
    lines = [
        ("When", _when(now)),
        ("Figure", figure),
        ("Rows", rows),
        ("Hash", "matches" if rerun.is_same else "differs"),
    ]
    if rerun.unexplained:
        lines.append(("Not explained", f"{rerun.unexplained:,} rows"))
    title = "Run again: the same" if rerun.is_same else "Run again: not the same"
    return RerunBox(rerun.is_same, title, for_page(rerun_sentence(rerun)), lines)


def _period(query: FigureQuery) -> Period:
    return Period.between(query.first, query.last)


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%-d %B %Y, %H:%M}"

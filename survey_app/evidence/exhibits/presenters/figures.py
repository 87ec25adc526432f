"""Exhibits of figures, each from its frozen passport, and figures that somebody may pin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from survey_app.charts import TrendChart
from survey_app.evidence.exhibits.presenters.trends import trend_chart
from survey_app.evidence.exhibits.presenters.words import (
    COUNTED,
    difference_words,
    how_it_stands,
    interval_words,
    outside_words,
    target_words,
)
from survey_app.evidence.exhibits.proofs import Proof, default_title
from survey_app.evidence.exhibits.queries import live_figure
from survey_app.kernel.clock import london_day
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.amounts import value_text
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.naming import Naming, stands_alone
from survey_app.measures.queries.standing import Standing
from survey_app.measures.sentences import Change, for_page, together
from survey_app.statistics.suppression import MINIMUM_BASE


@dataclass(frozen=True)
class ExhibitView:
    """One exhibit in words. `differs` says what has changed since it was frozen, None when nothing has."""

    proof: Proof
    figure: Figure
    value: str
    counted: str  # what the base counts
    interval: str
    target: str
    standing: str  # against its target, or where there is none what it is
    change: Change | None  # None where it is no longer the figure that was frozen
    outside: str
    data_cut: str
    filters: str
    rules: str  # where they are not the usual ones
    differs: str | None
    is_provisional: bool
    chart: TrendChart | None

    @property
    def figure_id(self) -> str:
        return to_id(self.figure.query)

    @property
    def document(self) -> dict[str, Any]:
        """Its passport's document."""
        document: dict[str, Any] = json.loads(self.proof.document)
        return document

    @property
    def standing_words(self) -> str:
        return for_page(self.standing)

    @property
    def change_words(self) -> str:
        """Empty where there is no change to speak of."""
        return for_page(self.change.sentence) if self.change else ""

    @property
    def sentence(self) -> str:
        """How it stands against its target, and the change if there is one to speak of."""
        return for_page(f"{self.standing} {self.change.sentence if self.change else ''}".strip())

    @property
    def summary(self) -> str:
        """99.0% of 1,234 answers."""
        return f"{self.value} of {self.figure.base:,} {self.counted}"


def exhibit_view(
    proof: Proof, *, now: datetime, change: Change | None = None, standing: Standing | None = None
) -> ExhibitView:
    """An exhibit from what was frozen; the figure of today gives its target, and says whether it still agrees.

    `change` is that of a pack, which allows for all its claims; without it, the figure's own as it is now.
    """
    document: Mapping[str, Any] = json.loads(proof.document)
    live = live_figure(figure_of(document).query, now=now, standing=standing)
    figure = figure_of(document, live.target_line)
    agrees = (live.numerator, live.base) == (figure.numerator, figure.base)
    change = change or (live.change if agrees else None)
    measure = figure.measure
    return ExhibitView(
        proof=proof,
        figure=figure,
        value=for_page(value_text(measure, figure)),
        counted=COUNTED[measure.source],
        interval=interval_words(figure),
        target=target_words(figure),
        standing=how_it_stands(figure),
        change=change,
        outside=outside_words(figure),
        data_cut=str(document["data_cut"]),
        rules=figure.query.rules.words.replace("'", "’"),
        filters="; ".join(f"{name.replace('_', ' ')}: {', '.join(codes)}" for name, codes in figure.query.where),
        differs=None if agrees else difference_words(live, london_day(now)),
        is_provisional=live.provisional,
        chart=trend_chart(proof, figure) if proof.trend else None,
    )


def judged_together(views: Sequence[ExhibitView], namings: Sequence[Naming]) -> list[ExhibitView]:
    """Exhibits that stand together: their changes allow for each other (Holm), a headline named in time for none."""
    changes = [None if stands_alone(view.figure.query, namings) else view.change for view in views]
    adjusted = iter(together([change for change in changes if change is not None]))
    return [
        view if change is None else replace(view, change=next(adjusted))
        for view, change in zip(views, changes, strict=True)
    ]


@dataclass(frozen=True)
class Pinnable:
    """A figure as it is now, offered for pinning. `reason` says why it cannot be; None when it can."""

    query: FigureQuery
    title: str
    summary: str
    reason: str | None

    @property
    def figure_id(self) -> str:
        return to_id(self.query)


def pinnable(query: FigureQuery, *, now: datetime, standing: Standing | None = None) -> Pinnable:
    """A figure that somebody may pin, in the words of an exhibit."""
    figure = live_figure(query, now=now, standing=standing)
    counted = COUNTED.get(query.definition.source, "")
    reason = None
    if figure.suppressed or figure.base < MINIMUM_BASE:
        reason = f"fewer than {MINIMUM_BASE} {counted}" if figure.base else f"no {counted}"
    summary = f"{for_page(value_text(query.definition, figure))} of {figure.base:,} {counted}"
    return Pinnable(query, default_title(query), summary, reason)

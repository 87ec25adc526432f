"""The page of a team as its template receives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from survey_app.actions.improvements.presenters import Row, rows_of
from survey_app.charts import AxisSwitch, ChartView, IntervalBar, Link, TrendChart, view, zoomed_axis
from survey_app.comments.presenters import with_removed
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.presenters.comments import CommentView, comment_view
from survey_app.dashboards.presenters.figure_card import to_passport
from survey_app.dashboards.selection import short_days
from survey_app.dashboards.team.queries import TeamRead
from survey_app.kernel.clock import london_day
from survey_app.measures.figures import Figure
from survey_app.measures.of_parts import TEAM_BASE
from survey_app.measures.sentences import Headline
from survey_app.measures.sentences.notes import change_words
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.web.templates import month


@dataclass(frozen=True)
class DriverRow:
    name: str
    value: Markup
    base: str
    bar: IntervalBar


@dataclass(frozen=True)
class PraiseRow:
    text: Markup
    about: str
    note: str
    by: str


@dataclass(frozen=True)
class TeamPage:
    name: str
    headline: Headline
    period: str
    facts: Sequence[tuple[str, str | Markup]]
    passport: Link | None
    trend: ChartView | None
    drivers: Sequence[DriverRow]
    drivers_not_shown: Sequence[str]
    drivers_scale: Sequence[str]
    praise: Sequence[PraiseRow]
    comments: Sequence[CommentView]
    comments_url: str
    changes: Sequence[Row]


def team_page(read: TeamRead, *, brand: str, now: datetime, axis: AxisSwitch) -> TeamPage:
    """Everything that the page shows, in its order."""
    figure = read.headline
    scale = pictures.shared_axis(read.drivers, full=axis.is_whole)
    return TeamPage(
        name=read.team.name,
        headline=_headline(read, now),
        period=short_days(read.period),
        facts=_facts(figure),
        passport=None if figure.base < MINIMUM_BASE else Link("Passport of this figure", figure.passport),
        trend=None if all(each.value is None for each in read.trend) else view(_trend(read), brand=brand, axis=axis),
        drivers=[
            DriverRow(each.measure.label, to_passport(each), f"{each.base:,}", pictures.bar_of(each, scale))
            for each in read.drivers
            if each.value is not None and not each.suppressed
        ],
        drivers_not_shown=[each.measure.label for each in read.drivers if each.suppressed],
        drivers_scale=pictures.scale_words(scale),
        praise=[
            PraiseRow(with_removed(each.text), f"{each.service}, {month(each.month)}", each.note, each.by)
            for each in read.praise
        ],
        comments=[comment_view(each) for each in read.comments],
        comments_url=addresses.with_arguments(addresses.COMMENTS, {"team": read.team.code}),
        changes=rows_of(read.changes),
    )


def _headline(read: TeamRead, now: datetime) -> Headline:
    figure = read.headline
    if figure.suppressed and figure.base >= MINIMUM_BASE:
        return Headline(f"{figure.base} residents have answered about {read.team.name}.", wording.TEAM_RULE)
    return wording.headline_of(figure, london_day(now), about=read.team.name)


def _facts(figure: Figure) -> list[tuple[str, str | Markup]]:
    if figure.suppressed or figure.value is None:
        return []
    return [
        ("Satisfied", to_passport(figure)),
        ("Answers", f"{figure.numerator:,} of {figure.base:,}"),
        ("95% interval", wording.interval_words(figure)),
        ("A year before", wording.previous_words(figure)),
        (
            "Change",
            change_words(figure.change, provisional=figure.provisional, not_compared=figure.not_compared_words),
        ),
    ]


def _trend(read: TeamRead) -> TrendChart:
    points = pictures.points_of(read.trend, read.unit)
    target = pictures.target_of(read.headline)
    return TrendChart(
        key="trend",
        title=f"Satisfaction by {read.unit}",
        sentence=f"{read.team.name} alone. Where fewer than {TEAM_BASE} answered, there is no point.",
        points=points,
        axis=zoomed_axis(points, target),
        target=target,
        line_label="This team",
        previous_label="Year before",
    )

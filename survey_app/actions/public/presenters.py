"""What is published, as its pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.actions.improvements.queries import HEADLINE
from survey_app.actions.models import OurStandard, YouSaidWeDid
from survey_app.actions.public.helped import PEOPLE_WHO, PublicEffect, Side
from survey_app.actions.public.in_a_hundred import bar_width, in_100, interval_in_100, points_in_100, target_in_100
from survey_app.actions.public.queries import (
    PublishedChange,
    YearFigure,
    newest_change_for,
    year_figure,
)
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure
from survey_app.measures.models import Target as StoredTarget
from survey_app.measures.queries import measure_called
from survey_app.measures.tree import ServiceTree
from survey_app.responses.afterwards.presenters import WhatChanged
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.rounding import rounded
from survey_app.statistics.target_status import Comparator, Status, Target, share_status

CHANGES, STANDARDS = "/you-said-we-did", "/our-standards"
LONGEST_ON_A_PANEL = 300


@dataclass(frozen=True)
class Bar:
    """A bar from 0, with its number beside it."""

    label: str
    words: str
    width: str
    target_at: str | None = None


@dataclass(frozen=True)
class HeadlineView:
    """How satisfied people were in the newest published year."""

    period: Period
    answers: int
    words: str
    target: str | None
    before: str | None
    bars: Sequence[Bar]


@dataclass(frozen=True)
class ChangeView:
    """One change as residents read it. `answer` may be "No." as well as "Yes.": both weigh the same."""

    code: str
    heading: str
    said: str
    did: str
    answer: str
    sentence: str
    helped: str
    bars: Sequence[Bar]
    bases: str
    notes: Sequence[str]
    published_on: date | None


@dataclass(frozen=True)
class StandardView:
    """One promise; `mark` is the shape of its verdict, and of nothing where none can be given."""

    heading: str
    promise: str
    target: str
    figure: str
    interval: str
    bar: Bar | None
    source: str
    mark: str
    verdict: str


_MARKS = {
    Status.MET_WITH_CONFIDENCE: ("met", "We met this."),
    Status.MET: ("met", "We met this, but so narrowly that it may be chance."),
    Status.NOT_PROVEN: ("unclear", "We fell short of this, but so narrowly that it may be chance."),
    Status.MISSED: ("missed", "We did not meet this."),
}


def headline_view(figures: Sequence[YearFigure]) -> HeadlineView | None:
    """None where no year is published."""
    if not figures:
        return None
    newest, *earlier = figures
    measure, line = measure_called(HEADLINE), newest.target
    goal = line.value if line is not None else None
    at = f"{rounded(goal * 100, 1)}%" if goal is not None else None
    numbers = [in_100(each.share.numerator, each.share.base, goal) for each in figures]
    labels = ("This year", "Year before") if earlier else ("This year",)
    return HeadlineView(
        period=newest.period,
        answers=newest.share.base,
        words=f"{numbers[0]} {PEOPLE_WHO[HEADLINE]}",
        target=None if line is None else _target_words(measure, line.value, line.comparator),
        before=numbers[1] if earlier else None,
        bars=[
            Bar(label, number, bar_width(each.share.numerator, each.share.base), at)
            for label, number, each in zip(labels, numbers, figures, strict=True)
        ],
    )


def change_view(entry: YouSaidWeDid, effect: PublicEffect, code: str = "") -> ChangeView:
    """The same for a draft as for what is published: what a preview shows is what goes out."""
    return ChangeView(
        code=code or entry.code,
        heading=entry.heading,
        said=entry.said,
        did=entry.did,
        answer=effect.answer.words,
        sentence=effect.sentence,
        helped=entry.helped,
        bars=[Bar(side.label, side.words, bar_width(side.numerator, side.base)) for side in effect.sides],
        bases=_bases(effect.sides, effect),
        notes=effect.notes,
        published_on=None if entry.decided_at is None else london_day(entry.decided_at),
    )


def published_view(change: PublishedChange) -> ChangeView:
    return change_view(change.entry, change.effect, change.code)


def standard_view(standard: OurStandard, targets: Sequence[StoredTarget], services: ServiceTree) -> StandardView:
    """With its figure from the published table, or as the council states it."""
    if standard.edition is None:
        return StandardView(
            heading=standard.heading,
            promise=standard.promise,
            target=standard.stated_target,
            figure=standard.stated_figure,
            interval="",
            bar=None,
            source=f"{standard.stated_source}, {_day(standard.stated_on)}",
            mark="",
            verdict="",
        )
    measure, found = (
        measure_called(standard.edition.measure),
        year_figure(standard.edition, standard.service, targets, services),
    )
    assert found is not None  # checked when it was written, and an edition never changes
    share, line = found.share, found.target
    low, high = wilson_interval(share.numerator, share.base)
    status = (
        None
        if line is None
        else share_status(
            share.numerator,
            share.base,
            Target(line.value, Comparator(line.comparator), lower_is_better=measure.lower_is_better),
        )
    )
    goal = line.value if line is not None else None
    figure = in_100(share.numerator, share.base, goal)
    mark, verdict = _MARKS.get(status, ("", "")) if status is not None else ("", "")
    whose = services.name(standard.service) if standard.service is not None else "all services"
    return StandardView(
        heading=standard.heading,
        promise=standard.promise,
        target="" if line is None else _target_words(measure, line.value, line.comparator),
        figure=figure,
        interval=f"{share.base:,} answers; likely {interval_in_100(low, high)}",
        bar=Bar("", figure, bar_width(share.numerator, share.base), None if goal is None else f"{goal * 100:.1f}%"),
        source=f"{measure.label}, {whose}, {found.period.title}; published {_day(_published_on(standard))}",
        mark=mark,
        verdict=verdict,
    )


def one_thing_that_changed(service_id: int, day: date) -> WhatChanged | None:
    """For the thank-you: the newest entry about the service or the council; nothing that is not published."""
    change = newest_change_for(service_id)
    if change is None:
        return None
    entry = change.entry
    return WhatChanged(_cut(entry.said), _cut(entry.did), f"{CHANGES}#c-{change.code}")


def _target_words(measure: Measure, value: float, comparator: str) -> str:
    return target_in_100(value, comparator, lower_is_better=measure.lower_is_better)


def _bases(sides: Sequence[Side], effect: PublicEffect) -> str:
    """181 answers before, 113 since. Likely rise: between 3 and 20 in 100."""
    if not sides:
        return ""
    before, since = sides
    bases = f"{before.base:,} answers before, {since.base:,} since."
    if effect.low is None or effect.high is None:
        return bases
    kind = "rise" if effect.low > 0 else "fall" if effect.high < 0 else "difference"
    return f"{bases} Likely {kind}: {points_in_100(effect.low, effect.high)}."


def _published_on(standard: OurStandard) -> date | None:
    return None if standard.edition is None else london_day(standard.edition.published_at)


def _day(found: date | None) -> str:
    return "" if found is None else f"{found.day} {found:%B %Y}"


def _cut(text: str) -> str:
    if len(text) <= LONGEST_ON_A_PANEL:
        return text
    return f"{text[:LONGEST_ON_A_PANEL].rsplit(' ', 1)[0]} …"

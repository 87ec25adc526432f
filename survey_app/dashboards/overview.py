"""The figures of the overview, gathered once: the page, its charts and its file are made from the same objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from survey_app.dashboards.selection import Selection
from survey_app.dashboards.what_changed import Event
from survey_app.measures.caveats import Known, carried_by, largest_shift
from survey_app.measures.effects import Annotation, Effect
from survey_app.measures.figures import Figure, adjust_together
from survey_app.measures.lineage import Turn
from survey_app.measures.naming import Naming
from survey_app.measures.weighted import WeightedFigure
from survey_app.organisation.channels import Channel
from survey_app.statistics.suppression import INDICATIVE_BELOW


@dataclass(frozen=True)
class Overview:
    """Figures of satisfaction and what stands beside it. `trend_unit` is what a point of the trend stands for.

    `service_quarters` are two years of quarters by service code, `names` the services' names by code, `turns` new
    wordings of the question. `naming` says when the headline was named, `weighted` is it weighted to who contacted us,
    `held` how many answers of the same choice wait in quarantine, `by_staff` how many were taken down by staff;
    `if_held` is the headline with the ones, `without_staff` without the others, None where there are none.
    `improvements` and `events` stand on the line of the trend; `effects` are what the last improvements did, by letter,
    and allow for one another.

    Headline, services and drivers make claims, and are judged together. What is only drawn carries no change.
    """

    selection: Selection
    headline: Figure
    response: Figure
    trend_unit: str
    trend: Sequence[Figure]
    services: Sequence[Figure]
    service_quarters: Mapping[str, Sequence[Figure]]
    channels: Sequence[Figure]
    channel_responses: Mapping[str, Figure]
    drivers: Sequence[Figure]
    names: Mapping[str, str]
    turns: Sequence[Turn] = ()
    naming: Naming | None = None
    held: int = 0
    weighted: WeightedFigure | None = None
    by_staff: int = 0
    if_held: Figure | None = None
    without_staff: Figure | None = None
    improvements: Sequence[Annotation] = ()
    events: Sequence[Event] = ()
    effects: Sequence[tuple[str, Effect]] = ()

    def sections(self) -> Iterator[tuple[str, Figure]]:
        """Every figure of the page with the section it stands in, in the order of the page."""
        yield "headline", self.headline
        if not self.headline.suppressed:  # how many answered is nearly its base
            yield "headline", self.response
        for figure in self.trend:
            yield "trend", figure
        for figure in self.services:
            yield "services", figure
        for figure in self.services:
            for quarter in self.service_quarters.get(figure.group[0], ()):
                yield "services by quarter", quarter
        for figure in self.channels:
            yield "channels", figure
            if figure.group[0] in self.channel_responses and not figure.suppressed:
                yield "channels", self.channel_responses[figure.group[0]]
        for figure in self.drivers:
            yield "drivers", figure
        yield from self._of_improvements()

    def _of_improvements(self) -> Iterator[tuple[str, Figure]]:
        for letter, effect in self.effects:
            for when, each in (("before", effect.before), ("after", effect.after)):
                if each is not None:
                    yield f"improvement {letter}, {when}", each


def judged_together(overview: Overview) -> Overview:
    """The same page with its claims as one family (Holm); a headline named before its year began stands alone."""
    is_alone = overview.naming is not None and overview.naming.is_in_time
    headline, services, drivers = adjust_together(
        [[] if is_alone else [overview.headline], overview.services, overview.drivers]
    )
    return replace(
        overview, headline=overview.headline if is_alone else headline[0], services=services, drivers=drivers
    )


def known_beside(overview: Overview) -> Known:
    """What may speak against the headline: all of it stands on the page."""
    headline, response = overview.headline, overview.response
    weighted = overview.weighted.share if overview.weighted else None
    shown = [figure for figure in overview.channels if not figure.suppressed and figure.group[0]]
    services = {overview.names[figure.group[0]]: figure for figure in overview.services}
    return Known(
        response=None if response.numerator is None else (response.numerator, response.base),
        weighted=weighted.value if weighted else None,
        is_reworded=headline.not_compared is not None,
        held=overview.held,
        channel_shift=largest_shift(
            {Channel(figure.group[0]).label: figure.base for figure in shown},
            {Channel(figure.group[0]).label: figure.previous.base for figure in shown},
        ),
        carried_by=carried_by(headline, services),
        by_staff=overview.by_staff,
    )


def lowest_first(figures: Sequence[Figure]) -> list[Figure]:
    """What needs attention first: the lowest share, of equal ones the larger base; hidden ones by code at the end."""

    def place(figure: Figure) -> tuple[bool, float, int, tuple[str, ...]]:
        if figure.value is None:
            return True, 0.0, 0, figure.group
        return False, figure.value, -figure.base, figure.group

    return sorted(figures, key=place)


def quarters_to_show(services: Sequence[Figure], quarters: Sequence[Figure]) -> dict[str, list[Figure]]:
    """Quarters by service, without those from which a hidden year could be added up."""
    years = {figure.group: figure for figure in services if not figure.suppressed}
    shown: dict[str, list[Figure]] = {}
    for quarter in quarters:
        year = years.get(quarter.group)
        if year is None:
            continue
        was_hidden = year.previous.value is None and year.previous.base > 0
        if quarter.period.first >= year.period.first or not was_hidden:
            shown.setdefault(quarter.group[0], []).append(quarter)
    return shown


def is_mostly_thin(months: Sequence[Figure]) -> bool:
    """Whether more than half of the months that have answers stand on fewer than 30."""
    answered = [month for month in months if month.base]
    return sum(month.base < INDICATIVE_BELOW for month in answered) * 2 > len(answered)

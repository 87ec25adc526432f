"""The figures of the overview, gathered once: the page, its charts and its file are made from the same objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey_app.dashboards.selection import Selection
from survey_app.measures.figures import Figure
from survey_app.measures.lineage import Turn
from survey_app.statistics.suppression import INDICATIVE_BELOW


@dataclass(frozen=True)
class Overview:
    """Figures of satisfaction and what stands beside it. `trend_unit` is month or quarter; `service_quarters` are two
    years of quarters by service code, `names` the services' names by code, `turns` new wordings of the question."""

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

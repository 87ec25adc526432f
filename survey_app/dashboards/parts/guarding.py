"""What of a part may be shown: the rules of measures, over a whole page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from survey_app.dashboards.overview import Overview
from survey_app.dashboards.selection import PartKind
from survey_app.measures.figures import Figure
from survey_app.measures.of_parts import for_group, for_team

Rule = Callable[[Sequence[Figure]], list[Figure]]
RULES: dict[PartKind, Rule] = {PartKind.GROUP: for_group, PartKind.TEAM: for_team}


def guarded_line(line: Sequence[Figure], kind: PartKind) -> list[Figure]:
    """The figures of one breakdown of a part, or of all parts of its kind, that may be shown."""
    return RULES.get(kind, list)(line)


def guarded_page(overview: Overview, kind: PartKind) -> Overview:
    """The page of a part, each breakdown under its rule. Of a group nothing is said that is a count of few people."""
    if kind not in RULES:
        return overview
    rates = list(overview.channel_responses.items())
    shown_rates = guarded_line([rate for _, rate in rates], kind)
    page = replace(
        overview,
        headline=guarded_line([overview.headline], kind)[0],
        response=guarded_line([overview.response], kind)[0],
        trend=guarded_line(overview.trend, kind),
        services=guarded_line(overview.services, kind),
        service_quarters={code: guarded_line(line, kind) for code, line in overview.service_quarters.items()},
        channels=guarded_line(overview.channels, kind),
        channel_responses={code: rate for (code, _), rate in zip(rates, shown_rates, strict=True)},
        drivers=[each for driver in overview.drivers for each in guarded_line([driver], kind)],
    )
    if kind is not PartKind.GROUP:
        return page
    headline = replace(page.headline, outside={})
    return replace(page, headline=headline, weighted=None, held=0, by_staff=0, if_held=None, without_staff=None)

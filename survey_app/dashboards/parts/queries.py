"""Reads the parts of the council: their names, and the figures of all of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from survey_app.dashboards.parts.guarding import guarded_line
from survey_app.dashboards.queries import data_days
from survey_app.dashboards.selection import Part, PartKind, Selection
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import NotFound
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import Standing
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import all_sites, all_teams
from survey_app.organisation.scope import Scope

NOUNS = {
    PartKind.CHANNEL: "channel",
    PartKind.SITE: "site",
    PartKind.TEAM: "team",
    PartKind.GROUP: "group of customers",
}


def names_of(kind: PartKind, scope: Scope, *, now: datetime) -> Mapping[str, str]:
    """The name of each part of a kind by its code, in the order of their names; channels in ours. A group is known by
    the answers of those in it, so a viewer knows those of their own services."""
    match kind:
        case PartKind.CHANNEL:
            return {channel.value: channel.label for channel in Channel}
        case PartKind.SITE:
            return {site.code: site.name for site in all_sites()}
        case PartKind.TEAM:
            return {team.code: team.name for team in all_teams()}
    days = data_days(scope)
    if days is None:
        return {}
    found = figures("satisfaction", days.first, days.last, by=[kind], scope=scope, now=now, are_compared=False)
    return {code: code for code in sorted(figure.group[0] for figure in found) if code}


def part_called(kind: PartKind, code: str, scope: Scope, *, now: datetime) -> Part:
    """NotFound where there is none, or none that the viewer may know."""
    name = names_of(kind, scope, now=now).get(code)
    if name is None:
        raise NotFound(f"There is no {NOUNS[kind]} {shortened(code)}.")
    return Part(kind, code, name)


def all_of_kind(
    kind: PartKind,
    selection: Selection,
    scope: Scope,
    *,
    now: datetime,
    standing: Standing | None = None,
    measure: str = "satisfaction",
) -> list[Figure]:
    """A figure for each part of a kind that has answers: what one of them hides, another must not give away."""
    where = {name: code for name, code in selection.where.items() if name != kind}
    period = selection.period
    found = figures(
        measure,
        period.first,
        period.last,
        by=[kind],
        where=where,
        scope=scope,
        now=now,
        standing=standing,
        are_compared=False,
    )
    return guarded_line(found, kind)

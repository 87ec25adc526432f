"""What the last year of asking brought, service by service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.contacts.queries import asking_rules
from survey_app.dashboards.queries import service_names
from survey_app.kernel.periods import Period
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures, read_standing
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.scope import Scope


@dataclass(frozen=True)
class AskedYear:
    """Figures of one year by service, and of all together; `fraction` of those who may be asked are asked.

    `contacts` and `responses` (response rates) are by group: a service's code, or nothing for all together.
    """

    period: Period
    whole: Figure
    services: Sequence[Figure]
    contacts: Mapping[tuple[str, ...], Figure]
    responses: Mapping[tuple[str, ...], Figure]
    names: Mapping[str, str]
    tree: ServiceTree
    fraction: float


def read_asked_year(period: Period, scope: Scope, *, now: datetime) -> AskedYear:
    """The number of statements is the same for any number of services."""
    standing = read_standing(now)

    def read(measure: str, *by: str) -> list[Figure]:
        return figures(measure, period.first, period.last, by=by, scope=scope, now=now, standing=standing)

    return AskedYear(
        period=period,
        whole=read("satisfaction")[0],
        services=read("satisfaction", "service"),
        contacts={figure.group: figure for figure in (*read("contacts"), *read("contacts", "service"))},
        responses={figure.group: figure for figure in (*read("response_rate"), *read("response_rate", "service"))},
        names=service_names(),
        tree=standing.services,
        fraction=asking_rules().sampling_fraction,
    )

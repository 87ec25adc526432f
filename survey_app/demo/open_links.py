"""The open links of a demo. Nobody has answered by them: its figures are exact without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.demo.allocation import seeded
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.invitations.codes import OPEN_CODE_LENGTH
from survey_app.kernel.tokens import CODE_ALPHABET
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import all_sites, services_by_code
from survey_app.responses.links.operations import open_link
from survey_app.responses.models import LinkKind
from survey_app.surveys.models import Survey


@dataclass(frozen=True)
class LinkPlan:
    """A link at a site; one without a site is framed by the council's own web site."""

    name: str
    service: str
    site: str | None = None


LINKS = (
    LinkPlan("Town Hall reception", "council-tax", "town-hall"),
    LinkPlan("Riverside House reception", "housing", "riverside-house"),
    LinkPlan("Riverside House, benefits desk", "benefits", "riverside-house"),
    LinkPlan("Page on recycling", "waste"),
)


def add_open_links(scenario: Scenario, survey: Survey, now: datetime) -> None:
    """The links whose service and site the scenario has, with the same codes at each load."""
    services = {service.code: service for service in services_by_code(plan.code for plan in scenario.services)}
    sites = {site.code: site for site in all_sites()}
    random = seeded(scenario.name, "links")
    for plan in LINKS:
        code = "".join(random.choices(CODE_ALPHABET, k=OPEN_CODE_LENGTH))  # a demo is the same each time # nosec B311
        if plan.service not in services or (plan.site is not None and plan.site not in sites):
            continue
        is_framed = plan.site is None
        open_link(
            LinkKind.EMBED if is_framed else LinkKind.OPEN,
            plan.name,
            survey,
            services[plan.service],
            site=sites[plan.site] if plan.site else None,
            channel=Channel.WEB if is_framed else Channel.FACE_TO_FACE,
            framed_by=f"https://www.{scenario.domain}" if is_framed else "",
            code=code,
            now=now,
        )

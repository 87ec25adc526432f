"""On which occasion somebody answers: invited, or by an open link; by themselves, or through a member of staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import london_day
from survey_app.organisation.channels import Mode
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import route_of
from survey_app.surveys.routing import Fact

MODES = {LinkKind.OPEN: Mode.WEB, LinkKind.KIOSK: Mode.KIOSK, LinkKind.EMBED: Mode.EMBED}


@dataclass(frozen=True)
class Occasion:
    """What is asked, about which contact, and how the answer is given.

    `submission_key` names the page that is sent: a second answer with the same key is the first one again. `facts` are
    those of `FrozenFacts` that are known. `answered_at` is known of a device that tells us later.
    """

    version: SurveyVersion
    facts: Mapping[str, Any]
    invitation: Invitation | None = None
    link: OpenLink | None = None
    mode: Mode = Mode.WEB
    answered_in: str = "en"
    is_staff_entered: bool = False
    submission_key: str | None = None
    answered_at: datetime | None = None
    is_day_of_receipt: bool = False


def facts_known(occasion: Occasion) -> dict[Fact, str]:
    """What is known of a contact, for the conditions of its survey; what is not known is not in it. For a survey that
    asks everybody the same nothing is looked up."""
    if route_of(occasion.version).is_same_for_all:
        return {}
    about = occasion.invitation or occasion.link
    known = {
        Fact.SERVICE: about.service.code if about is not None else None,
        Fact.CHANNEL: occasion.facts.get("channel"),
        Fact.LANGUAGE: occasion.facts.get("language"),
        Fact.MODE: occasion.mode,
    }
    return {fact: str(value) for fact, value in known.items() if value}


def invited(
    invitation: Invitation,
    *,
    mode: Mode = Mode.WEB,
    answered_in: str = "en",
    is_staff_entered: bool = False,
    submission_key: str | None = None,
) -> Occasion:
    """Somebody who was asked about a contact; the facts are those frozen when they were drawn."""
    facts = {
        "service_id": invitation.service_id,
        "team_id": invitation.team_id,
        "site_id": invitation.site_id,
        "channel": invitation.channel,
        "adviser_ref": invitation.adviser_ref,
        "reason": invitation.reason,
        "language": invitation.language,
        "customer_group": invitation.customer_group,
        "counts_on": invitation.counts_on,
    }
    return Occasion(
        invitation.survey_version,
        facts,
        invitation=invitation,
        mode=mode,
        answered_in=answered_in,
        is_staff_entered=is_staff_entered,
        submission_key=submission_key,
    )


def by_link(
    link: OpenLink,
    version: SurveyVersion,
    *,
    submission_key: str,
    at: datetime,
    answered_in: str = "en",
    is_day_of_receipt: bool = False,
) -> Occasion:
    """Whoever follows an open link: about its service, on the London day of answering. With `is_day_of_receipt` that is
    the day on which a device handed it over whose clock cannot be right."""
    facts = {
        "service_id": link.service_id,
        "site_id": link.site_id,
        "channel": link.channel,
        "language": answered_in,
        "counts_on": london_day(at),
    }
    return Occasion(
        version,
        facts,
        link=link,
        mode=MODES[link.kind],
        answered_in=answered_in,
        submission_key=submission_key,
        answered_at=at,
        is_day_of_receipt=is_day_of_receipt,
    )

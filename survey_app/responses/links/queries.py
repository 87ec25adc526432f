"""Reading open links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from survey_app.extensions import db
from survey_app.invitations.codes import OPEN_CODE_LENGTH, read_code
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service, Site
from survey_app.responses.models import LinkKind, OpenLink, ResponseState, SurveyResponse

ON_OWN_DEVICE = (LinkKind.OPEN, LinkKind.EMBED)  # the kinds that are answered at /o/<code>


@dataclass(frozen=True)
class LinkAnswers:
    """A link with what came by it: answers that count, answers held for review, and when the last of either came."""

    link: OpenLink
    counted: int
    held: int
    last_at: datetime | None


def link_by_code(typed: str, *kinds: LinkKind) -> OpenLink | None:
    """The link of a code, closed or not, of one of these kinds (of any where none is named). People copy codes from
    posters: small letters, blanks and dashes make no difference."""
    code = read_code(typed, OPEN_CODE_LENGTH)
    if code is None:
        return None
    whole = (joinedload(OpenLink.survey), joinedload(OpenLink.service), joinedload(OpenLink.site))
    found = db.session.scalar(select(OpenLink).where(OpenLink.code == code).options(*whole))
    return found if found is not None and (not kinds or found.kind in kinds) else None


def the_link(code: str, *kinds: LinkKind) -> OpenLink:
    """NotFound when there is none."""
    found = link_by_code(code, *kinds)
    if found is None:
        raise NotFound("There is no such link.")
    return found


def links_with_answers(*kinds: LinkKind) -> Sequence[LinkAnswers]:
    """All links of these kinds by service, site and name, in one statement. What was withdrawn is in no number."""
    counted, held = (
        func.coalesce(func.sum(case((SurveyResponse.state == state, 1), else_=0)), 0)
        for state in (ResponseState.COUNTED, ResponseState.QUARANTINED)
    )
    came = (
        select(
            SurveyResponse.open_link_id,
            counted.label("counted"),
            held.label("held"),
            func.max(SurveyResponse.submitted_at).label("last_at"),
        )
        .where(SurveyResponse.open_link_id.is_not(None), SurveyResponse.state != ResponseState.WITHDRAWN)
        .group_by(SurveyResponse.open_link_id)
        .subquery()
    )
    rows = db.session.execute(
        select(OpenLink, func.coalesce(came.c.counted, 0), func.coalesce(came.c.held, 0), came.c.last_at)
        .join(OpenLink.service)
        .outerjoin(OpenLink.site)
        .outerjoin(came, came.c.open_link_id == OpenLink.id)
        .where(OpenLink.kind.in_(kinds))
        .options(joinedload(OpenLink.service), joinedload(OpenLink.site), joinedload(OpenLink.survey))
        .order_by(Service.name, func.coalesce(Site.name, ""), OpenLink.name, OpenLink.id)
    )
    return [LinkAnswers(*row) for row in rows]

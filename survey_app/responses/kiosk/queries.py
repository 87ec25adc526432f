"""Reading kiosks and what they handed over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from survey_app.extensions import UtcDateTime, db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.responses.models import HandOver, LinkKind, OpenLink, SurveyResponse
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import SurveyVersion


@dataclass(frozen=True)
class Kiosk:
    """A kiosk with what was received from it: answers of today and in all, and what was not taken as one."""

    link: OpenLink
    today: int
    in_all: int
    thrown_away: int
    repeated: int
    refused: int
    last_at: datetime | None


def kiosks(now: datetime) -> Sequence[Kiosk]:
    """All kiosks, open ones first, in one statement; `today` is London's."""
    is_today = HandOver.received_at >= day_starts_at(london_day(now))
    came = (
        select(
            HandOver.open_link_id,
            func.sum(case((is_today, HandOver.answers), else_=0)).label("today"),
            func.sum(HandOver.answers).label("in_all"),
            func.sum(HandOver.thrown_away).label("thrown_away"),
            func.sum(HandOver.repeated).label("repeated"),
            func.sum(HandOver.refused).label("refused"),
            func.max(HandOver.received_at, type_=UtcDateTime).label("last_at"),
        )
        .group_by(HandOver.open_link_id)
        .subquery()
    )
    counts = (func.coalesce(came.c[name], 0) for name in ("today", "in_all", "thrown_away", "repeated", "refused"))
    rows = db.session.execute(
        select(OpenLink, *counts, came.c.last_at)
        .outerjoin(came, came.c.open_link_id == OpenLink.id)
        .where(OpenLink.kind == LinkKind.KIOSK)
        .options(joinedload(OpenLink.service), joinedload(OpenLink.site), joinedload(OpenLink.survey))
        .order_by(OpenLink.closed_at.is_not(None), OpenLink.name, OpenLink.id)
    )
    return [Kiosk(*row) for row in rows]


def kiosk_of(link: OpenLink, now: datetime) -> Kiosk:
    """One of them."""
    return next(kiosk for kiosk in kiosks(now) if kiosk.link is link)


def known_keys(keys: Collection[str]) -> set[str]:
    """Those of the submission keys that are stored already."""
    return set(db.session.scalars(select(SurveyResponse.submission_key).where(SurveyResponse.submission_key.in_(keys))))


def published_versions(link: OpenLink, ids: Collection[int]) -> dict[int, SurveyVersion]:
    """Those of these versions that a device of the link may have shown, newest or not."""
    found = db.session.scalars(
        select(SurveyVersion).where(
            SurveyVersion.id.in_(ids),
            SurveyVersion.survey_id == link.survey_id,
            SurveyVersion.state != VersionState.DRAFT,
        )
    )
    return {version.id: version for version in found}

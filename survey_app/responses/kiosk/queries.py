"""Reading kiosks and what they handed over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, type_coerce
from sqlalchemy.orm import joinedload

from survey_app.extensions import UtcDateTime, db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.responses.kiosk.plausible import HOUR, hour_of
from survey_app.responses.models import HandOver, LinkKind, OpenLink, SurveyResponse
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import SurveyVersion

_SUMMED = ("thrown_away", "repeated", "refused", "held", "too_early")


@dataclass(frozen=True)
class Kiosk:
    """A kiosk with what was received from it: answers of today and in all, how many of these are held
    as more than visitors can have tapped, and what was not taken as one."""

    link: OpenLink
    today: int
    in_all: int
    thrown_away: int
    repeated: int
    refused: int
    held: int
    too_early: int
    last_at: datetime | None


def kiosks(now: datetime) -> Sequence[Kiosk]:
    """All kiosks, open ones first, in one statement; `today` is London's."""
    is_today = HandOver.received_at >= day_starts_at(london_day(now))
    came = (
        select(
            HandOver.open_link_id,
            func.sum(case((is_today, HandOver.answers), else_=0)).label("today"),
            func.sum(HandOver.answers).label("in_all"),
            *(func.sum(getattr(HandOver, name)).label(name) for name in _SUMMED),
            func.max(HandOver.received_at, type_=UtcDateTime).label("last_at"),
        )
        .group_by(HandOver.open_link_id)
        .subquery()
    )
    counts = (func.coalesce(came.c[name], 0) for name in ("today", "in_all", *_SUMMED))
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


def handed_over_lately(link: OpenLink, now: datetime) -> tuple[int, datetime]:
    """How many answers came within the last hour, and when the kiosk handed over before that, or was made."""
    of_link, lately = HandOver.open_link_id == link.id, now - HOUR
    received = select(func.sum(HandOver.answers)).where(of_link, HandOver.received_at > lately)
    last = select(func.max(HandOver.received_at)).where(of_link, HandOver.received_at <= lately)
    answers, last_at = db.session.execute(
        select(received.scalar_subquery(), type_coerce(last.scalar_subquery(), UtcDateTime))
    ).one()
    return answers or 0, last_at or link.created_at


def tapped_by_hour(link: OpenLink, moments: Collection[datetime]) -> dict[datetime, int]:
    """How many answers are stored of the hours of these moments, each hour by its start."""
    hours = {hour_of(at) for at in moments}
    if not hours:
        return {}
    counts = [
        select(func.count()).where(
            SurveyResponse.open_link_id == link.id,
            SurveyResponse.submitted_at >= hour,
            SurveyResponse.submitted_at < hour + HOUR,
        )
        for hour in hours
    ]
    found = db.session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return dict(zip(hours, found, strict=True))


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

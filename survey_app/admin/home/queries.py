"""How the settings stand, counted in one statement."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.models import Passkey, User
from survey_app.audit.models import AuditCheck
from survey_app.comments.alerts.models import AlertKind
from survey_app.comments.models import Theme
from survey_app.contacts.feeds.models import Feed
from survey_app.contacts.models import Exclusion, SendingWindow
from survey_app.extensions import db
from survey_app.measures.models import Target
from survey_app.measures.own.models import OwnMeasure
from survey_app.organisation.models import ChannelSetting, CouncilPage, Service, Site, Team
from survey_app.responses.models import EqualityQuestion, LinkKind, OpenLink
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Language, SurveyVersion

CHECKED_LATELY = timedelta(days=2)  # it is checked once a day


@dataclass(frozen=True)
class Standing:
    """How many there are of each."""

    services: int
    teams: int
    sites: int
    renamed_channels: int
    people: int
    people_with_second_step: int
    keys: int
    audit_checks: int
    exclusions: int
    windows: int
    links: int
    kiosks: int
    watched_feeds: int
    surveys: int
    languages: int
    equality_questions: int
    own_pages: int
    themes: int
    alert_kinds: int
    targets: int
    own_measures: int


def standing(now: datetime, today: date) -> Standing:
    """Everything that the list of settings and the list of features count."""
    has_passkey = select(Passkey.id).where(Passkey.user_id == User.id).exists()
    is_open = OpenLink.closed_at.is_(None)
    counts = {
        "services": _count(Service.id, or_(Service.valid_to.is_(None), Service.valid_to >= today)),
        "teams": _count(Team.id, or_(Team.closed_on.is_(None), Team.closed_on >= today)),
        "sites": _count(Site.id, or_(Site.closed_on.is_(None), Site.closed_on >= today)),
        "renamed_channels": _count(ChannelSetting.channel, ChannelSetting.name != ""),
        "people": _count(User.id, User.active),
        "people_with_second_step": _count(User.id, User.active, or_(User.tf_primary_method.is_not(None), has_passkey)),
        "keys": _count(ApiKey.id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now),
        "audit_checks": _count(AuditCheck.id, AuditCheck.finished_at > now - CHECKED_LATELY),
        "exclusions": _count(Exclusion.id),
        "windows": _count(SendingWindow.id),
        "links": _count(OpenLink.id, is_open, OpenLink.kind != LinkKind.KIOSK),
        "kiosks": _count(OpenLink.id, is_open, OpenLink.kind == LinkKind.KIOSK),
        "watched_feeds": _count(Feed.id, Feed.is_on),
        "surveys": _count(SurveyVersion.survey_id.distinct(), SurveyVersion.state == VersionState.PUBLISHED),
        "languages": _count(Language.code),
        "equality_questions": _count(EqualityQuestion.code, EqualityQuestion.is_asked),
        "own_pages": _count(CouncilPage.kind.distinct(), CouncilPage.body.is_not(None)),
        "themes": _count(Theme.id, Theme.is_active),
        "alert_kinds": _count(AlertKind.id, AlertKind.is_active),
        "targets": _count(
            Target.id,
            Target.valid_from <= today,
            or_(Target.valid_to.is_(None), Target.valid_to >= today),
            or_(Target.ended_on.is_(None), Target.ended_on >= today),
        ),
        "own_measures": _count(OwnMeasure.code),
    }
    row = db.session.execute(select(*(counts[field.name].label(field.name) for field in fields(Standing)))).one()
    return Standing(**row._asdict())


def _count(key: object, *conditions: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return select(func.count(key)).where(*conditions).scalar_subquery()  # type: ignore[arg-type]

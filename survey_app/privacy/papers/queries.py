"""Reading the council's own records, and the facts of this installation that they are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.models import Identity, Passkey, User
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import Base, EncryptedText, db
from survey_app.privacy.models import PrivacyText
from survey_app.privacy.papers.recipients import Recipient, recipients
from survey_app.privacy.purging.queries import rules
from survey_app.privacy.retention import BY_CODE, days_in_force
from survey_app.settings import Settings

MOST_VERSIONS = 20


@dataclass(frozen=True)
class Written:
    """What somebody wrote in a place."""

    id: int
    place: str
    body: str
    written_at: datetime
    written_by: str


def tables_of_models() -> dict[str, list[str]]:
    """Every table that there is, with its columns."""
    return {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}


def encrypted_columns() -> frozenset[str]:
    """As "table.column": what the models encrypt."""
    return frozenset(
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    )


def days_kept(now: datetime) -> dict[str, int]:
    """How long each class of data that a council can set is kept now."""
    set_now = rules()
    return {code: days_in_force(found, set_now.get(code), now) for code, found in BY_CODE.items()}


def outside() -> Mapping[str, Recipient]:
    """Who outside gets data, as things are set now."""
    settings: Settings = current_app.extensions["settings"]
    return recipients(
        mail_url=settings.mail_url or "",
        has_notify=settings.notify_api_key is not None,
        sign_in_issuer=_sign_in_issuer(settings),
        webhooks=_webhook_addresses(),
        api_keys=db.session.scalar(select(func.count()).where(ApiKey.revoked_at.is_(None))) or 0,
        letters=asking_rules().letters_are_on,
    )


def _sign_in_issuer(settings: Settings) -> str | None:
    """The sign-in service that somebody signs in by. One that is set up and used by nobody gets nothing yet; of one
    that is set up no more, what was linked there opens nothing here."""
    if settings.single_sign_on is None:
        return None
    in_force = select(Identity.issuer).where(Identity.issuer == settings.single_sign_on.issuer)
    return db.session.scalar(in_force.limit(1))


def _webhook_addresses() -> Sequence[str]:
    """Of those that are told what happens. They belong to a later package, and are known here as tables alone."""
    webhook = Base.metadata.tables["webhook"]
    return db.session.scalars(select(webhook.c.url).where(webhook.c.stopped_at.is_(None))).all()


def second_steps() -> tuple[int, int]:
    """How many of the active members of staff have a second step or a passkey, and how many there are."""
    has_passkey = select(Passkey.id).where(Passkey.user_id == User.id).exists()
    active, protected = db.session.execute(
        select(
            func.count(),
            func.count().filter(User.tf_primary_method.is_not(None) | has_passkey),
        ).where(User.active.is_(True))
    ).one()
    return protected, active


def newest_texts() -> dict[str, Written]:
    """What holds in each place, by its code. An empty text says: our suggestion again."""
    newest = select(func.max(PrivacyText.id)).group_by(PrivacyText.place)
    return {found.place: found for found in _written(PrivacyText.id.in_(newest))}


def texts_of(place: str) -> Sequence[Written]:
    """The newest texts of a place, newest first."""
    return _written(PrivacyText.place == place)[:MOST_VERSIONS]


def _written(*conditions: object) -> list[Written]:
    rows = db.session.execute(
        select(PrivacyText, User.name, User.email)
        .join(User, User.id == PrivacyText.written_by)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(PrivacyText.id.desc())
    )
    return [Written(row.id, row.place, row.body, row.written_at, name or email) for row, name, email in rows]

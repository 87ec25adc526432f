"""Making keys, ending them, and noting that one was used."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, update

from survey_app.accounts.keys.models import LONGEST_NAME, ApiKey
from survey_app.accounts.keys.scopes import SCOPES, NewKey, new_key
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.characters import is_fit
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.queries import services_by_code

MOST_DAYS = 730


def make_key(
    name: str,
    scopes: Collection[str],
    *,
    days: int,
    services: Collection[str] = (),
    now: datetime,
    by: int | None = None,
) -> NewKey:
    """Make a key that ends after so many days. It is in the answer, in clear, and nowhere else.

    `services` are the codes of those it is kept to, with all below them; none: all there are. InvalidInput for no
    name, a scope or a service that there is not, or a life of less than a day or more than two years.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not is_fit(name):
        raise InvalidInput(f"Name the system that gets the key, in at most {LONGEST_NAME} characters.")
    if not scopes:
        raise InvalidInput(f"Say what the key is for: {', '.join(SCOPES)}.")
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise InvalidInput(f"There is no scope {', '.join(unknown)}; there is {', '.join(SCOPES)}.")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"A key lasts from 1 to {MOST_DAYS} days.")
    kept_to = services_by_code(set(services))
    if missing := sorted(set(services) - {service.code for service in kept_to}):
        raise InvalidInput(f"There is no service {', '.join(missing)}.")
    made, expires_at = new_key(), now + timedelta(days=days)
    key = ApiKey(
        public=made.public,
        digest=made.digest,
        name=name,
        scopes=sorted(set(scopes)),
        made_by=by,
        created_at=now,
        expires_at=expires_at,
        services=list(kept_to),
    )
    db.session.add(key)
    db.session.flush()
    after: dict[str, object] = {"scopes": key.scopes, "expires_on": london_day(expires_at).isoformat()}
    if kept_to:
        after["services"] = [service.code for service in kept_to]
    record_act_by("api key made", f"api key {key.public}", at=now, by=by, after=after)
    return made


def revoke_key(key: ApiKey, *, now: datetime, by: int | None = None) -> None:
    """From now on the key opens nothing. Revoking one that has been revoked changes nothing."""
    if key.revoked_at is not None:
        return
    key.revoked_at = now
    record_act_by("api key revoked", f"api key {key.public}", at=now, by=by)
    db.session.flush()


def note_use(key_id: int, now: datetime) -> None:
    """The key was used today. Written once a day; for what changes something, never on GET."""
    today = london_day(now)
    is_news = or_(ApiKey.last_used_on.is_(None), ApiKey.last_used_on < today)
    db.session.execute(
        update(ApiKey).where(ApiKey.id == key_id, is_news).values(last_used_on=today),
        execution_options={"synchronize_session": False},
    )

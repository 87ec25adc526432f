"""Whose key a request carries, and all keys."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import g, request
from sqlalchemy import select

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.scopes import KeyScope, public_part
from survey_app.extensions import db, reading
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.queries import subtree_ids
from survey_app.organisation.scope import EVERYTHING, Scope

_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class KeyHolder:
    """The system that made a request, known by its key."""

    id: int
    public: str
    name: str
    scopes: frozenset[str]
    services: frozenset[int] = frozenset()  # none: all of them
    last_used_on: date | None = None

    def may(self, scope: str) -> bool:
        return scope in self.scopes


def current_key() -> KeyHolder | None:
    """Who holds the key in this request's Authorization header; None for no key, an unknown, an expired or a revoked.

    Leaves no transaction open: on SQLite its lock would be held while the body of the request trickles in.
    """
    if "key_holder" not in g:
        given = request.authorization
        text = given.token if given is not None and given.type == "bearer" else None
        with reading():
            g.key_holder = key_holder(text or "", utc_now())
            db.session.rollback()
    holder: KeyHolder | None = g.key_holder
    return holder


def key_holder(text: str, now: datetime) -> KeyHolder | None:
    """Who holds this key, if it is good. The secret is compared in a time that does not tell how much was right."""
    public = public_part(text)
    if public is None:
        return None
    key = db.session.scalar(select(ApiKey).where(ApiKey.public == public))
    is_right = hmac.compare_digest(token_digest(text), key.digest if key else _NO_DIGEST)
    if key is None or not is_right or not key.is_good(now):
        return None
    services = frozenset(service.id for service in key.services)
    return KeyHolder(key.id, key.public, key.name, frozenset(key.scopes), services, key.last_used_on)


def current_key_scope() -> Scope:
    """The services that the key of this request may see, those below them included. Nothing without a good key."""
    holder = current_key()
    if holder is None:
        return Scope(frozenset())
    return Scope(subtree_ids(holder.services)) if holder.services else EVERYTHING


def key_by_public(public: str) -> ApiKey:
    """The key of that public name. NotFound when there is none."""
    key = db.session.scalar(select(ApiKey).where(ApiKey.public == public))
    if key is None:
        raise NotFound("There is no such key.")
    return key


def all_keys() -> Sequence[ApiKey]:
    """Every key that was ever made, the newest first."""
    return db.session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).all()


def good_keys(scope: KeyScope, now: datetime) -> list[ApiKey]:
    """The keys that let their holder do this, by name."""
    good = (key for key in all_keys() if key.is_good(now) and scope in key.scopes)
    return sorted(good, key=lambda key: (key.name.casefold(), key.id))

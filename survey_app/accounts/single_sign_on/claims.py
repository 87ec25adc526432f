"""Who somebody is and what they may do, from the claims of an ID token that was checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from survey_app.accounts.roles import ROLES, RoleName
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import Refused

_TENANT = re.compile(r"/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/v2\.0/?")
LONGEST_NAME = 120
MOST_ROLES = 200  # as many as Entra ID puts into a token


@dataclass(frozen=True)
class Claimed:
    """What the council's sign-in says of somebody. `email` and `name` are for writing to and speaking of them; who they
    are is issuer, tenant and subject alone."""

    issuer: str
    tenant: str
    subject: str
    email: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Grant:
    """The roles and service codes that somebody gets, and the words that gave nothing."""

    roles: tuple[RoleName, ...]
    services: tuple[str, ...]
    ignored: tuple[str, ...]


def tenant_of(issuer: str) -> str:
    """The tenant of an issuer of Entra ID, whose address ends in /<tenant>/v2.0; "" for any other."""
    found = _TENANT.fullmatch(urlsplit(issuer).path)
    return found[1].lower() if found else ""


def read_claims(claims: Mapping[str, Any], *, issuer: str, role_claim: str) -> Claimed:
    """Refused where the token does not say who it is for, or is of another tenant.

    Entra ID gives each app another `sub`, and addresses change hands: there somebody is known by `tid` and `oid`.
    """
    tenant = tenant_of(issuer)
    subject = _text(claims, "oid" if tenant else "sub")
    if not subject or (tenant and _text(claims, "tid").lower() != tenant):
        raise Refused("The council’s sign-in did not say who you are in a way that can be relied on.")
    addresses = [_text(claims, name) for name in ("email", "preferred_username", "upn")]
    return Claimed(
        issuer=issuer,
        tenant=tenant,
        subject=subject,
        email=next((address for address in addresses if "@" in address), ""),
        name=" ".join(fit(_text(claims, "name")).split())[:LONGEST_NAME],
        roles=_words(claims.get(role_claim)),
    )


def grant(words: Iterable[str], known_services: Collection[str]) -> Grant:
    """What the words of the role claim give: `cse_lead`, or `service_manager:housing` for one service.

    A role of own services needs one that there is. Assessors come by invitation, never by this way.
    """
    roles: set[RoleName] = set()
    services: set[str] = set()
    ignored: list[str] = []
    for word in words:
        name, _, service = word.partition(":")
        rule = ROLES.get(name) if name != RoleName.ASSESSOR else None
        if rule is None or rule.own_services_only != bool(service) or (service and service not in known_services):
            ignored.append(word)
            continue
        roles.add(RoleName(name))
        services |= {service} if service else set()
    return Grant(tuple(sorted(roles)), tuple(sorted(services)), tuple(ignored))


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= 255 and value.isprintable() else ""


def _words(value: object) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found = (word.strip() for word in words[:MOST_ROLES] if isinstance(word, str))
    return tuple(word for word in found if word and len(word) <= 120 and word.isprintable())

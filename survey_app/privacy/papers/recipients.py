"""Who outside the council gets data, as this installation is set up now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from survey_app.accounts.roles import ROLES


@dataclass(frozen=True)
class Recipient:
    """One of them; `is_used` says whether anything goes there as things are set now."""

    code: str
    label: str
    what: str
    is_used: bool
    where: str  # for transfers


def recipients(
    *,
    mail_url: str,
    has_notify: bool,
    sign_in_issuer: str | None,
    webhooks: Sequence[str],
    api_keys: int,
    letters: bool,
) -> Mapping[str, Recipient]:
    """By code. No address with a password or key in it is named, only hosts."""
    mail, issuer = urlsplit(mail_url), urlsplit(sign_in_issuer or "")
    by_smtp = mail.scheme.startswith("smtp")
    hosts = sorted({urlsplit(url).hostname or "" for url in webhooks})
    found = (
        Recipient(
            "email",
            f"The e-mail server {mail.hostname}" if by_smtp else "The council’s e-mail server",
            "Addresses, and the words of our messages",
            by_smtp,
            "As the contract for e-mail says",
        ),
        Recipient(
            "notify",
            "GOV.UK Notify (Government Digital Service)",
            "Addresses and phone numbers, and the words of our messages",
            has_notify,
            "United Kingdom and Ireland, as its own notice says",
        ),
        Recipient(
            "letters", "Whoever prints and posts letters", "Letters that staff print", letters, "As that contract says"
        ),
        Recipient(
            "sign_in",
            f"The sign-in service {issuer.hostname}" if issuer.hostname else "A single sign-on service",
            "That somebody of staff signs in",
            bool(issuer.hostname),
            "As the contract for sign-in says",
        ),
        Recipient(
            "webhooks",
            f"Other systems: {', '.join(hosts)}" if hosts else "Other systems that are told what happens",
            "That something happened, with its reference; no words and no addresses",
            bool(hosts),
            "Where these systems stand",
        ),
        Recipient(
            "api",
            f"Other systems that ask, with {api_keys} key{'' if api_keys == 1 else 's'}",
            "Figures, and within a key’s scope answers and comments with details taken out",
            api_keys > 0,
            "Where these systems stand",
        ),
        Recipient(
            "assessors", "Independent assessors", "Evidence and rows with details taken out, until a day", True, "None"
        ),
        Recipient(
            "public", "Everybody", "Figures on 10 people or more, and quotes that a person approved", True, "None"
        ),
    )
    return {each.code: each for each in found}


def roles_with(permissions: Sequence[str]) -> list[str]:
    """The roles whose holders see what needs any of these permissions."""
    return [rule.label for rule in ROLES.values() if any(each in rule.permissions for each in permissions)]

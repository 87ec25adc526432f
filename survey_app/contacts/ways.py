"""How a person can be reached: by e-mail, else by text message, else by letter."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol


class Way(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"


class Reach(Protocol):
    """What is known of a contact's e-mail address and number; neither is read to know it."""

    @property
    def has_email(self) -> bool: ...

    @property
    def has_phone(self) -> bool: ...

    @property
    def phone_is_mobile(self) -> bool: ...

    @property
    def email_key(self) -> str | None: ...

    @property
    def phone_key(self) -> str | None: ...


class WaysInUse(Protocol):
    """Which ways the council has switched on beside e-mail. AskingRules say it."""

    @property
    def texts_are_on(self) -> bool: ...

    @property
    def letters_are_on(self) -> bool: ...


def way_to_reach(reach: Reach | None, rules: WaysInUse, *, blocked: Collection[str], is_written_to: bool) -> Way | None:
    """How to ask, or None when there is no way.

    `blocked` are the keys of addresses and numbers to which nothing goes at present. We know no postal address: a
    letter travels inside the council's own reply, so only whom the council can write to (`is_written_to`: there is a
    case or a customer reference) gets one.
    """
    if reach is not None:
        if reach.has_email and reach.email_key not in blocked:
            return Way.EMAIL
        if _can_be_texted(reach, rules) and reach.phone_key not in blocked:
            return Way.SMS
    return Way.LETTER if rules.letters_are_on and is_written_to else None


def had_an_address(reach: Reach | None, rules: WaysInUse) -> bool:
    """Whether there is an address or number of a way in use: without a way to reach somebody, it is then blocked."""
    return reach is not None and (reach.has_email or _can_be_texted(reach, rules))


def _can_be_texted(reach: Reach, rules: WaysInUse) -> bool:
    return rules.texts_are_on and reach.has_phone and reach.phone_is_mobile

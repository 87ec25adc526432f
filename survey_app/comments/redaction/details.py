"""The kinds of personal detail that are taken out of a comment, and a place in a text."""

from __future__ import annotations

import re
from enum import StrEnum

Span = tuple[int, int]
REMOVED = re.compile(r"\[([\w ]{1,40} removed)\]")  # any marker, with what a page shows of it
GONE = "\x00"  # stands for each character already taken out; visible() lets no other one through


class Detail(StrEnum):
    """A kind of personal detail, named as its marker names it."""

    CARD = "card number"
    NATIONAL_INSURANCE = "National Insurance number"
    EMAIL = "email address"
    WEB_ADDRESS = "web address"
    SOCIAL_MEDIA = "social media name"
    NHS_NUMBER = "NHS number"
    PASSPORT = "passport number"
    SORT_CODE = "sort code"
    ACCOUNT = "account number"
    PHONE = "phone number"
    DATE_OF_BIRTH = "date of birth"
    POSTCODE = "postcode"
    ADDRESS = "address"
    CAR_REGISTRATION = "car registration"
    NAME = "name"

    @property
    def marker(self) -> str:
        return f"[{self} removed]"


def before(text: str, start: int, reach: int) -> str:
    """What stands right before a place, as far as nothing was taken out of it: a marker's length decides nothing."""
    return text[max(0, start - reach) : start].rpartition(GONE)[2]


def after(text: str, end: int, reach: int) -> str:
    """What stands right behind a place, as far as nothing was taken out of it."""
    return text[end : end + reach].partition(GONE)[0]

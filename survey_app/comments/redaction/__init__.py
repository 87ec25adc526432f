"""Personal details taken out of a comment before anyone reads it, stores it for reading or analyses it.

Each is replaced by a plain marker that says what stood there. What is found, and how often it was right on our own
labelled sentences: docs/comments.md. A rule reads a text from left to right with bounded looks to either side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from survey_app.comments.redaction.characters import JOINERS, visible
from survey_app.comments.redaction.details import GONE, Detail, Span
from survey_app.comments.redaction.names import names_in
from survey_app.comments.redaction.numbers import (
    account_numbers,
    cards,
    national_insurance_numbers,
    nhs_numbers,
    passport_numbers,
    phones,
    sort_codes,
)
from survey_app.comments.redaction.online import emails, social_media_names, web_addresses
from survey_app.comments.redaction.places import addresses, postcodes
from survey_app.comments.redaction.traces import car_registrations, dates_of_birth

__all__ = ["OLDER_VERSIONS", "REDACTION_VERSION", "Detail", "Found", "Redacted", "details_in", "redact", "visible"]

# Raise it with every change of a rule: comments redacted by an older version are then redacted again.
_VERSION = 2
REDACTION_VERSION = f"redaction-{_VERSION}"
OLDER_VERSIONS = tuple(f"redaction-{number}" for number in range(1, _VERSION))


@dataclass(frozen=True, slots=True)
class Found:
    """A personal detail and its place in the visible text."""

    detail: Detail
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text that may be read, and how many details of each kind were taken out of it."""

    text: str
    removed: tuple[tuple[Detail, int], ...]


def redact(text: str) -> Redacted:
    """Take out every personal detail that a rule knows; a second time changes nothing. Never raises.

    Control characters, invisible characters and marks of writing direction go too: they hide details from the rules and
    disturb the page. Line breaks and tabs stay. The time grows with the length of the text and nothing else.
    """
    text = visible(text)
    found = details_in(text)
    if not found:
        return Redacted(text, ())
    parts, end = [], 0
    removed: dict[Detail, int] = {}
    for one in found:
        parts += [text[end : one.start], one.detail.marker]
        end = one.end
        removed[one.detail] = removed.get(one.detail, 0) + 1
    return Redacted("".join([*parts, text[end:]]), tuple(removed.items()))


def details_in(text: str) -> list[Found]:
    """The details in a visible text, in its order and apart from one another.

    What is found counts as gone for all rules, so they run until none finds more; so does a marker that stands there
    already. With each round something goes, and more than a few rounds need a text made for it.
    """
    left = _MARKER.sub(lambda marker: GONE * len(marker[0]), text) if " removed]" in text else text
    found: list[Found] = []
    for _ in range(_ROUNDS):
        known = len(found)
        for sign, finders in _FINDERS:
            if not sign.search(left):
                continue
            for detail, find in finders:
                spans = [_with_joiners(left, span) for span in find(left)]
                found += [Found(detail, *span) for span in spans]
                left = _without(left, spans)
        if len(found) == known:
            break
    return sorted(found, key=lambda one: one.start)


_MARKER = re.compile("|".join(re.escape(detail.marker) for detail in Detail))
_ROUNDS = 50


def _without(text: str, spans: list[Span]) -> str:
    if not spans:
        return text
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], GONE * (stop - start)]
        end = stop
    return "".join([*parts, text[end:]])


def _with_joiners(text: str, span: Span) -> Span:
    """Joiners beside a detail would stand beside its marker, where visible() takes them out."""
    start, end = span
    while start and text[start - 1] in JOINERS:
        start -= 1
    while end < len(text) and text[end] in JOINERS:
        end += 1
    return start, end


Finders = tuple[tuple[Detail, Callable[[str], Iterator[Span]]], ...]
# In this order, each group only where its sign stands in the text. Cards first: part of one may look like a phone
# number.
_FINDERS: tuple[tuple[re.Pattern[str], Finders], ...] = (
    (
        re.compile("[0-9]"),
        ((Detail.CARD, cards), (Detail.NATIONAL_INSURANCE, national_insurance_numbers)),
    ),
    (
        re.compile(r"[@/]|[\w)\]]\.\w|[(\[]at| dot |www", re.IGNORECASE),
        (
            (Detail.EMAIL, emails),
            (Detail.WEB_ADDRESS, web_addresses),
            (Detail.SOCIAL_MEDIA, social_media_names),
        ),
    ),
    (
        re.compile("[0-9]"),
        (
            (Detail.NHS_NUMBER, nhs_numbers),
            (Detail.PASSPORT, passport_numbers),
            (Detail.SORT_CODE, sort_codes),
            (Detail.ACCOUNT, account_numbers),
            (Detail.PHONE, phones),
            (Detail.DATE_OF_BIRTH, dates_of_birth),
            (Detail.POSTCODE, postcodes),
        ),
    ),
    (
        re.compile(r"[0-9]|\b(?:live[sd]?|living|address|resident|neighbours?) ", re.IGNORECASE),
        ((Detail.ADDRESS, addresses),),
    ),
    (re.compile("[0-9]"), ((Detail.CAR_REGISTRATION, car_registrations),)),
    (re.compile(r"[^\W\d_]"), ((Detail.NAME, names_in),)),
)

"""Personal details taken out of a comment before anyone reads it, stores it for reading or analyses it.

Each is replaced by a plain marker that says what stood there. Found are e-mail addresses, phone numbers, UK postcodes,
National Insurance numbers and payment card numbers. Names and addresses are not found here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from phonenumbers import NumberParseException, is_possible_number, parse

Span = tuple[int, int]


class Detail(StrEnum):
    """A kind of personal detail, named as its marker names it."""

    CARD = "card number"
    NATIONAL_INSURANCE = "National Insurance number"
    EMAIL = "email address"
    PHONE = "phone number"
    POSTCODE = "postcode"

    @property
    def marker(self) -> str:
        return f"[{self} removed]"


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text that may be read, and how many details of each kind were taken out of it."""

    text: str
    removed: tuple[tuple[Detail, int], ...]


def redact(text: str) -> Redacted:
    """Take out every personal detail that has a known form; a second time changes nothing.

    Control characters, invisible characters and marks of writing direction go too: they hide details from the rules and
    disturb the page. Line breaks and tabs stay. The time grows with the length of the text and nothing else.
    """
    text = visible(text)
    removed: dict[Detail, int] = {}
    while True:
        before = text
        for detail, find in _FINDERS:
            text, count = _replace(text, detail, find)
            if count:
                removed[detail] = removed.get(detail, 0) + count
        text = visible(text)  # what stood beside a detail stands beside its marker now
        if text == before or not removed:
            return Redacted(text, tuple(removed.items()))


# Zero-width (non-)joiners belong to emoji and to some scripts, so they only go beside plain ASCII, where they hide.
_JOINER_IN_ASCII = re.compile(r"(?<=[!-~])[\u200c\u200d]++|[\u200c\u200d]++(?=[!-~])")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]++"
)
_LINE_END = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def visible(text: str) -> str:
    """The same text in composed form without characters that nobody sees; a broken one becomes its usual sign."""
    text = _SURROGATE.sub("\ufffd", text)
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _JOINER_IN_ASCII.sub("", text))


def _replace(text: str, detail: Detail, find: Callable[[str], Iterator[Span]]) -> tuple[str, int]:
    parts = []
    end = count = 0
    for start, stop in find(text):
        parts += [text[end:start], detail.marker]
        end = stop
        count += 1
    return "".join([*parts, text[end:]]), count


# Repeats are possessive and begin at the edge of a run, so a run is read once and never tried again from its middle.
_EMAIL = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]++\s?(?:@|\(at\)|\[at\])\s?[\w-]++(?:\.[\w-]++)++"
    r"|(?<![\w.%+-])[\w.%+-]++ at [\w-]++(?: dot [\w-]++)++",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?:GIR\s{0,2}0AA|[A-PR-UWYZ](?:[0-9][0-9A-HJKPS-UW]?|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]?)\s{0,2}[0-9][A-Z]{2})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ORDINAL_OR_UNIT = re.compile(r"[0-9](?:st|nd|rd|th|am|pm|km|kg|mm|cm|ml|mb|gb|hr|yr)$")  # "the A1 5th time"
_NATIONAL_INSURANCE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}"
    r"(?:[ .-]?[0-9]{2}){3}[ .-]?[A-D](?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DIGIT_RUN = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,}+(?![0-9])")
_DIGIT_GROUP = re.compile(r"[0-9]++")
_PHONE_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ ().\u2010-\u2013-]{0,3}[0-9]){8,}+(?![A-Za-z])")
# What stands right before a number and says that it is none to ring.
_NAMED_REFERENCE = re.compile(
    r"(?:\bref|reference|account|invoice|order|case|claim|ticket|receipt|licence|enquiry|complaint|application)"
    r"\.?(?: (?:number|num|no|id)\b\.?)?(?: (?:is|was))?[\s:#]{0,3}$|[£$€#]\s?$",
    re.IGNORECASE,
)
_REACH_BACK = 40
_DATE = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:20)?[0-9]{2}(?![0-9])")


def _emails(text: str) -> Iterator[Span]:
    return (match.span() for match in _EMAIL.finditer(text))


def _postcodes(text: str) -> Iterator[Span]:
    return (match.span() for match in _POSTCODE.finditer(text) if not _ORDINAL_OR_UNIT.search(match[0]))


def _national_insurance_numbers(text: str) -> Iterator[Span]:
    return (match.span() for match in _NATIONAL_INSURANCE.finditer(text))


def _cards(text: str) -> Iterator[Span]:
    """13 to 19 digits that pass the card check, on their own or followed by an expiry date in the same run."""
    for run in _DIGIT_RUN.finditer(text):
        groups = [group.span() for group in _DIGIT_GROUP.finditer(text, *run.span())]
        at = 0
        while at < len(groups):
            last = _card_from(text, groups, at)
            if last is None:
                at += 1
            else:
                yield groups[at][0], groups[last][1]
                at = last + 1


def _card_from(text: str, groups: list[Span], first: int) -> int | None:
    """The last group of the longest card number that begins with this group."""
    digits = ""
    found = None
    for at in range(first, len(groups)):
        digits += text[slice(*groups[at])]
        if len(digits) > 19:
            break
        if len(digits) >= 13 and digits[0] in "23456" and passes_luhn(digits):
            found = at
    return found


def passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812: every second digit from the right doubled, its digits added up."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _phones(text: str) -> Iterator[Span]:
    """Numbers that can be rung: possible rather than valid, so that new ranges and those kept for fiction are found.

    phonenumbers judges each candidate; its own search over a whole text is not used, because its time grows with the
    square of a long row of numbers.
    """
    for run in _PHONE_RUN.finditer(text):
        groups = [group.span() for group in _DIGIT_GROUP.finditer(text, *run.span())]
        at = 0
        while at < len(groups):
            date = _DATE.match(text, groups[at][0])
            if date:
                at += sum(date.start() <= start < date.end() for start, _ in groups[at : at + 3])
                continue
            last = _phone_from(text, groups, at)
            if last is None:
                at += 1
            else:
                yield _with_sign(text, groups[at][0]), groups[last][1]
                at = last + 1


def _phone_from(text: str, groups: list[Span], first: int) -> int | None:
    """The last group of the longest number to ring that begins with this group."""
    start = _with_sign(text, groups[first][0])
    opening = text[start : groups[first][1]]
    is_international = "+" in opening or opening.startswith("00")
    if not is_international and opening.lstrip("(")[0] not in "07":
        return None
    is_named = _NAMED_REFERENCE.search(text[max(0, start - _REACH_BACK) : start])
    lengths = range(10, 16) if is_international else (10, 11)
    found = None
    digits = ""
    for at in range(first, len(groups)):
        digits += text[slice(*groups[at])]
        if len(digits) > lengths[-1]:
            break
        is_mobile = digits.startswith("07") or (digits[0] == "7" and len(digits) == 10)
        if len(digits) not in lengths or not (is_mobile or is_international or (digits[0] == "0" and not is_named)):
            continue
        if _is_possible(text[start : groups[at][1]]):
            found = at
    return found


def _with_sign(text: str, start: int) -> int:
    """Where a number begins that is written (0161) or +44."""
    while start and text[start - 1] in "(+":
        start -= 1
        if text[start] == "+" and text[start - 1 : start] != "(":
            break
    return start


def _is_possible(written: str) -> bool:
    try:
        return is_possible_number(parse(written, "GB"))
    except NumberParseException:
        return False


# Cards first: part of a card number may look like a number to ring.
_FINDERS: tuple[tuple[Detail, Callable[[str], Iterator[Span]]], ...] = (
    (Detail.CARD, _cards),
    (Detail.NATIONAL_INSURANCE, _national_insurance_numbers),
    (Detail.EMAIL, _emails),
    (Detail.PHONE, _phones),
    (Detail.POSTCODE, _postcodes),
)

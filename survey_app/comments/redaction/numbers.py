"""Numbers that lead to one person: cards, phones, National Insurance, NHS, passport and account numbers.

A number that only names a case, an order or a complaint stays: staff need it to find what the comment is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonenumbers import NumberParseException, is_possible_number, parse

from survey_app.comments.redaction.details import Span, before

# Repeats are possessive and begin at the edge of a run, so a run is read once and never tried again from its middle.
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


_NHS = re.compile(r"(?<![0-9])[0-9]{3}([ -]?)[0-9]{3}\1[0-9]{4}(?![0-9])")
_NAMED_NHS = re.compile(r"\bNHS(?: (?:number|num|no)\b\.?)?(?: (?:is|was))?[\s:#]{0,3}$", re.IGNORECASE)
_PASSPORT = re.compile(
    r"\bpassport(?: (?:number|num|no|id)\b\.?)?(?: (?:is|was))?[ :#]{1,3}([A-Z]{0,2}[0-9]{7,9})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SORT_CODE = re.compile(
    r"\bsort ?codes?(?: (?:is|was))?[ :#(]{0,3}([0-9]{2}([ -]?)[0-9]{2}\2[0-9]{2})(?![0-9])", re.IGNORECASE
)
_ACCOUNT = re.compile(
    r"\b(?:(?:account|acc|acct|a/c)(?:[ ](?:number|num|no|nr|ref|reference|id)\b\.?)?"
    r"|(?:council tax|rent|business rates?)(?: account)?[ ](?:number|num|no|ref|reference|id)\b\.?)"
    r"(?: (?:is|was))?[ :#(]{1,3}([A-Z]{0,2}[0-9](?:[ -]?[0-9]){5,15}+[A-Z]?)(?![A-Za-z0-9])"
    r"|\b(GB[0-9]{2}(?: ?[A-Z]{4})(?: ?[0-9]){14})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def national_insurance_numbers(text: str) -> Iterator[Span]:
    """Two letters, six digits, one letter."""
    return (match.span() for match in _NATIONAL_INSURANCE.finditer(text))


def cards(text: str) -> Iterator[Span]:
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


def phones(text: str) -> Iterator[Span]:
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
                start, end = _with_sign(text, groups[at][0]), groups[last][1]
                yield start + (text[start] == "(" and ")" not in text[start:end]), end
                at = last + 1


def _phone_from(text: str, groups: list[Span], first: int) -> int | None:
    """The last group of the longest number to ring that begins with this group."""
    start = _with_sign(text, groups[first][0])
    opening = text[start : groups[first][1]]
    is_international = "+" in opening or opening.startswith("00")
    if not is_international and opening.lstrip("(")[0] not in "07":
        return None
    is_named = _NAMED_REFERENCE.search(before(text, start, _REACH_BACK))
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


def nhs_numbers(text: str) -> Iterator[Span]:
    """Ten digits that are called an NHS number, or are grouped as one and pass its check."""
    for match in _NHS.finditer(text):
        if _NAMED_NHS.search(before(text, match.start(), _REACH_BACK)) or (match[1] and passes_nhs_check(match[0])):
            yield match.span()


def passes_nhs_check(written: str) -> bool:
    """The check digit of the NHS number: the first nine digits weighed 10 to 2, modulo 11."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return digits[9] == check % 11


def passport_numbers(text: str) -> Iterator[Span]:
    """What is called a passport number."""
    return (match.span(1) for match in _PASSPORT.finditer(text))


def sort_codes(text: str) -> Iterator[Span]:
    """What is called a sort code."""
    return (match.span(1) for match in _SORT_CODE.finditer(text))


def account_numbers(text: str) -> Iterator[Span]:
    """What is called an account number, of a bank as of council tax or rent: it opens the account of one household."""
    return (match.span(1) if match[1] else match.span(2) for match in _ACCOUNT.finditer(text))

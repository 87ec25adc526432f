"""What leads to a person through a register: a date of birth, a car's registration mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.comments.redaction.details import Span, before
from survey_app.comments.redaction.lists import PLAIN

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = (
    r"(?:(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ ./-]{{1,2}}(?:of )?(?:[0-9]{{1,2}}|{_MONTH})[ ,./-]{{1,2}}(?:[0-9]{{4}}|"
    rf"[0-9]{{2}})"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}}"
    r"|[0-9]{8})(?![0-9])"
)
_NAMED = r"(?:date of birth|d\.? ?o\.? ?b\b\.?|birth ?date|birthday)"
_BIRTH = re.compile(
    rf"\b(?:{_NAMED}(?: (?:is|was|of))?|born(?: on)?(?: the)?)[\s:,=(-]{{1,4}}(?P<after>{_DAY})"
    rf"|(?<![0-9])(?P<before>{_DAY})[\s,(-]{{1,3}}(?:is |was )?(?:my |his |her |our )?{_NAMED}",
    re.IGNORECASE,
)


def dates_of_birth(text: str) -> Iterator[Span]:
    """A whole date that is said to be that of a birth. Any other date tells when something happened, and stays."""
    return (match.span(match.lastgroup or 0) for match in _BIRTH.finditer(text))


# The current series says by itself what it is. The older ones look like roads, buses and plans, so they need all
# capitals and three digits, or a word about a vehicle before them.
_MARK = re.compile(
    r"(?<![\w£-])(?:"
    r"(?P<current>[A-HJ-PR-Y]{2}(?:0[1-9]|[12][0-9]|5[1-9]|[67][0-9]) ?(?P<c>[A-HJ-PR-Z]{3}))"
    r"|(?P<prefix>[A-HJ-NPR-TV-Y][0-9]{1,3} ?(?P<p>[A-HJ-PR-Z]{3}))"
    r"|(?P<suffix>(?P<s>[A-HJ-PR-Z]{3}) ?[0-9]{1,3}[A-HJ-NPR-TV-Y])"
    r"|(?P<northern>(?P<n>[A-Z]?[A-Z][IZ]|[A-Z]I[A-Z]) ?[0-9]{1,4})"
    r")(?![\w-])",
    re.IGNORECASE,
)
_VEHICLE = re.compile(
    r"\b(?:reg|registration|registered|number ?plates?|plates?|cars?|vans?|vehicles?|lorry|lorries|trucks?|"
    r"transit|taxis?|minicab|"
    r"motor(?:bike|cycle|home)?|caravan|scooter|moped|ford|vauxhall|audi|bmw|golf|corsa|fiesta|parked|parks|"
    r"driver|driving|permit|pcn)\b",
    re.IGNORECASE,
)
_REACH_BACK = 50
_DIGITS_ENOUGH = 3


def car_registrations(text: str) -> Iterator[Span]:
    """Registration marks of vehicles: current, prefix, suffix and Northern Irish."""
    for match in _MARK.finditer(text):
        series = next(name for name in ("current", "prefix", "suffix", "northern") if match[name])
        is_word = match[series[0]].casefold() in PLAIN and " " in match[0]  # "MK12 THE council"
        is_of_a_vehicle = bool(_VEHICLE.search(before(text, match.start(), _REACH_BACK)))
        if series == "current":
            is_mark = is_of_a_vehicle or not is_word
        else:
            is_mark = not is_word and (is_of_a_vehicle or _looks_like_one(match[0], series))
        if is_mark:
            yield match.span()


def _looks_like_one(written: str, series: str) -> bool:
    """A mark of an older series that no word about a vehicle leads to. A, B and M with figures are roads first."""
    is_road = series == "prefix" and written[0] in "ABM"
    has_digits = sum(map(str.isdigit, written)) >= _DIGITS_ENOUGH
    return series != "northern" and not is_road and has_digits and written.isupper()

"""What somebody typed as a number, as a day or as an order, read kindly: as people write it, and never guessed.

What cannot be read is refused with words that say what to do. They are English, with the facts that fill them, so that
a page can say them in its own language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from babel.dates import get_month_names

from survey_app.kernel.translatable import for_translation
from survey_app.responses.given import number_text
from survey_app.surveys.bank import Limits

LARGEST_NUMBER = 1e12
FIRST_YEAR, LAST_YEAR = 1900, 2100
NOT_A_NUMBER = for_translation("Enter one number in figures, like %(example)s")
TOO_MANY_DECIMALS = for_translation("Round your number: at most %(decimals)s after the point")
NOT_WHOLE = for_translation("Enter a whole number, like %(example)s")
TOO_SMALL = for_translation("Enter %(least)s or more")
TOO_LARGE = for_translation("Enter %(most)s or less")
INCOMPLETE = {
    ("day",): for_translation("Enter a day"),
    ("month",): for_translation("Enter a month"),
    ("year",): for_translation("Enter a year"),
    ("day", "month"): for_translation("Enter a day and a month"),
    ("day", "year"): for_translation("Enter a day and a year"),
    ("month", "year"): for_translation("Enter a month and a year"),
    ("day", "month", "year"): for_translation("Enter a date, like %(example)s"),
}
NOT_A_DAY = for_translation("Enter a day from 1 to 31")
NOT_A_MONTH = for_translation("Enter a month as a number from 1 to 12, or by its name")
NOT_A_YEAR = for_translation("Enter a year in four figures, like %(example)s")
NO_SUCH_DATE = for_translation("Enter a date that is in the calendar: %(month)s has no day %(day)s in that year")
GIVEN_TWICE = for_translation("You gave number %(rank)s to both %(one)s and %(other)s. Give each number once")
GAP = for_translation("Nothing has number %(rank)s. Number your answers 1, 2, 3 without leaving one out")
NOT_A_RANK = for_translation("Choose a number from the list")
MONTH_NAMES_IN = ("en", "cy", "pl", "ur", "pa", "ro")
_SEPARATORS = str.maketrans({"٫": ".", "٬": ",", "\u00a0": " ", "\u202f": " ", "−": "-"})
_GROUPED = re.compile(r"-?\d{1,3}([ ,]\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"-?(\d+([.,]\d*)?|[.,]\d+)")
_SHORTEST_NAME = 3
_CENTURY_TURNS = 69  # of two figures from here on are of the last century, as POSIX has it
_PARTS = ("day", "month", "year")


class Unreadable(ValueError):
    """Why something cannot be taken. `parts` are the controls that are wrong, where a question has several."""

    def __init__(self, words: str, *parts: str, **facts: object) -> None:
        super().__init__(words)
        self.words, self.parts, self.facts = words, parts, facts


def read_number(typed: str, limits: Limits) -> str:
    """A number as `GivenAnswers` has it. A decimal comma is read as well, and commas between thousands; figures of any
    script; the unit may stand beside it. "About 10" is not guessed."""
    example = number_text(_example(limits))
    text = _without_unit(typed, limits.unit).translate(_SEPARATORS)
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    if not _NUMBER.fullmatch(text):
        raise Unreadable(NOT_A_NUMBER, example=example)
    text = text.replace(",", ".")
    number = float(text)
    if len(text.partition(".")[2].rstrip("0")) > limits.decimals:
        if limits.decimals == 0:
            raise Unreadable(NOT_WHOLE, example=example)
        raise Unreadable(TOO_MANY_DECIMALS, decimals=limits.decimals)
    least = -LARGEST_NUMBER if limits.least is None else limits.least
    most = LARGEST_NUMBER if limits.most is None else limits.most
    if number < least:
        raise Unreadable(TOO_SMALL, least=number_text(least))
    if number > most:
        raise Unreadable(TOO_LARGE, most=number_text(most))
    return number_text(number + 0.0)  # no minus before a zero


def read_day(day: str, month: str, year: str, *, example: date) -> date:
    """A day of three controls. A month may be named in any language that a survey usually has, also shortened; a year
    may have two figures, of which those to 68 are of this century."""
    typed = dict(zip(_PARTS, (day.strip(), month.strip(), year.strip()), strict=True))
    if missing := tuple(part for part in _PARTS if not typed[part]):
        raise Unreadable(INCOMPLETE[missing], *missing, example=f"{example.day} {example.month} {example.year}")
    on, of = _figures(typed["day"]), _month(typed["month"])
    if on is None or not 1 <= on <= 31:
        raise Unreadable(NOT_A_DAY, "day")
    if of is None:
        raise Unreadable(NOT_A_MONTH, "month")
    within = _year(typed["year"])
    if within is None:
        raise Unreadable(NOT_A_YEAR, "year", example=example.year)
    try:
        return date(within, of, on)
    except ValueError:
        raise Unreadable(NO_SUCH_DATE, "day", month=typed["month"], day=on) from None


def read_ranks(typed: Mapping[str, str], labels: Mapping[str, str], *, places: int) -> tuple[str, ...]:
    """The codes of what was given a number, in the order of the numbers. `labels` are the options by code, of which
    `places` may be given a number. Not all have to be, but no number twice, and none left out."""
    ranks: dict[int, str] = {}
    for code, text in typed.items():
        if not text.strip():
            continue
        rank = _figures(text)
        if rank is None or not 1 <= rank <= places:
            raise Unreadable(NOT_A_RANK, code)
        if rank in ranks:
            raise Unreadable(GIVEN_TWICE, code, rank=rank, one=labels[ranks[rank]], other=labels[code])
        ranks[rank] = code
    for place, rank in enumerate(sorted(ranks), 1):
        if rank != place:
            raise Unreadable(GAP, ranks[rank], rank=place)
    return tuple(ranks[rank] for rank in sorted(ranks))


def _example(limits: Limits) -> float:
    if limits.least is not None and limits.least > 10:
        return limits.least
    return limits.most if limits.most is not None and limits.most < 10 else 10


def _without_unit(typed: str, unit: str) -> str:
    text = typed.strip()
    if unit:
        text = text.removeprefix(unit)
        text = text[: -len(unit)] if text.casefold().endswith(unit.casefold()) else text
    return text.strip()


def _figures(text: str) -> int | None:
    """Figures of any script."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 4 else None


def _month(text: str) -> int | None:
    """By its number or its name. What may be two months is none."""
    if text.isdecimal():
        number = _figures(text)
        return number if number is not None and 1 <= number <= 12 else None
    name = _plain(text)
    named = _months_by_name()
    if name in named:
        return named[name]
    if len(name) < _SHORTEST_NAME:
        return None
    found = {month for known, month in named.items() if known.startswith(name)}
    return found.pop() if len(found) == 1 else None


@cache
def _months_by_name() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in MONTH_NAMES_IN:
        for context in ("format", "stand-alone"):
            for month, name in get_month_names("wide", context, language).items():
                names.setdefault(_plain(name), month)
    return names


def _plain(name: str) -> str:
    """Without capitals, a point after it, and accents that somebody without such keys leaves out."""
    bare = unicodedata.normalize("NFKD", name.strip().rstrip(".").casefold())
    return "".join(sign for sign in bare if unicodedata.category(sign) != "Mn")


def _year(text: str) -> int | None:
    year = _figures(text)
    if year is not None and len(text) == 2:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None


def as_parts(day: date) -> dict[str, str]:
    """What the three controls of a day show."""
    return dict(zip(_PARTS, (str(day.day), str(day.month), str(day.year)), strict=True))


def places_of(codes: Sequence[str], limits: Limits) -> int:
    """How many of these options a ranking gives numbers to."""
    return len(codes) if limits.most is None else max(1, min(len(codes), int(limits.most)))

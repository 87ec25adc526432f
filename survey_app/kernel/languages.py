"""Languages by their codes: how each is called, in which direction it is written, and how its pages name it.

What is known of a language comes from Unicode's CLDR, as Babel has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from babel import Locale, UnknownLocaleError

ENGLISH = "en"
EASY_READ = "en-easy"  # an edition and no language: English in shorter texts, with pictures
TRANSLATED = ("cy", "pl", "ur", "pa", "ro")  # the languages in which our own texts are there
LONGEST_CODE = 12


@cache
def locale_of(code: str) -> Locale:
    """Dates, numbers and plurals of a language. UnknownLocaleError or ValueError for what is none."""
    return Locale.parse(ENGLISH if code == EASY_READ else code, sep="-")


def is_language(code: str) -> bool:
    """Whether that is the code of a language, as it is written here: "so", "zh-Hant"."""
    try:
        return str(locale_of(code)).replace("_", "-") == code and len(code) <= LONGEST_CODE
    except (UnknownLocaleError, ValueError, TypeError):
        return False


def name_in_english(code: str) -> str:
    """As staff call it: "Welsh"; the code itself where it is that of no language that we know."""
    if code == EASY_READ:
        return "Easy Read"
    return str(locale_of(code).english_name) if is_language(code) else code


def own_name(code: str) -> str:
    """As its speakers call it: "Cymraeg"."""
    if code == EASY_READ:
        return "Easy Read"
    name = str(locale_of(code).display_name)
    return name[:1].upper() + name[1:]


def html_language(code: str) -> str:
    """The value of a `lang` attribute."""
    return "en-GB" if code in (ENGLISH, EASY_READ) else code


def direction(code: str) -> str:
    """The value of a `dir` attribute: "ltr" or "rtl"."""
    return str(locale_of(code).text_direction)


def reader_language(
    offered: Collection[str], *, chosen: str | None, known: Iterable[str | None], accepted: Iterable[str]
) -> str:
    """One of those that are offered: the one they chose, else the first that is known of them, else the best that their
    browser asks for, else English. A browser's tag may name a country too: "cy-GB" asks for "cy"."""
    for language in (chosen, *known):
        if language in offered and language is not None:
            return language
    for tag in accepted:
        for language in (tag, tag.partition("-")[0]):
            if language in offered:
                return language
    return ENGLISH

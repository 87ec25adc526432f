"""E-mail and web addresses, and names on social media."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.comments.redaction.details import Span
from survey_app.comments.redaction.lists import words_in

# Repeats are possessive and begin at the edge of a run, so a run is read once and never tried again from its middle.
_EMAIL = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]++\s?(?:@|\(at\)|\[at\])\s?[\w-]++(?:\.[\w-]++)++"
    r"|(?<![\w.%+-])(?<! dot )[\w.%+-]++(?: dot [\w.%+-]++)*+ at [\w-]++(?: dot [\w-]++)++"
    r"|(?<![\w.%+-])(?=[\w%+-]*+[._])[\w.%+-]++ at [\w-]++(?:\.[\w-]++)++",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?<![\w@])(?:h(?:tt|xx)ps?:/{1,2}|www\.)[^\s\x00<>\"“”]++", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<![\w@.-])[\w-]++((?:\.[\w-]++)++)(/[^\s\x00<>\"“”]*+)?(?![\w@])")
_NOT_OF_IT = ".,;:!?)]}'’…"
# Endings that are no English words, so that "sorted.me and my wife" is no address.
_ENDINGS = words_in(
    """
    biz cloud co com cymru dev edu eu gov ie info london net online org scot site uk wales website
    """
)
_SHORT_ENDINGS = words_in("app be gg gl io ly me tv to")  # only with a path behind them: bit.ly/3abc
_PUBLIC_BODY = re.compile(
    r"(?:^|\.)(?:gov|nhs|police|parliament|ac|gov\.(?:scot|wales))\.uk$|\.gov\.(?:scot|wales)$", re.IGNORECASE
)
_SOCIAL_MEDIA = re.compile(r"(?<![\w@./])@([\w.]++)(?!@)")
_OF_A_BODY = re.compile(
    r"council|borough|county|city|gov|police|nhs|housing|news|bbc|waste|highways|district", re.IGNORECASE
)
LONGEST_NAME = 30


_SPACED = re.compile(r"\s@(?!\s)")


def _ending(written: str) -> str:
    return written.rpartition(".")[2].casefold()


def emails(text: str) -> Iterator[Span]:
    """Addresses with their sign, or with it spelt out."""
    for match in _EMAIL.finditer(text):
        # "insta @jo.bloggs" is a name on social media behind a word
        if _SPACED.search(match[0]) is None or _ending(match[0]) in _ENDINGS:
            yield match.span()


def web_addresses(text: str) -> Iterator[Span]:
    """Every link, and every bare domain but that of a public body: "the gov.uk page" says whose page it is."""
    for match in _LINK.finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip(_NOT_OF_IT))
    # A link holds a domain, too: those that stand inside one are left out by the sign before them.
    for match in _DOMAIN.finditer(_LINK.sub(lambda link: "/" * len(link[0]), text)):
        written = match[0].rstrip(_NOT_OF_IT)
        name = written.partition("/")[0]
        has_path = len(written) > len(name) + 1
        if (has_path and _ending(name) in _ENDINGS | _SHORT_ENDINGS) or (
            _ending(name) in _ENDINGS and not _PUBLIC_BODY.search(name)
        ):
            yield match.start(), match.start() + len(written)


def social_media_names(text: str) -> Iterator[Span]:
    """@names of people; those of councils and other bodies stay."""
    for match in _SOCIAL_MEDIA.finditer(text):
        name = match[1].rstrip(".")
        if 3 <= len(name) <= LONGEST_NAME and not _OF_A_BODY.search(name):
            yield match.start(), match.start(1) + len(name)

"""The language of the page that is being made: English, until its view says otherwise.

A language that somebody chose stands in the address as `lang`, and so in that of every page they go on to: there is no
cookie. A blueprint whose pages do so says `keeps_language`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, g, has_request_context, request
from flask_babel import refresh

from survey_app.kernel.languages import (
    EASY_READ,
    ENGLISH,
    TRANSLATED,
    direction,
    html_language,
    is_language,
    reader_language,
)

ARGUMENT = "lang"
_OF_ONE_STEP = ("again", "back", "missing")  # what an address says of how somebody came, and not of what it shows


@dataclass(frozen=True)
class LanguageLink:
    """One language of the switch on top of a page, by the name that its speakers have for it."""

    name: str
    url: str
    lang: str
    dir: str
    is_current: bool


def chosen_language() -> str | None:
    """What the address asks for, whether or not there is such a page; None where that is no language."""
    chosen = request.args.get(ARGUMENT, "")
    return chosen if chosen == EASY_READ or is_language(chosen) else None


def accepted_languages() -> list[str]:
    """What the browser asks for, the best first."""
    return [tag for tag, _quality in request.accept_languages if tag != "*"]


def speak(language: str, *, offered: Mapping[str, str] | None = None) -> None:
    """Make the page in this language. `offered` are those of its switch: their own names by their codes."""
    g.language = language
    g.languages_offered = offered or {}
    refresh()


@contextmanager
def spoken_in(language: str) -> Iterator[None]:
    """Write something in this language, such as a message, whatever that of the page is. Ours in another than those
    that have our texts are English; a code that is no language is taken for English."""
    before = spoken()
    g.language = language if language == EASY_READ or is_language(language) else ENGLISH
    refresh()
    try:
        yield
    finally:
        g.language = before
        refresh()


def speak_to_reader(*known: str | None, offered: Mapping[str, str] | None = None) -> str:
    """Make the page in the language of whoever reads it, and say which that is. `known` is what we know of them, the
    surest first: that a contact was in English is what is said where nobody knew. `offered` are the languages that
    there are, which the page's switch then shows; without it all those that have our own texts."""
    languages = offered or (ENGLISH, *TRANSLATED)
    begun_in, *others = known or (None,)
    surely = (begun_in, *(language for language in others if language != ENGLISH))
    language = reader_language(languages, chosen=chosen_language(), known=surely, accepted=accepted_languages())
    speak(language, offered=offered)
    return language


def kept_language() -> dict[str, str]:
    """What an address has to say so that the next page is in the language that this one asked for."""
    chosen = chosen_language()
    return {ARGUMENT: chosen} if chosen is not None else {}


def spoken() -> str:
    """The code of the page's language."""
    return str(g.get("language", ENGLISH))


def language_links() -> list[LanguageLink]:
    """The switch of this page; empty where there is nothing to choose."""
    offered: Mapping[str, str] = g.get("languages_offered", {})
    if len(offered) < 2:
        return []
    current = spoken()
    return [
        LanguageLink(name, _here_in(code), html_language(code), direction(code), code == current)
        for code, name in offered.items()
    ]


def keeps_language(blueprint: Blueprint) -> None:
    """Pages of this blueprint are linked to in the language that the address asked for, while one is asked for."""

    @blueprint.url_defaults
    def keep(_endpoint: str, values: dict[str, Any]) -> None:
        chosen = chosen_language() if has_request_context() else None
        if chosen is not None:
            values.setdefault(ARGUMENT, chosen)


def _here_in(code: str) -> str:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in (ARGUMENT, *_OF_ONE_STEP)]
    return f"{quote(request.path)}?{urlencode([*kept, (ARGUMENT, code)])}"

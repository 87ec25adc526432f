"""The texts of a council's own pages: a small part of Markdown, with the council's facts put in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from survey_app.kernel.translatable import for_translation

LONGEST_BODY = 20_000
STANDARD_SINCE = date(2026, 11, 23)  # the day on which the standard texts were last changed

_FACT = re.compile(r"\{([a-z_]+)\}")
_MARKDOWN_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_HEADINGS = {"h1": "h2", "h2": "h2"}  # the page has its own h1; all that is lower becomes h3
_LINK = re.compile(r"https?://|mailto:|tel:|/(?![/\\])|#", re.IGNORECASE)
_FOLDER = Path(__file__).parent / "texts"


class PageKind(StrEnum):
    """The pages that a council words itself; the value is also the page's address."""

    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    COOKIES = "cookies"

    @property
    def heading(self) -> str:
        return _HEADING_OF[self]


_HEADING_OF = {
    PageKind.PRIVACY: for_translation("How we use your answers"),
    PageKind.ACCESSIBILITY: "Accessibility statement",
    PageKind.COOKIES: for_translation("Cookies"),
}


@cache
def standard_text(kind: PageKind) -> str:
    """The text that a page has until the council writes its own."""
    return (_FOLDER / f"{kind}.md").read_text(encoding="utf-8")


def unknown_facts(body: str, names: Sequence[str]) -> list[str]:
    """The names in braces that are no facts, in order: a slip of the pen would reach the public."""
    return [name for name in dict.fromkeys(_FACT.findall(body)) if name not in names]


def missing_facts(body: str, facts: Mapping[str, str]) -> list[str]:
    """The facts that the text names and the council has not given: their lines are left out."""
    return [name for name in dict.fromkeys(_FACT.findall(body)) if facts.get(name) == ""]


def to_html(body: str, facts: Mapping[str, str]) -> str:
    """Paragraphs, headings, lists, emphasis and links, as HTML that is safe whatever the body and the facts say.

    HTML in the body is shown as it was typed; links lead only to web pages, mail and phones. A fact is plain text: it
    makes no markup. A line that names a fact without a value is left out.
    """
    lines = [_filled(line, facts) for line in body.splitlines() if not missing_facts(line, facts)]
    markdown = _markdown()
    tokens = markdown.parse("\n".join(lines))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS.get(token.tag, "h3")
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


def _filled(line: str, facts: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        fact = facts.get(found[1])
        return found[0] if fact is None else _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(fact.split()))

    return _FACT.sub(value, line)


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("zero").enable(["heading", "list", "emphasis", "link", "autolink", "escape", "newline"])
    made.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]
    return made

"""A letter as an e-mail, plain and rich, and as its page shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import css_inline
from flask import render_template
from markupsafe import Markup

from survey_app.charts import CellBar
from survey_app.comments.picking import Quotable
from survey_app.comments.presenters import with_removed
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.digests.letter import Letter, Line
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.digests.rhythm import LABELS, WHEN
from survey_app.dashboards.models import Digest, DigestLetter, Rhythm
from survey_app.organisation.presenters import council_view
from survey_app.web.templates import day, day_and_time, month

KINDS = {"improvement": "Better", "concern": "Worse"}


@dataclass(frozen=True)
class QuoteRow:
    text: Markup
    plain: str
    tag: tuple[str, str]
    month: str


def subject_of(letter: Letter, rhythm: Rhythm) -> str:
    """What the letter is called in a list of letters: the days, and the figure of them where there is one."""
    first = "Last week" if rhythm is Rhythm.WEEKLY else letter.title
    if letter.is_quiet:
        return f"{first}: nobody answered ({letter.about})"
    line = letter.news or letter.figure
    said = "too few answers to show" if line is None or line.share is None else f"{line.value} satisfied"
    return f"{first}: {said} ({letter.about})"


def letter_text(letter: Letter, quotes: Sequence[Quotable], rhythm: Rhythm, *, base_url: str, stop: str) -> str:
    """The plain twin; where a part is left out, no gap stays."""
    text = render_template("messages/digest.txt", **_context(letter, quotes, rhythm, base_url=base_url, stop=stop))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def letter_html(letter: Letter, quotes: Sequence[Quotable], rhythm: Rhythm, *, base_url: str, stop: str) -> str:
    """The rich letter: tables alone, so that Outlook shows it, with its styles written into them."""
    council = council_view()
    rich = render_template(
        "messages/digest.html",
        **_context(letter, quotes, rhythm, base_url=base_url, stop=stop),
        council_name=council.name,
        brand_colour=council.brand_colour,
        subject=subject_of(letter, rhythm),
    )
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(rich)


def quote_rows(quotes: Sequence[Quotable]) -> list[QuoteRow]:
    """Quotes with their label and the month alone."""
    return [
        QuoteRow(
            with_removed(quote.text),
            quote.text or "words deleted",
            wording.SENTIMENTS[quote.sentiment or "waiting_for_review"],
            month(quote.month),
        )
        for quote in quotes
    ]


def cell_bar(line: Line) -> CellBar | None:
    """The same bar on a page."""
    return None if line.share is None else CellBar(line.share, 1.0)


@dataclass(frozen=True)
class DigestRow:
    """One that runs, as the list shows it."""

    reference: str
    about: str
    when: str
    next: str
    last: str
    preview: str


def digest_row(
    digest: Digest, last: DigestLetter | None, names: Mapping[str, str], *, sees_all: bool, today: date
) -> DigestRow:
    """What it is about, when it comes, and what became of its last letter."""
    choice = DigestChoice.of(digest)
    service = names.get(choice.service, choice.service) if choice.service else None
    place = service or ("All services" if sees_all else "All your services")
    return DigestRow(
        reference=digest.reference,
        about=f"{place}, {choice.channel.label.lower() if choice.channel else 'all channels'}",
        when=f"{LABELS[digest.rhythm]}, {WHEN[digest.rhythm]}",
        next=day(digest.next_on) if digest.next_on and digest.next_on >= today else "on its way",
        last=_last_words(last),
        preview=addresses.with_arguments(f"{addresses.DIGESTS}preview", {"rhythm": digest.rhythm.value} | choice.where),
    )


def _last_words(letter: DigestLetter | None) -> str:
    if letter is None or letter.done_at is None:
        return "none yet"
    if letter.last_error:
        return f"not sent: {letter.last_error}"
    return day_and_time(letter.done_at)


def _context(letter: Letter, quotes: Sequence[Quotable], rhythm: Rhythm, *, base_url: str, stop: str) -> dict[str, Any]:
    return {
        "letter": letter,
        "lines": [(line, _bar(line)) for line in (letter.news, letter.figure) if line is not None],
        "kinds": KINDS,
        "quotes": quote_rows(quotes),
        "when": WHEN[rhythm],
        "cut": day_and_time(letter.cut_at),
        "site": base_url,
        "stop": stop,
        "is_weekly": rhythm is Rhythm.WEEKLY,
        "note": wording.LETTER_NOTE,
    }


def _bar(line: Line) -> int | None:
    """How much of a bar of table cells is filled, in whole percent."""
    return None if line.share is None else round(line.share * 100)

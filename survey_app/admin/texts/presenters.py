"""What the pages on texts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.kernel.clock import london_day
from survey_app.organisation.models import CouncilPage
from survey_app.organisation.page_text import PageKind, missing_facts, standard_text
from survey_app.organisation.presenters import PageView, page_facts, page_view
from survey_app.organisation.queries import council_pages

REVIEW_AFTER = timedelta(days=365)  # a statement on accessibility has to be looked at each year
MOST_VERSIONS = 20
CHECKS = {
    PageKind.PRIVACY: (
        "Whether the times after which answers and comments go are yours: they are set under Data protection.",
        "Which companies run the computers and send the e-mail, and where.",
        "Whether your data protection officer agrees with the legal basis.",
    ),
    PageKind.ACCESSIBILITY: (
        "Whether you tested the pages yourselves, when, how and with whom.",
        "Whether you really can ask by phone, in large print and in other languages.",
        "What people have told you since that does not work.",
    ),
    PageKind.COOKIES: ("Whether anything before this site, such as a firewall, sets a cookie of its own.",),
}


@dataclass(frozen=True)
class TextRow:
    """A page in the list of pages."""

    kind: PageKind
    is_own: bool
    page: PageView
    is_due: bool
    missing: Sequence[str]


@dataclass(frozen=True)
class VersionRow:
    """A text of a page in the list of its texts."""

    page: CouncilPage
    is_own: bool
    is_current: bool


def text_row(kind: PageKind, *, today: date) -> TextRow:
    """How a page stands."""
    newest = next(iter(council_pages(kind, most=1)), None)
    view = page_view(kind)
    checked_on = view.reviewed_on
    return TextRow(
        kind=kind,
        is_own=newest is not None and newest.body is not None,
        page=view,
        is_due=checked_on is None or checked_on + REVIEW_AFTER < today,
        missing=missing_words(body_of(newest, kind)),
    )


def version_rows(kind: PageKind) -> list[VersionRow]:
    """The newest texts of a page, newest first."""
    pages = council_pages(kind, most=MOST_VERSIONS)
    return [VersionRow(page, page.body is not None, place == 0) for place, page in enumerate(pages)]


def body_of(page: CouncilPage | None, kind: PageKind) -> str:
    """The text itself, whether it is the council's own or the standard one."""
    return standard_text(kind) if page is None or page.body is None else page.body


def missing_words(body: str) -> list[str]:
    """What the text names and nobody has given yet, in words."""
    facts = page_facts()
    missing = missing_facts(body, {fact.name: fact.value for fact in facts})
    return [f"{fact.means} {{{fact.name}}}" for fact in facts if fact.name in missing]


def day_of(page: CouncilPage) -> date:
    """The London day on which a text was published."""
    return london_day(page.published_at)

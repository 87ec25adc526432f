"""What the pages of open links say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.invitations.codes import grouped
from survey_app.responses.links.queries import LinkAnswers
from survey_app.responses.models import LinkKind, OpenLink

WHERE = {LinkKind.OPEN: "Poster or card", LinkKind.EMBED: "In a frame"}


@dataclass(frozen=True)
class LinkRow:
    """One link of the list; `state` is a kind of tag and its words."""

    code: str
    grouped_code: str
    name: str
    service: str
    site: str
    where: str
    answers: int
    held: int
    last_at: datetime | None
    state: tuple[str, str]
    is_closed: bool


def link_rows(links: Sequence[LinkAnswers]) -> list[LinkRow]:
    """Open ones first; among each the order in which they came."""
    return sorted((link_row(each) for each in links), key=lambda row: row.is_closed)


def link_row(row: LinkAnswers) -> LinkRow:
    link = row.link
    return LinkRow(
        code=link.code,
        grouped_code=grouped(link.code),
        name=link.name,
        service=link.service.name,
        site=link.site.name if link.site else "",
        where=WHERE[link.kind],
        answers=row.counted,
        held=row.held,
        last_at=row.last_at,
        state=("common", "Open") if link.closed_at is None else ("neutral", "Closed"),
        is_closed=link.closed_at is not None,
    )


def answer(rows: Sequence[LinkRow]) -> tuple[str, str]:
    """The sentence of the list."""
    still_open, came = sum(not row.is_closed for row in rows), sum(row.answers for row in rows)
    if not rows:
        return (
            "There is no open link yet.",
            "Make one, hang up its poster, and whoever has just been served can answer.",
        )
    claim = "1 link is open." if still_open == 1 else f"{still_open} links are open."
    if not came:
        return claim, "Nobody has answered by one yet."
    return (
        claim,
        f"{came:,} {'answer' if came == 1 else 'answers'} came by {'this' if len(rows) == 1 else 'all'} so far.",
    )


def file_name(link: OpenLink, what: str) -> str:
    """Of something that is downloaded: "poster-a4-7KQ4M3HD.pdf" says which link it is of."""
    stem, _, kind = what.rpartition(".")
    return f"{stem}-{link.code}.{kind}"

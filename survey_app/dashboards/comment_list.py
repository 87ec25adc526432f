"""Which comments a viewer chose to read, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.dashboards.selection import DataDays, Selection, read_selection
from survey_app.dashboards.wording import SENTIMENTS
from survey_app.kernel.errors import InvalidInput

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class CommentSelection:
    """Period, service and channel as on the overview, and what only comments have."""

    where: Selection
    sentiment: str | None
    theme: str | None
    text: str

    @property
    def address(self) -> dict[str, str]:
        chosen = {"sentiment": self.sentiment, "theme": self.theme, "text": self.text}
        return self.where.address | {name: value for name, value in chosen.items() if value}


def read_comment_selection(
    args: Mapping[str, str], days: DataDays, today: date, themes: Collection[str]
) -> CommentSelection:
    """The selection of an address. InvalidInput for a label or theme that does not exist."""
    sentiment, theme = args.get("sentiment") or None, args.get("theme") or None
    if sentiment is not None and sentiment not in SENTIMENTS:
        raise InvalidInput(f"“{sentiment}” is no label of a comment. The labels are {', '.join(SENTIMENTS)}.")
    if theme is not None and theme not in themes:
        raise InvalidInput(f"There is no theme “{theme}”.")
    text = " ".join(args.get("text", "").split())
    if len(text) > LONGEST_SEARCH:
        raise InvalidInput(f"Search for {LONGEST_SEARCH} characters or fewer.")
    return CommentSelection(read_selection(args, days, today), sentiment, theme, text)

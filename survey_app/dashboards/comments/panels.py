"""What other rooms show beside the list of comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PanelRow:
    """A line of a panel: a name, maybe a link, its figure, and what is said beside it."""

    name: str
    value: str
    url: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """A heading, what is so in a sentence, some lines, and where it leads."""

    title: str
    words: str
    rows: Sequence[PanelRow] = ()
    url: str | None = None
    link: str = ""
    is_first: bool = False  # stands on a ground of its own: somebody should do something

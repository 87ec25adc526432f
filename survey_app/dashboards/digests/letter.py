"""What one letter of a digest says: counted once, then the same on page, in the e-mail and when it goes out again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Line:
    """One figure. `share` is its value for a bar; `url` is of its passport within the site."""

    name: str
    value: str
    counts: str
    interval: str
    share: float | None
    target: str  # in words, empty where there is none
    url: str


@dataclass(frozen=True)
class Changed:
    """A change that was tested and may be claimed; `kind` says whether it is for the better."""

    name: str
    kind: str
    sentence: str
    url: str


@dataclass(frozen=True)
class Attention:
    title: str
    words: str
    url: str
    link: str


@dataclass(frozen=True)
class Letter:
    """`first` to `last` are the days it is about, `code` the period of the overview that shows its figure. `quotes` are
    numbers of comments: their words are read when they are shown, so that none outlives its author's wish."""

    about: str
    first: date
    last: date
    title: str
    code: str
    page: str
    cut_at: datetime
    claim: str
    rest: str
    figure: Line | None
    news: Line | None
    is_quiet: bool
    changes: tuple[Changed, ...]
    changes_words: str
    attention: tuple[Attention, ...]
    quotes: tuple[int, ...]
    quotes_words: str
    comments_url: str

    def stored(self) -> str:
        """As its row keeps it."""
        return json.dumps(asdict(self), default=_in_iso, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Letter:
        found: dict[str, Any] = json.loads(text)
        return cls(
            **found
            | {
                "first": date.fromisoformat(found["first"]),
                "last": date.fromisoformat(found["last"]),
                "cut_at": datetime.fromisoformat(found["cut_at"]),
                "figure": _line(found["figure"]),
                "news": _line(found["news"]),
                "changes": tuple(Changed(**each) for each in found["changes"]),
                "attention": tuple(Attention(**each) for each in found["attention"]),
                "quotes": tuple(found["quotes"]),
            }
        )


def _line(found: dict[str, Any] | None) -> Line | None:
    return None if found is None else Line(**found)


def _in_iso(value: date) -> str:
    return value.isoformat()

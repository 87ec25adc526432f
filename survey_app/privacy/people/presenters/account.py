"""What is held about somebody, as they read it: JSON for a machine, a page for them. No member of staff is named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from survey_app.kernel.clock import LONDON
from survey_app.organisation.queries import council
from survey_app.privacy.people import kinds
from survey_app.privacy.people.kinds import Kind
from survey_app.privacy.people.presenters.rows import ROWS, Row, plain
from survey_app.privacy.people.queries import Holdings

JSON_NAME, PAGE_NAME = "what-we-hold.json", "what-we-hold.html"


@dataclass(frozen=True)
class Section:
    """Everything of one kind."""

    kind: Kind
    rows: Sequence[Row]


@dataclass(frozen=True)
class Account:
    """What is held about one person."""

    made_at: datetime
    asked_for: str
    sections: Sequence[Section]

    @property
    def total(self) -> int:
        return sum(len(section.rows) for section in self.sections)

    def as_dict(self) -> dict[str, Any]:
        found = council()
        return {
            "council": found.name if found else None,
            "asked_for": self.asked_for,
            "made_at": plain(self.made_at),
            "sections": [
                {
                    "code": section.kind.code,
                    "title": section.kind.title,
                    "what": section.kind.what,
                    "why": section.kind.why,
                    "kept": section.kind.kept,
                    "rows": [{name: plain(value) for name, value in row.items()} for row in section.rows],
                }
                for section in self.sections
            ],
            "not_searched": list(kinds.NOT_SEARCHED),
            "rights": list(kinds.RIGHTS),
        }

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n"

    def as_page(self) -> str:
        """One file that opens anywhere: no style of it comes from elsewhere, and no script runs."""
        return render_template("privacy/what_we_hold.html", account=self.as_dict())

    def as_zip(self) -> bytes:
        """Both, in one file to be handed over."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(PAGE_NAME, self.as_page())
            file.writestr(JSON_NAME, self.as_json())
        return made.getvalue()


def account_of(held: Holdings, asked_for: str, *, now: datetime) -> Account:
    """All that is held about somebody, of every kind, the empty kinds too."""
    return Account(now, asked_for, [Section(kind, list(ROWS[kind.code](held))) for kind in kinds.KINDS])


def counts(held: Holdings) -> list[tuple[Kind, int]]:
    """How much there is of each kind, without a word of it."""
    return [(section.kind, len(section.rows)) for section in account_of(held, "", now=_EPOCH).sections]


_EPOCH = datetime(2000, 1, 1, tzinfo=LONDON)

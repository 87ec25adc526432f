"""The forms of visits. What was typed comes back beside what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from survey_app.evidence.elements.state import RATING_WORDS
from survey_app.evidence.models import Element, Rating
from survey_app.evidence.visits.cycle import MOST_YEARS
from survey_app.evidence.visits.operations import LONGEST_BODY, LONGEST_REMARK, LONGEST_REPORT, Said
from survey_app.web.fields import at_most, one_line, plain, typed_day

YEARS = {3: "Three years: an assessment, and reviews after 12 and 24 months", 1: "One year: an assessment every year"}
OTHER_YEARS = [n for n in range(1, MOST_YEARS + 1) if n not in YEARS]
NOT_RATED = "Not rated"


def _text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


class _DayForm(FlaskForm):  # type: ignore[misc]
    on = StringField(filters=[one_line])

    day: date

    def validate_on(self, field: Field) -> None:
        self.day = typed_day(field)


class PlanForm(_DayForm):
    """A round: its first day, its years and who assesses."""

    years = RadioField(
        choices=[SelectChoice(str(n), words) for n, words in YEARS.items()]
        + [SelectChoice(str(n), f"{n} years") for n in OTHER_YEARS],
        default="3",
        validators=[AnyOf([str(n) for n in range(1, MOST_YEARS + 1)], message="Choose how long the round is.")],
        validate_choice=False,
    )
    body = StringField(filters=[one_line], validators=[at_most(LONGEST_BODY), plain])


class MoveForm(_DayForm):
    """The day on which a visit is due."""


class HeldForm(_DayForm):
    """When a visit was held, what the report says, and what the assessor said of each element."""

    report = TextAreaField(filters=[_text], validators=[at_most(LONGEST_REPORT)])

    def __init__(self, rows: Sequence[SaidRow], **values: Any) -> None:
        super().__init__(**values)
        self.rows = rows

    def read_rows(self, typed: Mapping[str, str]) -> bool:
        """Take what was typed for each element; False where one of them cannot be."""
        for row in self.rows:
            row.read(typed)
        return not any(row.errors for row in self.rows)

    @property
    def said(self) -> dict[str, Said]:
        """The assessor's words by number, once they are valid."""
        return {row.number: Said(Rating(row.rating) if row.rating else None, row.remark) for row in self.rows}


@dataclass
class SaidRow:
    """One element of the form of a visit, as it was typed; to begin with it has the council's own rating."""

    number: str
    title: str
    rating: str
    remark: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"remark-{self.number}"

    def read(self, typed: Mapping[str, str]) -> None:
        self.rating = typed.get(f"rating-{self.number}", self.rating)
        self.remark = _text(typed.get(self.id))
        if self.rating and self.rating not in set(Rating):
            self.errors = [f"Choose a rating for {self.number} from the list."]
        elif len(self.remark) > LONGEST_REMARK:
            self.errors = [f"Use {LONGEST_REMARK:,} characters or fewer for the remark on {self.number}."]


def said_rows(elements: Sequence[Element], shown: Collection[int], typed: Mapping[int, Said]) -> list[SaidRow]:
    """A row for each element that is shown: what was typed before a visit was taken back, else our own rating."""
    rows = []
    for element in elements:
        if element.id in shown:
            said = typed.get(element.id, Said(element.rating))
            rows.append(SaidRow(element.number, element.title, said.rating or "", said.remark))
    return rows


RATING_CHOICES = [("", NOT_RATED), *((rating.value, words) for rating, words in RATING_WORDS.items())]

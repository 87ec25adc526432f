"""What the pages of surveys say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from wtforms import Field, FieldList, FormField

from survey_app.admin.surveys import checks
from survey_app.admin.surveys.drafts import Draft
from survey_app.admin.surveys.words import KIND_LABELS, TEXT_TYPE_LABELS
from survey_app.kernel.characters import shortened
from survey_app.measures.definitions import MEASURES
from survey_app.surveys.editing import last_page
from survey_app.surveys.in_words import FactNames, condition_in_words, rule_in_words
from survey_app.surveys.models import Survey, SurveyEdit, SurveyVersion
from survey_app.surveys.structure import Item, SurveyStructure

_LONGEST_SHOWN = 140


@dataclass(frozen=True)
class SurveyRow:
    """One survey of the list."""

    code: str
    name: str
    customers: str
    version: str  # "" where it was never published
    published_at: datetime | None
    edited_at: datetime | None  # None where it has no draft
    edited_by: str
    answers: int


def survey_row(
    survey: Survey,
    version: SurveyVersion | None,
    edit: SurveyEdit | None,
    names: Mapping[int, str],
    answers: int,
) -> SurveyRow:
    return SurveyRow(
        code=survey.code,
        name=edit.document["name"] if edit else survey.name,
        customers=survey.customer_kind.label,
        version=version.label if version else "",
        published_at=version.published_at if version else None,
        edited_at=edit.edited_at if edit else None,
        edited_by=names.get(edit.edited_by or 0, "") if edit else "",
        answers=answers,
    )


def list_sentence(rows: Sequence[SurveyRow]) -> tuple[str, str]:
    """The answer of the list: how many are asked, and what waits."""
    asked, drafts = sum(bool(row.version) for row in rows), sum(row.edited_at is not None for row in rows)
    if not rows:
        return "There is no survey yet.", "Begin with the usual one: it can be published in a few minutes."
    claim = f"{asked} {'survey is' if asked == 1 else 'surveys are'} published."
    if not drafts:
        return claim, "None of them is being changed."
    return claim, f"{drafts} {'has a draft that waits' if drafts == 1 else 'have drafts that wait'} to be published."


@dataclass(frozen=True)
class QuestionRow:
    """One question on the page of a draft."""

    number: int
    code: str
    wording: str
    facts: str  # its kind, whether it needs an answer, what it feeds
    shown: str  # of whom it is asked; "" of everybody
    stem: str  # where one begins a group under it
    notes: Sequence[checks.Note]
    breaks_trend: bool
    can_go_up: bool
    can_go_down: bool
    begins_page: bool


@dataclass(frozen=True)
class PageOfQuestions:
    number: int
    title: str
    rows: Sequence[QuestionRow]
    rules: Sequence[str]
    notes: Sequence[checks.Note]


def pages_of(
    draft: Draft, facts: FactNames, notes: Sequence[checks.Note], broken: Collection[str]
) -> list[PageOfQuestions]:
    """The questions in their order on their pages, each with what is to settle beside it; `broken` are those whose
    trend breaks."""
    structure = draft.structure
    return [
        PageOfQuestions(
            page,
            structure.page_titles.get(page, ""),
            list(_rows(structure, page, facts, notes, broken)),
            [rule_in_words(rule, structure, facts) for rule in structure.rules if rule.after_page == page],
            [note for note in notes if note.page == page and not note.question],
        )
        for page in range(1, last_page(structure) + 1)
    ]


def _rows(
    structure: SurveyStructure,
    page: int,
    facts: FactNames,
    notes: Sequence[checks.Note],
    broken: Collection[str],
) -> Iterator[QuestionRow]:
    items, before = structure.items, None
    for n, item in enumerate(items):
        if item.page != page:
            continue
        question = item.question
        yield QuestionRow(
            number=n + 1,
            code=question.code,
            wording=shortened(question.wording, _LONGEST_SHOWN),
            facts=facts_of(item),
            shown=condition_in_words(item.show_if, structure, facts) if item.show_if else "",
            stem=item.stem if before is None or before.stem != item.stem else "",
            notes=[note for note in notes if note.question == question.code],
            breaks_trend=question.code in broken,
            can_go_up=n > 0,
            can_go_down=n < len(items) - 1,
            begins_page=before is None,
        )
        before = item


def facts_of(item: Item) -> str:
    """Such as: Satisfaction, 5 points · needs an answer · feeds Satisfaction."""
    question = item.question
    said = [KIND_LABELS[question.kind]]
    if question.text_type:
        said.append(TEXT_TYPE_LABELS[question.text_type].lower())
    if item.is_required:
        said.append("needs an answer")
    if question.asks:
        said.append(f"feeds {MEASURES[question.asks].label}")
    return " · ".join(said)


@dataclass(frozen=True)
class Problem:
    """What to put right, at the control of this id."""

    id: str
    errors: Sequence[str]


def problems_in(form: FlaskForm) -> list[Problem]:
    """Every fault of a form, with those within its rows; a fault of all rows leads to the first of them."""
    return list(_problems(form))


def _problems(fields: Sequence[Field]) -> Iterator[Problem]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _problems(field.form)
        elif isinstance(field, FieldList):
            sentences = [one for one in field.errors if isinstance(one, str)]
            if sentences:
                yield Problem(f"{field.id}-all", sentences)
            yield from _problems(field)
        elif field.errors:
            yield Problem(field.id, field.errors)


def tabs(draft: Draft) -> list[tuple[str, str]]:
    """What there is to do with a survey, as addresses and labels; pages that this house has not (yet) are left out."""
    base, structure = f"/admin/surveys/{draft.survey.code}/", draft.structure
    offered = [
        (base, f"Questions ({len(structure.items)})"),
        (f"{base}pages/", f"Pages and rules ({last_page(structure)})"),
        (f"{base}translations/", "Languages"),
        (f"{base}messages/", "Invitation and reminder"),
        (f"{base}preview/", "As a resident sees it"),
        (f"{base}versions/", "Versions"),
        (f"{base}about", "About the survey"),
        (f"{base}publish", "Check and publish"),
    ]
    return [(url, label) for url, label in offered if is_served(url)]


def is_served(url: str) -> bool:
    """Whether some page of this app has the address."""
    try:
        current_app.url_map.bind("").match(url)
    except HTTPException:
        return False
    return True

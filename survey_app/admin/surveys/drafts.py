"""The draft that a page works on: read once, and kept only if nobody else changed it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import NotFound
from survey_app.surveys.editing import item_named
from survey_app.surveys.lengths import with_length_sentence
from survey_app.surveys.models import Survey, SurveyEdit, SurveyVersion
from survey_app.surveys.operations import EditedMeanwhile, begin_draft, save_draft
from survey_app.surveys.queries import newest_edit, newest_published, newest_structure, structure_of, survey_named
from survey_app.surveys.reading import read_survey
from survey_app.surveys.structure import SurveyStructure, as_document

UNCHANGED = 0  # the revision of a survey that nobody has changed since it was published
_LONGEST_WHAT = 100


@dataclass(frozen=True)
class Draft:
    """A survey as it stands: its draft, or else its newest version, from which the first change begins a draft."""

    survey: Survey
    structure: SurveyStructure
    edit: SurveyEdit | None
    published: SurveyVersion | None

    @property
    def revision(self) -> int:
        return self.edit.revision if self.edit else UNCHANGED

    @property
    def published_structure(self) -> SurveyStructure | None:
        return structure_of(self.published) if self.published else None


def draft_of(code: str) -> Draft:
    """NotFound where there is no such survey, and for the one of kiosks, which follows from the others."""
    survey = survey_named(code)
    if survey.is_for_kiosks:
        raise NotFound("What kiosks ask follows from the survey that residents are sent.")
    return Draft(survey, newest_structure(survey), newest_edit(survey), newest_published(survey))


def keep(draft: Draft, structure: SurveyStructure, what: str, *, revision: int, now: datetime, by: int) -> None:
    """Keep a change. EditedMeanwhile where `revision`, which the page was made of, is no longer the newest.

    InvalidInput for what could not be read again: a form that lets it through must not lock everybody out.
    """
    if structure == draft.structure:
        return
    structure = replace(structure, length_sentence=with_length_sentence(draft.structure, structure))
    read_survey(as_document(structure), may_be_empty=True)
    if revision != draft.revision:
        raise EditedMeanwhile("Somebody else changed this survey after you opened this page.")
    edit = draft.edit or begin_draft(draft.survey, now=now, by=by)
    save_draft(draft.survey, structure, revision=edit.revision, what=shortened(what, _LONGEST_WHAT), now=now, by=by)


def named(structure: SurveyStructure, code: str) -> str:
    """A question as a sentence calls it."""
    question = item_named(structure, code).question
    return f"“{shortened(question.short_label or question.wording, 60)}”"

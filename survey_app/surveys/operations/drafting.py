"""Drafts: a survey before it is published is a document, and every change of it an edit that can be undone.

Nobody is asked a draft. Two people may have one open: who saves second is told, and loses nothing of what they typed.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy import delete

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.surveys.bank import BankQuestion
from survey_app.surveys.models import Question, Survey, SurveyEdit
from survey_app.surveys.queries import (
    newest_edit,
    newest_version,
    question_by_code,
    structure_in,
    structure_of,
    survey_by_code,
)
from survey_app.surveys.structure import SurveyStructure, as_document
from survey_app.surveys.translating import noting_what_changed

MOST_EDITS = 100  # of one draft that can be undone
_LONGEST_CODE = 60
_LONGEST_WHAT = 120


class EditedMeanwhile(Refused):
    """Somebody else changed this draft since it was opened."""


def import_survey(structure: SurveyStructure, *, now: datetime, by: int | None = None) -> Survey:
    """A draft of what a document asks. A survey that has its code already stays as it is: this one gets a suffix.

    A question is known by its code, whatever survey it stands in: one that reads the same is the same, so that its
    answers are added up; another wording is the next of its lineage, once it is published. Refused when one would feed
    another measure.
    """
    for item in structure.items:
        lineage_for(item.question)
    survey = start_survey(structure, "Imported", now=now, by=by)
    after = {"questions": len(structure.items), "customer_kind": structure.customer_kind.value}
    record_act_by("survey.imported", survey.code, at=now, by=by, after=after)
    return survey


def start_survey(structure: SurveyStructure, what: str, *, now: datetime, by: int | None = None) -> Survey:
    """A new survey that is nothing but a draft. Its code gets a suffix where it is taken."""
    survey = Survey(code=free_code(structure.code), name=structure.name, customer_kind=structure.customer_kind)
    db.session.add(survey)
    db.session.flush()
    _add_edit(survey, structure, 1, what=what, now=now, by=by)
    return survey


def begin_draft(survey: Survey, *, now: datetime, by: int | None = None) -> SurveyEdit:
    """The draft of a survey: the one that there is, or a new one that says what the newest version asks."""
    found = newest_edit(survey)
    if found is not None:
        return found
    newest = newest_version(survey)
    if newest is None:
        raise Refused("This survey has neither a draft nor a version to begin from.")
    what = f"Begun from version {newest.label}"
    return _add_edit(survey, structure_of(newest), 1, what=what, now=now, by=by)


def save_draft(
    survey: Survey, structure: SurveyStructure, *, revision: int, what: str, now: datetime, by: int | None = None
) -> SurveyEdit:
    """Keep a change of a draft. `revision` is the one that was changed: EditedMeanwhile when it is not the newest."""
    newest = newest_edit(survey, is_locked=True)
    if newest is None or newest.revision != revision:
        raise EditedMeanwhile(
            "Somebody changed this survey after you opened this page. Open it anew, then make your change again."
        )
    structure = noting_what_changed(structure_in(newest), structure)
    edit = _add_edit(survey, structure, revision + 1, what=what, now=now, by=by)
    gone = (SurveyEdit.survey_id == survey.id, SurveyEdit.revision <= edit.revision - MOST_EDITS)
    db.session.execute(delete(SurveyEdit).where(*gone))
    return edit


def undo_edit(survey: Survey, *, revision: int) -> None:
    """Take the newest change of a draft back. Refused where it is the first, or no longer the newest."""
    newest = newest_edit(survey, is_locked=True)
    if newest is None or newest.revision != revision:
        raise EditedMeanwhile("Somebody changed this survey after you opened this page. Open it anew.")
    before = db.session.query(SurveyEdit).filter_by(survey_id=survey.id, revision=revision - 1).one_or_none()
    if before is None:
        raise Refused("There is no earlier change to go back to.")
    db.session.delete(newest)
    db.session.flush()


def discard_draft(survey: Survey, *, now: datetime, by: int | None = None) -> None:
    """Throw the draft away; what was published stays. A survey that was never published goes with it."""
    forget_edits(survey)
    record_act_by("survey.draft_discarded", survey.code, at=now, by=by)
    if not survey.versions:
        db.session.delete(survey)
    db.session.flush()


def forget_edits(survey: Survey) -> None:
    db.session.execute(delete(SurveyEdit).where(SurveyEdit.survey_id == survey.id))


def lineage_for(question: BankQuestion) -> Question | None:
    """The lineage that a question would go on; None where it begins one. Refused when it would feed another measure."""
    lineage = question_by_code(question.code)
    if lineage is None or lineage.asks == question.asks:
        return lineage
    was, here = (f"the measure {asks}" if asks else "no measure" for asks in (lineage.asks, question.asks))
    raise Refused(
        f"The question {question.code} is there already and feeds {was}; here it would feed {here}. "
        "Give it another code."
    )


def free_code(code: str) -> str:
    """The code, or with the first suffix that no survey has."""
    if survey_by_code(code) is None:
        return code
    suffixed = (f"{code[: _LONGEST_CODE - len(suffix)]}{suffix}" for suffix in (f"-{n}" for n in count(2)))
    return next(one for one in suffixed if survey_by_code(one) is None)


def _add_edit(
    survey: Survey, structure: SurveyStructure, revision: int, *, what: str, now: datetime, by: int | None
) -> SurveyEdit:
    edit = SurveyEdit(
        survey_id=survey.id,
        revision=revision,
        document=as_document(structure),
        what=what[:_LONGEST_WHAT],
        edited_at=now,
        edited_by=by,
    )
    db.session.add(edit)
    db.session.flush()
    return edit

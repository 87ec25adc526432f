"""What people may have been asked never changes: not by an object, not by a statement, not by any act on a survey."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, event, select, update

from survey_app.extensions import Base, db, transaction
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.kinds import Paging, VersionState
from survey_app.surveys.models import Frozen, Option, QuestionVersion, SurveyItem, SurveyVersion
from survey_app.surveys.operations import (
    begin_draft,
    discard_draft,
    import_survey,
    publish_default_survey,
    publish_kiosk_survey,
    save_draft,
    set_paging,
    undo_edit,
)
from survey_app.surveys.queries import structure_in
from tests.factories import NOON, publish_anew

LATER = NOON + timedelta(days=30)


@pytest.fixture
def version(app: Flask) -> SurveyVersion:
    with transaction():
        return publish_default_survey(NOON)


def reword(version: SurveyVersion) -> None:
    version.items[0].question_version.wording = "Were you happy?"


def reword_an_option(version: SurveyVersion) -> None:
    version.items[0].question_version.options[0].label = "Delighted"


def take_an_option_out(version: SurveyVersion) -> None:
    version.items[0].question_version.options.pop()


def move_to_another_page(version: SurveyVersion) -> None:
    version.items[0].page = 2


def take_a_question_out(version: SurveyVersion) -> None:
    version.items.pop()


def ask_the_same_once_more(version: SurveyVersion) -> None:
    version.items.append(SurveyItem(question_version=version.items[0].question_version, position=99))


def take_another_name(version: SurveyVersion) -> None:
    version.label = "9.0"


def publish_on_another_day(version: SurveyVersion) -> None:
    version.published_at = LATER


def become_a_draft(version: SurveyVersion) -> None:
    version.published_at = None


def translate(version: SurveyVersion) -> None:
    version.translations = {"cy": {}}


def delete_it(version: SurveyVersion) -> None:
    db.session.delete(version)


@pytest.mark.parametrize(
    "change",
    [
        reword,
        reword_an_option,
        take_an_option_out,
        move_to_another_page,
        take_a_question_out,
        ask_the_same_once_more,
        take_another_name,
        publish_on_another_day,
        become_a_draft,
        translate,
        delete_it,
    ],
)
def test_a_published_version_cannot_be_changed(
    version: SurveyVersion, change: Callable[[SurveyVersion], object]
) -> None:
    before = as_stored()
    with pytest.raises(Frozen), transaction():
        change(version)
        db.session.flush()
    db.session.rollback()
    assert as_stored() == before


@pytest.mark.parametrize("model", [QuestionVersion, Option, SurveyItem, SurveyVersion])
def test_nor_by_one_statement(version: SurveyVersion, model: type[Base]) -> None:
    before = as_stored()
    for statement in (delete(model), update(model).values(id=99)):
        with pytest.raises(Frozen):
            db.session.execute(statement)
    with pytest.raises(Frozen):
        db.session.query(model).delete()
    assert as_stored() == before


def test_a_version_can_be_retired(version: SurveyVersion) -> None:
    with transaction():
        version.state = VersionState.RETIRED
    assert db.session.scalars(select(SurveyVersion.state)).one() is VersionState.RETIRED


def test_no_act_on_a_survey_touches_what_was_published(version: SurveyVersion) -> None:
    """All that can be done to a survey is done; of what was there nothing is gone and nothing reads otherwise."""
    before, statements = as_stored(), []

    @event.listens_for(Engine, "before_cursor_execute")
    def keep(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    survey = version.survey
    try:
        with transaction():
            publish_kiosk_survey(NOON)
            draft = begin_draft(survey, now=NOON)
            edit = save_draft(survey, structure_in(draft), revision=1, what="Kept", now=NOON)
            undo_edit(survey, revision=edit.revision)
            discard_draft(survey, now=NOON)
            set_paging(survey, Paging.ONE_QUESTION, now=NOON)
            import_survey(DEFAULT_SURVEY, now=NOON)
            publish_anew(survey, lambda structure: structure, LATER)
            publish_kiosk_survey(LATER)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    assert before <= as_stored()
    changing = ("UPDATE question_version", "UPDATE option", "UPDATE survey_item", "DELETE FROM question_version")
    assert not [statement for statement in statements if statement.startswith(changing)]


def as_stored() -> set[str]:
    """Every row of what is asked, as it stands in the database."""
    return {
        json.dumps([table.name, *map(str, row)])
        for table in (each.__table__ for each in (QuestionVersion, Option, SurveyItem, SurveyVersion))
        for row in db.session.execute(select(table))
    }

"""A survey is a draft until it is published: a document whose every change can be undone, and that nobody is asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.surveys.bank import BankQuestion, Choice, Limits
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import Survey, SurveyEdit
from survey_app.surveys.operations import (
    EditedMeanwhile,
    begin_draft,
    discard_draft,
    publish_default_survey,
    publish_survey,
    save_draft,
    start_survey,
    undo_edit,
)
from survey_app.surveys.queries import newest_edit, newest_published, newest_structure, structure_of
from survey_app.surveys.reading import parse_survey
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure, as_document
from tests.factories import NOON

UNHAPPY = Condition((Term("satisfaction", Comparison.AT_MOST, ("2",)), Term(Fact.CHANNEL, Comparison.IS, ("phone",))))
ROUTED = replace(
    DEFAULT_SURVEY,
    code="routed",
    items=(
        DEFAULT_SURVEY.items[0],
        Item(
            BankQuestion(
                code="reasons",
                kind=QuestionKind.MULTIPLE_CHOICE,
                wording="What went wrong?",
                short_label="What went wrong",
                choices=(
                    Choice("wait", "It took too long", is_outside=False, icon="clock"),
                    Choice("other", "Something else", is_outside=False, is_other=True),
                    Choice("none", "None of these", is_outside=True),
                ),
                limits=Limits(least=1, most=2),
            ),
            page=2,
            show_if=UNHAPPY,
            translations={"cy": {"wording": "Beth aeth o'i le?", "options": {"wait": "Cymerodd ormod o amser"}}},
        ),
        Item(
            BankQuestion(
                code="minutes",
                kind=QuestionKind.NUMBER,
                wording="How long did you wait?",
                short_label="Wait",
                limits=Limits(0, 600, "minutes"),
            ),
            page=3,
            stem="About the wait",
        ),
    ),
    rules=(
        Rule(1, None, Condition((Term("satisfaction", Comparison.IS, ("5", "dk")),), needs_all=False)),
        Rule(2, 3),
    ),
    page_titles={2: "What went wrong"},
    bsl_url="https://video.example.org/bsl",
    translations={"cy": {"page_titles": {"2": "Beth aeth o'i le"}}},
)


def test_all_of_a_routed_survey_goes_out_and_comes_back_byte_for_byte() -> None:
    text = json.dumps(as_document(ROUTED), ensure_ascii=False)
    structure, left_out = parse_survey(text)
    assert (structure, left_out) == (ROUTED, [])
    assert json.dumps(as_document(structure), ensure_ascii=False) == text


def test_what_is_published_is_what_the_draft_said(app: Flask) -> None:
    with transaction():
        survey = start_survey(ROUTED, "Written", now=NOON)
        assert newest_structure(survey) == ROUTED
        assert structure_of(publish_survey(survey, now=NOON)) == ROUTED
    assert newest_edit(survey) is None


def test_each_change_is_kept_and_the_newest_is_taken_back(app: Flask) -> None:
    with transaction():
        survey = publish_default_survey(NOON).survey
        revision = begin_draft(survey, now=NOON).revision
        shorter = replace(DEFAULT_SURVEY, items=DEFAULT_SURVEY.items[:3])
        edit = save_draft(survey, shorter, revision=revision, what="Questions taken out", now=NOON)
        assert newest_structure(survey) == shorter
        undo_edit(survey, revision=edit.revision)
        assert newest_structure(survey) == DEFAULT_SURVEY
        with pytest.raises(Refused, match="no earlier change"):
            undo_edit(survey, revision=revision)


def test_who_saves_second_is_told_and_changes_nothing(app: Flask) -> None:
    with transaction():
        survey = publish_default_survey(NOON).survey
        opened = begin_draft(survey, now=NOON).revision
        save_draft(survey, _named("First"), revision=opened, what="Name", now=NOON)
    with transaction(), pytest.raises(EditedMeanwhile, match="after you opened this page"):
        save_draft(survey, _named("Second"), revision=opened, what="Name", now=NOON)
    assert newest_structure(survey).name == "First"


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"length_sentence": "It is short."}, "2.0"),
        ({"name": "Called otherwise by staff"}, "1.1"),
        ({"translations": {"cy": {"length_sentence": "Mae'n fyr."}}}, "1.1"),
    ],
)
def test_a_version_that_only_adds_translations_is_a_minor_one(
    app: Flask, change: dict[str, object], label: str
) -> None:
    with transaction():
        survey = publish_default_survey(NOON).survey
        revision = begin_draft(survey, now=NOON).revision
        save_draft(survey, replace(DEFAULT_SURVEY, **change), revision=revision, what="Changed", now=NOON)
        assert publish_survey(survey, now=NOON).label == label


def test_a_draft_that_is_thrown_away_leaves_the_versions_or_nothing(app: Flask) -> None:
    with transaction():
        published = publish_default_survey(NOON).survey
        begin_draft(published, now=NOON)
        discard_draft(published, now=NOON)
        discard_draft(start_survey(ROUTED, "Written", now=NOON), now=NOON)
    assert newest_published(published) is not None
    assert db.session.scalars(select(Survey.code)).all() == ["after-contact"]
    assert db.session.scalar(select(func.count(SurveyEdit.id))) == 0


def _named(name: str) -> SurveyStructure:
    return replace(DEFAULT_SURVEY, name=name)


def test_a_survey_with_faults_is_not_published_and_each_is_named(app: Flask) -> None:
    astray = replace(ROUTED, rules=(Rule(1, 7), Rule(3, 1)))
    with transaction():
        survey = start_survey(astray, "Made", now=NOON)
    with transaction(), pytest.raises(Refused) as refusal:
        publish_survey(survey, now=NOON)
    assert refusal.value.message.startswith("This survey cannot be published yet. Page 2: nobody can come to it")
    assert "The rule after page 3: it leads back to page 1, and a survey only goes forward." in refusal.value.message
    assert newest_published(survey) is None
    assert newest_edit(survey) is not None

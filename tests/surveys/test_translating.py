"""Translations of a survey: text by text, with what is missing and what no longer fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from survey_app.extensions import db, transaction
from survey_app.kernel.languages import TRANSLATED
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.operations import begin_draft, publish_default_survey, publish_survey, save_draft
from survey_app.surveys.phrases import known_texts
from survey_app.surveys.queries import languages_of, newest_published, newest_structure, structure_of, version_in
from survey_app.surveys.reading import read_survey
from survey_app.surveys.structure import SurveyStructure, as_document
from survey_app.surveys.translating import (
    lines,
    missing,
    noting_what_changed,
    stale,
    translated_item,
    translated_survey,
    with_translations,
    without_language,
)
from tests.factories import NOON

WELSH = with_translations(
    DEFAULT_SURVEY, "cy", {"satisfaction/wording": "Pa mor fodlon?", "satisfaction/options.5": "Bodlon iawn"}
)


def reworded(structure: SurveyStructure, wording: str) -> SurveyStructure:
    first, *others = structure.items
    question = replace(first.question, wording=wording)
    return replace(structure, items=(replace(first, question=question), *others))


def test_what_is_not_translated_stays_english_text_by_text() -> None:
    question = translated_item(WELSH.items[0], "cy").question
    assert (question.wording, question.choices[0].label) == ("Pa mor fodlon?", "Bodlon iawn")
    assert question.choices[1].label == "Fairly satisfied"
    assert translated_item(WELSH.items[0], "pl") == WELSH.items[0]


@pytest.mark.parametrize("language", TRANSLATED)
def test_our_own_survey_is_known_in_full(language: str) -> None:
    whole = with_translations(DEFAULT_SURVEY, language, known_texts(DEFAULT_SURVEY, language))
    assert missing(whole, language) == []
    english = {line.english for line in lines(DEFAULT_SURVEY, language)}
    assert english & {line.english for line in lines(translated_survey(whole, language), language)} == set()


def test_a_reworded_question_has_a_stale_translation_until_it_is_changed_or_said_to_fit() -> None:
    edited = noting_what_changed(WELSH, reworded(WELSH, "How was it?"))
    assert [line.place for line in stale(edited, "cy")] == ["satisfaction/wording"]
    once_more = noting_what_changed(edited, reworded(edited, "How did it go?"))
    assert [line.place for line in stale(once_more, "cy")] == ["satisfaction/wording"]
    assert stale(with_translations(once_more, "cy", {"satisfaction/wording": "Sut aeth hi?"}), "cy") == []
    assert stale(with_translations(once_more, "cy", {}, still_fit=["satisfaction/wording"]), "cy") == []
    back = noting_what_changed(once_more, reworded(once_more, WELSH.items[0].question.wording))
    assert stale(back, "cy") == []


def test_what_is_stale_travels_with_the_document() -> None:
    edited = noting_what_changed(WELSH, reworded(WELSH, "How was it?"))
    read, left_out = read_survey(as_document(edited))
    assert (read, left_out) == (edited, [])
    assert as_document(read) == as_document(edited)


def test_a_text_is_taken_away_and_a_place_that_is_none_is_refused() -> None:
    emptied = with_translations(WELSH, "cy", {"satisfaction/wording": "", "satisfaction/options.5": ""})
    assert emptied == DEFAULT_SURVEY == without_language(WELSH, "cy")
    for place in ("nothing/wording", "satisfaction/options.9", "wording", "satisfaction/"):
        with pytest.raises(KeyError):
            with_translations(WELSH, "cy", {place: "Helo"})


def test_a_translation_is_a_minor_version_and_keeps_what_is_stale(app: Flask) -> None:
    with transaction():
        survey = publish_default_survey(NOON).survey
        draft = begin_draft(survey, now=NOON)
        welsh = with_translations(DEFAULT_SURVEY, "cy", known_texts(DEFAULT_SURVEY, "cy"))
        save_draft(survey, welsh, revision=draft.revision, what="Welsh", now=NOON)
        minor = publish_survey(survey, now=NOON)
        assert (minor.label, languages_of(minor)) == ("1.1", {"en": "English", "cy": "Cymraeg"})
        draft = begin_draft(survey, now=NOON)
        save_draft(survey, reworded(newest_structure(survey), "How?"), revision=draft.revision, what="w", now=NOON)
        publish_survey(survey, now=NOON)
    version = newest_published(survey)
    assert version is not None
    assert [line.place for line in stale(structure_of(version), "cy")] == ["satisfaction/wording"]


def test_a_version_in_another_language_is_a_copy_that_no_session_stores(app: Flask) -> None:
    with transaction():
        survey = publish_default_survey(NOON).survey
        draft = begin_draft(survey, now=NOON)
        save_draft(survey, WELSH, revision=draft.revision, what="Welsh", now=NOON)
        publish_survey(survey, now=NOON)
    version = newest_published(survey)
    assert version is not None
    welsh, first = version_in(version, "cy"), version.items[0]
    assert welsh.items[0].question_version.wording == "Pa mor fodlon?"
    assert welsh.items[0].question_version.id == first.question_version.id
    assert (welsh.id, welsh.survey) == (version.id, version.survey)
    assert first.question_version.wording == DEFAULT_SURVEY.items[0].question.wording
    assert version_in(version, "en") is version
    assert not db.session.new
    assert not db.session.dirty

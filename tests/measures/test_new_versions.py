"""New versions of a survey: which of them break a trend, and which go on as if nothing were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from survey_app.dashboards.control.reading import ranges_of_wordings
from survey_app.measures.address import make_query
from survey_app.measures.definitions import MEASURES
from survey_app.measures.operations import declare_bridge, freeze_passport
from survey_app.measures.queries import figures
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.queries.standing import read_lineage
from survey_app.organisation.models import Service
from survey_app.surveys.bank import Choice
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey, publish_kiosk_survey, publish_survey, start_survey
from survey_app.surveys.queries import kiosk_survey, newest_published, newest_wordings
from survey_app.surveys.structure import SurveyStructure
from tests.factories import make_answers, make_service, publish_anew

APRIL = datetime(2025, 4, 1, 9, tzinfo=UTC)
OCTOBER = datetime(2025, 10, 1, 9, tzinfo=UTC)
JANUARY = datetime(2026, 1, 5, 9, tzinfo=UTC)
JUNE_DAY, AUTUMN_DAY, WINTER_DAY = date(2025, 6, 10), date(2025, 11, 10), date(2026, 1, 20)
YEAR = date(2025, 4, 1), date(2026, 3, 31)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
Change = Callable[[SurveyStructure], SurveyStructure]
SATISFIED = {"satisfaction": "5"}


def first(**changes: Any) -> Change:
    """Another question on overall satisfaction."""
    return lambda survey: _with_first(survey, question=replace(survey.items[0].question, **changes))


def first_item(**changes: Any) -> Change:
    """The same question, standing otherwise in its survey."""
    return lambda survey: _with_first(survey, **changes)


def _with_first(survey: SurveyStructure, **changes: Any) -> SurveyStructure:
    return replace(survey, items=(replace(survey.items[0], **changes), *survey.items[1:]))


def choices(change: Callable[[tuple[Choice, ...]], tuple[Choice, ...]]) -> Change:
    return lambda survey: first(choices=change(survey.items[0].question.choices))(survey)


def with_pictures(given: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple(replace(choice, icon="face") for choice in given)


@pytest.fixture
def housing(app: Flask) -> Service:
    return make_service("housing")


@pytest.fixture
def asked(app: Flask) -> SurveyVersion:
    return publish_default_survey(APRIL)


def base() -> int:
    (figure,) = figures("satisfaction", *YEAR, now=NOW)
    return figure.base


@pytest.mark.parametrize(
    ("change", "label"),
    [
        (first_item(translations={"cy": {"wording": "Pa mor fodlon oeddech chi?"}}), "1.1"),
        (first(short_label="Satisfied overall"), "2.0"),
        (first(missing_message="Choose one"), "2.0"),
        (first_item(is_required=False), "2.0"),
        (lambda survey: replace(survey, items=survey.items[::-1]), "2.0"),
    ],
)
def test_what_no_person_answering_reads_otherwise_breaks_no_figure_no_range_and_no_passport(
    asked: SurveyVersion, housing: Service, change: Change, label: str
) -> None:
    make_answers(asked, housing, JUNE_DAY, SATISFIED, 30)
    newer = publish_anew(asked.survey, change, OCTOBER)
    assert newer.label == label
    frozen = freeze_passport(make_query("satisfaction", *YEAR), now=NOW)
    assert run_again(frozen, now=NOW).is_same
    make_answers(newer, housing, AUTUMN_DAY, SATISFIED, 20)
    assert base() == 50
    (autumn,) = figures("satisfaction", date(2025, 11, 1), date(2025, 11, 30), now=NOW)
    assert autumn.not_compared is None
    assert read_lineage().turns() == []
    assert ranges_of_wordings(MEASURES["satisfaction"], read_lineage()) == []


@pytest.mark.parametrize(
    "change",
    [
        first(wording="How happy were you with us?"),
        first(hint="Think of all of it."),
        first_item(stem="About our service"),
        choices(with_pictures),
        choices(lambda given: given[::-1]),
        choices(lambda given: given[:-1]),
    ],
)
def test_another_wording_hint_picture_or_order_is_marked_and_can_be_bridged(
    asked: SurveyVersion, housing: Service, change: Change
) -> None:
    make_answers(asked, housing, JUNE_DAY, SATISFIED, 30)
    newer = publish_anew(asked.survey, change, OCTOBER)
    make_answers(newer, housing, AUTUMN_DAY, SATISFIED, 20)
    assert base() == 20
    (turn,) = read_lineage().turns("satisfaction")
    assert turn.later.since == date(2025, 10, 1)
    assert [line.month for line in ranges_of_wordings(MEASURES["satisfaction"], read_lineage())] == [date(2025, 10, 1)]
    declare_bridge(*turn.versions, "Asked side by side.", now=NOW)
    assert base() == 50


def test_a_wording_that_comes_back_is_marked_as_well_and_counts_with_what_it_was(
    asked: SurveyVersion, housing: Service
) -> None:
    make_answers(asked, housing, JUNE_DAY, SATISFIED, 30)
    wording = asked.items[0].question_version.wording
    mistaken = publish_anew(asked.survey, first(wording="Were you happy?"), OCTOBER)
    make_answers(mistaken, housing, AUTUMN_DAY, SATISFIED, 3)
    back = publish_anew(asked.survey, first(wording=wording), JANUARY)
    make_answers(back, housing, WINTER_DAY, SATISFIED, 20)
    assert base() == 50
    assert [turn.later.since for turn in read_lineage().turns()] == [date(2025, 10, 1), date(2026, 1, 5)]


def test_a_question_taken_out_and_put_back_goes_on(asked: SurveyVersion, housing: Service) -> None:
    make_answers(asked, housing, JUNE_DAY, SATISFIED, 30)
    item = asked.items[0]
    whole = newest_wordings({"satisfaction"})["satisfaction"]
    publish_anew(asked.survey, lambda survey: replace(survey, items=survey.items[1:]), OCTOBER)
    back = publish_anew(
        asked.survey, lambda survey: replace(survey, items=(*survey.items, replace(whole, page=2))), JANUARY
    )
    assert back.items[-1].question_version_id == item.question_version_id
    make_answers(back, housing, WINTER_DAY, SATISFIED, 20)
    assert base() == 50
    assert read_lineage().turns() == []


def test_the_same_question_in_two_surveys_adds_up(asked: SurveyVersion, housing: Service) -> None:
    make_answers(asked, housing, JUNE_DAY, SATISFIED, 30)
    item = newest_wordings({"satisfaction"})["satisfaction"]
    other = SurveyStructure("repairs", "Repairs", asked.survey.customer_kind, "There is 1 question.", (item,))
    version = publish_survey(start_survey(other, "Made", now=APRIL), now=APRIL)
    make_answers(version, housing, AUTUMN_DAY, SATISFIED, 20)
    assert base() == 50


def test_kiosks_ask_as_residents_are_sent_it(asked: SurveyVersion) -> None:
    publish_kiosk_survey(APRIL)
    newer = publish_anew(asked.survey, choices(with_pictures), OCTOBER)
    kiosks = kiosk_survey()
    assert kiosks is not None
    at_kiosks = newest_published(kiosks)
    assert at_kiosks is not None
    assert at_kiosks.label == "2.0"
    assert at_kiosks.items[0].question_version_id == newer.items[0].question_version_id


def test_two_surveys_that_word_it_otherwise_do_not_take_turns_at_each_publishing(asked: SurveyVersion) -> None:
    item = newest_wordings({"satisfaction"})["satisfaction"]
    item = replace(item, question=replace(item.question, wording="Happy with the repair?"))
    assert item.question.kind is QuestionKind.SATISFACTION
    other = SurveyStructure("repairs", "Repairs", asked.survey.customer_kind, "There is 1 question.", (item,))
    publish_survey(start_survey(other, "Made", now=APRIL), now=OCTOBER)
    publish_anew(asked.survey, lambda survey: replace(survey, length_sentence="It is short."), JANUARY)
    assert len(read_lineage().turns()) == 1

"""The default survey asks what Customer Service Excellence needs, and is frozen once published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BANK
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.operations import publish, publish_default_survey
from survey_app.surveys.queries import published_version
from tests.factories import NOON, make_survey


def test_it_asks_satisfaction_the_drivers_access_resolution_and_two_texts(app: Flask) -> None:
    version = publish_default_survey(NOON)
    asked = [item.question_version.question.asks for item in version.items if item.question_version.question.asks]
    assert asked == [
        "satisfaction",
        "delivery",
        "timeliness",
        "information",
        "professionalism",
        "staff_attitude",
        "access",
        "resolved",
    ]
    texts = [item.question_version.text_type for item in version.items if item.question_version.text_type]
    assert texts == [TextType.WHY, TextType.IMPROVE]


def test_only_overall_satisfaction_has_to_be_answered_and_do_not_know_is_an_answer(app: Flask) -> None:
    version = publish_default_survey(NOON)
    (required,) = [item for item in version.items if item.is_required]
    options = {o.code: (o.score, o.is_substantive) for o in required.question_version.options}
    assert options["5"] == (5, True)
    assert options["dk"] == (None, False)


def test_making_it_twice_makes_it_once(app: Flask) -> None:
    assert publish_default_survey(NOON).id == publish_default_survey(NOON).id


def test_a_published_version_cannot_be_published_again(app: Flask) -> None:
    with pytest.raises(Refused, match="published already"):
        publish(publish_default_survey(NOON), NOON)


def test_residents_and_businesses_get_it_and_internal_customers_do_not(app: Flask) -> None:
    version = publish_default_survey(NOON)
    assert published_version(CustomerKind.RESIDENT) is version
    assert published_version(CustomerKind.BUSINESS) is version
    assert published_version(CustomerKind.INTERNAL) is None


@pytest.mark.parametrize("question", BANK, ids=lambda q: q.code)
def test_every_scale_runs_from_the_favourable_end_and_its_codes_are_its_scores(question) -> None:  # type: ignore[no-untyped-def]
    scores = [choice.score for choice in question.choices if choice.score is not None]
    assert scores == sorted(scores, reverse=True)
    if question.kind in (QuestionKind.SATISFACTION, QuestionKind.AGREEMENT):
        assert [choice.code for choice in question.choices if choice.score] == ["5", "4", "3", "2", "1"]


def test_businesses_with_a_survey_of_their_own_get_it_whatever_residents_get_later(app: Flask) -> None:
    theirs = make_survey("business", customer_kind=CustomerKind.BUSINESS)
    newer = publish_default_survey(NOON + timedelta(days=1))
    assert published_version(CustomerKind.BUSINESS) is theirs
    assert published_version(CustomerKind.RESIDENT) is newer

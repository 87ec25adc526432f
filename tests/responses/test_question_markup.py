"""A question that nobody answered is made once, for all; what somebody gave is seen by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from survey_app.responses.presenters import Control, QuestionView, question_markup
from survey_app.web.language import spoken_in

PLACE = {"hint": None, "as_h1": False, "small": False, "has_errors": False}
GIVEN = {
    "an option chosen": {"value": "5", "values": ("5",)},
    "words": {"control": Control.TEXT, "options": (), "value": "They never phoned back"},
    "an error": {"error": "Select how satisfied you are"},
    "a part of a day": {"control": Control.DAY, "options": (), "typed": {"day": "27", "month": "", "year": ""}},
}


def view(**more: object) -> QuestionView:
    facts: dict[str, object] = {
        "name": "satisfaction",
        "control": Control.RADIOS,
        "wording": "Overall, how satisfied are you?",
        "hint": "",
        "options": (("5", "Very satisfied"), ("1", "Very dissatisfied")),
        "apart": None,
        "is_optional": True,
        "value": "",
        "error": None,
    }
    return QuestionView(**(facts | more))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _in_a_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/s/a-token"):
        yield


@pytest.mark.parametrize("given", GIVEN)
def test_what_somebody_gave_is_not_on_the_page_of_the_next(given: str) -> None:
    bare = {key: value for key, value in GIVEN[given].items() if key in ("control", "options")}
    if "typed" in GIVEN[given]:
        bare["typed"] = {"day": "", "month": "", "year": ""}
    before = question_markup(view(**bare), **PLACE)
    with_it = question_markup(view(**GIVEN[given]), **PLACE)
    assert with_it != before
    assert question_markup(view(**bare), **PLACE) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"wording": "How satisfied were you?"},
        {"hint": "Think of the last time."},
        {"options": (("5", "Very satisfied"), ("1", "Not at all"))},
        {"icons": {"5": "thumb_up"}},
        {"is_optional": False},
        {"apart": "1"},
    ],
)
def test_a_question_that_differs_in_anything_looks_so(changed: dict[str, object]) -> None:
    assert question_markup(view(**changed), **PLACE) != question_markup(view(), **PLACE)


@pytest.mark.parametrize("place", [{"as_h1": True}, {"hint": "You chose this answer in our e-mail."}])
def test_a_question_looks_as_its_place_on_the_page_asks(place: dict[str, object]) -> None:
    assert question_markup(view(), **PLACE | place) != question_markup(view(), **PLACE)  # type: ignore[arg-type]


def test_each_reader_has_it_in_their_language() -> None:
    with spoken_in("cy"):
        welsh = question_markup(view(), **PLACE)
    english = question_markup(view(), **PLACE)
    assert "dewisol" in welsh.lower()
    assert "(optional)" in english


def test_what_is_written_in_a_question_stays_text() -> None:
    assert "<script>" not in question_markup(view(wording="<script>alert(1)</script>"), **PLACE)

"""The list of comments: redacted, in scope, of answers that count, and found by what was chosen."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey_app.comments.method import use_weights
from survey_app.extensions import db
from survey_app.responses.models import ResponseState
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import make_answers
from tests.test_templates import Inside

PATH = "/comments/?period=2024/25"


def page_of(client: FlaskClient, arguments: str = "") -> str:
    answer = client.get(PATH + arguments)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_comments_are_shown_redacted_with_label_theme_and_place(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"))
    text = " ".join(Inside(html).text.split())
    assert "2 comments. 1 positive, 1 negative." in text
    assert '<span class="removed">phone number removed</span>' in html
    assert "Negative Call backs and replies" in text and "Housing options Phone 10 Nov 2024" in text
    assert "secret raw words" not in html


def test_what_people_wrote_stays_words(cast: Cast, sign_in: SignIn) -> None:
    assert "Bins <b>gone</b> by 8" in Inside(page_of(sign_in("lead"))).text.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("&service=housing", {"Nobody"}),
        ("&sentiment=positive", {"Bins"}),
        ("&theme=call_back", {"Nobody"}),
        ("&channel=email", set()),
        ("&text=RANG", {"Nobody"}),
        ("&text=100%25", {"Bins"}),
        ("&text=g%25e", set()),
        ("&text=_", set()),
        ("&sentiment=negative&service=waste", set()),
    ],
)
def test_filters_keep_what_they_name(cast: Cast, sign_in: SignIn, arguments: str, found: set[str]) -> None:
    html = page_of(sign_in("lead"), arguments)
    assert {word for word in ("Nobody", "Bins") if f"{word} " in Inside(html).text} == found
    assert ("No comment matches." in html) is not found


def test_withdrawn_quarantined_and_test_answers_show_no_comment(cast: Cast, sign_in: SignIn) -> None:
    cast.responses["housing"].state = ResponseState.QUARANTINED
    cast.responses["waste"].state = ResponseState.WITHDRAWN
    tested = make_answers(cast.survey, cast.waste, date(2024, 5, 1), {"satisfaction": "5"}, is_test=True)[0]
    make_comment(tested, "A test of ours")
    db.session.commit()
    lead = sign_in("lead")
    for html in (page_of(lead), lead.get("/dashboards/?period=2024/25").get_data(as_text=True)):
        assert not any(word in html for word in ("Nobody rang", "Bins", "A test of ours"))


def test_long_lists_have_pages_of_twenty(cast: Cast, sign_in: SignIn) -> None:
    for number in range(25):
        make_comment(cast.responses["waste"], f"Comment number {number}.", None)
    db.session.commit()
    lead = sign_in("lead")
    first, second = page_of(lead, "&text=Comment+number"), page_of(lead, "&text=Comment+number&page=2")
    assert [len(re.findall(r"Comment number \d", html)) for html in (first, second)] == [20, 5]
    assert "21 to 25 of 25, newest first" in second
    (following,) = Inside(first).all("a", rel="next")
    assert "page=2" in (following["href"] or "") and "text=Comment+number" in (following["href"] or "")
    for page in ("0", "3", "-1", "two", "９"):
        assert lead.get(f"{PATH}&text=Comment+number&page={page}").status_code == 400


@pytest.mark.parametrize("arguments", ["&sentiment=happy", "&theme=no-such-theme", f"&text={'x' * 201}"])
def test_an_unknown_choice_is_refused(cast: Cast, sign_in: SignIn, arguments: str) -> None:
    assert sign_in("lead").get(PATH + arguments).status_code == 400


def test_what_waits_for_review_has_no_label_yet(cast: Cast, sign_in: SignIn) -> None:
    make_comment(cast.responses["waste"], "Hm.", "negative").needs_review = True
    db.session.commit()
    text = " ".join(Inside(page_of(sign_in("lead"), "&text=Hm.")).text.split())
    assert "Hm. Waiting for review" in text


def test_staff_are_told_while_labels_are_made_by_rules_alone(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    lead = sign_in("lead")
    assert "rules alone" not in page_of(lead)
    use_weights(tmp_path / "missing")
    try:
        assert "Labels are made by rules alone" in page_of(lead)
    finally:
        use_weights(None)

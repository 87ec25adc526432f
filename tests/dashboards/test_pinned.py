"""Pinned figures: kept for a period that moves on or stays, counted anew, ordered, taken off and put back."""

from __future__ import annotations

from datetime import date

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.dashboards.models import PinnedFigure
from survey_app.dashboards.pinned import operations
from survey_app.dashboards.pinned.spans import LATEST_MONTH, LATEST_QUARTER, LATEST_YEAR, period_of, span_of
from survey_app.dashboards.selection import LAST_12_MONTHS, DataDays
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query, to_id
from survey_app.measures.amounts import value_text
from survey_app.measures.queries import figures
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers
from tests.statements import statements
from tests.test_templates import Inside

PINNED = "/dashboards/pinned"
YEAR = date(2024, 4, 1), date(2025, 3, 31)
OF_ALL = to_id(make_query("satisfaction", *YEAR))
OF_HOUSING = to_id(make_query("satisfaction", *YEAR, {"service": "housing"}))
OF_WASTE = to_id(make_query("satisfaction", *YEAR, {"service": "waste"}))


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post a form with the token of a page."""
    g.pop("csrf_token", None)  # of whoever pressed before
    form = Inside(client.get(f"{PINNED}/new?figure={OF_ALL}").text)
    token = next(field["value"] for field in form.all("input") if field["name"] == "csrf_token")
    return client.post(path, data={"csrf_token": token or "", **fields})


def pin(client: FlaskClient, figure: str = OF_ALL, span: str = "2024/25", **fields: str) -> str:
    assert press(client, PINNED, figure=figure, span=span, **fields).status_code == 303
    return references()[-1]


def references() -> list[str]:
    return list(db.session.scalars(select(PinnedFigure.reference).order_by(PinnedFigure.place)))


def words_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(Inside(answer.text).text.split())


def test_a_figure_is_pinned_from_its_passport_and_from_its_card(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for page in (
        f"/figures/{OF_ALL}",
        "/dashboards/?period=2024/25",
        "/dashboards/measures/satisfaction?period=2024/25",
    ):
        (link,) = {a["href"] for a in Inside(lead.get(page).text).all("a") if f"{PINNED}/new" in (a["href"] or "")}
        form = Inside(lead.get(link).text)
        spans = [field["value"] for field in form.all("input") if field["name"] == "span"]
        assert spans == [LAST_12_MONTHS, LATEST_MONTH, LATEST_QUARTER, LATEST_YEAR, "2024/25"]
        assert OF_ALL in [field["value"] for field in form.all("input")]


def test_a_pinned_figure_is_the_one_of_its_passport_counted_anew(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    pin(lead)
    for again in (False, True):
        if again:
            make_answers(cast.survey, cast.waste, date(2024, 5, 1), {"satisfaction": "1"}, 40)
            db.session.commit()
        (figure,) = figures("satisfaction", *YEAR, now=utc_now())
        for page in (PINNED, "/dashboards/?period=2023/24"):
            text = words_of(lead, page)
            assert f"{value_text(figure.measure, figure)}" in text and f"of {figure.base:,}" in text, page
        assert f"/figures/{OF_ALL}" in lead.get(PINNED).text
    assert "Pinned" not in words_of(sign_in("manager"), "/dashboards/")


def test_changes_on_the_page_allow_for_one_another_and_the_overview_claims_none_of_them(
    cast: Cast, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    pin(lead, OF_HOUSING)
    alone = words_of(lead, PINNED)
    assert "up from 50.0%" in alone
    strip = lead.get("/dashboards/?period=2023/24").text.partition('class="pins')[2].partition("</section>")[0]
    assert "up from" not in strip and "83" in strip


def test_what_is_too_small_is_pinned_and_hidden(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    pin(lead, to_id(make_query("satisfaction", *YEAR, {"service": "licensing"})))
    text = words_of(lead, PINNED)
    assert "[c]" in text and "fewer than 10 answers: not shown" in text and "of 7" not in text


def test_a_figure_of_another_service_looks_missing_and_one_that_went_out_of_sight_says_so(
    cast: Cast, sign_in: SignIn
) -> None:
    manager = sign_in("manager")  # of housing
    assert manager.get(f"{PINNED}/new?figure={OF_WASTE}").status_code == 404
    assert press(manager, PINNED, figure=OF_WASTE, span="2024/25").status_code == 404
    unknown = to_id(make_query("satisfaction", *YEAR, {"service": "nowhere"}))
    assert press(manager, PINNED, figure=unknown, span="2024/25").status_code == 404
    pin(manager)
    assert "Your services: Housing" in words_of(manager, PINNED)
    mine = db.session.scalars(select(PinnedFigure)).one()
    mine.arguments = "service.waste"
    db.session.commit()
    assert "There is no service waste." in words_of(manager, PINNED)
    assert manager.get("/dashboards/").status_code == 200
    mine.measure, mine.arguments = "no_such_measure", ""
    db.session.commit()
    assert "There is no measure called" in words_of(manager, PINNED)


def test_figures_are_ordered_taken_off_and_put_back_where_they_stood(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    first, second, third = pin(lead), pin(lead, OF_HOUSING), pin(lead, OF_WASTE, LAST_12_MONTHS)
    press(lead, f"{PINNED}/{third}/up")
    assert references() == [first, third, second]
    press(lead, f"{PINNED}/{first}/down")
    press(lead, f"{PINNED}/{second}/down")  # is the last already
    assert references() == [third, first, second]
    press(lead, f"{PINNED}/{first}/unpin")
    assert references() == [third, second]
    undo = Inside(lead.get(PINNED).text)
    fields = {field["name"]: field["value"] for field in undo.all("input") if field["name"] != "csrf_token"}
    press(lead, PINNED, **{name: value or "" for name, value in fields.items() if name})
    back = db.session.scalars(select(PinnedFigure).where(PinnedFigure.place == 1)).one()
    assert (back.measure, back.span, back.arguments, len(references())) == ("satisfaction", "2024/25", "", 3)
    assert "Taken off" not in words_of(lead, PINNED)


def test_pinning_can_be_undone_and_pinning_twice_pins_once(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    first = pin(lead)
    assert f"{PINNED}/{first}/unpin" in lead.get(PINNED).text
    assert pin(lead) == first and references() == [first]
    assert pin(lead, span=LAST_12_MONTHS) != first


def test_nobody_touches_anothers_and_nobody_pins_a_thirteenth(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = pin(sign_in("lead"))
    for act in ("up", "down", "unpin"):
        assert press(sign_in("manager"), f"{PINNED}/{reference}/{act}").status_code == 404
    monkeypatch.setattr(operations, "MOST_PINNED", 1)
    refused = press(sign_in("lead"), PINNED, figure=OF_HOUSING, span="2024/25")
    assert refused.status_code == 422 and "Take one off first." in refused.text
    assert references() == [reference]


@pytest.mark.parametrize(
    "span", ["", "tomorrow", "2024/26", "2024-13-01/2024-01-01", "2025-01-01/2024-01-01", "9" * 99]
)
def test_a_period_that_is_none_is_asked_again(cast: Cast, sign_in: SignIn, span: str) -> None:
    answer = press(sign_in("lead"), PINNED, figure=OF_ALL, span=span)
    assert answer.status_code == 422 and "Choose the period." in answer.text
    assert references() == []


def test_an_empty_list_says_how_to_begin(cast: Cast, sign_in: SignIn) -> None:
    assert "None yet." in words_of(sign_in("lead"), PINNED)


def test_before_the_first_answer_there_is_nothing_to_pin(sign_in: SignIn) -> None:
    assert "There are no answers yet" in words_of(sign_in("lead"), PINNED)


def test_periods_of_one_choice_are_counted_together_and_each_further_choice_asks_once_more(
    cast: Cast, sign_in: SignIn
) -> None:
    def asked() -> int:
        lead = sign_in("lead")
        with statements() as sent:
            assert lead.get(PINNED).status_code == 200
        return len(sent)

    lead = sign_in("lead")
    pin(lead)
    one = asked()
    for span in (LAST_12_MONTHS, LATEST_MONTH, LATEST_QUARTER, "2024-07", "2024/25 Q1"):
        pin(sign_in("lead"), span=span)
    assert asked() == one
    pin(sign_in("lead"), OF_HOUSING)
    pin(sign_in("lead"), OF_WASTE)
    assert asked() == one + 2


@pytest.mark.parametrize(
    ("span", "today", "first", "last"),
    [
        (LAST_12_MONTHS, date(2024, 11, 12), date(2023, 12, 1), date(2024, 11, 30)),
        (LATEST_MONTH, date(2024, 11, 12), date(2024, 10, 1), date(2024, 10, 31)),
        (LATEST_MONTH, date(2024, 12, 1), date(2024, 11, 1), date(2024, 11, 30)),
        (LATEST_QUARTER, date(2024, 11, 12), date(2024, 7, 1), date(2024, 9, 30)),
        (LATEST_QUARTER, date(2025, 1, 1), date(2024, 10, 1), date(2024, 12, 31)),
        (LATEST_YEAR, date(2024, 11, 12), date(2023, 4, 1), date(2024, 3, 31)),
        ("2024-07", date(2024, 11, 12), date(2024, 7, 1), date(2024, 7, 31)),
        ("2024-07-03/2024-08-01", date(2024, 11, 12), date(2024, 7, 3), date(2024, 8, 1)),
    ],
)
def test_a_span_moves_on_with_the_answers_or_stays(span: str, today: date, first: date, last: date) -> None:
    period = period_of(span, DataDays(date(2023, 6, 1), date(2024, 11, 10)), today)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("span", ["2024/25", "2024/25 Q2", "2024-07", "2024-07-03/2024-08-01", "2024-07-03/2024-07-03"])
def test_days_are_kept_by_their_label_where_they_have_one(span: str) -> None:
    period = period_of(span, DataDays(date(2023, 6, 1), date(2024, 11, 10)), date(2024, 11, 12))
    assert span_of(period) == span
    assert span_of(Period.between(period.first, period.last)) == span

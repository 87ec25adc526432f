"""Where did we beat last year? The page says what the figures carry together, and no more."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.operations import name_headline, set_margin
from survey_app.organisation.models import Service
from tests.dashboards.conftest import Cast, SignIn
from tests.dashboards.test_overview import page_of, words_of
from tests.factories import make_answers, make_new_wording, make_service
from tests.statements import statements
from tests.test_templates import Inside

PAGE = "/dashboards/last-year?period=2024/25"


def rows_of(client: FlaskClient) -> list[dict[str, str]]:
    answer = client.get(PAGE.replace("last-year", "last-year.csv"))
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def two_years(cast: Cast) -> Cast:
    """Timeliness was asked in both years as well: 8 x 12 of planning now, and 100 of waste before."""
    make_answers(cast.survey, cast.waste, date(2023, 6, 1), {"timeliness": "4"}, 100)
    db.session.commit()
    return cast


def test_the_page_claims_what_the_tests_of_all_its_figures_carry(two_years: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), PAGE))
    # satisfaction rose from 55 of 75 to 567 of 631; timeliness was at 100% in both years
    assert "We can show that" in text and "beat last year: Satisfaction" in text
    assert "2024/25 against 2023/24." in text
    rows = {(row["section"], row["measure"], row["service"]): row for row in rows_of(sign_in("lead"))}
    assert rows["measures", "satisfaction", ""]["outcome"] == "surpassed"
    assert rows["measures", "timeliness", ""]["outcome"] == "not_shown"
    assert rows["services", "satisfaction", "housing"]["outcome"] == "surpassed"
    assert {row["adjusted_for"] for row in rows.values() if row["outcome"] != "not_enough"} == {
        str(sum(row["outcome"] != "not_enough" for row in rows.values()))
    }


def test_a_named_headline_stands_alone_for_who_sees_the_whole_council(two_years: Cast, sign_in: SignIn) -> None:
    named_at = datetime(2024, 3, 1, tzinfo=UTC)
    satisfaction, year = measure_named("satisfaction"), Period.financial_year(2024)
    name_headline(satisfaction, year, named_by="Cabinet", reason="Our promise", now=named_at)
    db.session.commit()

    def compared_with(who: str) -> int:
        (row,) = [
            row
            for row in rows_of(sign_in(who))
            if (row["section"], row["measure"], row["service"]) == ("measures", "satisfaction", "")
        ]
        return int(row["adjusted_for"])

    assert compared_with("lead") == 1
    others = max(int(row["adjusted_for"]) for row in rows_of(sign_in("lead")))
    assert f"Changes allow for the {others} comparisons of this page" in words_of(page_of(sign_in("lead"), PAGE))
    assert compared_with("manager") > 1  # one service's figure is not what was named


def test_a_measure_that_was_worded_anew_is_said_not_to_be_compared(two_years: Cast, sign_in: SignIn) -> None:
    october = datetime(2024, 10, 1, tzinfo=UTC)
    newer = make_new_wording(two_years.survey, "timeliness", "Was it quick?", october)
    make_answers(newer, two_years.waste, date(2024, 11, 1), {"timeliness": "4"}, 50)
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), PAGE))
    assert "Not compared: Timeliness. The question was worded anew since last year." in text
    assert ("measures", "timeliness") not in {(row["section"], row["measure"]) for row in rows_of(sign_in("lead"))}


def test_each_figure_of_both_years_links_to_its_passport(two_years: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    links = {link.get("href") for link in Inside(page_of(lead, PAGE)).all("a")}
    assert "/figures/satisfaction~2024-04-01~2025-03-31" in links
    assert "/figures/satisfaction~2023-04-01~2024-03-31" in links
    assert "/figures/satisfaction~2024-04-01~2025-03-31~service.housing" in links
    assert lead.get("/figures/satisfaction~2023-04-01~2024-03-31~service.waste").status_code == 200


def test_a_hidden_service_stays_hidden(two_years: Cast, sign_in: SignIn) -> None:
    make_answers(two_years.survey, service_of("licensing"), date(2023, 6, 5), {"satisfaction": "4"}, 40)
    db.session.commit()
    page = words_of(page_of(sign_in("lead"), PAGE))
    assert "Licensing" not in page
    assert "licensing" not in {row["service"] for row in rows_of(sign_in("lead"))}


def service_of(code: str) -> Service:
    return db.session.scalars(db.select(Service).where(Service.code == code)).one()


@pytest.mark.parametrize(
    ("set_at", "marked"), [(datetime(2024, 4, 1, 9, tzinfo=UTC), "no"), (datetime(2024, 5, 1, 9, tzinfo=UTC), "yes")]
)
def test_a_margin_keeps_a_measure_and_says_when_it_was_set(
    two_years: Cast, sign_in: SignIn, set_at: datetime, marked: str
) -> None:
    set_margin("timeliness", 0.1, now=set_at)
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), PAGE))
    assert "Maintained: Timeliness." in text
    assert "is above the margin of −10 points." in text
    assert ("after the year began" in text.split("Surpassed:")[0]) is (marked == "yes")
    (row,) = [row for row in rows_of(sign_in("lead")) if row["measure"] == "timeliness"]
    assert (row["outcome"], row["margin"], row["margin_after_seeing"]) == ("maintained", "0.1", marked)


def test_a_manager_compares_own_services_only(two_years: Cast, sign_in: SignIn) -> None:
    manager = sign_in("manager")
    text = words_of(page_of(manager, PAGE))
    assert "Housing" in text and "Waste" not in text
    assert {row["service"] for row in rows_of(manager)} == {"", "housing"}


def test_a_year_that_has_just_begun_sends_to_the_year_before(two_years: Cast, sign_in: SignIn) -> None:
    make_answers(two_years.survey, two_years.waste, utc_now().date(), {"satisfaction": "5"}, 40)
    db.session.commit()
    year = utc_now().date()
    label = f"{year.year}/{(year.year + 1) % 100:02}" if year.month >= 4 else f"{year.year - 1}/{year.year % 100:02}"
    text = words_of(page_of(sign_in("lead"), f"/dashboards/last-year?period={label}"))
    assert "against the same dates a year earlier" in text or f"Too early to compare {label}" in text
    assert "We can show that" not in text


def test_before_the_first_answer_the_page_says_so(app: object, sign_in: SignIn) -> None:
    assert "No answers yet." in words_of(page_of(sign_in("lead"), "/dashboards/last-year"))
    assert sign_in("lead").get("/dashboards/last-year.csv").status_code == 404


@pytest.mark.parametrize("period", ["2024-05", "2024/25 Q1", "last-12-months", "2024/27", "x" * 500])
def test_only_a_financial_year_is_compared(two_years: Cast, sign_in: SignIn, period: str) -> None:
    answer = sign_in("lead").get("/dashboards/last-year", query_string={"period": period})
    assert answer.status_code == 400


def test_the_first_year_has_nothing_to_compare_with(two_years: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), "/dashboards/last-year?period=2023/24"))
    assert "No measure can be compared with last year yet." in text
    assert "What you can do" in text


def test_who_may_not_see_results_sees_nothing_here(two_years: Cast, sign_in: SignIn) -> None:
    assert sign_in("assessor").get(PAGE).status_code == 403


def test_more_services_do_not_mean_more_statements(two_years: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as few:
        page_of(lead, PAGE)
    for number in range(12):
        service = make_service(f"extra-{number}")
        for year in (2023, 2024):
            make_answers(two_years.survey, service, date(year, 7, 1), {"satisfaction": "5"}, 12)
    db.session.commit()
    with statements() as many:
        page_of(lead, PAGE)
    assert len(many) == len(few) < 60

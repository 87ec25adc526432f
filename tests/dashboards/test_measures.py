"""The pages of measures: all with their definitions, and one with its rules, trend and parts."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.dashboards.measures.queries import read_all, read_one
from survey_app.dashboards.selection import Selection
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import MEASURES, Unit, measure_named
from survey_app.measures.own.operations import define_measure
from survey_app.measures.own.rule import OwnRule, Part
from survey_app.measures.queries import figures
from survey_app.organisation.channels import CustomerKind
from survey_app.organisation.scope import EVERYTHING
from survey_app.responses.models import ResponseState
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.dashboards.test_overview import words_of
from tests.factories import NOON, make_answers, make_contact, make_service, make_survey
from tests.statements import statements
from tests.test_templates import Inside

YEAR = "?period=2024/25"
DAYS = date(2024, 4, 1), date(2025, 3, 31)
LIST = f"/dashboards/measures{YEAR}"
VERY = OwnRule(
    "very_satisfied",
    "Very satisfied",
    "Answers very satisfied overall.",
    "post-contact-satisfaction",
    Unit.SHARE,
    {"5": Part.COUNTS, "4": Part.BASE, "2": Part.BASE, "1": Part.BASE},
)


def page_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def rows_of(html: str) -> list[list[str]]:
    """The rows of all tables, as the words of their cells."""
    rows = BeautifulSoup(html, "html.parser").find_all("tr")
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in rows]


def test_every_measure_stands_with_its_definition_and_its_figure(cast: Cast, sign_in: SignIn) -> None:
    rows = rows_of(page_of(sign_in("lead"), LIST))
    names = [row[0] for row in rows]
    for measure in MEASURES.values():
        assert any(name.startswith(f"{measure.label} {measure.definition}") for name in names), measure.name
    (figure,) = figures("satisfaction", *DAYS, now=utc_now())
    (row,) = [row for row in rows if row[0].startswith("Satisfaction ")]
    assert row[1].startswith(value_text(figure.measure, figure)) and row[1].endswith(f"of {figure.base:,}")
    assert row[3].startswith("over 90%")


def test_the_answer_comes_first_and_counts_figures_and_targets(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), LIST))
    # satisfaction in three ways, and timeliness; nothing else was asked or answered; contacts are 0, which is a figure
    assert "5 of 18 measures have a figure. The one with a target does not reach it." in text


def test_each_figure_leads_to_its_passport_and_each_name_to_its_page(cast: Cast, sign_in: SignIn) -> None:
    links = {link.get("href") for link in Inside(page_of(sign_in("lead"), LIST)).all("a")}
    (figure,) = figures("timeliness", *DAYS, now=utc_now())
    assert figure.passport in links
    assert "/dashboards/measures/timeliness?period=2024%2F25" in links


def test_a_measure_of_the_councils_own_stands_among_them(cast: Cast, sign_in: SignIn) -> None:
    define_measure(VERY, now=NOON)
    db.session.commit()
    html = page_of(sign_in("lead"), LIST)
    assert "Measures that the council defined itself" in words_of(html)
    assert rows_of(html)[-1][0].startswith("Very satisfied Answers very satisfied overall.")
    one = words_of(page_of(sign_in("lead"), f"/dashboards/measures/very_satisfied{YEAR}"))
    assert "the council itself; other councils have no such figure" in one
    assert "very_satisfied@1" in one


def test_a_measure_of_the_councils_own_has_its_control_chart_and_funnel(cast: Cast, sign_in: SignIn) -> None:
    define_measure(VERY, now=NOON)
    db.session.commit()
    lead = sign_in("lead")
    for page in ("/dashboards/control?measure=very_satisfied", f"/dashboards/funnel{YEAR}&measure=very_satisfied"):
        html = page_of(lead, page)
        assert 'value="very_satisfied" selected' in html and "Very satisfied" in words_of(html), page
    assert lead.get("/dashboards/control?measure=very_satisfied&chart=control&as=csv").status_code == 200
    assert lead.get("/dashboards/control?measure=nothing").status_code == 400


def test_all_that_a_page_says_of_last_year_is_one_family(cast: Cast, sign_in: SignIn) -> None:
    selection = Selection("2024/25", Period.financial_year(2024))
    listed = read_all(selection, EVERYTHING, now=utc_now())
    assert {figure.change.adjusted_for for figure in listed if figure.change and figure.change.is_tested} == {3}
    one = read_one(measure_named("satisfaction"), selection, EVERYTHING, [], now=utc_now())
    claims = [one.headline, *one.services, *one.channels]
    tested = [figure.change for figure in claims if figure.change and figure.change.is_tested]
    assert {change.adjusted_for for change in tested} == {len(tested)} == {4}


def test_what_changed_is_said_alike_on_the_page_of_a_measure_and_on_the_overview(cast: Cast, sign_in: SignIn) -> None:
    """Housing went from 20 of 40 to 240 of 288."""
    lead = sign_in("lead")
    rows = rows_of(page_of(lead, f"/dashboards/measures/satisfaction{YEAR}"))
    (housing,) = [row for row in rows if row[0] == "Housing options"]
    assert housing[-1].startswith("up from 50.0% +33.3 points (")
    assert "up from 50.0%" in words_of(page_of(lead, f"/dashboards/{YEAR}"))


def test_a_net_share_is_written_in_its_own_unit_last_year_as_well(cast: Cast, sign_in: SignIn) -> None:
    """567 - 64 of 631 now, 55 - 20 of 75 the year before."""
    text = words_of(page_of(sign_in("lead"), f"/dashboards/measures/net_satisfaction{YEAR}"))
    assert "79.7%" in text and "46.7% of 75" in text


def test_only_who_may_define_measures_is_led_there(cast: Cast, sign_in: SignIn) -> None:
    assert "/admin/measures/" in page_of(sign_in("lead"), LIST)
    assert "/admin/measures/" not in page_of(sign_in("manager"), LIST)


def test_one_measure_says_its_sentence_definition_and_version(cast: Cast, sign_in: SignIn) -> None:
    (figure,) = figures("satisfaction", *DAYS, now=utc_now())
    text = words_of(page_of(sign_in("lead"), f"/dashboards/measures/satisfaction{YEAR}"))
    assert f"Satisfaction {value_text(figure.measure, figure)} of {figure.base:,} answers." in text
    assert MEASURES["satisfaction"].definition in text
    assert "satisfaction@1" in text
    assert "Not shown: Licensing" in text


def test_a_measure_that_nobody_answered_says_so_in_words(cast: Cast, sign_in: SignIn) -> None:
    figures_shown = {row[0].split(" ")[0]: row[1] for row in rows_of(page_of(sign_in("lead"), LIST)) if len(row) > 1}
    assert figures_shown["Resolved"].startswith("no answers")
    assert figures_shown["Response"].startswith("no invitations delivered")


def test_the_switch_prints_each_effect_beside_the_figure(cast: Cast, sign_in: SignIn) -> None:
    make_answers(cast.survey, cast.waste, date(2024, 6, 5), {"satisfaction": "1"}, 20, state=ResponseState.QUARANTINED)
    db.session.commit()
    (figure,) = figures("satisfaction", *DAYS, now=utc_now())
    headline = value_text(figure.measure, figure)
    base = figure.base
    address = f"/dashboards/measures/satisfaction{YEAR}&switch=dont_know&switch=quarantined"
    text = words_of(page_of(sign_in("lead"), address))
    assert f"Satisfaction {headline} of {base:,} answers." in text
    assert f"{headline}; " in text
    assert f"of {base + 4:,}" in text and "with don’t know in the base" in text
    assert f"of {base + 20:,}" in text and "with answers held for review counted" in text
    assert f"of {base + 24:,}" in text
    assert "from the tallies" in text
    links = {link.get("href") for link in Inside(page_of(sign_in("lead"), address)).all("a")}
    assert f"{figure.passport}~dont_know.in" in links


def test_without_a_switch_nothing_is_counted_from_the_answers(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), f"/dashboards/measures/satisfaction{YEAR}"))
    assert "counted from the answers" not in text
    assert "with don’t know in the base" not in text


def test_a_mean_offers_no_switch_for_dont_know_and_a_rate_none_at_all(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    mean = page_of(lead, f"/dashboards/measures/satisfaction_mean{YEAR}")
    assert 'value="dont_know"' not in mean and 'value="quarantined"' in mean
    assert 'name="switch"' not in page_of(lead, f"/dashboards/measures/response_rate{YEAR}")
    assert lead.get(f"/dashboards/measures/satisfaction_mean{YEAR}&switch=dont_know").status_code == 400


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_has_a_page_with_and_without_answers(cast: Cast, sign_in: SignIn, name: str) -> None:
    lead = sign_in("lead")
    assert MEASURES[name].label in page_of(lead, f"/dashboards/measures/{name}{YEAR}")
    assert "Nothing was counted" in page_of(lead, f"/dashboards/measures/{name}?period=2001%2F02") or name == "contacts"


def test_days_are_shown_as_days_with_their_parts(cast: Cast, sign_in: SignIn) -> None:
    for days in (1, 2, 4):
        for _ in range(20):
            make_contact(cast.waste, email=None, occurred_at=NOON.replace(year=2024, month=6), processing_days=days)
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), f"/dashboards/measures/processing_days{YEAR}"))
    assert "Processing days: 2.0 days, the median of 60 contacts closed." in text
    assert "not tested: the interval says how sure" in text
    assert "Waste" in text


def test_positive_comments_say_how_often_a_label_is_right(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), f"/dashboards/measures/comment_sentiment{YEAR}"))
    assert "How often a label is right" in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/dashboards/measures/happiness", 404),
        (f"/dashboards/measures/satisfaction{YEAR}&switch=open_link", 400),
        (f"/dashboards/measures/satisfaction{YEAR}&channel=pigeon", 400),
        (f"/dashboards/measures/response_rate{YEAR}&switch=quarantined", 400),
    ],
)
def test_what_is_none_is_refused(cast: Cast, sign_in: SignIn, address: str, status: int) -> None:
    assert sign_in("lead").get(address).status_code == status


def test_before_the_first_answer_the_pages_lead_to_the_overview(sign_in: SignIn) -> None:
    for address in ("/dashboards/measures", "/dashboards/measures/satisfaction", "/dashboards/journeys"):
        answer = sign_in("lead").get(address)
        assert (answer.status_code, answer.location) == (302, "/dashboards/")


def test_a_service_manager_sees_their_services_alone(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("manager"), f"/dashboards/measures/satisfaction{YEAR}"))
    assert "Housing" in text and "Waste" not in text


def test_more_services_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    addresses = {LIST: 120, f"/dashboards/measures/satisfaction{YEAR}": 60}
    few = {}
    for address in addresses:
        with statements() as seen:
            page_of(lead, address)
        few[address] = len(seen)
    for number in range(12):
        service = make_service(f"extra-{number}")
        make_answers(cast.survey, service, date(2024, 7, 1), {"satisfaction": "5"}, 12)
    db.session.commit()
    for address, most in addresses.items():
        with statements() as seen:
            page_of(lead, address)
        assert len(seen) == few[address] < most, address


def test_internal_customers_have_figures_of_their_own_without_the_target_of_residents(
    cast: Cast, sign_in: SignIn
) -> None:
    before = page_of(sign_in("lead"), LIST)
    assert 'name="customer_kind"' not in before
    own = make_survey("internal", customer_kind=CustomerKind.INTERNAL)
    make_answers(own, cast.housing, date(2024, 5, 7), {"satisfaction": "2"}, 20)
    db.session.commit()
    after = page_of(sign_in("lead"), LIST)
    assert 'name="customer_kind"' in after
    assert rows_of(after) == rows_of(before)
    theirs = page_of(sign_in("lead"), f"{LIST}&customer_kind=internal")
    (row,) = [row for row in rows_of(theirs) if row[0].startswith("Satisfaction ")]
    assert (row[1].split()[0], row[1].split()[-1], row[3]) == ("0.0%", "20", "")
    assert "internal customers" in BeautifulSoup(theirs, "html.parser").get_text()
    one = page_of(sign_in("lead"), f"/dashboards/measures/satisfaction{YEAR}&customer_kind=internal")
    passport = BeautifulSoup(one, "html.parser").find("a", string="Passport of this figure")
    assert passport is not None and "customer_kind.internal" in passport["href"]
    assert "Internal customers" in page_of(sign_in("lead"), str(passport["href"]))


def test_customers_without_a_survey_of_their_own_cannot_be_chosen(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("lead").get(f"{LIST}&customer_kind=partner")
    assert answer.status_code == 400
    assert "No survey was published for customers of the kind" in answer.get_data(as_text=True)


def test_where_another_method_labels_comments_the_trend_is_marked_and_nothing_is_compared(
    cast: Cast, sign_in: SignIn
) -> None:
    for day, method in ((date(2023, 6, 10), "old+1"), (date(2024, 6, 10), "old+1"), (date(2024, 9, 10), "new+1")):
        for response in make_answers(cast.survey, cast.waste, day, {"satisfaction": "5"}, 40):
            make_comment(response, "Fine").method = method
    db.session.commit()
    lead = sign_in("lead")
    page = page_of(lead, f"/dashboards/measures/comment_sentiment{YEAR}")
    text = words_of(page)
    assert "not compared: another method labelled the comments" in text
    assert "From September 2024 on most comments are labelled by another method: nothing is compared across it." in text
    assert "Another method" in page
    control = words_of(page_of(lead, "/dashboards/control?measure=comment_sentiment"))
    assert "September 2024: another method labels the comments" in control
    year = words_of(page_of(lead, "/dashboards/last-year?period=2024/25"))
    assert "Not compared: Positive comments. Another method labelled the comments since last year." in year


def test_the_whole_axis_of_the_trend_can_be_chosen_and_left_again(cast: Cast, sign_in: SignIn) -> None:
    lead, page = sign_in("lead"), f"/dashboards/measures/satisfaction{YEAR}"
    zoomed, whole = page_of(lead, page), page_of(lead, f"{page}&axis=full")
    assert "Axis zoomed" in zoomed and "Zoom in" not in zoomed
    (there,) = (link["href"] for link in BeautifulSoup(zoomed, "html.parser").find_all("a", string="Show 0 to 100%"))
    assert "axis=full" in there and there.endswith("#trend")
    assert "Axis 0% to 100%." in whole and "Axis zoomed" not in whole
    (back,) = (link["href"] for link in BeautifulSoup(whole, "html.parser").find_all("a", string="Zoom in"))
    assert "axis" not in back
    assert lead.get(f"{page}&axis=half").status_code == 400

"""The overview: what it shows is what figures() says, within scope, and nothing that is hidden."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from time_machine import TimeMachineFixture

from survey_app.dashboards.more import QUESTIONS
from survey_app.dashboards.presenters.figure_card import figure_card
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import measure_named
from survey_app.measures.drivers import DRIVERS
from survey_app.measures.figures import Figure
from survey_app.measures.operations import name_headline, set_target
from survey_app.measures.queries import figures
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import Scope
from survey_app.responses.models import ResponseState
from survey_app.statistics.comparison import holm
from survey_app.statistics.target_status import Comparator
from survey_app.statistics.weighting import weighted_share
from survey_app.web.headers import CONTENT_SECURITY_POLICY
from tests.dashboards.conftest import SMALL_BASE, Cast, SignIn
from tests.factories import make_answers, make_service
from tests.statements import statements
from tests.test_templates import Inside

YEAR = "?period=2024/25"
DAYS = date(2024, 4, 1), date(2025, 3, 31)


def page_of(client: FlaskClient, address: str = f"/dashboards/{YEAR}") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def rows_of(client: FlaskClient, arguments: str = YEAR) -> list[dict[str, str]]:
    answer = client.get(f"/dashboards/overview.csv{arguments}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf") and answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def counted(measure: str = "satisfaction", *by: str, where: dict[str, str] | None = None) -> list[Figure]:
    return figures(measure, *DAYS, by=by, where=where, now=utc_now())


def words_of(html: str) -> str:
    return " ".join(Inside(html).text.split())


def test_the_page_begins_with_the_sentence_of_the_figure(cast: Cast, sign_in: SignIn) -> None:
    (figure,) = counted()
    text = words_of(page_of(sign_in("lead")))
    assert f"{value_text(figure.measure, figure)} of the {figure.base:,} residents who answered were satisfied." in text
    assert f"{figure.numerator:,} of {figure.base:,} answers" in text
    assert "4 don’t know" in text


def test_every_figure_of_the_page_is_what_figures_says_and_links_to_its_passport(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"))
    text, links = words_of(html), {link.get("href") for link in Inside(html).all("a")}
    shown = [
        *counted(),
        *(f for by in ("service", "channel") for f in counted("satisfaction", by)),
        *(f for f in counted("satisfaction", "month") if f.base),
        *counted("timeliness"),
    ]
    assert len(shown) > 10
    for figure in shown:
        if figure.suppressed:
            continue
        assert value_text(figure.measure, figure) in text
    passports = [*counted(), *(f for f in counted("satisfaction", "service") if not f.suppressed)]
    assert {figure.passport for figure in passports} <= links


def test_the_file_holds_the_same_figures_unrounded(cast: Cast, sign_in: SignIn) -> None:
    rows = rows_of(sign_in("lead"))
    by_section = {name: [row for row in rows if row["section"] == name] for name in {row["section"] for row in rows}}
    expected = {"headline": counted(), "trend": counted("satisfaction", "month")}
    expected |= {f"{by}s": counted("satisfaction", by) for by in ("service", "channel")}
    for section, wanted in expected.items():
        written = {row["passport"]: row for row in by_section[section] if row["measure"] == "satisfaction"}
        assert len(written) == len(wanted)
        for figure in wanted:
            row = next(row for address, row in written.items() if address.endswith(figure.passport))
            assert row["value"] == ("" if figure.value is None else str(figure.value))
            assert row["base"] == ("[c]" if figure.suppressed else str(figure.base))
            assert row["status"] == (figure.status or "")
            if section in {"trend", "channels"}:  # drawn, not claimed
                assert (row["change"], row["adjusted_p"]) == ("", "")


def test_the_claims_of_the_page_and_its_file_are_one_family(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    tested = [*counted(), *counted("satisfaction", "service"), *(each for name in DRIVERS for each in counted(name))]
    p_values = [figure.change.p_value for figure in tested if figure.change and figure.change.p_value is not None]
    wanted = holm(p_values)
    assert len(p_values) == 3  # the headline, housing and waste: no driver was asked the year before
    rows = [row for row in rows_of(lead) if row["adjusted_p"]]
    assert [row["section"] for row in rows] == ["headline", "services", "services"]
    assert sorted(float(row["adjusted_p"]) for row in rows) == pytest.approx(sorted(wanted))
    assert "allowing for 3 comparisons" in rows[0]["change"]
    assert "unlikely to be chance, allowing for 3 comparisons." in words_of(page_of(lead))


@pytest.mark.parametrize(
    ("named_on", "family", "words"),
    [
        (date(2024, 3, 31), 2, "named as the headline on 31 March 2024, before the year began"),
        (date(2024, 4, 1), 3, "named after the year began, on 1 April 2024: it allows for the other claims"),
    ],
)
def test_a_headline_named_before_its_year_stands_alone(
    cast: Cast, sign_in: SignIn, named_on: date, family: int, words: str
) -> None:
    year, at = Period.financial_year(2024), day_starts_at(named_on)
    name_headline(measure_named("satisfaction"), year, named_by="Cabinet", reason="Our promise", now=at)
    db.session.commit()
    lead = sign_in("lead")
    text, rows = words_of(page_of(lead)), [row for row in rows_of(lead) if row["adjusted_p"]]
    assert words in text
    assert ("unlikely to be chance, allowing" in text) is (family == 3)
    assert ("allowing for" in rows[0]["change"]) is (family == 3)
    assert f"allowing for {family} comparisons" in rows[1]["change"]
    assert "named " not in words_of(page_of(lead, f"/dashboards/{YEAR}&service=housing"))
    assert "named as the headline" not in words_of(page_of(sign_in("manager")))


def test_the_file_and_the_page_have_the_same_filters(cast: Cast, sign_in: SignIn) -> None:
    where = {"service": "housing", "channel": "email"}
    (figure,) = counted(where=where)
    value = value_text(figure.measure, figure)
    (row,) = [
        row
        for row in rows_of(sign_in("lead"), f"{YEAR}&service=housing&channel=email")
        if row["section"] == "headline" and row["measure"] == "satisfaction"
    ]
    assert (row["service"], row["channel"], row["base"]) == ("housing", "email", str(figure.base))
    assert f"Housing options, e-mail: {value} of the {figure.base} who answered were satisfied." in words_of(
        page_of(sign_in("lead"), f"/dashboards/services/housing{YEAR}&channel=email")
    )


def test_a_service_s_own_page_is_the_overview_of_that_service(
    cast: Cast, sign_in: SignIn, time_machine: TimeMachineFixture
) -> None:
    lead = sign_in("lead")
    time_machine.move_to(utc_now(), tick=False)  # each page prints the minute of its data
    pages = [f"/dashboards/services/waste{YEAR}", f"/dashboards/{YEAR}&service=waste"]
    own, chosen = (words_of(page_of(lead, page)).replace(page, "") for page in pages)  # each prints its own address
    assert own == chosen


def test_without_a_choice_the_latest_whole_year_with_answers_is_shown(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), "/dashboards/")
    assert '<option value="2024/25" selected>' in html
    assert re.findall(r'<option value="(20\d\d/\d\d)"', html) == ["2024/25", "2023/24"]


def test_a_manager_sees_own_services_only(cast: Cast, sign_in: SignIn) -> None:
    (own,) = figures("satisfaction", *DAYS, scope=Scope(frozenset({cast.housing.id})), now=utc_now())
    manager = sign_in("manager")
    html = page_of(manager)
    assert f"of the {own.base:,} residents who answered" in words_of(html)
    for name in ("Waste", "Planning", "Licensing"):
        assert name not in html
    assert "Bins" not in html and "Nobody rang me back" in html
    assert {row["service"] for row in rows_of(manager)} <= {"", "housing"}


@pytest.mark.parametrize(
    "address",
    [
        "/dashboards/?service=waste",
        "/dashboards/services/waste",
        "/dashboards/overview.csv?service=waste",
        "/comments/?service=waste",
        "/figures/satisfaction~2024-04-01~2025-03-31~service.waste",
    ],
)
def test_another_s_service_looks_missing(cast: Cast, sign_in: SignIn, address: str) -> None:
    manager = sign_in("manager")
    theirs, none = manager.get(address), manager.get(address.replace("waste", "no-such-service"))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert words_of(theirs.get_data(as_text=True)) == words_of(none.get_data(as_text=True))


def hidden_services() -> dict[str, Figure]:
    return {figure.group[0]: figure for figure in counted("satisfaction", "service") if figure.suppressed}


def test_what_is_hidden_is_named_and_shown_nowhere(cast: Cast, sign_in: SignIn) -> None:
    hidden = hidden_services()
    assert set(hidden) == {"licensing", "planning"}  # planning would give licensing away
    lead = sign_in("lead")
    html, rows = page_of(lead), rows_of(lead)
    assert "Not shown: Licensing and Planning." in words_of(html)
    assert hidden["planning"].base > 30
    services = html[html.index("<h2>Services</h2>") : html.index("<h2>Channels</h2>")]
    for figure in hidden.values():
        assert str(figure.base) not in re.findall(r"(?<![\d.])\d+(?![\d.])", Inside(services).text)
        assert figure.passport not in html
        of_it = [row for row in rows if row["service"] == figure.group[0]]
        assert [row["section"] for row in of_it] == ["services"]  # no quarters that add up to the year
        (row,) = of_it
        assert (row["base"], row["status"]) == ("[c]", "suppressed")
        empty = ("numerator", "value", "low", "high", "previous_value", "difference", "change")
        assert all(row[name] == "" for name in empty)


def test_a_choice_with_too_few_answers_has_no_figure_in_page_chart_or_file(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    html = page_of(lead, f"/dashboards/{YEAR}&service=licensing")
    assert f"Licensing: too few answers to judge, {SMALL_BASE} " in words_of(html)
    assert "100.0%" not in words_of(html) and "data-chart" not in html
    assert "Too few answers to say" in words_of(html)
    satisfaction, *others = rows_of(lead, f"{YEAR}&service=licensing")
    assert (satisfaction["base"], satisfaction["value"]) == ("[c]", "")
    assert not any(row["value"] or row["numerator"] not in {"", "0"} for row in others)


def test_thin_months_become_quarters_and_the_chart_says_so(cast: Cast, sign_in: SignIn) -> None:
    by_month = page_of(sign_in("lead"))
    by_quarter = page_of(sign_in("lead"), f"/dashboards/{YEAR}&service=planning")
    assert "Satisfaction by month" in by_month
    assert "Satisfaction by quarter" in by_quarter
    assert "By quarter, because most months have fewer than 30 answers." in words_of(by_quarter)


def test_a_zoomed_axis_says_so_and_leads_to_the_whole_one(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    zoomed = page_of(lead)
    (whole,) = [link["href"] for link in Inside(zoomed).all("a") if "axis=full" in (link.get("href") or "")]
    assert "Axis zoomed: " in zoomed and whole
    assert "Axis 0% to 100%." in words_of(page_of(lead, whole))


def test_only_a_tested_change_is_claimed(cast: Cast, sign_in: SignIn) -> None:
    changes = {figure.group[0]: figure.change for figure in counted("satisfaction", "service")}
    assert changes["housing"] is not None and changes["housing"].is_claim
    assert changes["waste"] is not None and not changes["waste"].is_claim
    text = words_of(page_of(sign_in("lead")))
    assert f"up from {changes['housing'].before}" in text
    assert f"up from {changes['waste'].before}" not in text


def test_the_service_below_target_asks_for_attention_and_nothing_asks_where_all_is_well(
    cast: Cast, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    assert "Housing options misses its target" in words_of(page_of(lead))
    assert "Nothing needs attention today." in words_of(
        page_of(lead, f"/dashboards/{YEAR}&service=waste&channel=phone")
    )


def test_an_indicative_figure_asks_for_no_action(cast: Cast, sign_in: SignIn) -> None:
    make_answers(cast.survey, cast.housing, date(2023, 6, 1), {"satisfaction": "1"}, 12, channel=Channel.LETTER)
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), "/dashboards/?period=2023-06&channel=letter"))
    assert "Letter: 0.0% of the 12 who answered" in text and "misses its target" not in text


def test_the_lowest_service_is_named_though_it_reaches_the_target(cast: Cast, sign_in: SignIn) -> None:
    for service, good, bad in ((cast.waste, 240, 0), (cast.housing, 55, 5)):
        make_answers(cast.survey, service, date(2022, 6, 1), {"satisfaction": "5"}, good)
        make_answers(cast.survey, service, date(2022, 6, 1), {"satisfaction": "2"}, bad)
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), "/dashboards/?period=2022-06"))
    assert "Housing options is lowest91.7% of 60; the council 98.3%." in text


@pytest.mark.parametrize(
    "arguments", ["?period=soon", "?period=2024/26", "?channel=pigeon", "?axis=log", "?period=2024-13"]
)
def test_a_choice_that_cannot_be_read_is_refused_with_a_page(cast: Cast, sign_in: SignIn, arguments: str) -> None:
    for path in ("/dashboards/", "/dashboards/overview.csv", "/comments/"):
        answer = sign_in("lead").get(path + arguments)
        assert answer.status_code == 400
        assert "This could not be read" in answer.get_data(as_text=True)
        assert "Anyborough Council" in answer.get_data(as_text=True)


def test_before_the_first_answer_the_first_step_is_named(sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for path in ("/dashboards/", "/comments/"):
        html = page_of(lead, path)
        assert "No answers yet." in html and "Next: " in html
    assert lead.get("/dashboards/overview.csv").status_code == 404
    assert lead.get("/dashboards/services/no-such-service").status_code == 404


def test_a_period_without_answers_says_so(cast: Cast, sign_in: SignIn) -> None:
    assert "No answers in January 2020." in words_of(page_of(sign_in("lead"), "/dashboards/?period=2020-01"))


def test_a_choice_without_a_figure_leads_to_wider_ones(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    page = BeautifulSoup(page_of(lead, "/dashboards/?period=2020-01&channel=letter"), "html.parser")
    links = [str(link["href"]) for link in page.select("[aria-labelledby=elsewhere] a")]
    assert links == [
        "/dashboards/?period=2020-01",
        "/dashboards/?period=last-12-months&channel=letter",
        "/dashboards/?period=last-12-months",
        "/coverage?period=2020-01&channel=letter",
    ]
    assert all(lead.get(link).status_code == 200 for link in links)
    assert "elsewhere" not in page_of(lead, "/dashboards/")


def test_nothing_on_the_page_runs_or_styles_inline(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for path in (f"/dashboards/{YEAR}", "/comments/", "/figures/satisfaction~2024-04-01~2025-03-31"):
        answer = lead.get(path)
        assert not Inside(answer.get_data(as_text=True)).inline()
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_only_those_who_may_see_results_open_it(cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in("assessor").get("/dashboards/").status_code == 403
    assert sign_in("assessor").get("/figures/satisfaction~2024-04-01~2025-03-31").status_code == 403
    assert client.get("/dashboards/").location.startswith("/accounts/sign-in")
    html = page_of(sign_in("admin"))  # sees figures, and may not read comments
    assert "Latest comments" not in html and 'href="/comments/' not in Inside(html).text
    assert sign_in("admin").get("/comments/").status_code == 403


def test_the_front_door_leads_staff_to_the_overview_and_others_to_sign_in(
    cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    assert sign_in("lead").get("/").location == "/dashboards/"
    assert sign_in("assessor").get("/").location == "/accounts/start"
    assert client.get("/").location == "/accounts/sign-in"


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/dashboards/", "Overview"),
        ("/dashboards/services/housing", "Overview"),
        (f"/figures/satisfaction~{DAYS[0]}~{DAYS[1]}", "Overview"),
        *((question.url, "More figures") for question in QUESTIONS),
        ("/dashboards/measures/satisfaction", "More figures"),
        ("/admin/measures/", "More figures"),
    ],
)
def test_the_menu_marks_where_the_page_belongs(cast: Cast, sign_in: SignIn, address: str, label: str) -> None:
    page = BeautifulSoup(page_of(sign_in("lead"), address), "html.parser")
    assert [link.text for link in page.select("nav.menu a[aria-current]")] == [label]


@pytest.mark.parametrize("address", [question.url for question in QUESTIONS])
def test_every_page_beside_the_overview_leads_back_to_their_list(cast: Cast, sign_in: SignIn, address: str) -> None:
    page = BeautifulSoup(page_of(sign_in("lead"), address), "html.parser")
    (crumbs,) = page.select("nav.crumbs")
    assert "/dashboards/more" in [link["href"] for link in crumbs.select("a")]


def test_a_page_beside_the_overview_leads_back_to_the_same_choice(cast: Cast, sign_in: SignIn) -> None:
    page = BeautifulSoup(page_of(sign_in("lead"), f"/dashboards/drivers{YEAR}&service=housing"), "html.parser")
    back = [link["href"] for link in page.select("nav.crumbs a")]
    assert back == ["/dashboards/?period=2024%2F25&service=housing", "/dashboards/more"]


def test_a_page_of_one_service_does_not_list_it_again(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    headings = {
        address: [each.text for each in BeautifulSoup(page_of(lead, address), "html.parser").select("main h2")]
        for address in (f"/dashboards/{YEAR}", f"/dashboards/services/waste{YEAR}")
    }
    assert ["Services" in each for each in headings.values()] == [True, False]


def test_a_driver_leads_to_its_own_page_of_the_same_choice_and_its_share_to_the_passport(
    cast: Cast, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    page = BeautifulSoup(page_of(lead, f"/dashboards/services/housing{YEAR}"), "html.parser")
    link = page.find("a", string="Timeliness")
    assert link is not None and link["href"] == "/dashboards/measures/timeliness?period=2024%2F25&service=housing"
    (timeliness,) = counted("timeliness", where={"service": "housing"})
    assert page.select_one(f'main table a[href="{timeliness.passport}"]') is not None
    assert lead.get(str(link["href"])).status_code == 200


def test_the_menu_leads_to_the_overview_and_the_comments(cast: Cast, sign_in: SignIn) -> None:
    links = [link["href"] for link in Inside(page_of(sign_in("manager"))).all("a")]
    assert links.index("/dashboards/") < links.index("/comments/")


def test_more_services_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as few:
        page_of(lead)
    for number in range(12):
        service = make_service(f"extra-{number}")
        make_answers(cast.survey, service, date(2024, 7, 1), {"satisfaction": "5"}, 12)
    db.session.commit()
    with statements() as many:
        page_of(lead)
    assert len(many) == len(few) < 120


def test_questions_about_drivers_that_nobody_answered_are_not_said_to_be_unasked(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), "/dashboards/?period=2001%2F02")
    assert "Nobody has answered a question about a driver for this choice." in words_of(html)


def test_beside_the_headline_stand_response_held_answers_and_the_strongest_thing_against_it(
    cast: Cast, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    text = words_of(page_of(lead))
    assert "Held for reviewno answers" in text
    assert "The strongest thing against it: Housing options carries the change: without it no change shows." in text
    late = make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "5"}, 3)
    for response in late:
        response.state = ResponseState.QUARANTINED
    db.session.commit()
    assert "Held for review3 answers, in no figure yet" in words_of(page_of(lead))
    assert "Held for reviewno answers" in words_of(page_of(lead, f"/dashboards/{YEAR}&channel=email"))
    assert "strongest thing" not in words_of(page_of(lead, f"/dashboards/{YEAR}&service=licensing"))


def test_a_weighted_value_has_its_place_beside_the_headline(cast: Cast) -> None:
    (figure,) = counted()
    (response,) = counted("response_rate")
    share = weighted_share([(1.2, 300, 240), (0.9, 400, 330)])
    card = figure_card(figure, response, caveat=None, naming=None, held=0, weighted=share)
    assert ("Weighted", "81.3% (effective base 686)") in card.facts


def test_under_every_chart_stands_what_the_interval_cannot_tell(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"))
    chart = html[html.index("<figure") : html.index("</figure>")]
    assert "The interval covers chance only, not who chose to answer." in chart


def test_a_target_set_while_the_period_ran_says_so_beside_the_figure(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert "after the period began" not in words_of(page_of(lead))
    set_target(
        "satisfaction",
        0.85,
        Comparator.OVER,
        date(2024, 4, 1),
        stretch=0.95,
        reason="Lowered",
        now=datetime(2024, 12, 3, 9, tzinfo=UTC),
    )
    db.session.commit()
    for address in (f"/dashboards/{YEAR}", "/figures/satisfaction~2024-04-01~2025-03-31"):
        assert "set on 3 December 2024, after the period began" in words_of(page_of(lead, address)), address
    assert "95%, the finely dotted line" in words_of(page_of(lead))

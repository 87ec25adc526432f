"""The pages of control charts and funnels: the answer first, every state in plain words, new ranges by few."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.charts import Unit
from survey_app.dashboards.control.pictures import ChartWords, control_block
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.control import Entry, control_series
from survey_app.measures.definitions import MEASURES
from survey_app.measures.models import Target
from survey_app.measures.operations import declare_bridge
from survey_app.measures.own.operations import define_measure
from survey_app.measures.queries.control import rebases
from survey_app.measures.sentences.control import Subject
from survey_app.organisation.models import Service
from survey_app.statistics.control_charts import Improvement
from survey_app.surveys.models import SurveyVersion
from tests.dashboards.conftest import SignIn, make_staff
from tests.dashboards.test_measures import VERY
from tests.databases import Database, Templates
from tests.factories import make_answers, make_new_wording, make_service, make_survey
from tests.statements import statements

MOMENT = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
MONTHS = Period.between(date(2024, 4, 1), date(2026, 3, 31)).split("month")
REASON = "The contact centre opened."


def make_two_years() -> None:
    """Of 40 answers a month housing satisfies 35 to 37, and 24 in the last; waste 40, and planning 31 of 31 once."""
    services = {service.code: service for service in db.session.scalars(db.select(Service))}
    survey = make_survey()
    db.session.add(Target(measure="satisfaction", value=0.75, valid_from=date(2024, 4, 1), entered_at=MOMENT))
    for place, month in enumerate(MONTHS):
        happy = 24 if month is MONTHS[-1] else (36, 35, 37)[place % 3]
        make_answers(survey, services["housing"], month.first, {"satisfaction": "5"}, happy)
        make_answers(survey, services["housing"], month.first, {"satisfaction": "1"}, 40 - happy)
        make_answers(survey, services["waste"], month.first, {"satisfaction": "5"}, 40)
    make_answers(survey, services["planning"], date(2026, 1, 5), {"satisfaction": "4"}, 31)
    make_answers(survey, services["licensing"], date(2025, 2, 5), {"satisfaction": "4"}, 7)


@pytest.fixture
def template(templates: Templates, kind: str, request: pytest.FixtureRequest) -> Database:
    steps = (make_staff, make_two_years) if "two_years" in request.fixturenames else (make_staff,)
    return templates.filled(kind, *steps)


@pytest.fixture
def two_years(app: object) -> None:
    """The council with its two years of answers."""


@pytest.fixture(autouse=True)
def moment() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def page_of(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, address
    return BeautifulSoup(answer.text, "html.parser")


def words(page: BeautifulSoup, selector: str = "main") -> str:
    found = page.select_one(selector)
    assert found is not None
    return " ".join(found.get_text(" ", strip=True).split())


@pytest.mark.usefixtures("two_years")
class TestControlChart:
    HOUSING = "/dashboards/control?service=housing"

    def test_the_first_sentence_says_what_the_newest_month_says(self, sign_in: SignIn) -> None:
        page = page_of(sign_in("lead"), self.HOUSING)
        sentence = "In March 2026 satisfaction for Housing options was lower than its usual range"
        assert f"{sentence}: something is likely to have changed." in words(page, "h1")

    def test_where_the_test_says_otherwise_it_comes_first(self, sign_in: SignIn) -> None:
        """419 of 480 against 432 of 480 last year: not shown to be lower, while the newest month is unusual."""
        h1 = words(page_of(sign_in("lead"), self.HOUSING), "h1")
        assert h1.startswith("1 April 2025 to 31 March 2026: 87.3% against 90.0% last year")
        assert h1.index("no change that we can show") < h1.index("In March 2026")

    def test_two_wordings_share_no_range_until_somebody_bridges_them(self, sign_in: SignIn) -> None:
        lead, claim = sign_in("lead"), "In March 2026 satisfaction for Housing options was lower than its usual range"
        survey = db.session.scalars(db.select(SurveyVersion)).one()
        newer = make_new_wording(survey, "satisfaction", "How satisfied were you?", datetime(2026, 3, 1, tzinfo=UTC))
        db.session.commit()
        page = page_of(lead, self.HOUSING)
        assert claim not in words(page, "h1")
        assert "March 2026: the question was worded anew (new range)" in words(page)
        assert "worded anew" not in words(page_of(lead, "/dashboards/control?measure=response_rate"))
        versions = (survey.items[0].question_version_id, newer.items[0].question_version_id)
        declare_bridge(*versions, "Tested side by side.", now=MOMENT)
        db.session.commit()
        assert claim in words(page_of(lead, self.HOUSING), "h1")

    def test_the_target_is_held_against_the_limits(self, sign_in: SignIn) -> None:
        assert "As it runs now, expect the target of at least 75% to be met each month." in words(
            page_of(sign_in("lead"), self.HOUSING)
        )

    def test_every_month_leads_to_its_passport(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        rows = page_of(lead, self.HOUSING).select("figure table tbody tr")
        assert len(rows) == 24
        link = rows[-1].select_one("th a")
        assert link is not None and link["href"] == "/figures/satisfaction~2026-03-01~2026-03-31~service.housing"
        assert lead.get(str(link["href"])).status_code == 200
        assert [cell.get_text() for cell in rows[-1].select("td")][:2] == ["60.0%", "40"]
        assert "below the usual range" in rows[-1].get_text()

    def test_where_dissatisfaction_is_rare_it_does_not_judge_and_leads_to_quarters(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        page = page_of(lead, "/dashboards/control?service=waste")
        assert words(page, "h1").startswith("Satisfaction for Waste and recycling was the same in every month.")
        page = page_of(lead, "/dashboards/control?service=planning")
        assert words(page, "h1").startswith("Only one month has a figure for satisfaction for Planning.")

    def test_the_overview_leads_to_it_unless_it_is_of_one_channel(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        link = page_of(lead, "/dashboards/services/housing").find("a", string="Is a month unusual?")
        assert link is not None and link["href"] == self.HOUSING
        phone = page_of(lead, "/dashboards/services/housing?channel=phone")
        assert phone.find("a", string="Is a month unusual?") is None

    def test_the_file_holds_the_same_months_unrounded(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        link = page_of(lead, self.HOUSING).select_one("figure a[href*='as=csv']")
        assert link is not None
        answer = lead.get(str(link["href"]))
        assert answer.mimetype == "text/csv"
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert len(rows) == 24
        newest = rows[-1]
        assert (newest["Month"], newest["Satisfaction"], newest["Base"]) == ("Mar 2026", "0.6", "40")
        assert (newest["Target"], newest["Note"]) == ("0.75", "below the usual range")
        assert sign_in("manager").get("/dashboards/control?service=waste&chart=control&as=csv").status_code == 404

    def test_quarters_can_be_seen(self, sign_in: SignIn) -> None:
        page = page_of(sign_in("lead"), f"{self.HOUSING}&by=quarter")
        assert "8 of the 13 needed" in words(page, "h1")
        assert len(page.select("figure table tbody tr")) == 8

    def test_what_has_no_figure_says_so_and_leads_on(self, sign_in: SignIn) -> None:
        page = page_of(sign_in("lead"), "/dashboards/control?service=licensing")
        assert words(page, "h1").startswith("No month has a figure for satisfaction for Licensing.")
        assert "Nothing to draw yet" in words(page) and page.select_one("main .state a") is not None
        assert "7" not in words(page, "main .state")

    def test_every_measure_has_its_page(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        for place, measure in enumerate(MEASURES):
            axis = "&axis=full" if place % 2 else ""
            page = page_of(lead, f"/dashboards/control?measure={measure}&service=housing{axis}")
            chosen = page.select_one("select[name=measure] option[selected]")
            assert chosen is not None and chosen["value"] == measure
            assert words(page, "h1")

    @pytest.mark.parametrize(
        ("bad", "message"),
        [
            ("measure=joy", "There is no measure called joy."),
            ("by=week", "A control chart goes by month or by quarter."),
            ("axis=sideways", "The axis is zoomed or full."),
        ],
    )
    def test_what_cannot_be_read_is_said(self, sign_in: SignIn, bad: str, message: str) -> None:
        assert message in words(page_of(sign_in("lead"), f"/dashboards/control?{bad}", status=400))

    def test_another_s_service_looks_missing(self, sign_in: SignIn) -> None:
        manager = sign_in("manager")
        page_of(manager, "/dashboards/control?service=waste", status=404)
        own = page_of(manager, "/dashboards/control")
        assert [row.get_text() for row in own.select("figure tbody td:nth-of-type(2)")][-1] == "40"

    def test_more_services_do_not_mean_more_statements(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        page_of(lead, "/dashboards/control")
        with statements() as few:
            page_of(lead, "/dashboards/control")
        survey = db.session.scalars(db.select(SurveyVersion)).one()
        for number in range(5):
            service = make_service(f"service-{number}")
            make_answers(survey, service, date(2023, 5, 1 + number), {"satisfaction": "4"}, 12)
        db.session.commit()
        with statements() as many:
            page_of(lead, "/dashboards/control")
        assert len(many) == len(few) <= 16


@pytest.mark.usefixtures("two_years")
class TestNewRange:
    PAGE = "/dashboards/control?measure=satisfaction&service=housing"
    POST = "/dashboards/control/rebases?measure=satisfaction&service=housing"

    def sent(self, client: FlaskClient, address: str, **values: str) -> tuple[int, BeautifulSoup]:
        token = page_of(client, self.PAGE).find("input", {"name": "csrf_token"})
        assert token is not None
        answer = client.post(address, data={"csrf_token": token["value"]} | values)
        return answer.status_code, BeautifulSoup(answer.text, "html.parser")

    def test_an_administrator_begins_one_and_the_chart_says_when_and_why(self, sign_in: SignIn) -> None:
        admin = sign_in("admin")
        assert self.sent(admin, self.POST, month="2025-08", reason=REASON)[0] == 303
        page = page_of(admin, self.PAGE)
        assert "The new range from August 2025 is kept." in words(page)
        row = words(page, "#rebases table tbody tr")
        assert row.startswith(f"August 2025 {REASON} 20 May 2026, admin@anyborough.example after seeing the data")
        assert f"August 2025: {REASON} (new range, after seeing the data)" in words(page, "figure .changes")
        averages = {cell.get_text() for cell in page.select("figure tbody td:nth-of-type(3)")}
        assert len(averages) == 2  # the old range stays
        assert "Too few months to judge" in words(page, "h1")  # eight points claim nothing

    def test_one_declared_beforehand_waits(self, sign_in: SignIn) -> None:
        admin = sign_in("admin")
        self.sent(admin, self.POST, month="2026-07", reason=REASON)
        row = words(page_of(admin, self.PAGE), "#rebases table tbody tr")
        assert "declared beforehand waits for 8 points from then on; there are 0" in row

    def test_it_is_taken_back(self, sign_in: SignIn) -> None:
        admin = sign_in("admin")
        self.sent(admin, self.POST, month="2025-08", reason=REASON)
        (line,) = rebases("satisfaction", "housing")
        undo = f"/dashboards/control/rebases/{line.id}/undo?measure=satisfaction&service=housing"
        assert self.sent(admin, undo)[0] == 303
        assert rebases("satisfaction", "housing") == []
        assert self.sent(admin, undo)[0] == 404

    @pytest.mark.parametrize(
        ("month", "reason", "status", "said"),
        [
            ("", REASON, 400, "Choose the first month of the new range."),
            ("2025/26", REASON, 400, "Choose a month of the list."),
            ("soon", REASON, 400, "Choose a month of the list."),
            ("2025-08", " ", 400, "Say why the usual range is a new one from then on."),
            ("2025-08", "x" * 301, 400, "Use 300 characters or fewer."),
            ("2025-10", REASON, 409, "6 settled months have a figure from October 2025 on. A new range needs 8."),
        ],
    )
    def test_what_cannot_be_done_is_said_where_it_happened_and_nothing_typed_is_lost(
        self, sign_in: SignIn, month: str, reason: str, status: int, said: str
    ) -> None:
        found, page = self.sent(sign_in("admin"), self.POST, month=month, reason=reason)
        assert found == status
        assert said in words(page, ".govuk-error-summary") and said in words(page, "#rebases")
        assert words(page, "textarea").strip() == reason.strip()
        assert page.title is not None and page.title.get_text().startswith("Error: ")
        assert rebases("satisfaction", "housing") == []

    def test_who_may_not_set_targets_is_offered_and_allowed_nothing(self, sign_in: SignIn) -> None:
        manager = sign_in("manager")
        assert "Begin a new range" not in words(page_of(manager, self.PAGE))
        assert self.sent(manager, self.POST, month="2025-08", reason=REASON)[0] == 403
        assert rebases("satisfaction", "housing") == []


@pytest.mark.usefixtures("two_years")
class TestFunnel:
    FUNNEL = "/dashboards/funnel?period=2025/26"

    def test_who_lies_outside_is_named_and_nobody_is_ranked(self, sign_in: SignIn) -> None:
        """Housing 419 of 480, waste 480 of 480, planning 31 of 31; together 930 of 991."""
        page = page_of(sign_in("lead"), self.FUNNEL)
        assert words(page, "h1").startswith(
            "Outside 99.8% on satisfaction: Housing options lower, Waste and recycling higher than all services "
            "together."
        )
        rows = [row.select_one("th") for row in page.select("figure tbody tr")]
        assert [row.get_text() for row in rows if row] == ["Housing options", "Planning", "Waste and recycling"]
        assert "rank" not in words(page).lower()

    def test_services_lead_to_their_pages_and_figures_to_their_passports(self, sign_in: SignIn) -> None:
        lead = sign_in("lead")
        for link in page_of(lead, self.FUNNEL).select("figure tbody a, main .rows a"):
            assert lead.get(str(link["href"])).status_code == 200

    def test_one_service_is_no_funnel(self, sign_in: SignIn) -> None:
        page = page_of(sign_in("manager"), self.FUNNEL)
        assert words(page, "h1").startswith("Only one service has a figure for satisfaction.")
        assert "Waste" not in words(page) and page.select_one("figure") is None

    def test_a_small_service_is_named_as_not_shown(self, sign_in: SignIn) -> None:
        page = page_of(sign_in("lead"), "/dashboards/funnel?period=2024/25")
        assert "Not shown: " in words(page) and "Licensing" in words(page)
        assert "Licensing" not in words(page, "figure") if page.select_one("figure") else True

    def test_a_period_that_still_fills_claims_nothing(self, sign_in: SignIn) -> None:
        survey = db.session.scalars(db.select(SurveyVersion)).one()
        for service in db.session.scalars(db.select(Service).where(Service.code.in_(["housing", "waste"]))):
            happy = "5" if service.code == "waste" else "1"
            make_answers(survey, service, date(2026, 5, 12), {"satisfaction": happy}, 60)
        db.session.commit()
        page = page_of(sign_in("lead"), "/dashboards/funnel?period=2026/27")
        assert words(page, "h1").startswith("Answers of this period are still coming in.")
        assert "outside the 99.8% limits" not in words(page)

    def test_a_funnel_is_of_shares(self, sign_in: SignIn) -> None:
        page = page_of(sign_in("lead"), "/dashboards/funnel?measure=satisfaction_mean", status=400)
        assert "A funnel is of shares" in words(page)

    @pytest.mark.parametrize("measure", ["response_rate", "resolved", "comment_sentiment", "avoidable_contact"])
    def test_a_measure_without_answers_says_so(self, sign_in: SignIn, measure: str) -> None:
        page = page_of(sign_in("lead"), f"{self.FUNNEL}&measure={measure}")
        assert words(page, "h1").startswith("No service can be compared on")
        assert "Nothing to compare yet" in words(page)


def test_before_the_first_answer_both_pages_say_what_comes_next(sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert "Nothing to draw yet" in words(page_of(lead, "/dashboards/control"))
    assert "Nothing to compare yet" in words(page_of(lead, "/dashboards/funnel"))


def test_a_series_of_others_has_the_same_chart_and_sentences() -> None:
    entries = [
        Entry(month, value, target=9.0, target_words="under 9")
        for month, value in zip(MONTHS, (8.0, 8.2, 7.9) * 8, strict=True)
    ]
    block = control_block(
        control_series(entries, improvement=Improvement.DECREASE),
        ChartWords("waits", "Days until an answer by month", Subject("the wait"), Unit.DAYS, "Days"),
    )
    assert block.headline.claim == "The wait varies as it usually does."
    assert block.assurance == "As it runs now, expect the target of under 9 to be met each month."
    assert len(block.chart.table.rows) == 24


def test_days_are_not_said_to_fall_below_none() -> None:
    entries = [Entry(month, value) for month, value in zip(MONTHS, (0.5, 4.0) * 12, strict=True)]
    block = control_block(
        control_series(entries, improvement=Improvement.DECREASE),
        ChartWords("waits", "Days until an answer by month", Subject("the wait"), Unit.DAYS, "Days"),
    )
    assert block.chart.sentence.endswith("The average is 2.3, the usual range 0.0 to 11.6.")  # 2.25 and 2.66 x 3.5
    assert block.chart.table.rows[0][2].text == "2.3" and block.chart.table.rows[0][3].text == "below 0"


@pytest.mark.parametrize("who", ["assessor", None])
def test_the_pages_are_for_who_may_see_results(sign_in: SignIn, client: FlaskClient, who: str | None) -> None:
    browser = client if who is None else sign_in(who)
    for address in ("/dashboards/control", "/dashboards/funnel"):
        assert browser.get(address).status_code == (302 if who is None else 403)


def test_a_measure_of_the_councils_own_has_its_charts_too(two_years: None, sign_in: SignIn) -> None:
    define_measure(VERY, now=MOMENT)
    db.session.commit()
    lead = sign_in("lead")
    for address in ("/dashboards/control", "/dashboards/funnel"):
        page = page_of(lead, f"{address}?measure=very_satisfied")
        assert "very satisfied" in words(page, "main").lower()
        assert "very_satisfied" in {str(option["value"]) for option in page.select("select[name=measure] option")}

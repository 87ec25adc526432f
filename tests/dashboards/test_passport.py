"""A figure's passport: the same figure, the rows behind it, and nothing where too few answered."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, utc_now
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.address import from_id
from survey_app.measures.definitions import measure_named
from survey_app.measures.models import FrozenPassport
from survey_app.measures.operations import name_headline
from survey_app.measures.passport import PassportRow
from survey_app.measures.queries import open_passport, rows_behind
from survey_app.measures.queries.weighted import weighted_figure
from survey_app.organisation.channels import Channel
from survey_app.responses.models import ResponseState
from tests.dashboards.conftest import SMALL_BASE, Cast, SignIn
from tests.dashboards.test_measures import rows_of
from tests.factories import make_answers, make_contacts
from tests.measures.test_named_measures import make_ease
from tests.test_templates import Inside

HEADLINE = "satisfaction~2024-04-01~2025-03-31"
SMALL = f"{HEADLINE}~service.licensing"


def text_of(client: FlaskClient, figure_id: str, arguments: str = "") -> str:
    answer = client.get(f"/figures/{figure_id}{arguments}")
    assert answer.status_code == 200
    return " ".join(Inside(answer.get_data(as_text=True)).text.split())


def rows_behind_it(figure_id: str) -> list[PassportRow]:
    return rows_behind(open_passport(from_id(figure_id), now=utc_now()), now=utc_now(), most=10_000)


def test_it_says_what_the_figure_is_made_of(cast: Cast, sign_in: SignIn) -> None:
    passport = open_passport(from_id(HEADLINE), now=utc_now())
    figure = passport.figure
    text = text_of(sign_in("lead"), HEADLINE)
    assert f"{figure.numerator:,} in the numerator {figure.base:,} in the base" in text
    assert figure.measure.definition in text
    assert "Outside it: 4 don’t know" in text
    assert "post-contact@1.0" in text
    assert passport.document["rows"]["hash"] in text.replace(" ", "")
    assert f"1 to 50 of {len(passport.digests):,}" in text


def test_answers_that_are_counted_are_not_said_to_be_held(cast: Cast, sign_in: SignIn) -> None:
    held = {"satisfaction": "1"}
    make_answers(cast.survey, cast.waste, date(2025, 3, 30), held, 20, state=ResponseState.QUARANTINED)
    db.session.commit()
    lead = sign_in("lead")
    assert "20 answers are held for review" in text_of(lead, HEADLINE)
    assert "20 answers are held for review" not in text_of(lead, f"{HEADLINE}~quarantined.in")


def test_the_weighted_value_stands_beside_it_without_a_claim(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert "Weighted" not in text_of(lead, HEADLINE), "without contacts there is nothing to weight to"
    for channel in (Channel.PHONE, Channel.EMAIL):
        for service in (cast.housing, cast.waste):
            make_contacts(service, date(2024, 6, 1), 50, channel=channel)
    weighted = weighted_figure(from_id(HEADLINE), now=utc_now())
    assert weighted is not None and weighted.share is not None
    text = text_of(lead, HEADLINE)
    assert f"{weighted.sentence} No change or target is claimed from it." in text


def test_rows_show_the_day_and_never_the_time(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"), f"{HEADLINE}~channel.email")
    assert "10 Nov 2024" in text and "12:00" not in text.split("Rows behind it")[1]


def test_all_rows_can_be_reached_page_by_page(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    wanted = {row.reference for row in rows_behind_it(HEADLINE)}
    pages = [text_of(lead, HEADLINE, f"?page={n}") for n in range(1, -(-len(wanted) // 50) + 1)]
    assert all(any(reference in page for page in pages) for reference in wanted)
    assert lead.get(f"/figures/{HEADLINE}?page={len(pages) + 1}").status_code == 400


def test_a_manager_s_passport_holds_the_rows_of_own_services(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("manager"), HEADLINE)
    assert "Your services: Housing options." in text
    assert "Waste and recycling" not in text


def test_a_figure_on_too_few_shows_neither_value_nor_rows(cast: Cast, sign_in: SignIn) -> None:
    rows = rows_behind_it(SMALL)
    assert len(rows) == SMALL_BASE
    text = text_of(sign_in("lead"), SMALL)
    assert "not shown" in text and "100.0%" not in text
    assert not any(row.reference in text for row in rows)


def test_a_response_rate_has_its_passport_too(cast: Cast, sign_in: SignIn) -> None:
    assert "There is no figure to show." in text_of(sign_in("lead"), "response_rate~2024-04-01~2025-03-31")


def test_looking_stores_nothing(cast: Cast, sign_in: SignIn) -> None:
    text_of(sign_in("lead"), HEADLINE)
    assert db.session.query(FrozenPassport).count() == 0


def test_what_is_no_address_of_a_figure_is_refused(cast: Cast, sign_in: SignIn) -> None:
    for figure_id in ("satisfaction", "joy~2024-04-01~2025-03-31", "satisfaction~2025-04-01~2024-03-31"):
        assert sign_in("lead").get(f"/figures/{figure_id}").status_code == 400


def test_a_passport_by_other_rules_says_them_and_lists_the_rows_that_they_let_in(cast: Cast, sign_in: SignIn) -> None:
    held = make_answers(
        cast.survey, cast.waste, date(2025, 3, 30), {"satisfaction": "1"}, state=ResponseState.QUARANTINED
    )
    db.session.commit()
    lead, reference = sign_in("lead"), held[0].reference
    by_rule = lead.get(f"/figures/{HEADLINE}~quarantined.in").text
    assert "Answers entered by staff count. Held answers count, tests do not. No weights." in by_rule
    assert reference in by_rule
    usual = lead.get(f"/figures/{HEADLINE}").text
    assert "Held answers and tests do not." in usual
    assert reference not in usual


def test_on_a_scale_of_seven_five_and_more_count(cast: Cast, sign_in: SignIn) -> None:
    survey = make_ease("seven", range(1, 8))
    make_answers(survey, cast.waste, date(2024, 6, 10), {"easy": "5"}, 12)
    make_answers(survey, cast.waste, date(2024, 6, 10), {"easy": "4"}, 8)
    db.session.commit()
    text = sign_in("lead").get("/figures/easy~2024-04-01~2025-03-31").text
    rows = [row[:4] for row in rows_of(text) if row[0] in {"4", "5"}]
    assert rows == [["4", "8", "", "base"], ["5", "12", "", "numerator and base"]]


def test_the_strongest_thing_against_it_stands_beside_a_figure_that_is_shown(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    text = text_of(lead, HEADLINE)
    assert "The strongest thing against it How many could have answered is not known" in text
    assert "The strongest thing against it" not in text_of(lead, SMALL)
    housing = text_of(lead, f"{HEADLINE}~channel.phone~service.housing")
    assert "The strongest thing against it" in housing or "What would be needed" in housing


def test_a_claim_says_that_it_is_judged_by_itself_unless_it_was_named_before_its_year(
    cast: Cast, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    assert "Judged by itself here; on a page with other claims it allows for them." in text_of(lead, HEADLINE)
    year = Period.financial_year(2024)
    before = day_starts_at(year.first - ONE_DAY)
    name_headline(measure_named("satisfaction"), year, named_by="Cabinet", reason="Our promise", now=before)
    db.session.commit()
    text = text_of(lead, HEADLINE)
    assert "Judged by itself" not in text
    assert "Named as the headline on 31 March 2024, before the year began." in text


def test_the_passport_of_a_median_of_days_speaks_of_contacts_in_the_order_of_days(cast: Cast, sign_in: SignIn) -> None:
    for days in (0, 1, 2, 2, 3, 4, 7, 8, 9, 10, 11):
        make_contacts(cast.housing, date(2024, 6, 3), 1, processing_days=days)
    make_contacts(cast.housing, date(2024, 6, 3), 1)
    db.session.commit()
    client = sign_in("lead")
    figure_id = HEADLINE.replace("satisfaction", "processing_days")
    text = text_of(client, figure_id)
    assert "Counted again just now." in text
    assert "Hash of the rows" not in text and "Survey versions" not in text and "Answers entered by staff" not in text
    labels = [row[0] for row in rows_of(client.get(f"/figures/{figure_id}").get_data(as_text=True))[1:]]
    assert labels[:3] == ["Same day", "1 working day", "2 working days"]
    assert labels[-3:] == ["10 working days", "11 working days", "Not closed yet"]

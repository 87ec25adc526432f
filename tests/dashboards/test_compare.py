"""Two periods or two groups side by side: the figures, the test, Holm, what else differs, and what may not be shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.dashboards.more import QUESTIONS
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.drivers import DRIVERS
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Site
from survey_app.statistics.comparison import exact_test, holm
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_new_wording, make_service
from tests.statements import statements

PAGE = "/dashboards/compare"
YEARS = "?period=2024/25&against=2023/24"
GROUPS = "?by=channel&period=2024/25&one=phone&other=email"
NOW, BEFORE = (date(2024, 4, 1), date(2025, 3, 31)), (date(2023, 4, 1), date(2024, 3, 31))


def page_of(client: FlaskClient, arguments: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(PAGE + arguments)
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(page: BeautifulSoup) -> str:
    assert page.main is not None
    return " ".join(page.main.get_text(" ").split())


def figure(days: tuple[date, date], measure: str = "satisfaction", **where: str) -> Figure:
    return figures(measure, *days, where=where, now=utc_now())[0]


def p_of(one: Figure, other: Figure) -> float:
    return exact_test(one.numerator or 0, one.base, other.numerator or 0, other.base).p_value


def test_two_periods_stand_side_by_side_with_their_test(cast: Cast, sign_in: SignIn) -> None:
    now, before = figure(NOW), figure(BEFORE)
    page = page_of(sign_in("lead"), YEARS)
    text, links = words(page), {str(link["href"]) for link in page.select("main a")}
    assert {now.passport, before.passport} <= links
    assert f"of {now.base}" in text and f"of {before.base}" in text
    assert p_of(now, before) < 0.05 and "They differ by more than chance explains." in text
    assert f"answers against {before.base} in 2023/24 this is unlikely to be chance." in text


def test_two_channels_are_higher_or_lower_and_never_better(cast: Cast, sign_in: SignIn) -> None:
    phone, email = figure(NOW, channel="phone"), figure(NOW, channel="email")
    text = words(page_of(sign_in("lead"), GROUPS))
    assert p_of(phone, email) < 0.05
    assert "Higher: 100.0% against 0.0%" in text and f"against {email.base} in contacts (e-mail)" in text
    assert "better" not in text and "because" not in text


def test_of_several_measures_each_test_allows_for_the_others(cast: Cast, sign_in: SignIn) -> None:
    make_answers(cast.survey, cast.waste, date(2023, 6, 1), {"satisfaction": "2", "timeliness": "2"}, 40)
    make_answers(cast.survey, cast.waste, date(2023, 6, 1), {"satisfaction": "4", "timeliness": "5"}, 5)
    db.session.commit()
    raw = [p_of(figure(NOW, name), figure(BEFORE, name)) for name in ("satisfaction", "timeliness")]
    text = words(page_of(sign_in("lead"), f"{YEARS}&measure=all"))
    assert all(p <= 0.05 for p in holm(raw))
    assert f"differ in 2 of {1 + len(DRIVERS)} measures: satisfaction and timeliness." in text
    assert "Each test allows for the 2 that stand here (Holm)." in text
    assert text.count("(allowing for 2 comparisons)") == 2
    assert text.count("Nobody has answered this on one of the two sides.") == len(DRIVERS) - 1


def test_what_else_differs_stands_beside_the_difference(cast: Cast, sign_in: SignIn) -> None:
    text = words(page_of(sign_in("lead"), YEARS))
    assert "What else differs" in text and "This page cannot tell which." in text
    by_service = {each.group[0]: each.base for each in figures("satisfaction", *NOW, by=["service"], now=utc_now())}
    assert by_service["housing"] and "Housing options" in text
    assert "Others: 17.6% of the answers of the one, 0.0% of the other. Such a mix can make a difference" in text
    assert "Licensing" not in text and "Planning" not in text  # too small, and what would give it away
    own = words(page_of(sign_in("lead"), GROUPS))
    assert "Services of both sides" in own and "Channels of both sides" not in own


def test_groups_alike_are_not_said_to_differ(cast: Cast, sign_in: SignIn) -> None:
    site = {code: Site(code=code, name=code.title()) for code in ("north", "south")}
    db.session.add_all(site.values())
    db.session.flush()
    for each in site.values():
        make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "5"}, 36, site_id=each.id)
        make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "2"}, 4, site_id=each.id)
    db.session.commit()
    text = words(page_of(sign_in("lead"), "?by=site&period=2024/25&one=north&other=south"))
    assert "No difference that we can show." in text
    assert "Mixed alike: no share differs by over 10 points." in text


def test_services_that_hold_one_another_are_not_compared(cast: Cast, sign_in: SignIn) -> None:
    part = make_service("lettings")
    part.parent_id = cast.housing.id
    db.session.commit()
    page = page_of(sign_in("lead"), "?by=service&period=2024/25&one=housing&other=lettings", status=400)
    assert "One of the two services is part of the other." in words(page)
    chosen = [str(option["value"]) for option in page.select("option[selected]")]
    assert {"service", "housing", "lettings", "2024/25"} <= set(chosen)  # nothing that was chosen is lost


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("?period=2024/25&against=2024-05", "The two periods share days."),
        ("?by=channel&one=phone&other=phone", "Both sides are the same."),
    ],
)
def test_what_cannot_be_compared_says_why(cast: Cast, sign_in: SignIn, arguments: str, why: str) -> None:
    assert why in words(page_of(sign_in("lead"), arguments, status=400))


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("?by=team", 400),
        ("?measure=nps", 400),
        ("?measure=unknown", 400),
        ("?against=soon", 400),
        ("?by=service&one=nothing", 404),
        ("?by=site&one=nothing", 404),
        ("?by=channel&one=pigeon", 404),
        ("?service=nothing", 404),
    ],
)
def test_what_nobody_offers_is_refused(cast: Cast, sign_in: SignIn, arguments: str, status: int) -> None:
    assert sign_in("lead").get(PAGE + arguments).status_code == status


def test_a_small_side_is_not_shown_nor_compared(cast: Cast, sign_in: SignIn) -> None:
    text = words(page_of(sign_in("lead"), "?by=service&period=2024/25&one=housing&other=licensing"))
    assert "Licensing not shown" in text and "A figure is shown from 10 answers" in text
    assert "of [c]" in text and "100.0%" not in text


def test_of_a_customer_group_with_few_who_say_so_nothing_is_shown(cast: Cast, sign_in: SignIn) -> None:
    for group, unhappy in (("younger", 2), ("older", 12)):
        make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "5"}, 40, customer_group=group)
        make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "1"}, unhappy, customer_group=group)
    db.session.commit()
    page = page_of(sign_in("lead"), "?by=customer_group&period=2024/25&one=younger&other=older")
    assert "contacts (younger) not shown" in words(page) and "are 1 to 4 people" in words(page)
    assert not page.select('main a[href^="/comments/"]')


def test_across_a_new_wording_nothing_is_compared(cast: Cast, sign_in: SignIn) -> None:
    since = datetime(2024, 4, 10, tzinfo=UTC)
    again = make_new_wording(cast.survey, "satisfaction", "How did we do, all in all?", since)
    make_answers(again, cast.waste, date(2024, 9, 1), {"satisfaction": "5"}, 60)
    db.session.commit()
    text = words(page_of(sign_in("lead"), YEARS))
    assert "The question was worded anew between the two" in text and "unlikely to be chance" not in text


def test_with_few_answers_on_a_side_no_difference_is_denied(cast: Cast, sign_in: SignIn) -> None:
    make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "5"}, 15, channel=Channel.LETTER)
    db.session.commit()
    text = words(page_of(sign_in("lead"), "?by=channel&period=2024/25&one=phone&other=letter"))
    assert "Not enough answers to compare" in text and "Too few answers on one side" in text


def test_each_side_leads_to_its_comments_with_its_own_filters(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for arguments, wanted in (
        (YEARS, ["/comments/?period=2024%2F25", "/comments/?period=2023%2F24"]),
        (GROUPS, ["/comments/?period=2024%2F25&channel=phone", "/comments/?period=2024%2F25&channel=email"]),
    ):
        page = page_of(lead, arguments)
        links = [
            str(link["href"]) for link in page.select("[aria-label='Both sides of each measure'] td a[href^='/comm']")
        ]
        assert links == wanted and all(lead.get(link).status_code == 200 for link in links)
    assert not page_of(sign_in("admin"), YEARS).select("td a[href^='/comments/']")  # who may not read them


def test_what_else_differs_leads_to_the_comments_of_its_side_or_to_its_figures(cast: Cast, sign_in: SignIn) -> None:
    for who, start in (("lead", "/comments/?"), ("admin", "/dashboards/?")):
        client = sign_in(who)
        links = [str(link["href"]) for link in page_of(client, YEARS).select(".halves td a")]
        assert f"{start}period=2024%2F25&channel=phone" in links
        assert f"{start}period=2023%2F24&service=housing" in links
        assert all(client.get(link).status_code == 200 for link in links)


def test_before_two_are_chosen_the_page_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    text = words(page_of(sign_in("lead"), "?by=site"))
    assert "Choose two sites." in text and "Teams are not set beside one another." in text


def test_before_the_first_answer_it_says_so(sign_in: SignIn) -> None:
    assert "No answers yet." in words(page_of(sign_in("lead"), ""))


def test_a_manager_compares_what_is_theirs(cast: Cast, sign_in: SignIn) -> None:
    manager = sign_in("manager")
    own = figures("satisfaction", *NOW, where={"service": "housing"}, now=utc_now())[0]
    text = words(page_of(manager, YEARS))
    assert f"of {own.base}" in text and "Waste" not in text
    assert manager.get(f"{PAGE}?by=service&one=housing&other=waste").status_code == 404


def test_only_those_who_may_see_results_open_it(cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in("assessor").get(PAGE).status_code == 403
    assert client.get(PAGE).location.startswith("/accounts/sign-in")
    assert PAGE in {question.url for question in QUESTIONS}


def test_more_services_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as few:
        page_of(lead, GROUPS)
    for number in range(8):
        service = make_service(f"extra-{number}")
        make_answers(cast.survey, service, date(2024, 7, 1), {"satisfaction": "5"}, 12)
    db.session.commit()
    with statements() as many:
        page_of(lead, GROUPS)
    assert len(many) == len(few) < 45

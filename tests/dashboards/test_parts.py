"""Pages of one channel, site, team or group of customers: what figures() says, and nothing that must stay hidden."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.amounts import value_text
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Site, Team
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import make_answers, make_service
from tests.statements import statements

DAY = date(2024, 7, 15)
DAYS = date(2024, 4, 1), date(2025, 3, 31)
YEAR = "?period=2024/25"
KINDS = ("channels", "sites", "teams", "groups")


@pytest.fixture
def places(cast: Cast) -> Cast:
    """Answers of three sites, of two teams and of three groups, each with one that is too small to show."""
    survey, waste, housing = cast.survey, cast.waste, cast.housing
    sites = {code: Site(code=code, name=name) for code, name in SITES.items()}
    teams = {code: Team(code=code, name=name) for code, name in (("alpha", "Team Alpha"), ("beta", "Team Beta"))}
    db.session.add_all([*sites.values(), *teams.values()])
    db.session.flush()
    for code, happy, unhappy in (("town-hall", 40, 5), ("library", 20, 15), ("annexe", 6, 0), ("hut", 5, 0)):
        facts = {"site_id": sites[code].id, "channel": Channel.FACE_TO_FACE}
        first, *_ = make_answers(survey, waste, DAY, {"satisfaction": "5", "timeliness": "4"}, happy, **facts)
        make_answers(survey, waste, DAY, {"satisfaction": "2"}, unhappy, **facts)
        make_comment(first, f"Kind people, {code}", "positive")
    for code, happy, unhappy in (("alpha", 40, 6), ("beta", 12, 2)):
        make_answers(survey, housing, DAY, {"satisfaction": "5"}, happy, team_id=teams[code].id)
        make_answers(survey, housing, DAY, {"satisfaction": "2"}, unhappy, team_id=teams[code].id)
    for group, happy, unhappy in (("65 and over", 40, 10), ("16 to 34", 40, 2), ("35 to 64", 30, 3)):
        make_answers(survey, housing, DAY, {"satisfaction": "5"}, happy, customer_group=group)
        make_answers(survey, housing, DAY, {"satisfaction": "2"}, unhappy, customer_group=group)
    db.session.commit()
    return cast


SITES = {"town-hall": "Town Hall", "library": "Library", "annexe": "Annexe", "hut": "Hut"}


def page_of(client: FlaskClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(page: BeautifulSoup) -> str:
    main = page.main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def of(kind: str, code: str, measure: str = "satisfaction") -> Figure:
    return figures(measure, *DAYS, where={kind: code}, now=utc_now())[0]


@pytest.mark.parametrize(
    ("path", "by", "about"),
    [
        ("channels/face_to_face", "channel", "Face to face"),
        ("sites/town-hall", "site", "Town Hall"),
        ("teams/alpha", "team", "Team Alpha"),
        ("groups/65 and over", "customer_group", "65 and over"),
    ],
)
def test_a_part_has_the_figure_that_figures_says_with_its_base_and_its_passport(
    places: Cast, sign_in: SignIn, path: str, by: str, about: str
) -> None:
    figure = of(by, path.rpartition("/")[2])
    page = page_of(sign_in("lead"), f"/dashboards/{path}{YEAR}")
    value = value_text(figure.measure, figure)
    assert f"{about}: {value} of the {figure.base} who answered were satisfied." in words(page)
    assert page.select_one(f'main a[href="{figure.passport}"]') is not None
    assert figure.low is not None and "95% interval" in words(page)


def test_what_a_part_consists_of_stands_on_its_page(places: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in("lead"), f"/dashboards/sites/town-hall{YEAR}")
    text = words(page)
    links = [str(link["href"]) for link in page.select("table th[scope=row] a")]
    assert "/dashboards/sites/town-hall?period=2024%2F25&service=waste" in links
    assert "Timeliness" in text and "Kind people, town-hall" in text and "Kind people, library" not in text
    assert "What matters most" not in text and "All themes over time" not in text  # which know nothing of sites
    comments = page.find("a", string="Read all")
    assert comments is not None and comments["href"] == "/comments/?period=2024%2F25&site=town-hall"
    assert "1 comment" in words(page_of(sign_in("lead"), str(comments["href"])))


def test_crumbs_lead_back_with_the_same_choice(places: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    page = page_of(lead, f"/dashboards/sites/town-hall{YEAR}&service=waste")
    links = [str(link["href"]) for link in page.select("nav.crumbs a")]
    assert links == [
        "/dashboards/?period=2024%2F25&service=waste",
        "/dashboards/sites?period=2024%2F25&service=waste",
    ]
    assert all(lead.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("sites/annexe", "A figure is shown from 10 answers"),
        ("teams/beta", "A team’s figure stands on a page from 30 answers"),
        ("groups/16 to 34", "are 1 to 4 people"),
        ("groups/35 to 64", "are 1 to 4 people"),
    ],
)
def test_a_part_that_is_too_small_says_why_and_where_to_look(
    places: Cast, sign_in: SignIn, path: str, why: str
) -> None:
    lead = sign_in("lead")
    page = page_of(lead, f"/dashboards/{path}{YEAR}")
    text = words(page)
    assert "Too few answers to show:" in text and why in text and "%" not in text
    links = [str(link["href"]) for link in page.select("[aria-labelledby=elsewhere] a")]
    assert links and all(lead.get(link).status_code == 200 for link in links)
    assert lead.get(f"/dashboards/{path}/figures.csv{YEAR}").status_code == 404


def test_what_would_give_a_small_one_away_is_hidden_with_it(places: Cast, sign_in: SignIn) -> None:
    """Without the hut the annexe alone is small: the next smallest site goes with it, on the list and on its page."""
    lead = sign_in("lead")
    make_answers(places.survey, places.waste, DAY, {"satisfaction": "5"}, 10, site_id=site_id("hut"))
    db.session.commit()
    page = page_of(lead, f"/dashboards/sites{YEAR}")
    assert "Not shown: Annexe and Hut." in words(page)
    assert "Too few answers to show: Hut." in words(page_of(lead, f"/dashboards/sites/hut{YEAR}"))


def site_id(code: str) -> int:
    return db.session.scalars(db.select(Site.id).where(Site.code == code)).one()


def test_sites_stand_with_the_lowest_first_and_lead_to_their_pages(places: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in("lead"), f"/dashboards/sites{YEAR}")
    rows = [(row.th.a.text, row.th.a["href"]) for row in page.select("main tbody tr")]
    assert rows == [
        ("Library", "/dashboards/sites/library?period=2024%2F25"),
        ("Town Hall", "/dashboards/sites/town-hall?period=2024%2F25"),
    ]
    assert "A place in a list is not a test" in words(page)
    assert "Not shown: Annexe and Hut." in words(page)


def test_teams_stand_by_name_without_figures(places: Cast, sign_in: SignIn) -> None:
    make_answers(places.survey, places.waste, DAY, {"satisfaction": "5"}, 90, team_id=team_id("beta"))
    db.session.commit()
    page = page_of(sign_in("lead"), f"/dashboards/teams{YEAR}")
    assert [row.th.text for row in page.select("main tbody tr")] == ["Team Alpha", "Team Beta"]
    assert "%" not in words(page) and page.find("a", string="Compare two") is None


def team_id(code: str) -> int:
    return db.session.scalars(db.select(Team.id).where(Team.code == code)).one()


def test_of_a_group_no_comment_and_no_small_count_is_told(places: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    page = page_of(lead, f"/dashboards/groups/65 and over{YEAR}")
    assert "Latest comments" not in page.text and "Not counted" not in words(page)
    listed = page_of(lead, f"/dashboards/groups{YEAR}")
    assert [row.th.text for row in listed.select("main tbody tr")] == ["65 and over"]
    assert "Not shown: 16 to 34 and 35 to 64." in words(listed)


def test_the_file_of_a_part_has_the_figures_of_its_page(places: Cast, sign_in: SignIn) -> None:
    lead, figure = sign_in("lead"), of("site", "town-hall")
    page = page_of(lead, f"/dashboards/sites/town-hall{YEAR}")
    link = page.find("a", string="Download CSV")
    assert link is not None
    answer = lead.get(str(link["href"]))
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    (row,) = [row for row in rows if row["section"] == "headline" and row["measure"] == "satisfaction"]
    assert (row["value"], row["base"]) == (str(figure.value), str(figure.base))
    assert row["passport"].endswith(figure.passport)


def test_a_choice_without_answers_leads_to_wider_ones(places: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    page = page_of(lead, "/dashboards/sites/town-hall?period=2023/24")
    links = [str(link["href"]) for link in page.select("[aria-labelledby=elsewhere] a")]
    assert "Town Hall: no answers from 1 April 2023 to 31 March 2024." in words(page)
    assert "/dashboards/sites/town-hall?period=last-12-months" in links
    assert all(lead.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    "path", ["channels/pigeon", "sites/nowhere", "teams/nobody", "groups/nobody", "sites/town-hall?service=nothing"]
)
def test_what_is_not_there_is_not_found(places: Cast, sign_in: SignIn, path: str) -> None:
    assert sign_in("lead").get(f"/dashboards/{path}").status_code == 404


def test_a_manager_sees_what_of_a_part_is_theirs(places: Cast, sign_in: SignIn) -> None:
    manager = sign_in("manager")  # of housing
    own = page_of(manager, f"/dashboards/channels/phone{YEAR}")
    assert "Waste" not in own.text and "Housing options" in own.text
    assert "Town Hall: no answers" in words(page_of(manager, f"/dashboards/sites/town-hall{YEAR}"))
    assert "No sites with answers." in words(page_of(manager, f"/dashboards/sites{YEAR}"))
    assert manager.get("/dashboards/sites/town-hall?service=waste").status_code == 404


def test_a_group_of_other_services_is_not_known(places: Cast, sign_in: SignIn) -> None:
    make_answers(places.survey, places.waste, DAY, {"satisfaction": "5"}, 60, customer_group="Under 16")
    db.session.commit()
    assert sign_in("lead").get("/dashboards/groups/Under 16").status_code == 200
    assert sign_in("manager").get("/dashboards/groups/Under 16").status_code == 404


def test_only_those_who_may_see_results_open_them(places: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    for path in (*KINDS, "sites/town-hall", "groups/65 and over", "teams/alpha/figures.csv"):
        assert sign_in("assessor").get(f"/dashboards/{path}").status_code == 403
        assert client.get(f"/dashboards/{path}").location.startswith("/accounts/sign-in")
    assert "Latest comments" not in page_of(sign_in("admin"), f"/dashboards/sites/town-hall{YEAR}").text


@pytest.mark.parametrize("which", KINDS)
def test_before_the_first_answer_the_first_step_is_named(sign_in: SignIn, which: str) -> None:
    assert "No answers yet." in page_of(sign_in("lead"), f"/dashboards/{which}").text


@pytest.mark.parametrize("which", KINDS)
def test_where_no_contact_names_one_the_list_says_what_to_do(cast: Cast, sign_in: SignIn, which: str) -> None:
    if which == "channels":
        assert "Satisfaction by channel:" in words(page_of(sign_in("lead"), f"/dashboards/{which}{YEAR}"))
    else:
        column = {"sites": "site", "teams": "team", "groups": "customer_group"}[which]
        assert f"The file of contacts has a column for it: {column}" in words(
            page_of(sign_in("lead"), f"/dashboards/{which}{YEAR}")
        )


def test_the_overview_leads_to_each_kind_and_to_a_channel(places: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in("lead"), f"/dashboards/{YEAR}")
    links = {str(link["href"]) for link in page.select("main a")}
    assert {f"/dashboards/{kind}?period=2024%2F25" for kind in KINDS} <= links
    assert "/dashboards/channels/phone?period=2024%2F25" in links


def test_more_sites_and_services_do_not_mean_more_statements(places: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    addresses = [f"/dashboards/sites/town-hall{YEAR}", f"/dashboards/sites{YEAR}", f"/dashboards/groups{YEAR}"]
    counts = []
    for _ in range(2):
        for address in addresses:
            with statements() as sent:
                page_of(lead, address)
            counts.append(len(sent))
        for number in range(6):
            site = Site(code=f"site-{number}-{len(counts)}", name=f"Site {number}")
            db.session.add(site)
            db.session.flush()
            service = make_service(f"extra-{number}-{len(counts)}")
            for where in (site.id, site_id("town-hall")):
                make_answers(places.survey, service, DAY, {"satisfaction": "5"}, 12, site_id=where)
        db.session.commit()
    assert counts[:3] == counts[3:]
    assert counts[0] < 130 and max(counts[1:3]) < 40

"""The pages of improvements: what they say in each state, who may see and write what, and what comes back unkept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement
from survey_app.actions.models import Direction, HeardKind, Improvement
from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db
from survey_app.measures.address import make_query, to_id
from survey_app.measures.models import FrozenPassport
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.responses.operations import withdraw
from tests.conftest import PersonsClient
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_council, make_service, make_survey
from tests.statements import statements

MAY_2026 = datetime(2026, 5, 1, 9, tzinfo=UTC)
LIST = "/actions/improvements/"
TYPED = {
    "title": "Officers at the front desk",
    "heard": "People were sent from desk to desk.",
    "did": "Two housing officers sit at the front desk.",
    "done_on": "1/9/2025",
    "prompt": "consultation",
    "prompt_note": "212 people took part",
    "cost_pounds": "£1,200",
    "measure": "resolved",
    "direction": "increase",
    "services": "housing",
    "settling_days": "14",
}
SignIn = Callable[..., PersonsClient]


def make_two_years() -> None:
    """October to March of two years: housing resolved 84 of 120 before and 108 after, waste 96 of 120 in both."""
    make_council()
    survey, housing, waste = make_survey(), make_service("housing"), make_service("waste")
    theme = Theme(code="sent_round", name="Sent from desk to desk", keywords="desk")
    db.session.add(theme)
    db.session.flush()
    for year in (2024, 2025):
        for month in range(10, 16):
            day = date(year + (month > 12), (month - 1) % 12 + 1, 15)
            yes = 14 if year == 2024 else 18
            first, *_rest = make_answers(survey, housing, day, {"resolved": "yes", "satisfaction": "5"}, yes)
            make_answers(survey, housing, day, {"resolved": "no", "satisfaction": "2"}, 20 - yes)
            make_answers(survey, waste, day, {"resolved": "yes", "satisfaction": "5"}, 16)
            make_answers(survey, waste, day, {"resolved": "no", "satisfaction": "5"}, 4)
            if day == date(2025, 3, 15):
                make_comment(first, "I was sent to [name removed] and back <b>twice</b>", theme)


def make_comment(response: SurveyResponse, text: str, theme: Theme) -> None:
    question = response.survey_version.items[0].question_version_id
    answer = AnswerText(response_id=response.id, question_version_id=question, raw="secret raw words")
    db.session.add(answer)
    db.session.flush()
    db.session.add(
        Comment(
            answer_text_id=answer.id,
            response_id=response.id,
            question_version_id=question,
            redacted_text=text,
            removed=[],
            flags=[],
            method="test",
            analysed_at=NOON,
            themes=[CommentTheme(theme_id=theme.id, matched=[])],
        )
    )


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    return templates.filled(kind, make_two_years)


@pytest.fixture(autouse=True)
def _in_may(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(MAY_2026, tick=False)


def words_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def enter(*services: str, measure: str = "resolved", **facts: Any) -> Improvement:
    told = {
        "title": "Officers at the front desk",
        "heard": "People were sent from desk to desk.",
        "did": "Two officers sit at the front desk.",
        "done_on": date(2025, 9, 1),
    }
    found = enter_improvement(Written(**told | facts), Aim(measure, Direction.INCREASE, services), now=NOON)
    db.session.commit()
    return found


def test_before_the_first_the_pages_say_what_to_do(app: Flask, sign_in: SignIn) -> None:
    lead = sign_in("cse_lead")
    assert "No improvement is written down yet." in words_of(lead, "/actions/")
    assert "No improvement is written down yet." in words_of(lead, LIST)
    assert "Enter an improvement" in words_of(lead, LIST)


def test_what_is_typed_becomes_an_improvement_with_its_effect(app: Flask, sign_in: SignIn) -> None:
    lead = sign_in("cse_lead")
    assert lead.send_form(LIST, form_at=f"{LIST}new", **TYPED).headers["Location"] == f"{LIST}A"
    text = words_of(lead, f"{LIST}A")
    assert "Improvement A is kept." in text
    assert (
        "The share resolved for Housing rose from 70.0% to 90.0% after “Officers at the front desk”; "
        "elsewhere it did not rise as much."
    ) in text
    assert "Before 70.0% (61.3% to 77.5%)" in text and "After 90.0%" in text
    assert "In the rest of the council it was 80.0% before and 80.0% after." in text
    assert "What it should move was named on 1 May 2026, after the change." in text
    assert "a consultation: 212 people took part" in text and "£1,200" in text
    links = {link["href"] for link in BeautifulSoup(lead.get(f"{LIST}A").text, "html.parser").find_all("a")}
    for days in ("2024-10-01~2025-03-31", "2025-10-01~2026-03-31"):
        assert f"/figures/resolved~{days}~service.housing" in links
        assert f"/figures/resolved~{days}~service.waste" in links
    assert lead.get("/figures/resolved~2025-10-01~2026-03-31~service.waste").status_code == 200


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": ""}, "Give it a title"),
        ({"did": "  "}, "Write what you did."),
        ({"done_on": "soon"}, "Type the day like 1/4/2026."),
        ({"cost_pounds": "much"}, "Type whole pounds"),
        ({"settling_days": "200"}, "Type a number of days from 0 to 180."),
        ({"measure": "contacts"}, "Not a valid choice"),
        ({"services": "parks"}, "There is no service parks."),
        ({"channels": "pigeon"}, "There is no channel or site pigeon."),
    ],
)
def test_what_cannot_be_kept_comes_back_as_it_was_typed(
    app: Flask, sign_in: SignIn, changed: dict[str, str], says: str
) -> None:
    answer = sign_in("cse_lead").send_form(LIST, form_at=f"{LIST}new", **TYPED | changed)
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert says in page.get_text()
    assert page.title is not None and page.title.get_text().startswith("Error: ")
    assert page.find("input", {"name": "prompt_note"})["value"] == "212 people took part"  # type: ignore[index]
    assert db.session.scalars(select(Improvement)).all() == []


def test_another_aim_after_the_change_is_said_on_the_page_and_audited(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    lead = sign_in("cse_lead")
    assert "was named on" in words_of(lead, f"{LIST}A")  # NOON is after 1 September 2025
    assert "The change is made already" in words_of(lead, f"{LIST}A/edit")
    sent = lead.send_form(f"{LIST}A/edit", **TYPED | {"services": "waste"})
    assert sent.status_code == 303
    text = words_of(lead, f"{LIST}A")
    assert "What it should move was named on 1 May 2026, after the change." in text
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "improvement.changed")).one()
    assert (line.before or {})["where"] == {"service": ["housing"]}
    assert (line.after or {})["where"] == {"service": ["waste"]}
    assert "desk" not in str(line.before)


def test_a_dropped_one_is_shown_nowhere_until_it_is_brought_back(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    lead = sign_in("cse_lead")
    after = lead.send_form(f"{LIST}A/drop", form_at=f"{LIST}A")
    assert after.headers["Location"] == f"{LIST}?dropped=A"
    assert "Improvement A was dropped." in words_of(lead, after.headers["Location"])
    assert lead.get(f"{LIST}A").status_code == 404
    assert "Officers" not in words_of(lead, "/dashboards/?period=2025/26")
    assert lead.send_form(f"{LIST}A/bring-back", form_at=after.headers["Location"]).status_code == 303
    assert lead.get(f"{LIST}A").status_code == 200


def test_a_service_manager_sees_and_writes_in_her_services_only(app: Flask, sign_in: SignIn) -> None:
    enter("waste", title="New bins")
    enter(title="Call back")
    enter("housing")
    manager = sign_in("service_manager", "housing")
    text = words_of(manager, LIST)
    assert "Officers at the front desk" in text and "New bins" not in text and "Call back" not in text
    missing = manager.get(f"{LIST}Z")
    for letter in ("A", "B"):
        forbidden = manager.get(f"{LIST}{letter}")
        assert (forbidden.status_code, forbidden.text) == (404, missing.text.replace("/Z", f"/{letter}"))
        assert manager.send_form(f"{LIST}{letter}/drop", form_at=f"{LIST}C").status_code == 404
    assert "Waste" not in words_of(manager, f"{LIST}new")
    for services in ({"services": "waste"}, {"services": ""}):
        sent = manager.send_form(LIST, form_at=f"{LIST}new", **TYPED | services)
        assert (sent.status_code == 400 and "no service" in sent.text) or "Choose services that are yours" in sent.text
    page = manager.get(f"{LIST}C").text
    assert "~service.waste" not in page  # a passport that she may not open
    assert manager.send_form(LIST, form_at=f"{LIST}new", **TYPED).headers["Location"] == f"{LIST}D"


@pytest.mark.parametrize("role", ["adviser", "data_protection_officer", "administrator"])
def test_readers_have_no_controls_and_no_way_around_them(app: Flask, sign_in: SignIn, role: str) -> None:
    enter("housing")
    reader = sign_in(role, *(["housing"] if role == "adviser" else []))
    page = BeautifulSoup(reader.get(f"{LIST}A").text, "html.parser")
    assert [form["action"] for form in page.find_all("form")] == ["/accounts/sign-out"] * len(page.find_all("form"))
    for path in ("new", "A/edit", "A/heard", "figure"):
        assert reader.get(f"{LIST}{path}").status_code == 403
    for path in ("", "A/edit", "A/drop", "A/bring-back", "A/heard/theme", "A/heard/quote", "figure"):
        assert reader.post(f"{LIST}{path}", data={"csrf_token": "x"}).status_code in {400, 403}


def test_the_page_of_actions_leads_to_follow_ups_for_those_who_make_them(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    adviser = sign_in("adviser", "housing")
    text = words_of(adviser, "/actions/")
    assert "No follow-up is open." in text and "1 of 1 change made a difference that we can show." in text
    assert "/actions/follow-ups/" in adviser.get("/actions/").text
    assert "follow-up" not in words_of(sign_in("data_protection_officer"), "/actions/").lower()


def test_an_assessor_has_no_way_to_these_pages(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    assessor = sign_in("assessor")
    for path in ("/actions/", LIST, f"{LIST}A"):
        assert assessor.get(path).status_code == 403


def test_what_was_heard_is_chosen_from_themes_redacted_comments_and_figures(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    lead = sign_in("cse_lead")
    page = BeautifulSoup(lead.get(f"{LIST}A/heard?theme=sent_round").text, "html.parser")
    comment = page.find("input", {"name": "comment"})["value"]  # type: ignore[index]
    assert lead.send_form(f"{LIST}A/heard/theme", form_at=f"{LIST}A/heard", theme="sent_round").status_code == 303
    assert lead.send_form(f"{LIST}A/heard/quote", form_at=f"{LIST}A/heard", comment=comment).status_code == 303
    figure = to_id(make_query("satisfaction", date(2024, 4, 1), date(2025, 3, 31), {"service": "housing"}))
    assert "Add to an improvement" in words_of(lead, f"/figures/{figure}")
    kept = lead.send_form(f"{LIST}figure", form_at=f"{LIST}figure?figure={figure}", figure=figure, improvement="A")
    assert kept.headers["Location"] == f"{LIST}A"
    html, text = lead.get(f"{LIST}A").text, words_of(lead, f"{LIST}A")
    assert "Themes: Sent from desk to desk" in text
    assert "I was sent to [name removed] and back <b>twice</b>" in text and "<b>twice</b>" not in html
    assert "secret" not in text
    passport = db.session.scalars(select(FrozenPassport)).one()
    assert f"Satisfaction 70.0% of 120, 1 April 2024 to 31 March 2025 . Passport {passport.code}" in text.replace(
        "2025.", "2025 ."
    )
    assert "No comment was written" in words_of(lead, f"{LIST}A/heard")  # the only one is quoted


def test_a_quotation_goes_with_the_answer_of_its_author(app: Flask, sign_in: SignIn) -> None:
    improvement = enter("housing")
    lead = sign_in("cse_lead")
    comment = db.session.scalars(select(Comment)).one()
    lead.send_form(f"{LIST}A/heard/quote", form_at=f"{LIST}A/heard", comment=str(comment.id))
    assert "back" in words_of(lead, f"{LIST}A").partition("What we heard")[2].partition("What we did")[0]
    withdraw(comment.response, now=MAY_2026)
    db.session.commit()
    db.session.expire_all()
    heard = improvement.heard_from[0]
    assert heard.kind is HeardKind.QUOTE
    assert "I was sent to" not in words_of(lead, f"{LIST}A")


def test_a_comment_of_another_service_cannot_be_quoted(app: Flask, sign_in: SignIn) -> None:
    enter("waste")
    lead = sign_in("cse_lead")
    comment = db.session.scalars(select(Comment)).one()
    sent = lead.send_form(f"{LIST}A/heard/quote", form_at=f"{LIST}A/heard", comment=str(comment.id))
    assert sent.status_code == 404
    assert lead.send_form(f"{LIST}A/heard/theme", form_at=f"{LIST}A/heard", theme="none").status_code == 400


def test_the_letter_stands_on_the_trends_and_what_it_did_on_the_overview(app: Flask, sign_in: SignIn) -> None:
    enter("housing", title="Officers at the front desk", done_on=date(2025, 11, 3))
    enter("waste", title="New bins", done_on=date(2025, 12, 1))
    lead = sign_in("cse_lead")
    period = "?period=2025/26"

    def letters(address: str) -> list[str]:
        page = BeautifulSoup(lead.get(address).text, "html.parser")
        return [item.get_text(" ", strip=True) for item in page.select("#trend ol.changes li")]

    assert letters(f"/dashboards/{period}") == ["A Officers at the front desk, 3 Nov", "B New bins, 1 Dec"]
    assert letters(f"/dashboards/services/housing{period}") == ["A Officers at the front desk, 3 Nov"]
    assert letters(f"/dashboards/measures/resolved{period}&service=waste") == ["B New bins, 1 Dec"]
    assert letters(f"/dashboards/measures/timeliness{period}") == []
    assert letters("/dashboards/?period=2024/25") == []
    text = words_of(lead, f"/dashboards/{period}")
    assert "What we changed, and did it work" in text
    rows = lead.get(f"/dashboards/overview.csv{period}").text
    assert "improvement A, before" in rows and "improvement A, after" in rows


def test_claims_of_a_list_allow_for_each_other_and_say_so(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    enter("waste", title="New bins")
    text = words_of(sign_in("cse_lead"), LIST)
    assert "1 of 2 changes in 2025/26 made a difference that we can show." in text
    assert "allowing for the 2 changes of this page" in text
    assert "No effect shown" in text


def test_a_year_without_improvements_is_not_there(app: Flask, sign_in: SignIn) -> None:
    enter("housing")
    enter("housing", title="Later", done_on=date(2026, 4, 20))
    lead = sign_in("cse_lead")
    assert "Later" in words_of(lead, LIST) and "Officers" not in words_of(lead, LIST)
    assert "We cannot tell yet" in words_of(lead, LIST)
    assert "Officers" in words_of(lead, f"{LIST}?year=2025/26")
    assert lead.get(f"{LIST}?year=1999/00").status_code == 404


def test_the_statements_of_the_pages_grow_with_the_improvements_alone(app: Flask, sign_in: SignIn) -> None:
    lead = sign_in("cse_lead")

    def counted(address: str) -> int:
        lead.get(address)
        with statements() as found:
            assert lead.get(address).status_code == 200
        return len(found)

    enter("housing")
    one, page = counted(LIST), counted(f"{LIST}A")
    for n in range(5):
        make_service(f"service-{n}")
    db.session.commit()
    assert (counted(LIST), counted(f"{LIST}A")) == (one, page)
    enter("waste", title="New bins")
    assert counted(LIST) - one <= 6
    assert page <= 35

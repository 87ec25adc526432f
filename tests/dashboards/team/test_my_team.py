"""What somebody in a team sees: their own team alone, praise first, what was changed, and a box for ideas."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.accounts.operations import create_user
from survey_app.accounts.people.operations import set_teams
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement
from survey_app.actions.models import IdeaState, Improvement, PassedPraise, Prompt, StaffIdea
from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.models import Team
from tests.audit.personal import personal_data_in
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import PASSWORD, make_answers, withdraw
from tests.test_templates import Inside

NOW = datetime(2025, 2, 3, 12, 0, tzinfo=UTC)
PAGE = "/dashboards/my-team"
KIND = "The lady on the phone was so patient with my mother"


@pytest.fixture(autouse=True)
def _after_the_year(app: Flask, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def adviser(cast: Cast) -> User:
    """In the team Blue, which answered 40 of housing's contacts; Green answered 40 others, all of them badly."""
    with transaction():
        blue, green = Team(code="blue", name="Team Blue"), Team(code="green", name="Team Green")
        db.session.add_all([blue, green])
        user = create_user("adviser@anyborough.example", "adviser", ["housing"], PASSWORD, NOW)
        db.session.flush()
        set_teams(user, ["blue"], now=NOW, by=1)
        kind, *_ = make_answers(
            cast.survey, cast.housing, date(2024, 10, 9), {"satisfaction": "5", "timeliness": "4"}, 38, team_id=blue.id
        )
        make_answers(cast.survey, cast.housing, date(2024, 10, 9), {"satisfaction": "1"}, 2, team_id=blue.id)
        other, *_ = make_answers(
            cast.survey, cast.housing, date(2024, 10, 9), {"satisfaction": "1"}, 40, team_id=green.id
        )
        make_comment(kind, KIND)
        make_comment(other, "Green words that are not ours", "negative")
        return user


def words(client: FlaskClient, address: str = PAGE) -> str:
    return " ".join(Inside(client.get(address).get_data(as_text=True)).text.split())


def the_comment() -> Comment:
    return db.session.scalars(select(Comment).where(Comment.redacted_text == KIND)).one()


def pass_on(client: FlaskClient, note: str = "") -> None:
    assert client.post(f"/actions/praise/of/{the_comment().reference}", data={"note": note}).status_code == 303


def test_it_shows_ones_own_team_and_no_other(adviser: User, sign_in: SignIn) -> None:
    text = words(sign_in("adviser"))
    assert "Team Blue: 95.0% of the 40 who answered were satisfied." in text
    assert "38 of 40" in text and "compared with itself a year before, and with no other team" in text
    assert KIND in text
    assert "Green" not in text


def test_another_team_s_address_is_as_if_it_were_not_there(adviser: User, sign_in: SignIn) -> None:
    client = sign_in("adviser")
    assert client.get(f"{PAGE}?team=blue").status_code == 200
    assert client.get(f"{PAGE}?team=green").status_code == client.get(f"{PAGE}?team=nowhere").status_code == 404


def test_fewer_than_thirty_answers_are_no_figure_of_a_team(adviser: User, cast: Cast, sign_in: SignIn) -> None:
    with transaction():
        red = Team(code="red", name="Team Red")
        db.session.add(red)
        db.session.flush()
        make_answers(cast.survey, cast.housing, date(2024, 10, 9), {"satisfaction": "5"}, 16, team_id=red.id)
        said = {"satisfaction": "5", "timeliness": "4"}
        make_answers(cast.survey, cast.housing, date(2024, 10, 9), said, 9, team_id=red.id)
        set_teams(adviser, ["red"], now=NOW, by=1)
    client = sign_in("adviser")
    text = words(client)
    assert "No question has 30 answers yet." in text and "Timeliness" not in text  # nor that there are nine
    assert "25 residents have answered about Team Red." in text and "stands on a page from 30 answers" in text
    assert "100.0%" not in text and "25 of 25" not in text
    (passport,) = re.findall(r'href="(/figures/[^"]+)"', client.get(PAGE).text)
    assert "100.0%" in words(client, passport) and "indicative" in words(client, passport).lower()


def test_who_is_in_no_team_reads_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    assert "No team is set for you yet." in words(sign_in("lead"))


def test_a_manager_passes_praise_on_with_a_note_and_takes_it_back(adviser: User, sign_in: SignIn) -> None:
    manager, mine = sign_in("manager"), sign_in("adviser")
    page = words(manager, f"/comments/{the_comment().reference}")
    assert "Pass it on to Team Blue" in page
    pass_on(manager, "Well done, all of you")
    pass_on(manager)  # a second time changes nothing
    text = words(mine)
    praise = text.split("Praise that was passed on to you")[1].split("What residents wrote")[0]
    assert KIND in praise and "Passed on by manager@anyborough.example: “Well done, all of you”" in praise
    (passed,) = db.session.scalars(select(PassedPraise))
    assert "Take it back" in words(manager, f"/comments/{the_comment().reference}")
    assert manager.post(f"/actions/praise/{passed.reference}/take-back").status_code == 303
    assert "None yet. A manager passes" in words(mine)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.like("praise.%"))).all()
    assert [line.action for line in lines] == ["praise.passed on", "praise.taken back"]
    assert not any(personal_data_in(line) for line in lines)


def test_words_that_are_erased_or_withdrawn_are_gone_from_the_praise_too(adviser: User, sign_in: SignIn) -> None:
    pass_on(sign_in("manager"))
    mine = sign_in("adviser")
    with transaction():
        the_comment().redacted_text = ""
    assert KIND not in words(mine) and "None yet. A manager passes" in words(mine)
    with transaction():
        comment = db.session.scalars(select(Comment).where(Comment.redacted_text == "")).one()
        comment.redacted_text = KIND
        response = comment.response
    assert KIND in words(mine)
    withdraw(response)
    db.session.commit()
    assert KIND not in words(mine)


@pytest.mark.parametrize(("note", "said"), [("x" * 301, "300 characters or fewer")])
def test_a_note_that_is_too_long_is_refused(adviser: User, sign_in: SignIn, note: str, said: str) -> None:
    manager = sign_in("manager")
    pass_on(manager, note)
    assert said in words(manager, f"/comments/{the_comment().reference}")
    assert not db.session.scalars(select(PassedPraise)).all()


def test_nobody_passes_on_what_is_of_no_team_or_of_another_service(adviser: User, cast: Cast, sign_in: SignIn) -> None:
    manager = sign_in("manager")
    nobodys = db.session.scalars(select(Comment).where(Comment.redacted_text.like("Nobody rang%"))).one()
    foreign = db.session.scalars(select(Comment).where(Comment.redacted_text.like("Bins%"))).one()
    assert "Pass it on to" not in words(manager, f"/comments/{nobodys.reference}")
    manager.post(f"/actions/praise/of/{nobodys.reference}")
    assert "Nobody knows which team" in words(manager, f"/comments/{nobodys.reference}")
    assert manager.post(f"/actions/praise/of/{foreign.reference}").status_code == 404
    assert sign_in("adviser").post(f"/actions/praise/of/{the_comment().reference}").status_code == 403
    assert not db.session.scalars(select(PassedPraise)).all()


def idea(client: FlaskClient, text: str = "Ring back on the same day", service: str = "housing") -> int:
    return client.post(f"{PAGE}/ideas", data={"words": text, "service": service}).status_code


def test_an_idea_is_written_answered_and_read_by_whoever_had_it(adviser: User, sign_in: SignIn) -> None:
    mine, manager = sign_in("adviser"), sign_in("manager")
    assert idea(mine) == 303
    assert "Waits for an answer" in words(mine)
    found = db.session.scalars(select(StaffIdea)).one()
    assert found.team is not None and found.team.code == "blue"
    assert "1 waits for an answer." in words(manager, "/actions/")
    assert "Ring back on the same day" in words(manager, "/actions/ideas/")
    address = f"/actions/ideas/{found.reference}/answer"
    for data, said in (
        ({"answer": "Yes, let us"}, "Say whether it is taken up."),
        ({"state": "not_now", "answer": " "}, "Write a sentence"),
        ({"state": "new", "answer": "Hm"}, "Say whether it is taken up."),
    ):
        answer = manager.post(address, data=data)
        assert answer.status_code == 422 and said in answer.get_data(as_text=True)
        assert data["answer"].strip() in answer.get_data(as_text=True)  # what was typed stays
    assert manager.post(address, data={"state": "not_now", "answer": "The phones change in May"}).status_code == 303
    text = words(mine)
    assert "Not now" in text and "“The phones change in May”" in text
    assert "Every idea is answered." in words(manager, "/actions/ideas/")
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.like("idea.%"))).all()
    assert [line.action for line in lines] == ["idea.written", "idea.answered"]
    assert not any("Ring back" in str(line.after) for line in lines)


def test_an_idea_becomes_an_improvement_that_its_author_can_follow(adviser: User, sign_in: SignIn) -> None:
    mine, manager = sign_in("adviser"), sign_in("manager")
    idea(mine)
    found = db.session.scalars(select(StaffIdea)).one()
    form = Inside(manager.get(f"/actions/improvements/new?idea={found.reference}").get_data(as_text=True))
    assert "Ring back on the same day" in form.text
    assert [each["value"] for each in form.all("input", name="idea")] == [found.reference]
    data = {"title": "Calls the same day", "heard": found.words, "did": "A rota", "done_on": "1/3/2025"}
    data |= {"prompt": "staff_idea", "measure": "satisfaction", "direction": "increase", "services": "housing"}
    assert manager.post("/actions/improvements/", data=data | {"idea": found.reference}).status_code == 303
    made = db.session.scalars(select(Improvement)).one()
    assert made.prompt is Prompt.STAFF_IDEA
    db.session.expire_all()
    assert found.state is IdeaState.TAKEN_UP and found.improvement_id == made.id
    assert "It became Improvement A: Calls the same day" in words(mine)


def test_one_s_own_idea_can_be_taken_back_until_somebody_has_answered(adviser: User, sign_in: SignIn) -> None:
    mine, manager = sign_in("adviser"), sign_in("manager")
    idea(mine)
    idea(mine, "Another")
    first, second = db.session.scalars(select(StaffIdea).order_by(StaffIdea.id))
    assert manager.post(f"{PAGE}/ideas/{first.reference}/take-back").status_code == 404
    manager.post(f"/actions/ideas/{second.reference}/answer", data={"state": "taken_up", "answer": "Yes"})
    for each in (first.reference, second.reference):
        assert mine.post(f"{PAGE}/ideas/{each}/take-back").status_code == 303
    assert db.session.scalars(select(StaffIdea.words)).all() == ["Another"]
    assert "It was answered already, so it stays." in words(mine)


@pytest.mark.parametrize(
    ("text", "service", "said"),
    [
        ("  ", "housing", "Write your idea."),
        ("x" * 2_001, "housing", "2,000 characters or fewer"),
        ("Better", "waste", "Not a valid choice"),
        ("Better", "nowhere", "Not a valid choice"),
    ],
)
def test_an_idea_that_cannot_be_taken_is_refused_where_it_was_typed(
    adviser: User, sign_in: SignIn, text: str, service: str, said: str
) -> None:
    answer = sign_in("adviser").post(f"{PAGE}/ideas", data={"words": text, "service": service})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True) and text.strip() in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count(StaffIdea.id))) == 0


def test_ideas_of_another_service_are_as_if_they_were_not_there(adviser: User, cast: Cast, sign_in: SignIn) -> None:
    lead, manager = sign_in("lead"), sign_in("manager")
    assert idea(lead, "Larger bins", "waste") == 303
    foreign = db.session.scalars(select(StaffIdea)).one().reference
    assert "Larger bins" not in words(manager, "/actions/ideas/")
    assert "Larger bins" in words(lead, "/actions/ideas/")
    data = {"state": "taken_up", "answer": "Yes"}
    assert manager.post(f"/actions/ideas/{foreign}/answer", data=data).status_code == 404
    assert manager.get(f"/actions/improvements/new?idea={foreign}").status_code == 404


def test_the_changes_of_ones_services_stand_with_what_became_of_them(adviser: User, sign_in: SignIn) -> None:
    with transaction():
        written = Written("A second desk", "Queues", "We opened it", date(2024, 8, 1))
        enter_improvement(written, Aim("satisfaction", services=("housing",)), now=NOW)
        other = Written("Larger bins", "Full bins", "We bought them", date(2024, 8, 1))
        enter_improvement(other, Aim("satisfaction", services=("waste",)), now=NOW)
    text = words(sign_in("adviser"))
    assert "A second desk" in text and "Larger bins" not in text


def test_an_administrator_says_in_which_teams_somebody_is(adviser: User, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    page = admin.get(f"/admin/users/{adviser.id}/").get_data(as_text=True)
    boxes = {each["value"]: "checked" in each for each in Inside(page).all("input", name="teams")}
    assert boxes == {"blue": True, "green": False}
    assert admin.post(f"/admin/users/{adviser.id}/teams", data={"teams": ["green"]}).status_code == 303
    assert "Team Green: " in words(sign_in("adviser"))
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "user teams changed")).all()[-1]
    assert (line.before, line.after) == ({"teams": ["blue"]}, {"teams": ["green"]})
    assert admin.post(f"/admin/users/{adviser.id}/teams", data={"teams": ["nowhere"]}).status_code == 422
    with pytest.raises(InvalidInput):
        set_teams(adviser, ["nowhere"], now=NOW, by=1)


def test_a_file_sets_the_teams_of_those_whom_it_names_and_says_which_rows_it_left_out(
    adviser: User, sign_in: SignIn
) -> None:
    admin = sign_in("admin")
    rows = (
        "email,team",
        "Manager@anyborough.example,Team Blue",
        "manager@anyborough.example,green",
        "lead@anyborough.example,blue",
        "lead@anyborough.example,purple",
        "nobody@anyborough.example,blue",
        "adviser@anyborough.example,",
    )
    file = {"file": (BytesIO("\n".join(rows).encode()), "teams.csv")}
    text = " ".join(Inside(admin.post("/admin/users/teams", data=file).get_data(as_text=True)).text.split())
    assert "6 rows read. The teams of 2 people changed." in text
    assert "Line 5: there is no team “purple”" in text and "Line 6: nobody with access has the address" in text
    users = db.session.scalars(select(User))
    teams = {user.email.partition("@")[0]: [team.code for team in user.teams] for user in users}
    assert teams["manager"] == ["blue", "green"]
    assert teams["lead"] == teams["adviser"] == []  # nobody gets half of what was meant


@pytest.mark.parametrize("content", [b"", b"name,team\nx,y", b"\xff\xfe\x00"])
def test_a_file_that_is_none_is_refused_at_its_field(adviser: User, sign_in: SignIn, content: bytes) -> None:
    answer = sign_in("admin").post("/admin/users/teams", data={"file": (BytesIO(content), "teams.csv")})
    assert answer.status_code == 422 and "There is a problem" in answer.get_data(as_text=True)


def test_only_who_may_opens_the_pages(adviser: User, sign_in: SignIn, client: FlaskClient) -> None:
    assert client.get(PAGE).status_code == 302
    assert sign_in("assessor").get(PAGE).status_code == 403
    assert sign_in("adviser").get("/actions/ideas/").status_code == 403
    assert "All ideas" not in words(sign_in("adviser"), "/actions/")
    assert PAGE in sign_in("adviser").get("/dashboards/more").get_data(as_text=True)


@pytest.mark.usefixtures("adviser")
def test_the_whole_axis_of_a_team_s_line_can_be_chosen(sign_in: SignIn) -> None:
    client = sign_in("adviser")
    zoomed, whole = client.get(PAGE).text, client.get(f"{PAGE}?axis=full").text
    assert "Axis zoomed" in zoomed and "Show 0 to 100%" in zoomed
    assert "Axis zoomed" not in whole and "Zoom in" in whole

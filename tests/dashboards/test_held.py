"""Held answers: a person sees why and what they would change, and decides. Nobody else does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.queries import figures
from survey_app.organisation.channels import Channel, Mode
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.presenters import reference_for_people
from survey_app.statistics.rounding import percent
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import make_answers, make_invitation
from tests.statements import statements

DAY = date(2025, 3, 10)
YEAR = date(2024, 4, 1), date(2025, 3, 31)


def hold(cast: Cast, n: int = 1, reason: str = "too_fast", rating: str = "1", **facts: object) -> list[SurveyResponse]:
    """Answers about housing that are held for a reason."""
    how = {"state": ResponseState.QUARANTINED, "quarantine_reason": reason}
    found = make_answers(cast.survey, cast.housing, DAY, {"satisfaction": rating}, n, **how | facts)
    db.session.commit()
    return found


def page_of(client: FlaskClient, address: str = "/held/") -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def text_of(client: FlaskClient, address: str = "/held/") -> str:
    return " ".join(page_of(client, address).get_text(" ").split())


def token(client: FlaskClient) -> str:
    field = page_of(client).find("input", {"name": "csrf_token"})
    return str(field["value"]) if field else ""


def post(client: FlaskClient, address: str, **fields: str) -> str:
    """Press a button; what the page says afterwards."""
    sent = client.post(address, data=fields | {"csrf_token": token(client)})
    assert sent.status_code == 303, (address, sent.status_code)
    return text_of(client, sent.headers["Location"])


def state_of(response: SurveyResponse) -> tuple[ResponseState, bool]:
    db.session.expire_all()
    found = db.session.get_one(SurveyResponse, response.id)
    return found.state, found.reviewed_at is not None


def test_an_answer_stands_with_its_reason_day_rating_and_never_with_its_time_or_raw_words(
    cast: Cast, sign_in: SignIn
) -> None:
    (response,) = hold(cast, mode=Mode.KIOSK, channel=Channel.FACE_TO_FACE)
    make_comment(response, "Call me on [phone number removed]")
    db.session.commit()
    text, spelled = text_of(sign_in("lead")), reference_for_people(response.reference)
    for words in (
        spelled,
        "10 Mar 2025",
        "Housing options",
        "Face to face",
        "Kiosk",
        "Sent too fast",
    ):
        assert words in text, words
    assert "1 answer is waiting for review. It counts in no figure until a person lets it count." in text
    assert "phone number removed" in text
    assert "secret raw words" not in text
    assert "12:00" not in text.replace("10 Mar 2026 12:00", "")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("too_fast", "Sent too fast"),
        ("hidden_field", "A hidden field was filled in"),
        ("several_ratings", "Several ratings from one message"),
        ("many_from_one_address", "Many from one internet address"),
        ("text message without a score", "A text message without a score"),
        ("Looks odd to Bea", "Looks odd to Bea"),
    ],
)
def test_every_reason_reads_in_plain_words(cast: Cast, sign_in: SignIn, reason: str, words: str) -> None:
    hold(cast, reason=reason)
    assert words in text_of(sign_in("lead"))


def test_the_effect_is_what_the_figures_say_on_this_page_and_on_the_overview(cast: Cast, sign_in: SignIn) -> None:
    usual = figures("satisfaction", *YEAR, now=utc_now())[0]
    hold(cast, 12)
    expected = percent((usual.numerator or 0) / (usual.base + 12))
    lead = sign_in("lead")
    assert f"{expected} if the 12 held answers counted" in text_of(lead)
    assert f"12 answers, in no figure yet; {expected} if they counted" in text_of(lead, "/dashboards/?period=2024/25")


def test_answers_entered_by_staff_stand_beside_the_headline_with_what_it_is_without_them(
    cast: Cast, sign_in: SignIn
) -> None:
    usual = figures("satisfaction", *YEAR, now=utc_now())[0]
    make_answers(cast.survey, cast.housing, DAY, {"satisfaction": "5"}, 12, mode=Mode.PHONE, is_staff_entered=True)
    db.session.commit()
    without = percent((usual.numerator or 0) / usual.base)
    assert f"12 of the answers; {without} without them" in text_of(sign_in("lead"), "/dashboards/?period=2024/25")


def test_released_it_counts_and_the_release_is_written_down(cast: Cast, sign_in: SignIn) -> None:
    before = figures("satisfaction", *YEAR, now=utc_now())[0].base
    (response,) = hold(cast)
    said = post(sign_in("lead"), f"/held/{response.reference}/release")
    assert f"{reference_for_people(response.reference)} counts now." in said
    assert state_of(response) == (ResponseState.COUNTED, False)
    assert figures("satisfaction", *YEAR, now=utc_now())[0].base == before + 1
    assert acts() == ["response.released"]


def test_where_their_own_answer_counts_the_page_says_so_and_a_release_is_refused(cast: Cast, sign_in: SignIn) -> None:
    invitation = make_invitation(cast.housing, cast.survey, DAY)
    make_answers(cast.survey, cast.housing, DAY, {"satisfaction": "5"}, invitation_id=invitation.id)
    (response,) = hold(cast, invitation_id=invitation.id)
    lead = sign_in("lead")
    page = page_of(lead)
    assert "Their own answer counts already" in page.get_text()
    assert "It counts in no figure; the same person has another that counts already." in page.get_text()
    assert page.find("form", {"action": f"/held/{response.reference}/release"}) is None
    said = post(lead, f"/held/{response.reference}/release")
    assert "Another answer of the same person about the same contact counts already." in said
    assert state_of(response) == (ResponseState.QUARANTINED, False)
    post(lead, "/held/all/release", reason="too_fast")
    assert state_of(response) == (ResponseState.QUARANTINED, False)


def test_kept_held_it_waits_no_more_and_can_be_looked_at_again(cast: Cast, sign_in: SignIn) -> None:
    (response,) = hold(cast)
    lead = sign_in("lead")
    assert "stays held" in post(lead, f"/held/{response.reference}/keep")
    assert state_of(response) == (ResponseState.QUARANTINED, True)
    assert "No answer is waiting for review." in text_of(lead)
    assert reference_for_people(response.reference) in text_of(lead, "/held/?kept=yes")
    post(lead, f"/held/{response.reference}/again")
    assert state_of(response) == (ResponseState.QUARANTINED, False)
    assert acts() == ["response.kept_held", "response.review_opened_again"]


def test_all_of_one_reason_are_decided_at_once_and_undone_at_once(
    cast: Cast, sign_in: SignIn, time_machine: TimeMachineFixture
) -> None:
    earlier, scanned, other = hold(cast), hold(cast, 3), hold(cast, 2, "hidden_field")
    lead = sign_in("lead")
    post(lead, f"/held/{earlier[0].reference}/keep")
    time_machine.move_to(utc_now() + timedelta(minutes=5))
    assert "3 answers stay held." in post(lead, "/held/all/keep", reason="too_fast")
    assert [state_of(each)[1] for each in (*earlier, *scanned, *other)] == [True] * 4 + [False] * 2
    moment = db.session.get_one(SurveyResponse, scanned[0].id).reviewed_at
    assert moment is not None
    assert "3 answers are waiting for review again." in post(lead, "/held/undo", moment=moment.isoformat())
    assert [state_of(each)[1] for each in (*earlier, *scanned)] == [True] + [False] * 3
    assert "3 answers count now." in post(lead, "/held/all/release", reason="too_fast")
    assert {state_of(each)[0] for each in scanned} == {ResponseState.COUNTED}
    assert {state_of(each)[0] for each in (*earlier, *other)} == {ResponseState.QUARANTINED}


def test_a_page_lists_one_reason_and_when_its_answers_came(cast: Cast, sign_in: SignIn) -> None:
    scanned, (other,) = hold(cast, 4), hold(cast, 1, "hidden_field")
    page = page_of(sign_in("lead"), "/held/?reason=too_fast")
    assert reference_for_people(other.reference) not in page.get_text()
    assert all(reference_for_people(each.reference) in page.get_text() for each in scanned)
    assert "5 answers are waiting for review. They count in no figure until a person lets them count." in " ".join(
        page.get_text().split()
    )
    days = page.find(attrs={"aria-label": "Held answers by day and reason"})
    assert days is not None
    assert [cell.get_text() for cell in days.tbody.tr.find_all(["th", "td"])] == ["10 Mar 2025", "4", "1", "5"]


def test_nothing_held_says_so_and_what_would_be(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert "No answer is waiting for review." in text and "Nothing is held" in text


def test_held_answers_stand_beside_coverage_for_those_who_review_them(cast: Cast, sign_in: SignIn) -> None:
    hold(cast)
    lead = sign_in("lead")
    beside = page_of(lead, "/coverage").select(".siblings a")
    assert [(link["href"], link.text) for link in beside] == [("/held/", "Held answers")]
    page = page_of(lead)
    assert [(link["href"], link.text) for link in page.select(".siblings a")] == [("/coverage", "Coverage")]
    assert [link.text for link in page.select(".menu [aria-current=page]")] == ["Coverage"]
    assert not page_of(sign_in("manager"), "/coverage").select(".siblings")


@pytest.mark.parametrize("who", ["manager", "admin", "assessor"])
def test_only_who_reviews_may_look_or_decide(cast: Cast, sign_in: SignIn, who: str) -> None:
    (response,) = hold(cast)
    client = sign_in(who)
    assert client.get("/held/").status_code == 403
    for act in ("release", "keep", "again"):
        assert client.post(f"/held/{response.reference}/{act}").status_code in (400, 403)
    assert state_of(response) == (ResponseState.QUARANTINED, False)


def test_what_is_not_held_or_not_there_cannot_be_decided(cast: Cast, sign_in: SignIn) -> None:
    hold(cast)
    (counted,) = make_answers(cast.survey, cast.housing, DAY, {"satisfaction": "5"})
    db.session.commit()
    lead = sign_in("lead")
    crumb = {"csrf_token": token(lead)}
    assert "not held for review any more" in post(lead, f"/held/{counted.reference}/keep")
    assert lead.post("/held/NOBODY/keep", data=crumb).status_code == 404
    assert lead.post("/held/all/keep", data=crumb).status_code == 400
    assert lead.post("/held/undo", data=crumb | {"moment": "yesterday"}).status_code == 400
    assert lead.get("/held/?page=9").status_code == 400
    assert state_of(counted) == (ResponseState.COUNTED, False)


def test_a_long_list_takes_no_more_statements_than_a_short_one(cast: Cast, sign_in: SignIn) -> None:
    hold(cast, 2)
    lead = sign_in("lead")
    text_of(lead)
    with statements() as few:
        text_of(lead)
    hold(cast, 30, "hidden_field")
    with statements() as many:
        text_of(lead)
    assert len(few) == len(many) <= 23


def acts() -> list[str]:
    """What was written down about answers, in order."""
    lines = select(AuditLine.action).where(AuditLine.action.startswith("response.")).order_by(AuditLine.id)
    return list(db.session.scalars(lines))


def test_one_service_s_held_answers_are_seen_and_decided_alone(cast: Cast, sign_in: SignIn) -> None:
    (housing,) = hold(cast)
    waste = make_answers(
        cast.survey, cast.waste, DAY, {"satisfaction": "1"}, 2, state=ResponseState.QUARANTINED,
        quarantine_reason="too_fast",
    )  # fmt: skip
    db.session.commit()
    lead = sign_in("lead")
    assert "3 answers are waiting for review." in text_of(lead)
    of_waste = text_of(lead, "/held/?service=waste")
    assert "2 answers are waiting for review." in of_waste and reference_for_people(housing.reference) not in of_waste
    links = [str(link["href"]) for link in page_of(lead, "/held/?service=waste").select("tbody th a")]
    assert links and all("service=waste" in link for link in links)
    post(lead, "/held/all/keep", reason="too_fast", service="waste")
    db.session.expire_all()
    assert housing.reviewed_at is None and all(each.reviewed_at is not None for each in waste)


def test_the_held_answers_of_a_service_that_one_may_not_see_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    hold(cast)
    assert sign_in("lead").get("/held/?service=hovercraft").status_code == 404

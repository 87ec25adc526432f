"""The page of who answered: counts that agree with figures, within scope, and nothing of small groups."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.clock import utc_now
from survey_app.measures.queries.who_answered import who_answered
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_contacts, make_invitation, make_service
from tests.statements import statements
from tests.test_templates import Inside

DAYS = date(2024, 4, 1), date(2025, 3, 31)
DAY = date(2024, 6, 1)
PAGE = "/dashboards/who-answered?period=2024/25"


def text_of(client: FlaskClient, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(Inside(answer.get_data(as_text=True)).text.split())


def ask(cast: Cast, service: Service, channel: Channel, n: int, *, answered: int, **facts: str) -> list[Invitation]:
    """`n` contacts that were asked about, of which so many answered."""
    asked = []
    for place in range(n):
        invitation = make_invitation(service, cast.survey, DAY, channel=channel, **facts)
        invitation.contact.channel = channel
        for name, code in facts.items():
            setattr(invitation.contact, name, code)
        if place < answered:
            make_answers(cast.survey, service, DAY, {"satisfaction": "5"}, channel=channel, invitation_id=invitation.id)
        asked.append(invitation)
    db.session.commit()
    return asked


def make_month(cast: Cast) -> None:
    """E-mail answers well and phone badly; two languages, one of them of few."""
    ask(cast, cast.housing, Channel.EMAIL, 40, answered=30)
    ask(cast, cast.waste, Channel.PHONE, 40, answered=6)
    ask(cast, cast.waste, Channel.PHONE, 9, answered=2, language="cy")
    returned, *unsent = ask(cast, cast.waste, Channel.PHONE, 3, answered=0)
    returned.state = InvitationState.UNDELIVERABLE
    for invitation in unsent:
        invitation.state = InvitationState.TOO_OLD
    make_contacts(cast.waste, DAY, 100, draw_outcome="not_sampled")
    db.session.commit()


def test_the_counts_of_each_stage_are_those_of_the_contacts_and_their_invitations(cast: Cast) -> None:
    make_month(cast)
    profile = who_answered(*DAYS, now=utc_now())
    total = profile.total
    assert (total.contacts, total.asked, total.delivered, total.answered) == (192, 92, 89, 38)
    channels = next(table for table in profile.tables if table.grouping == "channel")
    assert {row.code: (row.contacts, row.asked, row.delivered, row.answered) for row in channels.rows} == {
        "phone": (152, 52, 49, 8),
        "email": (40, 40, 40, 30),
    }


def test_the_page_says_who_is_heard_less(cast: Cast, sign_in: SignIn) -> None:
    make_month(cast)
    text = text_of(sign_in("lead"))
    assert "Those who answered do not look like those who contacted us." in text
    assert "from E-mail (78.9% of answers, 20.8% of contacts)" in text
    assert "42.7% of 89 (95% interval 32.9% to 53.1%)" in text, "answered, of those reached"
    assert "41.3% of 92 " in text, "answered, of those asked: AAPOR RR1"
    assert "Not shown by language" in text, "nine Welsh speakers, and the others by subtraction"
    assert "Welsh" not in text


def test_the_choice_of_service_and_channel_narrows_everything(cast: Cast, sign_in: SignIn) -> None:
    make_month(cast)
    text = text_of(sign_in("lead"), f"{PAGE}&service=housing")
    assert "75.0% of 40 " in text and "Waste and recycling 1" not in text
    assert "75.0% of 40 " in text_of(sign_in("lead"), f"{PAGE}&channel=email")


def test_a_manager_sees_who_answered_of_own_services(cast: Cast, sign_in: SignIn) -> None:
    make_month(cast)
    manager = sign_in("manager")
    text = text_of(manager)
    assert "75.0% of 40 " in text and "Waste" not in text
    assert manager.get(f"{PAGE}&service=waste").status_code == 404


def test_each_rate_links_to_a_passport_with_the_same_rate(cast: Cast, sign_in: SignIn) -> None:
    make_month(cast)
    lead = sign_in("lead")
    html = lead.get(PAGE).get_data(as_text=True)
    rates = {
        link["href"]: link.text
        for link in BeautifulSoup(html, "html.parser").select("a[href^='/figures/response_rate']")
    }
    assert len(rates) == 4  # two services, two channels
    for address, rate in rates.items():
        assert f"Response rate {rate}," in text_of(lead, address)


def test_what_is_hidden_is_nowhere_in_the_page(cast: Cast, sign_in: SignIn) -> None:
    ask(cast, cast.housing, Channel.EMAIL, 60, answered=33)
    ask(cast, cast.housing, Channel.LETTER, 7, answered=7)
    ask(cast, cast.housing, Channel.WEB, 17, answered=12)
    html = sign_in("lead").get(f"{PAGE}&service=housing").get_data(as_text=True)
    assert "Not shown: Letter and Web form, because a group is too small" in " ".join(Inside(html).text.split())
    assert "channel.letter" not in html and "70.6%" not in html


def test_while_answers_come_in_nothing_is_compared(cast: Cast) -> None:
    make_month(cast)
    early = who_answered(*DAYS, now=datetime(2024, 6, 5, tzinfo=UTC))
    assert early.is_provisional and not early.compared
    assert who_answered(*DAYS, now=utc_now()).compared


def test_before_the_first_answer_the_first_steps_are_shown(app: Flask, sign_in: SignIn) -> None:
    answer = sign_in("lead").get("/dashboards/who-answered")
    assert (answer.status_code, answer.location) == (302, "/dashboards/")


def test_who_may_not_see_results_does_not_see_who_answered(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("assessor").get(PAGE).status_code == 403


def test_the_number_of_statements_does_not_grow_with_the_services(cast: Cast, sign_in: SignIn) -> None:
    make_month(cast)
    lead = sign_in("lead")
    with statements() as few:
        lead.get(PAGE)
    for place in range(5):
        ask(cast, make_service(f"service-{place}"), Channel.WEB, 12, answered=4)
    with statements() as many:
        lead.get(PAGE)
    assert len(many) == len(few) <= 30

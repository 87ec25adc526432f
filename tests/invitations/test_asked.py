"""Whoever got a message sees what was asked at the same address, why, and what is kept; and nothing of anybody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.contacts.models import OptOut, Way
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageKind,
    MessageState,
    TokenPurpose,
)
from survey_app.invitations.views import MOST_ASKED
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.models import Service
from survey_app.privacy.purging.operations import keep_for
from survey_app.surveys.models import SurveyVersion
from tests.conftest import PersonsClient
from tests.factories import NOON, RESIDENTS, make_council, make_invitation, make_service, make_survey
from tests.statements import statements

TOKEN = "of-asha"
PAGE = f"/asked/{TOKEN}"
DAY = NOON.date()
HER_PHONE = "the phone of asha"


@pytest.fixture(autouse=True)
def _two_days_later(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON + timedelta(days=2))


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    with transaction():
        make_council()
        return make_survey()


@pytest.fixture
def housing(survey: SurveyVersion) -> Service:
    with transaction():
        return make_service("housing", "Housing options")


def ask(
    survey: SurveyVersion,
    service: Service,
    day: date = DAY,
    *,
    email: str | None = RESIDENTS["asha"],
    phone: str | None = HER_PHONE,
    ways: tuple[Way, ...] = (Way.EMAIL,),
    sensitive: bool = False,
    **facts: object,
) -> Invitation:
    """Somebody who was asked, with a message sent for each of `ways`: the invitation, then the reminder."""
    with transaction():
        invitation = make_invitation(service, survey, day, **facts)  # type: ignore[arg-type]
        invitation.contact.sensitive = sensitive
        detail = invitation.contact.detail
        assert detail is not None
        detail.email_key, detail.phone_key = email, phone
        for place, (kind, way) in enumerate(zip(MessageKind, ways, strict=False)):
            sent_at = invitation.drawn_at + timedelta(days=4 * place)
            db.session.add(
                Message(
                    invitation=invitation,
                    kind=kind,
                    way=way,
                    due_at=sent_at,
                    sent_at=sent_at if invitation.sent_at else None,
                    state=MessageState.SENT if invitation.sent_at else MessageState.WAITING,
                )
            )
        return invitation


def give_token(invitation: Invitation) -> None:
    with transaction():
        purpose, now = TokenPurpose.OPT_OUT, invitation.drawn_at
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=token_digest(TOKEN), purpose=purpose, created_at=now)
        )


def shown(client: PersonsClient) -> str:
    page = client.get(PAGE)
    assert page.status_code == 200
    main = BeautifulSoup(page.text, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def titles(client: PersonsClient) -> list[str]:
    headings = [h2.get_text() for h2 in BeautifulSoup(client.get(PAGE).text, "html.parser").select("main h2")]
    return [heading for heading in headings if heading.startswith("Your ")]


def test_each_survey_stands_there_with_its_messages_and_what_became_of_it(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    waste, parks = make_service("waste", "Waste"), make_service("parks", "Parks")
    ask(survey, parks, date(2025, 6, 3), ways=(Way.EMAIL, Way.EMAIL))
    ask(survey, waste, date(2025, 9, 5), state=InvitationState.ANSWERED)
    give_token(ask(survey, housing))
    said = shown(client)
    assert "You called us on 10 March 2026 about housing options. We asked you on 10 March 2026 by e-mail." in said
    assert "You can answer until 24 March 2026, with the link in our message." in said
    assert "about waste. We asked you on 5 September 2025 by e-mail. We have an answer, and count it." in said
    assert "We reminded you on 7 June 2025 by e-mail. We count no answer. It was open until 17 June 2025." in said
    assert titles(client) == [f"Your phone call about {what}" for what in ("housing options", "waste", "parks")]
    assert "nobody more than once in 90 days" in said
    assert "We delete the address and number that you contacted us with after 9 April 2026." in said
    page = client.get(PAGE)
    assert "Set-Cookie" not in page.headers
    assert "/s/" not in page.text  # no way from here into an answer


def test_the_last_day_of_details_is_that_of_the_days_in_force(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    give_token(ask(survey, housing))
    keep_for("contact_details", 20, now=NOON - timedelta(days=2))
    assert "that you contacted us with after 30 March 2026." in shown(client)
    privacy = client.get("/privacy").text
    assert "until 20 days after your contact" in privacy
    assert "until 30 days" not in privacy


def test_only_what_went_to_the_same_address_is_shown(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    names = ("Sms", "Bryn", "Unsent", "Secret", "Void", "Shared")
    by_phone, of_bryn, unsent, secret, void, shared = (make_service(name.lower(), name) for name in names)
    ask(survey, by_phone, email=None, ways=(Way.SMS,))  # her phone, which is not what this message came by
    ask(survey, of_bryn, email=RESIDENTS["bryn"])
    ask(survey, unsent, sent_at=None)
    ask(survey, secret, sensitive=True)
    ask(survey, void, state=InvitationState.VOID)
    ask(survey, shared, phone="another phone")  # who shares her address
    give_token(ask(survey, housing, DAY + timedelta(days=1)))
    assert titles(client) == ["Your phone call about housing options", "Your phone call about shared"]
    assert "Whoever shares it with you sees the same." in shown(client)


def test_who_got_it_two_ways_sees_what_both_have_in_common(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    both, mail = make_service("both"), make_service("mail")
    ask(survey, both)
    ask(survey, mail, phone=None)
    give_token(ask(survey, housing, DAY + timedelta(days=1), ways=(Way.EMAIL, Way.SMS)))
    assert titles(client) == ["Your phone call about housing options", "Your phone call about both"]


@pytest.mark.parametrize("facts", [{"ways": (Way.LETTER,)}, {"email": None}], ids=["a letter", "nothing known"])
def test_without_an_address_that_can_be_known_again_it_shows_itself_alone(
    client: PersonsClient, survey: SurveyVersion, housing: Service, facts: dict[str, object]
) -> None:
    waste = make_service("waste")
    ask(survey, waste, **facts)  # type: ignore[arg-type]
    give_token(ask(survey, housing, **facts))  # type: ignore[arg-type]
    assert titles(client) == ["Your phone call about housing options"]


def test_all_is_stopped_from_there_and_the_page_says_so(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    give_token(ask(survey, housing))
    form = BeautifulSoup(client.get(PAGE).text, "html.parser").form
    assert form is not None
    assert (form["method"], form["action"]) == ("post", f"/u/{TOKEN}")
    client.head(PAGE)
    assert db.session.scalar(select(OptOut.id)) is None
    assert "We will not ask you again" in client.post(str(form["action"])).text
    after = client.get(PAGE).text
    assert "You asked us to stop, and we will not ask you again." in after
    assert "<form" not in after


def test_details_that_are_deleted_are_said_to_be_deleted(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    invitation = ask(survey, housing)
    give_token(invitation)
    with transaction():
        assert invitation.contact.detail is not None
        invitation.contact.detail.email = None
    assert "We have deleted the address and number" in shown(client)


def test_many_surveys_need_no_more_statements_and_the_newest_are_shown(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    give_token(ask(survey, housing))
    client.get(PAGE)  # a process reads once what a published survey asks
    with statements() as few:
        client.get(PAGE)
    for number in range(MOST_ASKED + 1):
        ask(survey, make_service(f"service-{number}"), DAY - timedelta(days=number + 1))
    with statements() as many:
        assert len(titles(client)) == MOST_ASKED
    assert len(many) == len(few) <= 12
    assert f"These are the newest {MOST_ASKED}." in shown(client)


def test_an_unknown_link_gets_the_kind_page_and_a_test_message_a_sample(
    client: PersonsClient, survey: SurveyVersion, housing: Service
) -> None:
    unknown = client.get("/asked/nobody")
    assert (unknown.status_code, "We do not know this link" in unknown.text) == (404, True)
    assert "Your phone call about housing options" in client.get("/asked/test").text
    refused = client.post(PAGE)
    assert (refused.status_code, "Open the link in our message once more." in refused.text) == (405, True)

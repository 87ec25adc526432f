"""A council words the messages of a survey, sees them as they go out, and tries them on itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AskingRules, Way
from survey_app.demo.notify_stand_in import TEMPLATES, NotifyStandIn, notify_stand_in
from survey_app.extensions import db, transaction
from survey_app.invitations.message_texts import Slot, Written
from survey_app.invitations.models import MessageKind
from survey_app.invitations.queries import message_text, written_in
from survey_app.organisation.models import Council
from survey_app.settings import Settings
from survey_app.surveys.models import Survey
from survey_app.surveys.operations import publish_default_survey, publish_survey
from survey_app.surveys.operations.drafting import start_survey
from survey_app.surveys.queries import newest_published, structure_of
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_service
from tests.notify import API_KEY
from tests.smtp import SmtpServer, smtp_server

PAGE = "/admin/surveys/after-contact/messages/"
EMAIL, SMS, LETTER = (f"{PAGE}invitation/{way}/en" for way in ("email", "sms", "letter"))
BODY = "Your {{channel}} about {{service}}.\n\n{{link}}\n\nDiolch, {{council}}"
SHORT = "{{council}}: how was it? {{link}} STOP to stop"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def stand_in() -> Iterator[NotifyStandIn]:
    with notify_stand_in(API_KEY) as stand_in:
        yield stand_in


@pytest.fixture
def settings(settings: Settings, server: SmtpServer, stand_in: NotifyStandIn) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    object.__setattr__(settings, "notify_api_key", API_KEY)
    object.__setattr__(settings, "notify_base_url", stand_in.url)
    object.__setattr__(settings, "base_url", "https://survey.anyborough.example")
    return settings


@pytest.fixture
def survey(app: Flask) -> Survey:
    with transaction():
        make_council()
        make_service("bins", "Bins")
        make_service("births", "Births, deaths, marriages and civil partnerships")
        db.session.add(AskingRules(notify_text_template=TEMPLATES["sms"]))
        return publish_default_survey(NOON).survey


@pytest.fixture
def client(survey: Survey, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    return sign_in("administrator")


def main(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").main
    assert found is not None
    return " ".join(found.get_text(" ").split())


def typed(page: str) -> dict[str, str]:
    """What stands in the form."""
    form = BeautifulSoup(page, "html.parser").select_one("form.wide")
    assert form is not None
    inputs = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    return {**inputs, "body": form.select_one("textarea").get_text()}  # type: ignore[union-attr]


def stands(survey: Survey, way: Way = Way.EMAIL) -> Written | None:
    db.session.rollback()
    return written_in(message_text(survey, Slot(MessageKind.INVITATION, way)))


def test_every_text_begins_with_ours_and_is_good_as_it_stands(client: PersonsClient) -> None:
    listed = BeautifulSoup(client.get(PAGE).text, "html.parser").select("ul.rows a")
    assert len(listed) == 5
    for link in listed:
        address = str(link["href"])
        given = typed(client.get(address).text)
        kept = client.send_form(address, **{**given, "do": "keep"})
        assert kept.status_code == 303, main(kept.text)
    assert "5 are your own texts" in main(client.get(PAGE).text)


def test_a_text_is_kept_undone_and_ours_again(client: PersonsClient, survey: Survey) -> None:
    kept = client.send_form(EMAIL, subject="How was it?", body=BODY, based_on="", do="keep")
    assert kept.status_code == 303
    assert "Kept. It holds for every message that has not gone out yet" in main(client.get(kept.location).text)
    assert stands(survey) == Written("How was it?", BODY)
    client.send_form(f"{EMAIL}/standard", form_at=EMAIL)
    assert stands(survey) is None
    client.send_form(f"{EMAIL}/undo", form_at=EMAIL)
    assert stands(survey) == Written("How was it?", BODY)


def test_a_preview_shows_the_message_itself_and_keeps_nothing(client: PersonsClient, survey: Survey) -> None:
    shown = client.send_form(EMAIL, subject="About {{service}}", body=BODY, do="preview")
    assert shown.status_code == 200
    assert "About bins Anyborough" not in main(shown.text)
    for words in ("About bins", "Your phone call about bins.", "Very satisfied", "Diolch, Anyborough", "Stop asking"):
        assert words in main(shown.text)
    looks = client.send_form(EMAIL, subject="About {{service}}", body=f"{BODY}<script>x</script>", do="look")
    assert "default-src 'none'" in looks.headers["Content-Security-Policy"]
    assert "&lt;script&gt;x&lt;/script&gt;" in looks.text
    assert "<script>" not in looks.text
    assert stands(survey) is None


def test_a_letter_and_a_card_are_seen_as_they_are_printed(client: PersonsClient) -> None:
    for paper in ("letter", "card"):
        shown = client.send_form(LETTER, body=BODY, do=paper)
        assert (shown.mimetype, shown.data[:5]) == ("application/pdf", b"%PDF-")


def test_the_length_is_that_with_the_longest_service_name_and_has_its_price(client: PersonsClient) -> None:
    body = "How satisfied were you with {{service}} on {{date}}, and why? Tell us in your own words. {{link}} or STOP"
    assert "1 part 158 characters" in main(client.send_form(SMS, body=body, do="preview").text)
    client.send_form(f"{PAGE}price", form_at=PAGE, pence="2.4")
    assert "GSM-7, where a part holds 160" in main(client.send_form(SMS, body=body, do="preview").text)
    long = "x" * 200 + " {{service}} {{link}} STOP"
    assert "2 parts, 4.8p a message" in main(client.send_form(SMS, body=long, do="preview").text)
    longer = main(client.send_form(SMS, body="y" * 150 + long, do="preview").text)
    assert "It travels in 3 parts, and each is paid for." in longer
    happy = main(client.send_form(SMS, body=f"{SHORT} 😀", do="preview").text)
    assert "2 parts" in happy and "😀" in happy and "UCS-2, where a part holds 70 characters" in happy
    too_long = client.send_form(SMS, body="z" * 900 + SHORT, do="preview")
    assert too_long.status_code == 422
    assert "6 are the most" in main(too_long.text)


@pytest.mark.parametrize("pence", ["much", "-1", "NaN", "1000"])
def test_a_price_that_is_none_is_refused_where_it_was_typed(client: PersonsClient, pence: str) -> None:
    refused = client.send_form(f"{PAGE}price", form_at=PAGE, pence=pence)
    assert refused.status_code == 422
    assert "Type pence for one part, like 2.4" in main(refused.text)
    assert f'value="{pence}"' in refused.text


def test_a_test_has_the_text_as_it_is_typed_and_keeps_nothing(
    client: PersonsClient, survey: Survey, server: SmtpServer, stand_in: NotifyStandIn
) -> None:
    done = client.send_form(EMAIL, subject="Mine", body=BODY, do="test")
    assert "The test went to" in main(done.text)
    (sent,) = server.taken
    assert sent["Subject"] == "Test: Mine"
    assert "Diolch, Anyborough" in sent.get_body(("plain",)).get_content()
    done = client.send_form(SMS, body=SHORT, phone="07700 900123", do="test")
    assert "The test went to +447700900123" in main(done.text)
    (text,) = stand_in.taken
    assert text.to == "+447700900123"
    assert text.body.endswith("how was it? https://survey.anyborough.example/s/test STOP to stop")
    assert stands(survey) is None and stands(survey, Way.SMS) is None


@pytest.mark.parametrize("phone", ["", "01632 960123", "hello"])
def test_a_test_by_text_message_needs_a_mobile_number(
    client: PersonsClient, stand_in: NotifyStandIn, phone: str
) -> None:
    refused = client.send_form(SMS, body=SHORT, phone=phone, do="test")
    assert refused.status_code == 422
    assert "Type your mobile number" in main(refused.text)
    assert typed(refused.text)["body"].strip() == SHORT
    assert stand_in.taken == []


def test_a_server_that_is_away_is_named_and_nothing_typed_is_lost(client: PersonsClient, settings: Settings) -> None:
    object.__setattr__(settings, "mail_url", "smtp://127.0.0.1:1")
    refused = client.send_form(EMAIL, subject="Mine", body=BODY, do="test")
    assert refused.status_code == 503
    assert "The test was not taken" in main(refused.text)
    assert typed(refused.text)["subject"] == "Mine"


@pytest.mark.parametrize(
    ("address", "values", "words"),
    [
        (EMAIL, {"subject": "", "body": BODY}, "Write a subject"),
        (EMAIL, {"subject": "A\r\nBcc: x@example.org", "body": BODY}, "A subject is one line"),
        (EMAIL, {"subject": "A", "body": ""}, "Write a text, or go back to ours"),
        (EMAIL, {"subject": "A", "body": "Hello"}, "Without {{link}} nobody can answer"),
        (EMAIL, {"subject": "A", "body": "{{adviser}}\n{{link}}"}, "{{adviser}} is not known"),
        (SMS, {"body": "{{code}} {{link}} STOP"}, "{{code}} cannot stand here"),
        (SMS, {"body": "Hello {{link}}"}, "Say how to stop"),
    ],
)
def test_what_cannot_go_out_is_refused_where_it_was_typed_and_kept_on_the_page(
    client: PersonsClient, survey: Survey, address: str, values: dict[str, str], words: str
) -> None:
    for do in ("keep", "test", "look"):
        refused = client.send_form(address, **{**values, "do": do})
        assert refused.status_code == 422
        assert words in main(refused.text)
        assert typed(refused.text)["body"].strip() == values["body"]
    assert stands(survey) is None


def test_who_saves_second_sees_both_texts(client: PersonsClient, survey: Survey) -> None:
    client.send_form(EMAIL, subject="Theirs", body=BODY, based_on="", do="keep")
    refused = client.send_form(EMAIL, subject="Mine", body=BODY, based_on="", do="keep")
    assert refused.status_code == 409
    assert "Somebody changed this text while you were writing" in main(refused.text)
    assert "Theirs" in main(refused.text)
    given = typed(refused.text)
    assert given["subject"] == "Mine"
    assert client.send_form(EMAIL, **{**given, "do": "keep"}).status_code == 303
    assert stands(survey) == Written("Mine", BODY)


def test_a_number_is_not_asked_for_where_the_first_question_takes_none(client: PersonsClient, survey: Survey) -> None:
    asks = structure_of(survey.versions[0])
    with transaction():
        effort = start_survey(replace(asks, code="effort", name="Effort", items=asks.items[1:]), "Begun", now=NOON)
        publish_survey(effort, now=NOON)
    address = "/admin/surveys/effort/messages/"
    assert "text messages ask people to open the link" in main(client.get(address).text)
    assert "Reply 1 to 5" not in typed(client.get(f"{address}invitation/sms/en").text)["body"]
    refused = client.send_form(f"{address}invitation/sms/en", body="Reply 1 to 5. {{link}} STOP", do="keep")
    assert "cannot be answered by one" in main(refused.text)


def test_a_text_is_of_one_language_and_only_english_gets_advice(client: PersonsClient) -> None:
    welsh = f"{PAGE}invitation/sms/cy"
    body = "{{council}}: sut oedd {{service}}? {{link}} STOPIO"
    kept = client.send_form(welsh, body=body, do="keep")
    assert kept.status_code == 303
    assert "Only English is checked" in main(client.get(kept.location).text)
    assert "Invitation by text message : your own text" in main(client.get(f"{PAGE}?lang=cy").text)
    assert "Invitation by text message : the standard text" in main(client.get(PAGE).text)


def test_a_survey_that_is_not_published_says_what_to_do_first(client: PersonsClient, survey: Survey) -> None:
    newest = newest_published(survey)
    assert newest is not None
    with transaction():
        start_survey(replace(structure_of(newest), code="new", name="New survey"), "Begun", now=NOON)
    address = "/admin/surveys/new/messages/"
    assert "This survey is not published yet" in main(client.get(address).text)
    refused = client.send_form(f"{address}invitation/email/en", subject="A", body=BODY, do="test")
    assert refused.status_code == 409
    kept = client.send_form(f"{address}invitation/email/en", subject="A", body=BODY, do="keep")
    assert kept.status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        f"{PAGE}reminder/letter/en",
        f"{PAGE}invitation/fax/en",
        f"{PAGE}invitation/sms/xx",
        "/admin/surveys/no/messages/",
    ],
)
def test_what_there_is_not_is_not_found(client: PersonsClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_others_do_not_word_messages(survey: Survey, sign_in: Callable[..., PersonsClient]) -> None:
    assert sign_in("data_protection_officer").get(EMAIL).status_code == 403


def test_messages_become_bilingual_by_a_button_that_stands_first_in_wales(
    client: PersonsClient, survey: Survey
) -> None:
    page = client.get(PAGE).text
    assert page.index("Language of the texts") < page.index("Welsh and English side by side")
    assert "The survey is not published in Welsh" in page
    with transaction():
        db.session.scalars(select(Council)).one().nation = "Wales"
    page = client.get(PAGE).text
    assert page.index("Language of the texts") > page.index("Welsh and English side by side")
    for do, is_on, words in (("on", True, "in Welsh and English from now on"), ("off", False, "in one language")):
        done = client.send_form(f"{PAGE}bilingual", form_at=PAGE, do=do)
        assert done.status_code == 303
        assert words in client.get(done.location).text
        db.session.expire_all()
        assert db.session.get_one(Survey, survey.id).is_bilingual is is_on
    acts = db.session.scalars(select(AuditLine.id).where(AuditLine.action == "survey.bilingual changed")).all()
    assert len(acts) == 2

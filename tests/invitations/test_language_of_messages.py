"""A message comes in the language of the contact, with all its parts; in Welsh and English where the survey is so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from survey_app.contacts.models import Way
from survey_app.extensions import db, transaction
from survey_app.invitations.languages import Edition, editions_of
from survey_app.invitations.message_texts import OwnTexts, Slot, Written
from survey_app.invitations.models import Invitation, MessageKind
from survey_app.invitations.operations import draw_invitations, send_messages, write_text
from survey_app.invitations.presenters import Tokens, invitation_text
from survey_app.invitations.queries import sample_invitation
from survey_app.messaging.texts import parts
from survey_app.organisation.models import Council, Service
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings
from survey_app.surveys.models import Survey
from survey_app.surveys.operations import publish_default_survey
from tests.browser.translated import publish_in
from tests.conftest import PersonsClient
from tests.factories import NOON, make_contact, make_council, make_service
from tests.smtp import SmtpServer, smtp_server
from tests.statements import statements

NEXT_DAY = NOON + timedelta(days=1)
INVITATION = MessageKind.INVITATION


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    object.__setattr__(settings, "base_url", "https://survey.anyborough.example")
    return settings


@pytest.fixture
def survey(app: Flask) -> Survey:
    """Published in Welsh and Urdu."""
    with transaction():
        make_council()
        survey = publish_default_survey(NOON - timedelta(days=30)).survey
        publish_in(survey, "cy", "ur", now=NOON - timedelta(days=29))
        return survey


@pytest.fixture
def housing(survey: Survey) -> Service:
    with transaction():
        return make_service("housing", "Housing options")


def send(service: Service, *languages: str) -> None:
    """One person for each language is asked."""
    with transaction():
        for n, language in enumerate(languages):
            make_contact(service, email=f"{language}{n}@example.org", language=language)
    go_out()


def go_out(days: int = 1) -> None:
    while draw_invitations(NEXT_DAY, "draw"):
        pass
    while send_messages(NOON + timedelta(days=days), "send"):
        pass
    db.session.expire_all()


def letter(message: EmailMessage) -> Tag:
    html = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser").html  # type: ignore[union-attr]
    assert html is not None
    return html


def plain(message: EmailMessage) -> str:
    return str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def make_bilingual(survey: Survey) -> None:
    with transaction():
        db.session.get_one(Survey, survey.id).is_bilingual = True


def test_an_email_in_urdu_is_so_from_the_subject_to_the_footer_and_reads_from_right_to_left(
    housing: Service, server: SmtpServer, client: PersonsClient
) -> None:
    send(housing, "ur")
    (message,) = server.taken
    html = letter(message)
    assert (html["lang"], html["dir"]) == ("ur", "rtl")
    assert "ہمارا کام کیسا رہا؟" in str(message["Subject"])
    for words in ("10 مارچ", "بہت مطمئن"):
        assert words in plain(message)
        assert words in html.get_text(" ")
    for english in ("How did we do", "Very satisfied", "Stop asking me", "Taking part", "You called", "link works"):
        assert english not in plain(message)
        assert english not in html.get_text(" ")
    links = [str(link["href"]) for link in html.select("a") if "complain" not in str(link["href"])]
    assert all("lang=ur" in link for link in links if not link.endswith("/s")), links
    first = next(link for link in links if "answer=5" in link)
    assert first in plain(message)
    page = client.get(first.removeprefix("https://survey.anyborough.example"))
    assert 'lang="ur"' in page.text
    assert "lang=" not in str(message["List-Unsubscribe"])


def test_a_reminder_is_in_the_same_language(housing: Service, server: SmtpServer) -> None:
    send(housing, "cy")
    go_out(days=9)
    first, second = server.taken
    assert "Nodyn atgoffa" in str(second["Subject"])
    assert letter(first)["lang"] == letter(second)["lang"] == "cy"


def test_what_nobody_translated_is_english_and_our_words_stand_around_english_questions(
    housing: Service, server: SmtpServer
) -> None:
    send(housing, "so", "pl")
    somali, polish = (next(each for each in server.taken if str(each["To"]).startswith(code)) for code in ("so", "pl"))
    assert letter(somali)["lang"] == "en-GB"
    assert str(somali["Subject"]) == "How did we do? Your phone call about housing options"
    assert "lang=" not in plain(somali), "the reader's browser may know better"
    assert "Jak nam poszło?" in str(polish["Subject"])
    (question,) = letter(polish).select("h2")
    assert (question["lang"], question["dir"]) == ("en-GB", "ltr")


def test_a_bilingual_email_has_both_languages_whole_with_welsh_first_in_wales(
    survey: Survey, housing: Service, server: SmtpServer
) -> None:
    make_bilingual(survey)
    with transaction():
        db.session.get_one(Council, the_council().id).nation = "Wales"
        write_text(
            survey, Slot(INVITATION, Way.EMAIL), Written("Ours", "Own words.\n\n{{link}}"), based_on="", now=NOON
        )
    send(housing, "en")
    (message,) = server.taken
    assert str(message["Subject"]).startswith("Sut wnaethom ni?")
    assert str(message["Subject"]).endswith(" | Ours")
    welsh, english = letter(message).select("table.said")
    assert (welsh["lang"], english["lang"]) == ("cy", "en-GB")
    assert "Own words." in english.get_text()
    assert "Own words." not in welsh.get_text(), "an English text does not stand twice"
    for edition, lang, best in ((welsh, "cy", "Bodlon iawn"), (english, "en", "Very satisfied")):
        buttons = {a.get_text(): str(a["href"]) for a in edition.select("a.option")}
        assert buttons[best].endswith(f"?lang={lang}&answer=5")
        assert f"lang={lang}" in str(edition.select(".rule a")[0]["href"])
    assert plain(message).index("Bodlon iawn") < plain(message).index("Very satisfied")


@pytest.mark.parametrize(
    ("contacts", "base_url", "has"),
    [
        ("cy", "https://a.uk", {"cy", "en"}),
        ("cy", "https://survey.anyborough.gov.uk", {"cy"}),
        ("en", "https://survey.anyborough.gov.uk", {"en"}),
    ],
)
def test_a_text_message_is_bilingual_only_where_it_fits_two_parts(
    survey: Survey, housing: Service, contacts: str, base_url: str, has: set[str]
) -> None:
    survey.is_bilingual = True
    with db.session.no_autoflush:
        sample = sample_invitation(NOON, language=contacts)
        assert sample is not None
        own = {(survey.id, Slot(INVITATION, Way.SMS, code)): Written("", text, code) for code, text in TEXTS.items()}
        body = body_of(sample, editions_of(sample, INVITATION, Way.SMS, OwnTexts(own), "Wales"), base_url)
    assert ("Sut oedd" in body, "How was" in body) == ("cy" in has, "en" in has)
    assert parts(body) <= 2
    assert ("lang=cy" in body) is ("cy" in has)
    db.session.rollback()


TEXTS = {
    "cy": f"Sut oedd {'x' * 50}? {{{{link}}}} STOP",
    "en": f"How was {'x' * 110}? {{{{link}}}} STOP",
}


def body_of(sample: Invitation, editions: tuple[Edition, ...], base_url: str) -> str:
    tokens = Tokens("a" * 22, "b" * 22)
    words = {"council": the_council(), "base_url": base_url, "recipient": "+447700900123"}
    return invitation_text(sample, INVITATION, tokens, editions=editions, **words).body


def test_a_text_message_of_ours_is_in_the_language_too(housing: Service) -> None:
    sample = sample_invitation(NOON, language="cy")
    assert sample is not None
    body = body_of(sample, (Edition("cy"),), "https://a.uk")
    assert "pa mor fodlon oeddech chi" in body
    assert "(5 = bodlon iawn) neu STOP" in body
    assert body.endswith("?lang=cy")


def test_a_batch_in_many_languages_needs_no_more_statements(
    housing: Service, survey: Survey, server: SmtpServer
) -> None:
    def needed(*languages: str) -> int:
        with transaction():
            for n, language in enumerate(languages):
                make_contact(housing, email=f"{language}{n}{len(languages)}@example.org", language=language)
        while draw_invitations(NEXT_DAY, "draw"):
            pass
        with statements() as sent:
            send_messages(NEXT_DAY, "send")
        return sum(1 for each in sent if each.startswith("SELECT") and "survey" in each.partition("FROM")[2][:30])

    needed("en")
    alone = needed("ur")
    assert needed("ur", "cy", "pl", "en", "so", "ur") <= alone
    assert len(server.taken) == 8

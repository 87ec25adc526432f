"""What the council wrote itself goes out as it was written, by every way, and ours where it wrote nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AskingRules, ContactDetail, Way
from survey_app.contacts.queries import index_key
from survey_app.demo.notify_stand_in import TEMPLATES, NotifyStandIn, notify_stand_in
from survey_app.extensions import db, transaction
from survey_app.invitations.languages import Edition
from survey_app.invitations.message_texts import Slot, Written
from survey_app.invitations.models import MessageKind
from survey_app.invitations.operations import WrittenMeanwhile, draw_invitations, send_messages, undo_text, write_text
from survey_app.invitations.presenters import Tokens, invitation_text
from survey_app.invitations.queries import message_text, sample_invitation, written_in
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.models import Service
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings
from survey_app.surveys.models import Survey
from survey_app.surveys.operations import publish_default_survey, publish_survey
from survey_app.surveys.operations.drafting import start_survey
from survey_app.surveys.queries import structure_of, survey_named
from tests.factories import NOON, make_contact, make_council, make_service
from tests.notify import API_KEY
from tests.smtp import SmtpServer, smtp_server
from tests.statements import statements

NEXT_DAY = NOON + timedelta(days=1)
INVITATION, REMINDER = MessageKind.INVITATION, MessageKind.REMINDER
EMAIL, SMS, LETTER = Slot(INVITATION, Way.EMAIL), Slot(INVITATION, Way.SMS), Slot(INVITATION, Way.LETTER)
BODY = "Your {{channel}} on {{date}} about {{service}}.\n\n{{link}}\n\n<b>Diolch</b>\n{{council}}, until {{closes}}"


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
    """E-mail by SMTP, text messages by Notify."""
    object.__setattr__(settings, "mail_url", server.url)
    object.__setattr__(settings, "notify_api_key", API_KEY)
    object.__setattr__(settings, "notify_base_url", stand_in.url)
    object.__setattr__(settings, "base_url", "https://survey.anyborough.example")
    return settings


@pytest.fixture
def survey(app: Flask) -> Survey:
    with transaction():
        make_council()
        db.session.add(AskingRules(texts_are_on=True, notify_text_template=TEMPLATES["sms"]))
        return publish_default_survey(NOON - timedelta(days=30)).survey


@pytest.fixture
def service(survey: Survey) -> Service:
    with transaction():
        return make_service("housing", "Rent & <repairs>")


def write(survey: Survey, slot: Slot, body: str | None, subject: str = "How was your {{channel}}?") -> None:
    with transaction():
        standing = written_in(message_text(survey, slot))
        written = None if body is None else Written(subject if slot.way is Way.EMAIL else "", body)
        write_text(survey, slot, written, based_on=standing.mark if standing else "", now=NOON)


def ask(service: Service, name: str) -> None:
    with transaction():
        make_contact(service, email=f"{name}@example.org")


def ask_by_text(service: Service) -> None:
    with transaction():
        contact, number = make_contact(service, email=None), "+447700900123"
        keep_until = (NOON + timedelta(days=30)).date()
        key = keyed_hash(index_key(), number)
        contact.detail = ContactDetail(phone=number, phone_is_mobile=True, phone_key=key, keep_until=keep_until)


def send_all() -> None:
    while draw_invitations(NEXT_DAY, "draw"):
        pass
    while send_messages(NEXT_DAY, "send"):
        pass


def standing(survey: Survey, slot: Slot = EMAIL) -> Written | None:
    return written_in(message_text(survey, slot))


def test_an_email_has_the_councils_paragraphs_around_our_question_and_above_our_footer(
    survey: Survey, service: Service, server: SmtpServer
) -> None:
    write(survey, EMAIL, BODY)
    ask(service, "asha")
    send_all()
    (sent,) = server.taken
    assert sent["Subject"] == "How was your phone call?"
    plain, rich = (part.get_content() for part in sent.iter_parts())
    for text, opening in ((plain, "about rent & <repairs>."), (rich, "about rent &amp; &lt;repairs&gt;.")):
        places = [text.index(words) for words in (opening, "Very satisfied", "Diolch", "Anyborough", "Stop asking me")]
        assert places[:3] == sorted(places[:3])
        assert places[2] < places[4]
        assert "Please tell us how it went" not in text
        assert "{{" not in text
    assert "&lt;b&gt;Diolch&lt;/b&gt;<br>" in rich
    assert "https://survey.anyborough.example/s/" in plain


def test_a_text_message_goes_out_in_the_councils_words(
    survey: Survey, service: Service, stand_in: NotifyStandIn
) -> None:
    write(survey, SMS, "{{council}}: {{service}}, {{date}}. ((body)) Answer {{link}} or reply STOP by {{closes}}")
    ask_by_text(service)
    send_all()
    (sent,) = stand_in.taken
    assert "rent & <repairs>, 10 Mar. ((body)) Answer https://survey.anyborough.example/s/" in sent.body
    assert sent.body.endswith("or reply STOP by 25 Mar")


def test_ours_stands_where_the_council_wrote_nothing_or_went_back(
    survey: Survey, service: Service, server: SmtpServer
) -> None:
    write(survey, Slot(REMINDER, Way.EMAIL), BODY)
    write(survey, EMAIL, BODY)
    write(survey, EMAIL, None)
    ask(service, "asha")
    send_all()
    (sent,) = server.taken
    assert sent["Subject"] == "How did we do? Your phone call about rent & <repairs>"
    assert "Please tell us how it went" in sent.get_body(("plain",)).get_content()


def test_a_number_is_not_asked_for_once_another_question_comes_first(survey: Survey, service: Service) -> None:
    own = Written("", "Reply 1 to 5 or STOP. {{link}}")
    asks = structure_of(survey.versions[0])
    with transaction():
        effort = start_survey(replace(asks, code="effort", name="Effort", items=asks.items[1:]), "Begun", now=NOON)
        publish_survey(effort, now=NOON)
    for code, is_own in ((survey.code, True), ("effort", False)):
        sample = sample_invitation(NOON, survey=survey_named(code))
        assert sample is not None
        words = {"council": the_council(), "base_url": "https://a.example", "recipient": "+447700900123"}
        editions = (Edition(own=own),)
        body = invitation_text(sample, INVITATION, Tokens("a" * 22, "b" * 22), editions=editions, **words).body
        assert body.startswith("Reply 1 to 5 or STOP.") is is_own
        assert "https://a.example/s/aaaa" in body


def test_all_texts_are_read_once_for_a_batch(survey: Survey, service: Service, server: SmtpServer) -> None:
    write(survey, EMAIL, BODY)
    write(survey, SMS, "{{link}} STOP")
    for name in ("asha", "bryn", "cara"):
        ask(service, name)
    while draw_invitations(NEXT_DAY, "draw"):
        pass
    with statements() as sent:
        assert send_messages(NEXT_DAY, "send") == 3
    assert sum("FROM message_text" in statement for statement in sent) == 1
    assert len(server.taken) == 3


def test_one_undo_brings_the_earlier_text_back_and_another_the_later_one(survey: Survey) -> None:
    for body in ("One {{link}}", "Two {{link}}"):
        write(survey, SMS, body)
    for expected in ("One {{link}}", "Two {{link}}"):
        with transaction():
            undo_text(survey, SMS, now=NOON)
        found = standing(survey, SMS)
        assert found is not None
        assert found.body == expected
    write(survey, SMS, None)
    assert standing(survey, SMS) is None
    with transaction():
        undo_text(survey, SMS, now=NOON)
    assert standing(survey, SMS) == Written("", "Two {{link}}")
    with pytest.raises(Refused, match="never changed"):
        undo_text(survey, LETTER, now=NOON)


def test_who_saves_second_is_told_and_overwrites_nothing(survey: Survey) -> None:
    write(survey, EMAIL, BODY)
    for stale in ("", "0123456789abcdef"):
        with pytest.raises(WrittenMeanwhile):
            write_text(survey, EMAIL, Written("Mine", "Mine {{link}}"), based_on=stale, now=NOON)
    found = standing(survey)
    assert found is not None
    assert found.body == BODY


def test_the_record_says_which_text_was_changed_and_not_what_it_says(survey: Survey) -> None:
    write(survey, EMAIL, BODY)
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "message.written")).one()
    assert line.after == {"kind": "invitation", "way": "email", "language": "en", "characters": len(BODY)}

"""What invitations and text messages say."""

from __future__ import annotations

import pytest
from flask import Flask

from survey_app.contacts.models import AskingRules
from survey_app.extensions import transaction
from survey_app.invitations.models import Invitation, MessageKind
from survey_app.invitations.presenters import Tokens, invitation_email, invitation_text, why_me
from survey_app.invitations.queries import sample_invitation
from survey_app.invitations.wording import shortened
from survey_app.messaging.email import Email
from survey_app.messaging.texts import ONE_PART, parts, septets
from survey_app.organisation.models import Council
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_council, make_service

URL = "https://survey.anyborough.gov.uk"
TOKENS = Tokens(answer="a" * 22, opt_out="b" * 22)


@pytest.fixture
def council(app: Flask) -> Council:
    with transaction():
        publish_default_survey(NOON)
        return make_council()


def invitation(name: str) -> Invitation:
    with transaction():
        service = make_service(name.lower(), name)
    found = sample_invitation(NOON)
    assert found is not None
    found.service = service
    return found


def text(council: Council, name: str, kind: MessageKind = MessageKind.INVITATION) -> str:
    return invitation_text(
        invitation(name), kind, TOKENS, council=council, base_url=URL, recipient="+447700900123"
    ).body


def letter(council: Council, name: str = "Housing options", **rules: int) -> Email:
    return invitation_email(
        invitation(name),
        MessageKind.INVITATION,
        TOKENS,
        council=council,
        rules=AskingRules(**{"sampling_fraction": 1.0, "reminder_after_days": 4, "cooling_off_days": 90} | rules),
        base_url=URL,
        recipient="asha@example.org",
    )


@pytest.mark.parametrize("name", ["Bins", "Housing options", "Births, deaths, marriages & partnerships"])
@pytest.mark.parametrize("kind", list(MessageKind))
def test_a_text_message_is_one_part_with_the_link_and_how_to_reply(
    council: Council, name: str, kind: MessageKind
) -> None:
    council.sender_name = "Anyboro Council"
    body = text(council, name, kind)
    assert (septets(body) or ONE_PART + 1) <= ONE_PART
    assert parts(body) == 1
    assert body.endswith(f"{URL}/s/{TOKENS.answer}")
    assert "Reply 1 to 5 (5 is very satisfied) or STOP." in body
    assert ("Reminder" in body) is (kind is MessageKind.REMINDER)


def test_words_that_need_more_are_left_whole(council: Council) -> None:
    council.sender_name = "The Royal Borough of Anyborough and All the Villages around It"
    body = text(council, "Treth Gyngor ŵ")
    assert parts(body) > 1
    assert "treth Gyngor ŵ on 10 Mar?" in body


@pytest.mark.parametrize(
    ("name", "length", "words"),
    [
        ("Waste", 12, "Waste"),
        ("Housing options and advice", 20, "Housing options.."),
        ("Registration, births", 14, "Registration.."),
        ("Unteilbarlangeswort", 12, "Unteilbarl.."),
    ],
)
def test_a_name_is_cut_between_words(name: str, length: int, words: str) -> None:
    assert shortened(name, length) == words
    assert len(words) <= length


def test_the_links_of_a_letter_stop_and_show_what_was_asked(council: Council) -> None:
    sent = letter(council)
    for part in (sent.text, sent.html or ""):
        assert f"{URL}/u/{TOKENS.opt_out}" in part
        assert f"{URL}/asked/{TOKENS.opt_out}" in part
        assert "What we have asked you" in part
        assert f"{URL}/s/{TOKENS.answer}?answer=5" in part
    assert sent.unsubscribe_url == f"{URL}/u/{TOKENS.opt_out}/one-click"


def test_a_letter_is_laid_out_once_and_holds_its_own_words_each_time(council: Council) -> None:
    first, second = letter(council, "Rent & <repairs>"), letter(council, "Waste")
    assert "Rent &amp; &lt;repairs&gt;" in (first.html or "") or "rent &amp; &lt;repairs&gt;" in (first.html or "")
    assert "rent & <repairs>" in first.text
    assert "<repairs>" not in (first.html or "")
    assert "waste" in second.text
    assert "repairs" not in second.text + (second.html or "")
    assert 'style="' in (second.html or "")


@pytest.mark.parametrize(
    ("rules", "fraction", "words"),
    [
        ({}, None, "We ask people who contacted us."),
        ({}, 0.2, "You were picked at random from people who contacted us."),
        ({"sampling_fraction": 0.5}, None, "You were picked at random"),
        ({}, 1.0, "We send one reminder at most, and ask nobody more than once in 90 days."),
        ({"reminder_after_days": 0}, 1.0, "We ask nobody more than once in 90 days."),
        ({"cooling_off_days": 0}, 1.0, "We send one reminder at most."),
    ],
)
def test_the_reason_and_the_cap_are_the_ones_that_hold(
    rules: dict[str, float], fraction: float | None, words: str
) -> None:
    defaults = {"sampling_fraction": 1.0, "reminder_after_days": 4, "cooling_off_days": 90}
    assert words in why_me(AskingRules(**defaults | rules), fraction=fraction)

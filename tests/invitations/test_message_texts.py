"""What a council may write into its messages, and what it is told where it may not."""

from __future__ import annotations

import pytest

from survey_app.contacts.ways import Way
from survey_app.invitations.message_texts import (
    OwnTexts,
    Slot,
    Written,
    body_fault,
    filled,
    has_markup,
    paragraphs,
    scale_asked_for,
    shortest_filled,
    slots,
    subject_fault,
)
from survey_app.invitations.models import MessageKind
from survey_app.messaging.texts import parts

LONGEST = {
    "service": "births, deaths, marriages and civil partnerships",
    "channel": "visit to our website",
    "date": "30 Sep",
    "council": "Anyborough Council",
    "closes": "30 Sep",
    "link": "https://survey.anyborough.gov.uk/s/" + "a" * 22,
}
TEXT = "{{council}}: how was your {{channel}} about {{service}}? {{link}} Reply STOP to stop"
LETTER = "Your {{channel}} on {{date}}.\n\nPlease tell us.\n{{link}}\n\nYours\nAnyborough"


def fault(body: str, way: Way = Way.SMS, *, takes_numbers: bool = True) -> str | None:
    return body_fault(body, way, takes_numbers=takes_numbers, longest=LONGEST)


def test_a_good_text_of_each_way_has_no_fault() -> None:
    assert fault(TEXT) is None
    assert fault(LETTER, Way.EMAIL) is None
    assert fault(LETTER, Way.LETTER) is None
    assert fault(f"Ateb 1 i 5 neu STOPIO. {TEXT.replace('STOP', 'STOPIO')}") is None


@pytest.mark.parametrize(
    ("body", "way", "words"),
    [
        (" \n", Way.SMS, "Write a text, or go back to ours"),
        ("How were we? STOP", Way.SMS, "Without {{link}} nobody can answer"),
        ("How were we?", Way.EMAIL, "Without {{link}} nobody can answer"),
        ("{{link}} {{link}} STOP", Way.SMS, "Write {{link}} once"),
        ("Answer at {{link}}.", Way.EMAIL, "on a line of its own"),
        ("{{link}}\n{{adviser}}", Way.EMAIL, "{{adviser}} is not known. In a text for e-mails there are {{service}},"),
        ("{{link}} {{code}} STOP", Way.SMS, "{{code}} cannot stand here. In a text for text messages there are"),
        ("{{Link}} STOP", Way.SMS, "{{Link}} is not known"),
        ("{{link}} {{}} STOP", Way.SMS, "{{}} is not known"),
        ("{{link}}\nYour {service}", Way.EMAIL, "“{” opens or closes nothing"),
        ("{{link}}\nYour {{service}", Way.EMAIL, "“{{” opens or closes nothing"),
        ("{{link}} Thank you", Way.SMS, "Say how to stop"),
        ("{{link}} Our bus stops are clean", Way.SMS, "Say how to stop"),
        ("Reply 0 to 10. {{link}} STOP", Way.SMS, "Replies are read as a number from 1 to 5"),
        ("x" * 900 + "{{link}} STOP", Way.SMS, "With the longest service name this is 7 parts, and 6 are the most"),
        ("x" * 1_100 + "{{link}} STOP", Way.SMS, "Shorten the text to 1,000 characters or fewer. It has 1,113."),
        ("ŵ" * 400 + "{{link}} STOP", Way.SMS, "6 are the most"),
        ("{{link}}\n" + "x" * 4_000, Way.EMAIL, "Shorten the text to 4,000 characters"),
    ],
)
def test_a_text_that_cannot_go_out_is_named_with_what_to_do(body: str, way: Way, words: str) -> None:
    assert words in (fault(body, way) or "")


@pytest.mark.parametrize(
    ("body", "scale"),
    [
        ("Reply 1 to 5 or STOP {{link}}", (1, 5)),
        ("Ateb 1 i 5", (1, 5)),
        ("Rate us 1-5", (1, 5)),
        ("Rate us from 0 to 10", (0, 10)),
        ("Reply with a number", (1, 5)),
        ("Reply 5 if you were happy", (1, 5)),
        ("Answer at {{link}} or reply STOP", None),
        ("We are open 24/7, call 01632 960105", None),
        ("About your visit on 10 March 2025", None),
    ],
)
def test_a_text_that_asks_for_a_number_is_known(body: str, scale: tuple[int, int] | None) -> None:
    assert scale_asked_for(body) == scale


def test_a_number_is_asked_for_only_where_the_first_question_takes_one() -> None:
    body = "Reply 1 to 5 or STOP. {{link}}"
    assert fault(body) is None
    assert "cannot be answered by one" in (fault(body, takes_numbers=False) or "")
    assert fault("How did we do? {{link}} or reply STOP", takes_numbers=False) is None


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("", "Write a subject"),
        ("How was it?\r\nBcc: everybody@example.org", "one line"),
        ("How was it?\x85Bcc: everybody@example.org", "one line"),
        ("x" * 151, "Shorten the subject to 150 characters or fewer. It has 151."),
        ("Open {{link}}", "{{link}} cannot stand here. In a subject there are {{service}},"),
        ("Your {{chanel}}", "{{chanel}} is not known"),
    ],
)
def test_a_subject_that_cannot_go_out_is_named(subject: str, words: str) -> None:
    assert words in (subject_fault(subject) or "")


def test_a_subject_may_have_the_facts_of_the_contact() -> None:
    assert subject_fault("How was your {{channel}} about {{service}} on {{ date }}?") is None


def test_what_is_filled_in_is_never_filled_in_again() -> None:
    assert filled("{{service}}, {{date}}, {{odd}}", {"service": "{{date}}", "date": "now"}) == "{{date}}, now, {{odd}}"


def test_a_services_name_is_shortened_only_where_that_saves_a_part() -> None:
    roomy = shortest_filled("{{service}} {{link}} STOP", LONGEST)
    assert roomy.startswith("births, deaths, marriages and civil partnerships https")
    tight = shortest_filled(f"{'x' * 60} {{{{service}}}} {{{{link}}}} STOP", LONGEST)
    assert "births, deaths, marriages.." in tight
    assert parts(tight) == 1


def test_paragraphs_stand_around_the_place_of_the_link() -> None:
    above = ["Your {{channel}} on {{date}}.", "Please tell us."]
    assert paragraphs(LETTER) == (above, ["Yours\nAnyborough"])
    assert paragraphs("{{ link }}") == ([], [])


def test_the_text_of_a_language_stands_before_the_english_one_and_no_other_survey_has_it() -> None:
    english, welsh = Written("How?", "{{link}}"), Written("Sut?", "{{link}}", "cy")
    kind, way = MessageKind.INVITATION, Way.EMAIL
    texts = OwnTexts({(1, Slot(kind, way)): english, (1, Slot(kind, way, "cy")): welsh})
    assert texts.of(1, kind, way, "cy") == welsh
    assert texts.of(1, kind, way, "pl") == english
    assert texts.of(1, MessageKind.REMINDER, way, "cy") is None
    assert texts.of(2, kind, way, "en") is None


def test_no_letter_reminds() -> None:
    assert len(slots("en")) == 5
    assert Slot(MessageKind.REMINDER, Way.LETTER) not in slots("en")


@pytest.mark.parametrize(("body", "is_markup"), [("<b>Hello</b>", True), ("<script>", True), ("3 < 5 > 4", False)])
def test_markup_is_noticed(body: str, is_markup: bool) -> None:
    assert has_markup(body) is is_markup

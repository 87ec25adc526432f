"""GOV.UK Notify takes what we hand over; each of its refusals holds for the message or for all, as it should."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import TimeMachineFixture

from survey_app.demo.notify_stand_in import TEMPLATES, NotifyStandIn, notify_stand_in
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.notify import Notify, NotifyEmails, NotifyTexts
from survey_app.messaging.texts import TextMessage
from tests.notify import API_KEY, OTHER_SECRET
from tests.smtp import free_port

UNKNOWN_TEMPLATE = "00000000-0000-4000-8000-000000000000"
LINK = "https://survey.anyborough.example/s/abc_d-e"


@pytest.fixture
def stand_in() -> Iterator[NotifyStandIn]:
    with notify_stand_in(API_KEY) as stand_in:
        yield stand_in


@pytest.fixture
def notify(stand_in: NotifyStandIn) -> Iterator[Notify]:
    with closing(Notify(API_KEY, stand_in.url)) as notify:
        yield notify


def email(recipient: str = "asha@example.org", **facts: object) -> Email:
    defaults: dict[str, object] = {
        "message_id": "ABCDE.invitation",
        "sender_name": "Anyborough Council",
        "sender_email": "feedback@anyborough.example",
        "recipient": recipient,
        "subject": "How did we do?",
        "text": f"How did we do?\n\nVery well\n{LINK}\n\n--\nAnyborough Council",
        "unsubscribe_url": "https://survey.anyborough.example/u/xyz/one-click",
        "links": (LINK,),
    }
    return Email(**defaults | facts)  # type: ignore[arg-type]


def text(recipient: str = "+447700900123", body: str = "How did we do? Reply 1 to 5.") -> TextMessage:
    return TextMessage("ABCDE.invitation", recipient, body)


def test_an_email_and_a_text_message_are_taken_on_one_connection(notify: Notify, stand_in: NotifyStandIn) -> None:
    by_email, by_text = NotifyEmails(notify, TEMPLATES["email"]), NotifyTexts(notify, TEMPLATES["sms"])
    ids = [by_email.send(email()), by_email.send(email("bryn@example.org")), by_text.send(text())]
    assert ids == [taken.id for taken in stand_in.taken]
    assert stand_in.connections == 1
    first, second, third = stand_in.taken
    assert (first.to, first.subject, first.reference) == ("asha@example.org", "How did we do?", "ABCDE.invitation")
    assert first.body == f"How did we do?\n\n[Very well]({LINK})\n\n---\nAnyborough Council"
    assert first.unsubscribe_url == "https://survey.anyborough.example/u/xyz/one-click"
    assert second.to == "bryn@example.org"
    assert (third.kind, third.to, third.body) == ("sms", "+447700900123", "How did we do? Reply 1 to 5.")
    assert notify.client.get_notification_by_id(third.id)["reference"] == "ABCDE.invitation"  # type: ignore[no-untyped-call]


def test_without_https_the_button_of_mail_programs_is_left_out(notify: Notify, stand_in: NotifyStandIn) -> None:
    NotifyEmails(notify, TEMPLATES["email"]).send(email(unsubscribe_url="http://127.0.0.1:5000/u/xyz/one-click"))
    assert stand_in.taken[0].unsubscribe_url is None


@pytest.mark.parametrize("recipient", ["nobody", "asha@", "a b@example.org"])
def test_an_address_that_is_none_is_refused_for_good_without_naming_it(notify: Notify, recipient: str) -> None:
    with pytest.raises(SendError) as refused:
        NotifyEmails(notify, TEMPLATES["email"]).send(email(recipient))
    assert (refused.value.is_permanent, refused.value.is_no_address) == (True, True)
    assert str(refused.value) == "GOV.UK Notify 400: email_address Not a valid email address"


@pytest.mark.parametrize("recipient", ["01632 960100", "077009", "phone"])
def test_a_number_that_takes_no_texts_is_refused_for_good(notify: Notify, recipient: str) -> None:
    with pytest.raises(SendError) as refused:
        NotifyTexts(notify, TEMPLATES["sms"]).send(text(recipient))
    assert (refused.value.is_permanent, refused.value.is_no_address) == (True, True)


@pytest.mark.parametrize(
    "refused_text", [text("+33 6 12 34 56 78"), text(body="x" * 919)], ids=["a number abroad", "too long"]
)
def test_what_is_wrong_with_the_message_leaves_the_number_alone(notify: Notify, refused_text: TextMessage) -> None:
    with pytest.raises(SendError) as refused:
        NotifyTexts(notify, TEMPLATES["sms"]).send(refused_text)
    assert (refused.value.is_permanent, refused.value.is_no_address) == (True, False)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (UNKNOWN_TEMPLATE, "Template not found"),
        (TEMPLATES["sms"], "sms template is not suitable for email notification"),
        ("no id", "template_id is not a valid UUID"),
    ],
)
def test_a_wrong_template_loses_nobody(notify: Notify, template: str, words: str) -> None:
    with pytest.raises(ServerTrouble, match=words):
        NotifyEmails(notify, template).send(email())


def test_a_key_that_is_not_the_services_holds_for_all(stand_in: NotifyStandIn) -> None:
    with (
        closing(Notify(API_KEY[:-36] + OTHER_SECRET, stand_in.url)) as notify,
        pytest.raises(ServerTrouble, match="403: Invalid token: API key not found"),
    ):
        NotifyEmails(notify, TEMPLATES["email"]).send(email())


def test_a_clock_that_is_wrong_is_named(
    notify: Notify, stand_in: NotifyStandIn, time_machine: TimeMachineFixture
) -> None:
    old_token = notify.client._create_request_objects("/", None, None)[1]["headers"]["Authorization"].split()[1]
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=32), tick=False)
    status, document = stand_in.answer("POST", "/v2/notifications/email", old_token, b"{}")
    assert status == 403
    assert "system clock must be accurate to within 30 seconds" in document["errors"][0]["message"]


def test_too_many_in_a_minute_wait_for_a_minute(notify: Notify, stand_in: NotifyStandIn) -> None:
    stand_in.rate_a_minute = 1
    by_email = NotifyEmails(notify, TEMPLATES["email"])
    by_email.send(email())
    with pytest.raises(ServerTrouble) as trouble:
        by_email.send(email())
    assert trouble.value.retry_after_seconds == 60


def test_too_many_in_a_day_wait_for_midnight_utc_and_leave_the_other_way_open(
    notify: Notify, stand_in: NotifyStandIn, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), tick=False)  # 23:00 in London
    stand_in.limits_a_day["sms"] = 0
    with pytest.raises(ServerTrouble) as trouble:
        NotifyTexts(notify, TEMPLATES["sms"]).send(text())
    assert trouble.value.retry_after_seconds == 7_201
    assert NotifyEmails(notify, TEMPLATES["email"]).send(email())


@pytest.mark.parametrize("status", [500, 502, 503, 504, 413, 404])
def test_trouble_of_the_server_is_not_the_messages(notify: Notify, stand_in: NotifyStandIn, status: int) -> None:
    stand_in.failures.append(status)
    by_email = NotifyEmails(notify, TEMPLATES["email"])
    with pytest.raises(ServerTrouble, match=f"GOV.UK Notify {status}") as trouble:
        by_email.send(email())
    assert trouble.value.retry_after_seconds is None
    assert by_email.send(email()), "the next one goes out"


def test_a_server_that_is_slow_gone_or_silent_is_trouble_soon(stand_in: NotifyStandIn) -> None:
    assert Notify(API_KEY, stand_in.url).client.timeout == 10
    stand_in.delay_seconds = 30
    with closing(Notify(API_KEY, stand_in.url, timeout_seconds=0.2)) as notify, pytest.raises(ServerTrouble):
        NotifyEmails(notify, TEMPLATES["email"]).send(email())
    stand_in.delay_seconds, stand_in.lost_answers = 0, 1
    with closing(Notify(API_KEY, stand_in.url)) as notify, pytest.raises(ServerTrouble, match="does not answer"):
        NotifyEmails(notify, TEMPLATES["email"]).send(email())
    with (
        closing(Notify(API_KEY, f"http://127.0.0.1:{free_port()}")) as notify,
        pytest.raises(ServerTrouble, match="does not answer"),
    ):
        NotifyEmails(notify, TEMPLATES["email"]).send(email())


def test_an_answer_that_is_not_notifys_is_trouble(notify: Notify, stand_in: NotifyStandIn) -> None:
    stand_in.failures.append(200)
    with pytest.raises(ServerTrouble, match="something else than its API"):
        NotifyEmails(notify, TEMPLATES["email"]).send(email())

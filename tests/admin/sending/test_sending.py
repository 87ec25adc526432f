"""When and how people are asked: said in words, worked out by the rules themselves, changed and put back."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup

from survey_app.accounts.roles import RoleName
from survey_app.admin.sending.hours import days_in_words, minute_in_words, read_minute
from survey_app.admin.sending.presenters import example
from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AskingRules, SendingWindow
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.ways import Way
from survey_app.extensions import db, transaction
from survey_app.invitations.operations import set_window
from survey_app.invitations.queries import sending_times
from survey_app.invitations.timing import DECENT_HOURS, USUAL_WINDOWS, SendingTimes, Window
from survey_app.organisation.models import Service
from tests.factories import NOON, make_council, make_service

PAGE = "/admin/sending/"
RULES = {
    "texts_are_on": "no",
    "letters_are_on": "no",
    "remind_by_sms": "no",
    "delay_minutes": "0",
    "reminder_after_days": "4",
    "open_days": "14",
    "most_emails_a_day": "",
    "most_texts_a_day": "",
    "notify_email_template": "",
    "notify_text_template": "",
}
WINDOW = {
    "way": "email",
    "service": "",
    "opens": "09:00",
    "closes": "17:30",
    "weekdays": ["1", "2", "3", "4", "5"],
    "on_bank_holidays": "no",
}
BEFORE_EASTER = date(2026, 4, 1)


@pytest.fixture
def admin(app, sign_in):
    with transaction():
        make_council()
        make_service("housing", "Housing options")
    return sign_in(RoleName.ADMINISTRATOR)


def said(answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


def errors(answer) -> dict[str, str]:
    page = BeautifulSoup(answer.text, "html.parser")
    links = page.select(".govuk-error-summary__list a")
    for link in links:
        assert page.find(id=link["href"].removeprefix("#")), "the error leads nowhere"
    return {link["href"].removeprefix("#"): link.get_text() for link in links}


def example_of(way: Way, *, windows=None, today=BEFORE_EASTER, **rules) -> str:
    defaults = {"delay_minutes": 0, "open_days": 14, "too_old_days": 14}
    times = SendingTimes(windows or {}, "England")
    service = Service(id=1, code="housing", name="Housing options")
    return example(way, service, AskingRules(**defaults | rules), times, today=today)


class TestTheExample:
    def test_a_text_message_leaves_the_bank_holiday_out(self) -> None:
        late = {(Way.SMS, None): Window(9 * 60, 17 * 60, "123456", on_bank_holidays=False)}
        assert example_of(Way.SMS, windows=late) == (
            "A call on Thursday 2 April 2026 at 17:30 about housing options would be asked about by text message "
            "on Saturday 4 April 2026 at 09:00; Good Friday, Friday 3 April 2026, is left out."
        )

    def test_within_the_window_it_goes_at_once(self) -> None:
        assert "by e-mail the same day at 17:30." in example_of(Way.EMAIL)

    def test_the_delay_is_in_it(self) -> None:
        words = example_of(Way.EMAIL, delay_minutes=60 * 24)
        assert words.endswith("by e-mail on Friday 3 April 2026 at 17:30.")

    def test_what_would_be_too_old_is_said(self) -> None:
        mondays = {(Way.EMAIL, None): Window(540, 600, "1", on_bank_holidays=False)}
        words = example_of(Way.EMAIL, windows=mondays, too_old_days=2)
        assert words.endswith("would not be asked about by e-mail: by the next opening it is too old.")


class TestThePage:
    def test_says_what_holds_while_nothing_is_set(self, admin) -> None:
        page = said(admin.get(PAGE))
        assert "A call on" in page and "about housing options would be asked about by e-mail" in page
        assert "E-mail At any time" in page
        assert "Text message 09:00 to 20:00, Monday to Saturday, not on bank holidays" in page
        assert "Text messages Off" in page
        assert "Into the outbox folder: no mail server is named (MAIL_URL)." in page
        assert "One, 4 days after the invitation, by e-mail only" in page

    def test_without_a_service_or_council_it_still_stands(self, app, sign_in) -> None:
        assert "A call on" in said(sign_in(RoleName.ADMINISTRATOR).get(PAGE))

    def test_says_that_text_messages_wait_where_nobody_carries_them(self, admin) -> None:
        admin.send_form(f"{PAGE}rules", **RULES | {"texts_are_on": "yes"})
        page = said(admin.get(PAGE))
        assert "On, but they wait: the key of GOV.UK Notify (NOTIFY_API_KEY) is missing." in page
        assert "by text message" in page

    def test_is_not_for_everybody(self, app, sign_in) -> None:
        client = sign_in(RoleName.ASSESSOR)
        assert client.get(PAGE).status_code == 403
        assert f'href="{PAGE}"' not in client.get("/accounts/profile").text


class TestTheRules:
    def test_are_kept_and_audited_and_can_be_put_back(self, admin) -> None:
        changed = RULES | {
            "delay_minutes": "90",
            "reminder_after_days": "0",
            "most_emails_a_day": "5000",
            "notify_text_template": "f33517ff-2a88-4f6e-b855-c550268ce08a",
        }
        assert admin.send_form(f"{PAGE}rules", **changed).location == PAGE
        rules = asking_rules()
        assert (rules.delay_minutes, rules.reminder_after_days, rules.most_emails_a_day) == (90, 0, 5000)
        page = admin.get(PAGE)
        for words in ("Not before 1 hour and 30 minutes after it.", "Reminder None.", "5,000. What is over waits"):
            assert words in said(page)
        undo = BeautifulSoup(page.text, "html.parser").find("a", string="Undo")["href"]
        as_before = BeautifulSoup(admin.get(undo).text, "html.parser")
        assert as_before.find(id="delay_minutes")["value"] == "0"
        event = db.session.scalars(db.select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert (event.action, event.before["delay_minutes"], event.after["delay_minutes"]) == (
            "asking.rules changed",
            0,
            90,
        )

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("delay_minutes", "soon", "Type a number of minutes"),
            ("open_days", "0", "Type a number of days"),
            ("reminder_after_days", "14", "The invitation would be closed by then."),
            ("reminder_after_days", "-1", "Type a number of days"),
            ("most_emails_a_day", "0", "Type how many a day"),
            ("most_texts_a_day", "1.5", "Type how many a day"),
            ("notify_email_template", "my template", "Copy the id as GOV.UK Notify shows it"),
            ("texts_are_on", "perhaps", "Choose one of the two."),
        ],
    )
    def test_are_refused_where_it_happened_and_nothing_typed_is_lost(
        self, admin, field: str, typed: str, words: str
    ) -> None:
        answer = admin.send_form(f"{PAGE}rules", **RULES | {"delay_minutes": "45"} | {field: typed})
        assert answer.status_code == 422
        assert errors(answer)[field].startswith(words)
        page = BeautifulSoup(answer.text, "html.parser")
        assert page.find(id="delay_minutes")["value"] == (typed if field == "delay_minutes" else "45")
        assert asking_rules().delay_minutes == 0


class TestWindows:
    def test_one_is_set_changed_audited_removed_and_offered_again(self, admin) -> None:
        assert admin.send_form(f"{PAGE}window", **WINDOW).location == PAGE
        assert "E-mail 09:00 to 17:30, Monday to Friday, not on bank holidays" in said(admin.get(PAGE))
        admin.send_form(f"{PAGE}window", **WINDOW | {"service": "housing", "closes": "24:00", "weekdays": ["6", "7"]})
        assert "Housing options E-mail 09:00 to 24:00, Saturday and Sunday" in said(admin.get(PAGE))
        assert "Every other service E-mail 09:00" in said(admin.get(PAGE))
        assert "Every service Text message" in said(admin.get(PAGE))
        rows = db.session.scalars(db.select(SendingWindow).order_by(SendingWindow.id)).all()
        assert [(row.opens_minute, row.closes_minute, row.weekdays) for row in rows] == [
            (540, 1050, "12345"),
            (540, 1440, "67"),
        ]
        admin.send_form(f"{PAGE}window", **WINDOW | {"opens": "8.30"})
        assert sending_times().window(Way.EMAIL, 0) == Window(510, 1050, "12345", on_bank_holidays=False)
        admin.send_form(f"{PAGE}windows/{rows[0].id}/end", form_at=PAGE)
        assert sending_times().window(Way.EMAIL, 0) == USUAL_WINDOWS[Way.EMAIL]
        undo = BeautifulSoup(admin.get(PAGE).text, "html.parser").find("a", string="Undo")["href"]
        again = BeautifulSoup(admin.get(undo).text, "html.parser")
        assert again.find(id="opens")["value"] == "08:30"
        assert [box["value"] for box in again.select("input[name=weekdays][checked]")] == ["1", "2", "3", "4", "5"]
        actions = db.session.scalars(db.select(AuditLine.action).order_by(AuditLine.id)).all()
        assert [action for action in actions if action.startswith("sending.")] == [
            *["sending.window changed"] * 4,
        ]

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("opens", "nine", "Type when it opens"),
            ("opens", "9:60", "Type when it opens"),
            ("closes", "25:00", "Type when it closes"),
            ("closes", "09:00", "It closes before it opens."),
            ("weekdays", [], "Choose at least one day"),
            ("weekdays", ["8"], "Choose at least one day"),
            ("service", "unknown", "Choose a service."),
            ("way", "letter", "Choose the way."),
        ],
    )
    def test_are_refused_where_it_happened(self, admin, field: str, typed: object, words: str) -> None:
        answer = admin.send_form(f"{PAGE}window", **WINDOW | {field: typed})
        assert answer.status_code == 422
        assert errors(answer)[field].startswith(words)
        assert db.session.scalars(db.select(SendingWindow)).all() == []

    def test_of_a_service_goes_before_that_of_all(self, admin) -> None:
        with transaction():
            set_window(Way.SMS, None, Window(600, 660, "1", on_bank_holidays=False), now=NOON)
        times = sending_times()
        assert times.window(Way.SMS, 7).opens_minute == 600
        assert times.window(Way.EMAIL, 7) == USUAL_WINDOWS[Way.EMAIL]
        assert USUAL_WINDOWS[Way.SMS] == DECENT_HOURS


@pytest.mark.parametrize(
    ("typed", "minute"), [("9:00", 540), ("09.30", 570), ("0:00", 0), ("24:00", 1440), (" 1800 ", 1080)]
)
def test_a_time_may_be_typed_in_several_ways(typed: str, minute: int) -> None:
    assert read_minute(typed) == minute
    assert read_minute(minute_in_words(minute)) == minute


@pytest.mark.parametrize("typed", ["", "24:01", "9:60", "-1:00", "nine", "9:0", "٩:٠٠"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is no time of the day"):
        read_minute(typed)


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ("1234567", "every day"),
        ("12345", "Monday to Friday"),
        ("135", "Monday, Wednesday and Friday"),
        ("67", "Saturday and Sunday"),
        ("7", "Sunday"),
    ],
)
def test_days_are_named_as_people_name_them(weekdays: str, words: str) -> None:
    assert days_in_words(weekdays) == words


def test_what_to_paste_into_notify_stands_beside_its_templates(admin) -> None:
    page = admin.get(f"{PAGE}rules").text
    for words in (
        "((subject))",
        "http://127.0.0.1:5000/callbacks/notify/receipt",
        "/callbacks/notify/sms",
        "complaint",
    ):
        assert words in page

"""How and when people are asked, in words, with an example that the rules themselves work out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from survey_app.admin.sending.hours import END_OF_DAY, EVERY_DAY, NAMES, days_in_words, minute_in_words
from survey_app.contacts.models import AskingRules, SendingWindow
from survey_app.contacts.ways import Way
from survey_app.invitations.timing import USUAL_WINDOWS, SendingTimes, Window, goes_at
from survey_app.invitations.wording import in_sentence
from survey_app.kernel.clock import LONDON, day_ends_at
from survey_app.kernel.moments import london_instant
from survey_app.kernel.periods import in_words
from survey_app.kernel.working_days import next_bank_holiday
from survey_app.organisation.models import Service

WAYS = {Way.EMAIL: "E-mail", Way.SMS: "Text message", Way.LETTER: "Letter"}
BY = {Way.EMAIL: "by e-mail", Way.SMS: "by text message"}
EXAMPLE_AT = time(17, 30)
OF_ALL_SERVICES = "Every service"
OF_ALL_OTHERS = "Every other service"


@dataclass(frozen=True)
class Fact:
    """One rule in words; `is_warning` where nothing goes out because of it."""

    label: str
    words: str
    is_warning: bool = False


@dataclass(frozen=True)
class WindowRow:
    """One window in words. `id` None: the usual one, which holds until another is set."""

    id: int | None
    way: str
    service: str
    words: str
    choice: dict[str, Any]  # the form's values, to change it


def facts(rules: AskingRules, *, has_notify: bool, has_mail_server: bool) -> list[Fact]:
    """What holds, one line each."""
    by_mail = "By SMTP." if has_mail_server else "Into the outbox folder: no mail server is named (MAIL_URL)."
    texts = "Off: people without an e-mail address get none." if not rules.texts_are_on else "On, by GOV.UK Notify."
    waits = rules.texts_are_on and not (has_notify and rules.notify_text_template)
    if waits:
        lacks = "the id of a template" if has_notify else "the key of GOV.UK Notify (NOTIFY_API_KEY)"
        texts = f"On, but they wait: {lacks} is missing."
    return [
        Fact("E-mail", "On. " + ("By GOV.UK Notify." if has_notify and rules.notify_email_template else by_mail)),
        Fact("Text messages", texts, is_warning=waits),
        Fact("Letters", "On: they are printed by you." if rules.letters_are_on else "Off."),
        Fact("After a contact", _delay(rules.delay_minutes)),
        Fact("Reminder", _reminder(rules)),
        Fact("Open", f"An invitation stays open for {_days(rules.open_days)}."),
        Fact("Most e-mails a day", _limit(rules.most_emails_a_day)),
        Fact("Most text messages a day", _limit(rules.most_texts_a_day)),
    ]


def notify_set_up(base_url: str) -> list[Fact]:
    """What somebody pastes into GOV.UK Notify's own pages, in their words."""
    at = f"{base_url}/callbacks/notify"
    return [
        Fact("E-mail template", "Subject: ((subject)). Message: ((body)). Nothing else."),
        Fact("Text message template", "Message: ((body)). Nothing else."),
        Fact("Callbacks, bearer token", "That of NOTIFY_CALLBACK_TOKEN, for each of the three."),
        Fact("Callbacks, delivery receipts", f"{at}/receipt"),
        Fact("Callbacks, received text messages", f"{at}/sms"),
        Fact("Complaints", f"{at}/complaint (Notify has no page for it: ask its support to set this address)"),
    ]


def window_rows(windows: Sequence[SendingWindow], services: Sequence[Service]) -> list[WindowRow]:
    """The windows that are set, and the usual ones of ways that have none."""
    by_id = {service.id: service for service in services}
    stored = {(row.way, row.service_id): row for row in windows}
    rows = []
    for way in (Way.EMAIL, Way.SMS):
        general = stored.get((way, None))
        own = [row for (of, service_id), row in stored.items() if of is way and service_id is not None]
        rows += [_row(row, by_id.get(row.service_id or 0)) for row in own]
        rest = OF_ALL_OTHERS if own else OF_ALL_SERVICES
        rows.append(_row(general, None, rest) if general else _usual_row(way, rest))
    return rows


def example(way: Way, service: Service | None, rules: AskingRules, times: SendingTimes, *, today: date) -> str:
    """What becomes of a call on the eve of the next bank holiday, late in the afternoon."""
    holiday, name = next_bank_holiday(today, times.nation)
    called_on = holiday - timedelta(days=1)
    called_at = london_instant(datetime.combine(called_on, EXAMPLE_AT))
    about = f" about {in_sentence(service.name)}" if service else ""
    call = f"A call on {_day_in_words(called_on)} at {EXAMPLE_AT:%H:%M}{about}"
    goes = goes_at(
        called_at,
        called_at + timedelta(minutes=rules.delay_minutes),
        occurred_on=called_on,
        closes_at=day_ends_at(called_on + timedelta(days=rules.open_days)),
        too_old_days=rules.too_old_days,
        next_opening=lambda after: times.due_at(after, way, service.id if service else 0),
    )
    if goes is None:
        return f"{call} would not be asked about {BY[way]}: by the next opening it is too old."
    local = goes.astimezone(LONDON)
    day = "the same day" if local.date() == called_on else f"on {_day_in_words(local.date())}"
    when = f"{day} at {local:%H:%M}"
    is_left_out = called_on < holiday < local.date() or (
        local.date() > holiday and not times.window(way, service.id if service else 0).on_bank_holidays
    )
    left_out = f"; {name}, {_day_in_words(holiday)}, is left out" if is_left_out else ""
    return f"{call} would be asked about {BY[way]} {when}{left_out}."


def rules_choice(rules: AskingRules) -> dict[str, Any]:
    """The form's values for these rules."""
    yes_no = ("texts_are_on", "letters_are_on", "remind_by_sms")
    numbers = ("delay_minutes", "reminder_after_days", "open_days", "most_emails_a_day", "most_texts_a_day")
    words = ("notify_email_template", "notify_text_template")
    return {
        **{name: "yes" if getattr(rules, name) else "no" for name in yes_no},
        **{name: _typed(getattr(rules, name)) for name in (*numbers, *words)},
    }


def window_choice(way: Way, code: str, window: Window) -> dict[str, Any]:
    """The form's values for a window."""
    return {
        "way": way.value,
        "service": code,
        "opens": minute_in_words(window.opens_minute),
        "closes": minute_in_words(window.closes_minute),
        "weekdays": window.weekdays,
        "on_bank_holidays": "yes" if window.on_bank_holidays else "no",
    }


def _row(row: SendingWindow, service: Service | None, rest: str = OF_ALL_OTHERS) -> WindowRow:
    window = Window(row.opens_minute, row.closes_minute, row.weekdays, row.on_bank_holidays)
    choice = window_choice(row.way, service.code if service else "", window)
    return WindowRow(row.id, WAYS[row.way], service.name if service else rest, _window(window), choice)


def _usual_row(way: Way, rest: str) -> WindowRow:
    window = USUAL_WINDOWS[way]
    return WindowRow(None, WAYS[way], rest, _window(window), window_choice(way, "", window))


def _window(window: Window) -> str:
    is_all_day = (window.opens_minute, window.closes_minute) == (0, END_OF_DAY)
    if is_all_day and window.weekdays == EVERY_DAY and window.on_bank_holidays:
        return "At any time"
    hours = f"{minute_in_words(window.opens_minute)} to {minute_in_words(window.closes_minute)}"
    days = days_in_words(window.weekdays)
    holidays = "bank holidays too" if window.on_bank_holidays else "not on bank holidays"
    return f"{hours}, {days}, {holidays}"


def _delay(minutes: int) -> str:
    if not minutes:
        return "As soon as the contact is drawn."
    hours, rest = divmod(minutes, 60)
    words = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
    return f"Not before {' and '.join(words)} after it."


def _reminder(rules: AskingRules) -> str:
    if not rules.reminder_after_days:
        return "None."
    ways = "by e-mail or text message, as the invitation came" if rules.remind_by_sms else "by e-mail only"
    return f"One, {_days(rules.reminder_after_days)} after the invitation, {ways}; none after an answer or a stop."


def _limit(limit: int | None) -> str:
    return "No limit of yours." if limit is None else f"{limit:,}. What is over waits for the next day."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _typed(value: Any) -> str:
    return "" if value is None else str(value)


def _day_in_words(day: date) -> str:
    return f"{NAMES[str(day.isoweekday())]} {in_words(day)}"

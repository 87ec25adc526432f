"""How long each class of data is kept: what it is, how long usually, and between which limits a council may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.kernel.errors import InvalidInput, NotFound

GRACE = timedelta(days=1)  # after a time was shortened, nothing goes by it yet: so long it can be undone


@dataclass(frozen=True)
class DataClass:
    """A class of data with the days that a council may set. `clock` says from when they count."""

    code: str
    name: str
    goes: str  # what is deleted, and what stays
    clock: str
    why: str
    usual_days: int
    least_days: int
    most_days: int


@dataclass(frozen=True)
class FixedClass:
    """A class of data with a last day of its own, promised to its people or too short to choose."""

    code: str
    name: str
    goes: str
    kept: str


CLASSES: tuple[DataClass, ...] = (
    DataClass(
        "contact_details",
        "E-mail addresses and phone numbers of contacts",
        "Address and number. Keyed hashes stay, by which a stop and the cap on asking hold.",
        "the day of the contact",
        "People are asked within two weeks and reminded once: a month is enough.",
        30,
        14,
        30,
    ),
    DataClass(
        "raw_comments",
        "Comments as they were written",
        "The original words. The redacted comment stays.",
        "the day on which the answer counts",
        "Better rules of redaction are tried on the originals, and a person may check one in danger.",
        365,
        30,
        1_095,
    ),
    DataClass(
        "comments",
        "Redacted comments",
        "The words. Sentiment, themes and so every figure stay.",
        "the day on which the answer counts",
        "Two years of an assessment have to be compared, and words are their evidence.",
        1_095,
        400,
        2_190,
    ),
    DataClass(
        "response_links",
        "What tells that two contacts are of one person",
        "Keyed hashes, references of customers, cases and advisers, and times of day. Day, service, channel and answer "
        "stay, as nobody’s.",
        "the day of the contact",
        "The cap on asking, journeys across contacts, and people's own rights need it for a while.",
        1_095,
        400,
        2_190,
    ),
    DataClass(
        "about_you",
        "What people told of themselves",
        "Answers to the equality questions.",
        "the day on which the answer counts",
        "Special category data: kept while two years are compared.",
        1_095,
        400,
        1_095,
    ),
    DataClass(
        "messages",
        "Links in messages",
        "What tells a right link from a wrong one: after that it opens nothing, and cannot stop surveys either.",
        "the day on which the survey closed",
        "Who gets an old message out has to be able to stop for a year at least.",
        400,
        365,
        1_095,
    ),
    DataClass(
        "received_texts",
        "Text messages that came",
        "That a message came, and what became of it; its words are with the answer.",
        "the day on which it came",
        "So that the same message is not taken in twice.",
        365,
        30,
        1_095,
    ),
    DataClass(
        "callbacks",
        "Messages of GOV.UK Notify that could not be dealt with",
        "All of it, with the number that it names.",
        "the day on which it came",
        "Somebody may look into it and try again.",
        30,
        7,
        90,
    ),
    DataClass(
        "staff_accounts",
        "Accounts of staff and assessors who left",
        "Name, address, passkeys, sessions and views that they saved for themselves. The number stays, by which the "
        "audit speaks of them.",
        "the day on which their access ended",
        "Who did what is still asked for a while after somebody has left.",
        400,
        30,
        2_190,
    ),
)
BY_CODE: Mapping[str, DataClass] = {each.code: each for each in CLASSES}

FIXED: tuple[FixedClass, ...] = (
    FixedClass(
        "consents",
        "How to reach people who let us contact them",
        "Address, number and name. That they said yes stays.",
        "90 days, as they are told",
    ),
    FixedClass(
        "follow_ups",
        "Details and notes of follow-ups",
        "Details and typed notes. What came of it stays.",
        "the same 90 days",
    ),
    FixedClass(
        "drafts", "Answers that were begun", "The answers. Where somebody stopped stays.", "until the survey closes"
    ),
    FixedClass("replaced_answers", "What an answer said before it was changed", "All of it.", "a minute"),
    FixedClass("contact_files", "Uploaded files of contacts, and rejected rows", "The content.", "12 hours"),
    FixedClass("export_files", "Files of answers and figures that staff asked for", "The file.", "a day"),
    FixedClass("survey_files", "Uploaded files of surveys", "The content.", "an hour"),
    FixedClass("failures", "That a message did not arrive, by keyed hash", "All of it.", "60 days"),
    FixedClass("access_lines", "Which pages assessors opened", "All of it.", "three years"),
    FixedClass(
        "packs",
        "Evidence packs",
        "The pack. Of each framework the newest stays, and the newest at each visit.",
        "as said on the page of packs",
    ),
    FixedClass(
        "complaints", "Complaints about data", "The words. That there was one stays.", "until the day that each has"
    ),
)


@dataclass(frozen=True)
class Rule:
    """What a council set of one class, and what stood there before."""

    keep_days: int
    earlier_days: int | None
    changed_at: datetime


def days_in_force(data_class: DataClass, rule: Rule | None, now: datetime) -> int:
    """How many days hold now. A time that was shortened holds after a day, so that it can be undone first."""
    if rule is None:
        return data_class.usual_days
    before = data_class.usual_days if rule.earlier_days is None else rule.earlier_days
    is_settling = rule.keep_days < before and now < rule.changed_at + GRACE
    return before if is_settling else rule.keep_days


def days_set(data_class: DataClass, rule: Rule | None) -> int:
    """How many days were set; they hold from a day after, where they are fewer."""
    return data_class.usual_days if rule is None else rule.keep_days


def cutoff(today: date, keep_days: int) -> date:
    """What is of a day before this one goes."""
    return today - timedelta(days=keep_days)


def checked(code: str, keep_days: int) -> DataClass:
    """The class that these days are for. NotFound for no class, InvalidInput outside its limits."""
    found = BY_CODE.get(code)
    if found is None:
        raise NotFound("There is no such class of data.")
    if not found.least_days <= keep_days <= found.most_days:
        raise InvalidInput(f"Enter {found.least_days:,} to {found.most_days:,} days.")
    return found

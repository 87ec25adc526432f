"""What the pages of retention show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.privacy.purging.queries import Due, due_now, rules
from survey_app.privacy.retention import BY_CODE, FIXED, GRACE, DataClass, Rule, days_in_force, days_set


@dataclass(frozen=True)
class ClassRow:
    """One class that the council may set."""

    facts: DataClass
    keep_days: int  # that holds now
    set_days: int  # that holds, or will after a day
    holds_from: datetime | None  # when what was set begins to hold; None: it does
    can_be_undone: bool
    goes_now: int
    oldest_on: date | None

    @property
    def kept(self) -> str:
        return in_words(self.set_days)


@dataclass(frozen=True)
class FixedRow:
    name: str
    goes: str
    kept: str
    goes_now: int


@dataclass(frozen=True)
class Change:
    """What would go if a class were kept for other days."""

    facts: DataClass
    before: str
    after: str
    days: int
    is_shorter: bool
    goes: int
    goes_anyway: int
    oldest_on: date | None


def class_rows(now: datetime) -> tuple[list[ClassRow], list[FixedRow]]:
    due, held = _by_code(due_now(now)), rules()
    rows = [_row(each, held.get(each.code), due[each.code], now) for each in BY_CODE.values()]
    return rows, [FixedRow(each.name, each.goes, each.kept, due[each.code].rows) for each in FIXED]


def answer(rows: Sequence[ClassRow]) -> tuple[str, str]:
    """The page's first sentence, and what follows from it."""
    waiting = sum(row.goes_now for row in rows)
    if waiting:
        return f"{waiting:,} {'row goes' if waiting == 1 else 'rows go'} today.", "The worker deletes them bit by bit."
    return "Nothing is kept longer than it should be.", "The worker looks once a day."


def change_of(facts: DataClass, days: int, now: datetime) -> Change:
    before = days_in_force(facts, rules().get(facts.code), now)
    then, anyway = _by_code(due_now(now, {facts.code: days}))[facts.code], _by_code(due_now(now))[facts.code]
    return Change(facts, in_words(before), in_words(days), days, days < before, then.rows, anyway.rows, then.oldest_on)


def in_words(days: int) -> str:
    """400 days (about 13 months)."""
    months = round(days / 30.44)
    if months < 2:
        return f"{days:,} days"
    about = f"{months // 12} {'year' if months == 12 else 'years'}" if months % 12 == 0 else f"{months} months"
    return f"{days:,} days (about {about})"


def _row(facts: DataClass, rule: Rule | None, due: Due, now: datetime) -> ClassRow:
    holds = days_in_force(facts, rule, now)
    set_days = days_set(facts, rule)
    return ClassRow(
        facts,
        holds,
        set_days,
        rule.changed_at + GRACE if rule is not None and holds != set_days else None,
        rule is not None and rule.earlier_days is not None,
        due.rows,
        due.oldest_on,
    )


def _by_code(due: Sequence[Due]) -> Mapping[str, Due]:
    return {each.code: each for each in due}

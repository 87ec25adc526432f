"""Times of the day and days of the week, as people write them."""

from __future__ import annotations

import re

DAYS = (
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
)
NAMES = dict(DAYS)
END_OF_DAY = 1440  # minutes
EVERY_DAY = "1234567"


def read_minute(text: str) -> int:
    """Minutes after midnight of 9:00, 09.00 or 24:00. ValueError for what is no time of the day."""
    found = re.fullmatch(r"(\d{1,2})[:.]?(\d\d)", text.strip(), re.ASCII)
    minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else END_OF_DAY + 1
    if minute > END_OF_DAY:
        raise ValueError(f"{text!r} is no time of the day")
    return minute


def minute_in_words(minute: int) -> str:
    """09:00; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def days_in_words(weekdays: str) -> str:
    """Every day; Monday to Saturday; Monday, Wednesday and Friday."""
    if weekdays == EVERY_DAY:
        return "every day"
    if len(weekdays) > 2 and weekdays in EVERY_DAY:
        return f"{NAMES[weekdays[0]]} to {NAMES[weekdays[-1]]}"
    names = [NAMES[day] for day in weekdays]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]

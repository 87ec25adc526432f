"""What a device hands over, and when its taps happened.

`{"nonce", "version", "device_now", "answers": [{"key", "version", "at", "answers": {question: option},
"thrown_away"}]}`: times are ISO 8601 with their offset; `thrown_away` counts the taps since the answer before that
came too soon to be answers, so that a hand-over that is sent again counts none of them twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MOST_ANSWERS = 100  # of one hand-over
MOST_BYTES = 250_000
MOST_THROWN_AWAY = 10_000  # of one answer
CLOCK_IS_WRONG = timedelta(hours=24)
CLOCK_IS_RIGHT = timedelta(minutes=2)  # the way of a request takes time too
OLDEST = timedelta(days=90)
LARGEST_ID = 2**31 - 1  # a larger number is no version of a survey, and may be none to the database
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Tap:
    """An answer as a device has it. `at` is by its own clock."""

    key: str
    version_id: int
    at: datetime
    choices: Mapping[str, str]
    thrown_away: int = 0


@dataclass(frozen=True)
class Unreadable:
    """An answer that no device of ours has written."""

    key: str
    why: str


@dataclass(frozen=True)
class HandedOver:
    """One request of a device. `version_id` is of the page that it shows, to which its nonce is bound."""

    nonce: str
    version_id: int
    device_now: datetime
    taps: Sequence[Tap | Unreadable]


@dataclass(frozen=True)
class Moment:
    """When a tap happened, as far as we can know."""

    at: datetime
    is_day_of_receipt: bool = False


def read_hand_over(document: Any) -> HandedOver:
    """ValueError, with the reason, for what no device of ours sends. A single bad answer spoils none of the others."""
    if not isinstance(document, dict):
        raise ValueError("it is no object")
    match document:
        case {"nonce": str(nonce), "version": int(version_id), "device_now": str(device_now), "answers": list(answers)}:
            if len(answers) > MOST_ANSWERS:
                raise ValueError(f"there are more than {MOST_ANSWERS} answers in it")
            return HandedOver(nonce, version_id, _moment(device_now), [_tap(answer) for answer in answers])
    raise ValueError("it needs nonce, version, device_now and answers")


def moment_of(tapped_at: datetime, *, device_now: datetime, now: datetime) -> Moment:
    """When a tap happened. What the device's clock is off, up to a day, is allowed for.

    A clock that is further off, and a tap that would lie in the future or more than 90 days back, tell nothing: the tap
    counts on the day of receipt, and is marked. Source: MEASURES.md 8.4.
    """
    off = device_now - now
    if abs(off) > CLOCK_IS_WRONG or not timedelta() <= device_now - tapped_at <= OLDEST:
        return Moment(now, is_day_of_receipt=True)
    return Moment(min(tapped_at if abs(off) <= CLOCK_IS_RIGHT else tapped_at - off, now))


def _tap(answer: Any) -> Tap | Unreadable:
    key = answer.get("key") if isinstance(answer, dict) else None
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError("an answer has no key")
    match answer:
        case {"version": int(version_id), "at": str(at), "answers": dict(choices)}:
            thrown_away = answer.get("thrown_away", 0)
            if not 0 < version_id <= LARGEST_ID:
                return Unreadable(key, "its survey is not asked here")
            if not all(isinstance(text, str) for pair in choices.items() for text in pair):
                return Unreadable(key, "its answers are no texts")
            if not isinstance(thrown_away, int) or not 0 <= thrown_away <= MOST_THROWN_AWAY:
                return Unreadable(key, "its number of taps thrown away is none")
            try:
                return Tap(key, version_id, _moment(at), choices, thrown_away)
            except ValueError as problem:
                return Unreadable(key, str(problem))
    return Unreadable(key, "it needs version, at and answers")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("a time cannot be read") from None
    if moment.utcoffset() is None or not 2000 <= moment.year <= 9000:
        raise ValueError("a time cannot be read")
    return moment

"""What the pages of the feeds say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.charts.cells import CellBar, DayBars
from survey_app.contacts.feeds.letters import what_came, what_is_usual
from survey_app.contacts.feeds.models import Feed, FeedAlarm, FeedLetter
from survey_app.contacts.feeds.queries import found_by, rhythm_of
from survey_app.contacts.feeds.sources import Source
from survey_app.contacts.feeds.watch import Came, Finding, usual_accepted
from survey_app.kernel.clock import LONDON, london_day
from survey_app.kernel.periods import in_words

DAYS_SHOWN = 28
_WORDS = {
    Finding.LATE: "Late",
    Finding.FEW: "Far fewer than usual",
    Finding.MANY: "Far more than usual",
    Finding.REJECTED: "Many rejected",
}


@dataclass(frozen=True)
class FeedRow:
    """One feed of the list. `tags` are pairs of kind and words."""

    code: str
    name: str
    how: str
    last: str
    bars: DayBars
    volume: str  # the bars in words
    last_day: str  # what the last day that is over brought, beside what is usual; empty when that is not known
    tags: Sequence[tuple[str, str]]
    is_watched: bool
    is_wrong: bool


@dataclass(frozen=True)
class DayRow:
    """What came on one day, and what is usual on such a day."""

    day: date
    read: int
    accepted: int
    rejected: int
    bar: CellBar
    usual: str


@dataclass(frozen=True)
class AlarmRow:
    """One alarm; `told` says what became of the letters."""

    words: str
    began: str
    ended: str
    told: str


def feed_row(
    source: Source, feed: Feed | None, came: Sequence[Came], wrong: Collection[Finding], today: date
) -> FeedRow:
    """A feed, or a source by which nothing has come yet."""
    is_watched = feed is not None and feed.is_on
    usual = [("common", "As usual")] if is_watched else [("neutral", "Not watched")]
    accepted = {each.day: each.accepted for each in came}
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    return FeedRow(
        code=source.code,
        name=feed.name if feed else source.name,
        how=source.how,
        last=moment_words(feed.last_at) if feed and feed.last_at else "Nothing yet",
        bars=DayBars(tuple(accepted.get(day, 0) for day in days)),
        volume=f"{sum(accepted.get(day, 0) for day in days):,} in {DAYS_SHOWN} days",
        last_day=_last_day(came, today),
        tags=[("concern", _WORDS[finding]) for finding in wrong] or usual,
        is_watched=is_watched,
        is_wrong=bool(wrong),
    )


def _last_day(came: Sequence[Came], today: date) -> str:
    last = max((each for each in came if each.day < today), key=lambda each: each.day, default=None)
    usual = None if last is None else usual_accepted(last.day, came)
    if last is None or usual is None:
        return ""
    return f"{last.accepted:,} on {last.day:%A}, usual {usual:,.0f}"


def answer(rows: Sequence[FeedRow]) -> tuple[str, str]:
    """The sentence of the page."""
    watched, wrong = [row for row in rows if row.is_watched], [row for row in rows if row.is_wrong]
    if not watched:
        return "No feed is watched.", "Say who owns the data, and they are told when contacts stay away."
    if not wrong:
        feeds = "the one feed that is" if len(watched) == 1 else f"all {len(watched)} feeds that are"
        return f"Contacts come in as usual, by {feeds} watched.", "Their owners are told when that changes."
    names = ", ".join(row.name for row in wrong)
    return f"{'1 watched feed needs' if len(wrong) == 1 else f'{len(wrong)} watched feeds need'} a look: {names}.", ""


def day_rows(came: Sequence[Came], today: date) -> list[DayRow]:
    """The days of the last eight weeks on which something came, the latest first."""
    shown = [each for each in came if each.day > today - timedelta(days=2 * DAYS_SHOWN)]
    full = max((each.accepted for each in shown), default=0)
    return [
        DayRow(
            each.day,
            each.read,
            each.accepted,
            each.rejected,
            CellBar(each.accepted, full or 1),
            "not known yet" if (usual := usual_accepted(each.day, came)) is None else f"{usual:,.0f}",
        )
        for each in reversed(shown)
    ]


def alarm_rows(feed: Feed, alarms: Sequence[FeedAlarm], letters: Iterable[FeedLetter], nation: str) -> list[AlarmRow]:
    """The last alarms, the newest first."""
    by_alarm: dict[int, list[FeedLetter]] = {}
    for letter in letters:
        by_alarm.setdefault(letter.alarm_id, []).append(letter)
    return [
        AlarmRow(
            words=f"{_WORDS[alarm.finding]}. {_figures(alarm, feed, nation)}",
            began=moment_words(alarm.began_at),
            ended=moment_words(alarm.ended_at) if alarm.ended_at else "not yet",
            told=_told(by_alarm.get(alarm.id, [])),
        )
        for alarm in alarms
    ]


def moment_words(at: datetime) -> str:
    """9 March 2026, 17:40, in London."""
    return f"{in_words(london_day(at))}, {at.astimezone(LONDON):%H:%M}"


def states(wrong: Mapping[Finding, FeedAlarm]) -> list[Finding]:
    """What is wrong, in the order of the rules."""
    return [finding for finding in Finding if finding in wrong]


def _figures(alarm: FeedAlarm, feed: Feed, nation: str) -> str:
    found = found_by(alarm)
    if alarm.finding is Finding.LATE:
        return f"Something was expected on {in_words(alarm.day)}. {what_is_usual(found, rhythm_of(feed, nation))}"
    return what_came(found, None)


def _told(letters: Sequence[FeedLetter]) -> str:
    if any(letter.done_at is None for letter in letters):
        return "The letter waits for the mail server"
    refused = [letter.last_error for letter in letters if letter.last_error]
    return f"Not told: {refused[0]}" if refused else "The owner was told"

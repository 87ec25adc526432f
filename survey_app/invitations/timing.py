"""When a message may go out: after the contact and a delay, inside the opening hours of its way, by London's clocks.

Bank holidays are those of the council's nation. On the two days when the clocks change, a window is open whenever a
clock in London shows a time inside it: an hour that does not exist has none, one that occurs twice has two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from survey_app.contacts.models import Way
from survey_app.kernel.clock import LONDON, london_day
from survey_app.kernel.working_days import is_bank_holiday

END_OF_DAY = 24 * 60
CLOCKS_CHANGE_AT = time(1, tzinfo=UTC)  # in spring and in autumn, when they do


@dataclass(frozen=True)
class Window:
    """Opening hours: minutes after midnight, the last one excluded, on some days of the week ("12345": to Friday).

    ValueError when it is never open.
    """

    opens_minute: int
    closes_minute: int
    weekdays: str
    on_bank_holidays: bool

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < self.closes_minute <= END_OF_DAY:
            raise ValueError("it closes before it opens")
        if not self.weekdays or set(self.weekdays) - set("1234567"):
            raise ValueError("it is open on no day of the week")


ANY_TIME = Window(0, END_OF_DAY, "1234567", on_bank_holidays=True)
DECENT_HOURS = Window(9 * 60, 20 * 60, "123456", on_bank_holidays=False)  # a text message makes a noise
USUAL_WINDOWS = {Way.EMAIL: ANY_TIME, Way.SMS: DECENT_HOURS, Way.LETTER: ANY_TIME}


@dataclass(frozen=True)
class SendingTimes:
    """When a council sends: the windows it has set, by way and service (None: of all others), and its bank holidays."""

    windows: Mapping[tuple[Way, int | None], Window]
    nation: str

    def window(self, way: Way, service_id: int) -> Window:
        """That of the service, or of the way, or the usual one."""
        return self.windows.get((way, service_id)) or self.windows.get((way, None)) or USUAL_WINDOWS[way]

    def due_at(self, after: datetime, way: Way, service_id: int, *, delay: timedelta = timedelta(0)) -> datetime:
        """The first instant for a message of this way and service, at least `delay` later than `after`."""
        return due_at(after, window=self.window(way, service_id), nation=self.nation, delay=delay)

    def is_open(self, moment: datetime, way: Way, service_id: int) -> bool:
        return is_open(moment, window=self.window(way, service_id), nation=self.nation)


def due_at(after: datetime, *, window: Window, nation: str, delay: timedelta = timedelta(0)) -> datetime:
    """The first instant, in UTC, that is at least `delay` later than `after` and inside the window."""
    earliest = after.astimezone(UTC) + delay
    if is_open(earliest, window=window, nation=nation):
        return earliest
    for days in count():
        day = london_day(earliest) + timedelta(days=days)
        openings = [at for at in _openings(day, window) if at > earliest and is_open(at, window=window, nation=nation)]
        if openings:
            return min(openings)
    raise AssertionError("a window opens again")


def is_open(moment: datetime, *, window: Window, nation: str) -> bool:
    """Whether a message may go out at this instant."""
    local = moment.astimezone(LONDON)
    return (
        window.opens_minute <= local.hour * 60 + local.minute < window.closes_minute
        and str(local.isoweekday()) in window.weekdays
        and (window.on_bank_holidays or not is_bank_holiday(local.date(), nation))
    )


def is_too_old(occurred_on: date, *, on: date, too_old_days: int) -> bool:
    """Whether nobody asks about a contact of that day any more."""
    return (on - occurred_on).days > too_old_days


def goes_at(
    now: datetime,
    earliest: datetime,
    *,
    occurred_on: date,
    closes_at: datetime,
    too_old_days: int | None,
    next_opening: Callable[[datetime], datetime],
) -> datetime | None:
    """When a message whose turn has come goes out: now, later, or never, because it would be too late by then.

    Never before `earliest`; `next_opening` says when a message may go out from an instant on. Without `too_old_days`
    it goes as long as the invitation is open, however old the contact is.
    """
    at = next_opening(max(now, earliest))
    is_late = too_old_days is not None and is_too_old(occurred_on, on=london_day(at), too_old_days=too_old_days)
    return None if is_late or at >= closes_at else at


def _openings(day: date, window: Window) -> list[datetime]:
    """The instants of a London day at which a closed window may open."""
    opens = datetime.combine(day, time(*divmod(window.opens_minute, 60)), LONDON)
    return [datetime.combine(day, CLOCKS_CHANGE_AT), *(opens.replace(fold=fold).astimezone(UTC) for fold in (0, 1))]

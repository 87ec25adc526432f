"""What changed beside the improvements, as a line of time marks it: targets, merged services, new ways of contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.amounts import goal_words
from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.targets import TargetLine, target_on
from survey_app.organisation.channels import Channel
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.target_status import Comparator


@dataclass(frozen=True)
class Event:
    """Something that a figure has to be read with from a day on."""

    day: date
    words: str


@dataclass(frozen=True)
class Merged:
    """A service that ended, and the one that it became part of."""

    name: str
    into: str
    last_day: date


def targets_changed(
    measure: Measure, lines: Iterable[TargetLine], services: Sequence[int], period: Period
) -> list[Event]:
    """The days in a period from which another target holds; `services` run from the figure's own upwards."""
    known = list(lines)
    days = {line.valid_from for line in known} | {line.valid_to + ONE_DAY for line in known if line.valid_to}
    events = []
    for day in sorted(day for day in days if period.first < day <= period.last):
        before, now = (_words(measure, target_on(each, known, services)) for each in (day - ONE_DAY, day))
        if before == now:
            continue
        if now is None:
            events.append(Event(day, f"No target any more, before {before}"))
        else:
            events.append(Event(day, f"Target {now}, before {before}" if before else f"First target: {now}"))
    return events


def _words(measure: Measure, line: TargetLine | None) -> str | None:
    return None if line is None else goal_words(measure, line.value, Comparator(line.comparator))


def services_merged(merged: Iterable[Merged], period: Period) -> list[Event]:
    """The days in a period on which a service became part of another."""
    found = [Event(each.last_day + ONE_DAY, f"{each.name} became part of {each.into}") for each in merged]
    return [event for event in found if period.first <= event.day <= period.last]


def new_channels(contacts: Iterable[Figure]) -> list[Event]:
    """The months in which contacts began to come in by a channel that nobody used in the year before.

    `contacts` are counts of them by month and channel. A few are no new way yet, and where nothing came in at all in
    the year before, everything would be new.
    """
    by_channel: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in contacts:
        if figure.group[0]:
            by_channel[figure.group[0]].append(figure)
    earlier = {code: sum(figure.previous.base for figure in line) for code, line in by_channel.items()}
    if not any(earlier.values()):
        return []
    events = []
    for code, line in by_channel.items():
        first = min((figure for figure in line if figure.base), key=lambda figure: figure.period.first, default=None)
        if first is not None and not earlier[code] and first.base >= MINIMUM_BASE:
            events.append(Event(first.period.first, f"New way of contact: {Channel(code).label}"))
    return events

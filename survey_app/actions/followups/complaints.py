"""The stages of a complaint and by when each step is due, from what was done. In working days.

Sources: England: Local Government and Social Care Ombudsman, Complaint Handling Code (advice under section 23(12A) of
the Local Government Act 1974): stage 1 is acknowledged in 5 and answered within 10 of that, extended by at most 10;
stage 2 in 5 and 20, extended by at most 20; then the ombudsman. The other nations have the days that our thank-you
promises there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.working_days import after_working_days


class Step(StrEnum):
    """What is done at a stage; "asked" is when the person takes it there."""

    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"
    EXTENDED = "extended"
    REPLIED = "replied"


@dataclass(frozen=True)
class StageRule:
    """Working days: to acknowledge (None: a reply is all there is), to reply after that, and how far at most that is
    extended.
    """

    acknowledge: int | None
    reply: int
    most_extension: int


@dataclass(frozen=True)
class Scheme:
    """The stages of one nation, and who looks at it after the last."""

    stages: Sequence[StageRule]
    ombudsman: str


_TWO_STAGES = (StageRule(5, 10, 10), StageRule(5, 20, 20))
_QUICK_FIRST = (StageRule(None, 5, 5), StageRule(5, 20, 20))
SCHEMES: Mapping[str, Scheme] = {
    "England": Scheme(_TWO_STAGES, "Local Government and Social Care Ombudsman"),
    "Wales": Scheme(_TWO_STAGES, "Public Services Ombudsman for Wales"),
    "Scotland": Scheme(_QUICK_FIRST, "Scottish Public Services Ombudsman"),
    "Northern Ireland": Scheme(_QUICK_FIRST, "Northern Ireland Public Services Ombudsman"),
}


@dataclass(frozen=True)
class Line:
    """One step of the timetable. `due_on` is None for what the person decides; `done_on` while it is not done."""

    key: str
    stage: int
    words: str
    due_on: date | None
    done_on: date | None

    def is_late(self, today: date) -> bool:
        """Done after its day, or not done though that is over."""
        return self.due_on is not None and (self.done_on or today) > self.due_on


@dataclass(frozen=True)
class Timetable:
    """A complaint as it stands: every step of the stages it has reached, in order."""

    scheme: Scheme
    stage: int  # the last stage's number plus 1 is the ombudsman
    lines: Sequence[Line]
    extension_left: int  # working days by which the reply that is due can still be put off

    @property
    def next(self) -> Line | None:
        """What has to be done now; None when all that was asked is answered."""
        return next((line for line in self.lines if line.done_on is None and line.due_on is not None), None)

    @property
    def may_go_on(self) -> bool:
        """Whether the person can take it to the next stage: the last one that it reached is answered."""
        return self.next is None and self.stage <= len(self.scheme.stages)


def timetable(made_on: date, dates: Mapping[str, Any], nation: str) -> Timetable:
    """The steps of a complaint made on a day. `dates` holds what was done: ISO days by "1.replied" and so on, and the
    working days of an extension by "1.extended".

    A reply is due so many days after the acknowledgement; while there is none, after the last day for it.
    """
    scheme, begun_on = SCHEMES[nation], made_on
    lines: list[Line] = []
    for number, rule in enumerate(scheme.stages, start=1):
        extended = int(dates.get(_key(number, Step.EXTENDED), 0))
        replied_on = _day(dates, number, Step.REPLIED)
        reply_from = begun_on
        if rule.acknowledge is not None:
            due_on = after_working_days(begun_on, rule.acknowledge, nation)
            acknowledged_on = _day(dates, number, Step.ACKNOWLEDGED)
            if acknowledged_on is not None or replied_on is None:
                lines.append(Line(_key(number, Step.ACKNOWLEDGED), number, "Acknowledge it", due_on, acknowledged_on))
            reply_from = acknowledged_on or due_on
        due_on = after_working_days(reply_from, rule.reply + extended, nation)
        words = f"Reply, with {extended} working days more" if extended else "Reply"
        lines.append(Line(_key(number, Step.REPLIED), number, words, due_on, replied_on))
        asked_on = _day(dates, number + 1, Step.ASKED)
        if asked_on is None:
            return Timetable(scheme, number, lines, 0 if replied_on else rule.most_extension - extended)
        lines.append(Line(_key(number + 1, Step.ASKED), number + 1, _goes_to(scheme, number + 1), None, asked_on))
        begun_on = asked_on
    return Timetable(scheme, len(scheme.stages) + 1, lines, 0)


def with_step(
    made_on: date, dates: Mapping[str, Any], key: str, done_on: date, *, nation: str, today: date
) -> dict[str, Any]:
    """What was done, with one more step. InvalidInput for one that is not next, or not on a day it can have been."""
    now = timetable(made_on, dates, nation)
    if key not in {step for step, _ in possible_steps(now)}:
        raise InvalidInput("This step is not open. Look at what was done already.")
    before = max((line.done_on for line in now.lines if line.done_on is not None), default=made_on)
    if not before <= done_on <= today:
        raise InvalidInput("The day must not lie before the step before it, nor in the future.")
    return {**dates, key: done_on.isoformat()}


def with_extension(made_on: date, dates: Mapping[str, Any], days: int, nation: str) -> dict[str, Any]:
    """The same with the reply that is due extended. InvalidInput for more days than the stage allows."""
    now = timetable(made_on, dates, nation)
    if not 1 <= days <= now.extension_left:
        raise InvalidInput(
            f"The reply can be extended by 1 to {now.extension_left} working days."
            if now.extension_left
            else "The reply cannot be extended any more."
        )
    key = _key(now.stage, Step.EXTENDED)
    return {**dates, key: int(dates.get(key, 0)) + days}


def without_last_step(made_on: date, dates: Mapping[str, Any], nation: str) -> dict[str, Any]:
    """What was done without the last step, for one that was written down by mistake; extensions of its stage stay."""
    done = [line.key for line in timetable(made_on, dates, nation).lines if line.done_on is not None]
    return {key: value for key, value in dates.items() if not done or key != done[-1]}


def possible_steps(now: Timetable) -> list[tuple[str, str]]:
    """The steps that can be written down now: key and words."""
    open_lines = [line for line in now.lines if line.done_on is None]
    if open_lines:
        return [(line.key, line.words) for line in open_lines]
    if not now.may_go_on:
        return []
    return [(_key(now.stage + 1, Step.ASKED), _goes_to(now.scheme, now.stage + 1))]


def _goes_to(scheme: Scheme, stage: int) -> str:
    return f"They asked for stage {stage}" if stage <= len(scheme.stages) else f"They went to the {scheme.ombudsman}"


def _key(stage: int, step: Step) -> str:
    return f"{stage}.{step}"


def _day(dates: Mapping[str, Any], stage: int, step: Step) -> date | None:
    found = dates.get(_key(stage, step))
    return None if found is None else date.fromisoformat(found)

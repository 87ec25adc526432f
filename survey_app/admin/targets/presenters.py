"""What the pages of the targets say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.dashboards.wording import interval_words, value_words
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import in_words
from survey_app.measures.amounts import amount_text, goal_words
from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.models import MaintainMargin, Target
from survey_app.measures.sentences import for_page
from survey_app.measures.targets import has_held, last_day

WHOLE_COUNCIL = "Whole council"


@dataclass(frozen=True)
class TargetRow:
    """One line of the history. `note` says what became of it; it can be taken back, or ended, or neither."""

    id: int
    goal: str
    stretch: str
    first: date
    last: date | None
    approved_by: str
    reason: str
    entered_on: date
    is_late: bool  # entered after its first day
    note: str
    may_be_taken_back: bool
    may_be_ended: bool


@dataclass(frozen=True)
class MeasureRow:
    """A measure and a scope on the list of all."""

    measure: Measure
    service: str  # its code, empty for the whole council
    scope: str
    goal: str
    note: str


@dataclass(frozen=True)
class MarginRow:
    margin: str
    set_on: date
    approved_by: str


def target_rows(history: Sequence[Target], measure: Measure, today: date) -> list[TargetRow]:
    """All targets of one scope, the last to begin first, with what became of each."""
    return [_row(target, history, measure, today) for target in history]


def running(history: Sequence[Target], today: date) -> Target | None:
    """The one that holds today: of two, the one that began later."""
    return next((target for target in history if _holds(target, today)), None)


def measure_rows(
    measures: Sequence[Measure], targets: Sequence[Target], services: Mapping[int, tuple[str, str]], today: date
) -> list[MeasureRow]:
    """Every measure for the whole council, then each service's own targets. `services` are code and name by id."""
    rows = []
    for measure in measures:
        of_measure = [target for target in targets if target.measure == measure.name]
        rows.append(_measure_row(measure, "", WHOLE_COUNCIL, [t for t in of_measure if t.service_id is None], today))
        for service_id in dict.fromkeys(target.service_id for target in of_measure if target.service_id is not None):
            code, name = services[service_id]
            own = [target for target in of_measure if target.service_id == service_id]
            rows.append(_measure_row(measure, code, name, own, today))
    return rows


def margin_rows(margins: Sequence[MaintainMargin], measure: Measure) -> list[MarginRow]:
    """The newest first."""
    return [
        MarginRow(margin_words(measure, margin.margin), london_day(margin.set_at), margin.approved_by)
        for margin in margins
    ]


def margin_words(measure: Measure, margin: float) -> str:
    """2 points; 0.1 on the scale."""
    return f"{margin:g} on the scale" if measure.scale else f"{round(margin * 100, 6):g} points"


def figure_words(figure: Figure) -> str:
    """99.0% of 1,234 answers (98.3% to 99.4%): what one should know before setting a target."""
    if figure.value is None:
        return "not shown: fewer than 10 answers" if figure.suppressed else "no answers"
    interval = f" (95% interval {words})" if (words := interval_words(figure)) else ""
    return f"{value_words(figure)} of {figure.base:,}{interval}"


def answer(measure: Measure, scope: str, target: Target | None) -> tuple[str, str]:
    """The sentence of the page: what is so, and since when."""
    of_scope = "" if scope == WHOLE_COUNCIL else f" of {scope}"
    if target is None:
        return f"{measure.label}{of_scope} has no target today.", "Nothing is judged against one until it is set."
    goal = for_page(goal_words(measure, target.value, target.comparator))
    until = last_day(target.valid_to, target.ended_on)
    days = f"From {in_words(target.valid_from)}" + (f" to {in_words(until)}." if until else " on.")
    return f"{measure.label}{of_scope} should be {goal}.", days


def _row(target: Target, history: Sequence[Target], measure: Measure, today: date) -> TargetRow:
    entered_on, end = london_day(target.entered_at), last_day(target.valid_to, target.ended_on)
    is_history = has_held(target.valid_from, entered_on, today)
    is_over = end is not None and end < today
    return TargetRow(
        id=target.id,
        goal=for_page(goal_words(measure, target.value, target.comparator)),
        stretch="" if target.stretch is None else for_page(amount_text(measure, target.stretch)),
        first=target.valid_from,
        last=end,
        approved_by=target.approved_by,
        reason=target.reason,
        entered_on=entered_on,
        is_late=entered_on > target.valid_from,
        note=_note(target, history, today),
        may_be_taken_back=not is_history,
        may_be_ended=is_history and not is_over,
    )


def _note(target: Target, history: Sequence[Target], today: date) -> str:
    if target.ended_on is not None and target.ended_on < target.valid_from:
        return f"Corrected: {target.end_reason}"
    if target.ended_on is not None:
        return f"Ended on {in_words(target.ended_on)}: {target.end_reason}"
    if target.valid_from > today:
        return "Not begun"
    if _holds(target, today):
        return "Holds today" if running(history, today) is target else "Another that began later holds"
    return "Over"


def _holds(target: Target, day: date) -> bool:
    end = last_day(target.valid_to, target.ended_on)
    return target.valid_from <= day and (end is None or day <= end)


def _measure_row(measure: Measure, code: str, scope: str, history: Sequence[Target], today: date) -> MeasureRow:
    target = running(history, today)
    goal = "none" if target is None else for_page(goal_words(measure, target.value, target.comparator))
    coming = [each for each in history if each.valid_from > today]
    note = "".join(
        f"From {in_words(each.valid_from)}: {for_page(goal_words(measure, each.value, each.comparator))}. "
        for each in coming
    )
    return MeasureRow(measure, code, scope, goal, note.strip())

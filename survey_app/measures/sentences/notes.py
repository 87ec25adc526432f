"""What stands beside figures in lists, cards and under charts: short, and never more than their tests found.

Values come in as they are written. Every text is for pages: minus signs are true ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.measures.sentences.changes import Change
from survey_app.measures.sentences.numbers import for_page
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE
from survey_app.statistics.target_status import Status
from survey_app.statistics.weighting import WeightedShare

JUDGED_HERE = "Judged by itself here; on a page with other claims it allows for them."
MONTH, QUARTER, TWELVE_MONTHS = "month", "quarter", "twelve months"  # what a point of a line stands for
STATUS_WORDS = {
    Status.MET_WITH_CONFIDENCE: "met with confidence",
    Status.MET: "reached, chance not ruled out",
    Status.NOT_PROVEN: "not reached, chance not ruled out",
    Status.MISSED: "missed",
}


def change_words(change: Change | None, *, provisional: bool, not_compared: str | None = None) -> str:
    """+2.1 points (+1.0 to +3.3); why there is none. `not_compared` says what stands between the two."""
    if not_compared:
        return f"not compared: {not_compared}"
    if change is None:
        return "not judged while answers are coming in" if provisional else "no figure to compare"
    if change.finding is None:
        return "not enough answers to compare"
    finding = change.finding
    size = f"{finding.written(finding.difference)}{finding.unit}"
    if finding.interval is not None:
        size += f" ({finding.written(finding.interval.low)} to {finding.written(finding.interval.high)})"
    return for_page(size if change.is_claim else f"{size}: no change that we can show")


def change_note(
    change: Change | None, *, before: str | None, provisional: bool, not_compared: str | None = None
) -> str:
    """The line under a figure: what it was and whether it changed. `before` is the earlier figure, None without one."""
    if not_compared:
        return f"Not compared: {not_compared}"
    if change is None:
        return "Provisional: answers are still coming in" if provisional else "No figure last year"
    if change.difference is None or before is None:
        return "Not enough answers to compare with last year"
    if change.is_claim:
        return f"{before} last year: {change_words(change, provisional=provisional)}"
    return f"{before} last year: no change we can show"


def changes_sentence(changes: Sequence[tuple[str, Change | None]]) -> str:
    """Which services may claim a change when all that stands on the page is tested together."""
    claims = [f"{name}: {for_page(change.sentence)}" for name, change in changes if change and change.is_claim]
    tested = sum(change is not None and change.is_tested for _, change in changes)
    if not claims:
        return "No service shows a change on last year." if tested else "No service can be compared with last year yet."
    others = " No other service shows a change." if tested > len(claims) else ""
    return " ".join(claims) + others


def fell_words(value_of_base: str, change: Change) -> str:
    """Of a figure that fell: 85.0% of 400, down from 92.0% last year: unlikely to be chance."""
    allowing = f", allowing for {change.adjusted_for} comparisons" if change.adjusted_for > 1 else ""
    went = "down" if (change.difference or 0) < 0 else "up"
    return f"{value_of_base}, {went} from {change.before} {change.comparison}: unlikely to be chance{allowing}."


def below_target_words(value_of_base: str, status: Status) -> str:
    """Of a figure that does not reach its target."""
    found = "missed" if status is Status.MISSED else "not reached, though chance alone could explain it"
    return f"{value_of_base}. The target is {found}."


def lowest_words(value_of_base: str, overall: float) -> str:
    """Of a service whose whole interval lies below the council's figure."""
    return f"{value_of_base}; the council {percent(overall)}."


def weakest_words(value_of_base: str, of: int, overall: float) -> str:
    """Of the lowest driver among so many."""
    return f"{value_of_base}, the lowest of {of}; satisfaction is {percent(overall)}."


def unheard_words(rate: float, of_all: float) -> str:
    """Of a channel that answers less than all."""
    return f"{percent(rate)} of those reached, {percent(of_all)} of all. They may be under-represented."


def held_words(held: int, if_counted: str | None = None) -> str:
    """12 answers, in no figure yet; 95.9% if they counted. `if_counted` is the figure with them, as it is written."""
    if not held:
        return "no answers"
    words = f"{held:,} {'answer' if held == 1 else 'answers'}, in no figure yet"
    return words if if_counted is None else f"{words}; {if_counted} if {'it' if held == 1 else 'they'} counted"


def held_effect_words(value: str, if_counted: str, held: int) -> str:
    """96.6%; 95.9% if the 12 held answers counted."""
    return f"{value}; {if_counted} if the {f'{held:,} held answers' if held > 1 else 'held answer'} counted"


def by_staff_words(entered: int, without: str) -> str:
    """12 of the answers; 96.7% without them."""
    return f"{entered:,} of the answers; {without} without {'it' if entered == 1 else 'them'}"


def weighted_words(share: WeightedShare) -> str:
    """98.7% (effective base 1,020)."""
    uneven = "; weights too uneven to rely on" if share.is_too_uneven else ""
    return f"{percent(share.value)} (effective base {rounded(share.effective_base, 0)}{uneven})"


def thin_months_words(unit: str) -> str:
    """Why a line goes by quarter, or by twelve months; nothing where it goes by month."""
    if unit == TWELVE_MONTHS:
        why = f"Rolling twelve months, because most quarters have fewer than {INDICATIVE_BELOW} answers."
        return f"{why} Each point counts the twelve months up to it, so neighbours share answers. "
    return f"By quarter, because most months have fewer than {INDICATIVE_BELOW} answers. " if unit == QUARTER else ""


def none_shown_words(unit: str) -> str:
    """Under a line without a point."""
    return f"No {point_word(unit)} has the {MINIMUM_BASE} answers that a figure needs."


def point_word(unit: str) -> str:
    """What one point of a line is called."""
    return "point" if unit == TWELVE_MONTHS else unit


def trend_sentence(
    step: str, shown: int, lowest: str, *, value_of_all: str | None = None, judged: int = 0, reached: int = 0
) -> str:
    """What a line of so many steps (months, quarters) shows, as counts; it claims no change.

    `lowest` names the lowest step with its value and base, `value_of_all` the one value where all have the same.
    Of `judged` steps with a target `reached` reached it.
    """
    why = thin_months_words(step)
    if shown == 0:
        return f"{why}{none_shown_words(step)}"
    step = point_word(step)
    if shown == 1:
        return f"{why}Only one {step} can be shown: {lowest}."
    low_words = f"lowest in {lowest}" if value_of_all is None else f"each at {value_of_all}"
    if not judged:
        return f"{why}{shown} {step}s shown; {low_words}."
    all_of = "All" if reached == judged else f"{reached} of"
    return f"{why}{all_of} {judged} {step}s shown reached the target; {low_words}."


def ends_sentence(step: str, shown: int, of: int, lowest: str, highest: str) -> str:
    """What a frozen line shows: its lowest and its highest step, each with value and base."""
    if shown == 0:
        return none_shown_words(step)
    return for_page(f"{shown} of {of} {step}s shown: lowest in {lowest} and highest in {highest}.")

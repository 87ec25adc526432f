"""The strongest thing against a claim, so that it can stand beside it. Where nothing is claimed, what would be needed.

"Caveat" is what official statistics call it. The first rule of `_RULES` that applies wins; their order is:

1. what makes the figure itself unfinished or not the one that was promised: answers still come, the target was set
   after seeing the data, the question was worded anew;
2. what could turn the claim: a small base, held answers, who contacted us, one service, another mix of channels,
   the interval's end;
3. what narrows it: answers taken down by staff, held answers that could not turn it;
4. what holds for every survey: those who did not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from survey_app.measures.definitions import Source, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Verdict, compare_shares
from survey_app.measures.sentences.changes import MOST_ANSWERS_EXPECTED
from survey_app.statistics.distributions import Z
from survey_app.statistics.rounding import exact, percent, points, target_text
from survey_app.statistics.sample_size import in_two_figures
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE
from survey_app.statistics.target_status import Comparator, Status

AGAINST, NEEDED = "The strongest thing against it", "What would be needed"
MIX_MOVED = Fraction(1, 10)  # of all answers: the share of a channel that changed by more is worth a word
WEIGHTED_APART = 0.01  # a weighted value as far from the plain one as this is worth a word
BY_STAFF = Fraction(1, 5)  # of the base
OF_PEOPLE = {Source.ANSWERS, Source.COMMENTS}  # what people said; a rate of answering has no one who did not answer
CLAIMED_STATUSES = {Status.MET_WITH_CONFIDENCE, Status.MISSED}
REACHED = {Status.MET_WITH_CONFIDENCE, Status.MET}


@dataclass(frozen=True)
class Shift:
    """A part's share of all answers, a year before and now."""

    name: str
    before: Fraction
    now: Fraction


@dataclass(frozen=True)
class Known:
    """What is known beside a figure. What is not known keeps its default, and is never held against it.

    `response` is (answered, reached), `weighted` the value weighted to who contacted us, `held` the answers in
    quarantine, `carried_by` the name of the service without which the change would not show.
    """

    response: tuple[int, int] | None = None
    weighted: float | None = None
    held: int = 0
    target_set_late: bool = False
    is_reworded: bool = False
    channel_shift: Shift | None = None
    carried_by: str | None = None
    by_staff: int = 0


@dataclass(frozen=True)
class Caveat:
    """`label` says whether the sentence speaks against a claim or of what a claim would need."""

    label: str
    sentence: str


def caveat(figure: Figure, known: Known) -> Caveat | None:
    """What stands beside a figure; None where there is no figure to show."""
    if figure.suppressed or figure.value is None or figure.measure.source not in OF_PEOPLE:
        return None
    if not is_claimed(figure) and not figure.provisional and (needed := what_is_needed(figure)):
        return Caveat(NEEDED, needed)
    return Caveat(AGAINST, next(said for rule in _RULES if (said := rule(figure, known))))


def is_claimed(figure: Figure) -> bool:
    """Whether the figure says that its target is met or missed, or that something changed."""
    return figure.status in CLAIMED_STATUSES or (figure.change is not None and figure.change.is_claim)


def what_is_needed(figure: Figure) -> str | None:
    """How many answers would settle target or change; None where that cannot be said."""
    if figure.measure.unit is Unit.SHARE and figure.status in {Status.MET, Status.NOT_PROVEN} and figure.target:
        value, goal = figure.value or 0.0, figure.target
        if value == goal:
            return "At the target itself no number of answers tells above from below."
        answers = max(ceil(Z**2 * goal * (1 - goal) / (value - goal) ** 2), figure.base + 1)
        if answers > MOST_ANSWERS_EXPECTED:
            return "So close to the target no number of answers that we expect tells above from below."
        side = "reaches" if figure.status is Status.MET else "misses"
        return (
            f"About {in_two_figures(answers):,} answers at this share would show that it {side} the target; "
            f"there are {figure.base:,}."
        )
    change = figure.change
    if change is None or change.finding is None:
        return None
    needed = change.finding.needed
    if needed is None or needed > MOST_ANSWERS_EXPECTED:
        return None
    return f"A true change of this size would need about {in_two_figures(needed):,} answers in each period to show."


def largest_shift(now: Mapping[str, int], before: Mapping[str, int]) -> Shift | None:
    """The part whose share of all answers moved most, if by over 10 points. Bases by name."""
    total_now, total_before = sum(now.values()), sum(before.values())
    if min(total_now, total_before) < INDICATIVE_BELOW:
        return None
    shifts = [
        Shift(name, Fraction(before.get(name, 0), total_before), Fraction(now.get(name, 0), total_now))
        for name in sorted({*now, *before})
    ]
    largest = max(shifts, key=lambda shift: abs(shift.now - shift.before))
    return largest if abs(largest.now - largest.before) > MIX_MOVED else None


def carried_by(figure: Figure, parts: Mapping[str, Figure]) -> str | None:
    """The part without which a claimed change would not show, and be less than half as large. Shares only."""
    change, whole = figure.change, _counts(figure)
    if change is None or not change.is_claim or whole is None or figure.measure.unit is not Unit.SHARE:
        return None
    left: dict[str, float] = {}
    for name, part in parts.items():
        counts = _counts(part)
        if counts is None:
            continue
        x1, n1, x2, n2 = (all_of - its for all_of, its in zip(whole, counts, strict=True))
        rest = compare_shares(x1, n1, x2, n2)
        if rest.difference is not None and not rest.is_claim:
            left[name] = rest.difference / (change.difference or 1.0)
    smallest = min(left, key=lambda name: left[name], default=None)
    return smallest if smallest is not None and left[smallest] < 1 / 2 else None


def _counts(figure: Figure) -> tuple[int, int, int, int] | None:
    """Numerator and base now and a year before; None where one is hidden or missing."""
    previous = figure.previous
    if figure.numerator is None or previous.value is None:
        return None
    return figure.numerator, figure.base, round(previous.value * previous.base), previous.base


def _provisional(figure: Figure, _known: Known) -> str | None:
    return "Answers are still coming in: the figure will move." if figure.provisional else None


def _target_set_late(figure: Figure, known: Known) -> str | None:
    if known.target_set_late and figure.status in REACHED:
        return "The target was set after answers could be seen."
    return None


def _reworded(figure: Figure, known: Known) -> str | None:
    if known.is_reworded and figure.change is not None and figure.change.is_claim:
        return "The question was worded anew between the two periods, which can move answers by itself."
    return None


def _indicative(figure: Figure, _known: Known) -> str | None:
    if not figure.indicative:
        return None
    return f"It stands on {figure.base:,} answers; fewer than {INDICATIVE_BELOW} are indicative only."


def _held_could_turn_it(figure: Figure, known: Known) -> str | None:
    if figure.measure.unit is not Unit.SHARE or figure.numerator is None or known.held < 1:
        return None
    against = known.held if figure.measure.lower_is_better else 0  # held answers that would count in the numerator
    worst = Fraction(figure.numerator + against, figure.base + known.held)
    supposed = f"{_held(known.held)}: were all of them unfavourable"
    if _reaches(figure, Fraction(figure.numerator, figure.base)) and not _reaches(figure, worst):
        return f"{supposed}, it would be {percent(worst)}, on the other side of the target of {_goal(figure)}."
    counts = _counts(figure)
    if figure.change is not None and figure.change.verdict is Verdict.IMPROVED and counts is not None:
        then = compare_shares(figure.numerator + against, figure.base + known.held, *counts[2:])
        if not then.is_claim:
            return f"{supposed}, the change would not show."
    return None


def _weighted_apart(figure: Figure, known: Known) -> str | None:
    if known.weighted is None or figure.value is None:
        return None
    start = f"Weighted to who contacted us it is {percent(known.weighted)}"
    if _reaches(figure, exact(figure.value)) and not _reaches(figure, exact(known.weighted)):
        return f"{start}, on the other side of the target of {_goal(figure)}."
    apart = known.weighted - figure.value
    if abs(apart) < WEIGHTED_APART:
        return None
    return f"{start}, {points(abs(apart)).lstrip('+')} points {'higher' if apart > 0 else 'lower'}."


def _carried(figure: Figure, known: Known) -> str | None:
    if known.carried_by is None or figure.change is None or not figure.change.is_claim:
        return None
    return f"{known.carried_by} carries the change: without it no change shows."


def _mix_moved(figure: Figure, known: Known) -> str | None:
    shift = known.channel_shift
    if shift is None or figure.change is None or not figure.change.is_claim:
        return None
    return (
        f"The mix of channels moved: {shift.name} had {percent(shift.before)} of the answers the year before and has "
        f"{percent(shift.now)} now, which can move the figure by itself."
    )


def _interval_crosses(figure: Figure, _known: Known) -> str | None:
    if figure.status != Status.MET or figure.target is None or figure.low is None or figure.high is None:
        return None
    if figure.measure.unit is not Unit.SHARE:
        return "Chance alone could explain that it reaches the target: the interval holds the other side as well."
    if figure.measure.lower_is_better:
        return f"The interval reaches up to {percent(figure.high)}, over the target of {_goal(figure)}."
    return f"The interval reaches down to {percent(figure.low)}, under the target of {_goal(figure)}."


def _only_the_adjustment(figure: Figure, _known: Known) -> str | None:
    change = figure.change
    if change is None or change.is_claim or change.finding is None or change.adjusted_for == 1:
        return None
    if change.p_value is None or not change.allowing_for(1, change.p_value).is_claim:
        return None
    return f"Alone the change would show; among the {change.adjusted_for} comparisons of this page it does not."


def _taken_by_staff(figure: Figure, known: Known) -> str | None:
    if known.by_staff < MINIMUM_BASE or Fraction(known.by_staff, figure.base) < BY_STAFF:
        return None
    share = percent(Fraction(known.by_staff, figure.base))
    of_base = f"{known.by_staff:,} of the {figure.base:,} answers ({share})"
    return f"Staff took down {of_base}, and people may be kinder to them."


def _some_are_held(_figure: Figure, known: Known) -> str | None:
    return f"{_held(known.held)} and may still change it a little." if known.held else None


def _who_did_not_answer(_figure: Figure, known: Known) -> str:
    if known.response is None or known.response[1] < MINIMUM_BASE:
        return "How many could have answered is not known, so those who did may be unlike the rest."
    answered, reached = known.response
    if answered == reached:
        return "It says how people felt after a contact, not what residents think of the council in general."
    rate = percent(Fraction(answered, reached))
    return f"{rate} of the {reached:,} people reached answered; the others may feel differently."


_RULES: tuple[Callable[[Figure, Known], str | None], ...] = (
    _provisional,
    _target_set_late,
    _reworded,
    _indicative,
    _held_could_turn_it,
    _weighted_apart,
    _carried,
    _mix_moved,
    _interval_crosses,
    _only_the_adjustment,
    _taken_by_staff,
    _some_are_held,
    _who_did_not_answer,
)


def _reaches(figure: Figure, value: Fraction) -> bool:
    """Whether a value would be on the good side of the figure's target; False where there is none."""
    if figure.target is None:
        return False
    goal = exact(figure.target)
    if value == goal:
        return figure.comparator != Comparator.OVER
    return (value > goal) is not figure.measure.lower_is_better


def _goal(figure: Figure) -> str:
    return "" if figure.target is None else target_text(figure.target)


def _held(held: int) -> str:
    return "1 answer is held for review" if held == 1 else f"{held:,} answers are held for review"

"""The one place that words comparisons, target statuses and the headline of a page.

A change is claimed only when both its test and its interval find it; everything else is "no change that we can show".
Sentences carry ASCII hyphens as minus signs, as data does; `for_page` turns them into true ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from survey_app.kernel.periods import Period
from survey_app.statistics.comparison import exact_test, holm, mean_difference, net_difference
from survey_app.statistics.distributions import ALPHA
from survey_app.statistics.drivers import INDICATIVE_BELOW as DRIVERS_RELIABLE_FROM
from survey_app.statistics.drivers import DriverAnalysis
from survey_app.statistics.intervals import Interval, NetCounts, Scores, newcombe_interval, summarise_scores
from survey_app.statistics.rounding import Number, exact, percent, points, rounded, share_text, signed, target_text
from survey_app.statistics.sample_size import answers_needed, in_two_figures
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE, is_indicative, is_suppressed
from survey_app.statistics.target_status import Comparator, Status, Target, share_status

MOST_ANSWERS_EXPECTED = 100_000  # in one period; a change that needs more is not worth a number


class Verdict(StrEnum):
    IMPROVED = "improved"
    FELL = "fell"
    NO_CHANGE_SHOWN = "no_change_shown"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True)
class Change:
    """Now minus before. Shares and net shares differ by -1 to 1, means by scores.

    `p_value` is raw, `adjusted_p` allows for the `adjusted_for` comparisons made in one view. All figures are None when
    either base is under 30; interval and p-values are None as well where means without any spread cannot be tested.
    """

    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    adjusted_p: float | None
    adjusted_for: int
    verdict: Verdict
    sentence: str
    before: str | None  # the earlier figure as shown
    comparison: str  # and how it is named

    @property
    def is_claim(self) -> bool:
        return self.verdict in {Verdict.IMPROVED, Verdict.FELL}


@dataclass(frozen=True)
class _Finding:
    """What a comparison found, however it was tested, and how its figures are written."""

    bases: tuple[int, int]
    now: str
    before: str
    difference: Fraction
    interval: Interval | None
    p_value: float | None
    written: Callable[[Number], str]  # a difference in the measure's own unit
    unit: str
    test: str  # the name of what else a claim needs beside the interval
    test_p: float | None  # and its p-value
    agrees: bool = True  # False forbids a claim that interval and test would allow
    tail: str = ""  # what would be needed for the change to show


def compare_shares(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    comparison: str = "last year",
    lower_is_better: bool = False,
    adjusted_for: int = 1,
    adjusted_p: float | None = None,
) -> Change:
    """x1 of n1 now against x2 of n2 before: Newcombe's interval and Fisher's exact test.

    `comparison` is how the sentence names the earlier figure. `adjusted_for` above 1 needs `adjusted_p`; `together`
    gives both.
    """
    if min(n1, n2) < INDICATIVE_BELOW:
        return _not_enough(n1, n2, comparison)
    p1, p2 = Fraction(x1, n1), Fraction(x2, n2)
    p_value = exact_test(x1, n1, x2, n2).p_value
    finding = _Finding(
        bases=(n1, n2),
        now=share_text(x1, n1),
        before=share_text(x2, n2),
        difference=p1 - p2,
        interval=newcombe_interval(x1, n1, x2, n2),
        p_value=p_value,
        written=points,
        unit=" points",
        test="exact test",
        test_p=p_value,
        tail=_needed(p1, p2, max(n1, n2)),
    )
    return _change(finding, comparison, lower_is_better, adjusted_for, adjusted_p)


def compare_nets(
    now: NetCounts,
    before: NetCounts,
    *,
    nps: bool = False,
    comparison: str = "last year",
    lower_is_better: bool = False,
    adjusted_for: int = 1,
    adjusted_p: float | None = None,
) -> Change:
    """Two net shares; with `nps` in whole signed points, else in percent. No claim if raw and adjusted signs differ."""
    if min(now.base, before.base) < INDICATIVE_BELOW:
        return _not_enough(now.base, before.base, comparison)
    found = net_difference(now, before)
    finding = _Finding(
        bases=(now.base, before.base),
        now=nps_text(now.value) if nps else net_text(now.value),
        before=nps_text(before.value) if nps else net_text(before.value),
        difference=found.difference,
        interval=found.interval,
        p_value=found.p_value,
        written=nps_text if nps else points,
        unit=" points",
        test="test",
        test_p=found.p_value,
        agrees=found.difference * Fraction(found.adjusted_difference) > 0,
    )
    return _change(finding, comparison, lower_is_better, adjusted_for, adjusted_p)


def compare_means(
    now: Scores,
    before: Scores,
    *,
    scale: tuple[int, int] = (1, 5),
    comparison: str = "last year",
    lower_is_better: bool = False,
    adjusted_for: int = 1,
    adjusted_p: float | None = None,
) -> Change:
    """Two mean scores on one scale, from the counts of each score. A claim needs Welch's and the pooled t test."""
    n1, n2 = sum(now.values()), sum(before.values())
    if min(n1, n2) < INDICATIVE_BELOW:
        return _not_enough(n1, n2, comparison)
    mean1, mean2 = summarise_scores(now).mean, summarise_scores(before).mean
    found = mean_difference(now, before)
    finding = _Finding(
        bases=(n1, n2),
        now=rounded(mean1, 2),
        before=rounded(mean2, 2),
        difference=mean1 - mean2,
        interval=found.interval if found else None,
        p_value=found.p_value if found else None,
        written=_hundredths,
        unit=f" on the {scale[0]} to {scale[1]} scale",
        test="test with pooled variance",
        test_p=found.pooled_p_value if found else None,
    )
    return _change(finding, comparison, lower_is_better, adjusted_for, adjusted_p)


class Comparison(Protocol):
    """One of the comparisons above with its figures filled in (functools.partial)."""

    def __call__(self, *, adjusted_for: int = ..., adjusted_p: float | None = ...) -> Change: ...


def together(comparisons: Sequence[Comparison]) -> list[Change]:
    """Several comparisons in one view, in the order given, with Holm's correction for those that could be tested."""
    changes = [compare() for compare in comparisons]
    tested = [(place, change.p_value) for place, change in enumerate(changes) if change.p_value is not None]
    for (place, _), adjusted in zip(tested, holm([p_value for _, p_value in tested]), strict=True):
        changes[place] = comparisons[place](adjusted_for=len(tested), adjusted_p=adjusted)
    return changes


def nps_text(value: Number) -> str:
    """A net promoter score or its difference: times 100, whole, signed."""
    return points(value, 0)


def net_text(value: Number) -> str:
    """A net share in percent, from -100.0% to 100.0%."""
    return percent(value) if value >= 0 else f"{rounded(Fraction(value) * 100, 1)}%"


def _hundredths(value: Number) -> str:
    return signed(value, 2)


def _not_enough(n1: int, n2: int, comparison: str) -> Change:
    sentence = (
        f"Not enough answers to compare: {_base_text(n1)} now and {_base_text(n2)} {comparison}; "
        f"we compare from {INDICATIVE_BELOW} answers in each."
    )
    return Change(None, None, None, None, None, 1, Verdict.NOT_ENOUGH, sentence, None, comparison)


def _base_text(base: int) -> str:
    return f"{base:,}" if base >= MINIMUM_BASE else f"fewer than {MINIMUM_BASE}"


def _needed(p1: Fraction, p2: Fraction, largest_base: int) -> str:
    if p1 == p2:
        return ""
    needed = max(answers_needed(float(p1), float(p2)), largest_base + 1)
    if needed > MOST_ANSWERS_EXPECTED:
        return "; a change as small as this could not be shown with any number of answers we expect"
    shown = in_two_figures(needed)
    return f"; a true change of this size would need about {shown:,} answers in each period to show"


def _change(
    finding: _Finding, comparison: str, lower_is_better: bool, adjusted_for: int, adjusted_p: float | None
) -> Change:
    if adjusted_for > 1 and adjusted_p is None and finding.p_value is not None:
        raise ValueError("a p-value adjusted for several comparisons must be given")
    adjusted_p = finding.p_value if adjusted_for == 1 else adjusted_p
    claimed = _shows(finding) and adjusted_p is not None and adjusted_p <= ALPHA
    verdict = Verdict.NO_CHANGE_SHOWN
    if claimed:
        verdict = Verdict.IMPROVED if (finding.difference > 0) is not lower_is_better else Verdict.FELL
    low, high = finding.interval or (None, None)
    return Change(
        float(finding.difference),
        low,
        high,
        finding.p_value,
        adjusted_p,
        adjusted_for,
        verdict,
        _claim(finding, comparison, adjusted_for) if claimed else _no_claim(finding, comparison, adjusted_for),
        finding.before,
        comparison,
    )


def _shows(finding: _Finding) -> bool:
    """Before any correction for several comparisons."""
    return _tested(finding) and _clears_zero(finding) and finding.agrees


def _tested(finding: _Finding) -> bool:
    """Every p-value that a claim needs is 5% or less."""
    return all(p_value is not None and p_value <= ALPHA for p_value in (finding.p_value, finding.test_p))


def _clears_zero(finding: _Finding) -> bool:
    return finding.interval is not None and (finding.interval.low > 0 or finding.interval.high < 0)


def _claim(finding: _Finding, comparison: str, adjusted_for: int) -> str:
    n1, n2 = finding.bases
    direction = "Up" if finding.difference > 0 else "Down"
    allowing = f" (allowing for {adjusted_for} comparisons)" if adjusted_for > 1 else ""
    return (
        f"{direction} from {finding.before} to {finding.now}, {_difference_text(finding)}: "
        f"with {n1:,} answers against {n2:,} {comparison} this is unlikely to be chance{allowing}."
    )


def _no_claim(finding: _Finding, comparison: str, adjusted_for: int) -> str:
    if finding.difference == 0:
        start = f"{finding.now}, the same as {comparison}{_interval_text(finding)}"
    else:
        start = f"{finding.now} against {finding.before} {comparison}, {_difference_text(finding)}"
    return _capital(f"{start}: no change that we can show{_doubt(finding, adjusted_for)}{finding.tail}.")


def _difference_text(finding: _Finding) -> str:
    return f"{finding.written(finding.difference)}{finding.unit}{_interval_text(finding)}"


def _interval_text(finding: _Finding) -> str:
    if finding.interval is None:
        return ""
    return f" (95% interval {finding.written(finding.interval.low)} to {finding.written(finding.interval.high)})"


def _doubt(finding: _Finding, adjusted_for: int) -> str:
    """Why nothing is claimed although one of the conditions for a claim holds."""
    if finding.p_value is None or finding.test_p is None:
        return ""
    if _shows(finding):
        return f" ({_p_text(finding.p_value)}, not enough when {adjusted_for} comparisons are made)"
    if _clears_zero(finding) and not _tested(finding):
        return f" (the interval clears zero but the {finding.test} does not, {_p_text(finding.test_p)})"
    if _clears_zero(finding):
        return " (with the adjustment for extreme shares the difference changes its sign)"
    if _tested(finding):
        return f" (the {finding.test} finds a difference, {_p_text(finding.test_p)}, but the interval includes zero)"
    return ""


def _p_text(p_value: float) -> str:
    return f"p = {rounded(p_value, 3)}" if p_value >= 0.0005 else "p < 0.001"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def for_page(sentence: str) -> str:
    """The sentence with true minus signs. Hyphens within dates, codes and words stay."""
    return re.sub(r"(?<![\w-])-(?=\d)", "\N{MINUS SIGN}", sentence)


def target_words(target: Target) -> str:
    """A target for shares: over 90%, at least 90%; under 10% or at most 10% where lower is better."""
    return f"{comparator_words(target)} {target_text(target.value)}"


def comparator_words(target: Target) -> str:
    """What stands before a target's value in any unit."""
    over, at_least = ("under", "at most") if target.lower_is_better else ("over", "at least")
    return over if target.comparator is Comparator.OVER else at_least


def target_sentence(numerator: int, base: int, interval: Interval | None, target: Target | None) -> str:
    """How a share stands against its target. `interval` is the figure's own; None where there is none to show."""
    status = share_status(numerator, base, target)
    if status is None:
        return "No answers."
    if status is Status.SUPPRESSED:
        return f"Fewer than {MINIMUM_BASE} answers: not shown."
    if target is None or interval is None:
        return "There is no target."
    words = _status_words(status, interval, target)
    if status is Status.NOT_PROVEN and Fraction(numerator, base) == exact(target.value):
        words = f"is at the target, not {target_words(target)}"
    indicative = f" (indicative: fewer than {INDICATIVE_BELOW} answers)" if is_indicative(base) else ""
    return _capital(f"{share_text(numerator, base, target.value)} {words}{indicative}.")


def _status_words(status: Status, interval: Interval, target: Target) -> str:
    good, bad, end, limit = "above", "below", "low", interval.low
    if target.lower_is_better:
        good, bad, end, limit = "below", "above", "high", interval.high
    goal = target_text(target.value)
    return {
        Status.MET_WITH_CONFIDENCE: f"meets the target of {goal}: even the {end} end of the interval, "
        f"{percent(limit, target.value)}, is {good} it",
        Status.MET: f"is at or {good} the target, but chance alone could explain it",
        Status.NOT_PROVEN: f"is {bad} the target, but not by more than chance could explain",
        Status.MISSED: "misses the target",
    }[status]


@dataclass(frozen=True)
class Headline:
    """The h1 of a page: what is so, in bold, then target and change in normal weight. Both are for pages."""

    claim: str
    rest: str


def headline(
    numerator: int,
    base: int,
    *,
    period: Period,
    today: date,
    target: Target | None = None,
    change: Change | None = None,
    provisional: bool = False,
    people: str = "residents",
    were: str = "were satisfied",
) -> Headline:
    """The answer of a page about a share. `change` is the comparison with the period before, if one is made.

    A provisional figure says so and claims neither a change nor a status.
    """
    if base == 0:
        return Headline(f"No answers {period.spoken(today)}.", "There is no figure to show yet.")
    if is_suppressed(base):
        claim = f"Too few answers to judge: {base} {period.spoken(today)}."
        return Headline(claim, f"Figures are shown from {MINIMUM_BASE} answers, so that nobody can be recognised.")
    goal = target.value if target else None
    claim = f"{share_text(numerator, base, goal)} of the {base:,} {people} who answered {were}."
    rest = [_headline_target(None if provisional else share_status(numerator, base, target), target)]
    if is_indicative(base):
        rest.insert(0, f"Indicative: fewer than {INDICATIVE_BELOW} answers.")
    if provisional:
        rest.append("Provisional: answers are still coming in.")
    elif change:
        rest.append(_headline_change(change))
    return Headline(_capital(claim), for_page(" ".join(rest)))


def _headline_target(status: Status | None, target: Target | None) -> str:
    if target is None:
        return "No target is set."
    judged = {
        Status.MET: ": reached, but chance alone could explain it",
        Status.NOT_PROVEN: ": not reached, but chance alone could explain it",
        Status.MISSED: ": missed",
    }
    return f"The target is {target_words(target)}{judged.get(status, '') if status else ''}."


def _headline_change(change: Change) -> str:
    if change.verdict is Verdict.NOT_ENOUGH or change.difference is None:
        return f"Not enough answers to compare with {change.comparison}."
    if change.difference == 0:
        return f"The same as {change.comparison}: no change that we can show."
    if not change.is_claim:
        return _capital(f"{change.before} {change.comparison}: no change that we can show.")
    direction = "Up" if change.difference > 0 else "Down"
    allowing = f", allowing for {change.adjusted_for} comparisons" if change.adjusted_for > 1 else ""
    return f"{direction} from {change.before} {change.comparison}: unlikely to be chance{allowing}."


MOST_NAMED = 3  # in a headline beside what it claims


def beat_last_year(
    surpassed: Sequence[str], maintained: Sequence[str], fell: Sequence[str], *, compared: int, period: Period
) -> Headline:
    """The answer to "where did we beat last year", from the names of measures out of `compared` that could be tested.

    Only "surpassed" is a claim of more; "maintained" says which margin at its row.
    """
    before = period.previous
    is_year = period == Period.financial_year_of(period.first)
    days = (
        f"{period.label} against {before.label}."
        if is_year
        else f"{period.title}, against the same dates a year earlier."
    )
    if not compared:
        return Headline("No measure can be compared with last year yet.", days)
    of_all = f"{len(surpassed)} of {compared} {'measure' if compared == 1 else 'measures'}"
    if surpassed:
        claim = f"We can show that {of_all} beat last year: {listed(surpassed)}."
    else:
        claim = f"We cannot show that any of {compared} {'measure' if compared == 1 else 'measures'} beat last year."
    rest = [days]
    if maintained:
        rest.append(f"Maintained: {listed(maintained) if len(maintained) <= MOST_NAMED else len(maintained)}.")
    if fell:
        rest.append(f"Below last year: {listed(fell)}.")
    left = compared - len(surpassed) - len(maintained) - len(fell)
    if left and len(rest) + bool(surpassed) > 1:
        rest.append(f"For {'one' if left == 1 else left} no change can be shown.")
    return Headline(claim, " ".join(rest))


def maintained_sentence(change: Change, now: str, margin: str, limit: str, *, lower_is_better: bool = False) -> str:
    """Why a figure counts as maintained. `limit` is the end of the interval nearest to the margin, both as written."""
    end, side = ("high", "below the margin of") if lower_is_better else ("low", "above the margin of")
    sign = "" if lower_is_better else "-"
    return (
        f"{now} against {change.before} {change.comparison}: maintained. Even the {end} end of the interval, {limit}, "
        f"is {side} {sign}{margin}."
    )


NO_PROOF = "It goes with satisfaction; not proof that it causes it."


def drivers_headline(analysis: DriverAnalysis, labels: Mapping[str, str]) -> Headline:
    """What goes with satisfaction most, if the intervals tell it from every other; `labels` are names by driver."""
    shares, intervals = analysis.weights.shares, analysis.intervals
    first = max(range(len(shares)), key=lambda place: shares[place])
    others = [place for place in range(len(shares)) if place != first]
    base = f"From {analysis.base:,} complete answers."
    if analysis.is_indicative:
        base = f"Indicative: {analysis.base:,} complete answers, and we rely on it from {DRIVERS_RELIABLE_FROM}."
    if not all(analysis.may_rank(first, other) for other in others):
        claim = "No driver stands out."
        return Headline(claim, f"The intervals overlap, so we do not say which goes with satisfaction most. {base}")
    low, high = intervals[first]
    size = f"{percent(shares[first])} of what these questions explain (95% interval {percent(low)} to {percent(high)})."
    return Headline(f"{labels[analysis.drivers[first]]} goes with satisfaction most:", f"{size} {base} {NO_PROOF}")


def drivers_warnings(analysis: DriverAnalysis, labels: Mapping[str, str]) -> list[str]:
    """What must be read with the importances, the most serious first."""
    weights = analysis.weights
    said = []
    if weights.explain_little:
        said.append(f"These items explain little: {percent(weights.r_squared)} of how satisfaction differs.")
    if weights.are_alike:
        said.append("These questions say nearly the same; read them together.")
    against = [
        labels[driver]
        for driver, correlation in zip(analysis.drivers, weights.correlations, strict=True)
        if correlation < 0
    ]
    if against:
        said.append(f"Better answers on {listed(against)} go with lower satisfaction here.")
    if analysis.dropped:
        named = listed([labels[driver] for driver in analysis.dropped])
        said.append(f"Left out, because over 30% gave no opinion or were not asked: {named}.")
    if analysis.left_out:
        said.append(
            f"{analysis.left_out:,} {'response is' if analysis.left_out == 1 else 'responses are'} left out: "
            "only those with an answer to every question count."
        )
    return said


def listed(names: Sequence[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"

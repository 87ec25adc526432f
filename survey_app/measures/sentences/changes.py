"""Whether a figure differs from an earlier one, or a group from the rest, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from survey_app.measures.sentences.numbers import base_text, capital, median_text, net_text, nps_text
from survey_app.statistics.comparison import exact_test, holm, mean_difference, net_difference
from survey_app.statistics.distributions import ALPHA
from survey_app.statistics.intervals import (
    Interval,
    NetCounts,
    Scores,
    counted_median,
    counted_median_interval,
    mover_interval,
    newcombe_interval,
    summarise_scores,
)
from survey_app.statistics.rounding import Number, points, rounded, share_text, signed
from survey_app.statistics.sample_size import answers_needed, in_two_figures
from survey_app.statistics.suppression import INDICATIVE_BELOW

Counts = tuple[int, int]  # numerator and base
MOST_ANSWERS_EXPECTED = 100_000  # in one period; a change that needs more is not worth a number


class Verdict(StrEnum):
    """What may be said: of two periods the first four, of a group against the rest the others."""

    IMPROVED = "improved"
    FELL = "fell"
    NO_CHANGE_SHOWN = "no_change_shown"
    NOT_ENOUGH = "not_enough"
    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE_SHOWN = "no_difference_shown"


CLAIMS = frozenset({Verdict.IMPROVED, Verdict.FELL, Verdict.HIGHER, Verdict.LOWER})


@dataclass(frozen=True)
class Finding:
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
    comparison: str  # how the sentence names the other figure
    lower_is_better: bool = False
    agrees: bool = True  # False forbids a claim that interval and test would allow
    needed: int | None = None  # answers for a true difference of this size to show
    are_groups: bool = False  # two groups of one period, not one figure in two periods
    counted: str = "answers"  # what the bases count


@dataclass(frozen=True)
class Change:
    """Now minus before, or a group minus the rest. Shares and net shares differ by -1 to 1, means by scores.

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
    finding: Finding | None = field(default=None, repr=False, compare=False)  # what it is worded from

    @property
    def is_claim(self) -> bool:
        return self.verdict in CLAIMS

    @property
    def is_tested(self) -> bool:
        return self.p_value is not None

    def allowing_for(self, comparisons: int, adjusted_p: float) -> Change:
        """The same difference judged among others; its sentence says among how many. Untested ones stay as they are."""
        return self if self.finding is None or not self.is_tested else _change(self.finding, comparisons, adjusted_p)


def compare_shares(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    comparison: str = "last year",
    lower_is_better: bool = False,
    counted: str = "answers",
) -> Change:
    """x1 of n1 now against x2 of n2 before: Newcombe's interval and Fisher's exact test.

    `comparison` is how the sentence names the earlier figure, `counted` what the bases are. Of several that stand in
    one view, see `together`.
    """
    if min(n1, n2) < INDICATIVE_BELOW:
        return _not_enough(n1, n2, comparison, counted=counted)
    return _change(replace(_shares(x1, n1, x2, n2, comparison, lower_is_better=lower_is_better), counted=counted))


def compare_groups(part: Counts, rest: Counts, *, rest_name: str = "the rest") -> Change:
    """A group of answers against all others of the same period, each as (numerator, base): higher or lower.

    `rest` never holds the part: a total would hide what its own part moves in it.
    """
    (x1, n1), (x2, n2) = part, rest
    if min(n1, n2) < INDICATIVE_BELOW:
        return _not_enough(n1, n2, f"in {rest_name}", here="here")
    return _change(_shares(x1, n1, x2, n2, f"in {rest_name}", are_groups=True))


def against_the_rest(groups: Mapping[str, Counts]) -> dict[str, Change]:
    """Each group of a breakdown against the sum of the others, judged together."""
    x, n = (sum(counts[side] for counts in groups.values()) for side in (0, 1))
    changes = [compare_groups((x1, n1), (x - x1, n - n1)) for x1, n1 in groups.values()]
    return dict(zip(groups, together(changes), strict=True))


def _shares(
    x1: int, n1: int, x2: int, n2: int, comparison: str, *, lower_is_better: bool = False, are_groups: bool = False
) -> Finding:
    p1, p2 = Fraction(x1, n1), Fraction(x2, n2)
    p_value = exact_test(x1, n1, x2, n2).p_value
    return Finding(
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
        comparison=comparison,
        lower_is_better=lower_is_better,
        needed=None if p1 == p2 else max(answers_needed(float(p1), float(p2)), max(n1, n2) + 1),
        are_groups=are_groups,
    )


def compare_nets(
    now: NetCounts,
    before: NetCounts,
    *,
    nps: bool = False,
    comparison: str = "last year",
    lower_is_better: bool = False,
) -> Change:
    """Two net shares; with `nps` in whole signed points, else in percent. No claim if raw and adjusted signs differ."""
    if min(now.base, before.base) < INDICATIVE_BELOW:
        return _not_enough(now.base, before.base, comparison)
    found = net_difference(now, before)
    finding = Finding(
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
        comparison=comparison,
        lower_is_better=lower_is_better,
        agrees=found.difference * Fraction(found.adjusted_difference) > 0,
    )
    return _change(finding)


def compare_means(
    now: Scores,
    before: Scores,
    *,
    scale: tuple[int, int] = (1, 5),
    comparison: str = "last year",
    lower_is_better: bool = False,
) -> Change:
    """Two mean scores on one scale, from the counts of each score. A claim needs Welch's and the pooled t test."""
    n1, n2 = sum(now.values()), sum(before.values())
    if min(n1, n2) < INDICATIVE_BELOW:
        return _not_enough(n1, n2, comparison)
    mean1, mean2 = summarise_scores(now).mean, summarise_scores(before).mean
    found = mean_difference(now, before)
    finding = Finding(
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
        comparison=comparison,
        lower_is_better=lower_is_better,
    )
    return _change(finding)


def compare_medians(
    now: Mapping[int, int],
    before: Mapping[int, int],
    *,
    comparison: str = "last year",
    lower_is_better: bool = True,
) -> Change:
    """Two medians of working days, from how many contacts took how many. A claim needs two things: the interval of the
    difference, joined from those of both medians (MOVER), and Mood's median test, which is Fisher's exact test of how
    many took longer than the median of all. Source: Mood 1950; Zou and Donner 2008.
    """
    n1, n2 = sum(now.values()), sum(before.values())
    if min(n1, n2) < INDICATIVE_BELOW:
        return _not_enough(n1, n2, comparison, counted="contacts")
    median1, median2 = counted_median(now), counted_median(before)
    first, second = counted_median_interval(now), counted_median_interval(before)
    assert first is not None and second is not None  # of 30 contacts or more
    middle = counted_median({days: now.get(days, 0) + before.get(days, 0) for days in {*now, *before}})
    longer1, longer2 = (sum(n for days, n in counts.items() if days > middle) for counts in (now, before))
    p_value = exact_test(longer1, n1, longer2, n2).p_value
    finding = Finding(
        bases=(n1, n2),
        now=median_text(median1),
        before=median_text(median2),
        difference=Fraction(median1) - Fraction(median2),
        interval=mover_interval(median1, first, median2, second),
        p_value=p_value,
        written=_days,
        unit=" working days",
        test="median test",
        test_p=p_value,
        comparison=comparison,
        lower_is_better=lower_is_better,
        counted="contacts",
    )
    return _change(finding)


def together(changes: Sequence[Change]) -> list[Change]:
    """Changes that stand in one view, in the order given, with Holm's correction among those that could be tested."""
    tested = [change.p_value for change in changes if change.p_value is not None]
    adjusted = iter(holm(tested))
    return [change.allowing_for(len(tested), next(adjusted)) if change.is_tested else change for change in changes]


def _hundredths(value: Number) -> str:
    return signed(value, 2)


def _days(value: Number) -> str:
    return signed(value, 1).removesuffix(".0")


def _not_enough(n1: int, n2: int, comparison: str, here: str = "now", counted: str = "answers") -> Change:
    sentence = (
        f"Not enough {counted} to compare: {base_text(n1)} {here} and {base_text(n2)} {comparison}; "
        f"we compare from {INDICATIVE_BELOW} {counted} in each."
    )
    return Change(None, None, None, None, None, 1, Verdict.NOT_ENOUGH, sentence, None, comparison)


def _change(finding: Finding, adjusted_for: int = 1, adjusted_p: float | None = None) -> Change:
    adjusted_p = finding.p_value if adjusted_for == 1 else adjusted_p
    claimed = _shows(finding) and adjusted_p is not None and adjusted_p <= ALPHA
    low, high = finding.interval or (None, None)
    return Change(
        float(finding.difference),
        low,
        high,
        finding.p_value,
        adjusted_p,
        adjusted_for,
        _verdict(finding, claimed=claimed),
        _claim(finding, adjusted_for) if claimed else _no_claim(finding, adjusted_for),
        finding.before,
        finding.comparison,
        finding,
    )


def _verdict(finding: Finding, *, claimed: bool) -> Verdict:
    is_up = finding.difference > 0
    if finding.are_groups:
        claim, none = Verdict.HIGHER if is_up else Verdict.LOWER, Verdict.NO_DIFFERENCE_SHOWN
    else:
        is_better = is_up is not finding.lower_is_better
        claim, none = Verdict.IMPROVED if is_better else Verdict.FELL, Verdict.NO_CHANGE_SHOWN
    return claim if claimed else none


def _shows(finding: Finding) -> bool:
    """Before any correction for several comparisons."""
    return _tested(finding) and _clears_zero(finding) and finding.agrees


def _tested(finding: Finding) -> bool:
    """Every p-value that a claim needs is 5% or less."""
    return all(p_value is not None and p_value <= ALPHA for p_value in (finding.p_value, finding.test_p))


def _clears_zero(finding: Finding) -> bool:
    return finding.interval is not None and (finding.interval.low > 0 or finding.interval.high < 0)


def _claim(finding: Finding, adjusted_for: int) -> str:
    n1, n2 = finding.bases
    is_up = finding.difference > 0
    allowing = f" (allowing for {adjusted_for} comparisons)" if adjusted_for > 1 else ""
    if finding.are_groups:
        figures = f"{'Higher' if is_up else 'Lower'}: {finding.now} against {finding.before}"
    else:
        figures = f"{'Up' if is_up else 'Down'} from {finding.before} to {finding.now}"
    return (
        f"{figures}, {_difference_text(finding)}: "
        f"with {n1:,} {finding.counted} against {n2:,} {finding.comparison} this is unlikely to be chance{allowing}."
    )


def _no_claim(finding: Finding, adjusted_for: int) -> str:
    if finding.difference == 0:
        start = f"{finding.now}, the same as {finding.comparison}{_interval_text(finding)}"
    else:
        start = f"{finding.now} against {finding.before} {finding.comparison}, {_difference_text(finding)}"
    doubt, tail = doubt_of(finding, adjusted_for), _needed(finding)
    return capital(f"{start}: no {_noun(finding)} that we can show{doubt}{tail}.")


def _needed(finding: Finding) -> str:
    if finding.needed is None:
        return ""
    if finding.needed > MOST_ANSWERS_EXPECTED:
        return (
            f"; a {_noun(finding)} as small as this could not be shown with any number of {finding.counted} we expect"
        )
    shown, each = in_two_figures(finding.needed), "group" if finding.are_groups else "period"
    return f"; a true {_noun(finding)} of this size would need about {shown:,} {finding.counted} in each {each} to show"


def _noun(finding: Finding) -> str:
    return "difference" if finding.are_groups else "change"


def _difference_text(finding: Finding) -> str:
    return f"{finding.written(finding.difference)}{finding.unit}{_interval_text(finding)}"


def _interval_text(finding: Finding) -> str:
    if finding.interval is None:
        return ""
    return f" (95% interval {finding.written(finding.interval.low)} to {finding.written(finding.interval.high)})"


def doubt_of(finding: Finding, adjusted_for: int) -> str:
    """Why nothing is claimed although one of the conditions for a claim holds, in brackets; nothing where none does."""
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

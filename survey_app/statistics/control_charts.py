"""Statistical process control: which points of a series are more than its usual variation?

XmR charts for any figure, p charts for shares with uneven bases, p' charts (Laney) for shares with large ones. Rules,
limits and labels are those of NHSRplotthedots 0.2.2 ("making data count"): screened moving ranges, seven points for a
run or a trend, two of three near a limit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean

SCREENED_FROM = 3.267  # times the average moving range: a larger range is a special cause and widens no limit
XMR_LIMIT = 2.66  # times the average moving range: three standard deviations
RANGE_TO_SIGMA = 1.128  # the average moving range of a standard normal series (d2 of two points)
NEAR = 2 / 3  # of the way to a limit: two standard deviations
SEVEN = 7  # points of a run, and of a trend
FIRM_FROM = 13  # points; with fewer the limits are trial limits
GAP = 3  # periods without a point end a run or a trend
RARE_FROM = 3.0  # of the rarer outcome a period on average, before a special cause is named
UNEVEN_FROM = 2  # times the smallest base
LARGE_FROM = 1000  # answers a period on average: then the binomial limits are too narrow


class ChartKind(StrEnum):
    XMR = "xmr"
    P = "p"
    P_PRIME = "pprime"


class PointType(StrEnum):
    COMMON_CAUSE = "common_cause"
    OUTSIDE = "outside"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    RUN = "run"


class Direction(StrEnum):
    HIGH = "high"
    LOW = "low"


class Improvement(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Variation(StrEnum):
    COMMON_CAUSE = "common_cause"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class Assurance(StrEnum):
    CONSISTENT_PASS = "consistent_pass"  # noqa: S105
    CONSISTENT_FAIL = "consistent_fail"
    INCONSISTENT = "inconsistent"


class ChartWarning(StrEnum):
    TRIAL_LIMITS = "trial_limits"  # fewer than 13 points stand behind the limits
    CONSTANT = "constant"  # every point is the same
    NO_VARIATION_LEFT = "no_variation_left"  # all moving ranges but zeros were screened out: nothing to claim


@dataclass(frozen=True)
class Observation:
    """One period of the series: a share has its counts, any other figure its value alone.

    `place` counts periods, so that a hole in the series shows. What is provisional is drawn, and stays out of limits
    and rules.
    """

    place: int
    value: float
    numerator: int | None = None
    base: int | None = None
    is_provisional: bool = False

    @classmethod
    def of_share(cls, place: int, numerator: int, base: int, *, is_provisional: bool = False) -> Observation:
        if not 0 <= numerator <= base or base == 0:
            raise ValueError(f"{numerator} of {base} is not a share")
        return cls(place, numerator / base, numerator, base, is_provisional)


@dataclass(frozen=True)
class ChartPoint:
    """A point with the limits that hold for it: none on a chart of one point. `type` is None where no rule looks."""

    observation: Observation
    mean: float
    lower: float | None
    upper: float | None
    type: PointType | None
    direction: Direction | None


@dataclass(frozen=True)
class ControlChart:
    """All points, in order, under one set of limits."""

    kind: ChartKind
    points: tuple[ChartPoint, ...]
    mean: float
    amr: float | None
    warnings: tuple[ChartWarning, ...]

    def variation(self, improvement: Improvement) -> Variation | None:
        """What the newest judged point says; None without one."""
        judged = [point for point in self.points if point.type is not None]
        return variation(judged[-1], improvement) if judged else None

    def assurance(self, target: float | None, improvement: Improvement) -> Assurance | None:
        """Whether the process as it runs now will meet the target: its newest limits against the target."""
        judged = [point for point in self.points if point.type is not None and point.lower is not None]
        if target is None or not judged:
            return None
        last = judged[-1]
        assert last.lower is not None and last.upper is not None
        return assurance(last.lower, last.upper, target, improvement)

    @property
    def may_name_a_cause(self) -> bool:
        """Whether a special cause may be put into words: firm limits, some variation, and enough of the rarer outcome.

        With fewer than 3 dissatisfied answers a month, a year without any change shows a false improvement far too
        often (57% with 0.3 a month, measured by simulation).
        """
        firm = [point.observation for point in self.points if point.type is not None]
        if len(firm) < FIRM_FROM or ChartWarning.NO_VARIATION_LEFT in self.warnings:
            return False
        return self.both_sides is None or min(self.both_sides) >= RARE_FROM

    @property
    def both_sides(self) -> tuple[float, float] | None:
        """How many answers a period count in the share, and how many against it, on average; None without counts."""
        firm = [point.observation for point in self.points if point.type is not None]
        shares = [(seen.numerator, seen.base) for seen in firm if seen.numerator is not None and seen.base]
        if not shares:
            return None
        favourable = fmean(numerator for numerator, _ in shares)
        return favourable, fmean(base for _, base in shares) - favourable


def choose_kind(bases: Sequence[int | None]) -> ChartKind:
    """The chart for a series of monthly figures by their bases: XmR unless the bases of a share are uneven."""
    known = [base for base in bases if base]
    if len(known) < len(bases) or not known or max(known) <= UNEVEN_FROM * min(known):
        return ChartKind.XMR
    return ChartKind.P_PRIME if fmean(known) >= LARGE_FROM else ChartKind.P


def control_chart(kind: ChartKind, observations: Sequence[Observation], *, keep_outliers: bool = False) -> ControlChart:
    """Limits and labels of every observation.

    `keep_outliers` leaves the largest moving ranges in the average, as older tools do. ValueError without
    observations, or for a p chart without counts.
    """
    if not observations:
        raise ValueError("a chart needs at least one point")
    if kind is not ChartKind.XMR and any(seen.base is None for seen in observations):
        raise ValueError(f"A {kind} chart is of shares: each point needs numerator and base")
    limits = _LIMITS[kind](_in_limits(observations), not keep_outliers)
    return ControlChart(kind, tuple(_judge(observations, limits)), limits.mean, limits.amr, limits.warnings)


def rebased_charts(
    kind: ChartKind, observations: Sequence[Observation], starts: Sequence[int]
) -> tuple[ControlChart, ...]:
    """A chart for each stretch of the series, oldest first: new limits begin at each of the places `starts`.

    Each stretch is judged alone, so a run or a trend ends with its limits. ValueError as `control_chart` says.
    """
    return tuple(control_chart(kind, stretch) for stretch in _stretches(observations, starts))


def variation(point: ChartPoint, improvement: Improvement) -> Variation:
    """A special cause is improvement or concern by its direction; common cause is neither."""
    if point.direction is None:
        return Variation.COMMON_CAUSE
    if improvement is Improvement.NEUTRAL:
        return Variation.NEUTRAL_HIGH if point.direction is Direction.HIGH else Variation.NEUTRAL_LOW
    is_better = (point.direction is Direction.HIGH) == (improvement is Improvement.INCREASE)
    return Variation.IMPROVEMENT if is_better else Variation.CONCERN


def assurance(lower: float, upper: float, target: float, improvement: Improvement) -> Assurance | None:
    """Whether limits stand wholly on one side of the target; None where neither side is better."""
    if improvement is Improvement.NEUTRAL:
        return None
    if lower <= target <= upper:
        return Assurance.INCONSISTENT
    is_above = lower > target
    return Assurance.CONSISTENT_PASS if is_above == (improvement is Improvement.INCREASE) else Assurance.CONSISTENT_FAIL


@dataclass(frozen=True)
class _Limits:
    """The centre of a stretch, and how far from it a point with a given base may stray (three sigma)."""

    mean: float
    amr: float | None
    reach: Callable[[Observation], float] | None  # None on a chart of one point
    bounds: tuple[float, float] = (float("-inf"), float("inf"))
    warnings: tuple[ChartWarning, ...] = ()
    is_constant: bool = False


def _xmr(stretch: Sequence[Observation], is_screened: bool) -> _Limits:
    values = [seen.value for seen in stretch]
    if len(values) < 2:
        return _Limits(values[0], None, None)
    if len(set(values)) == 1:  # said here: a mean of equal floats may differ from them in the last bit
        return _Limits(
            values[0], 0.0, lambda _seen: 0.0, warnings=_warn(values, ChartWarning.CONSTANT), is_constant=True
        )
    amr, is_left = _average_range(values, stretch, is_screened)
    return _Limits(
        fmean(values),
        amr,
        lambda _seen: XMR_LIMIT * amr,
        warnings=_warn(values, *(() if is_left else (ChartWarning.NO_VARIATION_LEFT,))),
    )


def _p(stretch: Sequence[Observation], _is_screened: bool) -> _Limits:
    mean = _pooled(stretch)
    if len(stretch) < 2:
        return _Limits(mean, None, None)
    return _Limits(mean, None, lambda seen: 3 * _sigma(mean, seen), (0.0, 1.0), _warn(stretch))


def _p_prime(stretch: Sequence[Observation], is_screened: bool) -> _Limits:
    """Source: Laney 2002, Quality Engineering 14:531-537: the p chart widened by how the points really vary."""
    mean = _pooled(stretch)
    if len(stretch) < 2:
        return _Limits(mean, None, None)
    if mean in (0.0, 1.0):
        return _Limits(
            mean, 0.0, lambda _seen: 0.0, (0.0, 1.0), _warn(stretch, ChartWarning.CONSTANT), is_constant=True
        )
    scores = [(seen.value - mean) / _sigma(mean, seen) for seen in stretch]
    amr, is_left = _average_range(scores, stretch, is_screened)
    return _Limits(
        mean,
        amr,
        lambda seen: 3 * _sigma(mean, seen) * amr / RANGE_TO_SIGMA,
        (0.0, 1.0),
        _warn(stretch, *(() if is_left else (ChartWarning.NO_VARIATION_LEFT,))),
    )


_LIMITS: dict[ChartKind, Callable[[Sequence[Observation], bool], _Limits]] = {
    ChartKind.XMR: _xmr,
    ChartKind.P: _p,
    ChartKind.P_PRIME: _p_prime,
}


def _pooled(stretch: Sequence[Observation]) -> float:
    return sum(seen.numerator or 0 for seen in stretch) / sum(seen.base or 0 for seen in stretch)


def _sigma(mean: float, seen: Observation) -> float:
    return sqrt(mean * (1 - mean) / (seen.base or 1))


def _warn(points: Sequence[object], *warnings: ChartWarning) -> tuple[ChartWarning, ...]:
    return (ChartWarning.TRIAL_LIMITS, *warnings) if len(points) < FIRM_FROM else warnings


def _average_range(values: Sequence[float], stretch: Sequence[Observation], is_screened: bool) -> tuple[float, bool]:
    """The average moving range, and whether any variation is left in it. A range across a hole is none."""
    ranges = [abs(values[i] - values[i - 1]) for i in range(1, len(values)) if not _is_hole(stretch[i - 1], stretch[i])]
    average = fmean(ranges) if ranges else 0.0
    if is_screened and average:
        average = fmean(size for size in ranges if size < SCREENED_FROM * average)
    return average, average > 0


def _is_hole(before: Observation, after: Observation) -> bool:
    return after.place - before.place > GAP


def _stretches(observations: Sequence[Observation], starts: Sequence[int]) -> list[list[Observation]]:
    stretches: defaultdict[int, list[Observation]] = defaultdict(list)
    for seen in observations:
        stretches[sum(start <= seen.place for start in starts)].append(seen)
    return list(stretches.values())


def _in_limits(stretch: Sequence[Observation]) -> list[Observation]:
    """What stands behind the limits; a stretch that is provisional throughout has nothing better than itself."""
    return [seen for seen in stretch if not seen.is_provisional] or list(stretch)


def _judge(stretch: Sequence[Observation], limits: _Limits) -> list[ChartPoint]:
    judged = [seen for seen in stretch if not seen.is_provisional]
    labels = dict(zip((seen.place for seen in judged), _labels(judged, limits), strict=True))
    points = []
    for seen in stretch:
        kind, direction = labels.get(seen.place, (None, None))
        lower, upper = _bounds(seen, limits)
        points.append(ChartPoint(seen, limits.mean, lower, upper, kind, direction))
    return points


def _bounds(seen: Observation, limits: _Limits) -> tuple[float | None, float | None]:
    if limits.reach is None:
        return None, None
    least, most = limits.bounds
    reach = limits.reach(seen)
    return max(least, limits.mean - reach), min(most, limits.mean + reach)


Label = tuple[PointType | None, Direction | None]


def _labels(judged: Sequence[Observation], limits: _Limits) -> list[Label]:
    """One label a point: outside, else trend, else two of three, else run, else common cause."""
    if limits.reach is None:
        return [(None, None)] * len(judged)
    if limits.is_constant:
        return [(PointType.COMMON_CAUSE, None)] * len(judged)
    reaches = [limits.reach(seen) for seen in judged]
    strays = [seen.value - limits.mean for seen in judged]
    outside = [_is_outside(seen, limits) for seen in judged]
    sides = [_sign(stray) for stray in strays]
    near = [not out and abs(stray) > NEAR * reach for out, stray, reach in zip(outside, strays, reaches, strict=True)]
    steps = _steps(judged)
    trend = seven_point_trend(steps)
    twos = two_of_three(sides, near, _holes(judged))
    runs = seven_on_one_side(sides, _holes(judged))
    labels: list[Label] = []
    for i in range(len(judged)):
        if outside[i]:
            labels.append((PointType.OUTSIDE, _direction(sides[i])))
        elif trend[i]:
            goes_on = i + 1 < len(judged) and trend[i + 1]
            labels.append((PointType.TREND, _direction(steps[i + 1] if goes_on else steps[i])))
        elif twos[i]:
            labels.append((PointType.TWO_OF_THREE, _direction(sides[i])))
        elif runs[i]:
            labels.append((PointType.RUN, _direction(sides[i])))
        else:
            labels.append((PointType.COMMON_CAUSE, None))
    return labels


def _is_outside(seen: Observation, limits: _Limits) -> bool:
    lower, upper = _bounds(seen, limits)
    return lower is not None and upper is not None and not lower <= seen.value <= upper


def _steps(judged: Sequence[Observation]) -> list[int]:
    """The sign of each point's difference to the one before; 0 for the first, and after a hole."""
    return [
        0 if i == 0 or _is_hole(judged[i - 1], seen) else _sign(seen.value - judged[i - 1].value)
        for i, seen in enumerate(judged)
    ]


def _holes(judged: Sequence[Observation]) -> list[bool]:
    return [i > 0 and _is_hole(judged[i - 1], seen) for i, seen in enumerate(judged)]


def seven_on_one_side(sides: Sequence[int], holes: Sequence[bool] | None = None) -> list[bool]:
    """Which points are in a run of seven or more on one side of the mean (-1, 0 or 1 each); 0 breaks it.

    `holes` says before which points the series has a hole, which breaks a run too.
    """
    flags = [False] * len(sides)
    start = 0
    for i, side in enumerate(sides):
        if side == 0 or side != sides[start] or (holes is not None and holes[i]):
            start = i
        if side and i - start + 1 >= SEVEN:
            flags[start : i + 1] = [True] * (i + 1 - start)
    return flags


def seven_point_trend(steps: Sequence[int]) -> list[bool]:
    """Which points are in a trend: seven or more in a row, each beyond the one before it in the same direction.

    `steps` holds the sign of each point's difference to the one before; 0 breaks a trend.
    """
    flags = [False] * len(steps)
    start = 0  # the point from which the steps go one way
    for i in range(1, len(steps)):
        if steps[i] == 0:
            start = i
        elif steps[i] != steps[start + 1]:
            start = i - 1
        if i - start + 1 >= SEVEN:
            flags[start : i + 1] = [True] * (i + 1 - start)
    return flags


def two_of_three(sides: Sequence[int], near: Sequence[bool], holes: Sequence[bool] | None = None) -> list[bool]:
    """Which points are near a limit while two of three in a row on their side of the mean are so."""
    flags = [False] * len(sides)
    for i in range(2, len(sides)):
        three = range(i - 2, i + 1)
        is_broken = holes is not None and any(holes[j] for j in (i - 1, i))
        if is_broken or sides[i] == 0 or len({sides[j] for j in three}) > 1 or sum(near[j] for j in three) < 2:
            continue
        for j in three:
            flags[j] = flags[j] or near[j]
    return flags


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _direction(sign: int) -> Direction:
    return Direction.HIGH if sign > 0 else Direction.LOW

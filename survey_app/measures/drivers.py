"""What goes with satisfaction: the items compared, their places in the picture, and the seed of their intervals.

Source: MEASURES.md 6. A link is never proof that one thing causes the other, and no word here says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean
from typing import Any

from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.figures import Figure
from survey_app.measures.passport import ENGINE, UNWEIGHTED, canonical, sha256
from survey_app.measures.rules import USUAL
from survey_app.statistics.correlations import NotEnoughToTell
from survey_app.statistics.drivers import DriverAnalysis, analyse_drivers
from survey_app.statistics.intervals import Interval

OUTCOME = "satisfaction"
DRIVERS = ("delivery", "timeliness", "information", "professionalism", "staff_attitude", "access")
DEFINITION = "drivers@1"

# MORI for the Office of Public Services Reform: The Drivers of Satisfaction with Public Services, 2004
MORI_2004: Mapping[str, float] = {
    "delivery": 0.30,
    "timeliness": 0.24,
    "information": 0.18,
    "professionalism": 0.16,
    "staff_attitude": 0.12,
}


class Area(StrEnum):
    """A part of the picture, from importance and share beside their means."""

    IMPROVE_FIRST = "improve first"  # important, and low
    KEEP_UP = "keep up"  # important, and high
    WATCH = "watch"  # neither
    MAINTAIN = "maintain"  # high, and less important


@dataclass(frozen=True)
class Importance:
    """How much of what all drivers explain goes with this one. `area` is None where nothing may be told apart."""

    driver: str
    share: float
    interval: Interval | None
    correlation: float | None
    figure: Figure
    area: Area | None


@dataclass(frozen=True)
class DriverStudy:
    """The analysis, or the problem that forbids one, in words."""

    analysis: DriverAnalysis | None
    problem: str = ""


def study_drivers(
    patterns: Mapping[tuple[float | None, ...], int], period: Period, where: dict[str, Any]
) -> DriverStudy:
    """From counts of answer patterns: the outcome's score, then each driver's in the order of DRIVERS."""
    document = {
        "engine": ENGINE,
        "definition": DEFINITION,
        "items": [measure_named(name).code_and_version for name in (OUTCOME, *DRIVERS)],
        "period": {"by": "contact", "from": period.first.isoformat(), "to": period.last.isoformat()},
        "where": where,
        "rules": USUAL.settings | UNWEIGHTED,
        "counts": {"responses": sum(patterns.values())},
    }
    seed = int(sha256(canonical(document))[:8], 16)
    try:
        return DriverStudy(analyse_drivers(DRIVERS, patterns, seed=seed))
    except NotEnoughToTell as problem:
        return DriverStudy(None, str(problem))


def importances(analysis: DriverAnalysis, figures: Mapping[str, Figure]) -> list[Importance]:
    """Of the drivers analysed, the most important first. Areas only where some two drivers may be told apart."""
    several = range(len(analysis.drivers))
    may_tell = any(analysis.may_rank(one, other) for one in several for other in range(one))
    found = [
        Importance(driver, share, interval, correlation, figures[driver], None)
        for driver, share, interval, correlation in zip(
            analysis.drivers,
            analysis.weights.shares,
            analysis.intervals,
            analysis.weights.correlations,
            strict=True,
        )
    ]
    return _with_areas(found) if may_tell else _largest_first(found)


def mori_importances(figures: Mapping[str, Figure]) -> list[Importance]:
    """The same picture with the published weights of 2004 in place of the council's own; never mixed with them."""
    return _with_areas(
        [Importance(driver, weight, None, None, figures[driver], None) for driver, weight in MORI_2004.items()]
    )


def means(found: Sequence[Importance]) -> tuple[float, float] | None:
    """Of importance and of share, over the drivers that may be shown; None without any."""
    shown = [(each.share, each.figure.value) for each in found if each.figure.value is not None]
    return (fmean(share for share, _ in shown), fmean(value for _, value in shown)) if shown else None


def _with_areas(found: Sequence[Importance]) -> list[Importance]:
    middle = means(found)
    return _largest_first([replace(each, area=_area(each, middle)) for each in found])


def _area(each: Importance, middle: tuple[float, float] | None) -> Area | None:
    if middle is None or each.figure.value is None:
        return None
    is_important, is_high = each.share >= middle[0], each.figure.value >= middle[1]
    if is_important:
        return Area.KEEP_UP if is_high else Area.IMPROVE_FIRST
    return Area.MAINTAIN if is_high else Area.WATCH


def _largest_first(found: Sequence[Importance]) -> list[Importance]:
    return sorted(found, key=lambda each: (-each.share, each.driver))

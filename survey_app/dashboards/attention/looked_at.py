"""What was looked at: how many of each kind are well, and what could not be judged. "Nothing" needs saying, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.dashboards.attention.cards import BELOW_TARGET, Waiting
from survey_app.dashboards.overview import Overview
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Verdict
from survey_app.statistics.target_status import Status


@dataclass(frozen=True)
class Check:
    """One thing that is looked at each time. `is_well` is None where nothing could be judged."""

    what: str
    words: str
    is_well: bool | None


def checks(overview: Overview, waiting: Waiting) -> list[Check]:
    """In the order of the page's cards."""
    return [
        *_waiting("Follow-ups", waiting.late_follow_ups, "late"),
        _against_last_year("Services against last year", overview.services),
        _against_target("Services against their targets", overview.services),
        _against_last_year("What drives satisfaction, against last year", overview.drivers),
        _against_target("What drives satisfaction, against targets", overview.drivers),
        *_waiting("Held answers", waiting.held, "waiting for review"),
        _heard(overview),
    ]


def _waiting(what: str, number: int | None, how: str) -> list[Check]:
    if number is None:
        return []
    return [Check(what, f"{number:,} {how}." if number else f"None {how}.", is_well=not number)]


def _against_last_year(what: str, figures: Sequence[Figure]) -> Check:
    tested = [figure for figure in figures if figure.change is not None and figure.change.is_tested]
    if not tested:
        return Check(what, "None has enough answers of both years to be compared.", is_well=None)
    fell = sum(figure.change is not None and figure.change.verdict is Verdict.FELL for figure in tested)
    words = f"{len(tested)} compared: {fell or 'none'} fell."
    return Check(what, words + _rest(figures, tested), is_well=not fell)


def _against_target(what: str, figures: Sequence[Figure]) -> Check:
    judged = [
        figure
        for figure in figures
        if figure.target is not None and figure.value is not None and not figure.provisional and not figure.indicative
    ]
    if not judged:
        return Check(what, "None has a target and enough answers to be judged by it.", is_well=None)
    below = sum(figure.status in BELOW_TARGET for figure in judged)
    reached = len(judged) - below
    shown = sum(figure.status == Status.MET_WITH_CONFIDENCE for figure in judged)
    with_confidence = f", {shown} of them with confidence" if shown else ""
    words = f"{len(judged)} judged: {reached or 'none'} at target{with_confidence}."
    return Check(what, words + _rest(figures, judged), is_well=not below)


def _rest(figures: Sequence[Figure], judged: Sequence[Figure]) -> str:
    """How many were left out: too few answers, or still coming in."""
    left = sum(figure.base > 0 for figure in figures) - len(judged)
    return f" {left} could not be judged." if left > 0 else ""


def _heard(overview: Overview) -> Check:
    what, overall = "Who is heard", overview.response.value
    rates = [rate for code, rate in overview.channel_responses.items() if code and rate.high is not None]
    if overall is None or not rates:
        return Check(what, "No response rate is known yet.", is_well=None)
    below = sum(rate.high is not None and rate.high < overall for rate in rates)
    words = f"{len(rates)} by channel: {below or 'none'} below the rate of all."
    return Check(what, words, is_well=not below)

"""Does the share asked differ between groups by more than a random draw explains?

Each group is a row of strata: so many contacts, of which so many were asked, where the draw asked each with the
stratum's fraction. A group's score is its asked less what the fractions expect; these are known, so its variance
is known, too: sum of n f (1 - f). Under the draw the sum of (O - E)^2 / V over k groups is chi-square with k degrees of
freedom. Source: Pearson 1900; with strata, as the score test of Cochran 1954 with known margins.

The sum is a test of the draw itself. Whoever keeps back a hard case keeps it from coming to the draw: `uneven_shares`
looks for that among what never came to it, where the true share of each group is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from survey_app.statistics.distributions import chi_square_upper_tail
from survey_app.statistics.funnel import OVERDISPERSION_FROM, overdispersion, standard_scores

LEAST_EXPECTED = 5  # of asked, and of not asked: groups with fewer stand together (Cochran's rule)
LEAST_RARE = 2  # of what is rare in every group, so that it can be tested at all: simulated, it errs hardly more often


@dataclass(frozen=True)
class Stratum:
    """Contacts of one group that came to the draw under one fraction, strictly between 0 and 1."""

    contacts: int
    asked: int
    fraction: float


@dataclass(frozen=True)
class Evenness:
    """How far groups lie apart: `statistic` is chi-square with `groups` (or one fewer) degrees of freedom."""

    groups: int  # compared, small ones together as one
    statistic: float
    df: int
    p_value: float
    largest: float  # standardised score of the group furthest from what was expected


@dataclass(frozen=True)
class _Score:
    observed: int
    expected: float
    variance: float
    contacts: int

    def __add__(self, other: _Score) -> _Score:
        return _Score(
            self.observed + other.observed,
            self.expected + other.expected,
            self.variance + other.variance,
            self.contacts + other.contacts,
        )

    def is_below(self, least: int) -> bool:
        return min(self.expected, self.contacts - self.expected) < least

    @property
    def standardised(self) -> float:
        return (self.observed - self.expected) / sqrt(self.variance)


def even_draw(groups: Mapping[str, Iterable[Stratum]]) -> Evenness | None:
    """The test over all groups; None where fewer than two can be compared. Strata that ask everybody or nobody say
    nothing and are left out by the caller."""
    scores = _with_small_ones_together([_score(strata) for strata in groups.values()], LEAST_EXPECTED)
    if len(scores) < 2:
        return None
    statistic = sum(score.standardised**2 for score in scores)
    largest = max((score.standardised for score in scores), key=abs)
    return Evenness(len(scores), statistic, len(scores), chi_square_upper_tail(statistic, len(scores)), largest)


def uneven_shares(groups: Mapping[str, tuple[int, int]]) -> Evenness | None:
    """Whether a share, such as marked "do not survey", differs between groups, each (numerator, base), by more than
    chance and the usual spread between groups explain. None where fewer than two can be compared.

    Pearson's chi-square about the pooled share. From 10 groups it is divided by phi, their winsorised overdispersion:
    advisers have different work, so a small spread is no sign of anything. What is left is one or few far from the
    others, a question and never a verdict.
    """
    total = sum(base for _, base in groups.values())
    share = sum(numerator for numerator, _ in groups.values()) / total if total else 0.0
    if share in (0.0, 1.0):
        return None
    scores = _with_small_ones_together(
        [_Score(x, n * share, n * share * (1 - share), n) for x, n in groups.values() if n], LEAST_RARE
    )
    if len(scores) < 2:
        return None
    statistic = sum(score.standardised**2 for score in scores)
    if len(scores) >= OVERDISPERSION_FROM:
        spread = overdispersion(standard_scores([(score.observed, score.contacts) for score in scores], share))
        statistic /= max(1.0, spread)
    df = len(scores) - 1
    largest = max((score.standardised for score in scores), key=abs)
    return Evenness(len(scores), statistic, df, chi_square_upper_tail(statistic, df), largest)


def _score(strata: Iterable[Stratum]) -> _Score:
    parts = list(strata)
    return _Score(
        sum(part.asked for part in parts),
        sum(part.contacts * part.fraction for part in parts),
        sum(part.contacts * part.fraction * (1 - part.fraction) for part in parts),
        sum(part.contacts for part in parts),
    )


def _with_small_ones_together(scores: Sequence[_Score], least: int) -> list[_Score]:
    """Those with a small expected count as one; if that is still small it joins the smallest of the others."""
    large = [score for score in scores if not score.is_below(least)]
    small = [score for score in scores if score.is_below(least) and score.contacts]
    if not small:
        return large
    together = sum(small, _Score(0, 0.0, 0.0, 0))
    if together.is_below(least) and large:
        smallest = min(large, key=lambda score: (score.contacts, score.observed))
        large.remove(smallest)
        together += smallest
    return large if together.is_below(least) else [*large, together]

"""How good the machine is, from comments that two people labelled without seeing its labels. Pure arithmetic.

A person's label is no truth: two people differ, and so the machine is held against both. Where a comment's label has
to be known (what is found of criticism, what is shown as praise), only comments count that both labelled alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.comments.checking.labels import CANNOT_TELL, SENTIMENTS
from survey_app.comments.checking.reading import Pair
from survey_app.statistics.agreement import cohens_kappa, kappa_interval
from survey_app.statistics.comparison import exact_test
from survey_app.statistics.distributions import ALPHA
from survey_app.statistics.intervals import Interval, mean_interval, wilson_interval
from survey_app.statistics.rounding import percent
from survey_app.statistics.suppression import MINIMUM_BASE

NEGATIVE, POSITIVE = "negative", "positive"


@dataclass(frozen=True)
class Share:
    """A share of comments, with the interval that chance leaves it."""

    value: float | None  # None without comments
    base: int
    interval: Interval | None = None

    @property
    def is_shown(self) -> bool:
        return self.base >= MINIMUM_BASE

    @property
    def words(self) -> str:
        return percent(self.value) if self.value is not None and self.is_shown else "too few"


def share_of(numerator: int, base: int) -> Share:
    """A share of single comments."""
    return Share(numerator / base, base, wilson_interval(numerator, base)) if base else Share(None, 0)


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance; None where every label was the same. Its interval is None for perfect agreement."""

    value: float | None
    interval: Interval | None
    base: int

    @property
    def is_shown(self) -> bool:
        return self.base >= MINIMUM_BASE and self.value is not None


@dataclass(frozen=True)
class Quality:
    """What some samples tell, each figure with its base."""

    comments: int
    people: Share  # both gave one label
    kappa: Kappa
    machine: Share  # it gave a reader's label: the mean of both readers
    machine_kept: Share  # the same of what it did not send to review
    review: Share  # sent to review
    negatives_found: Share  # of those that both call negative
    shown_as_praise: Share  # of the same: labelled positive and not sent to review
    negatives_right: Share  # of those that it calls negative: both call them so
    right: tuple[int, int]  # its label is the one that both gave, of those that both labelled alike


def quality_of(pairs: Sequence[Pair]) -> Quality:
    """The machine's labels against two people's."""
    known = [pair for pair in pairs if pair.agreed is not None]
    critical = [pair for pair in known if pair.agreed == NEGATIVE]
    called = [pair for pair in known if pair.item.machine == NEGATIVE]
    return Quality(
        comments=len(pairs),
        people=share_of(sum(pair.first.label == pair.second.label for pair in pairs), len(pairs)),
        kappa=_kappa(pairs),
        machine=_machine_share(pairs),
        machine_kept=_machine_share([pair for pair in pairs if not pair.item.is_review]),
        review=share_of(sum(pair.item.is_review for pair in pairs), len(pairs)),
        negatives_found=share_of(sum(pair.item.machine == NEGATIVE for pair in critical), len(critical)),
        shown_as_praise=share_of(
            sum(pair.item.machine == POSITIVE and not pair.item.is_review for pair in critical), len(critical)
        ),
        negatives_right=share_of(sum(pair.agreed == NEGATIVE for pair in called), len(called)),
        right=(sum(pair.agreed == pair.item.machine for pair in known), len(known)),
    )


def _kappa(pairs: Sequence[Pair]) -> Kappa:
    if not pairs:
        return Kappa(None, None, 0)
    places = {label: place for place, label in enumerate((*SENTIMENTS, CANNOT_TELL))}
    matrix = [[0] * len(places) for _ in places]
    for pair in pairs:
        matrix[places[pair.first.label or CANNOT_TELL]][places[pair.second.label or CANNOT_TELL]] += 1
    return Kappa(cohens_kappa(matrix).kappa, kappa_interval(matrix), len(pairs))


def _machine_share(pairs: Sequence[Pair]) -> Share:
    """Of each comment none, one or both readers gave the machine's label: the mean, as a share of two."""
    if not pairs:
        return Share(None, 0)
    agreeing = Counter(
        (pair.item.machine == pair.first.label) + (pair.item.machine == pair.second.label) for pair in pairs
    )
    found = mean_interval(agreeing, 0, 2)
    mean = sum(n * count for n, count in agreeing.items()) / len(pairs) / 2
    return Share(mean, len(pairs), Interval(found.low / 2, found.high / 2))


@dataclass(frozen=True)
class Change:
    """How often the label was right in one sample beside those before it."""

    now: Share
    before: Share
    p_value: float

    @property
    def is_shown(self) -> bool:
        return self.now.is_shown and self.before.is_shown

    @property
    def is_proven(self) -> bool:
        return self.is_shown and self.p_value < ALPHA


def change_between(now: Quality, before: Quality) -> Change:
    """Whether the newest sample differs from those before it by more than chance: the exact test of two shares.

    Of comments that both readers of a sample labelled alike; ValueError where either has none.
    """
    (x1, n1), (x2, n2) = now.right, before.right
    return Change(share_of(x1, n1), share_of(x2, n2), exact_test(x1, n1, x2, n2).p_value)


@dataclass(frozen=True)
class ThemeQuality:
    """How well the keywords of a theme find it."""

    recall: Share  # of comments to which both people gave the theme: found
    precision: Share  # of comments that have it by keywords, where both people say the same of it: given by both


def theme_quality(pairs: Sequence[Pair], code: str) -> ThemeQuality:
    """One theme in some samples. Where the two differ on it nobody knows, and the comment is left out."""
    given = [pair for pair in pairs if code in pair.first.themes and code in pair.second.themes]
    found = [
        pair
        for pair in pairs
        if code in pair.item.machine_themes and (code in pair.first.themes) == (code in pair.second.themes)
    ]
    return ThemeQuality(
        recall=share_of(sum(code in pair.item.machine_themes for pair in given), len(given)),
        precision=share_of(sum(code in pair.first.themes for pair in found), len(found)),
    )


def unreported(themes: Mapping[str, ThemeQuality], *, least_recall: float, fewest_cases: int) -> dict[str, str]:
    """Why a theme is not reported, by code: it is known to find too little of what people find.

    A theme whose recall is not known yet is reported.
    """
    return {
        code: f"not reported: finds {percent(found.recall.value)} of what people find"
        for code, found in themes.items()
        if found.recall.value is not None
        and found.recall.base >= max(fewest_cases, MINIMUM_BASE)
        and found.recall.value < least_recall
    }

"""How many answers a change needs in order to show."""

from __future__ import annotations

from math import ceil, sqrt

from survey_app.statistics.distributions import Z_POWER, Z

HALVINGS = 40  # to a part in a million millions of a share


def score_test_size(p1: float, p2: float) -> float:
    """Answers in each period for 80% power at 5% two-sided: the usual formula for two shares, which must differ."""
    pooled = (p1 + p2) / 2
    spread = Z * sqrt(2 * pooled * (1 - pooled)) + Z_POWER * sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return (spread / (p1 - p2)) ** 2


def answers_needed(p1: float, p2: float) -> int:
    """The same for the exact test. Source: the correction of Casagrande, Pike and Smith 1978."""
    m = score_test_size(p1, p2)
    return ceil(m / 4 * (1 + sqrt(1 + 4 / (m * abs(p1 - p2)))) ** 2)


def detectable_share(before: float, answers: int, *, higher: bool) -> float | None:
    """The share nearest to `before` that so many answers in each period would show: the inverse of `answers_needed`.

    None where even all or none of the answers would not.
    """
    found = 1.0 if higher else 0.0
    if found == before or answers_needed(found, before) > answers:
        return None
    too_near = before
    for _ in range(HALVINGS):
        middle = (too_near + found) / 2
        if middle == before or answers_needed(middle, before) > answers:
            too_near = middle
        else:
            found = middle
    return found


def in_two_figures(answers: int) -> int:
    """Rounded up to two figures from 100 on: 866 is shown as 870."""
    step: int = 10 ** max(0, len(str(answers)) - 2)
    return -(-answers // step) * step

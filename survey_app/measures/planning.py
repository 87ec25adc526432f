"""What a year's answers can show, and how many would show a wanted change. Source: MEASURES.md 2.4.

Answers grow with the share of contacts that is asked, so a sampling fraction is planned from what a year of asking
brought. Who is asked oftener answers less: a plan is an upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from survey_app.statistics.sample_size import answers_needed, detectable_share


@dataclass(frozen=True)
class YearOfAsking:
    """What a year brought: answers, the share of them that is favourable, and the fraction (0 to 1) that was asked."""

    answers: int
    share: float
    fraction: float

    @property
    def most(self) -> int:
        """The answers that a year brings when everybody who may be asked is asked."""
        return int(self.answers / self.fraction) if self.fraction else self.answers


@dataclass(frozen=True)
class Plan:
    """What a year shows, and what a wanted change needs. Shares and fractions are 0 to 1.

    `rise_to` and `fall_to` are the nearest shares that this year's answers would tell from its own, None where not even
    the last one would be. `goal` is the share of the wanted change and `needed` the answers a year that show it.
    `fraction` gets there; None where asking everybody does not: then `years` of it put together do, or `group`, the
    name of the smallest group of services that would.
    """

    year: YearOfAsking
    rise_to: float | None
    fall_to: float | None
    goal: float
    needed: int
    fraction: float | None
    years: int | None = None
    group: str | None = None

    @property
    def has_enough(self) -> bool:
        return self.year.answers >= self.needed


def plan(year: YearOfAsking, wanted: float, groups: Sequence[tuple[str, int]] = ()) -> Plan | None:
    """How a service could show a change by `wanted` (0 to 1): a rise, or a fall where there is no room above.

    `groups` are the groups that hold the service, the smallest first: name, and answers when everybody is asked.
    None without an answer, or where the change fits on neither side.
    """
    goal = year.share + wanted if year.share + wanted <= 1 else year.share - wanted
    if year.answers == 0 or goal < 0 or goal == year.share:
        return None
    needed = answers_needed(goal, year.share)
    fraction = max(year.fraction, year.fraction * needed / year.answers)
    found = Plan(
        year=year,
        rise_to=detectable_share(year.share, year.answers, higher=True),
        fall_to=detectable_share(year.share, year.answers, higher=False),
        goal=goal,
        needed=needed,
        fraction=fraction if fraction <= 1 else None,
    )
    if found.fraction is not None:
        return found
    group = next((name for name, most in groups if most >= needed), None)
    return Plan(**vars(found) | {"years": ceil(needed / year.most), "group": group})

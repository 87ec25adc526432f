"""Which terms stand in a larger share of comments than before, by more than chance explains. A pure rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from survey_app.statistics.comparison import benjamini_hochberg
from survey_app.statistics.distributions import chi_square_upper_tail

FLOOR = 5  # comments: what fewer say is nobody's trend, and could tell who wrote it
FALSE_DISCOVERIES = 0.05  # of the terms that are shown, at most so many by chance, in expectation
SAME_AS_PAIR = 0.8  # a word that mostly stands in a pair says nothing beside it


@dataclass(frozen=True, slots=True)
class Emerging:
    """A term, and the comments that it stands in now and before."""

    term: str
    now: int
    before: int
    g2: float


def log_likelihood_ratio(now: int, of_now: int, before: int, of_before: int) -> float:
    """G2 of the two-by-two table of comments with and without a term, now and before: twice the sum of observed times
    the logarithm of observed over expected. Unlike chi-square it holds for rare words.

    Source: Dunning 1993, Computational Linguistics 19(1):61-74; for comparing texts, Rayson and Garside 2000.
    """
    table = ((now, of_now - now), (before, of_before - before))
    columns = [sum(row[side] for row in table) for side in (0, 1)]
    total = of_now + of_before
    return 2 * sum(
        seen * log(seen * total / (sum(row) * column))
        for row in table
        for seen, column in zip(row, columns, strict=True)
        if seen
    )


def emerging(
    now: Mapping[str, int], before: Mapping[str, int], totals: tuple[int, int], *, most: int | None = None
) -> list[Emerging]:
    """The terms that stand in more of the comments of now (`totals[0]`) than of before (`totals[1]`), the surest first.

    Each has at least 5 comments now. They are judged together: of all terms with 5 comments in both periods together,
    those whose p-value of G2 passes Benjamini's and Hochberg's procedure at 5%. Where a pair carries most of a word's
    comments the pair alone is named. None where there were no comments before: then everything would be new.
    """
    of_now, of_before = totals
    if not of_now or not of_before:
        return []
    tested = sorted(term for term in {*now, *before} if now.get(term, 0) + before.get(term, 0) >= FLOOR)
    found = [
        Emerging(term, n, b, log_likelihood_ratio(n, of_now, b, of_before))
        for term in tested
        for n, b in ((now.get(term, 0), before.get(term, 0)),)
    ]
    adjusted = benjamini_hochberg([chi_square_upper_tail(each.g2, 1) for each in found])
    risen = [
        each
        for each, p in zip(found, adjusted, strict=True)
        if p <= FALSE_DISCOVERIES and each.now >= FLOOR and each.now * of_before > each.before * of_now
    ]
    return _each_said_once(sorted(risen, key=lambda each: (-each.g2, each.term)))[:most]


def _each_said_once(found: Sequence[Emerging]) -> list[Emerging]:
    """Without the words that a pair says better, and without pairs of which a word says much more."""
    by_term = {each.term: each for each in found}
    left_out = set()
    for pair in (each for each in found if " " in each.term):
        words = [by_term[word] for word in pair.term.split(" ") if word in by_term]
        covered = [word.term for word in words if pair.now >= SAME_AS_PAIR * word.now]
        left_out.update(covered)
        if words and not covered:
            left_out.add(pair.term)
    return [each for each in found if each.term not in left_out]

"""Where a year beat the one before, in words."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.kernel.periods import Period
from survey_app.measures.sentences.changes import Change
from survey_app.measures.sentences.headlines import Headline
from survey_app.measures.sentences.numbers import listed

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

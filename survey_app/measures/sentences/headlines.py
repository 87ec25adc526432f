"""The h1 of a page about a share: what is so, its target, and the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import Period
from survey_app.measures.sentences.changes import Change, Verdict
from survey_app.measures.sentences.numbers import capital, for_page
from survey_app.measures.sentences.targets import target_words
from survey_app.statistics.rounding import share_text
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE, is_indicative, is_suppressed
from survey_app.statistics.target_status import Status, Target, share_status


@dataclass(frozen=True)
class Headline:
    """The h1 of a page: what is so, in bold, then target and change in normal weight. Both are for pages."""

    claim: str
    rest: str


def headline(
    numerator: int,
    base: int,
    *,
    period: Period,
    today: date,
    target: Target | None = None,
    change: Change | None = None,
    provisional: bool = False,
    people: str = "residents",
    about: str | None = None,
) -> Headline:
    """The answer of a page about a share. `change` is the comparison with the period before, if one is made; `about` is
    the part of the council that it is about, which then stands first.

    A provisional figure says so and claims neither a change nor a status.
    """
    if base == 0:
        return Headline(_of(about, f"No answers {period.spoken(today)}."), "There is no figure to show yet.")
    if is_suppressed(base):
        claim = f"Too few answers to judge{',' if about else ':'} {base} {period.spoken(today)}."
        return Headline(
            _of(about, claim), f"Figures are shown from {MINIMUM_BASE} answers, so that nobody can be recognised."
        )
    goal = target.value if target else None
    whom = f"the {base:,} who answered" if about else f"the {base:,} {people} who answered"
    claim = f"{share_text(numerator, base, goal)} of {whom} were satisfied."
    rest = [_headline_target(None if provisional else share_status(numerator, base, target), target)]
    if is_indicative(base):
        rest.insert(0, f"Indicative: fewer than {INDICATIVE_BELOW} answers.")
    if provisional:
        rest.append("Provisional: answers are still coming in.")
    elif change:
        rest.append(change_in_short(change))
    return Headline(_of(about, capital(claim)), for_page(" ".join(rest)))


def _of(about: str | None, claim: str) -> str:
    """Housing options: 98.4% of the 187 who answered were satisfied."""
    return f"{about}: {claim[:1].lower()}{claim[1:]}" if about else claim


def _headline_target(status: Status | None, target: Target | None) -> str:
    if target is None:
        return "No target is set."
    judged = {
        Status.MET: ": reached, but chance alone could explain it",
        Status.NOT_PROVEN: ": not reached, but chance alone could explain it",
        Status.MISSED: ": missed",
    }
    return f"The target is {target_words(target)}{judged.get(status, '') if status else ''}."


def change_in_short(change: Change) -> str:
    """A change as a headline says it: up from what, or that none can be shown."""
    if change.verdict is Verdict.NOT_ENOUGH or change.difference is None:
        return f"Not enough answers to compare with {change.comparison}."
    if change.difference == 0:
        return f"The same as {change.comparison}: no change that we can show."
    if not change.is_claim:
        return capital(f"{change.before} {change.comparison}: no change that we can show.")
    direction = "Up" if change.difference > 0 else "Down"
    allowing = f", allowing for {change.adjusted_for} comparisons" if change.adjusted_for > 1 else ""
    return f"{direction} from {change.before} {change.comparison}: unlikely to be chance{allowing}."

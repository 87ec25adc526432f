"""The planner as its template receives it: the answer, then a row a service, the one that lacks most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import Link
from survey_app.dashboards import wording
from survey_app.dashboards.planner.queries import AskedYear
from survey_app.measures.figures import Figure
from survey_app.measures.planning import Plan, YearOfAsking, plan
from survey_app.measures.sentences import Headline, for_page
from survey_app.measures.sentences.plans import detectable_words, plan_sentence
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.sample_size import in_two_figures

ALL = "All services together"


@dataclass(frozen=True)
class PlanRow:
    """One service: what a year brings, what that shows, and how the wanted change would show."""

    name: str
    satisfied: Link
    contacts: str
    rate: str
    answers: str
    shows: str
    needed: str
    words: str


@dataclass(frozen=True)
class PlannerPage:
    headline: Headline
    period: str
    fraction: str
    rows: Sequence[PlanRow]
    not_shown: str


def planner_page(asked: AskedYear, wanted: float) -> PlannerPage:
    """For a wanted change, as a share."""
    whole = _plan(asked.whole, wanted, asked.fraction, ())
    shown = [figure for figure in asked.services if figure.numerator is not None and figure.base]
    plans = [(figure, _plan(figure, wanted, asked.fraction, _groups(figure, asked, whole))) for figure in shown]
    lacking_most_first = sorted(plans, key=lambda each: (_cover(each[1]), each[0].group))
    rows = [_row(asked.names[figure.group[0]], figure, found, asked) for figure, found in lacking_most_first]
    return PlannerPage(
        headline=_headline([found for _, found in plans], whole, wanted),
        period=asked.period.title,
        fraction=f"{rounded(asked.fraction * 100, 1)}%",
        rows=[*([_row(ALL, asked.whole, whole, asked)] if asked.whole.numerator is not None else []), *rows],
        not_shown=wording.listed(
            sorted(asked.names[figure.group[0]] for figure in asked.services if figure.suppressed)
        ),
    )


def _plan(figure: Figure, wanted: float, fraction: float, groups: Sequence[tuple[str, int]]) -> Plan | None:
    if figure.value is None:
        return None
    return plan(YearOfAsking(figure.base, figure.value, fraction), wanted, groups)


def _groups(figure: Figure, asked: AskedYear, whole: Plan | None) -> list[tuple[str, int]]:
    """What holds the service, the smallest first: the services above it with all under them, then all together."""
    bases = {each.group[0]: each.base for each in asked.services if not each.suppressed}
    groups = []
    for above in asked.tree.upwards(figure.group[0])[1:]:
        code = asked.tree.code(above)
        under = {asked.tree.code(part) for part in asked.tree.subtree([code])}
        answers = sum(base for each, base in bases.items() if each in under)
        groups.append((asked.names[code], YearOfAsking(answers, 0.5, asked.fraction).most))
    return [*groups, *([(ALL.lower(), whole.year.most)] if whole else [])]


def _cover(found: Plan | None) -> float:
    """The part of the needed answers that there is."""
    return 0.0 if found is None else found.year.answers / found.needed


def _headline(plans: Sequence[Plan | None], whole: Plan | None, wanted: float) -> Headline:
    size = f"a change of {rounded(wanted * 100, 1).removesuffix('.0')} points"
    if whole is None:
        return Headline("No answers to plan from yet.", f"Plan for {size} once 10 people have answered.")
    enough = sum(found is not None and found.has_enough for found in plans)
    who = "No service gets" if not enough else f"{enough} of {len(plans)} services get"
    claim = f"{who} enough answers in a year to show {size}."
    needed, answers = in_two_figures(whole.needed), whole.year.answers
    rest = f"All together have {answers:,} and {'need' if whole.has_enough else 'would need'} {needed:,}."
    return Headline(claim, rest)


def _row(name: str, figure: Figure, found: Plan | None, asked: AskedYear) -> PlanRow:
    contacts, response = asked.contacts.get(figure.group), asked.responses.get(figure.group)
    return PlanRow(
        name=name,
        satisfied=Link(wording.value_words(figure), figure.passport),
        contacts="–" if contacts is None else f"{contacts.numerator:,}",
        rate="–" if response is None or response.value is None else percent(response.value),
        answers=f"{figure.base:,}",
        shows="–" if found is None else for_page(detectable_words(found)),
        needed="–" if found is None else f"{in_two_figures(found.needed):,}",
        words="There is no room for such a change." if found is None else plan_sentence(found),
    )

"""Reading the visits of a framework, and whether its elements beat last year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from survey_app.evidence.exhibits.proofs import last_full_year
from survey_app.evidence.exhibits.queries import cited_at
from survey_app.evidence.models import (
    Accreditation,
    AssessorAccess,
    Element,
    Exhibit,
    Framework,
    Rating,
    Visit,
    VisitElement,
    VisitKind,
    element_exhibit,
)
from survey_app.evidence.visits.beating import Beat, Beaten, Named, beat_of
from survey_app.evidence.visits.cycle import Cycle, Judgement, Stop, make_cycle, must_be_shown_again, outcome_words
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery
from survey_app.measures.definitions import Unit
from survey_app.measures.figures import Figure, adjust_together
from survey_app.measures.last_year import Margin, judge
from survey_app.measures.queries import figures, query_from_id, read_standing
from survey_app.measures.queries.standing import Standing, margins


def rounds_of(framework_id: int) -> Sequence[Accreditation]:
    """The rounds of a framework with their visits and what was found at each, the earliest first; what was frozen there
    is read where somebody looks at it."""
    found = db.session.scalars(
        select(Accreditation)
        .where(Accreditation.framework_id == framework_id)
        .options(joinedload(Accreditation.visits).selectinload(Visit.elements).defer(VisitElement.frozen))
    ).unique()
    return sorted(found, key=lambda each: min((visit.due_on for visit in each.visits), default=date.max))


def cycle_of(framework: Framework, today: date, ratings: Mapping[int, Rating | None] | None = None) -> Cycle:
    """The visits of a framework as its board tells them: a handful of statements, however many there were. `ratings`
    are its elements' own by their ids, where they were read already."""
    rounds = [each for each in rounds_of(framework.id) if each.visits]
    judgements = _judged(_ratings(framework.id) if ratings is None else ratings, rounds)
    stops = [_stop(framework, visit, judgements) for each in rounds for visit in each.visits]
    return make_cycle(stops, rounds[-1].years if rounds else 0, today)


def _stop(framework: Framework, visit: Visit, judgements: dict[int, Judgement]) -> Stop:
    stop = Stop(framework.code, visit.accreditation_id, visit.kind, visit.months, visit.due_on)
    if visit.held_on is None:
        return replace(stop, to_show=len(to_show_at(visit, judgements)))
    shown = [each for each in visit.elements if each.is_to_show]
    is_part = len(shown) < len(visit.elements)
    outcome = outcome_words([each.assessors_rating for each in shown], of_shown=is_part)
    return replace(stop, held_on=visit.held_on, outcome=outcome)


def judgements_of(framework_id: int) -> dict[int, Judgement]:
    """What is known of each element before the next visit, by its id."""
    return _judged(_ratings(framework_id), rounds_of(framework_id))


def _ratings(framework_id: int) -> dict[int, Rating | None]:
    own = db.session.execute(select(Element.id, Element.rating).where(Element.framework_id == framework_id))
    return dict(own.all())


def _judged(ratings: Mapping[int, Rating | None], rounds: Iterable[Accreditation]) -> dict[int, Judgement]:
    found = {element: Judgement(rating) for element, rating in ratings.items()}
    held = [(visit.held_on, visit.id, visit) for each in rounds for visit in each.visits if visit.held_on is not None]
    for _, _, visit in sorted(held):  # the latest that looked at an element
        for seen in visit.elements:
            if seen.is_to_show:
                found[seen.element_id] = Judgement(ratings[seen.element_id], seen.assessors_rating, seen.remark)
    return found


def to_show_at(visit: Visit, judgements: dict[int, Judgement]) -> set[int]:
    """The ids of the elements that must be shown at a visit: all of them at a full assessment; at a review those that
    somebody chose, or until then those that it looks at by itself."""
    if visit.kind is VisitKind.FULL:
        return set(judgements)
    if visit.elements:
        return {each.element_id for each in visit.elements if each.is_to_show}
    return {element for element, judgement in judgements.items() if must_be_shown_again(judgement)}


def visit_on(framework_code: str, due_on: str) -> Visit:
    """One visit by the day in its address. NotFound when there is none."""
    try:
        day = date.fromisoformat(due_on)
    except ValueError:
        raise NotFound("There is no visit on such a day.") from None
    visit = db.session.scalar(
        select(Visit)
        .join(Accreditation)
        .join(Framework)
        .where(Framework.code == framework_code, Visit.due_on == day)
        .options(
            joinedload(Visit.accreditation).joinedload(Accreditation.framework),
            selectinload(Visit.elements).joinedload(VisitElement.element),
        )
    )
    if visit is None:
        raise NotFound("There is no visit on such a day.")
    return visit


def days_taken(framework_id: int) -> set[date]:
    """The days in the addresses of a framework's visits."""
    of_framework = Accreditation.framework_id == framework_id
    return set(db.session.scalars(select(Visit.due_on).join(Accreditation).where(of_framework)))


def strongest_of(framework_id: int) -> dict[int, int]:
    """The exhibit that is called the strongest of each element: the id of the one by that of the other."""
    rows = db.session.execute(
        select(element_exhibit.c.element_id, element_exhibit.c.exhibit_id)
        .join(Element, Element.id == element_exhibit.c.element_id)
        .where(Element.framework_id == framework_id, element_exhibit.c.is_strongest)
    )
    return {row.element_id: row.exhibit_id for row in rows}


def is_referred_to(visit: Visit) -> bool:
    """Whether an assessor was invited to a visit."""
    return bool(db.session.scalar(select(exists().where(AssessorAccess.visit_id == visit.id))))


def beat_last_year(element: Element, now: datetime) -> Beaten | None:
    """Whether an element beats last year: surpassed, maintained or not shown; None where nothing can be compared."""
    beat = beats_of(element.framework_id, now).get(element.id)
    return None if beat is None else beat.outcome


def beats_of(
    framework_id: int,
    now: datetime,
    *,
    standing: Standing | None = None,
    exhibits: Mapping[int, Sequence[Exhibit]] | None = None,
) -> dict[int, Beat]:
    """What each element of a framework comes to against last year, by its id; without those that cannot be compared.
    It is told by the exhibits that were pinned by `now`: those of `cited_at()`, which may have been read already.

    One statement for each figure that is cited, however many elements and exhibits cite it.
    """
    year = last_full_year(london_day(now))
    cited = _figures_cited(cited_at(framework_id) if exhibits is None else exhibits, year, now)
    if not cited:
        return {}
    standing = standing or read_standing(now)
    queries = list(dict.fromkeys(query for queries in cited.values() for query in queries))
    read = {query: figure for query in queries if (figure := _figure(query, now, standing)) is not None}
    (together,) = adjust_together([list(read.values())], standing.namings)
    held_to = _margins()
    judged = {
        query: Named(_name(query), found)
        for query, figure in zip(read, together, strict=True)
        if (found := judge(figure, held_to[figure.measure.name])) is not None
    }
    beats = {
        element: beat_of([judged[query] for query in queries if query in judged], year)
        for element, queries in cited.items()
    }
    return {element: beat for element, beat in beats.items() if beat is not None}


def _figures_cited(
    exhibits: Mapping[int, Sequence[Exhibit]], year: Period, now: datetime
) -> dict[int, list[FigureQuery]]:
    """The figures that the elements of a framework cite, each as that of `year`."""
    pinned = [
        (element, str(exhibit.query["figure"]))
        for element, all_cited in exhibits.items()
        for exhibit in all_cited
        if exhibit.passport_id is not None and exhibit.pinned_at <= now
    ]
    cited: defaultdict[int, list[FigureQuery]] = defaultdict(list)
    known: dict[str, FigureQuery | None] = {}
    for element, figure_id in pinned:
        if figure_id not in known:
            known[figure_id] = _of_year(figure_id, year)
        query = known[figure_id]
        if query is not None and query not in cited[element]:
            cited[element].append(query)
    return dict(cited)


def _of_year(figure_id: str, year: Period) -> FigureQuery | None:
    """A figure for another year; None for a measure that is gone, and for counts and medians, which no test compares
    here."""
    try:
        query = query_from_id(figure_id)
    except (InvalidInput, NotFound):
        return None
    if query.definition.unit in {Unit.COUNT, Unit.DAYS}:
        return None
    return replace(query, first=year.first, last=year.last)


def _figure(query: FigureQuery, now: datetime, standing: Standing) -> Figure | None:
    """The figure with its change; None where its service is gone."""
    try:
        (figure,) = figures(
            query.definition,
            query.first,
            query.last,
            where=query.filters,
            rules=query.rules,
            now=now,
            standing=standing,
        )
    except NotFound:
        return None
    return figure


def _margins() -> defaultdict[str, list[Margin]]:
    held_to: defaultdict[str, list[Margin]] = defaultdict(list)
    for line in margins():
        held_to[line.measure].append(Margin(line.margin, london_day(line.set_at)))
    return held_to


def _name(query: FigureQuery) -> str:
    """Satisfaction; Satisfaction (service: housing)."""
    filters = "; ".join(f"{name.replace('_', ' ')}: {', '.join(codes)}" for name, codes in query.where)
    return f"{query.definition.label} ({filters})" if filters else query.definition.label

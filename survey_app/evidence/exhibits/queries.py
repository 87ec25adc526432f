"""Reading exhibits, what each proves, and which may be seen beside each other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from survey_app.accounts.models import User
from survey_app.actions.improvements.queries import improvements, letter_of
from survey_app.actions.models import Improvement
from survey_app.comments.models import Comment, QuoteMark
from survey_app.comments.picking import Quotable, answer_digest
from survey_app.dashboards.comments.picked.queries import quotable_comments as comments_to_quote
from survey_app.dashboards.queries import CommentFilter, narrowed
from survey_app.evidence.exhibits.proofs import (
    Proof,
    TrendPart,
    exhibit_number,
    last_full_year,
    trend_unit,
)
from survey_app.evidence.exhibits.quotes import QuoteChoice, Quotes
from survey_app.evidence.exhibits.suggestions import Offer, Offers
from survey_app.evidence.models import Element, Exhibit, ExhibitKind, Framework, element_exhibit
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.definitions import MEASURES, Source
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.models import FrozenPassport, PublishedEdition
from survey_app.measures.queries import figures
from survey_app.measures.queries.published import latest_editions
from survey_app.measures.queries.standing import Standing, service_tree
from survey_app.measures.subtraction import Printed, printed, standing_together
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.scope import EVERYTHING
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Question, QuestionVersion, SurveyItem, SurveyVersion

MOST_OFFERED = 300  # exhibits in one list


def exhibit_by_number(number: int) -> Exhibit:
    """One exhibit. NotFound when there is none."""
    exhibit = db.session.scalar(select(Exhibit).where(Exhibit.number == number))
    if exhibit is None:
        raise NotFound(f"There is no exhibit E{number:02}.")
    return exhibit


def next_exhibit_number() -> int:
    return (db.session.scalar(select(func.max(Exhibit.number))) or 0) + 1


def exhibits_of(query: FigureQuery, kind: ExhibitKind) -> list[Exhibit]:
    """What was ever pinned of this figure, oldest first."""
    exhibits = db.session.scalars(select(Exhibit).where(Exhibit.kind == kind).order_by(Exhibit.number))
    return [exhibit for exhibit in exhibits if exhibit.query["figure"] == to_id(query)]


def exhibits_with(code: str) -> Sequence[Exhibit]:
    """The exhibits that stand on a frozen passport, by number."""
    return db.session.scalars(
        select(Exhibit)
        .join(FrozenPassport, FrozenPassport.id == Exhibit.passport_id)
        .where(FrozenPassport.code == code)
        .order_by(Exhibit.number)
    ).all()


def cited_at(framework_id: int) -> dict[int, list[Exhibit]]:
    """What the elements of a framework cite, by number, by the id of the element. Nothing frozen is read."""
    rows = db.session.execute(
        select(element_exhibit.c.element_id, Exhibit)
        .join(Exhibit, Exhibit.id == element_exhibit.c.exhibit_id)
        .join(Element, Element.id == element_exhibit.c.element_id)
        .where(Element.framework_id == framework_id)
        .order_by(Exhibit.number)
        .options(
            lazyload(Exhibit.passport),
            joinedload(Exhibit.edition).load_only(PublishedEdition.measure, PublishedEdition.first),
        )
    )
    found = defaultdict[int, list[Exhibit]](list)
    for element_id, exhibit in rows:
        found[element_id].append(exhibit)
    return dict(found)


def proof_of(exhibit: Exhibit, framework: Framework | None = None) -> Proof:
    """An exhibit as a value, with the elements of one framework where it stands: each framework has its own 1.1.1."""
    places = [element for element in exhibit.elements if framework is None or element.framework_id == framework.id]
    return Proof(
        number=exhibit_number(exhibit.number),
        is_chart=exhibit.kind is ExhibitKind.CHART,
        title=exhibit.title,
        elements=tuple(element.number for element in sorted(places, key=lambda element: element.position)),
        code=exhibit.frozen.code,
        document=exhibit.frozen.document,
        frozen_at=exhibit.frozen.frozen_at,
        trend=tuple(TrendPart.read(part) for part in exhibit.query.get("trend", ())),
    )


def told_apart() -> dict[str, list[Printed]]:
    """The pinned exhibits, of all frameworks, that somebody outside may see beside each other: what each prints.

    Of two that would give a few answers away by subtraction the older one stands.
    """
    pinned = db.session.scalars(
        select(Exhibit)
        .where(Exhibit.elements.any(), Exhibit.passport_id.is_not(None))
        .options(selectinload(Exhibit.elements))
        .order_by(Exhibit.number)
    ).all()
    tree = service_tree()
    prints = [bases_printed_by(proof_of(exhibit), tree) for exhibit in pinned]
    verdicts = zip(pinned, prints, standing_together(prints), strict=True)
    return {exhibit_number(exhibit.number): bases for exhibit, bases, may_stand in verdicts if may_stand}


def bases_printed_by(proof: Proof, tree: ServiceTree) -> list[Printed]:
    """Every base that an exhibit prints: its figure's, and those of the months or quarters of its chart."""
    figure = figure_of(json.loads(proof.document))
    bases = [(figure.query, figure.base)]
    bases += [
        (replace(figure.query, first=part.first, last=part.last), part.base)
        for part in proof.trend
        if part.value is not None
    ]
    return [printed(query, base, tree.subtree, tree.ids) for query, base in bases]


def trend_of(query: FigureQuery, *, now: datetime) -> list[TrendPart]:
    """A figure by month, or by quarter where months are mostly thin."""
    by_month = _by(query, "month", now)
    unit = trend_unit(by_month)
    return [TrendPart.of(figure) for figure in (by_month if unit == "month" else _by(query, unit, now))]


def live_figure(query: FigureQuery, *, now: datetime, standing: Standing | None = None) -> Figure:
    """The figure as it is now, with its target and last year."""
    (figure,) = figures(
        query.definition, query.first, query.last, where=query.filters, rules=query.rules, now=now, standing=standing
    )
    return figure


def _by(query: FigureQuery, unit: str, now: datetime) -> list[Figure]:
    return figures(
        query.definition, query.first, query.last, by=[unit], where=query.filters, rules=query.rules, now=now
    )


def source_of(exhibit: Exhibit) -> tuple[str | None, str | None]:
    """What an exhibit was made of, as an offer says it; and of a figure or chart the label of its measure."""
    if exhibit.improvement_id is not None:
        return f"improvement {exhibit.improvement_id}", None
    if exhibit.edition is not None:
        return f"table {exhibit.edition.measure} {exhibit.edition.first.isoformat()}", None
    if exhibit.passport_id is None:
        return None, None
    name = str(exhibit.query["figure"]).partition("~")[0]
    return f"measure {name}", MEASURES[name].label if name in MEASURES else exhibit.title


def offers_on(today: date) -> Offers:
    """What exists on a day and could be cited: the last full year's figures of what the surveys ask, the improvements
    that are done, and the tables that were published of that year."""
    year = last_full_year(today)
    return Offers(
        measures={
            name: Offer(f"measure {name}", f"{MEASURES[name].label} {year.label}", name)
            for name in _measures_with_data()
        },
        improvements=[
            Offer(
                f"improvement {each.id}",
                f"improvement {letter_of(each.number)}, {each.title}",
                each.measure,
                each.prompt,
            )
            for each in done_improvements(today)
        ],
        tables=[
            Offer(
                f"table {each.measure} {each.first.isoformat()}",
                f"the published tables of {MEASURES[each.measure].label.lower()} {year.label}",
                each.measure,
            )
            for each in latest_editions(year.first, year.last)
            if each.measure in MEASURES
        ],
    )


def done_improvements(today: date) -> list[Improvement]:
    """The improvements that are made and stand, the newest first."""
    return [each for each in improvements() if each.done_on <= today]


def _measures_with_data() -> list[str]:
    """The measures that a published survey asks for, and those that need no question."""
    asked = set(
        db.session.scalars(
            select(Question.asks)
            .distinct()
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .join(SurveyItem, SurveyItem.question_version_id == QuestionVersion.id)
            .join(SurveyVersion, SurveyVersion.id == SurveyItem.survey_version_id)
            .where(SurveyVersion.state == VersionState.PUBLISHED)
        )
    )
    return [name for name, each in MEASURES.items() if each.source is not Source.ANSWERS or each.asks in asked]


def quotable_comments(choice: QuoteChoice) -> list[Quotable]:
    """The comments of answers that count among which quotes are picked, the newest first."""
    scope = narrowed(EVERYTHING, choice.service)
    return comments_to_quote(CommentFilter(scope, choice.period, theme=choice.theme))


def marked_as_quotes() -> dict[int, str]:
    """The comments that somebody marked as worth quoting, by number, each with who did."""
    name = func.coalesce(func.nullif(User.name, ""), User.email, "somebody who has left")
    rows = db.session.execute(select(QuoteMark.comment_id, name).outerjoin(User, User.id == QuoteMark.marked_by))
    return dict(rows.all())


def standing_quotes(exhibits: Sequence[Exhibit]) -> dict[int, Quotes]:
    """The quotes of exhibits by their numbers, without those whose answer was withdrawn, changed or no longer counts
    since, and without those that read otherwise now: somebody had more taken out."""
    stored = {exhibit.number: Quotes.read(exhibit.query) for exhibit in exhibits if exhibit.kind is ExhibitKind.QUOTES}
    wanted = {quote.comment for quotes in stored.values() for quote in quotes.quotes}
    if not wanted:
        return stored
    rows = db.session.execute(
        select(Comment.id, Comment.redacted_text, SurveyResponse.reference)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.id.in_(wanted), SurveyResponse.state == ResponseState.COUNTED)
    )
    alive = {(number, answer_digest(reference), text) for number, text, reference in rows}
    found = {}
    for number, quotes in stored.items():
        left = tuple(each for each in quotes.quotes if (each.comment, each.answer, each.text) in alive)
        gone = len(quotes.quotes) - len(left)
        found[number] = replace(quotes, quotes=left, withdrawn=quotes.withdrawn + gone)
    return found


def exhibits_of_kind(kind: ExhibitKind) -> Sequence[Exhibit]:
    return db.session.scalars(select(Exhibit).where(Exhibit.kind == kind).order_by(Exhibit.number)).all()


def exhibit_for(kind: ExhibitKind, **source: int) -> Exhibit | None:
    """The exhibit that was made of an improvement, an edition or a document already."""
    return db.session.scalar(select(Exhibit).filter_by(kind=kind, **source).order_by(Exhibit.number).limit(1))


def citable_exhibits(element: Element) -> Sequence[Exhibit]:
    """What stands anywhere but here, the newest first."""
    here = select(element_exhibit.c.exhibit_id).where(element_exhibit.c.element_id == element.id)
    return db.session.scalars(
        select(Exhibit).where(Exhibit.id.not_in(here)).order_by(Exhibit.number.desc()).limit(MOST_OFFERED)
    ).all()


def citable_editions() -> list[PublishedEdition]:
    """The newest edition of each measure and year, the newest year first."""
    found = latest_editions(date.min, date.max)
    return sorted(found, key=lambda edition: (edition.first, edition.measure), reverse=True)

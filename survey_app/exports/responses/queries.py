"""Reading answered surveys a few thousand at a time: those that a figure of the same days and filters counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, func, null, or_, select, type_coerce

from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.exports.responses.codebook import Codes, long_codebook, wide_codebook
from survey_app.exports.responses.layout import FACTS, LONG, Edition, OptionAsked, WideLayout, Wording
from survey_app.exports.responses.shaping import Answered, LongRows, Texts, Written, wide_rows
from survey_app.exports.sheets import Cell, Sheet
from survey_app.exports.tables import Column, Row, Table
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.address import FILTERS, make_query
from survey_app.measures.queries import cut_of
from survey_app.measures.queries.cells import counted_responses
from survey_app.measures.queries.cuts import of_customers
from survey_app.measures.queries.standing import service_tree
from survey_app.measures.queries.subjects import sentiment_label
from survey_app.organisation.channels import Channel, CustomerKind, Mode
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, SurveyResponse
from survey_app.surveys.models import Survey, SurveyItem, SurveyVersion

ROWS_AT_ONCE = 2_000
SURVEY = "survey"  # a filter that figures do not have: they count all surveys of a measure
FILTERED_BY = (*FILTERS, SURVEY)


@dataclass(frozen=True)
class Wanted:
    """Which responses: of London days, both included, within a scope and filters; and whether with what was written."""

    first: date
    last: date
    where: Mapping[str, Sequence[str]]
    scope: Scope
    is_long: bool = False
    with_texts: bool = True
    facts: frozenset[str] | None = None  # the names of columns; None: all of them


class Responses:
    """The responses that somebody wants: what was asked of them, how many they are, and their rows.

    InvalidInput for a filter that there is none of, NotFound for a service or a survey that is not there or not in
    scope. All is to be read in one transaction: so the rows are of one moment.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.done = 0  # of `total`, whose rows were read
        self._theme_words: dict[str, str] = {}
        self._chosen = _conditions(wanted)
        self.editions = _editions(self._chosen)

    @cached_property
    def total(self) -> int:
        """How many responses there are."""
        return db.session.scalar(select(func.count()).select_from(SurveyResponse).where(*self._chosen)) or 0

    @cached_property
    def layout(self) -> WideLayout:
        return WideLayout(self.editions, self.facts, with_texts=self.wanted.with_texts)

    @cached_property
    def codebook(self) -> Sheet:
        """What each column holds."""
        codes = self._codes()
        if self.wanted.is_long:
            return long_codebook(self.editions, codes)
        return wide_codebook(self.layout, self.editions, codes)

    @property
    def table(self) -> Table:
        """The rows as a stream."""
        name = "Answers" if self.wanted.is_long else "Responses"
        return Table(name, self.columns, self._batches())

    @cached_property
    def columns(self) -> list[Column]:
        return [*self.facts, *LONG] if self.wanted.is_long else self.layout.columns

    @cached_property
    def facts(self) -> list[Column]:
        """The columns before those of the questions."""
        return [column for column in FACTS if self.wanted.facts is None or column.name in self.wanted.facts]

    def after(self, number: int) -> tuple[list[Row], int]:
        """The next rows behind a number, and the number to go on from; 0 behind the last."""
        found = db.session.connection().execute(self._next(number)).all()
        if not found:
            return [], 0
        self.done += len(found)
        first, last = found[0].id, found[-1].id
        texts = self._texts(first, last) if self.wanted.with_texts else {}
        return self._rows_of(self._answered(found), self._answers(first, last), texts), last

    def _batches(self) -> Iterator[list[Row]]:
        rows, number = self.after(0)
        while number:
            yield rows
            rows, number = self.after(number)

    @cached_property
    def _rows_of(self) -> Callable[[Iterable[Answered], Any, Texts], list[Row]]:
        return LongRows(self.editions).of if self.wanted.is_long else partial(wide_rows, self.layout)

    def _among(self, response_id: Any, first: int, last: int) -> ColumnElement[bool]:
        """Of the chosen responses between these two. Their ends are said of the column itself as well: else PostgreSQL
        may read all comments there are for each batch."""
        chosen = select(SurveyResponse.id).where(*self._chosen, SurveyResponse.id.between(first, last))
        return and_(response_id.between(first, last), response_id.in_(chosen))

    def _next(self, after: int) -> Any:
        rows = select(
            SurveyResponse.id,
            SurveyResponse.reference,
            SurveyResponse.counts_on,
            SurveyResponse.service_id,
            type_coerce(SurveyResponse.channel, String),
            SurveyResponse.team_id,
            SurveyResponse.site_id,
            SurveyResponse.reason,
            type_coerce(SurveyResponse.mode, String),
            SurveyResponse.language,
            SurveyResponse.answered_in,
            SurveyResponse.customer_group,
            SurveyResponse.survey_version_id,
            _options_chosen() if not self.wanted.is_long else null(),
        )
        first, last = self._ends
        rows = rows.where(*self._chosen, SurveyResponse.id.between(max(first, after + 1), last))
        return rows.order_by(SurveyResponse.id).limit(ROWS_AT_ONCE)

    @cached_property
    def _ends(self) -> tuple[int, int]:
        """Responses come in about in the order of their days: between the first and the last of these days nothing else
        has to be looked at. The index of days leads to both; "+ 0" keeps the database from walking along the others."""
        days = SurveyResponse.counts_on.between(self.wanted.first, self.wanted.last)
        number = SurveyResponse.id + 0
        first, last = (db.session.scalar(select(end(number)).where(days)) or 0 for end in (func.min, func.max))
        return first, last

    def _answered(self, found: Iterable[Sequence[Any]]) -> Iterator[Answered]:
        names, has_all = self._names, len(self.facts) == len(FACTS)
        for number, reference, day, service, channel, team, site, *others, version, options in found:
            facts: list[Cell] = [
                reference,
                day,
                names.services[service],
                channel,
                names.teams[team],
                names.sites[site],
                *others,
                names.customers[version],
                names.versions[version],
            ]
            if not has_all:
                facts = [fact for fact, column in zip(facts, FACTS, strict=True) if column in self.facts]
            yield Answered(number, version, facts, options or "")

    @cached_property
    def _names(self) -> _Names:
        return _Names(
            dict(db.session.execute(select(Service.id, Service.code)).all()),
            {None: None, **dict(db.session.execute(select(Team.id, Team.code)).all())},
            {None: None, **dict(db.session.execute(select(Site.id, Site.code)).all())},
            {edition.id: edition.name for edition in self.editions},
            {edition.id: edition.customer_kind for edition in self.editions},
        )

    def _answers(self, first: int, last: int) -> Iterable[Any]:
        """What was answered, one by one: of wide rows only what is not one option that was chosen."""
        rows = select(Answer.response_id, Answer.question_version_id, Answer.option_id, Answer.number, Answer.rank)
        if not self.wanted.is_long:
            if not self.layout.has_others:
                return ()
            several = [*self.layout.ticked, *self.layout.ranked]
            rows = rows.where(or_(Answer.option_id.is_(None), Answer.option_id.in_(several)))
        rows = rows.where(self._among(Answer.response_id, first, last)).order_by(
            Answer.response_id, Answer.rank, Answer.id
        )
        return db.session.connection().execute(rows)

    def _texts(self, first: int, last: int) -> dict[int, list[Written]]:
        """What was written, as it may be shown; a text whose words were deleted keeps its label and its themes."""
        themes = select(func.aggregate_strings(cast(CommentTheme.theme_id, String), ","))
        of_it = themes.where(CommentTheme.comment_id == Comment.id).correlate(Comment).scalar_subquery()
        rows = select(Comment.response_id, Comment.question_version_id, Comment.redacted_text, sentiment_label(), of_it)
        rows = rows.where(self._among(Comment.response_id, first, last)).order_by(Comment.id)
        found = defaultdict[int, list[Written]](list)
        for response, wording, text, label, numbers in db.session.connection().execute(rows).all():
            found[response].append(Written(wording, text, label, self._themes_called(numbers or "")))
        return found

    def _themes_called(self, numbers: str) -> str:
        """The codes of themes by their numbers; those that are no longer in use are left out."""
        if numbers not in self._theme_words:
            codes = {self._themes.get(number, "") for number in numbers.split(",")}
            self._theme_words[numbers] = " ".join(sorted(codes - {""}))
        return self._theme_words[numbers]

    @cached_property
    def _themes(self) -> dict[str, str]:
        rows = db.session.execute(select(Theme.id, Theme.code).where(Theme.is_active))
        return {str(number): code for number, code in rows}

    def _codes(self) -> Codes:
        """What the codes of facts are called: of services those in scope, of teams and sites those in the rows."""
        scope = self.wanted.scope
        services = db.session.execute(select(Service.id, Service.code, Service.name).order_by(Service.code))
        teams = select(Team.code, Team.name, Team.id).where(Team.id.in_(self._of(SurveyResponse.team_id)))
        sites = select(Site.code, Site.name, Site.id).where(Site.id.in_(self._of(SurveyResponse.site_id)))
        return {
            "service": [(code, name) for number, code, name in services if scope.allows(number)],
            "channel": [(channel.value, channel.label) for channel in Channel],
            "mode": [(mode.value, mode.label) for mode in Mode],
            "customer_kind": [(kind.value, kind.label) for kind in CustomerKind],
            "team": [(code, name) for code, name, _ in db.session.execute(teams.order_by(Team.code))],
            "site": [(code, name) for code, name, _ in db.session.execute(sites.order_by(Site.code))],
        }

    def _of(self, unit: Any) -> Any:
        return select(unit).where(*self._chosen).distinct()


class _Names(NamedTuple):
    """Codes of what rows name by its number."""

    services: Mapping[int, str]
    teams: Mapping[int | None, str | None]
    sites: Mapping[int | None, str | None]
    versions: Mapping[int, str]
    customers: Mapping[int, str]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a figure of the same question counts, be it answered or left empty."""
    where = {name: codes for name, codes in wanted.where.items() if name != SURVEY}
    unknown = [name for name in where if name not in FILTERS]
    if unknown:
        raise InvalidInput(f"There is no filter called {unknown[0]}. The filters are {', '.join(FILTERED_BY)}.")
    query = make_query("satisfaction", wanted.first, wanted.last, where)
    conditions = [
        SurveyResponse.counts_on.between(wanted.first, wanted.last),
        *counted_responses(),
        *of_customers(cut_of(query, service_tree(), wanted.scope)),
    ]
    codes = wanted.where.get(SURVEY, ())
    known = set(db.session.scalars(select(Survey.code).where(Survey.code.in_(codes)))) if codes else set()
    for code in codes:
        if code not in known:
            raise NotFound(f"There is no survey {code}.")
    if codes:
        versions = select(SurveyVersion.id).join(Survey).where(Survey.code.in_(codes))
        conditions.append(SurveyResponse.survey_version_id.in_(versions))
    return conditions


def _options_chosen() -> ColumnElement[str]:
    """The numbers of the options of a response with commas between them: one value, where they would be ten rows."""
    numbers = select(func.aggregate_strings(cast(Answer.option_id, String), ","))
    return numbers.where(Answer.response_id == SurveyResponse.id).correlate(SurveyResponse).scalar_subquery()


def _editions(chosen: Sequence[ColumnElement[bool]]) -> list[Edition]:
    """The versions of surveys that these responses answer: by survey, the newest first."""
    answered = select(SurveyResponse.survey_version_id).where(*chosen).distinct()
    versions = db.session.scalars(
        select(SurveyVersion)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(SurveyVersion.id.in_(answered))
        .order_by(Survey.code, SurveyVersion.id.desc())
    ).all()
    return [
        Edition(
            version.id,
            f"{version.survey.code}@{version.label}",
            version.survey.customer_kind.value,
            tuple((_wording(item), item.is_always_shown) for item in version.items),
        )
        for version in versions
    ]


def _wording(item: SurveyItem) -> Wording:
    question = item.question_version
    return Wording(
        id=question.id,
        question=question.question.code,
        number=question.number,
        kind=question.kind,
        measure=question.question.asks,
        words=f"{item.stem} {question.wording}".strip(),
        short_label=question.short_label,
        options=tuple(
            OptionAsked(option.id, option.code, option.label, option.score, option.is_substantive)
            for option in question.options
        ),
        text_type=question.text_type,
    )

"""Reading what the staff pages show, always within a scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from survey_app.comments.alerts.queries import raised_no_alarm
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.contacts.models import Contact
from survey_app.dashboards.first_steps import Beginnings
from survey_app.dashboards.selection import DataDays
from survey_app.extensions import Base, db
from survey_app.invitations.models import Invitation
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure
from survey_app.measures.models import Tallied
from survey_app.measures.queries.counts import values
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.subjects import sentiment_label, theme_and_label
from survey_app.organisation.channels import OF_THEIR_OWN, PUBLIC, Channel, CustomerKind
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.queries import codes_of_services, council, subtree_ids, with_those_above, within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyVersion


def services_in(scope: Scope) -> Sequence[Service]:
    """The services that a viewer may see, by name."""
    found = db.session.scalars(select(Service).order_by(Service.name, Service.id))
    return [service for service in found if scope.allows(service.id)]


def service_in(scope: Scope, code: str) -> Service:
    """The service of this code. NotFound where there is none, or none that the viewer may see."""
    service = db.session.scalar(select(Service).where(Service.code == code))
    if service is None or not scope.allows(service.id):
        raise NotFound(f"There is no service {code}.")
    return service


def services_above(scope: Scope, code: str) -> list[str]:
    """The services over this one that the viewer may see, the closest first."""
    above = with_those_above(service_in(scope, code).id)[1:]
    codes = codes_of_services(above)
    return [codes[each] for each in above if scope.allows(each)]


def narrowed(scope: Scope, service_code: str | None) -> Scope:
    """The scope cut to one service and those under it. NotFound as `service_in` says."""
    return scope if service_code is None else scope.narrowed_to(subtree_ids([service_in(scope, service_code).id]))


def data_days(scope: Scope) -> DataDays | None:
    """From the first to the last day with an answer; None where there is none yet."""
    ours = select(SurveyResponse.counts_on).where(*of_answers(scope)).limit(1)
    first = db.session.scalar(ours.order_by(SurveyResponse.counts_on))  # an index leads to each end
    last = db.session.scalar(ours.order_by(SurveyResponse.counts_on.desc()))
    return None if first is None or last is None else DataDays(first, last)


def beginnings() -> Beginnings:
    """How far the council has come. Asked while there is little or nothing to count."""

    def count(of: type[Base], *where: ColumnElement[bool]) -> int:
        return db.session.scalar(select(func.count()).select_from(of).where(*where)) or 0

    return Beginnings(
        has_council=council() is not None,
        services=count(Service),
        contacts=count(Contact),
        sent=count(Invitation, Invitation.sent_at.is_not(None)),
        answers=count(SurveyResponse, SurveyResponse.state == ResponseState.COUNTED),
    )


def service_names() -> dict[str, str]:
    """The name of each service by its code."""
    return dict(db.session.execute(select(Service.code, Service.name)).all())


def option_labels(measure: Measure) -> Mapping[str, str]:
    """What the options of a measure's questions say, by code; the newest wording of each."""
    feeds = Question.code == measure.question if measure.is_own else Question.asks == measure.asks
    rows = db.session.execute(
        select(Option.code, Option.label)
        .join(QuestionVersion, QuestionVersion.id == Option.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(feeds)
        .order_by(QuestionVersion.number, Option.position)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class CommentFilter:
    """Which comments. `scope` is the viewer's, cut to the chosen service."""

    scope: Scope
    period: Period
    channel: Channel | None = None
    theme: str | None = None
    site: str | None = None
    team: str | None = None

    @property
    def cut(self) -> Cut:
        """The same for counts; a theme is counted with all others."""
        chosen = {"channel": self.channel, "site": self.site, "team": self.team}
        return Cut(self.scope.service_ids, PUBLIC, {name: (code,) for name, code in chosen.items() if code})


@dataclass(frozen=True)
class CommentRow:
    """One comment as staff may read it: redacted, and of its contact the day only."""

    text: str
    sentiment: str
    themes: tuple[str, ...]
    service: str
    channel: Channel | None
    day: date
    question: str


@dataclass(frozen=True)
class ThemeCount:
    code: str
    name: str
    comments: int
    negative: int


def comments(
    chosen: CommentFilter, *, most: int, also: Sequence[ColumnElement[bool]] = (), kind_first: bool = False
) -> list[CommentRow]:
    """The newest first, or with `kind_first` the positive ones before. Of answers that count only: withdrawn and
    quarantined ones never show, and none that raised an alarm, for these stand on pages that others look at, too.
    `also` are further conditions."""
    label = sentiment_label()
    order: list[ColumnElement[Any]] = [SurveyResponse.counts_on.desc(), Comment.id.desc()]
    if kind_first:
        order.insert(0, label != "positive")
    statement = (
        select(
            Comment,
            label,
            Service.name,
            SurveyResponse.channel,
            SurveyResponse.counts_on,
            QuestionVersion.wording,
        )
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .where(raised_no_alarm(), *conditions_of(chosen), *also)
        .order_by(*order)
        .limit(most)
    )
    return [
        CommentRow(
            text=comment.redacted_text,
            sentiment=sentiment,
            themes=tuple(sorted(found.theme.name for found in comment.themes if found.theme.is_active)),
            service=service,
            channel=channel,
            day=day,
            question=wording,
        )
        for comment, sentiment, service, channel, day, wording in db.session.execute(statement)
    ]


def sentiment_counts(chosen: CommentFilter) -> dict[str, int]:
    """How many comments have each label; the sum is all of them."""
    return values(Tallied.COMMENTS, chosen.period, chosen.cut)


def theme_counts(chosen: CommentFilter, *, most: int) -> list[ThemeCount]:
    """The themes with the most comments, and how many of these are negative."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for value, n in values(Tallied.THEMES, chosen.period, chosen.cut).items():
        theme, label = theme_and_label(value)
        counts[theme][label] += n
    found = [
        ThemeCount(theme.code, theme.name, labels.total(), labels["negative"])
        for theme in active_themes()
        if (labels := counts.get(theme.id))
    ]
    return sorted(found, key=lambda theme: (-theme.comments, theme.code))[:most]


def kinds_asked() -> Sequence[CustomerKind]:
    """Which customers beside the public have a survey of their own that was published."""
    published = select(SurveyVersion.id).where(SurveyVersion.published_at.is_not(None))
    own = (
        select(Survey.customer_kind)
        .distinct()
        .where(
            Survey.customer_kind.in_(OF_THEIR_OWN),
            Survey.id == SurveyVersion.survey_id,
            SurveyVersion.id.in_(published),
        )
    )
    return sorted(db.session.scalars(own))


def active_themes() -> Sequence[Theme]:
    """The themes that comments are sorted into, by name."""
    return db.session.scalars(select(Theme).where(Theme.is_active).order_by(Theme.name)).all()


def conditions_of(chosen: CommentFilter) -> list[ColumnElement[bool]]:
    """Which comments a filter lets through, for a statement that joins their answers."""
    conditions = of_answers(chosen.scope)
    conditions.append(SurveyResponse.counts_on.between(chosen.period.first, chosen.period.last))
    if chosen.channel is not None:
        conditions.append(SurveyResponse.channel == chosen.channel)
    if chosen.site is not None:
        conditions.append(SurveyResponse.site_id.in_(select(Site.id).where(Site.code == chosen.site)))
    if chosen.team is not None:
        conditions.append(SurveyResponse.team_id.in_(select(Team.id).where(Team.code == chosen.team)))
    if chosen.theme is not None:
        conditions.append(Comment.themes.any(CommentTheme.theme.has(Theme.code == chosen.theme)))
    return conditions


def of_answers(scope: Scope) -> list[ColumnElement[bool]]:
    """Answers of residents and businesses that count and are in scope: what the figures count, too."""
    return [SurveyResponse.state == ResponseState.COUNTED, *_of_public(scope)]


def _of_public(scope: Scope) -> list[ColumnElement[bool]]:
    ours = (
        select(SurveyVersion.id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Survey.customer_kind.in_(PUBLIC))
    )
    return [
        SurveyResponse.is_test.is_(False),
        SurveyResponse.survey_version_id.in_(ours),
        *within(scope, SurveyResponse.service_id),
    ]

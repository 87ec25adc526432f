"""Reads improvements and their effects. Every list takes the viewer's scope: missing and forbidden look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from survey_app.actions.improvements.aims import NOT_FOUND, Where, is_within, meet
from survey_app.actions.improvements.letters import letter_of, number_of
from survey_app.actions.models import Direction, Heard, Improvement
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.effects import Annotation, Effect, Named
from survey_app.measures.queries import measure_called
from survey_app.measures.queries.effects import read_effect
from survey_app.measures.queries.standing import Standing, read_standing, service_tree
from survey_app.measures.sentences.effects import scope_words, told_together
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service, Site
from survey_app.organisation.queries import all_sites
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import SurveyResponse
from survey_app.responses.queries import counting

HEADLINE = "satisfaction"  # every improvement is meant to move it in the end

__all__ = ["effect_of", "effects_of", "improvement_called", "improvements", "improvements_on", "letter_of"]


def improvements(scope: Scope = EVERYTHING, services: ServiceTree | None = None) -> list[Improvement]:
    """Those that were not dropped and lie in what a viewer may see, the last to be made first."""
    found = db.session.scalars(
        select(Improvement)
        .where(Improvement.dropped_at.is_(None))
        .order_by(Improvement.done_on.desc(), Improvement.number.desc())
    ).all()
    if scope.service_ids is None:
        return list(found)
    tree = services or service_tree()
    return [each for each in found if is_within(each.where, tree, scope)]


def improvement_called(letters: str, scope: Scope = EVERYTHING, *, is_dropped: bool = False) -> Improvement:
    """NotFound for one that is not there, was dropped (or was not), or lies outside the scope."""
    found = db.session.scalar(select(Improvement).where(Improvement.number == number_of(letters)))
    if (
        found is None
        or (found.dropped_at is not None) is not is_dropped
        or not is_within(found.where, service_tree(), scope)
    ):
        raise NotFound(NOT_FOUND)
    return found


def next_number() -> int:
    """Dropped ones keep theirs."""
    return (db.session.scalar(select(func.max(Improvement.number))) or 0) + 1


def named_of(improvement: Improvement, services: ServiceTree, sites: dict[str, str]) -> Named:
    """What was named when it was entered, with the words for where."""
    where = improvement.where
    return Named(
        measure=measure_called(improvement.measure),
        where=where,
        scope=scope_words(
            [services.name(code) for code in where.get("service", ())],
            [Channel(code).label for code in where.get("channel", ())],
            [sites.get(code, code) for code in where.get("site", ())],
        ),
        what=improvement.title,
        done_on=improvement.done_on,
        settling_days=improvement.settling_days,
        lower_is_better=improvement.direction is Direction.DECREASE,
        named_on=london_day(improvement.named_at),
    )


def effect_of(improvement: Improvement, *, now: datetime, standing: Standing | None = None) -> Effect:
    """What became of just the measure and the scope that were named, judged by itself. It counts the whole council,
    whoever looks."""
    standing = standing or read_standing(now)
    return _effect(improvement, improvements(services=standing.services), _site_names(), standing, now)


def effects_of(
    shown: Sequence[Improvement], *, now: datetime, standing: Standing | None = None
) -> list[tuple[Improvement, Effect]]:
    """The same for improvements that stand on one page, in their order: each claim allows for the others (Holm)."""
    standing = standing or read_standing(now)
    if not shown:
        return []
    known, sites = improvements(services=standing.services), _site_names()
    effects = told_together([_effect(each, known, sites, standing, now) for each in shown])
    return list(zip(shown, effects, strict=True))


def latest_on(
    where: Where, until: date, *, most: int, scope: Scope = EVERYTHING, services: ServiceTree
) -> list[Improvement]:
    """The last that were made where a page looks, up to a day."""
    found = [each for each in improvements(scope, services) if each.done_on <= until]
    return [each for each in found if meet(each.where, where, services)][:most]


def improvements_on(
    measure: str,
    where: Where,
    first: date,
    last: date,
    *,
    scope: Scope = EVERYTHING,
    services: ServiceTree | None = None,
) -> list[Annotation]:
    """What was made from the first to the last day where a line of a figure counts, the oldest first.

    A line of satisfaction has them all, another measure's those that name it.
    """
    tree = services or service_tree()
    return [
        Annotation(letter_of(each.number), each.title, each.done_on)
        for each in reversed(improvements(scope, tree))
        if first <= each.done_on <= last and measure in {HEADLINE, each.measure} and meet(each.where, where, tree)
    ]


def _effect(
    improvement: Improvement,
    known: Sequence[Improvement],
    sites: dict[str, str],
    standing: Standing,
    now: datetime,
) -> Effect:
    services = standing.services
    others = [
        Annotation(letter_of(each.number), each.title, each.done_on)
        for each in reversed(known)
        if each.id != improvement.id and meet(each.where, improvement.where, services)
    ]
    return read_effect(named_of(improvement, services, sites), others=others, now=now, standing=standing)


def _site_names() -> dict[str, str]:
    return {site.code: site.name for site in all_sites()}


@dataclass(frozen=True)
class Quotable:
    """A comment that could be quoted, redacted."""

    id: int
    text: str
    service: str
    day: date


def quotable(improvement: Improvement, *, theme: str | None = None, most: int) -> list[Quotable]:
    """The newest comments of just the services, channels and sites of an improvement, those already quoted apart."""
    where = improvement.where
    quoted = [heard.comment_id for heard in improvement.heard_from if heard.comment_id is not None]
    statement = (
        select(Comment.id, Comment.redacted_text, Service.name, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .where(*_counted_within(where), Comment.id.not_in(quoted))
        .order_by(SurveyResponse.counts_on.desc(), Comment.id.desc())
        .limit(most)
    )
    if theme:
        statement = statement.where(Comment.themes.any(CommentTheme.theme.has(Theme.code == theme)))
    return [Quotable(*row) for row in db.session.execute(statement)]


def comment_within(improvement: Improvement, comment_id: int) -> Comment:
    """NotFound for a comment that is not there, does not count, or is of another place."""
    found = db.session.scalar(
        select(Comment)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.id == comment_id, *_counted_within(improvement.where))
    )
    if found is None:
        raise NotFound("There is no such comment.")
    return found


def _counted_within(where: Where) -> list[ColumnElement[bool]]:
    conditions = counting()
    if "service" in where:
        conditions.append(SurveyResponse.service_id.in_(service_tree().subtree(where["service"])))
    if "channel" in where:
        conditions.append(SurveyResponse.channel.in_(where["channel"]))
    if "site" in where:
        conditions.append(SurveyResponse.site_id.in_(select(Site.id).where(Site.code.in_(where["site"]))))
    return conditions


def theme_names() -> dict[str, str]:
    """Every theme by code, those no longer in use too: what was heard stays so."""
    return dict(db.session.execute(select(Theme.code, Theme.name)).all())


def heard_by_id(improvement: Improvement, heard_id: int) -> Heard:
    """NotFound when this improvement has none of that number."""
    for heard in improvement.heard_from:
        if heard.id == heard_id:
            return heard
    raise NotFound("There is nothing of that kind at this improvement.")

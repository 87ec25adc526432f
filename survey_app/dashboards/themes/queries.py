"""Reads what the pages of themes show: counts from the tallies, and a bounded number of the comments themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Date, func, or_, select, type_coerce

from survey_app.comments.alerts.queries import raised_no_alarm
from survey_app.comments.checking.queries import unreported_themes
from survey_app.comments.models import Comment, CommentTheme, Theme, ThemeEdit
from survey_app.comments.terms.counting import count_terms
from survey_app.comments.terms.emerging import FLOOR, Emerging
from survey_app.comments.terms.queries import (
    Quarters,
    counted_last,
    emerging_terms,
    quarters_with_comments,
    written_with,
)
from survey_app.comments.word_lists import OWN_LIST
from survey_app.dashboards.queries import CommentFilter, CommentRow, active_themes, conditions_of, narrowed
from survey_app.dashboards.selection import Selection
from survey_app.dashboards.themes.counts import (
    LabelCounts,
    ThemeLine,
    Turn,
    are_thin,
    by_theme,
    judged,
    method_turns,
    months_to_draw,
    quarters_to_draw,
)
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.models import Tallied
from survey_app.measures.provisional import is_provisional
from survey_app.measures.queries.counts import values_by
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.standing import Standing, read_standing
from survey_app.measures.queries.subjects import sentiment_label, theme_and_label
from survey_app.organisation.channels import PUBLIC
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.responses.models import SurveyResponse
from survey_app.surveys.models import QuestionVersion

MOST_READ = 3000  # comments of a theme: the newest of more
MOST_TURNS = 5
MOST_KEPT = 64  # scopes whose new words a process keeps
SPARE = 3  # times as many candidates as are shown, for those that copies in several services made
MOVES_COUNTS = ("keywords", "is_active")  # of what can be edited of a theme


@dataclass(frozen=True)
class ThemesRead:
    """All themes of a selection. `hidden` are those with fewer than 10 comments; `unreported` those whose keywords find
    too little, each with the reason: they stand in no line."""

    lines: Sequence[ThemeLine]
    hidden: Sequence[str]
    unreported: Sequence[tuple[str, str]]
    is_provisional: bool
    has_themes: bool


@dataclass(frozen=True)
class NewWords:
    """What is written more often than in the quarter before. `terms` is empty where nothing stands out."""

    quarters: Quarters
    terms: Sequence[Emerging]


@dataclass(frozen=True)
class ThemeComment:
    """A comment on a theme. `answer` is the reference of its answer: it decides the lot, and is never shown."""

    id: int
    answer: str
    row: CommentRow
    matched: Sequence[str]
    may_be_quoted: bool  # raised no alarm


@dataclass(frozen=True)
class ThemeRead:
    """One theme of a selection: its line, its past, where rules changed, and what was written. `unreported` is why
    nothing is claimed of it; empty where its keywords find enough."""

    theme: Theme
    line: ThemeLine
    is_provisional: bool
    unit: str
    trend: Sequence[tuple[Period, LabelCounts]]
    services: Sequence[tuple[str, str, LabelCounts]]  # code, name
    turns: Sequence[Turn]
    comments: Sequence[ThemeComment]
    unreported: str


def read_themes(selection: Selection, scope: Scope, *, now: datetime) -> ThemesRead:
    """The themes in use, in the order in which they need attention. The number of statements depends on nothing."""
    standing, themes = read_standing(now), active_themes()
    why = unreported_themes()
    unreported = [(theme.name, why[theme.code]) for theme in themes if theme.code in why]
    lines = _lines([theme for theme in themes if theme.code not in why], selection, scope, standing)
    filling = _is_filling(selection.period, standing, now)
    shown = judged(lines, is_provisional=filling)
    named = {line.code for line in shown}
    hidden = [line.name for line in lines if line.now.base and line.code not in named]
    return ThemesRead(shown, hidden, unreported, filling, bool(themes))


def read_theme(code: str, selection: Selection, scope: Scope, *, now: datetime) -> ThemeRead:
    """One theme, in use or not. NotFound where there is none of this code."""
    theme = db.session.scalar(select(Theme).where(Theme.code == code))
    if theme is None:
        raise NotFound(f"There is no theme “{code}”.")
    standing, within = read_standing(now), narrowed(scope, selection.service)
    filling = _is_filling(selection.period, standing, now)
    why = unreported_themes()
    lines = _lines([each for each in active_themes() if each.code not in why], selection, scope, standing)
    if code in why or not theme.is_active:
        lines += _lines([theme], selection, scope, standing)
    told = [line for line in lines if line.code not in why]
    all_judged = {line.code: line for line in judged(told, is_provisional=filling)}  # as on the page of all themes
    line = all_judged.get(code) or next(line for line in lines if line.code == code)
    cut = _cut(within, selection)
    unit, trend = _trend(theme, selection.period, cut, standing)
    return ThemeRead(
        theme=theme,
        line=line,
        is_provisional=filling,
        unit=unit,
        trend=trend,
        services=_services(theme, selection.period, cut, standing),
        turns=_turns(theme, Period.between(trend[0][0].first, trend[-1][0].last)),
        comments=_comments(theme, CommentFilter(within, selection.period, selection.channel, theme=theme.code)),
        unreported=why.get(code, ""),
    )


def new_words(scope: Scope, today: date, *, most: int = 5) -> NewWords | None:
    """Words that stand in more comments in scope than in the quarter before: of the newest quarter with comments. None
    where no comment counts yet.

    The tallies count copies and one person's comments once within a service. Where a scope has several services, the
    few words that would be shown are counted again from the comments, so that what is copied to five services does not
    pass for five people. What was found is kept in this process until the job has counted again: of a million comments
    it takes a second.
    """
    quarters = quarters_with_comments(today)
    if quarters is None:
        return None
    kept: dict[Any, tuple[Any, NewWords]] = current_app.extensions.setdefault("new_words", {})
    chosen, counted = (scope.service_ids, quarters, most), counted_last(scope, quarters)
    before, found = kept.get(chosen, (None, None))
    if found is None or before != counted:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = _new_words(scope, quarters, most)
        kept[chosen] = counted, found
    return found


def _new_words(scope: Scope, quarters: Quarters, most: int) -> NewWords:
    found = emerging_terms(scope, quarters, most=most * SPARE)
    if found and (scope.service_ids is None or len(scope.service_ids) > 1):
        again = count_terms(written_with([each.term for each in found], quarters.now, scope)).terms
        found = [replace(each, now=min(each.now, again[each.term])) for each in found if again[each.term] >= FLOOR]
    return NewWords(quarters, found[:most])


def _is_filling(period: Period, standing: Standing, now: datetime) -> bool:
    return is_provisional(
        period.first,
        period.last,
        unsettled=standing.unsettled,
        today=london_day(now),
        change_days=standing.change_days,
    )


def _cut(scope: Scope, selection: Selection) -> Cut:
    codes = {} if selection.channel is None else {"channel": (selection.channel,)}
    return Cut(scope.service_ids, PUBLIC, codes)


def _lines(themes: Sequence[Theme], selection: Selection, scope: Scope, standing: Standing) -> list[ThemeLine]:
    cut = _cut(narrowed(scope, selection.service), selection)
    windows = [selection.period, selection.period.previous]
    found = values_by(Tallied.THEMES, windows, cut, (), standing.services)
    now, before = (by_theme(found.get((n, ()), {}), theme_and_label) for n in (0, 1))
    none = LabelCounts()
    return [ThemeLine(theme.code, theme.name, now.get(theme.id, none), before.get(theme.id, none)) for theme in themes]


def _trend(theme: Theme, period: Period, cut: Cut, standing: Standing) -> tuple[str, list[tuple[Period, LabelCounts]]]:
    """By month, or by quarter where most months have too few."""
    by_month = _counted(theme, months_to_draw(period), cut, standing)
    if not are_thin([counts.base for _, counts in by_month]):
        return "month", by_month
    return "quarter", _counted(theme, quarters_to_draw(period), cut, standing)


def _counted(theme: Theme, parts: Sequence[Period], cut: Cut, standing: Standing) -> list[tuple[Period, LabelCounts]]:
    """The comments of each part, from the first part that has any."""
    found = values_by(Tallied.THEMES, parts, cut, (), standing.services)
    counts = [by_theme(found.get((n, ()), {}), theme_and_label).get(theme.id, LabelCounts()) for n in range(len(parts))]
    first = next((n for n, each in enumerate(counts) if each.total), len(parts) - 1)
    return list(zip(parts, counts, strict=True))[first:]


def _services(theme: Theme, period: Period, cut: Cut, standing: Standing) -> list[tuple[str, str, LabelCounts]]:
    found = values_by(Tallied.THEMES, [period], cut, ("service",), standing.services)
    counts = {code: by_theme(values, theme_and_label).get(theme.id) for (_, (code,)), values in found.items()}
    return [(code, standing.services.name(code), each) for code, each in sorted(counts.items()) if each is not None]


def _turns(theme: Theme, window: Period) -> list[Turn]:
    """The last days in a window from which comments were sorted, or judged, by other rules."""
    edits = db.session.scalars(
        select(ThemeEdit)
        .where(
            ThemeEdit.theme_id == theme.id,
            ThemeEdit.edited_at.between(day_starts_at(window.first), window.ends_at),
            or_(ThemeEdit.sorts_past.is_(False), ThemeEdit.done_at.is_not(None)),
        )
        .order_by(ThemeEdit.edited_at)
    )
    turns = [turn for edit in edits if (turn := _edited(edit))]
    used = db.session.execute(
        select(Comment.method, type_coerce(func.min(SurveyResponse.counts_on), Date))
        .join(CommentTheme, CommentTheme.comment_id == Comment.id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(CommentTheme.theme_id == theme.id, ~Comment.method.startswith(OWN_LIST, autoescape=True))
        .group_by(Comment.method)
    )
    methods = method_turns(dict(used.all()))
    return sorted([*turns, *(turn for turn in methods if turn.day in window)], key=lambda turn: turn.day)[-MOST_TURNS:]


def _edited(edit: ThemeEdit) -> Turn | None:
    """None where only the name or the definition changed: these move no count."""
    before = edit.before or {}
    if all(before.get(key) == edit.after.get(key) for key in MOVES_COUNTS):
        return None
    words = "Keywords changed" if edit.before else "Theme made"
    if before.get("keywords") == edit.after.get("keywords"):
        words = "In use again" if edit.after.get("is_active") else "Taken out of use"
    note = "past comments sorted anew" if edit.sorts_past else "for new comments only"
    return Turn(london_day(edit.edited_at), words, note)


def _comments(theme: Theme, chosen: CommentFilter) -> list[ThemeComment]:
    """The newest first."""
    rows = db.session.execute(
        select(
            Comment.id,
            SurveyResponse.reference,
            Comment.redacted_text,
            sentiment_label(),
            Service.name,
            SurveyResponse.channel,
            SurveyResponse.counts_on,
            QuestionVersion.wording,
            CommentTheme.matched,
            raised_no_alarm().label("may_be_quoted"),
        )
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .join(CommentTheme, CommentTheme.comment_id == Comment.id)
        .where(CommentTheme.theme_id == theme.id, *conditions_of(replace(chosen, theme=None)))
        .order_by(SurveyResponse.counts_on.desc(), Comment.id.desc())
        .limit(MOST_READ)
    )
    return [
        ThemeComment(number, answer, CommentRow(text, label, (), service, channel, day, question), *rest)
        for number, answer, text, label, service, channel, day, question, *rest in rows
    ]

"""Reading themes, their history, and how far the sorting of past comments has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, func, select

from survey_app.comments.models import Comment, Theme, ThemeEdit
from survey_app.comments.themes.editing import Difference, ThemeState, difference
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.organisation.names import fold
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of

NOT_ANALYSED = "not_analysed"  # the flag of a comment in a language whose words we do not know


def all_themes() -> Sequence[Theme]:
    """Every theme, those no longer in use too, by name."""
    return db.session.scalars(select(Theme).order_by(func.lower(Theme.name), Theme.id)).all()


def theme_by_code(code: str) -> Theme:
    found = db.session.scalar(select(Theme).where(Theme.code == code))
    if found is None:
        raise NotFound("There is no such theme.")
    return found


def theme_called(name: str) -> Theme | None:
    """The theme of that name, in use or not, whatever its capitals."""
    return next((theme for theme in all_themes() if fold(theme.name) == fold(name)), None)


def state_of(theme: Theme) -> ThemeState:
    return ThemeState(theme.name, theme.definition, theme.keywords, theme.is_active)


def edits_of(theme: Theme) -> Sequence[ThemeEdit]:
    """The newest first."""
    return db.session.scalars(
        select(ThemeEdit).where(ThemeEdit.theme_id == theme.id).order_by(ThemeEdit.id.desc())
    ).all()


def edit_by_id(edit_id: int) -> ThemeEdit:
    found = db.session.get(ThemeEdit, edit_id)
    if found is None:
        raise NotFound("There is no such change.")
    return found


def newest_edits() -> Mapping[int, ThemeEdit]:
    """The last change of each theme that was ever changed, by the theme's id."""
    newest = select(func.max(ThemeEdit.id)).group_by(ThemeEdit.theme_id)
    return {edit.theme_id: edit for edit in db.session.scalars(select(ThemeEdit).where(ThemeEdit.id.in_(newest)))}


def newest_edit_id(theme: Theme) -> int:
    """What an editor's page was made from; 0 for a theme that nobody has changed."""
    return db.session.scalar(select(func.max(ThemeEdit.id)).where(ThemeEdit.theme_id == theme.id)) or 0


def difference_of(edit: ThemeEdit) -> Difference:
    return difference(None if edit.before is None else ThemeState(**edit.before), ThemeState(**edit.after))


def theme_changes(theme_id: int, period: Period) -> list[tuple[date, str]]:
    """When a theme's rules changed, for its trend: the London day and a sentence, the first first.

    A new name alone marks no trend.
    """
    within = ThemeEdit.edited_at >= day_starts_at(period.first), ThemeEdit.edited_at < period.ends_at
    edits = db.session.scalars(select(ThemeEdit).where(ThemeEdit.theme_id == theme_id, *within).order_by(ThemeEdit.id))
    changes = [(edit, difference_of(edit)) for edit in edits]
    return [
        (london_day(edit.edited_at), f"{change.words} {_reach(edit, change)}")
        for edit, change in changes
        if change.changes_rules
    ]


def _reach(edit: ThemeEdit, change: Difference) -> str:
    if change.was_retired:
        return "Comments are not sorted into it from then on."
    if not edit.sorts_past:
        return "Comments from before were left as they were."
    return "Comments from before were sorted by the new keywords too."


@dataclass(frozen=True)
class Sorting:
    """How far past comments are sorted anew: a share of all, by their numbers, and for which themes."""

    share: float
    themes: tuple[str, ...]
    since: datetime


def sorting() -> Sorting | None:
    """What is being sorted anew; None when nothing waits."""
    waiting = db.session.execute(
        select(ThemeEdit.sorted_to, ThemeEdit.edited_at, Theme.name)
        .join(Theme, Theme.id == ThemeEdit.theme_id)
        .where(is_waiting())
        .order_by(Theme.name)
    ).all()
    if not waiting:
        return None
    last = db.session.scalar(select(func.max(Comment.id))) or 0
    done = min(sorted_to for sorted_to, _, _ in waiting)
    names = tuple(dict.fromkeys(name for _, _, name in waiting))
    return Sorting(done / last if last else 1.0, names, min(edited_at for _, edited_at, _ in waiting))


def edits_to_sort(_now: datetime) -> Backlog:
    """Changes of themes by which past comments are not sorted yet."""
    return backlog_of(select(ThemeEdit.edited_at).where(is_waiting()))


def waiting_edits(theme_ids: Iterable[int] | None = None) -> Sequence[ThemeEdit]:
    """These, for one worker at a time: the oldest first."""
    statement = select(ThemeEdit).where(is_waiting()).order_by(ThemeEdit.id).with_for_update()
    if theme_ids is not None:
        statement = statement.where(ThemeEdit.theme_id.in_(tuple(theme_ids)))
    return db.session.scalars(statement).all()


def is_waiting() -> ColumnElement[bool]:
    return ThemeEdit.done_at.is_(None)


def is_sorted_by_words() -> ColumnElement[bool]:
    """Comments in whose language keywords can be found. The others have no themes."""
    return cast(Comment.flags, String).not_like(f"%{NOT_ANALYSED}%")

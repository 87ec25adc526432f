"""Changing themes. Nothing of a theme is ever lost: a change is a line with what stood before it, and can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from survey_app.audit.operations import record_act_by
from survey_app.comments.models import Comment, CommentTheme, Theme, ThemeEdit
from survey_app.comments.queries import active_themes, has_themes
from survey_app.comments.themes.editing import Difference, ThemeState, difference
from survey_app.comments.themes.keywords import read_keywords
from survey_app.comments.themes.queries import (
    all_themes,
    is_sorted_by_words,
    newest_edit_id,
    state_of,
    theme_called,
    waiting_edits,
)
from survey_app.comments.themes.rules import CodeFrame, ThemeRule
from survey_app.comments.themes.standard import default_rules
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import NotFound, Refused
from survey_app.organisation.names import code_from, fold
from survey_app.responses.models import SurveyResponse
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import hold, recount

THEMES = "themes"  # held by who changes them, and by who sorts comments by them while that is stored
SORTED_AT_ONCE = 500
_RESERVED = {"new", "standard"}  # what else stands at the address of a theme


class ChangedMeanwhile(Refused):
    """Somebody else changed the theme after the page that was sent had been opened. Nothing was stored."""


def ensure_themes() -> Sequence[Theme]:
    """The themes in use; the usual ones of a council where it has none yet."""
    if not has_themes():
        db.session.add_all(
            Theme(code=rule.code, name=rule.name, definition=rule.definition, keywords="\n".join(rule.keywords))
            for rule in default_rules()
        )
        db.session.flush()
    return active_themes()


def add_theme(words: ThemeState, *, sorts_past: bool, now: datetime, by: int | None = None) -> Theme:
    """A theme of its own. Its code is made from its name, and stays. Refused for a name that there is."""
    hold(THEMES)
    ensure_themes()  # a council's first own theme stands beside the usual ones
    _refuse_name(words.name, None)
    theme = Theme(code=_free_code(words.name), name="", definition="", keywords="", is_active=False)
    db.session.add(theme)
    db.session.flush()
    _store(theme, None, words, sorts_past=sorts_past, now=now, by=by)
    return theme


def change_theme(
    theme: Theme, words: ThemeState, *, based_on: int, sorts_past: bool, now: datetime, by: int | None = None
) -> ThemeEdit | None:
    """Change name, definition or keywords; None where nothing differs.

    `based_on` is the newest edit that its editor saw: ChangedMeanwhile where there is a newer one. Without `sorts_past`
    only comments to come are sorted by new keywords.
    """
    _lock(theme)
    if newest_edit_id(theme) != based_on:
        raise ChangedMeanwhile("Somebody else changed this theme since you opened the page.")
    return _apply(theme, words.in_use(theme.is_active), sorts_past=sorts_past, now=now, by=by)


def retire_theme(theme: Theme, *, now: datetime, by: int | None = None) -> ThemeEdit | None:
    """Sort no more comments into it and show it nowhere; what was found, quoted and heard stays as it is."""
    _lock(theme)
    return _apply(theme, state_of(theme).in_use(False), sorts_past=False, now=now, by=by)


def bring_back_theme(theme: Theme, *, now: datetime, by: int | None = None) -> ThemeEdit | None:
    """Use it again, also for the comments that came meanwhile."""
    _lock(theme)
    return _apply(theme, state_of(theme).in_use(True), sorts_past=True, now=now, by=by)


def undo_edit(edit: ThemeEdit, *, now: datetime, by: int | None = None) -> ThemeEdit | None:
    """Have a theme as it was before its last change, past comments too where that change reached them; one that was
    new is retired. Refused where another change came after it."""
    theme = db.session.get(Theme, edit.theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    _lock(theme)
    if newest_edit_id(theme) != edit.id:
        raise Refused("The theme was changed again since then. Undo the newest change first.")
    before = state_of(theme).in_use(False) if edit.before is None else ThemeState(**edit.before)
    reaches_past = edit.sorts_past or not theme.is_active
    return _apply(theme, before, sorts_past=reaches_past, now=now, by=by)


def _apply(theme: Theme, after: ThemeState, *, sorts_past: bool, now: datetime, by: int | None) -> ThemeEdit | None:
    before = state_of(theme)
    if after == before:
        return None
    if after.name != before.name:
        _refuse_name(after.name, theme)
    return _store(theme, before, after, sorts_past=sorts_past, now=now, by=by)


def _store(
    theme: Theme, before: ThemeState | None, after: ThemeState, *, sorts_past: bool, now: datetime, by: int | None
) -> ThemeEdit:
    change = difference(before, after)
    sorts_past = sorts_past and change.changes_rules and after.is_active
    if change.changes_rules:
        _end_sorting(theme, change, sorts_past=sorts_past, now=now)
    edit = ThemeEdit(
        theme_id=theme.id,
        before=None if before is None else before.as_json(),
        after=after.as_json(),
        edited_by=by,
        edited_at=now,
        sorts_past=sorts_past,
        done_at=None if sorts_past else now,
    )
    db.session.add(edit)
    theme.name, theme.definition, theme.keywords = after.name, after.definition, after.keywords
    theme.is_active = after.is_active
    record_act_by(
        "theme.added" if before is None else "theme.changed",
        theme.code,
        at=now,
        by=by,
        before=None if before is None else _in_audit(before),
        after=_in_audit(after) | {"added": len(change.added), "removed": len(change.removed), "sorts_past": sorts_past},
    )
    db.session.flush()
    if sorts_past:
        wake("sort_comments")
    return edit


def _end_sorting(theme: Theme, change: Difference, *, sorts_past: bool, now: datetime) -> None:
    """What still waits to be sorted by earlier keywords is done by the new ones, or not at all."""
    waiting = waiting_edits([theme.id])
    if waiting and not sorts_past and not change.was_retired:
        raise Refused(
            "Past comments are still being sorted by the change before this one. Wait until that is done, "
            "or have past comments sorted by this one too."
        )
    for edit in waiting:
        edit.done_at = now


def _in_audit(state: ThemeState) -> dict[str, Any]:
    return {"name": state.name, "is_active": state.is_active, "keywords": len(read_keywords(state.keywords))}


def _lock(theme: Theme) -> None:
    hold(THEMES)
    db.session.refresh(theme)


def _refuse_name(name: str, theme: Theme | None) -> None:
    other = theme_called(name)
    if other is not None and other is not theme:
        now = "" if other.is_active else " It is retired: bring it back, or choose another name."
        raise Refused(f"There is a theme called {other.name} already.{now}")


def _free_code(name: str) -> str:
    standard = next((rule.code for rule in default_rules() if fold(rule.name) == fold(name)), None)
    code, number = standard or code_from(name, longest=50), 1
    taken = {theme.code for theme in all_themes()} | _RESERVED
    free = code
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    return free


def sort_comments(now: datetime, _worker: str) -> int:
    """Sort the next past comments by the themes that were changed; how many were looked at.

    All changes that have come equally far go on together; one that came later catches up first. The cursor is stored
    with the themes of its comments, so that whoever is killed loses nothing and none is counted twice.
    """
    with transaction():
        waiting = waiting_edits()
        if not waiting:
            return 0
        start = min(edit.sorted_to for edit in waiting)
        together = [edit for edit in waiting if edit.sorted_to == start]
        ahead = min((edit.sorted_to for edit in waiting if edit.sorted_to > start), default=None)
        looked_at, last = _sort_after(start, ahead, together)
        is_over = looked_at < SORTED_AT_ONCE
        for edit in together:
            edit.sorted_to = ahead if is_over and ahead is not None else last
            edit.done_at = now if is_over and ahead is None else None
        return max(looked_at, 1)


def _sort_after(start: int, ahead: int | None, edits: list[ThemeEdit]) -> tuple[int, int]:
    """How many comments were looked at, and the last of them."""
    batch = (
        select(
            Comment.id, Comment.redacted_text, SurveyResponse.counts_on, SurveyResponse.service_id, is_sorted_by_words()
        )
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.id > start, Comment.redacted_text != "")  # one whose words were deleted keeps its themes
        .order_by(Comment.id)
        .limit(SORTED_AT_ONCE)
        .with_for_update(read=True, key_share=True, of=Comment)  # erased meanwhile, it could have no theme
    )
    if ahead is not None:
        batch = batch.where(Comment.id <= ahead)
    comments = db.session.execute(batch).all()
    if not comments:
        return 0, start
    last = comments[-1][0]
    by_theme = {edit.theme_id: edit for edit in edits}
    themes = db.session.scalars(select(Theme).where(Theme.id.in_(by_theme), Theme.is_active)).all()
    ids = {theme.code: theme.id for theme in themes}
    frame = CodeFrame(ThemeRule(theme.code, theme.name, read_keywords(theme.keywords)) for theme in themes)
    of_batch = CommentTheme.comment_id > start, CommentTheme.comment_id <= last, CommentTheme.theme_id.in_(ids.values())
    stored: dict[tuple[int, int], list[str]] = {
        (comment, theme): matched
        for comment, theme, matched in db.session.execute(
            select(CommentTheme.comment_id, CommentTheme.theme_id, CommentTheme.matched).where(*of_batch)
        )
    }
    found = {
        (comment, ids[match.code]): list(match.matched)
        for comment, text, _, _, is_sorted in comments
        if is_sorted
        for match in frame.find(text)
    }
    moved = stored.keys() ^ found.keys()
    _store_themes(stored, found)
    for _, theme_id in moved:
        by_theme[theme_id].moved += 1
    places = {comment: (day, service) for comment, _, day, service, _ in comments}
    recount(Subject.COMMENTS, (places[comment] for comment, _ in moved if comment in places))
    if moved:
        wake("fold_tallies")
    return len(comments), last


def _store_themes(stored: dict[tuple[int, int], list[str]], found: dict[tuple[int, int], list[str]]) -> None:
    """Those that are new, those that are gone, and those whose words are others."""

    def rows(keys: set[tuple[int, int]]) -> list[dict[str, Any]]:
        return [{"comment_id": comment, "theme_id": theme, "matched": found[comment, theme]} for comment, theme in keys]

    if gained := found.keys() - stored.keys():
        db.session.execute(insert(CommentTheme), rows(gained))
    for theme in {theme for _, theme in stored.keys() - found.keys()}:
        lost = [comment for comment, of in stored.keys() - found.keys() if of == theme]
        gone = delete(CommentTheme).where(CommentTheme.theme_id == theme, CommentTheme.comment_id.in_(lost))
        db.session.execute(gone, execution_options={"synchronize_session": False})
    if otherwise := {key for key in found.keys() & stored.keys() if found[key] != stored[key]}:
        db.session.execute(update(CommentTheme), rows(otherwise))

"""Comments in the words of the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey_app.charts import CellBar
from survey_app.comments.checking.queries import unreported_themes
from survey_app.comments.presenters import with_removed
from survey_app.dashboards import addresses, queries, wording
from survey_app.dashboards.queries import CommentRow, ThemeCount
from survey_app.dashboards.selection import Selection, narrower_than_filters, short_day
from survey_app.organisation.scope import Scope

MOST_LATEST, MOST_THEMES = 5, 7


@dataclass(frozen=True)
class CommentView:
    text: Markup
    tag: tuple[str, str]
    themes: Sequence[str]
    service: str
    channel: str
    day: str
    question: str


@dataclass(frozen=True)
class ThemeRow:
    """A theme with its counts; `not_reported` says why these are not told."""

    name: str
    url: str
    comments: int
    negative: int
    bar: CellBar
    not_reported: str | None


@dataclass(frozen=True)
class CommentsBlock:
    """What was written lately, and about what."""

    words: str
    url: str
    latest: Sequence[CommentView]
    themes: Sequence[ThemeRow]
    themes_url: str


def comments_block(
    counts: Mapping[str, int],
    latest: Sequence[CommentRow],
    themes: Sequence[ThemeCount],
    selection: Selection,
    *,
    not_reported: Mapping[str, str],
) -> CommentsBlock:
    """The newest comments and the themes with the most of them; `not_reported` says by code why some have no counts."""
    most = max((theme.comments for theme in themes), default=1)
    return CommentsBlock(
        words=wording.sentiment_words(counts),
        url=addresses.comments(selection),
        latest=[comment_view(comment) for comment in latest],
        themes_url="" if narrower_than_filters(selection) else addresses.themes(selection),
        themes=[
            ThemeRow(
                name=theme.name,
                url=addresses.comments(selection, theme=theme.code),
                comments=theme.comments,
                negative=theme.negative,
                bar=CellBar(theme.comments, most),
                not_reported=not_reported.get(theme.code),
            )
            for theme in themes
        ],
    )


def read_comments_block(selection: Selection, scope: Scope) -> CommentsBlock:
    """What was written lately in a selection, and about what."""
    chosen = queries.CommentFilter(
        queries.narrowed(scope, selection.service),
        selection.period,
        selection.channel,
        site=selection.where.get("site"),
        team=selection.where.get("team"),
    )
    return comments_block(
        queries.sentiment_counts(chosen),
        queries.comments(chosen, most=MOST_LATEST),
        queries.theme_counts(chosen, most=MOST_THEMES),
        selection,
        not_reported=unreported_themes(),
    )


def comment_view(comment: CommentRow) -> CommentView:
    """A comment with its label; what was taken out stands as a block."""
    return CommentView(
        text=with_removed(comment.text),
        tag=wording.SENTIMENTS.get(comment.sentiment, wording.SENTIMENTS["not_analysed"]),
        themes=comment.themes,
        service=comment.service,
        channel=comment.channel.label if comment.channel else "",
        day=short_day(comment.day),
        question=comment.question,
    )

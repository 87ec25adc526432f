"""Comments in the words of the overview."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from survey_app.charts import CellBar
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.queries import CommentRow, ThemeCount
from survey_app.dashboards.selection import Selection, short_day


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
    name: str
    url: str
    comments: int
    negative: int
    bar: CellBar


@dataclass(frozen=True)
class CommentsBlock:
    """What was written lately, and about what."""

    words: str
    url: str
    latest: Sequence[CommentView]
    themes: Sequence[ThemeRow]


def comments_block(
    counts: Mapping[str, int], latest: Sequence[CommentRow], themes: Sequence[ThemeCount], selection: Selection
) -> CommentsBlock:
    """The newest comments and the themes with the most of them."""
    most = max((theme.comments for theme in themes), default=1)
    return CommentsBlock(
        words=wording.sentiment_words(counts),
        url=addresses.comments(selection),
        latest=[comment_view(comment) for comment in latest],
        themes=[
            ThemeRow(
                name=theme.name,
                url=addresses.comments(selection, theme=theme.code),
                comments=theme.comments,
                negative=theme.negative,
                bar=CellBar(theme.comments, most),
            )
            for theme in themes
        ],
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


REMOVED = re.compile(r"\[([\w ]{1,40} removed)\]")


def with_removed(text: str) -> Markup:
    """The markers of removed details as blocks; all else is plain text."""
    parts = REMOVED.split(text)
    return Markup("").join(
        Markup('<span class="removed">{}</span>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )

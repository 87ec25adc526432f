"""All themes, with what needs attention first."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import Axis, CellBar, IntervalBar, Link, Point
from survey_app.dashboards import addresses
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import Selection
from survey_app.dashboards.themes.counts import LabelCounts, ThemeLine, most_criticised
from survey_app.dashboards.themes.presenters.new_words import NewWordsBlock, new_words_block
from survey_app.dashboards.themes.queries import NewWords, ThemesRead
from survey_app.kernel.csvfile import SafeWriter
from survey_app.measures.sentences import Change, Headline, Verdict, change_in_short, for_page, listed
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.rounding import percent, share_text
from survey_app.statistics.suppression import MINIMUM_BASE

COLUMNS = (
    "theme",
    "name",
    "from",
    "to",
    "comments",
    "positive",
    "neutral",
    "negative",
    "negative_share",
    "low",
    "high",
)
COMPARED = ("previous_negative", "previous_comments", "difference", "adjusted_p", "adjusted_for", "change")
MOST_NAMED = 3  # themes that share the first place
SCALE = ("0%", "50%", "100%")
FILLING = "Provisional: comments are still coming in."
TOO_FEW = "Not enough comments to compare with last year."


@dataclass(frozen=True)
class ThemeRow:
    """A theme in the table. `comments` leads to all of them, `negative` to what is criticism."""

    name: str
    url: str
    comments: Link
    negative: Link
    base: str
    negative_bar: CellBar
    share: str
    interval: str
    bar: IntervalBar
    change: str
    tag: tuple[str, str] | None


@dataclass(frozen=True)
class ThemesPage:
    """`why_empty` says why there is no table, and what to do about it."""

    headline: Headline
    filters: FilterBar
    rows: Sequence[ThemeRow]
    scale: Sequence[str]
    hidden: Sequence[str]
    unreported: Sequence[tuple[str, str]]
    why_empty: str
    new_words: NewWordsBlock | None
    minimum: int = MINIMUM_BASE


def themes_page(found: ThemesRead, words: NewWords | None, filters: FilterBar) -> ThemesPage:
    """The answer, the table, and the words that are new."""
    selection = filters.selection
    most = max((line.now.negative for line in found.lines), default=0)
    return ThemesPage(
        headline=_headline(found),
        filters=filters,
        rows=[_row(line, selection, most) for line in found.lines],
        scale=SCALE,
        hidden=found.hidden,
        unreported=found.unreported,
        why_empty="" if found.lines else _why_empty(found),
        new_words=new_words_block(words, selection.service),
    )


def _headline(found: ThemesRead) -> Headline:
    if not found.has_themes:
        return Headline("No themes yet.", "Comments are sorted into themes once somebody has made one.")
    if not found.lines:
        return Headline("No theme has enough comments to be judged.", f"Shares are shown from {MINIMUM_BASE} comments.")
    first = most_criticised(found.lines)
    return Headline(_claim(first), _rest(found, first))


def _claim(first: Sequence[ThemeLine]) -> str:
    if not first:
        return "No comment on a theme is negative."
    names, counts = [line.name for line in first], [f"{line.now.negative:,}" for line in first]
    if len(first) == 1:
        return f"{names[0]} draws the most criticism: {counts[0]} of its {first[0].now.base:,} comments."
    if len(first) <= MOST_NAMED:
        return f"{listed(names)} draw the most criticism: {listed(counts)} comments, too close to tell apart."
    close = f"{len(first) - 1} other themes are too close to tell apart"
    return f"{names[0]} draws the most criticism, {counts[0]} of its {first[0].now.base:,} comments, but {close}."


def _rest(found: ThemesRead, first: Sequence[ThemeLine]) -> str:
    if found.is_provisional:
        return FILLING
    worse = [line.name for line in found.lines if line.got_worse]
    if worse and worse != [line.name for line in first]:
        return f"A larger share of criticism than last year: {listed(worse)}."
    if len(first) == 1 and first[0].change is not None:
        return change_words(first[0].change)
    return "No theme’s share of criticism grew by more than chance explains."


def change_words(change: Change) -> str:
    """The change of a share of criticism, after a headline."""
    if change.verdict is Verdict.NOT_ENOUGH:
        return TOO_FEW
    return for_page(change_in_short(change)).replace(
        f"{change.before} last year", f"{change.before} negative last year"
    )


def _why_empty(found: ThemesRead) -> str:
    if not found.has_themes:
        return "A theme is a name and the words that find it. Whoever may change themes makes them."
    return "Choose a longer period, all channels or another service."


def _row(line: ThemeLine, selection: Selection, most: int) -> ThemeRow:
    now = line.now
    tag, words = change_tag(line.change)
    return ThemeRow(
        name=line.name,
        url=addresses.theme(selection, line.code),
        comments=Link(f"{now.total:,}", addresses.comments(selection, theme=line.code)),
        negative=Link(f"{now.negative:,}", addresses.comments(selection, theme=line.code, sentiment="negative")),
        base=f"{now.base:,}",
        negative_bar=CellBar(now.negative, most),
        share=share_text(now.negative, now.base),
        interval=interval_words(now),
        bar=share_bar(now),
        change=words,
        tag=tag,
    )


def change_tag(change: Change | None) -> tuple[tuple[str, str] | None, str]:
    """A tag where a change was shown, else what stood there before in words."""
    if change is None:
        return None, "still filling"
    if change.verdict is Verdict.NOT_ENOUGH:
        return None, "too few to compare"
    if not change.is_claim or change.difference is None:
        return None, f"{change.before} last year"
    words = f"{'up' if change.difference > 0 else 'down'} from {change.before}"
    return ("concern" if change.verdict is Verdict.FELL else "improvement", words), ""


def share_bar(counts: LabelCounts, *, suppressed: bool = False) -> IntervalBar:
    """The share of criticism with its interval, on the scale from 0 to 100%."""
    interval = wilson_interval(counts.negative, counts.base)
    share = counts.negative / counts.base
    point = Point(label="", value=share, base=counts.base, low=interval.low, high=interval.high, suppressed=suppressed)
    return IntervalBar(point, Axis())


def interval_words(counts: LabelCounts) -> str:
    low, high = wilson_interval(counts.negative, counts.base)
    return f"{percent(low)} to {percent(high)}"


def themes_csv(found: ThemesRead, selection: Selection) -> bytes:
    """The table as a file: UTF-8 with a mark, for spreadsheets; shares 0 to 1, unrounded."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    writer.write((*COLUMNS, *COMPARED))
    for line in found.lines:
        now, before, change = line.now, line.before, line.change
        tested = (change.difference, change.adjusted_p, change.adjusted_for, change.sentence) if change else (None,) * 4
        writer.write(
            [
                line.code,
                line.name,
                selection.period.first.isoformat(),
                selection.period.last.isoformat(),
                now.base,
                now.positive,
                now.neutral,
                now.negative,
                now.negative / now.base,
                *wilson_interval(now.negative, now.base),
                *((before.negative, before.base) if before.base >= MINIMUM_BASE else (None, None)),
                *tested,
            ]
        )
    return text.getvalue().encode("utf-8-sig")

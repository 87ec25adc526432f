"""One theme: its past, its services, its words, and what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey_app.charts import (
    Annotation,
    CellBar,
    ChartView,
    DivergingChart,
    IntervalBar,
    Stack,
    axis_both_ways,
    position_of,
    view,
)
from survey_app.comments.near_duplicates import group_near_duplicates, is_campaign
from survey_app.comments.picking import (
    JUDGED,
    USUAL_QUOTES,
    Quotable,
    answer_digest,
    is_quotable,
    pick,
    seed_of,
    too_few,
)
from survey_app.comments.presenters import with_removed
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.presenters.comments import CommentView, comment_view
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import Selection, short_day
from survey_app.dashboards.themes.counts import Turn
from survey_app.dashboards.themes.presenters.themes import FILLING, SCALE, change_words, interval_words, share_bar
from survey_app.dashboards.themes.queries import MOST_READ, ThemeComment, ThemeRead
from survey_app.kernel.periods import ONE_DAY
from survey_app.measures.sentences import Headline, Verdict, against_the_rest
from survey_app.statistics.rounding import share_text
from survey_app.statistics.suppression import MINIMUM_BASE, is_suppressed
from survey_app.web.templates import month

MOST_WORDS, FEWEST_WITH_WORD = 10, 5
MOST_GROUPS, MOST_ALIKE = 20, 10  # in the list of comments, and of one group


@dataclass(frozen=True)
class ServiceRow:
    name: str
    url: str
    base: int
    negative: int
    share: str
    interval: str
    bar: IntervalBar
    tag: tuple[str, str] | None


@dataclass(frozen=True)
class WordRow:
    """A word of the theme, and in how many comments it was what found them."""

    word: str
    url: str
    comments: int
    bar: CellBar


@dataclass(frozen=True)
class Group:
    """A comment, and those that are nearly the same: how many in all, the newest of them."""

    comment: CommentView
    alike: Sequence[CommentView]
    more: int  # that are not listed

    @property
    def others(self) -> int:
        return len(self.alike) + self.more


@dataclass(frozen=True)
class QuoteView:
    text: Markup
    tag: tuple[str, str]
    month: str


@dataclass(frozen=True)
class QuotesBlock:
    """Quotes and how they were picked; or, with none, why."""

    quotes: Sequence[QuoteView]
    rule: str


@dataclass(frozen=True)
class ThemePage:
    name: str
    definition: str
    headline: Headline
    filters: FilterBar
    is_in_use: bool
    copies: str
    picture: ChartView
    drawn: str
    services: Sequence[ServiceRow]
    services_hidden: int
    scale: Sequence[str]
    words: Sequence[WordRow]
    quotes: QuotesBlock
    groups: Sequence[Group]
    listed: str
    all_comments: str
    all_themes: str


def theme_page(found: ThemeRead, filters: FilterBar, *, brand: str) -> ThemePage:
    """Everything that the page shows."""
    selection, theme = filters.selection, found.theme
    groups = group_near_duplicates([each.row.text for each in found.comments])
    services, hidden = _services(found, selection)
    return ThemePage(
        name=theme.name,
        definition=theme.definition,
        headline=_headline(found),
        filters=filters,
        is_in_use=theme.is_active,
        copies=_copies(found.comments, groups),
        picture=view(trend_chart(found), brand=brand),
        drawn=_drawn(found, selection),
        services=services,
        services_hidden=hidden,
        scale=SCALE,
        words=_words(found, selection),
        quotes=_quotes(found, selection),
        groups=[_group(found.comments, places) for places in groups[:MOST_GROUPS]],
        listed=_listed(found, groups),
        all_comments=addresses.comments(selection, theme=theme.code),
        all_themes=addresses.themes(selection),
    )


def _headline(found: ThemeRead) -> Headline:
    now, name = found.line.now, found.theme.name
    if found.unreported:
        return Headline(f"{name}: {found.unreported}.", "What stands here helps to mend its keywords.")
    if not now.base:
        waiting = f" {now.unlabelled:,} have no label yet." if now.unlabelled else ""
        return Headline(f"No comment on {name} has a label in this period.", f"Choose a longer one.{waiting}")
    if is_suppressed(now.base):
        return Headline(f"Too few comments on {name} to judge.", f"Shares are shown from {MINIMUM_BASE} comments.")
    claim = f"{name}: {now.negative:,} of {now.base:,} comments are negative, {share_text(now.negative, now.base)}."
    if found.is_provisional:
        return Headline(claim, FILLING)
    return Headline(claim, "" if found.line.change is None else change_words(found.line.change))


def trend_chart(found: ThemeRead) -> DivergingChart:
    """The theme over time. A bar with fewer than 10 comments is not drawn. Nothing else is hidden to guard it: who sees
    this page may read and count the comments themselves."""
    periods = [period for period, _ in found.trend]
    points = tuple(
        Stack.of(
            pictures.short(period, found.unit),
            counts.positive,
            counts.neutral,
            counts.negative,
            pictures.year(period, found.unit),
        )
        for period, counts in found.trend
    )
    starts, end = [period.first for period in periods], periods[-1].last + ONE_DAY
    return DivergingChart(
        key="theme-over-time",
        title=f"{found.theme.name} by {found.unit}",
        sentence=_trend_sentence(found, points),
        points=points,
        axis=axis_both_ways(points),
        period_name=found.unit.capitalize(),
        annotations=tuple(
            Annotation("ABCDEFGH"[n], _turn_words(turn), place)
            for n, turn in enumerate(found.turns)
            if (place := position_of(turn.day, starts, end)) is not None
        ),
    )


def _turn_words(turn: Turn) -> str:
    """What a narrow place cuts off stands last."""
    return f"{turn.words}, {short_day(turn.day)}{f': {turn.note}' if turn.note else ''}"


def _trend_sentence(found: ThemeRead, points: Sequence[Stack]) -> str:
    shown = [(point, period) for point, (period, _) in zip(points, found.trend, strict=True) if point.shown]
    if len(shown) < 2:
        return f"Not enough comments for a trend: a bar needs {MINIMUM_BASE}, and a trend two bars."
    most, when = max(shown, key=lambda each: (each[0].negative, each[1].first))
    if not most.negative:
        return "No comment of these months is negative."
    said = f"Most criticism in {pictures.named(when, found.unit)}: {most.negative:,} of {most.base:,} comments."
    return f"{said} More comments make longer bars: compare shares in the table."


def _drawn(found: ThemeRead, selection: Selection) -> str:
    """What is drawn where that is not the months of the chosen period."""
    thin = "By quarter, because most months have too few comments to be shown. " if found.unit == "quarter" else ""
    is_longer = found.trend[0][0].first < selection.period.first
    return f"{thin}{'More than the chosen period is drawn, so that a change can be seen.' if is_longer else ''}".strip()


def _services(found: ThemeRead, selection: Selection) -> tuple[list[ServiceRow], int]:
    """The services whose share may be shown, most criticism first; and how many may not."""
    some = [(code, name, counts) for code, name, counts in found.services if counts.base]
    shown = [each for each in some if not is_suppressed(each[2].base)]
    changes = against_the_rest({code: (counts.negative, counts.base) for code, _, counts in shown})
    tags = {Verdict.HIGHER: ("concern", "more than the rest"), Verdict.LOWER: ("improvement", "less than the rest")}
    rows = [
        ServiceRow(
            name=name,
            url=addresses.theme(selection, found.theme.code, service=code),
            base=counts.base,
            negative=counts.negative,
            share=share_text(counts.negative, counts.base),
            interval=interval_words(counts),
            bar=share_bar(counts),
            tag=tags.get(changes[code].verdict),
        )
        for code, name, counts in sorted(shown, key=lambda each: (-each[2].negative, each[1]))
    ]
    return rows, len(some) - len(shown)


def _words(found: ThemeRead, selection: Selection) -> list[WordRow]:
    """The words that find this theme most often: of keywords that nobody writes none is here."""
    said = Counter(
        word for each in found.comments for word in {" ".join(one.split()).casefold() for one in each.matched}
    )
    often = [(word, n) for word, n in said.most_common(MOST_WORDS) if n >= FEWEST_WITH_WORD]
    return [
        WordRow(
            word,
            addresses.comments(selection, theme=found.theme.code, text=word),
            n,
            CellBar(n, often[0][1]),
        )
        for word, n in often
    ]


def _quotes(found: ThemeRead, selection: Selection) -> QuotesBlock:
    there = [
        Quotable(
            each.id,
            answer_digest(each.answer),
            each.row.text,
            each.row.sentiment if each.row.sentiment in JUDGED else None,
            each.row.day.replace(day=1),
        )
        for each in found.comments
        if each.may_be_quoted and is_quotable(each.row.text)
    ]
    if why := too_few(len(there)):
        return QuotesBlock((), why)
    period = selection.period
    seed = seed_of(period.first, period.last, selection.service, found.theme.code, selection.channel)
    picked = [
        QuoteView(
            with_removed(quote.text), wording.SENTIMENTS[quote.sentiment or "waiting_for_review"], month(quote.month)
        )
        for quote in pick(there, USUAL_QUOTES, seed)
    ]
    newest = "the newest " if len(found.comments) == MOST_READ else ""
    return QuotesBlock(
        picked,
        f"Picked by lot of {newest}{len(there):,} comments, not by anybody: as many critical, mixed and positive ones "
        "as their share of all. Texts that are nearly the same count once. The same choice picks the same quotes.",
    )


def _copies(comments: Sequence[ThemeComment], groups: Sequence[Sequence[int]]) -> str:
    """Of texts that were copied, how many; nothing where there are none."""
    sizes = [len(places) for places in groups if is_campaign([comments[place].row.text for place in places])]
    if not sizes:
        return ""
    if len(sizes) == 1:
        return f"{sizes[0]:,} comments are nearly the same. Each counts in the figures; as a quote they are one."
    return (
        f"{len(sizes):,} texts were written several times, nearly word for word: {sum(sizes):,} comments in all, "
        f"the most frequent {max(sizes):,} times. Each counts in the figures; as a quote each text is one."
    )


def _group(comments: Sequence[ThemeComment], places: Sequence[int]) -> Group:
    first, *others = (comments[place].row for place in places)
    return Group(comment_view(first), [comment_view(each) for each in others[:MOST_ALIKE]], len(others[MOST_ALIKE:]))


def _listed(found: ThemeRead, groups: Sequence[Sequence[int]]) -> str:
    shown = sum(len(places) for places in groups[:MOST_GROUPS])
    newest = "newest " if len(found.comments) == MOST_READ else ""
    of = f"{newest}{len(found.comments):,}"
    return f"{shown:,} of the {of}, newest first; those that are nearly the same stand together."

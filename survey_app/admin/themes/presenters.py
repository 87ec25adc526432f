"""What the pages of the themes say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from survey_app.admin.themes.queries import MOST_TRIED, PastComment
from survey_app.charts import CellBar
from survey_app.comments.models import Theme, ThemeEdit
from survey_app.comments.presenters import with_removed
from survey_app.comments.themes import CodeFrame, ThemeRule, default_rules, read_keywords
from survey_app.comments.themes.editing import Difference, ThemeState, difference
from survey_app.comments.themes.keywords import EXCEPT
from survey_app.comments.themes.queries import Sorting, difference_of
from survey_app.comments.themes.trying import TOO_WIDE, Trial
from survey_app.dashboards.addresses import COMMENTS, with_arguments
from survey_app.dashboards.queries import ThemeCount
from survey_app.dashboards.selection import LAST_12_MONTHS
from survey_app.kernel.periods import Period
from survey_app.statistics.suppression import MINIMUM_BASE

MOST_SHOWN, MOST_OVERLAPS = 20, 8
FEWEST_JUDGED = 100  # comments: of fewer, a good theme may find none


@dataclass(frozen=True)
class ThemeRow:
    """A theme on the list. `attention` says what is odd about it, empty where nothing is."""

    code: str
    name: str
    is_active: bool
    comments: int
    bar: CellBar
    negative: str
    keywords: int
    changed: datetime | None
    changed_by: str
    attention: str
    comments_url: str


def theme_rows(
    themes: Sequence[Theme],
    counts: Sequence[ThemeCount],
    total: int,
    edits: Mapping[int, ThemeEdit],
    names: Mapping[int, str],
) -> list[ThemeRow]:
    """Those that need attention first, then by how many comments they have."""
    by_code = {count.code: count for count in counts}
    most = max((count.comments for count in counts), default=1)
    rows = []
    for theme in themes:
        count, edit = by_code.get(theme.code), edits.get(theme.id)
        comments = count.comments if count else 0
        rows.append(
            ThemeRow(
                code=theme.code,
                name=theme.name,
                is_active=theme.is_active,
                comments=comments,
                bar=CellBar(comments, most),
                negative=_negative(count),
                keywords=len(read_keywords(theme.keywords)),
                changed=edit.edited_at if edit else None,
                changed_by=names.get(edit.edited_by or 0, "") if edit else "",
                attention=_attention(comments, total) if theme.is_active else "",
                comments_url=with_arguments(COMMENTS, {"period": LAST_12_MONTHS, "theme": theme.code}),
            )
        )
    return sorted(rows, key=lambda row: (not row.attention, -row.comments, row.name.casefold()))


def _negative(count: ThemeCount | None) -> str:
    if count is None or not count.comments:
        return "none"
    return f"{count.negative / count.comments:.0%}" if count.comments >= MINIMUM_BASE else "too few"


def _attention(comments: int, total: int) -> str:
    if total < FEWEST_JUDGED:
        return ""
    if not comments:
        return "Finds nothing"
    if comments > TOO_WIDE * total:
        return f"Finds {comments / total:.0%} of all comments: too wide?"
    return ""


def answer(rows: Sequence[ThemeRow], total: int, sorting: Sorting | None) -> tuple[str, str]:
    """The sentence of the list: how many there are, and what to do."""
    active = [row for row in rows if row.is_active]
    odd = sum(bool(row.attention) for row in active)
    claim = f"{len(active)} {'theme sorts' if len(active) == 1 else 'themes sort'} what people write."
    if sorting is not None:
        return claim, "Past comments are being sorted anew."
    if odd:
        return claim, f"{odd} {'needs' if odd == 1 else 'need'} attention."
    if total < FEWEST_JUDGED:
        return claim, f"Which of them find too much or too little shows from {FEWEST_JUDGED} comments on."
    return claim, "None needs attention."


@dataclass(frozen=True)
class MovedComment:
    text: Markup
    day: date
    service: str


@dataclass(frozen=True)
class KeywordRow:
    keyword: str
    comments: int
    bar: CellBar


@dataclass(frozen=True)
class OverlapRow:
    name: str
    comments: int
    share: str
    bar: CellBar


@dataclass(frozen=True)
class TrialPage:
    """What keywords would find: the sentence, what moves, and which keyword finds how many."""

    claim: str
    rest: str
    within: str  # which comments these are
    warning: str
    gained: int
    lost: int
    gained_shown: Sequence[MovedComment]
    lost_shown: Sequence[MovedComment]
    keywords: Sequence[KeywordRow]
    exceptions: Sequence[KeywordRow]
    idle: Sequence[str]
    overlaps: Sequence[OverlapRow]


def trial_page(
    trial: Trial,
    rule: ThemeRule,
    before: ThemeRule | None,
    *,
    period: Period,
    pairs: Iterable[tuple[int, int]],
    theme_id: int | None,
    themes: Sequence[Theme],
    comments: Mapping[int, PastComment],
) -> TrialPage:
    """`comments` are those that are shown; `pairs` the themes that the comments tried have now."""
    overlaps = Counter(theme for comment, theme in pairs if comment in trial.found and theme != theme_id)
    names = {theme.id: theme.name for theme in themes if theme.is_active}
    most = max(trial.by_keyword.values(), default=1)
    rows = [KeywordRow(word, n, CellBar(n, most)) for word, n in trial.by_keyword.most_common()]
    idle = trial.idle(rule)
    claim, rest = _trial_words(trial, is_new=before is None)
    return TrialPage(
        claim=claim,
        rest=rest,
        within=_within(trial, period),
        warning=f"It would find more than {TOO_WIDE:.0%} of all comments, and so say little about any of them."
        if trial.is_too_wide
        else "",
        gained=len(trial.gained),
        lost=len(trial.lost),
        gained_shown=_moved(trial.gained, comments, rule),
        lost_shown=_moved(trial.lost, comments, before),
        keywords=[row for row in rows if not row.keyword.startswith(EXCEPT)],
        exceptions=[row for row in rows if row.keyword.startswith(EXCEPT)],
        idle=idle,
        overlaps=[
            OverlapRow(names[theme], n, f"{n / len(trial.found):.0%}", CellBar(n, len(trial.found)))
            for theme, n in overlaps.most_common()
            if theme in names
        ][:MOST_OVERLAPS],
    )


def shown_ids(trial: Trial) -> list[int]:
    """The comments whose words the page shows."""
    return trial.gained[:MOST_SHOWN] + trial.lost[:MOST_SHOWN]


def marked(text: str, rule: ThemeRule | None) -> Markup:
    """A comment with the words that matched marked, and what was removed as blocks."""
    places = [place for place in CodeFrame([rule]).places(text) if not place.is_excepted] if rule else []
    parts, done = [], 0
    for place in places:
        if place.end > done:
            start = max(place.start, done)
            parts += [with_removed(text[done:start]), Markup("<mark>{}</mark>").format(text[start : place.end])]
            done = place.end
    return Markup("").join([*parts, with_removed(text[done:])])


def _moved(ids: Sequence[int], comments: Mapping[int, PastComment], rule: ThemeRule | None) -> list[MovedComment]:
    return [
        MovedComment(marked(found.text, rule), found.day, found.service)
        for comment in ids[:MOST_SHOWN]
        if (found := comments.get(comment)) is not None
    ]


def _trial_words(trial: Trial, *, is_new: bool) -> tuple[str, str]:
    if not trial.looked_at:
        return "There are no comments to try it on yet.", "It will sort those that come."
    found = len(trial.found)
    claim = f"It would find {found:,} of {trial.looked_at:,} comments ({found / trial.looked_at:.1%})."
    if is_new:
        return claim, ""
    if not trial.gained and not trial.lost:
        return claim, "Those are just the comments that it has today."
    return claim, f"Today it has {trial.finds_now:,}: {len(trial.gained):,} gained, {len(trial.lost):,} lost."


def _within(trial: Trial, period: Period) -> str:
    cut = f", the newest {MOST_TRIED:,}" if trial.looked_at >= MOST_TRIED else ""
    return f"Comments in English of {period.title}{cut}. Nothing is stored yet."


@dataclass(frozen=True)
class EditRow:
    """One change of a theme, as its history shows it."""

    id: int
    at: datetime
    by: str
    words: str
    change: Difference
    reach: str
    may_be_undone: bool


def edit_rows(edits: Sequence[ThemeEdit], names: Mapping[int, str]) -> list[EditRow]:
    """The newest first, the only one that can be undone."""
    rows = []
    for place, edit in enumerate(edits):
        change = difference_of(edit)
        by = names.get(edit.edited_by or 0, "a command")
        rows.append(EditRow(edit.id, edit.edited_at, by, change.words, change, _reach(edit, change), place == 0))
    return rows


def _reach(edit: ThemeEdit, change: Difference) -> str:
    if not change.changes_rules or change.was_retired:
        return ""
    if not edit.sorts_past:
        return "New comments only."
    moved = f"{edit.moved:,} {'comment' if edit.moved == 1 else 'comments'} moved"
    return f"Past comments sorted too: {moved}." if edit.done_at else f"Past comments are being sorted: {moved} so far."


@dataclass(frozen=True)
class StandardSet:
    """How a theme's keywords differ from the standard ones of the same theme."""

    added: int
    removed: int


def standard_state(code: str) -> ThemeState | None:
    """A standard theme as it came with the product."""
    rule = next((rule for rule in default_rules() if rule.code == code), None)
    return None if rule is None else ThemeState(rule.name, rule.definition, "\n".join(rule.keywords))


def standard_set(theme: Theme) -> StandardSet | None:
    """What the standard keywords would add and take away; None where there are none, or they are the same."""
    standard = standard_state(theme.code)
    if standard is None:
        return None
    change = difference(ThemeState(theme.name, theme.definition, theme.keywords), standard)
    return StandardSet(len(change.added), len(change.removed)) if change.added or change.removed else None


def missing_standards(themes: Iterable[Theme]) -> list[ThemeRule]:
    """The standard themes that this council does not have, in use or not."""
    codes = {theme.code for theme in themes}
    return [rule for rule in default_rules() if rule.code not in codes]

"""The explorer in the words of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

from survey_app.actions.improvements.queries import letter_of
from survey_app.actions.models import Improvement
from survey_app.charts import Link, TwoWayBars
from survey_app.comments.checking.labels import CANNOT_TELL
from survey_app.comments.languages import language_name
from survey_app.comments.redaction.details import REMOVED
from survey_app.comments.search import facts
from survey_app.comments.search.asked import Asked, places_of
from survey_app.comments.sentiment import CouncilAnalyzer, Sentiment
from survey_app.comments.word_lists import OWN_LIST
from survey_app.dashboards import wording
from survey_app.dashboards.comments.facets import MARKED, Counted, Facet, Option
from survey_app.dashboards.comments.marks import Mark, Piece, Shown, Span, part_to_show, pieces_of
from survey_app.dashboards.comments.queries import MOST_COUNTED, FoundComment, LabelGiven, Otherwise
from survey_app.dashboards.comments.selection import CommentSelection, Order
from survey_app.dashboards.selection import Choice
from survey_app.kernel.periods import in_words
from survey_app.measures.sentences import Headline
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.surveys.kinds import TextType
from survey_app.web.paging import Page
from survey_app.web.templates import day_and_time

HIDDEN_WORDS = {Mark.SEARCHED: "search word", Mark.PRAISE: "counts as praise", Mark.CRITICISM: "counts as criticism"}
COUNTS_FROM = 0.05  # a word that moved the label by less is not marked
MOST_ALSO = 6  # other words for the same that are named


@dataclass(frozen=True)
class OptionView:
    id: str
    value: str
    label: str
    count: str
    is_ticked: bool


@dataclass(frozen=True)
class FacetView:
    """A group of boxes: some stand there, the rest unfolds under `more`."""

    name: str
    legend: str
    options: Sequence[OptionView]
    folded: Sequence[OptionView]
    more: str


@dataclass(frozen=True)
class Why:
    """Why a comment has its label: what the machine said and how sure it was, by which words, and what people said."""

    said: str
    words: Sequence[tuple[str, str, str]]  # word, signed value, "praise" or "criticism"
    note: str
    method: str
    people: Sequence[str]
    themes: Sequence[str]  # each with the words that its keywords found


@dataclass(frozen=True)
class CommentCard:
    """A comment in the list, or whole on its own page."""

    reference: str
    url: str
    text: Markup
    is_whole: bool
    starts_inside: bool
    length: str
    tag: tuple[str, str]
    label: str
    themes: Sequence[Link]
    flags: Sequence[Link]
    links: Sequence[Link]
    service: str
    channel: str
    day: str
    question: str
    why: Why
    is_quote: bool
    quote_words: str
    follow_up: str | None
    may_be_followed_up: bool
    has_removed: bool  # a detail stood in it


@dataclass(frozen=True)
class Month:
    name: str
    title: str
    positive: int
    neutral: int
    negative: int
    other: int


@dataclass(frozen=True)
class ExplorerPage:
    headline: Headline
    selection: CommentSelection
    arguments: Sequence[tuple[str, str]]
    facets: Sequence[FacetView]
    also: str
    also_link: Link | None
    search_note: str
    legend: Sequence[tuple[str, str]]
    bars: TwoWayBars | None
    months: Sequence[Month]
    comments: Sequence[CommentCard]
    listed: Page
    order_link: Link | None
    suggestions: Sequence[Link]
    counts_note: str
    periods: Sequence[Choice]
    cut: str
    clear_url: str | None
    most: int  # comments that a file takes
    is_cut: bool  # there are more


def explorer_page(
    selection: CommentSelection,
    facets: Sequence[Facet],
    counted: Counted,
    found: Sequence[FoundComment],
    listed: Page,
    *,
    heard: Sequence[tuple[str, Improvement]],
    otherwise: Otherwise | None,
    periods: Sequence[Choice],
    cut: str,
) -> ExplorerPage:
    """One page of the comments of a selection, with what stands beside them."""
    asked = selection.asked
    months = _months(selection, counted)
    values = tuple((float(each.positive), float(each.neutral), float(each.negative)) for each in months)
    return ExplorerPage(
        headline=headline(selection, counted, facets),
        selection=selection,
        arguments=[
            (name, value)
            for name, found_values in selection.arguments.items()
            for value in ([found_values] if isinstance(found_values, str) else found_values)
        ],
        facets=[view for facet in facets if (view := _facet_view(facet, selection, counted)) is not None],
        also=_also_words(asked),
        also_link=_also_link(selection, asked),
        search_note=_search_note(selection, asked),
        legend=_legend(counted),
        bars=TwoWayBars(values) if len(months) > 1 and any(map(any, values)) else None,
        months=months,
        comments=[comment_card(each, selection, heard=heard) for each in found],
        listed=listed,
        order_link=_order_link(selection, counted),
        suggestions=() if otherwise is None else _suggestions(selection, counted, otherwise),
        counts_note=(
            f"Counts beside the filters and in the months are of the newest {counted.total:,}."
            if counted.is_more
            else ""
        ),
        periods=periods,
        cut=cut,
        clear_url=None if not selection.ticked else selection.without_ticks().url,
        most=MOST_COUNTED,
        is_cut=counted.is_more or counted.total > MOST_COUNTED,
    )


def headline(selection: CommentSelection, counted: Counted, facets: Sequence[Facet]) -> Headline:
    """How many comments, and of what kind: no more than the numbers carry."""
    total = counted.total
    if not total:
        return Headline("No comment matches.", "")
    mention = f" {'mentions' if total == 1 else 'mention'} {asked_words(selection)}" if selection.text else ""
    more = "More than " if counted.is_more else ""
    claim = f"{more}{total:,} {'comment' if total == 1 else 'comments'}{mention}."
    parts = [_negative_words(counted), _service_words(selection, counted, facets)]
    rest = "; ".join(part for part in parts if part)
    return Headline(claim, f"{rest[:1].upper()}{rest[1:]}." if rest else "")


def asked_words(selection: CommentSelection) -> str:
    """What was searched for, as it was read: “ring back” or “update”, without “bins”."""
    asked = selection.asked
    typed = [[term for term in terms if term not in asked.also] for terms in asked.all_of]
    wanted = wording.listed([" or ".join(f"“{term}”" for term in terms) for terms in typed])
    unwanted = " or ".join(f"“{term}”" for term in asked.none_of)
    if not wanted:
        return f"nothing of {unwanted}"
    return f"{wanted}{f', without {unwanted}' if unwanted else ''}"


def _negative_words(counted: Counted) -> str:
    negative, of = counted.labelled("negative"), f"of the newest {counted.total:,}, " if counted.is_more else ""
    if counted.total == 1:
        return ""
    if not negative:
        return f"{of}none is negative"
    if negative == counted.total:
        return f"{of}all are negative"
    if 2 * negative == counted.total:
        return f"{of}half are negative"
    return f"{of}{negative:,} {'is' if negative == 1 else 'are'} negative"


def _service_words(selection: CommentSelection, counted: Counted, facets: Sequence[Facet]) -> str:
    """Which service has most, where one has and there are enough to say so."""
    facet = next((each for each in facets if each.name == "service"), None)
    if facet is None or selection.ticked_in(facet) or counted.total < MINIMUM_BASE or counted.is_more:
        return ""
    ranked = sorted(((counted.of(facet, option) or 0, option.label) for option in facet.options), reverse=True)
    if len(ranked) < 2 or ranked[0][0] == ranked[1][0] or ranked[0][0] == counted.total:
        return ""
    return f"{ranked[0][1]} has most, with {ranked[0][0]:,}"


def comment_card(
    comment: FoundComment,
    selection: CommentSelection | None = None,
    *,
    heard: Sequence[tuple[str, Improvement]] = (),
) -> CommentCard:
    """A comment with its marks. In a list, with the selection that found it, a long one is shown in part."""
    searched = places_of(selection.asked, comment.text) if selection else []
    shown = part_to_show(comment.text, searched) if selection else Shown(0, len(comment.text), len(comment.text))
    judged = judge(comment)
    spans = [Span(start, end, Mark.SEARCHED) for start, end in searched]
    if judged is not None:
        spans += [
            Span(reason.start, reason.end, Mark.PRAISE if reason.value > 0 else Mark.CRITICISM)
            for reason in judged.reasons
            if abs(reason.value) >= COUNTS_FROM
        ]
    codes = {code for code, _, _ in comment.themes}
    return CommentCard(
        reference=comment.reference,
        url=f"/comments/{comment.reference}",
        text=marked_text(pieces_of(comment.text, spans, shown)),
        is_whole=shown.is_whole,
        starts_inside=shown.start > 0,
        length=f"{shown.of:,}",
        tag=label_tag(comment),
        label=comment.label,
        themes=[Link(name, _filtered(selection, "theme", code)) for code, name, _ in comment.themes],
        flags=[
            Link(words, _filtered(selection, MARKED.name, flag))
            for flag, words in (("mixed", "Mixed"), ("request", "Request"))
            if flag in comment.flags and not (flag == "mixed" and comment.label == "neutral")
        ],
        links=_improvement_links(comment, codes, heard),
        service=comment.service,
        channel=comment.channel.label if comment.channel else "",
        day=in_words(comment.day),
        question=comment.question,
        why=why(comment, judged),
        is_quote=comment.is_quote,
        quote_words=f"Marked as a quote{f' by {comment.quote_by}' if comment.quote_by else ''}",
        follow_up=comment.follow_up,
        may_be_followed_up=comment.may_be_followed_up,
        has_removed=REMOVED.search(comment.text) is not None,
    )


def label_tag(comment: FoundComment) -> tuple[str, str]:
    """The kind and the words of a comment's tag: a neutral one says whether it is mixed."""
    if comment.label != "neutral":
        return wording.SENTIMENTS.get(comment.label, wording.SENTIMENTS["not_analysed"])
    return ("mixed", "Mixed") if "mixed" in comment.flags else ("common", "Neutral")


def marked_text(pieces: Sequence[Piece]) -> Markup:
    """The pieces of a text with their marks; what each mark means is said to who cannot see it. All else is text."""
    return Markup("").join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> Markup:
    if Mark.REMOVED in piece.marks:
        return Markup('<span class="removed">{}</span>').format(piece.text)
    if not piece.marks:
        return escape(piece.text)
    said = ", ".join(HIDDEN_WORDS[mark] for mark in piece.begin)
    hidden = Markup('<span class="hidden">{}: </span>').format(said) if said else ""
    return Markup('<mark class="{}">{}{}</mark>').format(" ".join(piece.marks), hidden, piece.text)


def judge(comment: FoundComment) -> Sentiment | None:
    """What the present method says of it, for the words; None where it was not analysed, says nothing, or was judged by
    a council's own list of words in another language."""
    if comment.machine_label is None or comment.method.startswith(OWN_LIST):
        return None
    found: Sentiment = _analyzer(comment.text_type).analyze(comment.text)
    return found


@cache
def _analyzer(question: TextType | None) -> CouncilAnalyzer:
    return CouncilAnalyzer(question)


def why(comment: FoundComment, judged: Sentiment | None) -> Why:
    """Why it has its label, never with a percentage: nobody is 87% sure."""
    people = [_given_words(given) for given in comment.labels]
    themes = [
        f"{name}: {', '.join(f'“{words}”' for words in matched)}" for _, name, matched in comment.themes if matched
    ]
    if judged is None:
        said = "Nothing is said in it that could be judged."
        if "not_analysed" in comment.flags:
            said = f"It is written in {language_name(comment.language)}: not analysed, never guessed."
        elif comment.machine_label is not None:
            said = (
                f"Labelled by the council's own words for {language_name(comment.language)}, which nobody has measured."
            )
        return Why(said, (), "", "", people, themes)
    sure = "unsure" if comment.needs_review or "unsure" in comment.flags else "likely"
    label = wording.SENTIMENTS[comment.machine_label or "not_analysed"][1].lower()
    words = [
        (reason.word, f"{'+' if reason.value > 0 else '−'}{abs(reason.value):.1f}", _side(reason.value))
        for reason in judged.reasons
        if abs(reason.value) >= COUNTS_FROM
    ]
    note = "" if words else "It holds no word that the method knows as praise or criticism."
    method = f"Method {comment.method}."
    if judged.method != comment.method:
        method = f"Labelled by method {comment.method}; the words are marked by the present one, {judged.method}."
    return Why(f"The machine says {label}: {sure}.", words, note, method, people, themes)


def _side(value: float) -> str:
    return "praise" if value > 0 else "criticism"


def _given_words(given: LabelGiven) -> str:
    def called(label: str | None) -> str:
        return wording.SENTIMENTS.get(label or "not_analysed", ("", label or ""))[1].lower()

    who = given.by or "Somebody who has left"
    said = f"called it {called(given.label)}" if given.label else "took their label back"
    if given.label == CANNOT_TELL:
        said = "could not tell"
    before = f"; it was shown as {called(given.before)}" if given.before else ""
    return f"{who} {said} on {day_and_time(given.at)}{before}."


def _improvement_links(comment: FoundComment, codes: set[str], heard: Sequence[tuple[str, Improvement]]) -> list[Link]:
    found = {}
    for code, improvement in heard:
        services = improvement.where.get("service", ())
        if code in codes and (not services or comment.service_code in services):
            letter = letter_of(improvement.number)
            found[letter] = Link(f"Improvement {letter}", f"/actions/improvements/{letter}")
    return list(found.values())


def _filtered(selection: CommentSelection | None, name: str, value: str) -> str:
    period = f"period={selection.where.code}&" if selection else ""
    return f"/comments/?{period}{name}={value}"


def _facet_view(facet: Facet, selection: CommentSelection, counted: Counted) -> FacetView | None:
    """A group that offers a choice; None where no comment would be told apart by it."""
    ticked = selection.ticked_in(facet)
    counts = {option: counted.of(facet, option) for option in facet.options}
    with_some = [option for option in facet.options if counts[option] or counts[option] is None or option in ticked]
    if facet.at_first == 0 and len(with_some) < 2 and not ticked:
        return None
    ranked = list(facet.options)
    if not facet.keeps_order:
        ranked = [option for option in ranked if option in with_some or facet.name in ("channel", "service")]
        ranked.sort(key=lambda option: (option not in ticked, -(counts[option] or 0), option.label))
    if not ranked:
        return None
    shown = ranked[: max(facet.at_first, len(ticked))]
    if facet.name == "sentiment":
        usual = ("negative", "neutral", "positive", "not_analysed")
        shown = [option for option in ranked if option.value in usual or option in with_some]
        ranked = shown
    folded = ranked[len(shown) :]
    views = [_option_view(facet, option, counts[option], option in ticked) for option in ranked]
    return FacetView(
        facet.name,
        facet.legend,
        views[: len(shown)],
        views[len(shown) :],
        (f"{len(folded)} more" if shown else f"Choose among {len(folded)}") if folded else "",
    )


def _option_view(facet: Facet, option: Option, count: int | None, is_ticked: bool) -> OptionView:
    words = "" if count is None else f"{count:,}"
    return OptionView(f"{facet.name}-{option.value}", option.value, option.label, words, is_ticked)


def _months(selection: CommentSelection, counted: Counted) -> list[Month]:
    found = []
    for month, labels in zip(selection.where.period.split("month"), counted.months, strict=True):
        positive, neutral, negative = (labels.get(facts.of_label(x), 0) for x in ("positive", "neutral", "negative"))
        other = sum(labels.values()) - positive - neutral - negative
        found.append(Month(f"{month.first:%b}", month.title, positive, neutral, negative, other))
    return found


def _legend(counted: Counted) -> list[tuple[str, str]]:
    positive, neutral, negative = (counted.labelled(label) for label in ("positive", "neutral", "negative"))
    return [
        ("for", f"{positive:,} positive"),
        ("neither", f"{neutral:,} mixed or neutral"),
        ("against", f"{negative:,} negative, below the line"),
    ]


def _also_words(asked: Asked) -> str:
    if not asked.also:
        return ""
    named = [str(term) for term in asked.also[:MOST_ALSO]]
    more = len(asked.also) - len(named)
    return f"Also searched: {', '.join(named)}{f' and {more} more' if more else ''}"


def _also_link(selection: CommentSelection, asked: Asked) -> Link | None:
    if asked.also:
        return Link("Search only these words", selection.exactly(is_exact=True).url)
    if selection.is_exact and selection.exactly(is_exact=False).asked.also:
        return Link("Search other words for it too", selection.exactly(is_exact=False).url)
    return None


def _search_note(selection: CommentSelection, asked: Asked) -> str:
    if asked.has_no_word:
        return f"There is no word in “{selection.text}” to search for."
    return "Only the first 20 words were searched." if asked.is_cut else ""


def _order_link(selection: CommentSelection, counted: Counted) -> Link | None:
    if not selection.text or counted.total < 2:
        return None
    other = Order.CLOSEST if selection.order is Order.NEWEST else Order.NEWEST
    return Link(f"{other.words[:1].upper()}{other.words[1:]}", selection.in_order(other).url)


def _suggestions(selection: CommentSelection, counted: Counted, otherwise: Otherwise) -> list[Link]:
    """What would find something, one choice left out at a time."""
    found = []
    for facet, options in selection.ticked:
        count = counted.by_facet.get(facet.name, {}).get(facts.ANY, 0)
        if count:
            names = wording.listed([f"“{option.label}”" for option in options])
            found.append(Link(f"Without {names} {_do(count)}", selection.without(facet).url))
    if otherwise.without_text:
        found.append(Link(f"Without these words {_do(otherwise.without_text)}", selection.with_text("").url))
    if otherwise.without_ticks and len(selection.ticked) > 1:
        found.append(Link(f"Without any filter {_do(otherwise.without_ticks)}", selection.without_ticks().url))
    return found


def _do(count: int) -> str:
    return f"{count:,} {'does' if count == 1 else 'do'}"

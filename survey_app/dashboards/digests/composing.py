"""A letter made of what was read for it. Sentences and amounts are those of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from survey_app.dashboards import addresses, wording
from survey_app.dashboards.attention.cards import cards
from survey_app.dashboards.attention.presenters import card_view
from survey_app.dashboards.digests.letter import Attention, Changed, Letter, Line
from survey_app.dashboards.digests.queries import DigestRead
from survey_app.dashboards.overview import Overview
from survey_app.kernel.clock import london_day
from survey_app.measures.amounts import target_of
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import for_page
from survey_app.measures.sentences.targets import target_words

Address = Callable[[Figure], str]  # of a figure's passport, within the site

PICKED = "Picked by lot, not by anybody: as many critical, mixed and positive ones as their share of all."


def composed(read: DigestRead, address: Address) -> Letter:
    """What a letter says. `address` freezes the passport of a figure where the letter is to stay as it is."""
    selection = read.selection
    about = read.names[selection.service] if selection.service else None
    headline = wording.headline_of(read.headline, london_day(read.cut_at), about=about)
    place = about or ("All services" if read.sees_all else "All your services")
    changes = [] if read.settled is None else list(_changed(read.settled, place, address))
    is_quiet = read.news.base == 0
    return Letter(
        about=f"{place}, {selection.channel.label.lower() if selection.channel else 'all channels'}",
        first=read.days.first,
        last=read.days.last,
        title=read.days.title,
        code=selection.code,
        page=addresses.service(selection, selection.service) if selection.service else addresses.overview(selection),
        cut_at=read.cut_at,
        claim=headline.claim,
        rest=headline.rest,
        figure=_line(selection.period.title, read.headline, address),
        news=_line(read.days.title, read.news, address) if read.is_weekly else None,
        is_quiet=is_quiet,
        changes=tuple(changes),
        changes_words=_changes_words(read.settled, len(changes)),
        attention=tuple(_attention(read)),
        quotes=tuple(quote.comment for quote in read.quotes),
        quotes_words=_quotes_words(read),
        comments_url=addresses.comments(selection),
    )


def _line(name: str, figure: Figure, address: Address) -> Line | None:
    """One row; None where nobody answered."""
    if not figure.base:
        return None
    if figure.suppressed or figure.numerator is None:
        return Line(name, "not shown", f"{figure.base:,} answers, too few to show", "", None, "", "")
    target = target_of(figure)
    return Line(
        name=name,
        value=wording.value_words(figure),
        counts=f"{figure.numerator:,} of {figure.base:,} answers",
        interval=wording.interval_words(figure),
        share=figure.value,
        target="" if target is None else target_words(target),
        url=address(figure),
    )


def _changed(settled: Overview, place: str, address: Address) -> Iterator[Changed]:
    """Every claim of the settled months, as the page of these months would make it."""
    named = [
        (place, settled.headline),
        *((wording.service_words(each, settled.names), each) for each in settled.services),
        *((each.measure.label, each) for each in settled.drivers),
    ]
    for name, figure in named:
        tag = wording.change_tag(figure)
        if tag is not None and figure.change is not None:
            yield Changed(name, tag[0], for_page(figure.change.sentence), address(figure))


def _changes_words(settled: Overview | None, claims: int) -> str:
    if settled is None:
        return "No month is over to which no more answers come: nothing is judged yet."
    period = settled.selection.period.title
    if claims:
        return f"{period}, against the same dates a year before. Each claim allows for all comparisons made here."
    return f"No change that we can show: {period}, against the same dates a year before."


def _attention(read: DigestRead) -> Iterator[Attention]:
    if read.settled is None:
        return
    for card in cards(read.settled, read.late):
        shown = card_view(card, read.settled.selection)
        yield Attention(shown.title, shown.words, shown.url, shown.link)


def _quotes_words(read: DigestRead) -> str:
    if read.quotes:
        return f"{len(read.quotes)} of {read.comments:,} comments. {PICKED}"
    return read.no_quotes or ""

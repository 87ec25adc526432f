"""Satisfaction by how people answered, as the page's template receives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import CellBar, IntervalBar, Link
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import Selection
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Change, Headline, compare_groups, for_page, listed, together
from survey_app.organisation.channels import Mode
from survey_app.statistics.rounding import percent

MODES = "/dashboards/modes"
CAVEATS = (
    "Who answers in which way is not left to chance: people choose it, or the service does by what it offers. A "
    "difference may say that these people are unlike those, not that the way made it so.",
    "The way moves answers by itself, too: people are kinder to a person who reads the questions out than to a page, "
    "and a kiosk catches them while they still stand at the desk.",
    "So a year with more answers by one way can rise or fall without anybody being served better or worse.",
)


@dataclass(frozen=True)
class ModeRow:
    """One way of answering. `against_web` is how it differs from the web page, or why that is not said."""

    name: str
    value: Link
    base: str
    share: str
    share_bar: CellBar
    bar: IntervalBar
    interval: str
    against_web: str
    tag: tuple[str, str] | None


@dataclass(frozen=True)
class ModesPage:
    headline: Headline
    filters: FilterBar
    rows: Sequence[ModeRow]
    scale: Sequence[str]
    not_shown: str
    sentences: Sequence[str]
    elsewhere: Sequence[Link]
    caveats: Sequence[str] = CAVEATS


def modes_page(figures: Sequence[Figure], filters: FilterBar) -> ModesPage:
    """`figures` are those of the selection by mode. Each is tested against the web page's, all together (Holm)."""
    selection = filters.selection
    shown = sorted((each for each in figures if each.value is not None), key=lambda each: -each.base)
    hidden = [_name(each) for each in figures if each.suppressed]
    axis, total = pictures.shared_axis(shown, full=selection.is_full_axis), sum(each.base for each in figures)
    against = against_web(shown)
    return ModesPage(
        headline=_headline(shown, against),
        filters=filters,
        rows=[
            ModeRow(
                name=_name(each),
                value=Link(wording.value_words(each), each.passport),
                base=wording.base_words(each),
                share=percent(each.base / total),
                share_bar=CellBar(each.base, total),
                bar=pictures.bar_of(each, axis),
                interval=wording.interval_words(each),
                against_web=_against_words(each, against.get(each.group[0])),
                tag=_tag(against.get(each.group[0])),
            )
            for each in shown
        ],
        scale=pictures.scale_words(axis),
        not_shown=wording.listed(sorted(hidden)),
        sentences=[
            f"{_name(each)}: {for_page(change.sentence)}"
            for each in shown
            if (change := against.get(each.group[0])) is not None and change.is_claim
        ],
        elsewhere=[] if len(shown) > 1 else _elsewhere(selection),
    )


def against_web(shown: Sequence[Figure]) -> dict[str, Change]:
    """Each way of answering against the web page, judged together; nothing while answers are coming in."""
    by_mode = {each.group[0]: each for each in shown}
    web = by_mode.pop(Mode.WEB, None)
    if web is None or web.provisional:
        return {}
    compared = [
        compare_groups(
            (each.numerator or 0, each.base), (web.numerator or 0, web.base), rest_name="the answers by web page"
        )
        for each in by_mode.values()
    ]
    return dict(zip(by_mode, together(compared), strict=True))


def _headline(shown: Sequence[Figure], against: dict[str, Change]) -> Headline:
    if len(shown) < 2:
        claim = "Everybody answered in one way." if shown else "No way of answering has a figure."
        return Headline(claim, "There is nothing to compare." if shown else "A share needs 10 answers.")
    if not against:
        why = "answers are still coming in" if any(each.provisional for each in shown) else "nobody used the web page"
        return Headline(f"People answered in {len(shown)} ways.", f"They are not compared: {why}.")
    if not any(change.is_tested for change in against.values()):
        return Headline(
            f"People answered in {len(shown)} ways.", "Too few used another than the web page to compare them with it."
        )
    said = [
        f"{_name(each)} {'higher' if (change.difference or 0) > 0 else 'lower'}"
        for each in shown
        if (change := against.get(each.group[0])) is not None and change.is_claim
    ]
    if not said:
        return Headline(
            f"People answered in {len(shown)} ways.", "None differs from the web page by more than chance explains."
        )
    return Headline(f"Against the web page: {listed(said)}.", "The way and who chooses it cannot be told apart.")


def _against_words(figure: Figure, change: Change | None) -> str:
    if figure.group[0] == Mode.WEB:
        return "the others are compared with it"
    if change is None:
        return "not compared"
    if change.finding is None or change.finding.interval is None:
        return "not enough answers to compare"
    finding, interval = change.finding, change.finding.interval
    size = (
        f"{finding.written(finding.difference)} points "
        f"({finding.written(interval.low)} to {finding.written(interval.high)})"
    )
    return for_page(size if change.is_claim else f"{size}: no difference that we can show")


def _tag(change: Change | None) -> tuple[str, str] | None:
    """Neither good nor bad: a difference in who answers and how."""
    if change is None or not change.is_claim:
        return None
    return "common", "higher" if (change.difference or 0) > 0 else "lower"


def _name(figure: Figure) -> str:
    return Mode(figure.group[0]).label if figure.group[0] else "Not known"


def _elsewhere(selection: Selection) -> list[Link]:
    """From a choice with one way of answering to wider ones."""
    links = []
    if selection.where:
        links.append(Link("All services and channels", addresses.with_arguments(MODES, {"period": selection.code})))
    links.append(Link("Overview", addresses.overview(selection)))
    return links

"""A figure's passport as its page shows it: the fraction, plain-word lines, how answers count, the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from survey_app.charts import CellBar, Link
from survey_app.comments.checking.labels import LABELS
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.selection import short_day
from survey_app.kernel.clock import LONDON
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.amounts import goal_words, set_after_seeing_words, target_of
from survey_app.measures.caveats import Caveat, Known, caveat
from survey_app.measures.definitions import Choice, Measure, Source, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.naming import Naming
from survey_app.measures.passport import ROWS_PROVED, Passport, PassportRow
from survey_app.measures.sentences import Headline, for_page, target_sentence
from survey_app.measures.sentences.notes import JUDGED_HERE
from survey_app.measures.sentences.numbers import capital
from survey_app.measures.weighted import WeightedFigure
from survey_app.organisation.channels import CustomerKind
from survey_app.statistics.intervals import Interval
from survey_app.web.paging import Page

ROWS_A_PAGE = 50
METHODS = {
    Unit.SHARE: "Wilson",
    Unit.NET_SHARE: "adjusted for extreme shares",
    Unit.MEAN: "of a mean score",
    Unit.DAYS: "of a median, by ranks",
}
CODE_WORDS = {
    **LABELS,
    "": "Left blank",
    "answered": "Answered",
    "open": "Not answered yet",  # an invitation; of a contact see _label
    "expired": "Not answered in time",
    "opted_out": "Asked not to be asked",
    "quarantined": "Answer held for review",
    "undelivered": "Returned as undeliverable",
    "not_sent": "Not sent",
    "blank": "Left blank",
    "earlier_wording": "Answers to an earlier wording",
    "dont_know": "I do not know",
    "does_not_apply": "This does not apply",
}


@dataclass(frozen=True)
class Line:
    """One line in plain words; `link` stands behind them."""

    name: str
    words: str
    link: Link | None = None


@dataclass(frozen=True)
class AnswerRow:
    """How often an answer was given and whether it counts."""

    code: str
    label: str
    answers: int
    bar: CellBar
    counts_in: str


@dataclass(frozen=True)
class BehindRow:
    """One answer behind the figure: its day only, no time and no text."""

    reference: str
    day: str
    service: str
    channel: str
    version: str
    answer: str
    counts: str


@dataclass(frozen=True)
class PassportPage:
    crumbs: Sequence[Link]
    headline: Headline
    figure: str
    fraction: tuple[str, str] | None
    interval: str
    method: str
    lines: Sequence[Line]
    hash_groups: str
    answers: Sequence[AnswerRow]
    rows: Sequence[BehindRow]
    listed: Page
    hidden_words: str
    caveat: Caveat | None
    cite: str


def passport_page(
    passport: Passport,
    rows: Sequence[PassportRow],
    listed: Page,
    *,
    labels: Mapping[str, str],
    services: Mapping[str, str],
    scope_names: Sequence[str] | None,
    weighted: WeightedFigure | None,
    known: Known,
    naming: Naming | None,
    now: datetime,
) -> PassportPage:
    """`rows` are those of the page `listed`. `labels` are the options' words by code, `services` names by code,
    `scope_names` None for who sees all. `known` is what may speak against the figure, `naming` when it was named as a
    headline."""
    figure = passport.figure
    is_shown = not figure.suppressed and figure.value is not None
    return PassportPage(
        crumbs=(Link("Overview", addresses.OVERVIEW), Link("Passport", "")),
        headline=_headline(figure),
        figure=wording.value_words(figure) if is_shown else ("[c]" if figure.suppressed else "–"),
        fraction=wording.fraction_words(figure),
        interval=wording.interval_words(figure),
        method=METHODS.get(figure.measure.unit, ""),
        lines=_lines(passport, services, scope_names, weighted, naming),
        hash_groups=in_fours(str(passport.document["rows"]["hash"])) if _shows_rows(figure) else "",
        answers=answer_rows(figure, passport.document, labels) if is_shown else [],
        rows=[_row(row, passport, labels, services) for row in rows],
        listed=listed,
        hidden_words=_hidden_words(figure),
        caveat=caveat(figure, known),
        cite=cite_words(figure) if is_shown else "",
    )


def _shows_rows(figure: Figure) -> bool:
    return not figure.suppressed and figure.measure.source in ROWS_PROVED


def _headline(figure: Figure) -> Headline:
    name, period = figure.measure.label, figure.period.title
    if figure.suppressed:
        return Headline(f"{name}, {period}: not shown.", "It stands on fewer than 10 answers.")
    if figure.value is None:
        return Headline(f"{name}, {period}: no answers.", "There is no figure to show.")
    where = ", from the rows below" if figure.measure.source in ROWS_PROVED else ""
    rest = f"Counted again just now{where}."
    if figure.provisional:
        rest += " Provisional: answers are still coming in."
    return Headline(f"{name} {wording.value_words(figure)}, {period}.", rest)


def _lines(
    passport: Passport,
    services: Mapping[str, str],
    scope_names: Sequence[str] | None,
    weighted: WeightedFigure | None,
    naming: Naming | None,
) -> list[Line]:
    figure, of_rows = passport.figure, passport.figure.measure.source in ROWS_PROVED
    lines = [
        Line("What it means", figure.measure.definition),
        Line("Period", f"{figure.period.title}, by the day of the contact (London time)."),
        Line("Filters", filter_words(figure.query, services, scope_names)),
    ]
    if not figure.suppressed and figure.value is not None:
        lines += [
            Line("Base", f"{figure.base:,}. Outside it: {wording.outside_words(figure.outside)}."),
            Line("Target", _target(figure)),
            _last_year(figure, stands_alone=naming is not None and naming.is_in_time),
            *([Line("Headline", f"{capital(naming.words)}.")] if naming else []),
            *([Line("Survey versions", ", ".join(passport.document["versions"]) or "none")] if of_rows else []),
            *([Line("Rules", wording.rules_words(figure.query.rules))] if of_rows else []),
        ]
        if weighted is not None:
            lines.append(Line("Weighted", f"{weighted.sentence} No change or target is claimed from it."))
    cut = f"{passport.cut_at.astimezone(LONDON):%-d %B %Y, %H:%M:%S}"
    lines.append(Line("Data cut", f"{cut} (London). Answers received later do not change what was counted now."))
    return lines


def filter_words(query: FigureQuery, services: Mapping[str, str], scope_names: Sequence[str] | None) -> str:
    """Which services and what else a figure is of; `scope_names` are those of one person, None for all."""
    said = []
    for name, codes in query.where:
        if name in {"service", "service_alone"}:
            alone = " alone, without the services under it" if name == "service_alone" else ""
            said.append(f"Service: {wording.listed([services[code] for code in codes])}{alone}")
        elif name == "customer_kind":
            said.append(wording.listed([CustomerKind(code).label for code in codes]))
        elif name == "channel":
            said.append(f"Channel: {wording.listed([wording.channel_label(code) for code in codes])}")
        else:
            said.append(
                f"{name.replace('_', ' ').capitalize()}: {wording.listed([c or 'not recorded' for c in codes])}"
            )
    if "service" not in query.filters and "service_alone" not in query.filters:
        said.insert(0, "All services" if scope_names is None else f"Your services: {wording.listed(scope_names)}")
    if "customer_kind" not in query.filters:
        said.append("Residents and businesses")
    return ". ".join(said) + "."


def _target(figure: Figure) -> str:
    target = target_of(figure)
    if target is None:
        return "None is set for this figure."
    named = goal_words(figure.measure, target.value, target.comparator)
    when = f", {words}" if (words := set_after_seeing_words(figure)) else ""
    said = for_page(f"{named[:1].upper()}{named[1:]}{when}.")
    if figure.measure.unit is not Unit.SHARE or figure.low is None or figure.high is None:
        return said
    interval = Interval(figure.low, figure.high)
    return f"{said} {for_page(target_sentence(figure.numerator or 0, figure.base, interval, target))}"


def _last_year(figure: Figure, *, stands_alone: bool) -> Line:
    before = figure.previous.period
    query = replace(figure.query, first=before.first, last=before.last)
    why = figure.change.sentence if figure.change else figure.not_compared
    sentence = f" {for_page(why)}" if why else ""
    if figure.change is not None and figure.change.is_claim and not stands_alone:
        sentence += f" {JUDGED_HERE}"
    words = f"{wording.previous_words(figure)}.{sentence}"
    return Line("Last year", words, Link("Its passport", f"/figures/{to_id(query)}"))


def answer_rows(figure: Figure, document: Mapping[str, Any], labels: Mapping[str, str]) -> list[AnswerRow]:
    """Counts that add up to all rows. Options in the base first, best first, as the scale runs."""
    measure = figure.measure
    total = sum(figure.by_value.values()) + sum(figure.outside.values())
    order = {code: place for place, code in enumerate(labels)}
    inside = sorted(figure.by_value.items(), key=lambda each: (order.get(each[0], 99), _as_number(each[0]), each[0]))
    rows = [
        AnswerRow(code, _label(measure, code, labels), n, CellBar(n, total or 1), _counts_in(measure, document, code))
        for code, n in inside
    ]
    rows += [
        AnswerRow(code, _label(measure, code, labels), n, CellBar(n, total or 1), "not in the base")
        for code, n in figure.outside.items()
        if n or (measure.source is Source.ANSWERS and code == "blank")
    ]
    return rows


def _as_number(code: str) -> int:
    """Days stand in their order, not in that of their digits."""
    return int(code) if code.isdecimal() else 0


def _counts_in(measure: Measure, document: Mapping[str, Any], code: str) -> str:
    scale = document.get("scale")
    if measure.unit is not Unit.SHARE:
        return "base"
    score = int(code) if code.isdecimal() else None
    weight = measure.weight(Choice(code, score, scale=tuple(scale) if scale else None))
    return "numerator and base" if weight else "base"


def _row(row: PassportRow, passport: Passport, labels: Mapping[str, str], services: Mapping[str, str]) -> BehindRow:
    return BehindRow(
        reference=row.reference,
        day=short_day(row.day),
        service=services.get(row.service, row.service),
        channel=wording.channel_label(row.channel),
        version=row.version,
        answer=_label(passport.figure.measure, row.value, labels),
        counts=_counts_in(passport.figure.measure, passport.document, row.value)
        if row.is_in_base
        else "not in the base",
    )


def _label(measure: Measure, code: str, labels: Mapping[str, str]) -> str:
    if measure.source is Source.CONTACTS and code == "open":
        return "Not closed yet"
    if measure.unit is Unit.DAYS and code.isdecimal():
        return "Same day" if code == "0" else f"{code} working day{'s' * (code != '1')}"
    return labels.get(code) or CODE_WORDS.get(code) or code.replace("_", " ").capitalize()


def _hidden_words(figure: Figure) -> str:
    if figure.suppressed:
        return "Fewer than 10 answers: neither the figure nor the rows are shown, so that nobody can be recognised."
    if figure.value is None:
        return "Nobody has answered: there are no rows."
    return ""


def in_fours(digest: str) -> str:
    """A digest as people can compare it."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def cite_words(figure: Figure) -> str:
    """What somebody may copy into a report."""
    base = f"{figure.numerator:,} of {figure.base:,}" if figure.measure.unit is Unit.SHARE else f"base {figure.base:,}"
    return (
        f"{wording.value_words(figure)} ({base}; 95% interval {wording.interval_words(figure)}), {figure.period.title}."
    )

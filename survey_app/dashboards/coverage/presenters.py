"""The coverage ledger as its template receives it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.charts import Axis, ChartView, LedgerChart, Link, Point, Unit, view
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.coverage.next_steps import next_steps
from survey_app.dashboards.selection import Selection, short_day
from survey_app.kernel.csvfile import SafeWriter
from survey_app.measures.break_offs import BreakOffs
from survey_app.measures.coverage import OTHER, Ledger, Loss, Stage, merged
from survey_app.measures.hand_picking import HandPicking
from survey_app.measures.queries.coverage import LostRow
from survey_app.measures.sentences import Headline
from survey_app.measures.who_answered import Grouping, Profile, rate_words
from survey_app.statistics.rounding import percent, rounded
from survey_app.web.paging import Page

ABOUT_ASKING = (Stage.CONTACTS, Stage.ELIGIBLE, Stage.ASKED)
ABOUT_ANSWERING = (Stage.ASKED, Stage.SENT, Stage.DELIVERED, Stage.ANSWERED)
STAGES = tuple(Stage)


@dataclass(frozen=True)
class HandPickingBox:
    verdict: str
    words: str
    facts: Sequence[tuple[str, str]]
    is_question: bool


@dataclass(frozen=True)
class TodoLine:
    todo: str
    why: str
    rows: Link


@dataclass(frozen=True)
class ChannelRow:
    """Of all who were reached, and of all who answered, this share came by one channel; None is not shown."""

    name: str
    reached: str
    answers: str


@dataclass(frozen=True)
class CoveragePage:
    """`headline` is None where the ledger does not add up: then `difference` says by how many."""

    headline: Headline | None
    difference: str
    sum_words: str
    charts: Sequence[ChartView]
    hand_picking: HandPickingBox | None
    test_link: Link | None
    todo: Sequence[TodoLine]
    missing_words: str
    channels: Sequence[ChannelRow]
    not_shown: str
    rates: Sequence[tuple[str, str]]
    who_answered: Link
    stopped_words: str
    stopped: Sequence[tuple[str, str, str]]


def coverage_page(
    ledger: Ledger,
    by_service: Mapping[str, Ledger],
    picking: HandPicking | None,
    profile: Profile,
    selection: Selection,
    *,
    stopped: BreakOffs,
    brand: str,
) -> CoveragePage:
    """Everything that the page shows. Without `picking` a link asks for the tests."""
    return CoveragePage(
        headline=None if ledger.difference else _headline(ledger, picking),
        difference=_difference_words(ledger),
        sum_words=_sum_words(ledger),
        charts=[view(chart, brand=brand) for chart in _charts(ledger, selection)],
        hand_picking=None if picking is None else _box(picking),
        test_link=None if picking else Link("Test it now", _address(selection, test="yes") + "#hand-picked"),
        todo=[
            TodoLine(step.todo, step.why, Link("Rows", _rows_address(selection, step.stage, step.reason)))
            for step in next_steps(ledger, by_service)
            if loss_of(ledger, step.stage.value, step.reason)
        ],
        missing_words=_missing_words(profile),
        channels=_channels(profile),
        not_shown=_not_shown(profile),
        rates=rate_words(profile.total),
        who_answered=Link(
            "By service, customer group and language",
            addresses.with_arguments("/dashboards/who-answered", selection.address),
        ),
        stopped_words=_stopped_words(stopped),
        stopped=[
            (each.question, f"{each.count:,}", "–" if each.share is None else percent(each.share))
            for each in stopped.at
        ],
    )


def _stopped_words(stopped: BreakOffs) -> str:
    """Of surveys of more than one page; nothing where there is none."""
    if not stopped.began:
        return ""
    people = "person" if stopped.began == 1 else "people"
    begun = f"{stopped.began:,} {people} began a survey of more than one page"
    stopped_words = f"{stopped.unfinished:,} saved a part and did not finish"
    return f"{begun}; {stopped_words}. One that was divided later is counted from then on."


def csv_address(selection: Selection) -> str:
    return addresses.with_arguments(f"{addresses.COVERAGE}.csv", selection.address)


def _address(selection: Selection, **more: str) -> str:
    return addresses.with_arguments(addresses.COVERAGE, selection.address | more)


def _rows_address(selection: Selection, stage: Stage, reason: str) -> str:
    return addresses.with_arguments(f"{addresses.COVERAGE}/{stage.value}/{reason}", selection.address)


def _headline(ledger: Ledger, picking: HandPicking | None) -> Headline:
    were = "was" if ledger.asked == 1 else "were"
    claim = f"Of {ledger.contacts:,} contacts, {ledger.asked:,} {were} asked and {ledger.answered:,} answered."
    rest = "Every contact is accounted for"
    if ledger.is_running:
        rest += "; some may still be asked or answer"
    if picking is not None and picking.is_clear:
        rest += "; nothing suggests that staff chose who was asked"
    elif picking is not None and picking.uneven:
        rest += "; who was asked leaves a question"
    return Headline(claim, f"{rest}.")


def _difference_words(ledger: Ledger) -> str:
    if not ledger.difference:
        return ""
    n = abs(ledger.difference)
    what = "is missing" if ledger.difference > 0 else "is counted twice"
    if n > 1:
        what = "are missing" if ledger.difference > 0 else "are counted twice"
    return f"{n:,} {'contact' if n == 1 else 'contacts'} {what}"


def _sum_words(ledger: Ledger) -> str:
    lost = [sum(loss.count for loss in ledger.lost(stage)) for stage in STAGES[1:]]
    return f"{ledger.contacts:,} − {' − '.join(f'{n:,}' for n in lost)} = {ledger.answered:,} answered"


def _charts(ledger: Ledger, selection: Selection) -> list[LedgerChart]:
    asking = (
        f"Of {ledger.contacts:,} contacts {ledger.eligible:,} could be asked about, and {ledger.asked:,} were "
        "drawn and asked."
    )
    answering = (
        f"Of {ledger.asked:,} who were asked {ledger.delivered:,} were reached, and {ledger.answered:,} answered."
    )
    charts = [_chart(ledger, selection, ABOUT_ASKING, "1. Whom we could ask", asking)]
    if ledger.asked:
        charts.append(_chart(ledger, selection, ABOUT_ANSWERING, "2. Who answered", answering))
    return charts


def _chart(ledger: Ledger, selection: Selection, stages: Sequence[Stage], title: str, sentence: str) -> LedgerChart:
    points: list[Point] = []
    before: list[float | None] = []
    notes: list[str] = []
    top = ledger.at(stages[0])
    largest = 1
    for place, stage in enumerate(stages):
        earlier = stages[place - 1] if place else None
        for loss in merged(ledger.lost(stage)) if earlier else ():
            points.append(_loss_point(loss, selection))
            before.append(None)
            notes.append(percent(loss.count / ledger.at(earlier)) if earlier and ledger.at(earlier) else "")
            largest = max(largest, loss.count)
        points.append(Point(label=stage.label, value=ledger.at(stage), base=None))
        before.append(ledger.at(earlier or stage))
        notes.append(_share(ledger, stage, earlier) if earlier else "")
    return LedgerChart(
        key=f"from-{stages[0].value}",
        title=title,
        sentence=sentence,
        points=tuple(points),
        before=tuple(before),
        notes=tuple(notes),
        axis=_counts(top),
        loss_axis=_counts(largest),
    )


def _counts(most: int) -> Axis:
    high = float(max(most, 1))
    return Axis(high=high, full=(0.0, high), unit=Unit.COUNT)


def _share(ledger: Ledger, stage: Stage, earlier: Stage) -> str:
    return f"{percent(ledger.at(stage) / ledger.at(earlier))} of {earlier.value}" if ledger.at(earlier) else ""


def _loss_point(loss: Loss, selection: Selection) -> Point:
    url = None if loss.reason == OTHER else _rows_address(selection, loss.stage, loss.reason)
    return Point(label=loss.label, value=loss.count, base=None, url=url)


def _box(picking: HandPicking) -> HandPickingBox:
    facts = [(test.question.value, f"p = {_p_words(test.adjusted_p)}") for test in picking.tests]
    if picking.drawn_from:
        facts.append(("Drawn by chance from", f"{picking.drawn_from:,} contacts"))
    return HandPickingBox(picking.verdict, picking.words, facts, is_question=bool(picking.uneven))


def _p_words(p: float) -> str:
    return "under 0.001" if p < 0.001 else rounded(p, 3 if p < 0.1 else 2)


def _missing_words(profile: Profile) -> str:
    if profile.is_provisional:
        return "Answers are still coming in, so nothing is compared yet."
    if not profile.compared:
        return "There is nothing to compare."
    differing = [
        (row, wording.channel_label(row.code)) for grouping, row in profile.differing if grouping is Grouping.CHANNEL
    ]
    less = [name for row, name in differing if row.difference < 0]
    more = [name for row, name in differing if row.difference > 0]
    if not differing:
        return "No channel’s share of the answers differs from its share of the contacts by more than chance."
    said = [
        f"{wording.listed(more)} answered more" if more else "",
        f"{wording.listed(less)} answered less" if less else "",
    ]
    return f"{', '.join(words for words in said if words)} than the share of contacts would have it."


def _channels(profile: Profile) -> list[ChannelRow]:
    return [
        ChannelRow(wording.channel_label(row.code), percent(row.share_of_delivered), percent(row.share_of_answers))
        for table in profile.tables
        if table.grouping is Grouping.CHANNEL
        for row in table.rows
    ]


def _not_shown(profile: Profile) -> str:
    hidden = [
        wording.channel_label(code)
        for table in profile.tables
        if table.grouping is Grouping.CHANNEL
        for code in table.hidden
    ]
    return f"Not shown: {wording.listed(sorted(hidden))}." if hidden else ""


def coverage_csv(ledger: Ledger) -> bytes:
    """Stages and losses in their order, as the page has them; UTF-8 with a mark, for spreadsheets."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    writer.write(("stage", "reason", "label", "count"))
    for stage in STAGES:
        for loss in merged(ledger.lost(stage)):
            writer.write((stage.value, loss.reason, loss.label, -loss.count))
        writer.write((stage.value, "", stage.label, ledger.at(stage)))
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class LossPage:
    """The contacts of one loss: how many by service, and row by row."""

    title: str
    count: str
    back: str
    services: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, str, str]]
    page: Page


def loss_page(
    loss: Loss, by_service: Mapping[str, Ledger], rows: Sequence[LostRow], page: Page, selection: Selection
) -> LossPage:
    counts = {name: ledger.count(loss.reason, stage=loss.stage) for name, ledger in by_service.items()}
    return LossPage(
        title=loss.label,
        count=f"{loss.count:,} {'contact' if loss.count == 1 else 'contacts'}",
        back=_address(selection),
        services=[(name, f"{n:,}") for name, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])) if n],
        rows=[(short_day(row.day), row.service, row.channel.label) for row in rows],
        page=page,
    )


def loss_of(ledger: Ledger, stage: str, reason: str) -> Loss | None:
    """The loss that an address names, if a page lists it: small sensitive ones stand together and have no rows."""
    listed = [loss for each in STAGES for loss in merged(ledger.lost(each))]
    named = [loss for loss in listed if (loss.stage.value, loss.reason) == (stage, reason)]
    return next((loss for loss in named if loss.reason != OTHER), None)


def rows_path(loss: Loss) -> str:
    return f"{addresses.COVERAGE}/{loss.stage.value}/{loss.reason}"

"""Figures as the JSON that commands and the API promise (DESIGN 4), and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey_app.measures.address import PERIODS
from survey_app.measures.amounts import set_after_seeing_words, value_text
from survey_app.measures.coverage import Ledger, Stage
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.queries.coverage import LedgerGroup
from survey_app.measures.sentences import Change
from survey_app.measures.series_file import SeriesRow
from survey_app.measures.weighted import WeightedFigure
from survey_app.statistics.control_charts import ChartPoint, ControlChart, Improvement
from survey_app.statistics.suppression import MINIMUM_BASE, symbol

Switched = Mapping[tuple[str, ...], Figure]  # figures by other rules, by their places


def as_document(measure: Measure, figures: Iterable[Figure], switched: Switched | None = None) -> dict[str, Any]:
    """The document of `measures show --json`. Shares 0 to 1, unrounded; what is hidden or absent is null.

    `switched` are the figures by other rules; each stands beside its figure and never replaces it.
    """
    others = switched or {}
    return {
        "measure": measure.name,
        "unit": measure.unit.value,
        "definition": measure.definition,
        "version": measure.version,
        "is_own": measure.is_own,
        "figures": [
            figure_as_document(figure)
            | ({"switched": _switched_as_document(figure, others[figure.place])} if figure.place in others else {})
            for figure in figures
        ],
    }


def _switched_as_document(figure: Figure, other: Figure) -> dict[str, Any]:
    kept = (
        "value",
        "numerator",
        "base",
        "low",
        "high",
        "suppressed",
        "by_value",
        "outside",
        "counted_from",
        "passport",
    )
    document = figure_as_document(other)
    return {"rules": other.query.rules.settings, "words": effects_text(figure, [other])} | {
        name: document[name] for name in kept
    }


def effects_text(figure: Figure, others: Sequence[Figure]) -> str:
    """A figure with what it is by other rules beside it: 99.0%; 98.1% with don't know in the base."""
    effects = [f"{value_text(other.measure, other)} {other.query.rules.words}" for other in others]
    return "; ".join([value_text(figure.measure, figure), *effects])


def figure_as_document(figure: Figure) -> dict[str, Any]:
    """One figure of that document."""
    return counted_as_document(figure) | {
        "provisional": figure.provisional,
        "target": figure.target,
        "comparator": figure.comparator,
        "target_set_on": None if figure.target_set_on is None else figure.target_set_on.isoformat(),
        "target_after_seeing": figure.target_after_seeing,
        "stretch": figure.stretch,
        "status": figure.status,
        "previous": {
            "value": figure.previous.value,
            "base": figure.previous.base,
            "from": figure.previous.period.first.isoformat(),
            "to": figure.previous.period.last.isoformat(),
        },
        "change": None if figure.change is None else _change_as_document(figure.change),
        "not_compared": figure.not_compared,
        "counted_from": figure.counted_from,
    }


def counted_as_document(figure: Figure) -> dict[str, Any]:
    """What follows from its counts alone: all that a frozen passport can say."""
    where = figure.query.filters
    return {
        "period": figure.period.label,
        "from": figure.period.first.isoformat(),
        "to": figure.period.last.isoformat(),
        "where": {name: codes[0] if len(codes) == 1 else list(codes) for name, codes in where.items()},
        "value": figure.value,
        "numerator": figure.numerator,
        "base": figure.base,
        "low": figure.low,
        "high": figure.high,
        "suppressed": figure.suppressed,
        "indicative": figure.indicative,
        "by_value": dict(figure.by_value),
        "outside": dict(figure.outside),
        "passport": figure.passport,
    }


def weighted_as_document(weighted: WeightedFigure | None) -> dict[str, Any] | None:
    """The weighted value beside a figure; None where there is none to show."""
    if weighted is None:
        return None
    share, found = weighted.share, weighted.weights
    document: dict[str, Any] = {"base": weighted.base, "not_weighted": weighted.unplaced, "sentence": weighted.sentence}
    document["value"] = None if share is None else share.value
    if share is not None and found is not None:
        document |= {
            "low": share.interval.low,
            "high": share.interval.high,
            "effective_base": share.effective_base,
            "design_effect": share.design_effect,
            "too_uneven": share.is_too_uneven,
            "margin_error": found.worst_margin_error,
            "left_out": {"service": list(found.rows.left_out), "channel": list(found.columns.left_out)},
            "merged": {
                "service": [list(group) for group in found.rows.merged],
                "channel": [list(group) for group in found.columns.merged],
            },
        }
    return document


def chart_as_document(
    chart: ControlChart, rows: Sequence[SeriesRow], *, improvement: Improvement, target: float | None
) -> dict[str, Any]:
    """The document of `measures spc --json`: every period of the file, also those without a figure."""
    seen = [row for row in rows if row.value is not None]
    points = dict(zip((row.period for row in seen), chart.points, strict=True))
    small = [row for row in seen if row.base is not None and row.base < MINIMUM_BASE]
    return {
        "chart": chart.kind.value,
        "mean": chart.mean,
        "lower": chart.points[-1].lower,
        "upper": chart.points[-1].upper,
        "amr": chart.amr,
        "points": [_point_as_document(row, points.get(row.period)) for row in rows],
        "variation": chart.variation(improvement),
        "assurance": chart.assurance(target, improvement),
        "warnings": [*chart.warnings, *(["small_base"] if small else [])],
    }


def _point_as_document(row: SeriesRow, point: ChartPoint | None) -> dict[str, Any]:
    return {
        "period": row.period,
        "value": row.value,
        "lower": point.lower if point else None,
        "upper": point.upper if point else None,
        "type": point.type if point else None,
        "direction": point.direction if point else None,
    }


def chart_as_table(document: dict[str, Any]) -> str:
    """The same for a terminal."""
    lines = [f"{'period':<12}{'value':>12}{'lower':>12}{'upper':>12}  type"]
    for point in document["points"]:
        numbers = "".join(f"{_number(point[key]):>12}" for key in ("value", "lower", "upper"))
        label = " ".join(word for word in (point["type"], point["direction"]) if word).replace("_", " ")
        lines.append(f"{point['period']:<12}{numbers}  {label}")
    for key in ("variation", "assurance"):
        if document[key]:
            lines.append(f"{key.capitalize()}: {document[key].replace('_', ' ')}")
    lines += [f"Warning: {warning.replace('_', ' ')}" for warning in document["warnings"]]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def as_table(measure: Measure, figures: Sequence[Figure], switched: Switched | None = None) -> str:
    """A table with a line for each figure, what it is by other rules, and the sentence of its change below it."""
    lines = [f"{measure.label}: {measure.definition}"]
    for figure in figures:
        label = " ".join([figure.period.label, *(code or "unknown" for code in figure.group)])
        has_base = figure.base and measure.unit is not Unit.COUNT
        of_base = "" if not has_base else f" of {figure.base:,} {symbol(figure.base)}".rstrip()
        notes = [
            (figure.status or "").replace("_", " "),
            "provisional" if figure.provisional else "",
            f"target {words}" if (words := set_after_seeing_words(figure)) else "",
            "counted from the answers" if figure.counted_from == "answers" else "",
        ]
        said = ", ".join(note for note in notes if note)
        lines.append(f"{label:32} {value_text(measure, figure):>12}{of_base:16} {said}".rstrip())
        if switched and figure.place in switched:
            lines.append(f"    {effects_text(figure, [switched[figure.place]])}")
        if figure.change is not None:
            lines.append(f"    {figure.change.sentence}")
        if figure.not_compared is not None:
            lines.append(f"    {figure.not_compared}")
    return "\n".join(lines)


def _change_as_document(change: Change) -> dict[str, Any]:
    return {
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "p_value": change.p_value,
        "adjusted_p": change.adjusted_p,
        "adjusted_for": change.adjusted_for,
        "verdict": change.verdict.value,
        "sentence": change.sentence,
    }


def ledger_as_document(ledger: Ledger, groups: Sequence[LedgerGroup], by: Sequence[str]) -> dict[str, Any]:
    """The document of `contacts coverage --json`; the parts of a breakdown stand under `groups` and add up to it.

    Small groups that stand together carry null for their codes, and how many they are.
    """
    document = _ledger(ledger)
    if by:
        names = [name for name in by if name not in PERIODS]
        document["groups"] = [
            {
                "period": group.period.label,
                "from": group.period.first.isoformat(),
                "to": group.period.last.isoformat(),
                "where": dict(zip(names, group.codes or [None] * len(names), strict=True)),
                "groups": group.groups,
            }
            | _ledger(group.ledger)
            for group in groups
        ]
    return document


def _ledger(ledger: Ledger) -> dict[str, Any]:
    return {
        **{stage.value: ledger.at(stage) for stage in Stage},
        "losses": [{"stage": loss.stage.value, "reason": loss.reason, "count": loss.count} for loss in ledger.losses],
        "difference": ledger.difference,
    }


def ledger_as_table(ledger: Ledger, groups: Sequence[LedgerGroup]) -> str:
    """The ledger stage by stage with every loss, then a line for each group."""
    lines = []
    for stage in Stage:
        lines += [f"    {loss.label:48} -{loss.count:>11,}" for loss in ledger.lost(stage)]
        lines.append(f"{stage.label:52} {ledger.at(stage):>12,}")
    if groups:
        lines += ["", f"{'':32}" + "".join(f"{stage.label:>11}" for stage in Stage)]
        for group in groups:
            codes = [f"{group.groups} small groups"] if group.codes is None else [c or "unknown" for c in group.codes]
            label = " ".join([group.period.label, *codes])
            lines.append(f"{label:32}" + "".join(f"{group.ledger.at(stage):>11,}" for stage in Stage))
    return "\n".join(lines)

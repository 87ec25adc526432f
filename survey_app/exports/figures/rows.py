"""A figure as a row of a file: the document of `flask measures show`, laid flat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from survey_app.exports.sheets import Cell, Sheet
from survey_app.exports.tables import Column, Kind
from survey_app.measures.address import FILTERS
from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.presenters import figure_as_document

_NUMBER, _WHOLE, _DAY = Kind.NUMBER, Kind.WHOLE, Kind.DAY
COLUMNS: Mapping[Column, str] = {
    Column("measure"): "The name of the measure.",
    Column("label"): "The measure as pages call it.",
    Column("unit"): "share (0 to 1), net_share (-1 to 1), mean, count or days.",
    Column("version", _WHOLE): "Which version of the measure's rule.",
    Column("period"): "The period by its label.",
    Column("from", _DAY): "Its first London day.",
    Column("to", _DAY): "Its last London day, included.",
    **{
        Column(name): f"What {name.replace('_', ' ')} it is of; empty: of all. Several codes have spaces between them."
        for name in FILTERS
    },
    Column("value", _NUMBER): "The figure, unrounded. Empty where there are no answers, and where it is suppressed.",
    Column("numerator", _WHOLE): "How many of the base are in it.",
    Column("base", _WHOLE): "How many it is counted from.",
    Column("low", _NUMBER): "The lower end of its 95% interval.",
    Column("high", _NUMBER): "The upper end of its 95% interval.",
    Column("suppressed"): "yes: the base is too small to show a figure, or another could be worked out from it.",
    Column("indicative"): "yes: the base is so small that it says little.",
    Column("provisional"): "yes: answers may still come or change.",
    Column("target", _NUMBER): "Its target.",
    Column("comparator"): "at_least, or over.",
    Column("target_set_on", _DAY): "The day on which the target was entered.",
    Column("target_after_seeing"): "yes: the target was entered after the period had begun.",
    Column("stretch", _NUMBER): "What would be better still.",
    Column("status"): "met_with_confidence, met, not_proven, missed, no_target or suppressed.",
    Column("previous_value", _NUMBER): "The same a year earlier.",
    Column("previous_base", _WHOLE): "The base of that.",
    Column("previous_from", _DAY): "Its first day.",
    Column("previous_to", _DAY): "Its last day.",
    Column("change_difference", _NUMBER): "By how much it changed.",
    Column("change_low", _NUMBER): "The lower end of the 95% interval of that.",
    Column("change_high", _NUMBER): "The upper end of the 95% interval of that.",
    Column("change_p_value", _NUMBER): "The p-value of the test of the change.",
    Column("change_adjusted_for", _WHOLE): "For how many comparisons it is adjusted: those of this measure here.",
    Column("change_adjusted_p", _NUMBER): "The p-value after that (Holm).",
    Column("change_verdict"): "improved, fell, no_change_shown or not_enough.",
    Column("change_sentence"): "What may be said of it.",
    Column("not_compared"): "Why there is no change, where there might be one.",
    Column("by_value"): "How many gave each answer, as JSON.",
    Column("outside"): "What stands outside the base, as JSON.",
    Column("counted_from"): "What it was counted from: the tallies, or the answers.",
    Column("passport"): "The address of its passport, which counts it again.",
    Column("left_out"): "Why there is no figure of this measure here: not every one can be broken down by everything.",
}


def figure_row(figure: Figure, site: str) -> list[Cell]:
    """One figure in the order of the columns."""
    measure: Measure = figure.measure
    document = figure_as_document(figure)
    flat: dict[str, Any] = {
        "measure": measure.name,
        "label": measure.label,
        "unit": measure.unit.value,
        "version": measure.version,
        **document,
        **{name: " ".join(codes) for name, codes in figure.query.filters.items()},
        **{f"previous_{name}": value for name, value in document["previous"].items()},
        **{f"change_{name}": value for name, value in (document["change"] or {}).items()},
        "passport": site.rstrip("/") + figure.passport,
    }
    return [_cell(flat.get(column.name), column.kind) for column in COLUMNS]


def left_out_row(measure: Measure, why: str) -> list[Cell]:
    """A measure that has no figure here."""
    says = {"measure": measure.name, "label": measure.label, "unit": measure.unit.value, "left_out": why}
    return [says.get(column.name) for column in COLUMNS]


def codebook() -> Sheet:
    """What each column holds."""
    rows = [(column.name, column.kind.value, says) for column, says in COLUMNS.items()]
    return Sheet("Codebook", ("column", "type", "what"), rows)


def _cell(value: Any, kind: Kind) -> Cell:
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case str() if kind is Kind.DAY:
            return date.fromisoformat(value)
        case int() if kind is Kind.NUMBER:
            return float(value)
        case _:
            return value  # type: ignore[no-any-return]
